/** I8: a free page is neither mapped nor in the page cache (reclaim freezes the count under tree_lock first). */

import { cells, locks, type MachineSize, pageCell } from '../../model/machine.ts';
import type { Property, Step, Value } from '../../model/types.ts';
import { binary, cell, constant, equal, held, implies, not, and } from '../../model/values.ts';
import { cacheSlotsOf, forAllPages, ofPage, ptesOf } from './ptes.ts';
import { always, type InvariantText, propertyOf } from './text.ts';

export const freePagesText: InvariantText = {
  id: 'I8',
  title: 'free pages are unused',
  asked: 'in every state, when the last reference is dropped, and where a page gets a reference, is copied or its I/O ends',
  explanation:
    'A page is freed while it is locked, mapped or in the page cache: its next user shares it with the old one.',
  kernel: 'mm/page_alloc.c:free_pages_check, bad_page',
};

export function freePagesAreUnused(size: MachineSize): Property {
  return propertyOf(freePagesText, always, forAllPages(size, (page) => implies(
      and(equal(ofPage(cells.refcount, page), constant(0)), not(held({ lock: locks.tree }, 'anyone'))),
      equal(binary('+', ptesOf(size, page), cacheSlotsOf(size, page)), constant(0)),
    )));
}

/** To stand in a step that needs the page to be there still. */
export function checkNotFreed(page: Value, message = 'a freed page is copied'): Step {
  return { kind: 'check', property: freePagesText.id, condition: binary('>', cell(pageCell(cells.refcount, page)), constant(0)), message };
}
