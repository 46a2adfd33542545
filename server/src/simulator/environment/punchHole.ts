/**
 * Hole punching over the whole file, i_size unchanged: mm/memory.c:vmtruncate_range; in the folio
 * era truncate_pagecache_range inside the filesystem's invalidate_lock, which leaves private copies.
 */

import { locks, type MachineSize } from '../../model/machine.ts';
import type { Program, Step } from '../../model/types.ts';
import { environmentProgram, truncateInodePages, unmapMappingRange } from './parts.ts';
import type { EnvironmentProfile } from './profile.ts';

/**
 * truncate_inode_pages_range alone, as filesystems call it on a range that they have not unmapped: each page is unmapped
 * with its lock held, private copies stay. Before 2.6.23 whoever calls it has to unmap first, which `punch-hole` does.
 */
export function truncateRangeProgram(size: MachineSize, profile: EnvironmentProfile): Program {
  return environmentProgram('truncate-range', size, profile, (around) => {
    const { b } = around;
    b.step('mutex_lock(&inode->i_mutex)', { kind: 'acquire', lock: { lock: locks.inode }, mode: 'exclusive' });
    if (profile.takesInvalidateLock) b.step('filemap_invalidate_lock(mapping)', { kind: 'acquire', lock: { lock: locks.invalidate }, mode: 'exclusive' });
    truncateInodePages(around, 0);
    if (profile.takesInvalidateLock) b.step('filemap_invalidate_unlock(mapping)', { kind: 'release', lock: { lock: locks.invalidate } });
    b.step('mutex_unlock(&inode->i_mutex)', { kind: 'release', lock: { lock: locks.inode } });
  });
}

/** `freeBlocks` is what freeing the blocks does to a model that has blocks. */
export function punchHoleProgram(size: MachineSize, profile: EnvironmentProfile, freeBlocks: readonly Step[] = []): Program {
  return environmentProgram('punch-hole', size, profile, (around) => {
    const { b } = around;
    const unmap = (): void => unmapMappingRange(around, { first: 0, isRange: true, evenCows: profile.punchUnmapsCopies });
    b.step('mutex_lock(&inode->i_mutex)', { kind: 'acquire', lock: { lock: locks.inode }, mode: 'exclusive' });
    if (profile.takesInvalidateLock) {
      b.step('filemap_invalidate_lock(mapping)', { kind: 'acquire', lock: { lock: locks.invalidate }, mode: 'exclusive' });
    }
    unmap();
    truncateInodePages(around, 0);
    if (profile.truncateSweeps === 2 && profile.punchUnmapsCopies) unmap();
    if (freeBlocks.length > 0) b.step('free the blocks of the hole', freeBlocks);
    if (profile.takesInvalidateLock) {
      b.step('filemap_invalidate_unlock(mapping)', { kind: 'release', lock: { lock: locks.invalidate } });
    }
    b.step('mutex_unlock(&inode->i_mutex)', { kind: 'release', lock: { lock: locks.inode } });
  });
}
