/** I1: a pte that maps a page of the page cache maps one that is still in it. */

import { cells, type MachineSize, pageCell, pageKinds } from '../../model/machine.ts';
import type { Property } from '../../model/types.ts';
import { cell, constant, equal, or } from '../../model/values.ts';
import { forAllSlots, pageOf, pteOf } from './ptes.ts';
import { always, type InvariantText, propertyOf } from './text.ts';

export const danglingPteText: InvariantText = {
  id: 'I1',
  title: 'no dangling pte',
  asked: 'in every state',
  explanation:
    'A pte maps a page that has left the page cache (page->mapping is NULL): the process sees stale data that no later truncate or invalidate reaches.',
  kernel: 'mm/truncate.c:invalidate_complete_page2, truncate_inode_pages_range: unmapped before page->mapping is cleared',
};

export function noDanglingPte(size: MachineSize): Property {
  return propertyOf(danglingPteText, always, forAllSlots(size, (slot) => or(
      equal(pteOf(slot), constant(0)),
      equal(cell(pageCell(cells.mapping, pageOf(slot))), constant(1)),
      { kind: 'binary', op: '!=', left: cell(pageCell(cells.pageKind, pageOf(slot))), right: constant(pageKinds.cache) },
    )));
}
