/** I6: the reference count covers every pte and page-cache slot, and at the end nothing more. */

import { cells, locks, type MachineSize } from '../../model/machine.ts';
import type { Property } from '../../model/types.ts';
import { and, binary, equal, held, implies, not } from '../../model/values.ts';
import { knownProperty } from './catalogue.ts';
import { cacheSlotsOf, forAllPages, ofPage, outsidePageTableSections, ptesOf } from './ptes.ts';

/** The floor, outside sections in which ptes and the cache are being changed. */
export function referencesSuffice(size: MachineSize): Property {
  const isSettled = and(outsidePageTableSections(size), not(held({ lock: locks.tree }, 'anyone')));
  return {
    ...knownProperty('I6', ''),
    when: { kind: 'always' },
    condition: implies(isSettled, forAllPages(size, (page) =>
      binary('>=', ofPage(cells.refcount, page), binary('+', ptesOf(size, page), cacheSlotsOf(size, page))))),
  };
}

export function noReferenceLeaks(size: MachineSize): Property {
  return {
    ...knownProperty('I6', ''),
    when: { kind: 'quiescence' },
    condition: forAllPages(size, (page) => equal(ofPage(cells.refcount, page), binary('+', ptesOf(size, page), cacheSlotsOf(size, page)))),
  };
}
