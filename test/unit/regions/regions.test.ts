/** Regions of the shapes that fault paths have, as `faultline regions` prints them. */

import { expect, test } from 'vitest';
import { KernelTree } from '../../../server/src/engine/kernelTree.ts';
import { regionsReport } from '../../../server/src/engine/regionsReport.ts';
import type { Era } from '../../../server/src/engine/report.ts';
import { SourceFiles } from '../../../server/src/engine/sourceFiles.ts';
import { renderRegions } from '../../../server/src/engine/text.ts';
import type { FileHost } from '../../../server/src/engine/types.ts';
import { testParser } from '../syntax/testParser.ts';

const parser = await testParser();
const noFiles: FileHost = { readText: () => undefined, list: () => [], stamp: () => undefined };

function check(source: string, era: Era, expected: string): void {
  const files = new SourceFiles(noFiles, parser);
  const file = files.parse('t.c', source);
  const functions = regionsReport(file, new KernelTree(files, undefined), era);
  expect(renderRegions({ version: 1, functions }).trim()).toBe(expected.trim());
}

test('__do_fault: LOCKED or not, the page is locked after it; errors leave nothing', () => {
  check(
    `static int __do_fault(struct vm_area_struct *vma, struct mm_struct *mm, pmd_t *pmd, unsigned long address)
{
	struct vm_fault vmf;
	spinlock_t *ptl;
	pte_t *pte;
	int anon = 0, ret;

	ret = vma->vm_ops->fault(vma, &vmf);
	if (unlikely(ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE)))
		return ret;
	if (unlikely(!(ret & VM_FAULT_LOCKED)))
		lock_page(vmf.page);
	else
		VM_BUG_ON(!PageLocked(vmf.page));
	if (write_fault(vma)) {
		anon = 1;
		unlock_page(vmf.page);
	}
	pte = pte_offset_map_lock(mm, pmd, address, &ptl);
	if (pte_none(*pte))
		set_pte_at(mm, address, pte, mk_pte(vmf.page, vma->vm_page_prot));
	pte_unmap_unlock(pte, ptl);
	if (!anon)
		unlock_page(vmf.page);
	return ret;
}`,
    'fault',
    `
t.c:1: __do_fault
  held on entry: nothing
  8-24        page lock of vmf.page (exclusive), on some paths
  12-24       page lock of vmf.page (exclusive), when !(ret & VM_FAULT_LOCKED)
  19-22       page-table lock of ptl (exclusive)
  exit at 10: returns ret, holding nothing
  exit at 25: returns ret, holding nothing`,
  );
});

test('filemap_fault: lookup, lock, recheck, retry; returned locked', () => {
  check(
    `int filemap_fault(struct vm_area_struct *vma, struct vm_fault *vmf)
{
	struct address_space *mapping = vma->vm_file->f_mapping;
	struct page *page;

retry:
	page = find_get_page(mapping, vmf->pgoff);
	if (!page)
		return VM_FAULT_SIGBUS;
	lock_page(page);
	if (page->mapping != mapping) {
		unlock_page(page);
		put_page(page);
		goto retry;
	}
	if (!PageUptodate(page)) {
		unlock_page(page);
		return VM_FAULT_SIGBUS;
	}
	vmf->page = page;
	return VM_FAULT_LOCKED;
}

static struct vm_operations_struct ops = { .fault = filemap_fault };`,
    'fault',
    `
t.c:1: filemap_fault
  held on entry: nothing
  10-21       page lock of page (exclusive)
  exit at 9: returns VM_FAULT_SIGBUS, holding nothing
  exit at 18: returns VM_FAULT_SIGBUS, holding nothing
  exit at 21: returns VM_FAULT_LOCKED, holding page lock of page`,
  );
});

test('do_wp_page: entered with the page-table lock, which is dropped and taken again', () => {
  check(
    `static int do_wp_page(struct mm_struct *mm, unsigned long address, pte_t *page_table, pmd_t *pmd, spinlock_t *ptl, pte_t orig_pte)
{
	struct page *old_page, *new_page;
	int ret = 0;

	old_page = vm_normal_page(mm, address, orig_pte);
	if (!old_page)
		goto unlock;
	if (!TestSetPageLocked(old_page)) {
		ret = PageAnon(old_page);
		unlock_page(old_page);
	}
	if (ret)
		goto unlock;
	pte_unmap_unlock(page_table, ptl);
	new_page = alloc_page(0);
	if (!new_page)
		return VM_FAULT_OOM;
	page_table = pte_offset_map_lock(mm, pmd, address, &ptl);
	if (pte_same(*page_table, orig_pte))
		new_page = old_page;
	put_page(new_page);
unlock:
	pte_unmap_unlock(page_table, ptl);
	return ret;
}`,
    'fault',
    `
t.c:1: do_wp_page
  held on entry: page-table lock of ptl
  2-24        page-table lock of ptl (exclusive), on some paths
  9-11        page lock of old_page (exclusive)
  19-24       page-table lock of ptl (exclusive), when new_page
  exit at 18: returns VM_FAULT_OOM, holding nothing
  exit at 25: returns 0, holding nothing
  exit at 25: returns ret, holding nothing`,
  );
});

test('a cleanup label asks a flag which lock there is to drop', () => {
  check(
    `static int f(struct page *page, struct mm_struct *mm, int how)
{
	int page_locked = 0, mm_locked = 0, err = 0;

	if (how & 1) {
		lock_page(page);
		page_locked = 1;
	}
	if (how & 2) {
		down_read(&mm->mmap_sem);
		mm_locked = 1;
	}
	err = work(how);
	if (mm_locked)
		up_read(&mm->mmap_sem);
	if (page_locked)
		unlock_page(page);
	return err;
}`,
    'nopage',
    `
t.c:1: f
  held on entry: nothing
  6-17        page lock of page (exclusive), when how & 1
  10-15       mmap lock of mm->mmap_sem (shared), when how & 2
  exit at 18: returns err, holding nothing`,
  );
});

test('a trylock loop holds nothing where it failed', () => {
  check(
    `static void f(struct folio *folio)
{
	while (!folio_trylock(folio))
		cond_resched();
	folio_mark_dirty(folio);
	folio_unlock(folio);
}`,
    'folio',
    `
t.c:1: f
  held on entry: nothing
  3-6         page lock of folio (exclusive)
  exit at 7: returns nothing, holding nothing`,
  );
});

test('folio and page are one object; a NULL pte map takes nothing; guards end with their block', () => {
  check(
    `static vm_fault_t f(struct vm_fault *vmf)
{
	struct folio *folio = page_folio(vmf->page);

	folio_lock(folio);
	vmf->pte = pte_offset_map_lock(vmf->vma->vm_mm, vmf->pmd, vmf->address, &vmf->ptl);
	if (!vmf->pte) {
		unlock_page(&folio->page);
		return VM_FAULT_NOPAGE;
	}
	pte_unmap_unlock(vmf->pte, vmf->ptl);
	unlock_page(vmf->page);
	{
		guard(mutex)(&vmf->vma->lock);
		work(vmf->address);
	}
	return 0;
}`,
    'folio',
    `
t.c:1: f
  held on entry: nothing
  5-12        page lock of folio (exclusive)
  6-11        page-table lock of vmf->ptl (exclusive), when vmf->pte != NULL
  14-16       mutex of vmf->vma->lock (exclusive)
  exit at 9: returns VM_FAULT_NOPAGE, holding nothing
  exit at 17: returns 0, holding nothing`,
  );
});

test('a lock that a release shows to be held on entry is followed from there; the same words lock and unlock one object', () => {
  check(
    `static int recheck(struct pool *pool, struct cluster *ci)
{
	spin_unlock(&ci->lock);
	shrink_slot(pool, ci);
	spin_lock(&ci->lock);
	down_read(&POOL_I(pool)->sem);
	walk(pool);
	up_read(&POOL_I(pool)->sem);
	return 0;
}`,
    'folio',
    `
t.c:1: recheck
  held on entry: spinlock of ci->lock
  2-3         spinlock of ci->lock (exclusive)
  5-9         spinlock of ci->lock (exclusive)
  6-8         rw_semaphore of POOL_I(pool)->sem (shared)
  exit at 9: returns 0, holding spinlock of ci->lock`,
  );
});

test('of a function and its stub for another configuration, the function is read; a call says on which result it took a lock', () => {
  check(
    `#ifdef CONFIG_STATS
static inline struct folio *take(struct address_space *mapping, unsigned long index)
{
	struct folio *folio = filemap_get_folio(mapping, index);
	if (IS_ERR(folio))
		return NULL;
	folio_lock(folio);
	return folio;
}
#else
static inline struct folio *take(struct address_space *mapping, unsigned long index)
{
	return NULL;
}
#endif
static int use(struct address_space *mapping, unsigned long index, struct folio *old)
{
	struct folio *folio = take(mapping, index);
	if (!folio)
		return -ENOENT;
	folio_unlock(folio);
	if (folio_trylock(old)) {
		folio_mark_dirty(old);
		folio_unlock(old);
	}
	return 0;
}`,
    'folio',
    `
t.c:2: take
  held on entry: nothing
  7-8         page lock of folio (exclusive)
  exit at 6: returns NULL, holding nothing
  exit at 8: returns folio, holding page lock of folio

t.c:16: use
  held on entry: nothing
  18-21       page lock of take() (exclusive), when folio != NULL
  22-24       page lock of old (exclusive)
  exit at 20: returns -ENOENT, holding nothing
  exit at 26: returns 0, holding nothing`,
  );
});

test('a field that the callee asks for and sets tells its callers that it has locked, or dropped', () => {
  check(
    `static int maps_and_locks(struct vm_fault *vmf)
{
	if (pmd_none(*vmf->pmd))
		return VM_FAULT_NOPAGE;
	vmf->pte = pte_offset_map_lock(vmf->vma->vm_mm, vmf->pmd, vmf->address, &vmf->ptl);
	return 0;
}

static int maps_where_nobody_has(struct vm_fault *vmf)
{
	int ret;

	if (!vmf->pte) {
		ret = maps_and_locks(vmf);
		if (ret)
			return ret;
	}
	if (!pte_none(*vmf->pte))
		return VM_FAULT_NOPAGE;
	return 0;
}

static int drops_what_was_mapped(struct vm_fault *vmf)
{
	int ret = 0;

	if (!(vmf->vma->vm_flags & VM_SHARED))
		ret = ring_is_unstable(vmf->vma->vm_mm);
	if (!ret)
		ret = maps_where_nobody_has(vmf);
	if (vmf->pte)
		pte_unmap_unlock(vmf->pte, vmf->ptl);
	return ret;
}

static int forgets_the_table(struct vm_fault *vmf, struct ring *ring)
{
	int ret = 0;

	ring->map(vmf->vma->vm_mm);
	if (!vmf->pte)
		goto out;
	if (!pte_none(*vmf->pte))
		ret = VM_FAULT_NOPAGE;
	pte_unmap_unlock(vmf->pte, vmf->ptl);
out:
	vmf->pte = NULL;
	return ret;
}

static int maps_again(struct vm_fault *vmf, struct ring *ring)
{
	int ret = forgets_the_table(vmf, ring);

	if (ret)
		return ret;
	ret = maps_where_nobody_has(vmf);
	if (vmf->pte)
		pte_unmap_unlock(vmf->pte, vmf->ptl);
	return ret;
}`,
    'fault',
    `
t.c:1: maps_and_locks
  held on entry: nothing
  5-6         page-table lock of vmf->ptl (exclusive)
  exit at 4: returns VM_FAULT_NOPAGE, holding nothing
  exit at 6: returns 0, holding page-table lock of vmf->ptl

t.c:9: maps_where_nobody_has
  held on entry: nothing
  14-20       page-table lock of maps_and_locks() (exclusive), when ret == 0
  exit at 16: returns 256, holding nothing
  exit at 19: returns VM_FAULT_NOPAGE, holding nothing
  exit at 19: returns VM_FAULT_NOPAGE, holding page-table lock of maps_and_locks()
  exit at 20: returns 0, holding nothing
  exit at 20: returns 0, holding page-table lock of maps_and_locks()

t.c:23: drops_what_was_mapped
  held on entry, as some paths show: page-table lock of vmf->ptl
  30-32       page-table lock of maps_where_nobody_has() (exclusive), when !ret
  exit at 33: returns 0, holding nothing
  exit at 33: returns 256, holding nothing
  exit at 33: returns ret, holding nothing

t.c:51: maps_again
  held on entry, as some paths show: page-table lock of vmf->ptl
  57-59       page-table lock of maps_where_nobody_has() (exclusive), when !ret
  exit at 56: returns 256, holding nothing
  exit at 60: returns 0, holding nothing
  exit at 60: returns 256, holding nothing`,
  );
});
