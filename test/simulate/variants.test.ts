/**
 * The same protocols written otherwise: other names, other files, other control flow, split into
 * helpers. Verdicts must not change, and a mutation must still be found.
 */

import { describe, expect, it } from 'vitest';
import { holdsAgainst, simulate, storeLine, traceOf, verdicts } from './run.ts';
import { Sources } from './sources.ts';

const path = 'mm/memory.c';
const memory = `/tree/${path}`;
const count = Sources.example('truncate-count-era');
const lock = Sources.example('page-lock-era');

const countVerdicts = [
  ...holdsAgainst('truncate'),
  'invalidate, read shared: violated I1', 'invalidate, write shared: violated I1', 'invalidate, write private: holds',
  ...holdsAgainst('fault'),
];
const lockVerdicts = holdsAgainst('truncate', 'invalidate', 'fault');
const truncateRace = ['truncate, read shared: violated I1', 'truncate, write shared: violated I1', 'truncate, write private: violated I4'];

/** The file without its functions from `first` to the one before `next`, and those. */
function cut(tree: Sources, first: string, next: string): { before: string; taken: string; after: string } {
  const text = tree.text(path);
  const [start, end] = [text.indexOf(first), text.indexOf(next)];
  if (start < 0 || end < start) throw new Error(`'${first}' or '${next}' is not in ${path}`);
  return { before: text.slice(0, start), taken: text.slice(start, end), after: text.slice(end) };
}

const doNoPage = cut(count, 'int do_no_page(', '/* Clears the ptes');
const doFault = cut(lock, 'static int __do_fault(', 'int do_file_fault(');

/** do_no_page's body, replaced. */
function countWith(functions: string): Sources {
  return count.write(path, `${doNoPage.before}${functions}\n${doNoPage.after}`);
}

function lockWith(functions: string): Sources {
  return lock.write(path, `${doFault.before}${functions}\n${doFault.after}`);
}

describe('names', () => {
  const renamed = (['vma:area', 'address:where', 'pmd:directory', 'write_access:is_store', 'mm:space', 'page:found', 'copy:mine', 'count:before', 'ptl:guard', 'pte:slot', 'entry:value', 'anon:is_copy', 'mapping:cache', 'again:once_more', 'type:how'] as const)
    .reduce((tree, pair) => tree.rename(path, pair.split(':')[0]!, pair.split(':')[1]!), count);

  it('of functions, parameters, locals and labels do not matter', async () => {
    expect(await verdicts(renamed.rename(path, 'do_no_page', 'serve'), memory, 'serve')).toEqual(countVerdicts);
  });

  it('a renamed one without its recheck is still found', async () => {
    const start = renamed.text(path).indexOf('\tif (before != cache->truncate_count) {');
    const end = renamed.text(path).indexOf('\tif (pte_none(*slot)) {');
    const tree = renamed.write(path, renamed.text(path).slice(0, start) + renamed.text(path).slice(end));
    expect(await verdicts(tree, memory, 'do_no_page', { against: ['truncate'] })).toEqual(truncateRace);
  });

  it('of the handler and its table do not matter', async () => {
    const tree = lock.rename('mm/filemap.c', 'filemap_fault', 'serve_fault').rename('mm/filemap.c', 'generic_file_vm_ops', 'ordinary_ops')
      .rename('mm/filemap.c', 'find_lock_page', 'locked_page_of').rename('mm/filemap.c', 'page', 'p').rename(path, '__do_fault', 'serve');
    expect(await verdicts(tree, memory, 'serve')).toEqual(lockVerdicts);
  });
});

describe('places', () => {
  it('the core may be in a file of its own, anywhere in the tree', async () => {
    const moved = count.write('mm/faults.c', `#include <linux/mm.h>\n#include <linux/pagemap.h>\n\n${doNoPage.taken}`).write(path, doNoPage.before + doNoPage.after);
    expect(await verdicts(moved, '/tree/mm/faults.c', 'do_no_page')).toEqual(countVerdicts);
    const elsewhere = count.write('arch/x86/fault.c', `#include <linux/mm.h>\n#include <linux/pagemap.h>\n\n${doNoPage.taken}`).write(path, doNoPage.before + doNoPage.after);
    expect(await verdicts(elsewhere, '/tree/arch/x86/fault.c', 'do_no_page')).toEqual(countVerdicts);
  });

  it('the handler may be in a file of its own', async () => {
    const moved = lock.write('fs/ordinary.c', lock.text('mm/filemap.c')).remove('mm/filemap.c');
    expect(await verdicts(moved, memory, '__do_fault')).toEqual(lockVerdicts);
  });
});

const getPage = `static struct page *page_for(struct vm_area_struct *vma, unsigned long address, int *type)
{
	return vma->vm_ops->nopage(vma, address & PAGE_MASK, type);
}
`;

const installPage = `static int install(struct mm_struct *mm, struct vm_area_struct *vma, struct page *page,
		   unsigned long address, pmd_t *pmd, unsigned int count, int write_access, int anon)
{
	struct address_space *mapping = vma->vm_file->f_mapping;
	spinlock_t *ptl;
	pte_t *pte = pte_offset_map_lock(mm, pmd, address, &ptl);
	pte_t entry;

	if (count != mapping->truncate_count) {
		pte_unmap_unlock(pte, ptl);
		page_cache_release(page);
		return 1;
	}
	if (!pte_none(*pte)) {
		page_cache_release(page);
		goto out;
	}
	entry = mk_pte(page, vma->vm_page_prot);
	if (write_access)
		entry = pte_mkwrite(pte_mkdirty(entry));
	set_pte_at(mm, address, pte, entry);
	if (anon) {
		page_add_new_anon_rmap(page, vma, address);
	} else {
		page_add_file_rmap(page);
		if (write_access)
			set_page_dirty(page);
	}
out:
	pte_unmap_unlock(pte, ptl);
	return 0;
}
`;

const splitCore = `int do_no_page(struct mm_struct *mm, struct vm_area_struct *vma,
	       unsigned long address, pmd_t *pmd, int write_access)
{
	struct address_space *mapping = vma->vm_file->f_mapping;
	struct page *page, *copy;
	unsigned int count;
	int type = VM_FAULT_MINOR, anon;

	do {
		count = mapping->truncate_count;
		smp_rmb();
		anon = 0;
		page = page_for(vma, address, &type);
		if (!page)
			return VM_FAULT_SIGBUS;
		if (page == NOPAGE_OOM)
			return VM_FAULT_OOM;
		if (write_access && !(vma->vm_flags & VM_SHARED)) {
			copy = alloc_page_vma(GFP_HIGHUSER, vma, address);
			if (copy)
				copy_user_highpage(copy, page, address);
			page_cache_release(page);
			if (!copy)
				return VM_FAULT_OOM;
			page = copy;
			anon = 1;
		}
	} while (install(mm, vma, page, address, pmd, count, write_access, anon));
	return type;
}
`;

describe('helpers', () => {
  const split = countWith(getPage + installPage + splitCore);

  it('the handler may be called in one and the pte set in another', async () => {
    expect(await verdicts(split, memory, 'do_no_page')).toEqual(countVerdicts);
    const trace = traceOf(await simulate(split, memory, 'do_no_page', { against: ['invalidate'] }), 'invalidate, read shared: violated I1');
    expect(storeLine(trace)).toBe(`memory.c:${split.line(path, 'set_pte_at')}`);
  });

  it('a helper without the recheck is still found', async () => {
    const bare = split.edit(path, 'if (count != mapping->truncate_count) {', 'if (0) {');
    expect(await verdicts(bare, memory, 'do_no_page', { against: ['truncate'] })).toEqual(truncateRace);
  });

  it('helpers may be in another file of the tree', async () => {
    const apart = countWith(splitCore).write('mm/install.c', `#include <linux/mm.h>\n#include <linux/pagemap.h>\n\n${(getPage + installPage).replaceAll('static ', '')}`);
    expect(await verdicts(apart, memory, 'do_no_page')).toEqual(countVerdicts);
  });

  it('the page may be handed on in a struct vm_fault', async () => {
    const tree = lockWith(`static int finish(struct vm_fault *vmf, struct mm_struct *mm, struct vm_area_struct *vma, pmd_t *pmd, unsigned long address, pte_t orig_pte)
{
	spinlock_t *ptl;
	pte_t *pte = pte_offset_map_lock(mm, pmd, address, &ptl);
	pte_t entry;
	int taken = 0;

	if (pte_same(*pte, orig_pte)) {
		entry = mk_pte(vmf->page, vma->vm_page_prot);
		if (vmf->flags & FAULT_FLAG_WRITE)
			entry = pte_mkwrite(pte_mkdirty(entry));
		page_add_file_rmap(vmf->page);
		set_pte_at(mm, address, pte, entry);
		taken = 1;
	}
	pte_unmap_unlock(pte, ptl);
	return taken;
}

static int __do_fault(struct mm_struct *mm, struct vm_area_struct *vma,
		      unsigned long address, pmd_t *pmd, unsigned long pgoff,
		      unsigned int flags, pte_t orig_pte)
{
	struct vm_fault vmf = { .flags = flags, .pgoff = pgoff };
	int ret = vma->vm_ops->fault(vma, &vmf);

	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE))
		return ret;
	if ((ret & VM_FAULT_LOCKED) == 0)
		lock_page(vmf.page);
	if (finish(&vmf, mm, vma, pmd, address, orig_pte)) {
		unlock_page(vmf.page);
	} else {
		unlock_page(vmf.page);
		page_cache_release(vmf.page);
	}
	return ret & ~VM_FAULT_LOCKED;
}
`);
    expect(await verdicts(tree, memory, '__do_fault', { mapping: ['shared'] })).toEqual(lockVerdicts.filter((line) => !line.includes('private')));
  });
});

describe('control flow', () => {
  it('the page-table lock may be named and taken by hand', async () => {
    const tree = countWith(doNoPage.taken
      .replace('\tpte = pte_offset_map_lock(mm, pmd, address, &ptl);\n', '\tptl = pte_lockptr(mm, pmd);\n\tpte = pte_offset_map(pmd, address);\n\tspin_lock(ptl);\n')
      .replaceAll('pte_unmap_unlock(pte, ptl);', 'spin_unlock(ptl); pte_unmap(pte);'));
    expect(await verdicts(tree, memory, 'do_no_page')).toEqual(countVerdicts);
  });

  it('the lock may be the whole address space\'s', async () => {
    const tree = countWith(doNoPage.taken
      .replace('\tspinlock_t *ptl;\n', '')
      .replace('\tpte = pte_offset_map_lock(mm, pmd, address, &ptl);\n', '\tspin_lock(&mm->page_table_lock);\n\tpte = pte_offset_map(pmd, address);\n')
      .replaceAll('pte_unmap_unlock(pte, ptl);', 'pte_unmap(pte);\n\tspin_unlock(&mm->page_table_lock);'));
    expect(await verdicts(tree, memory, 'do_no_page')).toEqual(countVerdicts);
  });

  it('the retry may be a loop, and success its way out', async () => {
    const tree = countWith(`int do_no_page(struct mm_struct *mm, struct vm_area_struct *vma,
	       unsigned long address, pmd_t *pmd, int write)
{
	struct file *file = vma->vm_file;
	spinlock_t *ptl;
	int type;

	for (;;) {
		unsigned int seen = file->f_mapping->truncate_count;
		struct page *page;
		pte_t *pte;

		smp_rmb();
		page = vma->vm_ops->nopage(vma, address, &type);
		if (!page || page == NOPAGE_OOM)
			return page ? VM_FAULT_OOM : VM_FAULT_SIGBUS;
		pte = pte_offset_map_lock(mm, pmd, address, &ptl);
		if (likely(seen == file->f_mapping->truncate_count)) {
			if (unlikely(!pte_none(*pte))) {
				pte_unmap_unlock(pte, ptl);
				put_page(page);
				break;
			}
			set_pte_at(mm, address, pte, write ? pte_mkwrite(pte_mkdirty(mk_pte(page, vma->vm_page_prot))) : mk_pte(page, vma->vm_page_prot));
			page_add_file_rmap(page);
			pte_unmap_unlock(pte, ptl);
			break;
		}
		pte_unmap_unlock(pte, ptl);
		put_page(page);
		cond_resched();
	}
	return type;
}
`);
    expect(await verdicts(tree, memory, 'do_no_page', { mapping: ['shared'] })).toEqual(countVerdicts.filter((line) => !line.includes('private')));
  });

  it('what the handler returned may be told apart by a switch', async () => {
    const tree = lockWith(doFault.taken.replace('\tif (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE))\n\t\treturn ret;\n\tif (!(ret & VM_FAULT_LOCKED))\n\t\tlock_page(vmf.page);\n',
      '\tswitch (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_LOCKED)) {\n\tcase VM_FAULT_LOCKED:\n\t\tbreak;\n\tcase 0:\n\t\tlock_page(vmf.page);\n\t\tbreak;\n\tdefault:\n\t\treturn ret;\n\t}\n'));
    expect(await verdicts(tree, memory, '__do_fault')).toEqual(lockVerdicts);
  });

  it('the count may be sampled by a helper with its barrier', async () => {
    const tree = countWith(`static unsigned int sample(struct address_space *mapping)
{
	unsigned int count = mapping->truncate_count;

	smp_rmb();
	return count;
}

${doNoPage.taken
      .replace('\tcount = mapping->truncate_count;\n\tsmp_rmb();\t/* the count before i_size, which ->nopage reads */\n', '\tcount = sample(mapping);\n')
      .replace('\t\tcount = mapping->truncate_count;\n\t\tsmp_rmb();\n', '\t\tcount = sample(mapping);\n')}`);
    expect(await verdicts(tree, memory, 'do_no_page', { memory: 'weak' })).toEqual(countVerdicts);
    const without = tree.edit(path, 'unsigned int count = mapping->truncate_count;\n\n\tsmp_rmb();\n', 'unsigned int count = mapping->truncate_count;\n\n');
    expect(await verdicts(without, memory, 'do_no_page', { memory: 'weak', against: ['truncate'] })).toEqual(truncateRace);
  });

  it('the recheck may be a helper that compares', async () => {
    const tree = countWith(`static inline int has_shrunk(struct vm_area_struct *vma, unsigned int count)
{
	return vma->vm_file->f_mapping->truncate_count != count;
}

${doNoPage.taken.replace('if (count != mapping->truncate_count) {', 'if (unlikely(has_shrunk(vma, count))) {')}`);
    expect(await verdicts(tree, memory, 'do_no_page')).toEqual(countVerdicts);
  });

  it('a vma without a file has no count', async () => {
    const tree = countWith(doNoPage.taken
      .replace('struct address_space *mapping = vma->vm_file->f_mapping;', 'struct address_space *mapping = NULL;')
      .replace('unsigned int count;', 'unsigned int count = 0;')
      .replace('\tcount = mapping->truncate_count;\n\tsmp_rmb();\t/* the count before i_size, which ->nopage reads */\n',
        '\tif (vma->vm_file) {\n\t\tmapping = vma->vm_file->f_mapping;\n\t\tcount = mapping->truncate_count;\n\t\tsmp_rmb();\n\t}\n')
      .replace('if (count != mapping->truncate_count) {', 'if (mapping && unlikely(count != mapping->truncate_count)) {'));
    expect(await verdicts(tree, memory, 'do_no_page')).toEqual(countVerdicts);
  });

  it('trylock and a retry serve as well as a lock that sleeps', async () => {
    const tree = lock.edit('mm/filemap.c', '\t\tlock_page(page);\n\t\tif (page->mapping == mapping)\n', '\t\twhile (TestSetPageLocked(page))\n\t\t\tcond_resched();\n\t\tif (page->mapping == mapping)\n');
    expect(await verdicts(tree, memory, '__do_fault')).toEqual(lockVerdicts);
  });

  it('a cast of the counter\'s address, as in ACCESS_ONCE, reads the counter', async () => {
    const tree = count.edit(path, 'if (count != mapping->truncate_count) {', 'if (count != *(volatile unsigned int *)&mapping->truncate_count) {');
    expect(await verdicts(tree, memory, 'do_no_page')).toEqual(countVerdicts);
  });

  it('an atomic field of a page is not followed, and is not taken for the page', async () => {
    // The recheck may be skipped, as far as anyone knows.
    const tree = count.edit(path, 'if (count != mapping->truncate_count) {', 'if (atomic_read(&page->_count) < 5 && count != mapping->truncate_count) {');
    expect(await verdicts(tree, memory, 'do_no_page', { against: ['truncate'] })).toEqual(truncateRace);
  });
});

describe('ways of writing it', () => {
  it('a recheck inside a function-like macro counts', async () => {
    const tree = count.edit(path, '#include <linux/pagemap.h>\n', '#include <linux/pagemap.h>\n\n#define STALE(m, c) ((m)->truncate_count != (c))\n')
      .edit(path, 'if (count != mapping->truncate_count) {', 'if (STALE(mapping, count)) {');
    expect(await verdicts(tree, memory, 'do_no_page')).toEqual(countVerdicts);
  });

  it('a field of a local struct is followed', async () => {
    const body = doNoPage.taken.replace('\tunsigned int count;\n', '\tstruct sample seen;\n').replaceAll(/\bcount (?==|!=)/g, 'seen.count ');
    const tree = countWith(`struct sample {\n\tunsigned int count;\n};\n\n${body}`);
    expect(await verdicts(tree, memory, 'do_no_page')).toEqual(countVerdicts);
  });

  it('a handler is called through a variable', async () => {
    const tree = count.edit(path, '\tint type = VM_FAULT_MINOR;\n', '\tstruct vm_operations_struct *ops = vma->vm_ops;\n\tint type = VM_FAULT_MINOR;\n').edit(path, 'vma->vm_ops->nopage(', 'ops->nopage(');
    expect(await verdicts(tree, memory, 'do_no_page')).toEqual(countVerdicts);
  });

  it('a page-table lock that is dropped but never taken was not held', async () => {
    const tree = Sources.of({ 'fault.c': `void map_page(struct vm_area_struct *vma, unsigned long address, pmd_t *pmd)
{
	struct page *page = vma->vm_ops->nopage(vma, address, NULL);
	spinlock_t *ptl;
	pte_t *pte = pte_offset_map(pmd, address);

	if (page && pte_none(*pte)) {
		page_add_file_rmap(page);
		set_pte_at(vma->vm_mm, address, pte, mk_pte(page, vma->vm_page_prot));
	} else if (page) {
		put_page(page);
	}
	pte_unmap_unlock(pte, ptl);
}
` });
    expect(await verdicts(tree, '/tree/fault.c', 'map_page', { against: ['fault'], access: ['read'] })).toEqual(['fault, read shared: violated I19']);
  });
});
