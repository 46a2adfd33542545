/**
 * khugepaged's retract_page_tables (era `folio`): an empty page table goes away under i_mmap_lock and
 * its page-table lock, without the page lock and without mmap_lock of its mm. A fault that takes
 * the page-table lock must look whether there is a table.
 */

import { cells, type MachineSize } from '../../model/machine.ts';
import type { Program, Step } from '../../model/types.ts';
import { cell, constant, not, or } from '../../model/values.ts';
import { environmentProgram, pageTableLock, takeIMmap } from './parts.ts';
import type { EnvironmentProfile } from './profile.ts';

export function retractProgram(size: MachineSize, profile: EnvironmentProfile): Program {
  return environmentProgram('retraction', size, profile, (around) => {
    const mms = [...new Set(size.slots.map(({ mm }) => mm))];
    around.b.inside('retract_page_tables', () => takeIMmap(around, () => mms.forEach((mm) => {
      around.b.step('detach the page table where it is empty', detach(size, mm));
    })));
  });
}

function detach(size: MachineSize, mm: number): readonly Step[] {
  const own = size.slots.flatMap((slot, number) => (slot.mm === mm ? [number] : []));
  const isMapped = or(...own.map((slot) => cell({ cell: cells.pte, index: constant(slot) })));
  const ptl = pageTableLock({ size }, own[0]!);
  return [
    { kind: 'acquire', lock: ptl, mode: 'exclusive' },
    { kind: 'if', condition: not(isMapped), then: [{ kind: 'store', to: { cell: cells.pageTable, index: constant(mm) }, value: constant(0), order: 'relaxed' }], otherwise: [] },
    { kind: 'release', lock: ptl },
  ];
}
