/**
 * Fields by which callers learn what a function has done to locks where its result does not say it:
 * the function asks for the field of what it is given, and may set it. `if (!vmf->pte) ret =
 * pte_alloc_one_map(vmf);` and its caller's `if (vmf->pte) pte_unmap_unlock(vmf->pte, vmf->ptl);`
 */

import type { Cfg } from '../cfg/types.ts';
import type { Expr } from '../syntax/ast.ts';
import { assignedFields } from './kept.ts';
import { fieldName } from './terms.ts';

/** More would part too many paths. */
const maxTold = 2;

/** The fields, as `.name`. `writes`: those that the function may set by way of others; undefined: any, so that only those count which it sets itself. */
export function toldFields(cfg: Cfg, parameters: ReadonlySet<string>, writes: ReadonlySet<string> | undefined): ReadonlySet<string> {
  const told = new Set<string>();
  const own = new Set(assignedFields(cfg));
  for (const { action } of cfg.nodes) {
    const field = action.kind === 'branch' ? askedField(action.condition, parameters) : undefined;
    if (field !== undefined && (own.has(field) || writes?.has(field))) told.add(fieldName(field));
  }
  return told.size > maxTold ? new Set() : told;
}

/** The field of a parameter whose value the condition is. */
function askedField(condition: Expr, parameters: ReadonlySet<string>): string | undefined {
  if (condition.kind === 'unary' && condition.op === '!') return askedField(condition.operand, parameters);
  if (condition.kind === 'binary' && (condition.op === '==' || condition.op === '!=')) return askedField(condition.left, parameters);
  const isOfParameter = condition.kind === 'member' && condition.isArrow && condition.object.kind === 'name' && parameters.has(condition.object.name);
  return isOfParameter ? condition.field : undefined;
}
