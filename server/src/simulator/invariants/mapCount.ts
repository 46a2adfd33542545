/** I7: outside page-table-lock sections a page's map count covers the ptes that map it, and at the end nothing more. */

import { cells, type MachineSize } from '../../model/machine.ts';
import type { Property } from '../../model/types.ts';
import { binary, equal, implies } from '../../model/values.ts';
import { forAllPages, ofPage, outsidePageTableSections, ptesOf } from './ptes.ts';
import { always, type InvariantText, propertyOf, quiescence } from './text.ts';

export const mapCountText: InvariantText = {
  id: 'I7',
  title: 'page_mapcount counts the ptes',
  asked: 'a floor wherever no page-table lock is held; equality at the end',
  explanation:
    'The map count of a page differs from the number of ptes that map it, so that page_mapped() lies to whoever removes the page.',
  kernel: 'mm/rmap.c:page_add_file_rmap, page_remove_rmap; page_mapped() in mm/truncate.c',
};

export function mapCountSuffices(size: MachineSize): Property {
  return propertyOf(mapCountText, always, implies(outsidePageTableSections(size), forAllPages(size, (page) => binary('>=', ofPage(cells.mapcount, page), ptesOf(size, page)))));
}

/** A count that is too high stays too high, so that looking at the end suffices. */
export function noMapCountLeaks(size: MachineSize): Property {
  return propertyOf(mapCountText, quiescence, forAllPages(size, (page) => equal(ofPage(cells.mapcount, page), ptesOf(size, page))));
}
