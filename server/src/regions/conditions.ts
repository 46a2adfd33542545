/** A branch's condition assumed on a path. */

import type { Expr } from '../syntax/ast.ts';
import type { Run } from './calls.ts';
import { assumeEqual, assumeTruth, truthOf } from './facts.ts';
import { valueOf } from './evaluate.ts';
import { lockKey } from './locks.ts';
import type { State } from './state.ts';
import { isFresh, unknownValue } from './terms.ts';
import type { LockStatus, Value } from './types.ts';

/** Adds that `condition` is true (or false), and forgets guesses that it may be asked to tell apart; false where the path contradicts it. */
export function assumeExpr(condition: Expr, truth: boolean, state: State, run: Run): boolean {
  doubtGuesses(condition, state, run);
  return assume(condition, truth, state, run);
}

/**
 * `err = f(..., &found); if (!found)`: of two ways through the callee that its result does not tell
 * apart, what it has left behind may tell which it was; how, is not known.
 */
function doubtGuesses(condition: Expr, state: State, { names }: Run): void {
  if (condition.kind !== 'name' && condition.kind !== 'unary' && condition.kind !== 'binary') return;
  for (const [key, lock] of state.locks) {
    if (lock.status === 'unknown' || !lock.isGuess) continue;
    const tested = valueOf(condition, state, names);
    const left = new RegExp(`#${(lock.guess ?? lock.site).start}\\.(?!s\\d)`);
    if (typeof tested === 'string' && left.test(tested)) state.locks.set(key, { ...lock, status: 'unknown' });
  }
}

function assume(condition: Expr, truth: boolean, state: State, run: Run): boolean {
  if (condition.kind === 'unary' && condition.op === '!') return assume(condition.operand, !truth, state, run);
  if (condition.kind === 'binary' && (condition.op === '==' || condition.op === '!=')) {
    return assumeEquality(condition, truth === (condition.op === '=='), state, run);
  }
  return assumeTruth(state, valueOf(condition, state, run.names), truth);
}

function assumeEquality(condition: Expr & { kind: 'binary' }, isEqual: boolean, state: State, run: Run): boolean {
  const left = valueOf(condition.left, state, run.names);
  const right = valueOf(condition.right, state, run.names);
  if (typeof right === 'number') return assumeEqual(state, left, right, isEqual);
  if (typeof left === 'number') return assumeEqual(state, right, left, isEqual);
  const whole = valueOf({ ...condition, op: '==' }, state, run.names);
  if (typeof whole === 'number') return (whole !== 0) === isEqual;
  if (truthOf(state, whole) !== undefined) return truthOf(state, whole) === isEqual;
  if (isEqual && !state.isMerged && canUnify(left, right)) unify(state, left, right);
  else assumeTruth(state, whole, isEqual);
  return true;
}

function canUnify(left: Value, right: Value): boolean {
  return typeof left === 'string' && typeof right === 'string' && left !== unknownValue && right !== unknownValue && (isSymbol(left) || isSymbol(right));
}

function isSymbol(text: string): boolean {
  return /^#[\w'.]+$/.test(text);
}

/** Of one object's two names, one was locked and the other unlocked: which came last is not followed. */
function meet(key: string, lock: LockStatus, other: string, state: State): void {
  const wasReleased = lock.status === 'free' && !lock.object.startsWith(`#${lock.site.start}`);
  const otherKey = lockKey({ lock: lock.lock, object: other });
  const held = state.locks.get(otherKey);
  if (!wasReleased || held?.status !== 'held') return;
  state.locks.delete(key);
  state.locks.set(otherKey, { ...held, status: 'unknown', isShared: true });
}

/** The two are one object: the fresh symbol gives way. */
function unify(state: State, left: Value, right: Value): void {
  if (typeof left !== 'string' || typeof right !== 'string') return;
  const [gone, kept] = isSymbol(left) ? [left, right] : [right, left];
  if (!isFresh(gone) || gone === kept) return;
  for (const [key, lock] of state.locks) if (lock.object === gone || lock.object === kept) meet(key, lock, lock.object === gone ? kept : gone, state);
  for (const [key, lock] of state.locks) if (lock.object === gone && lock.status === 'free') state.locks.delete(key);
  const shape = new RegExp(`${gone.replace(/[.']/g, '\\$&')}(?![\\w.'!])`, 'g');
  state.mapText((text) => text.replace(shape, () => kept));
}
