/** I8: a free page is neither mapped nor in the page cache (reclaim freezes the count under tree_lock first). */

import { cells, locks, type MachineSize } from '../../model/machine.ts';
import type { Property } from '../../model/types.ts';
import { binary, constant, equal, held, implies, not, and } from '../../model/values.ts';
import { knownProperty } from './catalogue.ts';
import { cacheSlotsOf, forAllPages, ofPage, ptesOf } from './ptes.ts';

export function freePagesAreUnused(size: MachineSize): Property {
  return {
    ...knownProperty('I8', ''),
    when: { kind: 'always' },
    condition: forAllPages(size, (page) => implies(
      and(equal(ofPage(cells.refcount, page), constant(0)), not(held({ lock: locks.tree }, 'anyone'))),
      equal(binary('+', ptesOf(size, page), cacheSlotsOf(size, page)), constant(0)),
    )),
  };
}
