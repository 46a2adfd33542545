/**
 * `spin_lock(&f(x)->lock)`: nobody locks an object that only this call has returned and that nothing
 * names, so `f` leads from `x` to an object that is there anyway: equal arguments, equal result.
 */

import type { Cfg } from '../cfg/types.ts';
import type { Vocabulary } from '../ops/vocabulary.ts';
import type { Expr } from '../syntax/ast.ts';
import { operandsOf } from './effects.ts';
import { callsOf } from './liveness.ts';

/** Names of functions that are called to reach into an object within an argument of a lock operation. */
export function lockAccessors(cfg: Cfg, vocabulary: Vocabulary): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { callee, args } of callsOf(cfg)) {
    const effects = callee.kind === 'name' ? vocabulary.get(callee.name)?.effects : undefined;
    if (!effects?.some(({ kind }) => kind === 'acquire' || kind === 'release')) continue;
    for (const arg of args) for (const name of reachedThrough(arg)) if (!vocabulary.has(name)) found.add(name);
  }
  return found;
}

function* reachedThrough(expr: Expr): Generator<string> {
  if (expr.kind === 'member' && expr.object.kind === 'call' && expr.object.callee.kind === 'name') yield expr.object.callee.name;
  for (const operand of operandsOf(expr)) yield* reachedThrough(operand);
}
