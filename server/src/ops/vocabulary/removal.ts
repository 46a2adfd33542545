/**
 * Unmapping, cleaning, writing back and removing: functions with a body that need the page locked or
 * take every lock inside. They yield to their source; the regions alone read them.
 */

import type { Primitive } from '../types.ts';
import { primitive, requires, type Extras } from './build.ts';

const yields = { yieldsToSource: true, isForRegionsOnly: true, result: { kind: 'unknown' } } as const satisfies Extras;
const sleeping = { ...yields, sleeps: 'yes' } as const satisfies Extras;
const folio = ['folio'] as const;
const old = ['nopage', 'fault'] as const;
const truncate = { source: 'mm/truncate.c' } as const;

export const removalVocabulary: readonly Primitive[] = [
  ...primitive('zap_page_range', [], { ...sleeping, eras: old, source: 'mm/memory.c', note: 'needs the mmap lock or the i_mmap lock' }),
  ...primitive('zap_page_range_single', [], { ...sleeping, eras: folio, source: 'mm/memory.c', note: 'needs the mmap lock or the i_mmap lock' }),
  ...primitive('try_to_unmap', [requires('page')], { ...sleeping, source: 'mm/rmap.c', note: 'returns SWAP_SUCCESS and others; in the folio era nothing' }),
  ...primitive('try_to_migrate', [requires('page')], { ...sleeping, eras: folio, source: 'mm/rmap.c' }),
  ...primitive('page_mkclean', [requires('page')], { ...yields, eras: old, source: 'mm/rmap.c' }),
  ...primitive('folio_mkclean', [requires('page')], { ...sleeping, eras: folio, source: 'mm/rmap.c' }),

  ...primitive('set_page_writeback folio_start_writeback', [{ kind: 'setFlag', flag: 'writeback', object: 0, value: 1 }], { isForRegionsOnly: true, source: 'mm/page-writeback.c' }),
  ...primitive('end_page_writeback folio_end_writeback', [{ kind: 'setFlag', flag: 'writeback', object: 0, value: 0 }], { isForRegionsOnly: true, source: 'mm/filemap.c' }),

  ...primitive('vmtruncate vmtruncate_range', [], { ...sleeping, ...truncate, eras: old, note: 'takes and drops the i_mmap lock, page-table locks and page locks' }),
  ...primitive('truncate_pagecache truncate_setsize truncate_pagecache_range', [], { ...sleeping, ...truncate, note: 'takes and drops the i_mmap lock, page-table locks and page locks' }),
  ...primitive('truncate_inode_pages truncate_inode_pages_range', [], { ...sleeping, ...truncate, note: 'takes and drops page locks' }),
  ...primitive('invalidate_mapping_pages', [], { ...sleeping, ...truncate, note: 'takes and drops page locks' }),
  ...primitive('invalidate_inode_pages2_range', [], { ...sleeping, ...truncate, note: 'takes and drops page locks, the i_mmap lock and page-table locks' }),
  ...primitive('truncate_complete_page', [requires('page', 1)], { ...sleeping, ...truncate, eras: old }),
  ...primitive('truncate_inode_folio', [requires('page', 1)], { ...sleeping, ...truncate, eras: folio }),
  ...primitive('truncate_cleanup_folio', [requires('page')], { ...sleeping, ...truncate, eras: folio }),
  ...primitive('mapping_evict_folio', [requires('page', 1)], { ...sleeping, ...truncate, eras: folio, arity: 2 }),
  ...primitive('try_to_release_page', [requires('page')], { ...yields, sleeps: 'gfp', eras: old, source: 'mm/filemap.c', note: '0: refused' }),
  ...primitive('filemap_release_folio', [requires('page')], { ...yields, sleeps: 'gfp', eras: folio, source: 'mm/filemap.c', note: 'false: refused' }),
  ...primitive('remove_mapping', [requires('page', 1)], { ...yields, source: 'mm/vmscan.c', note: 'not 0: removed, which takes the lock of the tree inside' }),
  ...primitive('__filemap_remove_folio', [requires('page')], { ...yields, eras: folio, source: 'mm/filemap.c', note: 'needs the lock of the tree as well' }),
];
