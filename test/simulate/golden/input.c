void map_page(struct vm_area_struct *vma, unsigned long address, pmd_t *pmd)
{
	struct page *page = vma->vm_ops->nopage(vma, address, NULL);
	spinlock_t *ptl;
	pte_t *pte = pte_offset_map_lock(vma->vm_mm, pmd, address, &ptl);
	if (page && pte_none(*pte)) {
		page_add_file_rmap(page);
		set_pte_at(vma->vm_mm, address, pte, mk_pte(page, vma->vm_page_prot));
	} else if (page)
		put_page(page);
	pte_unmap_unlock(pte, ptl);
}
