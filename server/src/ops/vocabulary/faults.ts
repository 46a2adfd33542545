/**
 * Functions of the fault path that take or drop locks by means of others: the retry protocol, walks
 * of page tables, wrappers of several locks. Each yields to its source; what an entry cannot say is
 * in its note. The regions alone read them.
 */

import { at } from '../place.ts';
import type { Effect, Operand, Primitive } from '../types.ts';
import { acquire, become, primitive, release, requires, tryAcquire, type Extras } from './build.ts';

const yields = { yieldsToSource: true, isForRegionsOnly: true } as const;
const folio = ['folio'] as const;
const old = ['nopage', 'fault'] as const;
const retry = { result: { kind: 'choice', values: [0, 'VM_FAULT_RETRY'] }, sleeps: 'yes', eras: folio } as const satisfies Extras;

/** On VM_FAULT_RETRY the mmap lock or the per-VMA lock that the fault came with is dropped, unless its flags forbid that. */
function faultLocks(vma: Operand, mm: Operand, when: 'always' | 'zero' | 'nonzero'): Effect[] {
  return [become('mmap', mm, 'unknown', when), become('vma', vma, 'unknown', when)];
}

const ofFault = (when: 'always' | 'zero' | 'nonzero', fault = 0): Effect[] => faultLocks(at(fault, 'vma'), at(fault, 'vma', 'vm_mm'), when);

export const faultVocabulary: readonly Primitive[] = [
  ...primitive('folio_lock_or_retry __folio_lock_or_retry', [acquire('page', 0, 'exclusive', 'zero'), ...ofFault('nonzero', 1)], {
    ...yields, ...retry, arity: 2, source: 'include/linux/pagemap.h',
    note: 'whether VM_FAULT_RETRY has dropped the mmap or vma lock depends on the fault\'s flags; up to 6.5 it has three arguments and returns true where locked',
  }),
  ...primitive('lock_page_or_retry __lock_page_or_retry', [acquire('page', 0, 'exclusive', 'nonzero'), become('mmap', 1, 'unknown', 'zero')], {
    ...yields, result: { kind: 'choice', values: [1, 0] }, sleeps: 'yes', eras: ['fault', 'folio'], arity: 3, source: 'include/linux/pagemap.h',
    note: 'whether 0 has dropped the mmap lock depends on the flags',
  }),
  ...primitive('lock_folio_maybe_drop_mmap', [acquire('page', 1, 'exclusive', 'nonzero'), ...ofFault('always')], {
    ...yields, result: { kind: 'choice', values: [1, 0] }, sleeps: 'yes', eras: folio, arity: 3, source: 'mm/filemap.c', note: 'where it sets *fpin, the mmap or vma lock is dropped',
  }),
  ...primitive('maybe_unlock_mmap_for_io', ofFault('always'), { ...yields, eras: folio, result: { kind: 'unknown' }, source: 'mm/internal.h', note: 'where it returns a file that it was not given, the mmap or vma lock is dropped' }),
  ...primitive('release_fault_lock', ofFault('always'), { ...yields, eras: folio, source: 'include/linux/mm.h', note: 'which of the two it drops, FAULT_FLAG_VMA_LOCK says' }),
  ...primitive('fault_dirty_shared_page', [requires('page', at(0, 'page')), release('page', at(0, 'page')), ...ofFault('always')], {
    ...yields, eras: folio, sleeps: 'yes', result: { kind: 'unknown' }, arity: 1, source: 'mm/memory.c', note: 'VM_FAULT_COMPLETED: the mmap or vma lock is dropped',
  }),
  ...primitive('lock_mm_and_find_vma', [acquire('mmap', 0, 'shared', 'nonnull')], { ...yields, eras: folio, sleeps: 'yes', result: { kind: 'unknown' }, source: 'mm/memory.c' }),
  ...primitive('vma_start_write', [], { isForRegionsOnly: true, eras: folio, sleeps: 'yes', source: 'include/linux/mm.h', note: 'needs the mmap lock for writing; the vma counts as locked until that is dropped, which is not followed' }),

  ...primitive('pmd_trans_huge_lock', [acquire('pmd', 'result', 'exclusive', 'nonnull')], { ...yields, eras: folio, result: { kind: 'unknown' }, source: 'include/linux/huge_mm.h' }),
  ...primitive('page_check_address', [acquire('pageTable', 3, 'exclusive', 'nonnull'), { kind: 'nameLock', pointer: 3, lock: 'pageTable' }], {
    ...yields, eras: old, result: { kind: 'ptePointer', mayBeNull: true }, source: 'mm/rmap.c',
  }),
  ...primitive('page_vma_mapped_walk', [become('pageTable', at(0, 'ptl'), 'held', 'nonzero'), become('pageTable', at(0, 'ptl'), 'free', 'zero')], {
    ...yields, eras: ['fault', 'folio'], result: { kind: 'taken', inverted: false }, source: 'mm/page_vma_mapped.c', note: 'the lock of the pte, or of the pmd where a huge page is mapped',
  }),
  ...primitive('page_vma_mapped_walk_done', [become('pageTable', at(0, 'ptl'), 'free')], { isForRegionsOnly: true, eras: ['fault', 'folio'], source: 'include/linux/rmap.h' }),
  ...primitive('pte_unmap_same', [], { ...yields, result: { kind: 'unknown' }, source: 'mm/memory.c', note: 'takes and drops the page-table lock' }),
  ...primitive('migration_entry_wait', [], { ...yields, sleeps: 'yes', source: 'mm/migrate.c', note: 'takes and drops the page-table lock, waits for the lock of the old page' }),
  ...primitive('migration_entry_wait_huge', [], { ...yields, eras: folio, sleeps: 'yes', source: 'mm/migrate.c', note: 'entered with the lock of the vma\'s huge page tables, which it drops' }),
  ...primitive('hugetlb_vma_unlock_read', [], { ...yields, eras: folio, source: 'mm/hugetlb.c', note: 'one of two rwsems, or none: the vma\'s fields say which' }),
  ...primitive('install_page vm_insert_page vmf_insert_pfn vmf_insert_mixed', [], { ...yields, sleeps: 'yes', result: { kind: 'unknown' }, source: 'mm/memory.c', note: 'takes and drops the page-table lock, sets a pte' }),
  ...primitive('set_pte_range', [{ kind: 'addMapping', object: 1, anonymous: false }], { ...yields, eras: folio, source: 'mm/memory.c', note: 'sets ptes from the fault\'s own on; takes no reference; anonymous mappings for a private write' }),

  ...primitive('downgrade_write', [{ kind: 'downgrade', lock: 'rwsem', object: 0 }], { isForRegionsOnly: true, source: 'kernel/locking/rwsem.c' }),
  ...primitive('mmap_write_downgrade', [{ kind: 'downgrade', lock: 'mmap', object: 0 }], { isForRegionsOnly: true, eras: folio, source: 'include/linux/mmap_lock.h' }),
  ...primitive('take_rmap_locks drop_rmap_locks', [become('iMmap', at(0, 'vm_file', 'f_mapping'), 'unknown'), become('anonVma', at(0, 'anon_vma', 'root', 'rwsem', '&'), 'unknown')], {
    ...yields, eras: ['fault', 'folio'], sleeps: 'yes', source: 'mm/mremap.c', note: 'the locks of what the vma has: neither, one or both',
  }),
  ...primitive('filemap_invalidate_lock_two', [become('invalidate', 0, 'held'), become('invalidate', 1, 'held')], { isForRegionsOnly: true, eras: folio, sleeps: 'yes', source: 'mm/filemap.c', note: 'either may be NULL, both may be one' }),
  ...primitive('filemap_invalidate_unlock_two', [become('invalidate', 0, 'free'), become('invalidate', 1, 'free')], { isForRegionsOnly: true, eras: folio, source: 'mm/filemap.c', note: 'either may be NULL, both may be one' }),
  ...primitive('lockref_put_or_lock', [tryAcquire('spin', at(0, 'lock', '&'), 'exclusive', 'zero')], { isForRegionsOnly: true, eras: ['fault', 'folio'], result: { kind: 'taken', inverted: true }, source: 'lib/lockref.c' }),
  ...primitive('write_seqlock write_seqlock_irq write_seqlock_bh write_seqlock_irqsave', [acquire('spin')], { isForRegionsOnly: true, source: 'include/linux/seqlock.h' }),
  ...primitive('write_sequnlock write_sequnlock_irq write_sequnlock_bh write_sequnlock_irqrestore', [release('spin')], { isForRegionsOnly: true, source: 'include/linux/seqlock.h' }),
];
