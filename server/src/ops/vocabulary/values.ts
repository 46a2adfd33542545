/**
 * Ptes as values and in place, ordered loads and stores, seqlock readers, and what sleeps: nothing
 * here takes a lock. The regions alone read them: to the model a store that it knows no more of than
 * this is a call without effect, listed as such.
 */

import type { Effect, Primitive } from '../types.ts';
import { primitive, type Extras } from './build.ts';

const plain = { isForRegionsOnly: true, result: { kind: 'unknown' } } as const satisfies Extras;
const generic = { ...plain, source: 'include/asm-generic/pgtable.h' } as const satisfies Extras;
const folio = ['folio'] as const;
const clears: readonly Effect[] = [{ kind: 'clearPte', pte: 2 }];

export const valueVocabulary: readonly Primitive[] = [
  ...primitive('pte_file', [], { ...generic, eras: ['nopage', 'fault'] }),
  ...primitive('vmf_pte_changed', [], { ...plain, eras: folio, source: 'mm/memory.c' }),
  ...primitive('get_and_clear_full_ptes clear_not_present_full_ptes', clears, { ...plain, eras: folio, source: 'include/linux/pgtable.h' }),
  ...primitive('ptep_set_wrprotect', [{ kind: 'protectPte', pte: 2 }], generic),

  ...primitive('smp_load_acquire smp_store_release', [], { ...plain, source: 'include/asm-generic/barrier.h', note: 'orders what follows the load, or what precedes the store' }),
  ...primitive('smp_read_barrier_depends', [], { ...plain, eras: ['nopage', 'fault'], source: 'include/linux/compiler.h', note: 'orders a load after the load of its address' }),
  ...primitive('read_seqbegin read_seqretry', [], { ...plain, source: 'include/linux/seqlock.h' }),

  ...primitive('kmap', [], { ...plain, result: { kind: 'pointer' }, sleeps: 'yes', source: 'include/linux/highmem.h' }),
  ...primitive('copy_from_user copy_to_user get_user_pages', [], { ...plain, sleeps: 'yes', source: 'include/linux/mm.h' }),
  ...primitive('kmalloc', [], { ...plain, sleeps: 'gfp', source: 'include/linux/slab.h' }),
  ...primitive('kmap_atomic', [], { ...plain, result: { kind: 'pointer' }, source: 'include/linux/highmem.h' }),
  ...primitive('iov_iter_copy_from_user_atomic', [], { ...plain, eras: ['fault'], source: 'mm/filemap.c' }),
  ...primitive('copy_folio_from_iter_atomic', [], { ...plain, eras: folio, source: 'lib/iov_iter.c' }),
];
