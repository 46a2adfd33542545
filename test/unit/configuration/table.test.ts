/** The documentation of the vocabulary is that of the code. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tablePath, tableText } from '../../../scripts/vocabularyTable.ts';
import { readConfiguration } from '../../../server/src/engine/configuration/read.ts';

it('the table is current: npm run vocabulary-table', () => {
  expect(readFileSync(tablePath, 'utf8')).toBe(tableText());
});

it('the example of the documentation is in order', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/vocabulary.md'), 'utf8');
  const example = /```json\n([\s\S]*?)```/.exec(text)?.[1];
  const { problems, declarations } = readConfiguration('docs/vocabulary.md', example);
  expect(problems).toEqual([]);
  expect(Object.keys(declarations.functions ?? {})).toHaveLength(14);
});
