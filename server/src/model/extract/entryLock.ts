/** Whether a function that is entered with a lock gives it back held: then it is a part of its caller's path, which drops it. */

import type { LocationId, LockId, Step, Transition } from '../types.ts';
import { groupBy } from './simplify.ts';
import { NotModelledError } from './types.ts';

/** Throws where every way from `entry`, where the lock is held, to `exit` ends with it held. */
export function refuseIfLeftLocked(transitions: readonly Transition[], entry: LocationId, exit: LocationId, lock: LockId): void {
  const outgoing = groupBy(transitions, ({ from }) => from);
  const seen = new Set<string>();
  const queue: { at: LocationId; isHeld: boolean }[] = [{ at: entry, isHeld: true }];
  const atExit = new Set<boolean>();
  for (let state = queue.pop(); state; state = queue.pop()) {
    const key = `${state.at} ${state.isHeld}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (state.at === exit) atExit.add(state.isHeld);
    for (const { steps, to } of outgoing.get(state.at) ?? []) queue.push({ at: to, isHeld: after(steps, lock, state.isHeld) });
  }
  if (atExit.has(true) && !atExit.has(false)) throw new NotModelledError('it is entered and left with the page-table lock held; only whole fault paths are simulated');
}

function after(steps: readonly Step[], lock: LockId, before: boolean): boolean {
  let isHeld = before;
  for (const step of steps) {
    if ((step.kind === 'acquire' || step.kind === 'release') && step.lock.lock === lock) isHeld = step.kind === 'acquire';
  }
  return isHeld;
}
