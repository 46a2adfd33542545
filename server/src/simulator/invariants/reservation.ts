/** I15: on a filesystem with ->page_mkwrite, a page that is dirty, or writable through a shared pte, has its reservation. */

import { cells, type MachineSize, pageCell, pageKinds } from '../../model/machine.ts';
import type { Property } from '../../model/types.ts';
import { and, cell, constant, equal, implies } from '../../model/values.ts';
import { forAllPages, forAllSlots, isWritable, mapsFile, ofPage, outsidePageTableSections, pageOf } from './ptes.ts';
import { always, type InvariantText, propertyOf } from './text.ts';

export const reservationText: InvariantText = {
  id: 'I15',
  title: 'dirty pages have a reservation',
  asked: 'wherever no page-table lock is held',
  explanation:
    'A page is dirty or writable though the filesystem holds no reservation for it: writing it back can fail and the data is lost.',
  kernel: 'mm/memory.c:do_page_mkwrite; ->page_mkwrite of the filesystem',
};

export function dirtyPagesAreReserved(size: MachineSize): Property {
  const isFilePage = (page: number) => equal(ofPage(cells.pageKind, page), constant(pageKinds.cache));
  return propertyOf(reservationText, always, implies(outsidePageTableSections(size), and(
    forAllPages(size, (page) => implies(and(isFilePage(page), ofPage(cells.dirty, page)), ofPage(cells.reserved, page))),
    forAllSlots(size, (slot) => implies(and(mapsFile(slot), isWritable(slot)), cell(pageCell(cells.reserved, pageOf(slot))))),
  )));
}
