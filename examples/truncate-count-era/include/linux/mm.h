/* Virtual memory: pages, vmas, and what a file puts behind its mappings. */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/fs.h>

struct page {
	unsigned long flags;		/* PG_locked and others */
	atomic_t _count;		/* references; at 0 the page is free */
	atomic_t _mapcount;		/* ptes that map it */
	struct address_space *mapping;	/* NULL: no longer of any file */
	unsigned long index;
};

struct vm_area_struct {
	struct mm_struct *vm_mm;
	unsigned long vm_start, vm_end;
	unsigned long vm_flags;
	unsigned long vm_pgoff;
	pgprot_t vm_page_prot;
	struct file *vm_file;
	struct vm_operations_struct *vm_ops;
	struct vm_area_struct *vm_next_shared;
};

#define VM_READ		0x00000001
#define VM_WRITE	0x00000002
#define VM_SHARED	0x00000008

struct vm_operations_struct {
	/*
	 * The page of an address, with a reference and not locked, or one of
	 * the NOPAGE_ values. Entered with mmap_sem held for reading.
	 */
	struct page *(*nopage)(struct vm_area_struct *vma,
			       unsigned long address, int *type);
};

#define NOPAGE_SIGBUS	(NULL)
#define NOPAGE_OOM	((struct page *) (-1))

/* Values, not bits. */
#define VM_FAULT_OOM	0
#define VM_FAULT_SIGBUS	1
#define VM_FAULT_MINOR	2
#define VM_FAULT_MAJOR	3

int do_no_page(struct mm_struct *mm, struct vm_area_struct *vma,
	       unsigned long address, pmd_t *pmd, int write_access);
void unmap_mapping_range(struct address_space *mapping, loff_t start,
			 loff_t length, int even_cows);
int vmtruncate(struct inode *inode, loff_t size);

extern struct vm_operations_struct generic_file_vm_ops;
struct page *filemap_nopage(struct vm_area_struct *vma,
			    unsigned long address, int *type);

#endif
