/* The page cache: which page holds which part of which file. */
#ifndef _LINUX_PAGEMAP_H
#define _LINUX_PAGEMAP_H

#include <linux/mm.h>

#define PAGE_CACHE_SHIFT	PAGE_SHIFT
#define PAGE_CACHE_SIZE		PAGE_SIZE

#define page_cache_get(page)		get_page(page)
#define page_cache_release(page)	put_page(page)

/* May sleep. Who holds the lock is the only one to change page->mapping. */
void lock_page(struct page *page);
void unlock_page(struct page *page);

struct page *find_get_page(struct address_space *mapping, unsigned long index);
/* Also locked, and of this file at the time. */
struct page *find_lock_page(struct address_space *mapping, unsigned long index);
int add_to_page_cache_lru(struct page *page, struct address_space *mapping,
			  unsigned long index, gfp_t gfp);
void remove_from_page_cache(struct page *page);
int page_cache_read(struct file *file, unsigned long index);

void truncate_inode_pages(struct address_space *mapping, loff_t start);
int invalidate_inode_pages2(struct address_space *mapping);

#endif
