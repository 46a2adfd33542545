/**
 * truncate(2) to nothing: mm/memory.c:vmtruncate, and in the folio era truncate_setsize
 * and truncate_pagecache with the locks that filesystems hold around them. Freeing of blocks is
 * not modelled.
 */

import { cells, locks, type MachineSize } from '../../model/machine.ts';
import type { Program } from '../../model/types.ts';
import { constant } from '../../model/values.ts';
import { bumpTruncateCount, environmentProgram, type Surroundings, truncateInodePages, unmapMappingRange } from './parts.ts';
import { type EnvironmentProfile, hasMutation } from './profile.ts';

export function truncateProgram(size: MachineSize, profile: EnvironmentProfile): Program {
  return environmentProgram('truncate', size, profile, (around) => truncateTo(around, 0));
}

/**
 * A file that reaches beyond the modelled indices is cut to them, and then to nothing: what a fault has learnt from the
 * count of the first truncate must not be taken for an answer to the second.
 */
export function truncateTwiceProgram(size: MachineSize, profile: EnvironmentProfile): Program {
  return environmentProgram('truncate-twice', size, profile, (around) => {
    truncateTo(around, size.indices);
    truncateTo(around, 0);
  });
}

function truncateTo(around: Surroundings, newSize: number): void {
  const { b, profile } = around;
  const unmap = (): void => unmapMappingRange(around, { first: newSize, isRange: true, evenCows: true });
  b.step('mutex_lock(&inode->i_mutex)', { kind: 'acquire', lock: { lock: locks.inode }, mode: 'exclusive' });
  if (profile.takesInvalidateLock) {
    b.step('filemap_invalidate_lock(mapping)', { kind: 'acquire', lock: { lock: locks.invalidate }, mode: 'exclusive' });
  }
  if (hasMutation(profile, 'countBeforeSize')) bumpTruncateCount(around);
  b.step(`i_size_write(inode, ${newSize})`, { kind: 'store', to: { cell: cells.iSize }, value: constant(newSize), order: 'relaxed' });
  if (!hasMutation(profile, 'noFirstSweep')) unmap();
  truncateInodePages(around, newSize);
  if (profile.truncateSweeps === 2 && !hasMutation(profile, 'noLastSweep')) unmap();
  if (profile.takesInvalidateLock) {
    b.step('filemap_invalidate_unlock(mapping)', { kind: 'release', lock: { lock: locks.invalidate } });
  }
  b.step('mutex_unlock(&inode->i_mutex)', { kind: 'release', lock: { lock: locks.inode } });
}
