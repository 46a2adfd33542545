/**
 * Who waits for whom: for a state in which nobody can move, the lock that each thread waits for,
 * who holds it, what the thread holds itself, and the circle that this makes.
 */

import type { Model, Step, ThreadIndex, Transition } from '../model/types.ts';
import { type Holders, isFinished, type PlainState, runTransition } from './interpreter.ts';
import { evaluate, evaluateIndex } from './evaluate.ts';
import { formatHolders, lockName, threadName } from './names.ts';

export interface Wait {
  readonly thread: ThreadIndex;
  readonly transition: Transition;
  /** Absent where it waits for something else than a lock. */
  readonly lock: { readonly name: string; readonly holders: Holders } | undefined;
}

/** `CPU0 -> CPU1 -> CPU0: CPU0 (fault) holds … and waits for …, held by CPU1, at "…"; …`. */
export function describeWaits(model: Model, state: PlainState): string {
  const waits = model.threads.map((_, thread) => waitOf(model, state, thread));
  const circle = circleOf(waits);
  const lines = model.threads.map((_, thread) => describeThread(model, state, thread, waits[thread]));
  return `${circle === '' ? '' : `${circle}: `}${lines.join('; ')}`;
}

function describeThread(model: Model, state: PlainState, thread: ThreadIndex, wait: Wait | undefined): string {
  const name = threadName(model, thread);
  if (isFinished(model, state, thread)) return `${name} has finished`;
  const held = heldBy(model, state, thread);
  const holding = held.length === 0 ? '' : `holds ${held.join(', ')} and `;
  if (!wait) return `${name} ${holding}has nothing left to do`;
  const { text, place } = wait.transition.origin;
  const where = ` at "${text}"${place ? ` (${place.function}, line ${place.line})` : ''}`;
  if (!wait.lock) return `${name} ${holding}waits${where}`;
  return `${name} ${holding}waits for ${wait.lock.name}, held by ${formatHolders(wait.lock.holders.exclusive, wait.lock.holders.shared)},${where}`;
}

function heldBy(model: Model, state: PlainState, thread: ThreadIndex): readonly string[] {
  return state.locks.flatMap((elements, lock) => elements.flatMap((holders, index) =>
    (holders.exclusive === thread || holders.shared.includes(thread) ? [lockName(model, lock, index)] : [])));
}

function waitOf(model: Model, state: PlainState, thread: ThreadIndex): Wait | undefined {
  const leaving = model.threads[thread]!.program.transitions.filter(({ from }) => from === state.locations[thread]);
  const transition = leaving.find((each) => blockingStep(model, state, thread, each)?.step.kind === 'acquire') ?? leaving[0];
  if (!transition) return undefined;
  const blocked = blockingStep(model, state, thread, transition);
  if (blocked?.step.kind !== 'acquire') return { thread, transition, lock: undefined };
  const { lock } = blocked.step;
  const index = evaluateIndex(lock, localsAround(blocked.state, thread));
  return { thread, transition, lock: { name: lockName(model, lock.lock, index), holders: state.locks[lock.lock]![index]! } };
}

/** The first step of the transition that cannot be taken, and the state before it. */
function blockingStep(model: Model, state: PlainState, thread: ThreadIndex, transition: Transition): { step: Step; state: PlainState } | undefined {
  let before = state;
  for (const [at, step] of transition.steps.entries()) {
    const outcome = runTransition(model, state, thread, { ...transition, steps: transition.steps.slice(0, at + 1) })[0];
    if (!outcome) return { step: innermost(step, before, thread), state: before };
    if (outcome.kind === 'outOfRange') return undefined;
    before = outcome.state;
  }
  return undefined;
}

/** Inside an `if`, the first step that waits for a lock. */
function innermost(step: Step, state: PlainState, thread: ThreadIndex): Step {
  if (step.kind !== 'if') return step;
  const branch = evaluate(step.condition, localsAround(state, thread)) === 0 ? step.otherwise : step.then;
  return branch.find((each) => each.kind === 'acquire') ?? step;
}

function localsAround(state: PlainState, thread: ThreadIndex): Parameters<typeof evaluateIndex>[1] {
  return {
    local: (local) => state.locals[thread]![local]!,
    cell: (cell, index) => state.cells[cell]![index] ?? 0,
    held: () => false,
    done: () => false,
    self: () => thread,
  };
}

/** `CPU0 -> CPU1 -> CPU0`, or nothing where the waits make no circle of locks. */
function circleOf(waits: readonly (Wait | undefined)[]): string {
  const next = (thread: ThreadIndex): ThreadIndex | undefined => {
    const holders = waits[thread]?.lock?.holders;
    return holders && (holders.exclusive ?? holders.shared.find((each) => waits[each] !== undefined));
  };
  for (const start of waits.keys()) {
    const circle = [start];
    for (let at = next(start); at !== undefined && circle.length <= waits.length; at = next(at)) {
      circle.push(at);
      if (at === start) return circle.map((thread) => `CPU${thread}`).join(' -> ');
    }
  }
  return '';
}
