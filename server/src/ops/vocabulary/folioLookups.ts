/**
 * Lookups of a folio in the page cache, in C, each in two readings: before 6.4 they fail with NULL, from
 * then on with an error pointer. Part of the built-in readings of `composites.ts`.
 */

const lookups = `
struct folio *filemap_get_folio(struct address_space *mapping, unsigned long index)
{
	struct folio *folio = builtin_lookup(mapping, index);

	if (!folio)
		return ERR_PTR(-ENOENT);
	return folio;
}

struct folio *filemap_lock_folio(struct address_space *mapping, unsigned long index)
{
	struct folio *folio;

again:
	folio = builtin_lookup(mapping, index);
	if (!folio)
		return ERR_PTR(-ENOENT);
	folio_lock(folio);
	if (folio->mapping != mapping) {
		folio_unlock(folio);
		folio_put(folio);
		goto again;
	}
	return folio;
}

struct folio *__filemap_get_folio(struct address_space *mapping, unsigned long index, unsigned int flags, unsigned int gfp)
{
	struct folio *folio;
	int err;

again:
	folio = builtin_lookup(mapping, index);
	if (folio) {
		if (flags & FGP_LOCK) {
			folio_lock(folio);
			if (folio->mapping != mapping) {
				folio_unlock(folio);
				folio_put(folio);
				goto again;
			}
		}
		return folio;
	}
	if (!(flags & FGP_CREAT))
		return ERR_PTR(-ENOENT);
	folio = filemap_alloc_folio(gfp, 0);
	if (!folio)
		return ERR_PTR(-ENOMEM);
	err = filemap_add_folio(mapping, folio, index, gfp);
	if (err) {
		folio_put(folio);
		if (err == -EEXIST)
			goto again;
		return ERR_PTR(-ENOMEM);
	}
	if (flags & FGP_FOR_MMAP)
		folio_unlock(folio);
	return folio;
}
`;

const names = ['filemap_get_folio', 'filemap_lock_folio', '__filemap_get_folio'] as const;

function orNull(name: string): string {
  return `${name}_or_null`;
}

/** The same with NULL for every error. */
function failingWithNull(source: string): string {
  const withNull = source.replaceAll(/ERR_PTR\([^)]*\)/g, 'NULL');
  return withNull.replaceAll(/\b\w+(?=\()/g, (name) => (names.some((each) => each === name) ? orNull(name) : name));
}

export const folioLookupsSource = lookups + failingWithNull(lookups);

/** The lookups fail with NULL where the tree's `judgedBy` makes no error pointer. By name: which reading is meant then. */
export const failsWithNull: { readonly judgedBy: string; readonly errorPointer: string; readonly readings: Readonly<Record<string, string>> } = {
  judgedBy: '__filemap_get_folio',
  errorPointer: 'ERR_PTR',
  readings: Object.fromEntries(names.map((name) => [name, orNull(name)])),
};
