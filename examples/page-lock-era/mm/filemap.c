/* The generic ->fault: what most filesystems put behind their mappings. */

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

/*
 * The page may be removed between the lookup and the lock, and lock_page()
 * sleeps. Only ->mapping, read under the lock, tells whether it was.
 */
struct page *find_lock_page(struct address_space *mapping, unsigned long index)
{
	struct page *page;

	for (;;) {
		page = find_get_page(mapping, index);
		if (!page)
			return NULL;
		lock_page(page);
		if (page->mapping == mapping)
			return page;
		unlock_page(page);
		page_cache_release(page);
	}
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

static unsigned long pages_of(struct inode *inode)
{
	return (i_size_read(inode) + PAGE_CACHE_SIZE - 1) >> PAGE_CACHE_SHIFT;
}

int filemap_fault(struct vm_area_struct *vma, struct vm_fault *vmf)
{
	struct file *file = vma->vm_file;
	struct address_space *mapping = file->f_mapping;
	struct inode *inode = mapping->host;
	struct page *page;
	int error, ret = 0;

	if (vmf->pgoff >= pages_of(inode))
		return VM_FAULT_SIGBUS;
again:
	page = find_lock_page(mapping, vmf->pgoff);
	if (!page) {
		ret = VM_FAULT_MAJOR;
		error = page_cache_read(file, vmf->pgoff);
		if (error == -ENOMEM)
			return VM_FAULT_OOM;
		if (error < 0)
			return VM_FAULT_SIGBUS;
		goto again;
	}
	if (!PageUptodate(page)) {
		/* Reading unlocks the page: look everything up once more. */
		error = mapping->a_ops->readpage(file, page);
		if (error == 0) {
			wait_on_page_locked(page);
			if (!PageUptodate(page))
				error = -EIO;
		}
		page_cache_release(page);
		if (error < 0)
			return VM_FAULT_SIGBUS;
		goto again;
	}

	/*
	 * The size again, now under the page lock: a page that was put into
	 * the file after truncate had looked for pages is beyond its end.
	 */
	if (vmf->pgoff >= pages_of(inode)) {
		unlock_page(page);
		page_cache_release(page);
		return VM_FAULT_SIGBUS;
	}
	vmf->page = page;
	return ret | VM_FAULT_LOCKED;
}

struct vm_operations_struct generic_file_vm_ops = {
	.fault = filemap_fault,
};
