/** I14: where dirty pages are accounted, a writable shared pte maps a dirty page (a private copy needs no accounting). */

import { cells, type MachineSize, pageCell } from '../../model/machine.ts';
import type { Property } from '../../model/types.ts';
import { and, cell, equal, constant, implies } from '../../model/values.ts';
import { forAllSlots, isWritable, mapsFile, pageOf } from './ptes.ts';
import { type InvariantText, propertyOf, quiescence } from './text.ts';

export const writableDirtyText: InvariantText = {
  id: 'I14',
  title: 'writable means dirty',
  asked: 'at the end, of faults that dirty pages, and of all where writeback write-protects ptes (since 2.6.19)',
  explanation:
    'A shared pte is writable though its page is clean: stores through it are not seen by dirty accounting, and writeback does not know that it must write.',
  kernel: 'mm/page-writeback.c:clear_page_dirty_for_io; mm/memory.c:do_wp_page, __do_fault',
};

export function writableMeansDirty(size: MachineSize): Property {
  return propertyOf(writableDirtyText, quiescence, forAllSlots(size, (slot) => implies(
    and(mapsFile(slot), isWritable(slot)),
    equal(cell(pageCell(cells.dirty, pageOf(slot))), constant(1)),
  )));
}
