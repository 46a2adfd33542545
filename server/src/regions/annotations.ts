/** sparse's annotations of a function as locks: `__releases(vmf->ptl)`, `__must_hold(&mm->page_table_lock)`. */

import type { FunctionDef } from '../syntax/ast.ts';
import { printExpr } from '../cfg/printExpr.ts';
import { lockFields, objectLocks } from '../ops/vocabulary/lockNames.ts';
import type { Run } from './calls.ts';
import { valueOf } from './evaluate.ts';
import { canonical, modeOf } from './locks.ts';
import type { State } from './state.ts';
import { lastName } from './terms.ts';
import type { AnnotatedLock, LockStatus } from './types.ts';

const macros: ReadonlySet<string> = new Set(['__acquires', '__releases', '__must_hold']);

/** The annotations whose lock has a name on entry; the others say nothing that can be checked. */
export function annotatedLocks(fn: FunctionDef, entry: State, run: Run): AnnotatedLock[] {
  const found = fn.annotations.flatMap(({ macro, argument, argumentExpr, span }) => {
    if (!macros.has(macro) || !argumentExpr) return [];
    const lock = lockOf(argumentExpr, entry, run, span);
    return lock ? [{ macro, argument, span, lock }] : [];
  });
  const dropsAndTakes = (argument: string): boolean => ['__acquires', '__releases'].every((macro) => found.some((each) => each.macro === macro && each.argument === argument));
  // Both at once: the lock is dropped on the way and held again at the end.
  return found.flatMap((each) => (!dropsAndTakes(each.argument) ? [each] : each.macro === '__releases' ? [{ ...each, macro: '__must_hold' }] : []));
}

function lockOf(expr: NonNullable<FunctionDef['annotations'][number]['argumentExpr']>, entry: State, run: Run, site: AnnotatedLock['span']): LockStatus | undefined {
  const name = printExpr(expr).replace(/^&/, '');
  const common = { status: 'held', origin: 'annotated', site, heldOnEntry: true, isShared: false, isHanded: false, isGuess: false, isOwned: false } as const;
  if (name.toUpperCase() === 'RCU') return { ...common, lock: 'rcu', mode: 'shared', object: 'RCU', name: 'RCU' };
  const value = valueOf(expr, entry, run.names);
  if (typeof value === 'number' || value.includes('?')) return undefined;
  // sparse takes `__releases(lock)` for `spin_unlock(&lock)` as well as for a pointer.
  const isGlobal = expr.kind === 'name' && !run.names.types.has(expr.name);
  const isPlace = isGlobal || (expr.kind === 'member' && !isPointerField(lastName(value)));
  const object = isPlace ? `&${value}` : value;
  const field = lockFields.get(lastName(value) ?? '');
  const lock = field && (objectLocks.has(field.lock) ? field.by : field.lock) || 'spin';
  return canonical({ ...common, lock, mode: modeOf(lock, 'unknown'), object, name });
}

/** Fields that hold a pointer to a lock, not the lock. */
function isPointerField(field: string | undefined): boolean {
  return field === 'ptl';
}
