/** Conditions over ptes that several invariants share. */

import { cells, locks, type MachineSize, pageCell, pageKinds, ptePage } from '../../model/machine.ts';
import type { Value } from '../../model/types.ts';
import { and, binary, cell, constant, equal, held, not, or, sum } from '../../model/values.ts';

export function pteOf(slot: number): Value {
  return cell({ cell: cells.pte, index: constant(slot) });
}

/** The page that the slot maps, 0 for none. */
export function pageOf(slot: number): Value {
  return ptePage(pteOf(slot));
}

/** The slot maps a page of the page cache, or one that was taken out of it. */
export function mapsFile(slot: number): Value {
  return and(binary('!=', pteOf(slot), constant(0)), equal(cell(pageCell(cells.pageKind, pageOf(slot))), constant(pageKinds.cache)));
}

export function isWritable(slot: number): Value {
  return binary('&', pteOf(slot), constant(1));
}

/** Some pte that maps the page is dirty. */
export function hasDirtyPte(size: MachineSize, page: number): Value {
  return or(...size.slots.map((_, slot) => and(equal(pageOf(slot), constant(page)), binary('&', pteOf(slot), constant(2)))));
}

/** How many ptes map the page. */
export function ptesOf(size: MachineSize, page: number): Value {
  return sum(size.slots.map((_, slot) => equal(pageOf(slot), constant(page))));
}

/** How many page-cache slots hold the page. */
export function cacheSlotsOf(size: MachineSize, page: number): Value {
  return sum(Array.from({ length: size.indices }, (_, index) => equal(cell({ cell: cells.cache, index: constant(index) }), constant(page))));
}

/** No thread is in a section of any page-table lock, where counts may lag behind ptes. */
export function outsidePageTableSections(size: MachineSize): Value {
  const mms = new Set(size.slots.map((slot) => slot.mm));
  return and(...[...mms].map((mm) => not(held({ lock: locks.pageTable, index: constant(mm) }, 'anyone'))));
}

export function ofPage(id: number, page: number): Value {
  return cell(pageCell(id, constant(page)));
}

/** The condition for every page. */
export function forAllPages(size: MachineSize, condition: (page: number) => Value): Value {
  return and(...Array.from({ length: size.pages }, (_, at) => condition(at + 1)));
}

export function forAllSlots(size: MachineSize, condition: (slot: number) => Value): Value {
  return and(...size.slots.map((_, slot) => condition(slot)));
}
