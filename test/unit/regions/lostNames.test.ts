/** Pages that a path forgets with their lock held. */

import { expect, test } from 'vitest';
import { KernelTree } from '../../../server/src/engine/kernelTree.ts';
import { runLocalChecks } from '../../../server/src/engine/localChecks.ts';
import { SourceFiles } from '../../../server/src/engine/sourceFiles.ts';
import type { FileHost } from '../../../server/src/engine/types.ts';
import { testParser } from '../syntax/testParser.ts';

const parser = await testParser();
const noFiles: FileHost = { readText: () => undefined, list: () => [], stamp: () => undefined };

function findingsIn(source: string): string[] {
  const files = new SourceFiles(noFiles, parser);
  const file = files.parse('t.c', source);
  return runLocalChecks(file, new KernelTree(files, undefined), 'fault').findings.map(({ code, line, function: name, confidence }) => `${code} ${name}:${line} ${confidence}`);
}

const walk = (next: string): string => `
void walk(struct address_space *m, unsigned long end)
{
	struct pagevec pvec;
	unsigned long next = 0;
	int i;
	while (pagevec_lookup(&pvec, m, next, 14)) {
		for (i = 0; i < pagevec_count(&pvec); i++) {
			struct page *page = pvec.pages[i];
			lock_page(page);
			next = ${next};
			if (page->index > end)
				break;
			unlock_page(page);
		}
		pagevec_release(&pvec);
	}
}
`;

test('a number that was computed from a field of the page does not lead back to it', () => {
  expect(findingsIn(walk('0'))).toEqual(['FL001 walk:16 likely']);
  expect(findingsIn(walk('page->index + 1'))).toEqual(['FL001 walk:16 likely']);
  expect(findingsIn(walk('(unsigned long)page'))).toEqual([]);
});
