/* Taking pages out of a file. A page is unmapped while its lock is held. */

#include <linux/mm.h>
#include <linux/pagemap.h>

/* The page is locked and of this file; afterwards no pte maps it. */
static void unmap_page(struct address_space *mapping, struct page *page)
{
	if (page_mapped(page))
		unmap_mapping_range(mapping,
				    (loff_t)page->index << PAGE_CACHE_SHIFT,
				    PAGE_CACHE_SIZE, 0);
}

static void remove_page(struct page *page)
{
	ClearPageDirty(page);
	remove_from_page_cache(page);
	ClearPageUptodate(page);
	page_cache_release(page);	/* the reference of the page cache */
}

/*
 * Removes all pages from `start` on. The caller has made i_size smaller, but a
 * fault that had read the old size may have mapped a page since its ptes were
 * cleared: they are cleared again, under the lock that such a fault holds.
 */
void truncate_inode_pages(struct address_space *mapping, loff_t start)
{
	unsigned long index = (start + PAGE_CACHE_SIZE - 1) >> PAGE_CACHE_SHIFT;
	struct page *page;

	while ((page = next_cached_page(mapping, &index))) {
		lock_page(page);
		if (page->mapping == mapping) {
			wait_on_page_writeback(page);
			unmap_page(mapping, page);
			remove_page(page);
		}
		unlock_page(page);
		page_cache_release(page);
	}
}

/*
 * Throws out what the page cache has, inside i_size. No fault gets between the
 * unmapping and the removal: it would need the page lock to set its pte.
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
			unmap_page(mapping, page);
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
