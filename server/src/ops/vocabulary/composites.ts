/**
 * Functions of the kernel that are built of primitives, in C, for where the tree's own source is
 * not at hand: the same front end reads them. Each is written to show the protocol, not copied.
 * `address_space_operations` members stand here by member name (contract: domain of the callback).
 */

export const compositesSource = `
struct page *find_lock_page(struct address_space *mapping, unsigned long index)
{
	struct page *page;

again:
	page = find_get_page(mapping, index);
	if (page) {
		lock_page(page);
		if (page->mapping != mapping) {
			unlock_page(page);
			put_page(page);
			goto again;
		}
	}
	return page;
}

struct page *find_or_create_page(struct address_space *mapping, unsigned long index)
{
	struct page *page;
	int err;

again:
	page = find_lock_page(mapping, index);
	if (!page) {
		page = alloc_page(0);
		if (!page)
			return NULL;
		err = add_to_page_cache_lru(page, mapping, index, 0);
		if (err) {
			put_page(page);
			page = NULL;
			if (err == -EEXIST)
				goto again;
		}
	}
	return page;
}

int page_cache_read(struct file *file, unsigned long index)
{
	struct address_space *mapping = file->f_mapping;
	struct page *page;
	int ret;

	page = alloc_page(0);
	if (!page)
		return -ENOMEM;
	ret = add_to_page_cache_lru(page, mapping, index, 0);
	if (ret == 0)
		ret = mapping->a_ops->readpage(file, page);
	else if (ret == -EEXIST)
		ret = 0;
	put_page(page);
	return ret;
}

int aops_readpage(struct file *file, struct page *page)
{
	if (readpage_fails()) {
		unlock_page(page);
		return -EIO;
	}
	SetPageUptodate(page);
	unlock_page(page);
	return 0;
}

int aops_read_folio(struct file *file, struct page *page)
{
	if (readpage_fails()) {
		unlock_page(page);
		return -EIO;
	}
	SetPageUptodate(page);
	unlock_page(page);
	return 0;
}
`;
