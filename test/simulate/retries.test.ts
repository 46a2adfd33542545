/** Faults that may be retried: what they do with the page where they give up is asked as well. */

import { expect, test } from 'vitest';
import { extract } from '../unit/model/extracting.ts';
import { violations } from './run.ts';
import { Sources } from './sources.ts';

const path = 'drivers/mtd/flashmap.c';
const put = '\t\t\tpage_cache_release(page);\n';

/** The example's driver without its leak, which does not wait for the page's lock where it may be asked again. */
const waiting = Sources.example('page-lock-era')
  .edit(path, '\tif (!PageUptodate(page)) {\n', '\tif (!PageUptodate(page)) {\n\t\tunlock_page(page);\n')
  .edit(path, '\tpage = find_lock_page(mapping, vmf->pgoff);\n\tif (!page)\n\t\treturn VM_FAULT_SIGBUS;\n', `\tpage = find_get_page(mapping, vmf->pgoff);
	if (!page)
		return VM_FAULT_SIGBUS;
	if (!trylock_page(page)) {
		if (vmf->flags & FAULT_FLAG_ALLOW_RETRY) {
${put}			return VM_FAULT_RETRY;
		}
		lock_page(page);
	}
	if (page->mapping != mapping) {
		unlock_page(page);
		page_cache_release(page);
		return VM_FAULT_SIGBUS;
	}
`)
  .edit('mm/memory.c', 'ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE)', 'ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY)');

const options = { access: ['read'], kernel: '/tree', against: ['invalidate', 'fault'] } as const;
const told = async (files: Sources): Promise<string[]> => violations(files, `/tree/${path}`, 'flashmap_fault', options);

test('a fault that gives up keeps nothing', async () => {
  expect(await told(waiting)).toEqual([]);
});

test('one that keeps the page leaks it', async () => {
  expect(await told(waiting.edit(path, put, ''))).toEqual(['invalidate, read shared: violated I6', 'fault, read shared: violated I6']);
});

test('one whose caller takes VM_FAULT_RETRY for a page uses none', async () => {
  expect(await told(waiting.edit('mm/memory.c', ' | VM_FAULT_RETRY)', ')'))).toEqual(['invalidate, read shared: violated NULL', 'fault, read shared: violated NULL']);
});

test('one that goes on without the lock drops what it does not hold', async () => {
  const going = waiting.edit(path, `\t\tif (vmf->flags & FAULT_FLAG_ALLOW_RETRY) {\n${put}\t\t\treturn VM_FAULT_RETRY;\n\t\t}\n\t\tlock_page(page);\n`, '\t\tif (!(vmf->flags & FAULT_FLAG_TRIED))\n\t\t\tlock_page(page);\n');
  expect(await told(going)).toEqual(['invalidate, read shared: violated I19', 'fault, read shared: violated I19']);
});

test('a second attempt may be retried again in the era of folios, and not before', () => {
  const source = 'int f(struct vm_fault *vmf)\n{\n\tif (vmf->flags & FAULT_FLAG_ALLOW_RETRY)\n\t\tsmp_mb();\n\treturn 0;\n}';
  const flagsIn = (era: 'fault' | 'folio'): readonly (readonly number[])[] =>
    extract(source, { era, mayRetry: true }).program.transitions.flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'choose' ? [step.values] : [])));
  const [mayRetry, isKillable, isTried] = [0x4, 0x10, 0x20];
  expect(flagsIn('folio')).toEqual([[mayRetry | isKillable, mayRetry | isKillable | isTried]]);
  const inFirst = 0x8;
  expect(flagsIn('fault').map((values) => values.map((flags) => flags & inFirst))).toEqual([[inFirst, 0]]);
});
