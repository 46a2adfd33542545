/**
 * mm/truncate.c:invalidate_inode_pages2_range over the whole file, as NFS and direct I/O call it:
 * pages inside i_size are thrown out, mapped or not. Its caller holds no lock that a fault takes.
 */

import { cells, locks, type MachineSize, pageCell, putPage, removeFromCache } from '../../model/machine.ts';
import type { Program } from '../../model/types.ts';
import { constant, equal, local } from '../../model/values.ts';
import { checkClean } from '../invariants/lostDirty.ts';
import { dropPage, environmentProgram, ifMapped, ifRemoved, lockPage, lookUp, type Surroundings, unlockPage, unmapMappingRange, waitForWriteback } from './parts.ts';
import { type EnvironmentProfile, hasMutation } from './profile.ts';

export function invalidateProgram(size: MachineSize, profile: EnvironmentProfile): Program {
  return environmentProgram('invalidate', size, profile, (around) => {
    const { b, page } = around;
    b.inside('invalidate_inode_pages2_range', () => {
      for (let index = 0; index < size.indices; index++) {
        lookUp(around, `pagevec_lookup(mapping, ${index})`, index);
        b.when('a page is cached', local(page), () => invalidatePage(around, index));
      }
    });
  });
}

function invalidatePage(around: Surroundings, index: number): void {
  const { b, profile } = around;
  const unmap = (isRange: boolean): void => unmapMappingRange(around, { first: index, isRange, evenCows: false });
  if (profile.era === 'folio') ifMapped(around, () => unmap(true));
  lockPage(around);
  ifRemoved(around, () => undefined, () => {
    waitForWriteback(around);
    if (hasMutation(profile, 'unconditionalUnmap')) unmap(true);
    if (profile.invalidateUnmapsUntilUnmapped) unmapUntilUnmapped(around, () => unmap(true));
    else ifMapped(around, () => unmap(profile.era !== 'folio'));
    b.inside('invalidate_complete_page2', () => completeInvalidation(around));
  });
  unlockPage(around);
  dropPage(around);
}

/** `while (page_mapped(page)) unmap_mapping_range(…)`. */
function unmapUntilUnmapped(around: Surroundings, unmap: () => void): void {
  const { b } = around;
  const isUnmapped = b.label('unmapped');
  b.forever(() => {
    ifMapped(around, unmap, () => b.goto(isUnmapped));
  });
  b.mark(isUnmapped);
}

/**
 * Removes the page unless it is dirty; what a dirty page does to the caller (-EIO) is not modelled,
 * nor is ClearPageUptodate: a fault that overlooks page->mapping would then call ->readpage on the
 * removed page, which oopses, and the model would hide that.
 */
function completeInvalidation({ b, page, answer, size }: Surroundings): void {
  const tree = { lock: locks.tree };
  b.step('remove from page cache unless dirty, page->mapping = NULL',
    { kind: 'acquire', lock: tree, mode: 'exclusive' },
    { kind: 'load', to: answer, from: pageCell(cells.dirty, local(page)), order: 'relaxed' },
    { kind: 'if', condition: local(answer), then: [], otherwise: [checkClean(local(page)), ...removeFromCache(local(page), size)] },
    { kind: 'release', lock: tree });
  b.when('it was clean', equal(local(answer), constant(0)), () => {
    b.step('page_cache_release(page), the reference of the page cache', putPage(local(page)));
  });
}
