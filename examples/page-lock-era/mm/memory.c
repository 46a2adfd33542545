/*
 * Page faults on file mappings, in the era of the page lock.
 *
 * The file's handler returns the page locked, and the lock is held until the
 * pte is set. Who removes a page from a file holds the same lock, and clears
 * the page's ptes while it does:
 *
 *	__do_fault				truncate, invalidate
 *	find the page, lock it			lock the page
 *	of this file? inside i_size?		clear its ptes, if it has any
 *	lock the page table			remove it, page->mapping = NULL
 *	set the pte				unlock the page
 *	unlock the page table
 *	unlock the page
 *
 * Whoever comes second sees what the first has done: the fault that the page
 * is no longer of the file, the removal that the page is mapped.
 */

#include <linux/mm.h>
#include <linux/pagemap.h>

/*
 * orig_pte is the value that the fault has found: nothing. mm->mmap_sem is held
 * for reading, so that another thread of the process may be in here for the
 * same address.
 */
static int __do_fault(struct mm_struct *mm, struct vm_area_struct *vma,
		      unsigned long address, pmd_t *pmd, unsigned long pgoff,
		      unsigned int flags, pte_t orig_pte)
{
	struct vm_fault vmf;
	struct page *page;
	spinlock_t *ptl;
	pte_t *pte, entry;
	int ret, anon = 0, mapped = 0;

	vmf.flags = flags;
	vmf.pgoff = pgoff;
	vmf.page = NULL;
	ret = vma->vm_ops->fault(vma, &vmf);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE))
		return ret;
	if (!(ret & VM_FAULT_LOCKED))
		lock_page(vmf.page);

	/* A private mapping is written to: the process gets its own copy. */
	page = vmf.page;
	if ((flags & FAULT_FLAG_WRITE) && !(vma->vm_flags & VM_SHARED)) {
		page = alloc_page_vma(GFP_HIGHUSER, vma, address);
		if (!page) {
			ret = VM_FAULT_OOM;
			goto out;
		}
		copy_user_highpage(page, vmf.page, address);
		anon = 1;
	}

	/*
	 * The file's page stays locked, also where a copy of it gets mapped:
	 * truncate clears copies beyond the new end of file after it has
	 * removed the pages, and none must appear later.
	 */
	pte = pte_offset_map_lock(mm, pmd, address, &ptl);
	if (pte_same(*pte, orig_pte)) {
		entry = mk_pte(page, vma->vm_page_prot);
		if (flags & FAULT_FLAG_WRITE)
			entry = pte_mkwrite(pte_mkdirty(entry));
		set_pte_at(mm, address, pte, entry);
		if (anon) {
			page_add_new_anon_rmap(page, vma, address);
		} else {
			page_add_file_rmap(page);
			mapped = 1;	/* the pte has our reference now */
			if (flags & FAULT_FLAG_WRITE)
				set_page_dirty(page);
		}
	} else if (anon) {
		/* Another thread of the process was faster. */
		page_cache_release(page);
	}
	pte_unmap_unlock(pte, ptl);
out:
	unlock_page(vmf.page);
	if (!mapped)
		page_cache_release(vmf.page);
	return ret;
}

int do_file_fault(struct mm_struct *mm, struct vm_area_struct *vma,
		  unsigned long address, pmd_t *pmd, unsigned int flags)
{
	unsigned long pgoff;
	pte_t none = __pte(0);

	pgoff = ((address - vma->vm_start) >> PAGE_SHIFT) + vma->vm_pgoff;
	return __do_fault(mm, vma, address & PAGE_MASK, pmd, pgoff, flags, none);
}

/* Clears the ptes of one vma; private copies too if even_cows is set. */
static void zap_vma(struct vm_area_struct *vma, loff_t start, int even_cows)
{
	unsigned long address = vma->vm_start;
	struct mm_struct *mm = vma->vm_mm;
	struct page *page;
	spinlock_t *ptl;
	pmd_t *pmd;
	pte_t *pte;

	for (; address < vma->vm_end; address += PAGE_SIZE) {
		pmd = pmd_of(mm, address);
		if (!pmd)
			continue;
		pte = pte_offset_map_lock(mm, pmd, address, &ptl);
		if (!pte_none(*pte) && offset_of(vma, address) >= start) {
			page = pte_page(*pte);
			if (even_cows || !PageAnon(page)) {
				pte_clear(mm, address, pte);
				page_remove_rmap(page);
				page_cache_release(page);
			}
		}
		pte_unmap_unlock(pte, ptl);
	}
}

void unmap_mapping_range(struct address_space *mapping, loff_t start,
			 loff_t length, int even_cows)
{
	struct vm_area_struct *vma;

	spin_lock(&mapping->i_mmap_lock);
	for (vma = mapping->i_mmap; vma; vma = vma->vm_next_shared)
		zap_vma(vma, start, even_cows);
	spin_unlock(&mapping->i_mmap_lock);
}

/*
 * The caller holds inode->i_mutex. The first sweep is for speed, so that pages
 * need not be unmapped one by one. The second is for copies that faults have
 * made of pages that were not removed yet.
 */
int vmtruncate(struct inode *inode, loff_t size)
{
	struct address_space *mapping = inode->i_mapping;

	i_size_write(inode, size);
	unmap_mapping_range(mapping, size, 0, 1);
	truncate_inode_pages(mapping, size);
	unmap_mapping_range(mapping, size, 0, 1);
	return 0;
}
