/* Taking pages out of a file. */

#include <linux/mm.h>
#include <linux/pagemap.h>

/* The page is locked, unmapped and of this file. */
static void remove_page(struct page *page)
{
	ClearPageDirty(page);
	ClearPageUptodate(page);
	remove_from_page_cache(page);
	page_cache_release(page);	/* the reference of the page cache */
}

/*
 * Removes all pages from `start` on. The caller has made i_size smaller and
 * has cleared the ptes; a fault that is in flight sees truncate_count differ.
 */
void truncate_inode_pages(struct address_space *mapping, loff_t start)
{
	unsigned long index = (start + PAGE_CACHE_SIZE - 1) >> PAGE_CACHE_SHIFT;
	struct page *page;

	while ((page = next_cached_page(mapping, &index))) {
		lock_page(page);
		if (page->mapping == mapping) {
			wait_on_page_writeback(page);
			remove_page(page);
		}
		unlock_page(page);
		page_cache_release(page);
	}
}

/*
 * Throws out what the page cache has, so that the next reader sees what direct
 * I/O, or another client of the server, has written. The file keeps its size.
 *
 * This is the race: a fault that samples truncate_count after unmap_mapping_
 * range() has incremented it, but finds the page before it is removed, sees
 * the same count under the page-table lock and a size that never changed. It
 * sets its pte, and the page loses its ->mapping right after that.
 */
int invalidate_inode_pages2(struct address_space *mapping)
{
	unsigned long index = 0;
	struct page *page;
	int error = 0;

	while ((page = next_cached_page(mapping, &index))) {
		lock_page(page);
		if (page->mapping == mapping) {
			wait_on_page_writeback(page);
			while (page_mapped(page))
				unmap_mapping_range(mapping,
					(loff_t)page->index << PAGE_CACHE_SHIFT,
					PAGE_CACHE_SIZE, 0);
			if (PageDirty(page))
				error = -EIO;
			else
				remove_page(page);
		}
		unlock_page(page);
		page_cache_release(page);
	}
	return error;
}
