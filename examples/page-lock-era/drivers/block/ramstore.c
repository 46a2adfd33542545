/*
 * A store in memory that processes map. Its pages are in the page cache of the
 * store's inode.
 *
 * The handler returns the page without its lock, as ->nopage handlers did. The
 * core locks it then, but does not look at page->mapping: the page may have
 * been removed after the lookup, and gets mapped all the same.
 */

#include <linux/mm.h>
#include <linux/pagemap.h>

static int ramstore_fault(struct vm_area_struct *vma, struct vm_fault *vmf)
{
	struct address_space *mapping = vma->vm_file->f_mapping;
	struct inode *inode = mapping->host;

	if (vmf->pgoff >= (i_size_read(inode) + PAGE_SIZE - 1) >> PAGE_SHIFT)
		return VM_FAULT_SIGBUS;
	vmf->page = find_get_page(mapping, vmf->pgoff);
	if (!vmf->page)
		return VM_FAULT_SIGBUS;
	return 0;
}

static struct vm_operations_struct ramstore_vm_ops = {
	.fault = ramstore_fault,
};

static int ramstore_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &ramstore_vm_ops;
	return 0;
}
