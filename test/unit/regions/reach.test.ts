/** From which functions a page lock can be reached. */

import { expect, test } from 'vitest';
import { SourceFiles } from '../../../server/src/engine/sourceFiles.ts';
import { vocabularyOf } from '../../../server/src/ops/vocabulary.ts';
import type { RegionLookup } from '../../../server/src/regions/lookup.ts';
import { Reach } from '../../../server/src/regions/reach.ts';
import { testParser } from '../syntax/testParser.ts';

const parser = await testParser();

/** Whether a page lock can be reached from the function `f`. */
function reachesPageLock(source: string): boolean {
  const files = new SourceFiles({ readText: () => undefined, list: () => [], stamp: () => undefined }, parser);
  const file = files.parse('t.c', source);
  const own = (name: string): ReturnType<RegionLookup['ownFunction']> => {
    const fn = file.syntax.functions.find((each) => each.name === name);
    return fn && { file: 't.c', fn, cfg: files.cfg(fn) };
  };
  const lookup: RegionLookup = { ownFunction: own, otherFunction: () => undefined, constant: () => undefined, hasMacro: () => false, textOf: () => source, memberOf: () => undefined };
  return new Reach(lookup, 'folio', vocabularyOf('folio')).touches(own('f')!, { files: 0, scope: 'pages' });
}

test.each([
  ['an unlock', 'void f(struct page *page) { unlock_page(page); }', true],
  ['a callee that unlocks', 'static void drop(struct page *page) { unlock_page(page); }\nvoid f(struct page *page) { drop(page); }', true],
  ['a page given through a pointer in a struct', 'int f(struct action *action, struct page *page) { return action->act(page); }', true],
  ['a page given through a parameter', 'int f(int (*act)(struct page *), struct page *page) { return act(page); }', true],
  ['a number given through a pointer', 'int f(struct action *action, int state) { return action->act(state); }', false],
  ['a page given to a function without source', 'int f(struct page *page) { return show(page); }', false],
])('%s', (_, source, expected) => {
  expect(reachesPageLock(source)).toBe(expected);
});
