/**
 * Functions of the kernel that are built of primitives, in C, for where the tree's own source is
 * not at hand: the same front end reads them. Each is written to show the protocol, not copied.
 * `address_space_operations` members stand here by member name (contract: domain of the callback).
 */

import { folioLookupsSource } from './folioLookups.ts';

/** Functions that are read from here even where the tree has them: theirs is built on the xarray's own walk. */
export const builtInFirst: ReadonlySet<string> = new Set([
  'filemap_get_folio', '__filemap_get_folio', 'filemap_lock_folio', 'filemap_read_folio',
]);

/** Readings of what reads one page of the file. */
export const pageReaders: ReadonlySet<string> = new Set(['filemap_read_folio', 'aops_readpage', 'aops_read_folio']);

/** Parts of a lockless lookup (2.6.26 on); a function that calls them is read by its summary. */
export const locklessLookups: ReadonlySet<string> = new Set([
  'radix_tree_lookup_slot', 'radix_tree_deref_slot', 'radix_tree_deref_retry', 'page_cache_get_speculative', 'xas_load', 'xas_reload', 'xas_find', 'page_cache_speculative_get',
]);

export const compositesSource = `
struct page *builtin_nopage(struct vm_area_struct *vma, unsigned long address, int *type)
{
	struct address_space *mapping = vma->vm_file->f_mapping;
	struct inode *inode = mapping->host;
	struct page *page;
	unsigned long size;
	int error;

again:
	size = (i_size_read(inode) + PAGE_CACHE_SIZE - 1) >> PAGE_CACHE_SHIFT;
	if (vma->vm_pgoff >= size)
		return NOPAGE_SIGBUS;
	page = find_get_page(mapping, vma->vm_pgoff);
	if (!page) {
		error = page_cache_read(vma->vm_file, vma->vm_pgoff);
		if (error >= 0)
			goto again;
		return NOPAGE_SIGBUS;
	}
	return page;
}

int builtin_fault(struct vm_area_struct *vma, struct vm_fault *vmf)
{
	struct address_space *mapping = vma->vm_file->f_mapping;
	struct inode *inode = mapping->host;
	struct page *page;
	unsigned long size;
	int error;

again:
	size = (i_size_read(inode) + PAGE_CACHE_SIZE - 1) >> PAGE_CACHE_SHIFT;
	if (vmf->pgoff >= size)
		return VM_FAULT_SIGBUS;
	page = find_lock_page(mapping, vmf->pgoff);
	if (!page) {
		error = page_cache_read(vma->vm_file, vmf->pgoff);
		if (error >= 0)
			goto again;
		return VM_FAULT_SIGBUS;
	}
	size = (i_size_read(inode) + PAGE_CACHE_SIZE - 1) >> PAGE_CACHE_SHIFT;
	if (vmf->pgoff >= size) {
		unlock_page(page);
		put_page(page);
		return VM_FAULT_SIGBUS;
	}
	vmf->page = page;
	return VM_FAULT_LOCKED;
}

int builtin_core_nopage(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long address, pmd_t *pmd, int write_access)
{
	struct address_space *mapping = vma->vm_file->f_mapping;
	spinlock_t *ptl;
	pte_t *page_table, entry;
	struct page *new_page, *page;
	unsigned int sequence;
	int ret = 0, anon = 0;

	sequence = mapping->truncate_count;
	smp_rmb();
retry:
	new_page = vma->vm_ops->nopage(vma, address, &ret);
	if (new_page == NOPAGE_SIGBUS)
		return VM_FAULT_SIGBUS;
	if (new_page == NOPAGE_OOM)
		return VM_FAULT_OOM;
	if (new_page == NOPAGE_REFAULT)
		return VM_FAULT_MINOR;
	if (write_access && !(vma->vm_flags & VM_SHARED)) {
		page = alloc_page_vma(GFP_HIGHUSER, vma, address);
		if (!page) {
			page_cache_release(new_page);
			return VM_FAULT_OOM;
		}
		page_cache_release(new_page);
		new_page = page;
		anon = 1;
	}
	page_table = pte_offset_map_lock(mm, pmd, address, &ptl);
	if (sequence != mapping->truncate_count) {
		pte_unmap_unlock(page_table, ptl);
		page_cache_release(new_page);
		sequence = mapping->truncate_count;
		smp_rmb();
		goto retry;
	}
	if (pte_none(*page_table)) {
		entry = mk_pte(new_page, vma->vm_page_prot);
		if (write_access)
			entry = maybe_mkwrite(pte_mkdirty(entry), vma);
		set_pte_at(mm, address, page_table, entry);
		if (anon)
			page_add_new_anon_rmap(new_page, vma, address);
		else
			page_add_file_rmap(new_page);
	} else {
		page_cache_release(new_page);
	}
	pte_unmap_unlock(page_table, ptl);
	return ret;
}

int builtin_core_fault(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long address, pmd_t *pmd, unsigned int flags, pte_t orig_pte)
{
	pte_t *page_table, entry;
	spinlock_t *ptl;
	struct page *page;
	struct vm_fault vmf;
	int ret, anon = 0;

	vmf.flags = flags;
	vmf.page = NULL;
	ret = vma->vm_ops->fault(vma, &vmf);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE))
		return ret;
	if (!(ret & VM_FAULT_LOCKED))
		lock_page(vmf.page);
	page = vmf.page;
	if ((flags & FAULT_FLAG_WRITE) && !(vma->vm_flags & VM_SHARED)) {
		anon = 1;
		page = alloc_page_vma(GFP_HIGHUSER, vma, address);
		if (!page) {
			ret = VM_FAULT_OOM;
			goto out;
		}
	}
	page_table = pte_offset_map_lock(mm, pmd, address, &ptl);
	if (pte_same(*page_table, orig_pte)) {
		entry = mk_pte(page, vma->vm_page_prot);
		if (flags & FAULT_FLAG_WRITE)
			entry = maybe_mkwrite(pte_mkdirty(entry), vma);
		set_pte_at(mm, address, page_table, entry);
		if (anon)
			page_add_new_anon_rmap(page, vma, address);
		else
			page_add_file_rmap(page);
	} else {
		if (anon)
			page_cache_release(page);
		else
			anon = 1;
	}
	pte_unmap_unlock(page_table, ptl);
out:
	unlock_page(vmf.page);
	if (anon)
		page_cache_release(vmf.page);
	return ret;
}

int filemap_read_folio(struct file *file, void *filler, struct folio *folio)
{
	if (readpage_fails()) {
		folio_unlock(folio);
		return -EIO;
	}
	folio_mark_uptodate(folio);
	folio_unlock(folio);
	return 0;
}

struct folio *next_uptodate_folio(struct xa_state *xas, struct address_space *mapping, unsigned long end)
{
	struct folio *folio;

	if (readpage_fails())
		return NULL;
	folio = builtin_lookup(mapping, 0);
	if (!folio)
		return NULL;
	if (!folio_trylock(folio))
		goto skip;
	if (folio->mapping != mapping)
		goto unlock;
	if (!folio_test_uptodate(folio))
		goto unlock;
	if (DIV_ROUND_UP(i_size_read(mapping->host), PAGE_SIZE) == 0)
		goto unlock;
	return folio;
unlock:
	folio_unlock(folio);
skip:
	folio_put(folio);
	return NULL;
}

struct page *find_lock_page(struct address_space *mapping, unsigned long index)
{
	struct page *page;

again:
	page = find_get_page(mapping, index);
	if (page) {
		lock_page(page);
		if (page->mapping != mapping) {
			unlock_page(page);
			put_page(page);
			goto again;
		}
	}
	return page;
}

struct page *find_or_create_page(struct address_space *mapping, unsigned long index)
{
	struct page *page;
	int err;

again:
	page = find_lock_page(mapping, index);
	if (!page) {
		page = alloc_page(0);
		if (!page)
			return NULL;
		err = add_to_page_cache_lru(page, mapping, index, 0);
		if (err) {
			put_page(page);
			page = NULL;
			if (err == -EEXIST)
				goto again;
		}
	}
	return page;
}

int page_cache_read(struct file *file, unsigned long index)
{
	struct address_space *mapping = file->f_mapping;
	struct page *page;
	int ret;

	page = alloc_page(0);
	if (!page)
		return -ENOMEM;
	ret = add_to_page_cache_lru(page, mapping, index, 0);
	if (ret == 0)
		ret = mapping->a_ops->readpage(file, page);
	else if (ret == -EEXIST)
		ret = 0;
	put_page(page);
	return ret;
}

int aops_readpage(struct file *file, struct page *page)
{
	if (readpage_fails()) {
		unlock_page(page);
		return -EIO;
	}
	SetPageUptodate(page);
	unlock_page(page);
	return 0;
}

int aops_read_folio(struct file *file, struct page *page)
{
	if (readpage_fails()) {
		unlock_page(page);
		return -EIO;
	}
	SetPageUptodate(page);
	unlock_page(page);
	return 0;
}

int builtin_fault_of_1(struct vm_fault *vmf)
{
	struct address_space *mapping = vmf->vma->vm_file->f_mapping;
	struct inode *inode = mapping->host;
	struct page *page;
	unsigned long size;
	int error;

again:
	size = (i_size_read(inode) + PAGE_CACHE_SIZE - 1) >> PAGE_CACHE_SHIFT;
	if (vmf->pgoff >= size)
		return VM_FAULT_SIGBUS;
	page = find_lock_page(mapping, vmf->pgoff);
	if (!page) {
		error = page_cache_read(vmf->vma->vm_file, vmf->pgoff);
		if (error >= 0)
			goto again;
		return VM_FAULT_SIGBUS;
	}
	size = (i_size_read(inode) + PAGE_CACHE_SIZE - 1) >> PAGE_CACHE_SHIFT;
	if (vmf->pgoff >= size) {
		unlock_page(page);
		put_page(page);
		return VM_FAULT_SIGBUS;
	}
	vmf->page = page;
	return VM_FAULT_LOCKED;
}

struct page *next_uptodate_page(struct page *found, struct address_space *mapping, struct xa_state *xas, unsigned long end)
{
	struct page *page;

	if (readpage_fails())
		return NULL;
	page = builtin_lookup(mapping, 0);
	if (!page)
		return NULL;
	if (!trylock_page(page))
		goto skip;
	if (page->mapping != mapping)
		goto unlock;
	if (!PageUptodate(page))
		goto unlock;
	if (DIV_ROUND_UP(i_size_read(mapping->host), PAGE_SIZE) == 0)
		goto unlock;
	return page;
unlock:
	unlock_page(page);
skip:
	put_page(page);
	return NULL;
}
${folioLookupsSource}
int builtin_page_mkwrite(void)
{
	cond_resched();
	if (page_mkwrite_refuses())
		return VM_FAULT_SIGBUS;
	return 0;
}

int builtin_page_mkwrite_of_page(void)
{
	cond_resched();
	if (page_mkwrite_refuses())
		return -EINVAL;
	return 0;
}
`;
