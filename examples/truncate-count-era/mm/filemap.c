/* The generic ->nopage: what most filesystems put behind their mappings. */

#include <linux/mm.h>
#include <linux/pagemap.h>

struct page *find_get_page(struct address_space *mapping, unsigned long index)
{
	struct page *page;

	read_lock_irq(&mapping->tree_lock);
	page = radix_tree_lookup(&mapping->page_tree, index);
	if (page)
		page_cache_get(page);
	read_unlock_irq(&mapping->tree_lock);
	return page;
}

/* Puts a page into the file and reads it. 0: somebody has done so. */
int page_cache_read(struct file *file, unsigned long index)
{
	struct address_space *mapping = file->f_mapping;
	struct page *page;
	int error;

	page = page_cache_alloc_cold(mapping);
	if (!page)
		return -ENOMEM;
	error = add_to_page_cache_lru(page, mapping, index, GFP_KERNEL);
	if (error == 0)
		error = mapping->a_ops->readpage(file, page);
	else if (error == -EEXIST)
		error = 0;
	page_cache_release(page);
	return error;
}

/*
 * The size is read after do_no_page has read truncate_count, and the lookup's
 * lock and unlock of tree_lock keep both before the second reading of the
 * count. The page is returned unlocked: from here on only the count protects
 * the fault.
 */
struct page *filemap_nopage(struct vm_area_struct *vma,
			    unsigned long address, int *type)
{
	struct file *file = vma->vm_file;
	struct address_space *mapping = file->f_mapping;
	struct inode *inode = mapping->host;
	struct page *page;
	unsigned long index, pages;

	index = ((address - vma->vm_start) >> PAGE_CACHE_SHIFT) + vma->vm_pgoff;
again:
	pages = (i_size_read(inode) + PAGE_CACHE_SIZE - 1) >> PAGE_CACHE_SHIFT;
	if (index >= pages)
		return NOPAGE_SIGBUS;

	page = find_get_page(mapping, index);
	if (!page) {
		*type = VM_FAULT_MAJOR;
		if (page_cache_read(file, index) < 0)
			return NOPAGE_SIGBUS;
		goto again;
	}
	if (PageUptodate(page))
		return page;

	/* Whoever reads the page holds its lock: wait, or read it again. */
	lock_page(page);
	if (page->mapping != mapping) {
		unlock_page(page);
		page_cache_release(page);
		goto again;
	}
	if (PageUptodate(page)) {
		unlock_page(page);
		return page;
	}
	if (mapping->a_ops->readpage(file, page) == 0) {
		wait_on_page_locked(page);
		if (PageUptodate(page))
			return page;
	}
	page_cache_release(page);
	return NOPAGE_SIGBUS;
}

struct vm_operations_struct generic_file_vm_ops = {
	.nopage = filemap_nopage,
};
