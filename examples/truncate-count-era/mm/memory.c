/*
 * Page faults on file mappings, in the era of truncate_count.
 *
 * A fault asks the file for a page and gets one with a reference but without
 * its lock. Nothing keeps that page in the file until the pte is set, so the
 * fault has to notice when it has been removed meanwhile. It does so with an
 * open-coded sequence counter:
 *
 *	do_no_page				vmtruncate
 *	count = truncate_count			i_size = new size
 *	smp_rmb					smp_wmb
 *	i_size: is the address inside?		truncate_count++
 *	look the page up			smp_mb
 *	lock the page table			lock the page table
 *	count == truncate_count?		clear the ptes
 *	set the pte				unlock the page table
 *	unlock the page table			remove the pages
 *
 * An old count under the page-table lock means that the ptes are still to be
 * cleared, and this one with them. A new count at the start means that the
 * new size is seen. Both rely on i_size getting smaller: an invalidation,
 * which removes pages inside i_size, gets past both checks (see truncate.c).
 */

#include <linux/mm.h>
#include <linux/pagemap.h>

/*
 * The pte was none when the fault looked. mm->mmap_sem is held for reading, so
 * that another thread of the process may be in here for the same address.
 */
int do_no_page(struct mm_struct *mm, struct vm_area_struct *vma,
	       unsigned long address, pmd_t *pmd, int write_access)
{
	struct address_space *mapping = vma->vm_file->f_mapping;
	struct page *page, *copy;
	spinlock_t *ptl;
	pte_t *pte, entry;
	unsigned int count;
	int type = VM_FAULT_MINOR;
	int anon = 0;

	count = mapping->truncate_count;
	smp_rmb();	/* the count before i_size, which ->nopage reads */
again:
	page = vma->vm_ops->nopage(vma, address & PAGE_MASK, &type);
	if (page == NOPAGE_SIGBUS)
		return VM_FAULT_SIGBUS;
	if (page == NOPAGE_OOM)
		return VM_FAULT_OOM;

	/* A private mapping is written to: the process gets its own copy. */
	if (write_access && !(vma->vm_flags & VM_SHARED)) {
		copy = alloc_page_vma(GFP_HIGHUSER, vma, address);
		if (!copy) {
			page_cache_release(page);
			return VM_FAULT_OOM;
		}
		copy_user_highpage(copy, page, address);
		page_cache_release(page);
		page = copy;
		anon = 1;
	}

	pte = pte_offset_map_lock(mm, pmd, address, &ptl);
	if (count != mapping->truncate_count) {
		/* The file has shrunk since: whatever was found may be gone. */
		pte_unmap_unlock(pte, ptl);
		page_cache_release(page);
		anon = 0;
		count = mapping->truncate_count;
		smp_rmb();
		goto again;
	}
	if (pte_none(*pte)) {
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
	} else {
		/* Another thread of the process was faster. */
		page_cache_release(page);
	}
	pte_unmap_unlock(pte, ptl);
	return type;
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
	smp_wmb();	/* i_size before the count */
	mapping->truncate_count++;
	smp_mb();	/* the count before the ptes */
	for (vma = mapping->i_mmap; vma; vma = vma->vm_next_shared)
		zap_vma(vma, start, even_cows);
	spin_unlock(&mapping->i_mmap_lock);
}

/* The caller holds inode->i_mutex. */
int vmtruncate(struct inode *inode, loff_t size)
{
	struct address_space *mapping = inode->i_mapping;

	i_size_write(inode, size);
	unmap_mapping_range(mapping, size, 0, 1);
	truncate_inode_pages(mapping, size);
	return 0;
}
