/** The acceptance table, row by row: exact verdicts and lengths of the shortest traces. */

import { afterAll, describe, expect, it } from 'vitest';
import { search } from '../../../server/src/simulator/search.ts';
import { options, verdictOf } from './support.ts';
import { memory, verdictRows } from './verdictTable.ts';

const printed: string[] = [];

describe('the acceptance table', () => {
  afterAll(() => process.stdout.write(`${printed.join('\n')}\n`));

  it.each(verdictRows.map((row) => [row.name, row] as const))('%s', (_, row) => {
    const result = search(row.model(), { ...options, memory, checksProgress: true });
    const verdict = verdictOf(result).replace(/^violated /, '').replace(/ steps$/, '');
    printed.push(`${row.name.padEnd(72)} ${row.reference.padEnd(22)} ${verdict.padEnd(26)} ${result.states} states`);
    expect(verdict).toBe(row.expected);
  });

  it('agrees with the reference on every verdict', () => {
    const isViolated = (row: (typeof verdictRows)[number]): boolean => row.expected !== 'holds';
    const differing = verdictRows.filter((row) => row.reference !== 'not in the reference' && isViolated(row) !== (row.reference !== 'OK'));
    expect(differing.map(({ name }) => name)).toEqual([]);
  });
});
