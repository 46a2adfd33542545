/* Files, as far as page faults need to know them. */
#ifndef _LINUX_FS_H
#define _LINUX_FS_H

struct page;
struct file;
struct inode;
struct list_head;
struct vm_area_struct;

struct address_space_operations {
	/* Entered with the page locked; unlocks it when the data is there. */
	int (*readpage)(struct file *, struct page *);
};

/* The page cache of one file. */
struct address_space {
	struct inode *host;
	rwlock_t tree_lock;		/* index -> page */
	unsigned long nrpages;
	spinlock_t i_mmap_lock;		/* the vmas that map the file */
	struct vm_area_struct *i_mmap;
	unsigned int truncate_count;	/* stored under i_mmap_lock */
	const struct address_space_operations *a_ops;
};

struct inode {
	struct mutex i_mutex;		/* stores of i_size */
	loff_t i_size;
	struct address_space *i_mapping;
};

struct file {
	struct address_space *f_mapping;
};

loff_t i_size_read(struct inode *inode);
void i_size_write(struct inode *inode, loff_t size);

#endif
