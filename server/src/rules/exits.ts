/** Exits compared: classes of returned values, what a caller can reach, conditions that tell paths apart. */

import { isFresh, leavesOf, mentions } from '../regions/terms.ts';
import type { Fact, LockExit, LockStates, LockStatus } from '../regions/types.ts';

/** Exits of one class look alike to a caller: any error, NULL, one positive constant, anything else. */
export function returnClass(exit: LockExit): string {
  const { returns, facts } = exit;
  if (returns === undefined) return 'nothing';
  if (typeof returns === 'number') return returns < 0 ? 'an error' : String(returns);
  if (returns.endsWith('!')) return '0';
  if (isTrue(facts.get(`(${returns} < 0)`)) || isTrue(facts.get(`err(${returns})`))) return 'an error';
  return isTrue(facts.get(returns)) ? 'nonzero' : 'a value';
}

function isTrue(fact: Fact | undefined): boolean {
  return fact !== undefined && (fact.equal === undefined ? fact.unequal.includes(0) : fact.equal !== 0);
}

/** Whether the caller gets at the object: it came in, is returned, or was stored where it can look. */
export function isReachable(lock: LockStatus, exit: LockExit): boolean {
  if (!isFresh(lock.object)) return true;
  const { symbols } = leavesOf(lock.object);
  return symbols.some((symbol) => isShown(symbol, exit));
}

/**
 * A page-table lock that only a local variable names: it was taken here, and neither the lock nor a pointer that may lead
 * to its page table is handed out. Callers do not look such a lock up again to drop it.
 */
export function isLocalPtl(lock: LockStatus, exit: LockExit, { fn }: LockStates): boolean {
  const isLookedUp = lock.object.endsWith(')');
  if (lock.lock !== 'pageTable' || !isLookedUp || fn.returnType.pointers > 0) return false;
  return ![...exit.stores.values()].some((value) => typeof value === 'string' && mentions(value, lock.object));
}

function isShown(symbol: string, exit: LockExit): boolean {
  if (typeof exit.returns === 'string' && mentions(exit.returns, symbol)) return true;
  for (const [location, value] of exit.stores) {
    if (typeof value === 'string' && mentions(value, symbol) && !isFresh(location)) return true;
  }
  return false;
}

/** Two paths that differ in a condition on what the caller passed: it can know which one was taken. */
export function callerCanTell(a: LockExit, b: LockExit, states: LockStates): boolean {
  if (isToldByValue(a, b)) return true;
  const parameters = new Set(states.fn.params.map(({ name }) => name));
  for (const [text, fact] of a.facts) {
    const other = b.facts.get(text);
    if (!other || isFresh(text) || !disagree(fact, other)) continue;
    if (leavesOf(text).names.some((name) => parameters.has(name))) return true;
  }
  return false;
}

/** What is known of the returned values tells them apart: `ret & VM_FAULT_ERROR`. */
function isToldByValue(a: LockExit, b: LockExit): boolean {
  const { returns } = a;
  const other = b.returns;
  if (typeof returns !== 'string' || typeof other !== 'string') return false;
  for (const [text, fact] of a.facts) {
    if (!mentions(text, returns)) continue;
    const same = b.facts.get(text.replaceAll(returns, () => other));
    if (same && disagree(fact, same)) return true;
  }
  return false;
}

function disagree(a: Fact, b: Fact): boolean {
  if (a.equal !== undefined && b.equal !== undefined) return a.equal !== b.equal;
  if (a.equal !== undefined) return b.unequal.includes(a.equal);
  return b.equal !== undefined && a.unequal.includes(b.equal);
}
