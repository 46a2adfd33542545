/**
 * The reference semantics: runs one transition of a model on plain objects and gives every
 * outcome. It is what traces are replayed with, so it shares nothing with the compiled search but
 * the model language; it favours being obviously right over being fast.
 */

import { assertNever } from '../base/assert.ts';
import type { LockMode, MemoryModel, Model, Step, ThreadIndex, Transition, Value } from '../model/types.ts';
import { evaluate, evaluateIndex, type Surroundings } from './evaluate.ts';
import { startValue } from './layout.ts';
import { badIndexMessage, cellName, formatValue, lockName, outOfRangeMessage, threadName } from './names.ts';
import { type LoadOrder, type PlainMemory, scMemory, type WriteOrder } from './plainMemory.ts';
import { localsRead } from './steps.ts';
import { tsoMemory } from './tso/definition.ts';
import { weakMemory } from './weak/definition.ts';

export interface Holders {
  exclusive: ThreadIndex | undefined;
  /** Ascending. */
  shared: readonly ThreadIndex[];
}

export interface PlainState {
  readonly cells: number[][];
  readonly locks: Holders[][];
  /** Location of each thread in its program. */
  readonly locations: number[];
  readonly locals: number[][];
  readonly memory: PlainMemory;
}

export interface Failure {
  readonly property: string;
  readonly message: string;
}

/** `failed`: the state is the one in which the step failed. `outOfRange`: the run cannot be followed further. */
export type Outcome =
  | { readonly kind: 'next'; readonly state: PlainState; readonly staleReads: readonly string[] }
  | { readonly kind: 'failed'; readonly state: PlainState; readonly staleReads: readonly string[]; readonly failure: Failure }
  | { readonly kind: 'outOfRange'; readonly reason: string };

/** A run in the middle of a transition. */
interface Run {
  readonly state: PlainState;
  readonly staleReads: readonly string[];
  readonly failure: Failure | undefined;
  readonly outOfRange: string | undefined;
}

export function startState(model: Model, start: number, memory: MemoryModel): PlainState {
  return {
    cells: model.cells.map((cell, id) => Array.from({ length: cell.length }, (_, index) => startValue(model, start, id, index))),
    locks: model.locks.map((lock) => Array.from({ length: lock.length }, () => ({ exclusive: undefined, shared: [] }))),
    locations: model.threads.map((thread) => thread.program.entry),
    locals: model.threads.map((thread) => thread.program.locals.map((local, id) => thread.arguments.get(id) ?? local.initial)),
    memory: memory === 'sc' ? scMemory() : memory === 'tso' ? tsoMemory(model) : weakMemory(model),
  };
}

export function isFinished(model: Model, state: PlainState, thread: ThreadIndex): boolean {
  return model.threads[thread]!.program.exits.includes(state.locations[thread]!);
}

/** The thread has finished and everybody sees what it did. */
export function isDone(model: Model, state: PlainState, thread: ThreadIndex): boolean {
  return isFinished(model, state, thread) && state.memory.isDrained(thread);
}

/** The state after the oldest store of the thread's buffer has reached memory; undefined where there is none. */
export function flushOne(before: PlainState, thread: ThreadIndex): PlainState | undefined {
  const state = cloneState(before);
  return flushInto(state, thread) ? state : undefined;
}

function flushInto(state: PlainState, thread: ThreadIndex): boolean {
  const flushed = state.memory.flush(thread);
  if (!flushed) return false;
  if (flushed.kind === 'store') state.cells[flushed.cell]![flushed.index] = flushed.value;
  else dropLock(state.locks[flushed.lock]![flushed.index]!, thread);
  return true;
}

function dropLock(holders: Holders, thread: ThreadIndex): void {
  if (holders.exclusive === thread) holders.exclusive = undefined;
  holders.shared = holders.shared.filter((each) => each !== thread);
}

/** Every outcome of the transition; none when it is not enabled. */
export function runTransition(model: Model, before: PlainState, thread: ThreadIndex, transition: Transition): readonly Outcome[] {
  if (before.locations[thread] !== transition.from) return [];
  return new Interpreter(model, thread).transition(before, transition);
}

/** Evaluates a property or witness in a state. */
export function holdsIn(model: Model, state: PlainState, condition: Value): boolean {
  return evaluate(condition, surroundings(model, state, undefined)) !== 0;
}

function surroundings(model: Model, state: PlainState, thread: ThreadIndex | undefined): Surroundings {
  const actor = (): ThreadIndex => {
    if (thread === undefined) throw new Error('a property refers to the acting thread');
    return thread;
  };
  return {
    local: (local) => state.locals[actor()]![local]!,
    cell: (cell, index) => (thread === undefined ? undefined : state.memory.own(thread, cell, index)) ?? state.cells[cell]![index] ?? 0,
    held: (lock, index, by) => {
      const holders = state.locks[lock]![index];
      if (!holders) return false;
      if (by === 'anyone') return holders.exclusive !== undefined || holders.shared.length > 0;
      const holder = by === 'self' ? actor() : by;
      return holds(holders, holder) && !state.memory.isReleasing(holder, lock, index);
    },
    done: (other) => isDone(model, state, other),
    self: actor,
  };
}

function holds(holders: Holders, thread: ThreadIndex): boolean {
  return holders.exclusive === thread || holders.shared.includes(thread);
}

function canGrant(holders: Holders, mode: LockMode): boolean {
  return holders.exclusive === undefined && (mode === 'shared' || holders.shared.length === 0);
}

export function cloneState(state: PlainState): PlainState {
  return {
    cells: state.cells.map((elements) => [...elements]),
    locks: state.locks.map((elements) => elements.map((holders) => ({ ...holders }))),
    locations: [...state.locations],
    locals: state.locals.map((locals) => [...locals]),
    memory: state.memory.clone(),
  };
}

class Interpreter {
  constructor(private readonly model: Model, private readonly thread: ThreadIndex) {}

  transition(before: PlainState, transition: Transition): readonly Outcome[] {
    const start: Run = { state: cloneState(before), staleReads: [], failure: undefined, outOfRange: undefined };
    return this.steps([start], transition.steps).map((run) => this.finish(run, transition));
  }

  private finish(run: Run, transition: Transition): Outcome {
    const { state, staleReads } = run;
    state.locations[this.thread] = transition.to;
    if (run.failure) return { kind: 'failed', state, staleReads, failure: run.failure };
    if (run.outOfRange !== undefined) return { kind: 'outOfRange', reason: run.outOfRange };
    if (isFinished(this.model, state, this.thread)) {
      const failure = this.locksLeft(state);
      if (failure) return { kind: 'failed', state, staleReads, failure };
    }
    return { kind: 'next', state, staleReads };
  }

  private locksLeft(state: PlainState): Failure | undefined {
    const allowed = this.model.exitLocks.get(this.thread) ?? [];
    for (const [lock, elements] of state.locks.entries()) {
      if (allowed.includes(lock)) continue;
      const index = elements.findIndex((holders, at) => holds(holders, this.thread) && !state.memory.isReleasing(this.thread, lock, at));
      if (index >= 0) return { property: 'I17', message: `${threadName(this.model, this.thread)} has finished but still holds ${lockName(this.model, lock, index)}` };
    }
    return undefined;
  }

  /** A run that has failed or left its range goes on only to see whether the rest is enabled. */
  private steps(runs: readonly Run[], steps: readonly Step[]): readonly Run[] {
    return steps.reduce((all, step) => all.flatMap((run) => this.step(run, step)), runs);
  }

  private step(run: Run, step: Step): readonly Run[] {
    const { state } = run;
    switch (step.kind) {
      case 'assign':
        state.memory.assign(this.thread, step.to, localsRead(step.value));
        return [this.setLocal(run, step.to, this.value(run, step.value))];
      case 'load':
        return this.load(run, step);
      case 'store':
        return this.store(run, step.to.cell, this.index(run, step.to), this.value(run, step.value), { kind: 'store', order: step.order });
      case 'update':
        return this.update(run, step);
      case 'assume':
        return this.value(run, step.condition) === 0 ? [] : [run];
      case 'choose':
        state.memory.assign(this.thread, step.to, []);
        return step.values.map((value) => this.setLocal({ ...run, state: cloneState(state) }, step.to, value));
      case 'acquire':
        return this.acquire(run, step.lock.lock, this.index(run, step.lock), step.mode);
      case 'tryAcquire': {
        const index = this.index(run, step.lock);
        const holders = state.locks[step.lock.lock]![index];
        if (!holders) return [this.badIndex(run, this.model.locks[step.lock.lock]!.name, index, state.locks[step.lock.lock]!.length)];
        this.drain(state);
        const isTaken = canGrant(holders, step.mode);
        if (isTaken) this.grant(state, step.lock.lock, index, step.mode);
        state.memory.assign(this.thread, step.to, []);
        return [this.setLocal(run, step.to, Number(isTaken))];
      }
      case 'release':
        return [this.release(run, step.lock.lock, this.index(run, step.lock))];
      case 'fence':
        if (!state.memory.allows(step.order)) return [];
        if (state.memory.drainsFor(step.order)) this.drain(state);
        state.memory.fence(this.thread, step.order);
        return [run];
      case 'check':
        return [this.value(run, step.condition) === 0 ? this.fail(run, step.property, step.message) : run];
      case 'if':
        return this.steps([run], this.value(run, step.condition) === 0 ? step.otherwise : step.then);
      default:
        return assertNever(step);
    }
  }

  private load(run: Run, step: Extract<Step, { kind: 'load' }>): readonly Run[] {
    const { cell } = step.from;
    const index = this.index(run, step.from);
    const newest = run.state.cells[cell]![index];
    if (newest === undefined) return [this.badIndex(run, this.model.cells[cell]!.name, index, run.state.cells[cell]!.length)];
    const how: LoadOrder = { order: step.order, to: step.to, address: step.from.index ? localsRead(step.from.index) : [] };
    return run.state.memory.readable(this.thread, cell, index, newest, how).map((choice) => {
      const next = { ...run, state: cloneState(run.state) };
      next.state.memory.read(this.thread, cell, index, choice, how);
      if (choice.isNewest) return this.setLocal(next, step.to, choice.value);
      const format = this.model.cells[cell]!.format;
      const stale = `${cellName(this.model, cell, index)} is read as ${formatValue(format, choice.value)}, but it is ${formatValue(format, newest)} already`;
      return this.setLocal({ ...next, staleReads: [...next.staleReads, stale] }, step.to, choice.value);
    });
  }

  private drain(state: PlainState): void {
    while (flushInto(state, this.thread));
  }

  private update(run: Run, step: Extract<Step, { kind: 'update' }>): readonly Run[] {
    if (run.state.memory.drainsFor('update')) this.drain(run.state);
    const value = this.value(run, step.value);
    const how: WriteOrder = { kind: 'update', order: step.order, result: step.result };
    const next = this.store(run, step.cell.cell, this.index(run, step.cell), value, how);
    const { result } = step;
    return result === undefined ? next : next.map((each) => this.setLocal(each, result, value));
  }

  private store(run: Run, cell: number, index: number, value: number, how: WriteOrder): readonly Run[] {
    const elements = run.state.cells[cell]!;
    const { name, min, max } = this.model.cells[cell]!;
    const old = elements[index];
    if (old === undefined) return [this.badIndex(run, name, index, elements.length)];
    if (value < min || value > max) return [{ ...run, outOfRange: run.outOfRange ?? outOfRangeMessage(cellName(this.model, cell, index), value, min, max) }];
    return run.state.memory.places(this.thread, cell, index, how).map((newer) => {
      const next = { ...run, state: cloneState(run.state) };
      const isNewest = next.state.memory.write(this.thread, cell, index, { old, value }, newer, how);
      if (isNewest) next.state.cells[cell]![index] = value;
      return next;
    });
  }

  private acquire(run: Run, lock: number, index: number, mode: LockMode): readonly Run[] {
    const holders = run.state.locks[lock]![index];
    if (!holders) return [this.badIndex(run, this.model.locks[lock]!.name, index, run.state.locks[lock]!.length)];
    this.drain(run.state);
    if (holders.exclusive === this.thread) {
      return [this.fail(run, 'I18', `${threadName(this.model, this.thread)} takes ${lockName(this.model, lock, index)}, which it holds already`)];
    }
    if (!canGrant(holders, mode)) return [];
    if (holders.shared.includes(this.thread)) {
      return [{ ...run, outOfRange: run.outOfRange ?? `${threadName(this.model, this.thread)} takes ${lockName(this.model, lock, index)} shared a second time` }];
    }
    this.grant(run.state, lock, index, mode);
    return [run];
  }

  private grant(state: PlainState, lock: number, index: number, mode: LockMode): void {
    const holders = state.locks[lock]![index]!;
    if (mode === 'exclusive') holders.exclusive = this.thread;
    else holders.shared = [...new Set([...holders.shared, this.thread])].sort((a, b) => a - b);
    state.memory.acquire(this.thread, lock, index);
  }

  private release(run: Run, lock: number, index: number): Run {
    const holders = run.state.locks[lock]![index];
    if (!holders) return this.badIndex(run, this.model.locks[lock]!.name, index, run.state.locks[lock]!.length);
    if (!holds(holders, this.thread) || run.state.memory.isReleasing(this.thread, lock, index)) {
      return this.fail(run, 'I19', `${threadName(this.model, this.thread)} releases ${lockName(this.model, lock, index)}, which it does not hold`);
    }
    if (run.state.memory.release(this.thread, lock, index)) dropLock(holders, this.thread);
    return run;
  }

  private setLocal(run: Run, local: number, value: number): Run {
    const { name, min, max } = this.model.threads[this.thread]!.program.locals[local]!;
    if (value < min || value > max) {
      return { ...run, outOfRange: run.outOfRange ?? outOfRangeMessage(`${name} of ${threadName(this.model, this.thread)}`, value, min, max) };
    }
    run.state.locals[this.thread]![local] = value;
    return run;
  }

  private badIndex(run: Run, what: string, index: number, length: number): Run {
    return { ...run, outOfRange: run.outOfRange ?? badIndexMessage(what, index, length) };
  }

  private fail(run: Run, property: string, message: string): Run {
    if (run.failure !== undefined || run.outOfRange !== undefined) return run;
    return { ...run, failure: { property, message } };
  }

  private value(run: Run, value: Value): number {
    return evaluate(value, surroundings(this.model, run.state, this.thread));
  }

  private index(run: Run, ref: { readonly index?: Value }): number {
    return evaluateIndex(ref as Parameters<typeof evaluateIndex>[0], surroundings(this.model, run.state, this.thread));
  }
}
