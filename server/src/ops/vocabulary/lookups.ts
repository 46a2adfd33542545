/**
 * Lookups that are built of others, batches of pages, and counts of references. Those with a body
 * yield to it. The regions alone read them; the model has readings of the lookups in C
 * (`composites.ts`) and follows no batches.
 */

import { at } from '../place.ts';
import type { Effect, Primitive } from '../types.ts';
import { acquire, become, primitive, release, requires, type Extras } from './build.ts';

const regions = { isForRegionsOnly: true } as const;
const yields = { yieldsToSource: true, isForRegionsOnly: true } as const;
const folio = ['folio'] as const;
const old = ['nopage', 'fault'] as const;
const effect = { kind: 'effect' } as const;
const unknown = { kind: 'unknown' } as const;
const filemap = { source: 'mm/filemap.c', sleeps: 'yes', result: effect } as const satisfies Extras;
const lookup: Effect = { kind: 'lookup', takesReference: true };
const lockedResult: readonly Effect[] = [lookup, acquire('page', 'result', 'exclusive', 'nonnull')];

const batch = (does: 'get' | 'put' | 'lock' | 'requireLock', object: number): Effect => ({ kind: 'batch', does, object });

export const lookupVocabulary: readonly Primitive[] = [
  ...primitive('__grab_cache_page', lockedResult, { ...yields, ...filemap, eras: old }),
  ...primitive('grab_cache_page_nowait', lockedResult, { ...yields, ...filemap, sleeps: 'gfp', note: 'NULL also where someone else has the page locked' }),
  ...primitive('filemap_lock_folio', lockedResult, { ...yields, ...filemap, eras: folio, note: 'fails with an error pointer, before 6.4 with NULL' }),
  ...primitive('next_uptodate_folio', lockedResult, { ...yields, ...filemap, sleeps: 'no', eras: folio }),
  ...primitive('read_cache_page read_mapping_page', [lookup], { ...yields, ...filemap, note: 'fails with an error pointer; the page is uptodate and unlocked' }),
  ...primitive('filemap_get_folio', [lookup], { ...yields, ...filemap, sleeps: 'no', eras: folio, note: 'fails with an error pointer, before 6.4 with NULL' }),
  ...primitive('__filemap_get_folio', [become('page', 'result', 'unknown')], {
    ...yields, ...filemap, result: unknown, eras: folio, note: 'FGP_LOCK: locked; created: locked unless FGP_FOR_MMAP; FGP_NOWAIT: only tried; fails with an error pointer, before 6.4 with NULL',
  }),
  ...primitive('shmem_getpage', [become('page', at(2, '*'), 'unknown')], { ...yields, eras: old, sleeps: 'yes', result: unknown, source: 'mm/shmem.c', note: '0: *pagep is locked for some of the sgp types, and may be NULL for SGP_READ' }),
  ...primitive('shmem_get_folio', [become('page', at(3, '*'), 'unknown')], {
    ...yields, eras: folio, sleeps: 'yes', arity: 5, result: unknown, source: 'mm/shmem.c', note: '0: *foliop is locked, or NULL for SGP_READ; up to 6.11 it has four arguments',
  }),
  ...primitive('filemap_read_folio', [requires('page', 2), release('page', 2)], { ...yields, eras: folio, sleeps: 'yes', arity: 3, result: unknown, source: 'mm/filemap.c', note: '0: uptodate; the read unlocks it when it ends' }),
  ...primitive('page_cache_read', [], { ...yields, eras: old, sleeps: 'yes', result: unknown, source: 'mm/filemap.c', note: 'fills the slot, keeps nothing' }),

  ...primitive('find_lock_entries', [batch('lock', 3)], { ...yields, eras: folio, arity: 5, result: unknown, source: 'mm/filemap.c', note: 'folios that it could lock, that are of the file and not under writeback' }),
  ...primitive('find_get_entries', [batch('get', 3)], { ...yields, eras: folio, arity: 5, result: unknown, source: 'mm/filemap.c' }),
  ...primitive('filemap_get_folios filemap_get_folios_contig', [batch('get', 3)], { ...yields, eras: folio, arity: 4, result: unknown, source: 'mm/filemap.c' }),
  ...primitive('filemap_get_folios_tag', [batch('get', 4)], { ...yields, eras: folio, arity: 5, result: unknown, source: 'mm/filemap.c' }),
  ...primitive('pagevec_lookup', [batch('get', 0)], { ...yields, eras: old, result: unknown, source: 'mm/swap.c' }),
  ...primitive('pagevec_release', [batch('put', 0)], { ...regions, source: 'include/linux/pagevec.h' }),
  ...primitive('folio_batch_release', [batch('put', 0)], { ...regions, eras: folio, source: 'include/linux/pagevec.h' }),
  ...primitive('delete_from_page_cache_batch', [batch('requireLock', 1)], { ...yields, eras: folio, source: 'mm/filemap.c' }),

  ...primitive('folio_ref_add page_ref_add', [{ kind: 'get', object: 0, when: 'always', count: 1 }], { ...regions, eras: folio, source: 'include/linux/page_ref.h' }),
  ...primitive('folio_put_refs', [{ kind: 'put', object: 0, count: 1 }], { ...regions, eras: folio, source: 'include/linux/mm.h' }),
  ...primitive('folio_ref_freeze page_ref_freeze', [{ kind: 'freeze', object: 0, count: 1 }], { ...regions, eras: ['fault', 'folio'], result: { kind: 'choice', values: [0, 1] }, source: 'include/linux/page_ref.h' }),
  ...primitive('folio_ref_unfreeze page_ref_unfreeze', [{ kind: 'unfreeze', object: 0, count: 1 }], { ...regions, eras: ['fault', 'folio'], source: 'include/linux/page_ref.h' }),
];
