/**
 * `spin_lock(&f(x)->lock)`: nobody locks an object that only this call has returned and that nothing
 * names, so `f` leads from `x` to an object that is there anyway: equal arguments, equal result. So
 * does `i = f(x)` of `mutex_lock(&table[i])`: another who wants that lock computes its index again.
 */

import type { Cfg } from '../cfg/types.ts';
import type { Vocabulary } from '../ops/vocabulary.ts';
import type { Expr } from '../syntax/ast.ts';
import { operandsOf } from './effects.ts';
import { callsOf } from './liveness.ts';

/** Names of functions that are called to reach into an object within an argument of a lock operation. */
export function lockAccessors(cfg: Cfg, vocabulary: Vocabulary): ReadonlySet<string> {
  const found = new Set<string>();
  const indices = new Set<string>();
  for (const { callee, args } of callsOf(cfg)) {
    const effects = callee.kind === 'name' ? vocabulary.get(callee.name)?.effects : undefined;
    if (!effects?.some(({ kind }) => kind === 'acquire' || kind === 'release')) continue;
    for (const arg of args) {
      for (const name of reachedThrough(arg)) if (!vocabulary.has(name)) found.add(name);
      for (const name of indicesIn(arg)) indices.add(name);
    }
  }
  for (const name of calledFor(indices, cfg)) if (!vocabulary.has(name)) found.add(name);
  return found;
}

function* reachedThrough(expr: Expr): Generator<string> {
  if (expr.kind === 'member' && expr.object.kind === 'call' && expr.object.callee.kind === 'name') yield expr.object.callee.name;
  for (const operand of operandsOf(expr)) yield* reachedThrough(operand);
}

function* indicesIn(expr: Expr): Generator<string> {
  if (expr.kind === 'index' && expr.index.kind === 'name') yield expr.index.name;
  for (const operand of operandsOf(expr)) yield* indicesIn(operand);
}

/** Functions whose result one of the variables is given as it is. */
function* calledFor(variables: ReadonlySet<string>, cfg: Cfg): Generator<string> {
  if (variables.size === 0) return;
  for (const { action } of cfg.nodes) {
    const expr = action.kind === 'eval' ? action.expr : undefined;
    const [name, value] = action.kind === 'declare' ? [action.name, action.init] : expr?.kind === 'assign' && expr.target.kind === 'name' ? [expr.target.name, expr.value] : [];
    if (name !== undefined && variables.has(name) && value?.kind === 'call' && value.callee.kind === 'name') yield value.callee.name;
  }
}
