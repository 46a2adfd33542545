/** What the environment does in one kernel era, as facts that its programs are built from. */

import { assertNever } from '../../base/assert.ts';

/** `nopage` up to 2.6.22, `fault` from 2.6.23, `folio` the 6.x kernels. */
export type Era = 'nopage' | 'fault' | 'folio';

export interface EnvironmentProfile {
  readonly era: Era;
  /** unmap_mapping_range increments mapping->truncate_count, between smp_wmb and smp_mb. */
  readonly unmapBumpsTruncateCount: boolean;
  /** truncate_inode_pages_range unmaps a mapped page while it holds the page lock. */
  readonly removalUnmapsUnderPageLock: boolean;
  /** How often truncate sweeps all ptes beyond the new end of file: before the pages are removed, and after. */
  readonly truncateSweeps: 1 | 2;
  /** invalidate_inode_pages2_range repeats the unmap while page_mapped(page); later kernels unmap once. */
  readonly invalidateUnmapsUntilUnmapped: boolean;
  /** truncate and hole punch hold mapping->invalidate_lock. */
  readonly takesInvalidateLock: boolean;
  /** Hole punch also unmaps private copies. */
  readonly punchUnmapsCopies: boolean;
  /** i_mmap_lock is a semaphore that unmapping takes shared. */
  readonly unmapSharesIMmap: boolean;
  /** When PG_uptodate is cleared from a page that is removed. */
  readonly removalClearsUptodate: 'before' | 'after' | 'never';
  /** Reclaim freezes the reference count instead of comparing it. */
  readonly reclaimFreezesReferences: boolean;
  /** Unmapping first looks, without a lock, whether there is a page table at all. Left out by default: page tables are there. */
  readonly peeksAtPageTables?: boolean;
  /** Pages are taken out of the page cache only once no I/O is under way. Left out by default: nothing else in the scenario writes pages. */
  readonly waitsForWriteback?: boolean;
  /** Deliberate faults, to show what a part of the environment's side is for. None in a real kernel. */
  readonly mutations?: ReadonlySet<EnvironmentMutation>;
}

export type EnvironmentMutation =
  /** unmap_mapping_range has no smp_wmb before, or no smp_mb after, truncate_count++. */
  | 'noWriteBarrier' | 'noFullBarrier'
  /** What a missing barrier allows, as reordered steps for sequential consistency. */
  | 'countBeforeSize' | 'countAfterSweep'
  | 'noCount'
  | 'noFirstSweep' | 'noLastSweep'
  /** invalidate unmaps without asking page_mapped first. */
  | 'unconditionalUnmap'
  /** Reverse mapping visits the ptes in the other order: a child before its parent, mremap's target before its source. */
  | 'childFirst'
  /** remove_mapping asks PageDirty before it counts the references, and not under tree_lock. */
  | 'dirtyBeforeReferences';

export function hasMutation(profile: EnvironmentProfile, mutation: EnvironmentMutation): boolean {
  return profile.mutations?.has(mutation) === true;
}

/** Linux 2.6.20, 2.6.24 and 6.12. */
export function profileOfEra(era: Era): EnvironmentProfile {
  switch (era) {
    case 'nopage':
      return {
        era, unmapBumpsTruncateCount: true, removalUnmapsUnderPageLock: false, truncateSweeps: 1,
        invalidateUnmapsUntilUnmapped: true, takesInvalidateLock: false, punchUnmapsCopies: true,
        unmapSharesIMmap: false, removalClearsUptodate: 'before', reclaimFreezesReferences: false,
      };
    case 'fault':
      return {
        era, unmapBumpsTruncateCount: true, removalUnmapsUnderPageLock: true, truncateSweeps: 2,
        invalidateUnmapsUntilUnmapped: false, takesInvalidateLock: false, punchUnmapsCopies: true,
        unmapSharesIMmap: false, removalClearsUptodate: 'after', reclaimFreezesReferences: false,
      };
    case 'folio':
      return {
        era, unmapBumpsTruncateCount: false, removalUnmapsUnderPageLock: true, truncateSweeps: 2,
        invalidateUnmapsUntilUnmapped: false, takesInvalidateLock: true, punchUnmapsCopies: false,
        unmapSharesIMmap: true, removalClearsUptodate: 'never', reclaimFreezesReferences: true,
      };
    default:
      return assertNever(era);
  }
}
