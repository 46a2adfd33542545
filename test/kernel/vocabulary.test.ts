/** Every name of the vocabulary is a function or macro of some kernel, and where the table says. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { definitionsIn, eras, namesOf, sourcesPath, type SourceTable } from '../../scripts/vocabularySources.ts';
import { allPrimitives, vocabularyOf } from '../../server/src/ops/vocabulary.ts';

const table = JSON.parse(readFileSync(sourcesPath, 'utf8')) as SourceTable;
const trees = [
  { era: 'nopage', root: process.env['FAULTLINE_KERNEL_2_6_20'] },
  { era: 'fault', root: process.env['FAULTLINE_KERNEL_2_6_24'] },
  { era: 'folio', root: process.env['FAULTLINE_KERNEL_6_12'] },
] as const;

describe('the vocabulary against kernels', () => {
  it('each name is defined in a tree that was looked at, or has a reason', () => {
    const names = new Set(allPrimitives.map(({ name }) => name));
    expect([...names].filter((name) => !table.defined[name] && !(table.unseen[name] ?? '?').match(/\w/))).toEqual([]);
    expect(Object.keys({ ...table.defined, ...table.unseen }).filter((name) => !names.has(name))).toEqual([]);
    expect(Object.keys(table.defined).filter((name) => table.unseen[name] !== undefined)).toEqual([]);
  });

  it('an entry for some eras only is defined in one of them', () => {
    const wrong = allPrimitives.filter(({ name, eras: own }) => own && table.defined[name] && !own.some((era) => table.defined[name]?.[era]));
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('every entry says where it comes from', () => {
    const vague = eras.flatMap((era) => [...vocabularyOf(era).values()].filter(({ source }) => !/[/:]|composites/.test(source)).map(({ name }) => `${era} ${name}`));
    expect(vague).toEqual([]);
  });

  for (const { era, root } of trees) {
    it.skipIf(root === undefined)(`${era}: names that the table places in the tree are there`, () => {
      const found = definitionsIn(root!, namesOf(era));
      const placed = Object.entries(table.defined).filter(([name, places]) => namesOf(era).has(name) && places[era] !== undefined);
      // The table also holds places of partial trees of the era, which this one may not have.
      const lost = placed.filter(([name, places]) => !found.has(name) && existsSync(join(root!, places[era]!)));
      expect(lost.map(([name]) => name).filter((name) => !isInOtherTree(name))).toEqual([]);
      expect(placed.length).toBeGreaterThan(200);
      expect([...found].filter(([name, path]) => table.defined[name]?.[era] !== path).map(([name]) => name)).toEqual([]);
    }, 120_000);
  }
});

/** Names of another kernel of the same era: 2.6.32 or 4.20 beside 2.6.24, 2.6.11 beside 2.6.20. */
function isInOtherTree(name: string): boolean {
  const others = (process.env['FAULTLINE_TREES'] ?? '').split(':').filter((root) => root !== '');
  return others.length === 0 || others.some((root) => definitionsIn(root, new Set([name])).has(name));
}
