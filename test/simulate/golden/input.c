int map_file_page(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long address, pmd_t *pmd)
{
	struct page *page = vma->vm_ops->nopage(vma, address, NULL);
	spinlock_t *ptl;
	pte_t *pte;

	if (!page)
		return VM_FAULT_SIGBUS;
	pte = pte_offset_map_lock(mm, pmd, address, &ptl);
	if (pte_none(*pte)) {
		set_pte_at(mm, address, pte, mk_pte(page, vma->vm_page_prot));
		page_add_file_rmap(page);
	} else {
		put_page(page);
	}
	pte_unmap_unlock(pte, ptl);
	return VM_FAULT_MINOR;
}
