/** docs/machine.md says of every invariant what its file says. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { invariants } from '../../../server/src/simulator/invariants/catalogue.ts';

const page = readFileSync(new URL('../../../docs/machine.md', import.meta.url), 'utf8').replaceAll(/\s+/g, ' ');
const reading = readFileSync(new URL('../../../docs/reading-a-trace.md', import.meta.url), 'utf8');

describe('the documentation of the invariants', () => {
  it.each(invariants.map((text) => [text.id, text] as const))('%s', (id, { title, asked, explanation, kernel }) => {
    expect(page).toContain(`**${id}** ${title}. Asked ${asked}. ${explanation} Kept by: ${kernel}.`);
    expect(reading).toContain(`| ${id} | ${title} | ${asked} |`);
  });
});
