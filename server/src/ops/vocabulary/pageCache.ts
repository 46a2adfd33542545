/** Lookup, insertion, removal and filling of the page cache; file size; barriers; unmapping. */

import type { Primitive } from '../types.ts';
import { acquire, primitive, put, requires } from './build.ts';

const filemap = { source: 'mm/filemap.c' } as const;
const effect = { kind: 'effect' } as const;
const lookup = { kind: 'lookup', takesReference: true } as const;

export const pageCacheVocabulary: readonly Primitive[] = [
  ...primitive('find_get_page find_get_entry mapping_get_entry', [lookup], { ...filemap, result: effect, isComposite: true }),
  ...primitive('filemap_get_entry', [lookup], { ...filemap, result: effect, eras: ['folio'] }),
  ...primitive('builtin_lookup', [lookup], { ...filemap, result: effect }),
  ...primitive('do_sync_mmap_readahead do_async_mmap_readahead', [{ kind: 'fill' }], { ...filemap, sleeps: 'yes', result: { kind: 'choice', values: [0] }, yieldsToSource: true }),
  ...primitive('xas_find xas_next_entry', [{ kind: 'lookup', takesReference: false, walk: 'next' }], { source: 'include/linux/xarray.h', result: effect }),
  ...primitive('xas_load xas_reload', [{ kind: 'lookup', takesReference: false, walk: 'current' }], { source: 'include/linux/xarray.h', result: effect }),
  ...primitive('radix_tree_lookup radix_tree_deref_slot', [{ kind: 'lookup', takesReference: false }], { source: 'lib/radix-tree.c', result: effect }),
  ...primitive('page_cache_alloc page_cache_alloc_cold __page_cache_alloc alloc_page alloc_pages alloc_page_vma alloc_pages_vma alloc_pages_current __alloc_pages __alloc_pages_nodemask filemap_alloc_folio folio_alloc folio_alloc_mpol vma_alloc_folio folio_prealloc alloc_zeroed_user_highpage alloc_zeroed_user_highpage_movable', [{ kind: 'allocate' }], { source: 'mm/page_alloc.c', sleeps: 'gfp', result: effect }),
  ...primitive('add_to_page_cache add_to_page_cache_lru', [{ kind: 'insert', object: 0, locks: true }], { ...filemap, yieldsToSource: true, sleeps: 'gfp', result: effect }),
  // Its page is locked already; in one step, as a lookup under the tree's lock sees it.
  ...primitive('shmem_add_to_page_cache', [{ kind: 'insert', object: 0, locks: false }], { source: 'mm/shmem.c', sleeps: 'gfp', result: effect, eras: ['fault', 'folio'] }),
  ...primitive('filemap_add_folio', [{ kind: 'insert', object: 1, locks: true }], { ...filemap, yieldsToSource: true, sleeps: 'gfp', result: effect, eras: ['folio'] }),
  ...primitive('radix_tree_insert', [{ kind: 'fillSlot', object: 2 }], { source: 'lib/radix-tree.c', result: effect }),
  ...primitive('radix_tree_delete radix_tree_replace_slot xas_store', [{ kind: 'editSlot' }], { source: 'lib/radix-tree.c', result: { kind: 'unknown' } }),
  ...primitive('__remove_from_page_cache', [requires('page'), { kind: 'remove', object: 0, takesTreeLock: false }], filemap),
  ...primitive('remove_from_page_cache', [requires('page'), { kind: 'remove', object: 0, takesTreeLock: true }], filemap),
  ...primitive('delete_from_page_cache filemap_remove_folio', [requires('page'), { kind: 'remove', object: 0, takesTreeLock: true }, put()], filemap),
  ...primitive(
    'page_cache_readahead do_page_cache_readahead __do_page_cache_readahead ra_submit ondemand_readahead page_cache_sync_readahead page_cache_async_readahead page_cache_ra_order page_cache_sync_ra page_cache_async_ra force_page_cache_readahead page_cache_ra_unbounded',
    [{ kind: 'fill' }], { source: 'mm/readahead.c', sleeps: 'yes', result: { kind: 'unknown' } },
  ),

  ...primitive('i_size_read', [], { source: 'include/linux/fs.h', result: { kind: 'size' } }),
  ...primitive('i_size_write', [{ kind: 'storeSize', value: 1 }], { source: 'include/linux/fs.h' }),

  ...primitive('smp_rmb rmb', [{ kind: 'fence', order: 'read' }], { source: 'include/asm-generic/barrier.h' }),
  ...primitive('smp_wmb wmb', [{ kind: 'fence', order: 'write' }], { source: 'include/asm-generic/barrier.h' }),
  ...primitive('smp_mb mb smp_mb__after_atomic smp_mb__before_atomic', [{ kind: 'fence', order: 'full' }], { source: 'include/asm-generic/barrier.h' }),

  ...primitive('unmap_mapping_range', [{ kind: 'unmap', evenCows: 3 }], { source: 'mm/memory.c', sleeps: 'yes' }),
  ...primitive('unmap_mapping_pages', [{ kind: 'unmap', evenCows: 3 }], { source: 'mm/memory.c', sleeps: 'yes', eras: ['folio'] }),
  ...primitive('unmap_mapping_folio', [requires('page'), { kind: 'unmap', evenCows: false }], { source: 'mm/memory.c', sleeps: 'yes', eras: ['folio'] }),

  ...primitive('BUG_ON VM_BUG_ON VM_BUG_ON_PAGE VM_BUG_ON_FOLIO VM_BUG_ON_VMA VM_WARN_ON_ONCE_FOLIO PAGE_BUG', [{ kind: 'assertFalse' }], { source: 'include/asm-generic/bug.h' }),

  ...primitive('IS_ERR', [], { source: 'include/linux/err.h', result: { kind: 'isError', value: 0, orNull: false } }),
  ...primitive('IS_ERR_OR_NULL', [], { source: 'include/linux/err.h', result: { kind: 'isError', value: 0, orNull: true } }),
  ...primitive('ERR_PTR', [], { source: 'include/linux/err.h', result: { kind: 'errorPointer', value: 0 } }),
  ...primitive('PTR_ERR ERR_CAST', [], { source: 'include/linux/err.h', result: { kind: 'argument', index: 0 } }),
  ...primitive('likely unlikely __builtin_expect READ_ONCE ACCESS_ONCE rcu_dereference data_race DIV_ROUND_UP round_up PAGE_ALIGN', [], { source: 'include/linux/compiler.h', result: { kind: 'argument', index: 0 } }),

  ...primitive('atomic_read atomic_long_read', [], { source: 'include/linux/atomic.h', result: { kind: 'argument', index: 0, isPointee: true } }),

  ...primitive('grab_cache_page find_or_create_page filemap_grab_folio', [lookup, acquire('page', 'result', 'exclusive', 'nonnull')], { ...filemap, sleeps: 'yes', result: effect, isComposite: true, yieldsToSource: true }),
  ...primitive('find_lock_page', [lookup, acquire('page', 'result', 'exclusive', 'nonnull')], { ...filemap, sleeps: 'yes', result: effect, isComposite: true, yieldsToSource: true }),
];
