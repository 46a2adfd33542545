/**
 * I5: a mapped page of the file is uptodate. The page lock protects PG_uptodate: while somebody
 * holds it, the page may be on its way out.
 */

import { cells, type MachineSize, pageCell, pageLock } from '../../model/machine.ts';
import type { Property } from '../../model/types.ts';
import { cell, equal, constant, held, implies, or } from '../../model/values.ts';
import { forAllSlots, mapsFile, pageOf } from './ptes.ts';
import { always, type InvariantText, propertyOf } from './text.ts';

export const uptodateText: InvariantText = {
  id: 'I5',
  title: 'mapped pages are uptodate',
  asked: 'in every state in which nobody holds the page lock, for faults that ask for PG_uptodate or read pages from the file',
  explanation:
    'A pte maps a page-cache page that is not uptodate: the process sees what was in memory before the file was read.',
  kernel: 'mm/filemap.c:filemap_nopage, filemap_fault: PageUptodate is asked before the page is returned',
};

export function mappedPagesAreUptodate(size: MachineSize): Property {
  return propertyOf(uptodateText, always, forAllSlots(size, (slot) => implies(mapsFile(slot), or(
    equal(cell(pageCell(cells.uptodate, pageOf(slot))), constant(1)),
    held(pageLock(pageOf(slot)), 'anyone'),
  ))));
}
