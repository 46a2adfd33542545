/** What a call that is not followed may have written through the pointers that it is given. */

import { inertFamilies } from '../../ops/vocabulary/lockNames.ts';
import { aggregateFields } from '../../ops/vocabulary/fields.ts';
import { assignPlace, loseFields } from './assign.ts';
import { classOf, type Context } from './context.ts';
import { unknown, type Meaning, type Variable } from './types.ts';

/** The page of a fault struct; the fields of other structs, pages and numbers given by address: none of them is followed any more. */
export function loseGiven(name: string, args: readonly Meaning[], context: Context): void {
  if (inertFamilies.some((family) => family.test(name))) return;
  for (const arg of args) if (arg.kind === 'place') losePlace(arg.place, context);
}

function losePlace(place: Variable, context: Context): void {
  if (place.binding) return;
  if (place.cls.kind === 'aggregate') {
    for (const name of pageFields) assignPlace(context.field(place, name), unknown, context);
    loseFields(place, context);
  } else if (place.cls.kind === 'page' || place.cls.kind === 'scalar') {
    assignPlace(place, unknown, context);
  }
}

/** Members of the fault's own struct in which a handler leaves a page. */
export const pageFields: readonly string[] = Object.entries(aggregateFields).filter(([, type]) => classOf({ ...type, isArray: false }).kind === 'page').map(([name]) => name);
