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

#define FAULT_FLAG_WRITE	0x01

/* What a fault is about, and what the handler makes of it. */
struct vm_fault {
	unsigned int flags;		/* FAULT_FLAG_ bits */
	unsigned long pgoff;		/* index in the file */
	struct page *page;		/* set by the handler */
};

struct vm_operations_struct {
	/*
	 * Sets vmf->page, with a reference, and returns VM_FAULT_ bits. With
	 * VM_FAULT_LOCKED the page is locked, and was found to be of this file
	 * and inside i_size while it was. Without, the core locks it, and
	 * nobody has made sure of either. Entered with mmap_sem held for
	 * reading.
	 */
	int (*fault)(struct vm_area_struct *vma, struct vm_fault *vmf);
};

#define VM_FAULT_OOM	0x0001
#define VM_FAULT_SIGBUS	0x0002
#define VM_FAULT_MAJOR	0x0004
#define VM_FAULT_NOPAGE	0x0100		/* the handler has set the pte */
#define VM_FAULT_LOCKED	0x0200		/* vmf->page is locked */
#define VM_FAULT_ERROR	(VM_FAULT_OOM | VM_FAULT_SIGBUS)

int do_file_fault(struct mm_struct *mm, struct vm_area_struct *vma,
		  unsigned long address, pmd_t *pmd, unsigned int flags);
void unmap_mapping_range(struct address_space *mapping, loff_t start,
			 loff_t length, int even_cows);
int vmtruncate(struct inode *inode, loff_t size);

extern struct vm_operations_struct generic_file_vm_ops;
int filemap_fault(struct vm_area_struct *vma, struct vm_fault *vmf);

#endif
