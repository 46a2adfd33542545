/** Page-table locks, ptes and reverse maps. A pte value carries the page and the bits 1 writable, 2 dirty. */

import type { Primitive, Result } from '../types.ts';
import { acquire, primitive, release } from './build.ts';

const mm = { source: 'include/linux/mm.h' } as const;
const generic = { source: 'include/asm-generic/pgtable.h' } as const;
const nameLock = { kind: 'nameLock', pointer: 3, lock: 'pageTable' } as const;
/** Page tables go away under a fault from 6.5 on, which made a function of the macro that had no NULL. */
const mayVanish = { kind: 'ptePointer', mayBeNull: true, unlessMacro: { name: 'pte_offset_map_lock', arity: 4 } } as const satisfies Result;

export const pageTableVocabulary: readonly Primitive[] = [
  ...primitive('pte_offset_map_lock', [acquire('pageTable', 3), nameLock], { ...mm, result: { kind: 'ptePointer', mayBeNull: false }, eras: ['nopage', 'fault'] }),
  ...primitive('pte_offset_map_lock', [acquire('pageTable', 3, 'exclusive', 'nonnull'), nameLock], { ...mm, result: mayVanish, eras: ['folio'] }),
  ...primitive('pte_alloc_map_lock', [acquire('pageTable', 3, 'exclusive', 'nonnull'), nameLock], { ...mm, sleeps: 'yes', result: { kind: 'ptePointer', mayBeNull: true } }),
  ...primitive('get_locked_pte', [acquire('pageTable', 2, 'exclusive', 'nonnull'), { kind: 'nameLock', pointer: 2, lock: 'pageTable' }], { ...mm, yieldsToSource: true, sleeps: 'yes', result: { kind: 'ptePointer', mayBeNull: true } }),
  ...primitive('pte_unmap_unlock', [release('pageTable', 1)], mm),
  ...primitive('pte_lockptr', [], { ...mm, result: { kind: 'lockPointer', lock: 'pageTable' } }),
  ...primitive('pmd_lockptr', [], { ...mm, result: { kind: 'lockPointer', lock: 'pmd' } }),
  ...primitive('pte_offset_map pte_offset_map_nested', [], { ...mm, result: { kind: 'ptePointer', mayBeNull: false }, eras: ['nopage', 'fault'] }),
  ...primitive('pte_offset_map pte_offset_map_nolock', [], { ...mm, result: mayVanish, eras: ['folio'] }),
  ...primitive('pte_alloc_map', [], { ...mm, sleeps: 'yes', result: { kind: 'ptePointer', mayBeNull: true } }),
  ...primitive('pte_unmap pte_unmap_nested', [], mm),

  ...primitive('pte_none', [], { ...generic, result: { kind: 'pteNone', value: 0 } }),
  ...primitive('pte_same', [], { ...generic, result: { kind: 'pteSame', left: 0, right: 1 } }),
  ...primitive('ptep_get ptep_get_lockless', [], { ...generic, result: { kind: 'pteAt', pointer: 0 } }),
  ...primitive('mk_pte folio_mk_pte', [], { ...generic, result: { kind: 'pteOfPage', page: 0 } }),
  ...primitive('pte_mkwrite maybe_mkwrite pte_mkwrite_novma', [], { ...generic, result: { kind: 'pteWith', value: 0, bits: 1 } }),
  ...primitive('pte_mkdirty', [], { ...generic, result: { kind: 'pteWith', value: 0, bits: 2 } }),
  ...primitive('pte_wrprotect', [], { ...generic, result: { kind: 'pteWithout', value: 0, bits: 1 } }),
  ...primitive('pte_mkclean', [], { ...generic, result: { kind: 'pteWithout', value: 0, bits: 2 } }),
  ...primitive('pte_write', [], { ...generic, result: { kind: 'pteHas', value: 0, bits: 1 } }),
  ...primitive('pte_dirty', [], { ...generic, result: { kind: 'pteHas', value: 0, bits: 2 } }),
  ...primitive('pte_present', [], { ...generic, result: { kind: 'ptePresent', value: 0 } }),
  ...primitive('pte_mkyoung pte_mkold pte_sw_mkyoung pte_mkspecial pte_mksoft_dirty pte_clear_soft_dirty pte_mkuffd_wp arch_make_huge_pte', [], { ...generic, result: { kind: 'argument', index: 0 } }),
  ...primitive('pte_page', [], { ...generic, result: { kind: 'pageOfPte', value: 0 } }),
  ...primitive('vm_normal_page vm_normal_folio', [], { ...mm, result: { kind: 'pageOfPte', value: 2 } }),
  // A frame's number stands for its page; the zero page is not the file's.
  ...primitive('pte_pfn', [], { ...generic, result: { kind: 'pageOfPte', value: 0 } }),
  ...primitive('pfn_valid', [], { ...mm, result: { kind: 'choice', values: [1] } }),
  ...primitive('is_zero_pfn', [], { ...mm, result: { kind: 'choice', values: [0] }, eras: ['fault', 'folio'] }),
  ...primitive('set_pte_at', [{ kind: 'storePte', pte: 2, value: 3 }], generic),
  ...primitive('set_pte', [{ kind: 'storePte', pte: 0, value: 1 }], generic),
  ...primitive('set_ptes', [{ kind: 'storePte', pte: 2, value: 3 }], { ...generic, eras: ['folio'] }),
  ...primitive('set_pte_at_notify', [{ kind: 'storePte', pte: 2, value: 3 }], { ...generic, eras: ['fault', 'folio'] }),
  ...primitive('ptep_set_access_flags', [{ kind: 'storePte', pte: 2, value: 3, isUpdate: true }], { ...generic, result: { kind: 'choice', values: [1] } }),
  ...primitive('ptep_establish', [{ kind: 'storePte', pte: 2, value: 3, isUpdate: true }], { ...generic, eras: ['nopage'] }),
  ...primitive('pte_clear', [{ kind: 'clearPte', pte: 2 }], generic),
  ...primitive('ptep_get_and_clear ptep_get_and_clear_full ptep_clear_flush', [{ kind: 'clearPte', pte: 2 }], { ...generic, result: { kind: 'oldPte' } }),
  ...primitive('ptep_clear_flush_notify', [{ kind: 'clearPte', pte: 2 }], { ...generic, result: { kind: 'oldPte' }, eras: ['fault', 'folio'] }),

  ...primitive('page_add_file_rmap page_dup_rmap folio_add_file_rmap_range', [{ kind: 'addMapping', object: 0, anonymous: false }], { source: 'mm/rmap.c' }),
  ...primitive('page_add_anon_rmap page_add_new_anon_rmap', [{ kind: 'addMapping', object: 0, anonymous: true }], { source: 'mm/rmap.c' }),
  ...primitive('page_add_rmap', [{ kind: 'addMapping', object: 0, anonymous: false }], { source: 'mm/rmap.c' }),
  ...primitive('page_remove_rmap', [{ kind: 'removeMapping', object: 0 }], { source: 'mm/rmap.c' }),
  ...primitive('folio_add_file_rmap_pte folio_add_file_rmap_ptes', [{ kind: 'addMapping', object: 0, anonymous: false }], { source: 'mm/rmap.c', eras: ['folio'] }),
  ...primitive('folio_add_new_anon_rmap folio_add_anon_rmap_ptes folio_add_anon_rmap_pte', [{ kind: 'addMapping', object: 0, anonymous: true }], { source: 'mm/rmap.c', eras: ['folio'] }),
  ...primitive('folio_remove_rmap_pte folio_remove_rmap_ptes', [{ kind: 'removeMapping', object: 0 }], { source: 'mm/rmap.c', eras: ['folio'] }),
];
