/** I4: once truncate has finished, nothing is mapped at or beyond i_size, neither file page nor private copy. */

import { cells, type MachineSize } from '../../model/machine.ts';
import type { Property, ThreadIndex } from '../../model/types.ts';
import { binary, cell, constant, equal, or } from '../../model/values.ts';
import { forAllSlots, pteOf } from './ptes.ts';
import { type InvariantText, propertyOf } from './text.ts';

export const endOfFileText: InvariantText = {
  id: 'I4',
  title: 'nothing mapped beyond end of file',
  asked: 'once truncate has finished',
  explanation:
    'After truncate has finished, a pte still maps an index at or beyond i_size, as a file page or a private copy: accesses that must get SIGBUS succeed.',
  kernel: 'mm/memory.c:vmtruncate, mm/truncate.c:truncate_pagecache',
};

export function nothingBeyondEndOfFile(size: MachineSize, truncate: ThreadIndex): Property {
  return propertyOf(endOfFileText, { kind: 'end', thread: truncate }, forAllSlots(size, (slot) => or(
      equal(pteOf(slot), constant(0)),
      binary('<', constant(size.slots[slot]!.index), cell({ cell: cells.iSize })),
    )));
}
