/** I7: outside page-table-lock sections a page's map count covers the ptes that map it, and at the end nothing more. */

import { cells, type MachineSize, pageCell } from '../../model/machine.ts';
import type { Property, Step, Value } from '../../model/types.ts';
import { binary, cell, constant, equal, implies } from '../../model/values.ts';
import { forAllPages, ofPage, outsidePageTableSections, ptesOf } from './ptes.ts';
import { always, type InvariantText, propertyOf, quiescence } from './text.ts';

export const mapCountText: InvariantText = {
  id: 'I7',
  title: 'page_mapcount counts the ptes',
  asked: 'a floor wherever no page-table lock is held, and where the count drops; equality at the end',
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

/** To stand before a step that takes one from the map count. */
export function checkMapped(page: Value): Step {
  return {
    kind: 'check', property: mapCountText.id, condition: binary('>', cell(pageCell(cells.mapcount, page)), constant(0)),
    message: 'the map count of a page drops that no pte maps any more',
  };
}
