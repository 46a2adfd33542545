/** Hovering the name of a function: what it is entered with, surely and perhaps, and what it returns with. */

import { expect, test } from 'vitest';
import { hoverAt } from '../../../server/src/engine/hover.ts';
import { KernelTree } from '../../../server/src/engine/kernelTree.ts';
import { SourceFiles } from '../../../server/src/engine/sourceFiles.ts';
import { testParser } from '../syntax/testParser.ts';

const parser = await testParser();

function hoverOfName(body: string): string | undefined {
  const files = new SourceFiles({ readText: () => undefined, list: () => [], stamp: () => undefined }, parser);
  const source = `int f(struct page *page, int how)\n{\n${body}\n}\n`;
  return hoverAt(files.parse('t.c', source), new KernelTree(files, undefined), 'fault', source.indexOf('f('))?.markdown;
}

test('a lock that all paths drop is held on entry', () => {
  expect(hoverOfName('\tunlock_page(page);\n\treturn 0;')).toBe('Entered with: page lock of `page`.\n\nReturns with: nothing.');
});

test('a lock that some paths drop is perhaps held on entry', () => {
  expect(hoverOfName('\tif (how)\n\t\tunlock_page(page);\n\treturn 0;')).toBe('Entered with, as some paths show: page lock of `page`.\n\nReturns with: nothing.');
});
