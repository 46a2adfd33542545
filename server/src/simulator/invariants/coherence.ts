/** I3: ptes of one index of the file map one page. Nothing to check where every slot has its own index. */

import { cells, type MachineSize, pageCell, pageKinds } from '../../model/machine.ts';
import type { Property, Value } from '../../model/types.ts';
import { and, binary, cell, constant, equal, implies } from '../../model/values.ts';
import { knownProperty } from './catalogue.ts';
import { pageOf, pteOf } from './ptes.ts';

export function coherentMappings(size: MachineSize): Property | undefined {
  const pairs = size.slots.flatMap((one, at) =>
    size.slots.flatMap((other, otherAt) => (otherAt > at && other.index === one.index ? [[at, otherAt] as const] : [])));
  if (pairs.length === 0) return undefined;
  return { ...knownProperty('I3', ''), when: { kind: 'always' }, condition: and(...pairs.map(([one, other]) => mapSamePage(one, other))) };
}

function mapSamePage(one: number, other: number): Value {
  return implies(and(mapsFile(one), mapsFile(other)), equal(pageOf(one), pageOf(other)));
}

function mapsFile(slot: number): Value {
  return and(binary('!=', pteOf(slot), constant(0)), equal(cell(pageCell(cells.pageKind, pageOf(slot))), constant(pageKinds.cache)));
}
