/** I7: outside page-table-lock sections a page's map count covers the ptes that map it, and at the end nothing more. */

import { cells, type MachineSize } from '../../model/machine.ts';
import type { Property } from '../../model/types.ts';
import { binary, equal, implies } from '../../model/values.ts';
import { knownProperty } from './catalogue.ts';
import { forAllPages, ofPage, outsidePageTableSections, ptesOf } from './ptes.ts';

export function mapCountSuffices(size: MachineSize): Property {
  return {
    ...knownProperty('I7', ''),
    when: { kind: 'always' },
    condition: implies(outsidePageTableSections(size), forAllPages(size, (page) => binary('>=', ofPage(cells.mapcount, page), ptesOf(size, page)))),
  };
}

/** A count that is too high stays too high, so that looking at the end suffices. */
export function noMapCountLeaks(size: MachineSize): Property {
  return {
    ...knownProperty('I7', ''),
    when: { kind: 'quiescence' },
    condition: forAllPages(size, (page) => equal(ofPage(cells.mapcount, page), ptesOf(size, page))),
  };
}
