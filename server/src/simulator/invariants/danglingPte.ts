/** I1: a pte that maps a page of the page cache maps one that is still in it. */

import { cells, type MachineSize, pageCell, pageKinds } from '../../model/machine.ts';
import type { Property } from '../../model/types.ts';
import { cell, constant, equal, or } from '../../model/values.ts';
import { knownProperty } from './catalogue.ts';
import { forAllSlots, pageOf, pteOf } from './ptes.ts';

export function noDanglingPte(size: MachineSize): Property {
  return {
    ...knownProperty('I1', ''),
    when: { kind: 'always' },
    condition: forAllSlots(size, (slot) => or(
      equal(pteOf(slot), constant(0)),
      equal(cell(pageCell(cells.mapping, pageOf(slot))), constant(1)),
      { kind: 'binary', op: '!=', left: cell(pageCell(cells.pageKind, pageOf(slot))), right: constant(pageKinds.cache) },
    )),
  };
}
