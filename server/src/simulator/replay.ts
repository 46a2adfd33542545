/**
 * Replays a path of the compiled search through the interpreter, before anything is reported.
 * Where a transition has several outcomes, all that look like the search's next state are
 * followed. A path that cannot be followed is a bug of ours and throws `ReplayError`.
 */

import type { MemoryModel, Model, Property, ThreadIndex } from '../model/types.ts';
import { ReplayError } from './errors.ts';
import { type Failure, flushOne, isDone as isThreadDone, holdsIn, type Outcome, type PlainState, runTransition, startState } from './interpreter.ts';
import { type Layout, readField, exclusiveLockValue } from './layout.ts';
import type { Prepared, PreparedTransition } from './prepare.ts';
import { type StepTaken, traceStep } from './trace.ts';
import type { TraceStep } from './types.ts';

/** What the search says the path ends in. */
export type Ending =
  | { readonly kind: 'property'; readonly property: Property }
  /** The last transition of the path fails. */
  | { readonly kind: 'failure'; readonly property: string }
  | { readonly kind: 'deadlock' }
  /** The last `around` transitions lead back to where they began. */
  | { readonly kind: 'endless'; readonly around: number };

export interface Path {
  readonly start: number;
  readonly transitions: readonly PreparedTransition[];
  /** Packed words after each transition; one fewer than transitions if the last one fails. */
  readonly states: readonly Int32Array[];
}

export interface Replayed {
  readonly trace: readonly TraceStep[];
  /** Of each step of the trace, the states around it. */
  readonly steps: readonly StepTaken[];
  readonly last: PlainState;
  /** Set for `failure`. */
  readonly failure: Failure | undefined;
}

/** A run so far, as a linked list from its end. */
interface Run {
  readonly state: PlainState;
  /** The last step, and the run before it; undefined at the start. */
  readonly step: StepTaken | undefined;
  readonly earlier: Run | undefined;
  readonly failure: Failure | undefined;
}

function beginning(state: PlainState): Run {
  return { state, step: undefined, earlier: undefined, failure: undefined };
}

function stepsOf(run: Run): readonly StepTaken[] {
  const steps: StepTaken[] = [];
  for (let each: Run | undefined = run; each?.step; each = each.earlier) steps.push(each.step);
  return steps.reverse();
}

export function replay(prepared: Prepared, layout: Layout, memory: MemoryModel, path: Path, ending: Ending): Replayed {
  const { model } = prepared;
  let runs: readonly Run[] = [beginning(startState(model, path.start, memory))];
  for (const [number, transition] of path.transitions.entries()) {
    const words = path.states[number];
    const next = runs.flatMap((run) => runAll(prepared, run, transition));
    runs = words
      ? next.filter((run) => run.failure === undefined && isSameState(prepared, layout, run.state, words))
      : next.filter((run) => ending.kind === 'failure' && run.failure?.property === ending.property);
    if (runs.length === 0) throw new ReplayError(`step ${number + 1} of ${path.transitions.length} in ${model.name} has no such outcome`);
  }
  const run = runs.find((each) => isEnding(prepared, each.state, ending));
  if (!run) throw new ReplayError(`the last state of ${model.name} does not violate ${ending.kind === 'property' ? ending.property.id : ending.kind}`);
  const steps = stepsOf(run);
  return { trace: steps.map((step) => traceStep(model, step)), steps, last: run.state, failure: run.failure };
}

function runAll(prepared: Prepared, run: Run, transition: PreparedTransition): readonly Run[] {
  if (transition.isFlush) return flushed(run, transition.thread);
  return runParts(prepared, run, transition.thread, transition.parts);
}

/** All outcomes of the parts of a transition, one after the other; a failure ends a run at once. */
function runParts({ model, threads }: Prepared, run: Run, thread: ThreadIndex, parts: readonly number[]): readonly Run[] {
  const { program } = threads[thread]!;
  let runs: readonly Run[] = [run];
  for (const part of parts) {
    const original = program.transitions[part]!;
    runs = runs.flatMap((each) => {
      if (each.failure) return [each];
      return runTransition(model, each.state, thread, original).flatMap((outcome) => extend(each, thread, original, outcome));
    });
  }
  return runs;
}

/** The states after those transitions of a thread's program, but for runs that fail or leave a range. */
export function outcomesOf(prepared: Prepared, state: PlainState, thread: ThreadIndex, parts: readonly number[]): readonly PlainState[] {
  return runParts(prepared, beginning(state), thread, parts).flatMap((run) => (run.failure ? [] : [run.state]));
}

function flushed(run: Run, thread: number): readonly Run[] {
  const state = flushOne(run.state, thread);
  if (!state) return [];
  const transition: StepTaken['transition'] = { from: 0, to: 0, steps: [{ kind: 'fence', order: 'full' }], origin: { text: 'its oldest buffered store reaches memory', calls: [] } };
  return [{ state, step: { thread, transition, before: run.state, after: state, staleReads: [] }, earlier: run, failure: undefined }];
}

function extend(run: Run, thread: number, transition: StepTaken['transition'], outcome: Outcome): readonly Run[] {
  if (outcome.kind === 'outOfRange') return [];
  const step: StepTaken = { thread, transition, before: run.state, after: outcome.state, staleReads: outcome.staleReads };
  const failure = outcome.kind === 'failed' ? outcome.failure : undefined;
  return [{ state: outcome.state, step, earlier: run, failure }];
}

function isEnding(prepared: Prepared, state: PlainState, ending: Ending): boolean {
  const { model } = prepared;
  const isDone = (thread: number): boolean => isThreadDone(model, state, thread);
  switch (ending.kind) {
    case 'failure':
    case 'endless':
      return true;
    case 'deadlock':
      return !model.threads.every((_, thread) => isDone(thread)) && !canMove(model, state);
    case 'property': {
      const { when, condition } = ending.property;
      if (when.kind === 'end' && !isDone(when.thread)) return false;
      if (when.kind === 'quiescence' && !model.threads.every((_, thread) => isDone(thread))) return false;
      return !holdsIn(model, state, condition);
    }
  }
}

export function canMove(model: Model, state: PlainState): boolean {
  return model.threads.some((thread, index) => !state.memory.isDrained(index) ||
    thread.program.transitions.some((transition) => runTransition(model, state, index, transition).length > 0));
}

/** Compares with a packed state: cells, locks, positions, and the locals that are not forgotten there. */
export function isSameState(prepared: Prepared, layout: Layout, state: PlainState, words: Int32Array): boolean {
  const read = (field: Layout['cells'][number], index: number): number => readField(words, 0, field, index);
  const areCellsSame = state.cells.every((elements, id) => elements.every((value, index) => value === read(layout.cells[id]!, index)));
  const areLocksSame = state.locks.every((elements, id) => elements.every((holders, index) => {
    const shared = holders.shared.reduce((set, thread) => set | (1 << thread), 0);
    const expected = holders.exclusive === undefined ? shared : exclusiveLockValue(layout, id, holders.exclusive);
    return expected === read(layout.locks[id]!, index);
  }));
  return areCellsSame && areLocksSame && prepared.threads.every((thread, id) => {
    const location = state.locations[id]!;
    if (thread.numberOf.get(location) !== read(layout.counters[id]!, 0)) return false;
    const isDone = thread.program.exits.includes(location);
    return thread.program.locals.every((local, at) => {
      const isForgotten = isDone || (thread.live !== undefined && !thread.live[location]!.has(at));
      return read(layout.locals[id]![at]!, 0) === (isForgotten ? local.initial : state.locals[id]![at]);
    });
  });
}
