/** I6: the reference count covers every pte and page-cache slot, and at the end nothing more. */

import { cells, locks, type MachineSize } from '../../model/machine.ts';
import type { Property } from '../../model/types.ts';
import { and, binary, equal, held, implies, not } from '../../model/values.ts';
import { cacheSlotsOf, forAllPages, ofPage, outsidePageTableSections, ptesOf } from './ptes.ts';
import { always, type InvariantText, propertyOf, quiescence } from './text.ts';

export const referencesText: InvariantText = {
  id: 'I6',
  title: 'page references are counted',
  asked: 'a floor wherever no page-table lock or tree_lock is held; equality at the end',
  explanation:
    'The reference count of a page does not match the ptes and page-cache slots that refer to it: the page is freed while in use, or never.',
  kernel: 'include/linux/mm.h:get_page, put_page; mm/vmscan.c:remove_mapping compares the count',
};

/** The floor, outside sections in which ptes and the cache are being changed. */
export function referencesSuffice(size: MachineSize): Property {
  const isSettled = and(outsidePageTableSections(size), not(held({ lock: locks.tree }, 'anyone')));
  return propertyOf(referencesText, always, implies(isSettled, forAllPages(size, (page) =>
      binary('>=', ofPage(cells.refcount, page), binary('+', ptesOf(size, page), cacheSlotsOf(size, page))))));
}

export function noReferenceLeaks(size: MachineSize): Property {
  return propertyOf(referencesText, quiescence, forAllPages(size, (page) => equal(ofPage(cells.refcount, page), binary('+', ptesOf(size, page), cacheSlotsOf(size, page)))));
}
