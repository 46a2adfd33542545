/** I3: ptes of one index of the file map one page. Nothing to check where every slot has its own index. */

import type { MachineSize } from '../../model/machine.ts';
import type { Property, Value } from '../../model/types.ts';
import { and, equal, implies } from '../../model/values.ts';
import { mapsFile, pageOf } from './ptes.ts';
import { always, type InvariantText, propertyOf } from './text.ts';

export const coherenceText: InvariantText = {
  id: 'I3',
  title: 'coherent mappings',
  asked: 'in every state',
  explanation:
    'Two ptes map different pages for the same index of one file: two processes see different contents of the same file.',
  kernel: 'mm/filemap.c: one page per index of the page cache',
};

export function coherentMappings(size: MachineSize): Property | undefined {
  const pairs = size.slots.flatMap((one, at) =>
    size.slots.flatMap((other, otherAt) => (otherAt > at && other.index === one.index ? [[at, otherAt] as const] : [])));
  if (pairs.length === 0) return undefined;
  return propertyOf(coherenceText, always, and(...pairs.map(([one, other]) => mapSamePage(one, other))));
}

function mapSamePage(one: number, other: number): Value {
  return implies(and(mapsFile(one), mapsFile(other)), equal(pageOf(one), pageOf(other)));
}
