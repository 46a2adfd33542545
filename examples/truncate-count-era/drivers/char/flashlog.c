/*
 * A log in flash memory that processes map. Its pages are in the page cache of
 * the log's inode, and erasing the log is a truncation to nothing.
 *
 * The handler never asks for the size. do_no_page compares truncate_count, but
 * a fault that starts after vmtruncate() has incremented it and before the
 * page is removed sees one and the same count: it is i_size that has to stop
 * that fault, as in filemap_nopage.
 */

#include <linux/mm.h>
#include <linux/pagemap.h>

static struct page *flashlog_nopage(struct vm_area_struct *vma,
				    unsigned long address, int *type)
{
	struct address_space *mapping = vma->vm_file->f_mapping;
	struct page *page;
	unsigned long index;

	index = ((address - vma->vm_start) >> PAGE_CACHE_SHIFT) + vma->vm_pgoff;
	page = find_get_page(mapping, index);
	if (!page)
		return NOPAGE_SIGBUS;
	*type = VM_FAULT_MINOR;
	return page;
}

static struct vm_operations_struct flashlog_vm_ops = {
	.nopage = flashlog_nopage,
};

static int flashlog_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &flashlog_vm_ops;
	return 0;
}

static void flashlog_erase(struct inode *inode)
{
	mutex_lock(&inode->i_mutex);
	vmtruncate(inode, 0);
	mutex_unlock(&inode->i_mutex);
}
