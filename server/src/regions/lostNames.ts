/**
 * Where a path leaves the last name of an object behind whose lock it holds: the variable is read
 * nowhere from there on, or is given another value, and memory that is followed does not lead to it.
 */

import type { Span } from '../base/text.ts';
import { pageClasses } from '../ops/vocabulary/lockNames.ts';
import type { Run } from './calls.ts';
import { noteEvent } from './locks.ts';
import type { LiveNames, State } from './state.ts';
import { isFresh, mentions } from './terms.ts';
import type { LockStatus, Value } from './types.ts';

/** Notes the locks whose object only variables name that are not in `live`. */
export function noteLost(state: State, live: LiveNames, site: Span, run: Run): void {
  for (const lock of state.locks.values()) {
    if (isLosable(lock, run) && isNamed(lock, state) && !isReached(lock, state, (place, isVariable) => !isVariable || live.has(place))) noteEvent(run.log, { kind: 'lost', site, lock, isMerged: state.isMerged });
  }
}

/** Notes the lock whose object only the variable or place `location` names, which is about to change. */
export function noteOverwritten(state: State, location: string, site: Span, run: Run): void {
  const before = state.vars.get(location) ?? state.mem.get(location);
  for (const lock of state.locks.values()) {
    if (isLosable(lock, run) && lock.object === before && !isReached(lock, state, (place) => place !== location)) noteEvent(run.log, { kind: 'lost', site, lock, isMerged: state.isMerged });
  }
}

/** Nobody but this path knows the object, and callers cannot name it. */
function isLosable(lock: LockStatus, { names }: Run): boolean {
  if (lock.status !== 'held' || !pageClasses.has(lock.lock) || lock.isShared || lock.heldOnEntry) return false;
  const root = /^&?(\w+)[.[]/.exec(lock.object)?.[1];
  return isFresh(lock.object) || (root !== undefined && names.types.has(root) && !names.parameters.has(root));
}

function isNamed(lock: LockStatus, state: State): boolean {
  return [...state.vars.values()].includes(lock.object);
}

/** Whether a value leads to the object in a place that counts. */
function isReached({ object }: LockStatus, state: State, counts: (place: string, isVariable: boolean) => boolean): boolean {
  for (const [name, value] of state.vars) if (counts(name, true) && leadsTo(value, object)) return true;
  for (const [place, value] of state.mem) if (counts(place, false) && leadsTo(value, object)) return true;
  return false;
}

/** A number that was computed from a field of the object does not: `page->index + 1`. */
function leadsTo(value: Value, object: string): boolean {
  if (typeof value !== 'string' || !mentions(value, object)) return false;
  return !value.startsWith('(') || mentions(value.replaceAll(`${object}->`, ''), object);
}
