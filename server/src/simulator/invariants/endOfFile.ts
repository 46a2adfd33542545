/** I4: once truncate has finished, nothing is mapped at or beyond i_size, neither file page nor private copy. */

import { cells, type MachineSize } from '../../model/machine.ts';
import type { Property, ThreadIndex } from '../../model/types.ts';
import { binary, cell, constant, equal, or } from '../../model/values.ts';
import { knownProperty } from './catalogue.ts';
import { forAllSlots, pteOf } from './ptes.ts';

export function nothingBeyondEndOfFile(size: MachineSize, truncate: ThreadIndex): Property {
  return {
    ...knownProperty('I4', ''),
    when: { kind: 'end', thread: truncate },
    condition: forAllSlots(size, (slot) => or(
      equal(pteOf(slot), constant(0)),
      binary('<', constant(size.slots[slot]!.index), cell({ cell: cells.iSize })),
    )),
  };
}
