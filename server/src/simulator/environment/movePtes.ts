/**
 * Ptes that get into other places than by faults: fork copies those of mm 0 to mm 1
 * (mm/memory.c:copy_page_range), mremap moves slot 0 to slot 1 (mm/mremap.c:move_ptes). Neither
 * takes the page lock: fork is protected by the order in which reverse mapping visits parent and
 * child, mremap by i_mmap_lock.
 */

import { add, cells, countMapping, locks, type MachineSize, pageCell, ptePage } from '../../model/machine.ts';
import type { LockRef, Program, Step } from '../../model/types.ts';
import { constant, local } from '../../model/values.ts';
import { environmentProgram, takeIMmap } from './parts.ts';
import type { EnvironmentProfile } from './profile.ts';

const [source, target] = [constant(0), constant(1)];

export function forkProgram(size: MachineSize, profile: EnvironmentProfile): Program {
  return environmentProgram('fork', size, profile, ({ b, pte }) => {
    const page = ptePage(local(pte));
    b.inside('copy_pte_range', () => {
      b.step('copy the pte', sectionOf(size, [1, 0], [
        { kind: 'load', to: pte, from: { cell: cells.pte, index: source }, order: 'relaxed' },
        {
          kind: 'if', condition: local(pte),
          then: [
            { kind: 'store', to: { cell: cells.pte, index: target }, value: local(pte), order: 'relaxed' },
            add(pageCell(cells.refcount, page), 1), countMapping(page),
          ],
          otherwise: [],
        },
      ]));
    });
  });
}

export function mremapProgram(size: MachineSize, profile: EnvironmentProfile, takesIMmap = true): Program {
  return environmentProgram('mremap', size, profile, (around) => {
    const { b, pte } = around;
    const move = (): void => b.step('move the pte', sectionOf(size, [0, 1], [
      { kind: 'load', to: pte, from: { cell: cells.pte, index: source }, order: 'relaxed' },
      { kind: 'store', to: { cell: cells.pte, index: source }, value: constant(0), order: 'relaxed' },
      { kind: 'store', to: { cell: cells.pte, index: target }, value: local(pte), order: 'relaxed' },
    ]));
    b.inside('move_ptes', () => {
      if (takesIMmap) takeIMmap(around, move, 'exclusive');
      else move();
    });
  });
}

/** The steps with the page-table locks of the slots held, each lock once. */
function sectionOf(size: MachineSize, slots: readonly number[], steps: readonly Step[]): readonly Step[] {
  const mms = [...new Set(slots.map((slot) => size.slots[slot]!.mm))];
  const refs: readonly LockRef[] = mms.map((mm) => ({ lock: locks.pageTable, index: constant(mm) }));
  return [
    ...refs.map((lock): Step => ({ kind: 'acquire', lock, mode: 'exclusive' })),
    ...steps,
    ...refs.map((lock): Step => ({ kind: 'release', lock })),
  ];
}

