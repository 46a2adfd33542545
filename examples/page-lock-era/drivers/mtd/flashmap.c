/*
 * Flash memory that processes map. The handler keeps the protocol: the page is
 * looked up with its lock, and the size is read under it.
 *
 * One path out forgets what it holds. A page whose data could not be read is
 * given back, but stays locked: the next fault, write or truncate of it hangs.
 */

#include <linux/mm.h>
#include <linux/pagemap.h>

static int flashmap_fault(struct vm_area_struct *vma, struct vm_fault *vmf)
{
	struct address_space *mapping = vma->vm_file->f_mapping;
	struct inode *inode = mapping->host;
	struct page *page;
	unsigned long pages;

	page = find_lock_page(mapping, vmf->pgoff);
	if (!page)
		return VM_FAULT_SIGBUS;
	if (!PageUptodate(page)) {
		page_cache_release(page);
		return VM_FAULT_SIGBUS;
	}
	pages = (i_size_read(inode) + PAGE_SIZE - 1) >> PAGE_SHIFT;
	if (vmf->pgoff >= pages) {
		unlock_page(page);
		page_cache_release(page);
		return VM_FAULT_SIGBUS;
	}
	vmf->page = page;
	return VM_FAULT_LOCKED;
}

static struct vm_operations_struct flashmap_vm_ops = {
	.fault = flashmap_fault,
};

static int flashmap_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &flashmap_vm_ops;
	return 0;
}
