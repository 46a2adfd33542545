/** References: none is taken to a free page, and the one of a page's private data is not the fault's. */

import { describe, expect, it } from 'vitest';
import { simulate } from './run.ts';
import { Sources } from './sources.ts';

const path = 'drivers/mtd/flashmap.c';
const find = 'page = find_lock_page(mapping, vmf->pgoff);\n';

/** The example's driver without its leak. */
const sound = Sources.example('page-lock-era').edit(path, '\tif (!PageUptodate(page)) {\n', '\tif (!PageUptodate(page)) {\n\t\tunlock_page(page);\n');

async function told(files: Sources, against: readonly string[]): Promise<string[]> {
  const scenarios = await simulate(files, `/tree/${path}`, 'flashmap_fault', { against, access: ['read'], kernel: '/tree' });
  return scenarios.map((each) => [each.against, each.verdict, each.property, each.confidence].filter((part) => part !== undefined).join(' '));
}

describe('a page that is found without a reference', () => {
  const found = (take: string): Sources => sound.edit(path, find, `page = radix_tree_deref_slot(slot);
	if (!page)
		return VM_FAULT_SIGBUS;
${take}	lock_page(page);
	if (page->mapping != mapping) {
		unlock_page(page);
		page_cache_release(page);
		return VM_FAULT_SIGBUS;
	}
`);
  const removers = ['truncate', 'invalidate', 'reclaim'];

  it('may be free by the time that one is taken', async () => {
    expect(await told(found('\tpage_cache_get(page);\n'), removers)).toEqual(removers.map((each) => `${each} violated I8 proven`));
  });

  it('is safe with one that is taken only where it is not free', async () => {
    expect(await told(found('\tif (!get_page_unless_zero(page))\n\t\treturn VM_FAULT_SIGBUS;\n'), removers)).toEqual(removers.map((each) => `${each} holds`));
  });
});

describe('the private data of a page', () => {
  const attached = (files: Sources): Sources => files
    .edit(path, '\tvmf->page = page;\n', '\tif (!PagePrivate(page))\n\t\tattach_page_private(page, mapping);\n\tvmf->page = page;\n')
    .edit(path, 'static int flashmap_fault(', `static void attach_page_private(struct page *page, void *data)
{
	get_page(page);
	set_page_private(page, (unsigned long)data);
	SetPagePrivate(page);
}

static int flashmap_fault(`);

  it('keeps a reference of its own, which the fault does not leak', async () => {
    expect(await told(attached(sound), ['invalidate', 'truncate'])).toEqual(['invalidate holds', 'truncate holds']);
  });

  it('hides no race', async () => {
    const racy = attached(sound).edit(path, '\tvmf->page = page;\n\treturn VM_FAULT_LOCKED;', '\tunlock_page(page);\n\tvmf->page = page;\n\treturn 0;');
    expect(await told(racy, ['invalidate'])).toEqual(['invalidate violated I1 proven']);
  });
});
