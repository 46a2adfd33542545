/**
 * I22: a fault that has let go of mmap_lock and of the vma's lock, to wait or because it is told to
 * come again, does not touch the vma any more.
 */

import { cells, locks } from '../../model/machine.ts';
import type { Step, Value } from '../../model/types.ts';
import { and, cell, held, or } from '../../model/values.ts';
import type { InvariantText } from './text.ts';

export const retryText: InvariantText = {
  id: 'I22',
  title: 'no vma is used after a retry',
  asked: 'at steps that use the vma',
  explanation:
    'A vma is used after VM_FAULT_RETRY or VM_FAULT_COMPLETED has dropped the lock that kept it: munmap may have freed it.',
  kernel: 'mm/memory.c:handle_mm_fault, mm/filemap.c:maybe_unlock_mmap_for_io',
};

/** To stand in every step that reads the vma of that mm, or releases a lock through it. */
export function checkVmaUse(mm: Value): Step {
  const isKept = or(held({ lock: locks.mmap, index: mm }, 'self'), held({ lock: locks.vma, index: mm }, 'self'));
  const isThere = cell({ cell: cells.vma, index: mm });
  return { kind: 'check', property: retryText.id, condition: and(isKept, isThere), message: 'the vma is used without a lock that keeps it, or after it was unmapped' };
}
