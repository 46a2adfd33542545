/** A write to a read-only pte: the copy of a private page, the page of a shared mapping made writable, and what each part of that is for. */

import { describe, expect, it } from 'vitest';
import { Sources } from './sources.ts';
import { engineOver, simulate, traceOf, verdicts, violations } from './run.ts';

const file = '/tree/mm/protect.c';
const name = 'break_protection';

/** Entered with the page-table lock held, as from 2.6.13 on. */
const tree = Sources.of({
  'mm/protect.c': `
static int break_protection(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long address, pte_t *ptep, pmd_t *pmd, spinlock_t *ptl, pte_t found)
{
	struct page *old = vm_normal_page(vma, address, found);
	struct page *new;
	pte_t entry;

	if (vma->vm_flags & VM_SHARED) {
		get_page(old);
		entry = maybe_mkwrite(pte_mkdirty(found), vma);
		ptep_set_access_flags(vma, address, ptep, entry, 1);
		pte_unmap_unlock(ptep, ptl);
		wait_on_page_locked(old);
		set_page_dirty(old);
		put_page(old);
		return 0;
	}
	get_page(old);
	pte_unmap_unlock(ptep, ptl);
	new = alloc_page_vma(GFP_HIGHUSER, vma, address);
	if (!new) {
		put_page(old);
		return VM_FAULT_OOM;
	}
	copy_user_highpage(new, old, address, vma);
	ptep = pte_offset_map_lock(mm, pmd, address, &ptl);
	if (pte_same(*ptep, found)) {
		ptep_clear_flush(vma, address, ptep);
		page_add_new_anon_rmap(new, vma, address);
		set_pte_at(mm, address, ptep, maybe_mkwrite(mk_pte(new, vma->vm_page_prot), vma));
		page_remove_rmap(old);
		new = old;
	}
	put_page(new);
	put_page(old);
	pte_unmap_unlock(ptep, ptl);
	return 0;
}
`,
});
const era = { era: 'fault', memory: 'weak' } as const;
const everybody = ['truncate', 'invalidate', 'punch-hole', 'reclaim', 'fault', 'writeback', 'madvise', 'cow'] as const;

describe('a write to a read-only pte', () => {
  it('is a fault path of its own', async () => {
    expect((await engineOver(tree)).faultPaths(file)).toEqual([{ function: name, line: 2, endLine: 38, role: 'protection' }]);
  });

  it('holds against everybody who takes pages, cleans them or copies them', async () => {
    const expected = everybody.flatMap((each) => [`${each}, write private: holds`, ...(each === 'cow' ? [] : [`${each}, write shared: holds`])]);
    expect(await verdicts(tree, file, name, { ...era, against: everybody })).toEqual(expected);
  });

  it('with the map count dropped before the pte is cleared, invalidate removes a page that is mapped', async () => {
    const early = tree.edit('mm/protect.c', '\t\tpage_remove_rmap(old);\n', '').edit('mm/protect.c', '\t\tptep_clear_flush(', '\t\tpage_remove_rmap(old);\n\t\tptep_clear_flush(');
    expect(await violations(early, file, name, { ...era, against: ['invalidate'], mapping: ['private'] })).toEqual([expect.stringMatching(/^invalidate, write private: violated I1/)]);
  });

  it.each([
    ['pte_same', '\tif (pte_same(*ptep, found)) {', '\tif (1) {', 'fault, write private: violated I7'],
    ['the reference while the page is copied', '\tget_page(old);\n\tpte_unmap_unlock(ptep, ptl);\n\tnew', '\tpte_unmap_unlock(ptep, ptl);\n\tnew', 'fault, write private: violated I6'],
    ['the put of the copy that came too late', '\tput_page(new);\n', '\tif (new == old)\n\t\tput_page(new);\n', 'fault, write private: violated I6'],
    ['the unlock before the page is copied', '\tget_page(old);\n\tpte_unmap_unlock(ptep, ptl);\n\tnew', '\tget_page(old);\n\tnew', 'fault, write private: violated I18'],
    ['the last unlock', '\tput_page(old);\n\tpte_unmap_unlock(ptep, ptl);\n\treturn 0;', '\tput_page(old);\n\treturn 0;', 'fault, write private: violated I17'],
  ])('cannot do without %s', async (_, from, to, expected) => {
    expect(await violations(tree.edit('mm/protect.c', from, to), file, name, { ...era, against: ['fault'], mapping: ['private'] })).toEqual([expected]);
  });

  it('that does not wait for the page lock before it marks the page dirty loses that to writeback', async () => {
    const hasty = tree.edit('mm/protect.c', '\t\twait_on_page_locked(old);\n', '');
    const scenarios = await simulate(hasty, file, name, { ...era, against: ['writeback'], mapping: ['shared'] });
    const trace = traceOf(scenarios, 'writeback, write shared: violated I14');
    const dirtied = trace.findIndex(({ cpu, changes }) => cpu === 0 && changes.some(({ what, to }) => what === 'page 1 dirty' && to === 'yes'));
    const cleaned = trace.findIndex(({ cpu, changes }) => cpu === 1 && changes.some(({ what, to }) => what === 'page 1 dirty' && to === 'no'));
    expect(cleaned).toBeGreaterThan(dirtied);
  });

  it('finds the pte in the fault itself where it is given that', async () => {
    const byFault = Sources.of({
      'mm/protect.c': `
static int write_again(struct vm_fault *vmf)
{
	struct page *page = vm_normal_page(vmf->vma, vmf->address, vmf->orig_pte);
	pte_t entry = maybe_mkwrite(pte_mkdirty(vmf->orig_pte), vmf->vma);

	get_page(page);
	pte_unmap_unlock(vmf->pte, vmf->ptl);
	lock_page(page);
	vmf->pte = pte_offset_map_lock(vmf->vma->vm_mm, vmf->pmd, vmf->address, &vmf->ptl);
	if (pte_same(*vmf->pte, vmf->orig_pte)) {
		ptep_set_access_flags(vmf->vma, vmf->address, vmf->pte, entry, 1);
		set_page_dirty(page);
	}
	pte_unmap_unlock(vmf->pte, vmf->ptl);
	unlock_page(page);
	put_page(page);
	return 0;
}
` });
    const shared = { ...era, against: ['truncate', 'reclaim', 'writeback'] } as const;
    expect(await violations(byFault, file, 'write_again', shared)).toEqual([]);
    const unchecked = byFault.edit('mm/protect.c', 'if (pte_same(*vmf->pte, vmf->orig_pte))', 'if (1)');
    expect(await violations(unchecked, file, 'write_again', { ...shared, against: ['truncate'] })).toEqual([expect.stringMatching(/^truncate, write private: violated I[17]/)]);
  });

  it('that gives the lock back as it got it is a part of a path, whatever its caller does', async () => {
    const part = Sources.of({
      'mm/protect.c': `
static int copy_again(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long address, pte_t *ptep, pte_t found)
{
	struct page *old = vm_normal_page(vma, address, found);
	struct page *new;

	get_page(old);
	spin_unlock(&mm->page_table_lock);
	new = alloc_page_vma(GFP_HIGHUSER, vma, address);
	spin_lock(&mm->page_table_lock);
	if (new && pte_same(*ptep, found)) {
		ptep_clear_flush(vma, address, ptep);
		page_add_new_anon_rmap(new, vma, address);
		set_pte_at(mm, address, ptep, maybe_mkwrite(pte_mkdirty(mk_pte(new, vma->vm_page_prot)), vma));
		page_remove_rmap(old);
		new = old;
	}
	if (new)
		put_page(new);
	put_page(old);
	return 0;
}
` });
    const how = { ...era, against: ['fault'], mapping: ['private'] } as const;
    expect(await verdicts(part, file, 'copy_again', how)).toEqual([expect.stringMatching(/^fault, read shared: notModelled \(it is entered and left with the page-table lock held; only whole fault paths are simulated/)]);
    // One that forgets the lock on some way only does not mean to hand it back.
    const drops = part.edit('mm/protect.c', '\tput_page(old);\n\treturn 0;', '\tput_page(old);\n\tspin_unlock(&mm->page_table_lock);\n\treturn 0;');
    expect(await verdicts(drops, file, 'copy_again', how)).toEqual(['fault, write private: holds']);
    const forgets = drops.edit('mm/protect.c', '\tif (new)\n\t\tput_page(new);\n', '\tif (!new) {\n\t\tput_page(old);\n\t\treturn VM_FAULT_OOM;\n\t}\n\tput_page(new);\n');
    expect(await verdicts(forgets, file, 'copy_again', how)).toEqual(['fault, write private: violated I17']);
  });

  it('that takes the lock itself is not entered with it', async () => {
    const own = Sources.of({
      'mm/protect.c': `
static int write_later(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long address, pmd_t *pmd, pte_t found)
{
	spinlock_t *ptl;
	struct page *page = vm_normal_page(vma, address, found);
	pte_t *ptep = pte_offset_map_lock(mm, pmd, address, &ptl);

	if (pte_same(*ptep, found)) {
		set_page_dirty(page);
		ptep_set_access_flags(vma, address, ptep, maybe_mkwrite(pte_mkdirty(found), vma), 1);
	}
	pte_unmap_unlock(ptep, ptl);
	return 0;
}
` });
    expect(await violations(own, file, 'write_later', { ...era, against: ['truncate', 'fault'] })).toEqual([]);
  });
});

describe('->page_mkwrite', () => {
  const core = `
static int map_shared(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long address, pmd_t *pmd, unsigned int flags)
{
	struct vm_fault vmf;
	struct page *page;
	spinlock_t *ptl;
	pte_t *pte;
	int ret;

	vmf.flags = flags;
	vmf.page = NULL;
	ret = vma->vm_ops->fault(vma, &vmf);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE))
		return ret;
	page = vmf.page;
	if (!(ret & VM_FAULT_LOCKED))
		lock_page(page);
	if ((flags & FAULT_FLAG_WRITE) && vma->vm_ops->page_mkwrite) {
		unlock_page(page);
		ret = vma->vm_ops->page_mkwrite(vma, &vmf);
		if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE)) {
			put_page(page);
			return ret;
		}
		if (!(ret & VM_FAULT_LOCKED)) {
			lock_page(page);
			if (!page->mapping) {
				unlock_page(page);
				put_page(page);
				return 0;
			}
		}
	}
	pte = pte_offset_map_lock(mm, pmd, address, &ptl);
	if (pte_none(*pte)) {
		page_add_file_rmap(page);
		set_pte_at(mm, address, pte, flags & FAULT_FLAG_WRITE ? maybe_mkwrite(pte_mkdirty(mk_pte(page, vma->vm_page_prot)), vma) : mk_pte(page, vma->vm_page_prot));
		pte_unmap_unlock(pte, ptl);
		set_page_dirty(page);
		unlock_page(page);
		return 0;
	}
	pte_unmap_unlock(pte, ptl);
	unlock_page(page);
	put_page(page);
	return 0;
}
`;
  const handlers = `
static int plain_fault(struct vm_area_struct *vma, struct vm_fault *vmf)
{
	struct page *page = find_lock_page(vma->vm_file->f_mapping, vmf->pgoff);

	if (!page)
		return VM_FAULT_SIGBUS;
	if (!PageUptodate(page) || vmf->pgoff >= i_size_read(vma->vm_file->f_mapping->host)) {
		unlock_page(page);
		put_page(page);
		return VM_FAULT_SIGBUS;
	}
	vmf->page = page;
	return VM_FAULT_LOCKED;
}

static int plain_mkwrite(struct vm_area_struct *vma, struct vm_fault *vmf)
{
	struct page *page = vmf->page;

	lock_page(page);
	if (page->mapping != vma->vm_file->f_mapping) {
		unlock_page(page);
		return VM_FAULT_NOPAGE;
	}
	set_page_dirty(page);
	return VM_FAULT_LOCKED;
}

static struct vm_operations_struct plain_vm_ops = {
	.fault = plain_fault,
};

static struct vm_operations_struct noticed_vm_ops = {
	.fault = plain_fault,
	.page_mkwrite = plain_mkwrite,
};
`;
  const whole = Sources.of({ 'mm/memory.c': core, 'fs/plain.c': handlers, 'include/linux/mm.h': 'int (*fault)(struct vm_area_struct *vma, struct vm_fault *vmf);\n' });
  const options = { memory: 'weak', against: ['truncate', 'invalidate'], mapping: ['shared'], access: ['write'], kernel: '/tree' } as const;
  const leaking = ['truncate, write shared: violated I6', 'invalidate, write shared: violated I6'];
  const unlooked = ['truncate, write shared: violated I1', 'invalidate, write shared: violated I1'];

  it('of a core is any that keeps its contract, whether the table has one or not', async () => {
    expect(await verdicts(whole, '/tree/mm/memory.c', 'map_shared', options)).toEqual(['truncate, write shared: holds', 'invalidate, write shared: holds']);
    const unchecked = whole.edit('mm/memory.c', '\t\t\tif (!page->mapping) {', '\t\t\tif (0) {');
    expect(await verdicts(unchecked, '/tree/mm/memory.c', 'map_shared', options)).toEqual(unlooked);
  });

  it('may refuse, with an error number where it is given a page', async () => {
    const bare = whole.edit('fs/plain.c', '\t.page_mkwrite = plain_mkwrite,\n', '');
    const error = '\t\tif (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE)) {\n\t\t\tput_page(page);\n\t\t\treturn ret;\n\t\t}\n';
    expect(await violations(bare, '/tree/mm/memory.c', 'map_shared', options)).toEqual([]);
    expect(await verdicts(bare.edit('mm/memory.c', error, error.replace('\t\t\tput_page(page);\n', '')), '/tree/mm/memory.c', 'map_shared', options)).toEqual(leaking);
    const older = bare.edit('mm/memory.c', '->page_mkwrite(vma, &vmf);', '->page_mkwrite(vma, page);').edit('mm/memory.c', error, error.replace('ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE)', 'ret < 0'));
    expect(await violations(older, '/tree/mm/memory.c', 'map_shared', options)).toEqual([]);
    expect(await verdicts(older.edit('mm/memory.c', '\t\tif (ret < 0) {\n\t\t\tput_page(page);\n', '\t\tif (ret < 0) {\n'), '/tree/mm/memory.c', 'map_shared', options)).toEqual(leaking);
  });

  it('is a handler that shared writes come to', async () => {
    const all = { ...options, mapping: [], access: [] };
    expect(await verdicts(whole, '/tree/fs/plain.c', 'plain_mkwrite', all)).toEqual(['truncate, write shared: holds', 'invalidate, write shared: holds']);
    const unchecked = whole.edit('fs/plain.c', '\tif (page->mapping != vma->vm_file->f_mapping) {', '\tif (0) {');
    expect(await verdicts(unchecked, '/tree/fs/plain.c', 'plain_mkwrite', all)).toEqual(unlooked);
  });
});
