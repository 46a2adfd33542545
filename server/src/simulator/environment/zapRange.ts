/**
 * What a process does to its own mappings: madvise(MADV_DONTNEED) and munmap zap its ptes, private
 * copies too, under the page-table lock and without the page lock (mm/memory.c:zap_page_range).
 * madvise holds mmap_sem shared since 2.6.23, like a fault, and exclusively before; munmap
 * exclusively always, and in era `folio` the vma's lock besides.
 */

import { cells, locks, type MachineSize, zapPte } from '../../model/machine.ts';
import type { LockRef, Program } from '../../model/types.ts';
import { constant } from '../../model/values.ts';
import { environmentProgram, pageTableLock, type Surroundings, takeIMmap, withMmapLock } from './parts.ts';
import type { EnvironmentProfile } from './profile.ts';

export function madviseProgram(size: MachineSize, profile: EnvironmentProfile): Program {
  return environmentProgram('madvise', size, profile, (around) => {
    const mode = profile.era === 'nopage' ? 'exclusive' : 'shared';
    withMmapLock(around, mode, () => around.b.inside('zap_page_range', () => zapOwnPtes(around)));
  });
}

export function munmapProgram(size: MachineSize, profile: EnvironmentProfile): Program {
  return environmentProgram('munmap', size, profile, (around) => {
    const { b } = around;
    const vma: LockRef = { lock: locks.vma, index: constant(0) };
    withMmapLock(around, 'exclusive', () => {
      if (profile.era === 'folio') b.step('vma_start_write(vma)', { kind: 'acquire', lock: vma, mode: 'exclusive' });
      b.step('the vma leaves the mm', { kind: 'store', to: { cell: cells.vma, index: constant(0) }, value: constant(0), order: 'relaxed' });
      b.inside('unlink_file_vma', () => takeIMmap(around, () => undefined));
      b.inside('unmap_vmas', () => zapOwnPtes(around));
      if (profile.era === 'folio') b.step('vma_end_write_all(mm)', { kind: 'release', lock: vma });
    });
  });
}

function zapOwnPtes(around: Surroundings): void {
  const { b, pte, size } = around;
  size.slots.forEach(({ mm }, slot) => {
    if (mm === 0) b.step('zap the pte, a private copy too', zapPte(constant(slot), pageTableLock(around, slot), true, pte));
  });
}
