/** I7: outside page-table-lock sections a page's map count is the number of ptes that map it. */

import { cells, type MachineSize } from '../../model/machine.ts';
import type { Property } from '../../model/types.ts';
import { equal, implies } from '../../model/values.ts';
import { knownProperty } from './catalogue.ts';
import { forAllPages, ofPage, outsidePageTableSections, ptesOf } from './ptes.ts';

export function mapCountIsExact(size: MachineSize): Property {
  return {
    ...knownProperty('I7', ''),
    when: { kind: 'always' },
    condition: implies(outsidePageTableSections(size), forAllPages(size, (page) => equal(ofPage(cells.mapcount, page), ptesOf(size, page)))),
  };
}
