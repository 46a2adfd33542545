/** I2: the page that a file pte maps is the one that the page cache has at the pte's index, and says so itself. */

import { cells, type MachineSize, pageCell } from '../../model/machine.ts';
import type { Property } from '../../model/types.ts';
import { and, cell, constant, equal, implies } from '../../model/values.ts';
import { forAllSlots, mapsFile, pageOf } from './ptes.ts';
import { always, type InvariantText, propertyOf } from './text.ts';

export const identityText: InvariantText = {
  id: 'I2',
  title: 'mapped pages are what they stand for',
  asked: 'in every state',
  explanation:
    'A pte maps a page that the page cache no longer has at the index that the pte stands for: the process reads and writes another part of the file, or none.',
  kernel: 'mm/memory.c:unmap_mapping_range finds the ptes of a page by mapping and index',
};

export function mappedPagesAreIdentified(size: MachineSize): Property {
  return propertyOf(identityText, always, forAllSlots(size, (slot) => {
    const index = constant(size.slots[slot]!.index);
    return implies(mapsFile(slot), and(
      equal(cell({ cell: cells.cache, index }), pageOf(slot)),
      equal(cell(pageCell(cells.pageIndex, pageOf(slot))), index),
    ));
  }));
}
