/**
 * I13: bytes that were stored in a page (`unsaved`, which no kernel bit says) are on their way to
 * the disk: the page or a pte of it is dirty, or it is being written. Truncation forgets them.
 */

import { cells, type MachineSize } from '../../model/machine.ts';
import type { Property } from '../../model/types.ts';
import { and, implies, or } from '../../model/values.ts';
import { forAllPages, hasDirtyPte, ofPage } from './ptes.ts';
import { type InvariantText, propertyOf, quiescence } from './text.ts';

export const durabilityText: InvariantText = {
  id: 'I13',
  title: 'stored bytes are on their way to disk',
  asked: 'at the end',
  explanation:
    'A byte was stored in the file and is neither on disk nor marked to be written: it will never be written.',
  kernel: 'mm/page-writeback.c:clear_page_dirty_for_io, mm/rmap.c:page_mkclean, try_to_unmap',
};

export function storedBytesAreOnTheirWay(size: MachineSize): Property {
  return propertyOf(durabilityText, quiescence, forAllPages(size, (page) => implies(ofPage(cells.unsaved, page), and(
    ofPage(cells.mapping, page),
    or(ofPage(cells.dirty, page), ofPage(cells.writeback, page), hasDirtyPte(size, page)),
  ))));
}
