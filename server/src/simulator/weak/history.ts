/**
 * Static facts of a model that keep the views of the weak memory model small: which cells need a
 * history, which registers addresses are made of, and what each thread may still do from each
 * location on.
 */

import type { CellRef, LocalId, Model, Step, Value } from '../../model/types.ts';
import type { Prepared, PreparedThread } from '../prepare.ts';
import { localSet, localsRead, walkSteps } from '../steps.ts';
import { type Guarded, type Guards, guardsOf, indexValue, type Tracked } from './guards.ts';
import { coveredLoads } from './lockCover.ts';

/** What a thread may still do, as bits. */
export const future = { ordersReads: 1, ordersStores: 2, stores: 4, takesLock: 8 } as const;

/** What a thread may still do from a location on. */
export interface Future {
  /** Bit set over `historyCells`: cells whose older messages it can still tell apart. */
  readonly cells: number;
  /** Bit set over all lock elements that it may take; -1 where there are too many to tell. */
  readonly locks: number;
  /** Bits of `future`. */
  readonly actions: number;
}

export interface FutureWithGuards extends Future {
  /** By element: locks that it takes before it next loads that. */
  readonly guards: Guards;
}

export interface Histories {
  /** By cell: number of its first element among all elements with a history, or -1. */
  readonly firstElement: readonly number[];
  /** By element with a history: its cell. */
  readonly cellOf: readonly number[];
  /** By lock: number of its first element among all locks. */
  readonly firstLock: readonly number[];
  readonly lockCount: number;
  /** By cell: its stores race. */
  readonly doRace: readonly boolean[];
  /** Cells with a history; their position is their bit. */
  readonly historyCells: readonly number[];
  /** Messages that cannot be told apart become one. */
  readonly isShort: boolean;
  /** By thread: what sets its locations apart. */
  readonly futures: readonly (readonly FutureWithGuards[])[];
  /** By thread: the local whose value sets its futures apart as well. */
  readonly tracked: readonly Tracked[];
  /** By thread, location and value of the tracked local (`location * count + value - min`): index into `futures`. */
  readonly futureOf: readonly (readonly number[])[];
  /** By thread: registers whose origin matters, as they are made part of addresses, in order of their rows. */
  readonly derived: readonly (readonly LocalId[])[];
}

/** At most so many cells fit the bit sets. */
const maxBits = 31;
/** Combinations of all threads' futures that can be numbered. */
const maxSituations = 2 ** 31;
/** A local with more values than that is not told apart by them. */
const maxTracked = 8;

/** `isShort`: what a thread may still load is told by what it does before that, not only by where it is. */
export function findHistories(prepared: Prepared, isShort = true): Histories {
  const { model } = prepared;
  const covered = coveredLoads(model);
  const historyCells = model.cells.flatMap((cell, id) => (cell.isRacy && isContended(model, id, covered) ? [id] : []));
  if (historyCells.length > maxBits) throw new Error(`more than ${maxBits} racy cells`);
  const firstElement = model.cells.map(() => -1);
  const cellOf: number[] = [];
  for (const id of historyCells) {
    firstElement[id] = cellOf.length;
    for (let index = 0; index < model.cells[id]!.length; index++) cellOf.push(id);
  }
  const firstLock: number[] = [];
  let lockCount = 0;
  for (const lock of model.locks) {
    firstLock.push(lockCount);
    lockCount += lock.length;
  }
  const facts: Facts = { model, isShort, covered, historyCells, firstElement, elementCount: cellOf.length, firstLock, lockCount };
  const tracked = prepared.threads.map((thread) => trackedLocal(thread, facts));
  const all = prepared.threads.map((thread, index) => distinct(futuresOf(thread, facts, tracked[index]!)));
  if (isShort && all.reduce((product, { futures }) => product * futures.length, 1) > maxSituations) return findHistories(prepared, false);
  return {
    firstElement, cellOf, firstLock, lockCount, historyCells,
    doRace: model.cells.map((cell) => cell.storesRace === true),
    tracked, isShort,
    futures: all.map(({ futures }) => futures),
    futureOf: all.map(({ futureOf }) => futureOf),
    derived: prepared.threads.map((thread) => derivedLocals(thread, historyCells)),
  };
}

interface Facts {
  readonly isShort: boolean;
  readonly model: Model;
  /** Loads that no older message can be returned by. */
  readonly covered: ReadonlySet<Step>;
  readonly historyCells: readonly number[];
  readonly firstElement: readonly number[];
  readonly elementCount: number;
  readonly firstLock: readonly number[];
  readonly lockCount: number;
}

/** True when one thread can tell apart values that another one stores. */
function isContended(model: Model, cell: number, covered: ReadonlySet<Step>): boolean {
  const uses = model.threads.map((thread) => {
    const use = { isLoaded: false, isChanged: false };
    for (const transition of thread.program.transitions) {
      walkSteps(transition.steps, (step) => {
        if (step.kind === 'load' && step.from.cell === cell && !covered.has(step)) use.isLoaded = true;
        if (step.kind === 'store' && step.to.cell === cell) use.isChanged = true;
        if (step.kind === 'update' && step.cell.cell === cell) use.isChanged = true;
      });
    }
    return use;
  });
  const doRace = model.cells[cell]!.storesRace === true;
  return uses.some((one, reader) => uses.some((other, writer) =>
    writer !== reader && ((one.isLoaded && other.isChanged) || (doRace && one.isChanged && other.isChanged))));
}

/** Backward closure over the thread's transitions. */
function futuresOf(thread: PreparedThread, facts: Facts, tracked: Tracked): readonly FutureWithGuards[] {
  const all = Array.from({ length: thread.locationCount }, (): Future => ({ cells: 0, locks: 0, actions: 0 }));
  const transitions = thread.leaving.flat().map((transition) => ({ transition, own: transition.segments.reduce((sum, segment) => union(sum, useOf(segment, facts)), all[0]!) }));
  for (let hasChanged = true; hasChanged; ) {
    hasChanged = false;
    for (const { transition, own } of transitions) {
      const known = all[transition.from]!;
      const merged = union(union(known, own), all[transition.to]!);
      if (merged.cells === known.cells && merged.locks === known.locks && merged.actions === known.actions) continue;
      all[transition.from] = merged;
      hasChanged = true;
    }
  }
  return guardsOf(thread, guardedBy(facts, tracked)).map((guards, at) => ({ ...all[Math.floor(at / tracked.count)]!, guards }));
}

function guardedBy({ model, isShort, covered, historyCells, firstElement, elementCount, firstLock, lockCount }: Facts, tracked: Tracked): Guarded {
  /** What older messages matter to: a load, or a store that may take its place among them. */
  const toldApart = (step: Step): CellRef | undefined => {
    if (step.kind === 'store') return model.cells[step.to.cell]!.storesRace === true && historyCells.includes(step.to.cell) ? step.to : undefined;
    return step.kind === 'load' && !covered.has(step) && historyCells.includes(step.from.cell) ? step.from : undefined;
  };
  return {
    elementCount, tracked,
    loaded: (step, value) => {
      const ref = toldApart(step);
      if (!ref) return [];
      const first = firstElement[ref.cell]!;
      const index = indexValue(ref, tracked, value);
      return index === undefined ? Array.from({ length: model.cells[ref.cell]!.length }, (_, at) => first + at) : [first + index];
    },
    lockBit: (lock, value) => {
      const index = indexValue(lock, tracked, value);
      return index === undefined || !isShort || lockCount >= maxBits ? 0 : 1 << (firstLock[lock.lock]! + index);
    },
  };
}

/** The local that is most often the index of a load that may return an old value; of those with few values. */
function trackedLocal({ program, leaving }: PreparedThread, { covered, historyCells, isShort }: Facts): Tracked {
  if (!isShort) return { local: undefined, min: 0, count: 1 };
  const uses = program.locals.map(() => 0);
  for (const transition of leaving.flat()) {
    for (const segment of transition.segments) {
      walkSteps(segment, (step) => {
        if (step.kind === 'load' && step.from.index?.kind === 'local' && !covered.has(step) && historyCells.includes(step.from.cell)) uses[step.from.index.local]!++;
      });
    }
  }
  const countOf = (local: LocalId): number => program.locals[local]!.max - program.locals[local]!.min + 1;
  const local = uses.map((_, at) => at).filter((at) => uses[at]! > 0 && countOf(at) <= maxTracked).sort((a, b) => uses[b]! - uses[a]!)[0];
  return local === undefined ? { local, min: 0, count: 1 } : { local, min: program.locals[local]!.min, count: countOf(local) };
}

function union(a: Future, b: Future): Future {
  return { cells: a.cells | b.cells, locks: a.locks | b.locks, actions: a.actions | b.actions };
}

function useOf(steps: readonly Step[], facts: Facts): Future {
  let use: Future = { cells: 0, locks: 0, actions: 0 };
  walkSteps(steps, (step) => (use = union(use, useOfStep(step, facts))));
  return use;
}

function useOfStep(step: Step, { model, covered, historyCells, firstLock, lockCount }: Facts): Future {
  const bit = (cell: number): number => (historyCells.includes(cell) ? 1 << historyCells.indexOf(cell) : 0);
  const { ordersReads, ordersStores, stores, takesLock } = future;
  switch (step.kind) {
    case 'load':
      return { cells: covered.has(step) ? 0 : bit(step.from.cell), locks: 0, actions: 0 };
    case 'store': {
      const doesRace = model.cells[step.to.cell]!.storesRace === true;
      const isRelease = step.order === 'release';
      return { cells: doesRace ? bit(step.to.cell) : 0, locks: 0, actions: stores | (isRelease ? ordersReads | ordersStores : doesRace ? ordersReads : 0) };
    }
    case 'update':
      return { cells: 0, locks: 0, actions: stores | (step.order === 'relaxed' || step.order === 'acquire' ? 0 : ordersReads | ordersStores) };
    case 'fence':
      return { cells: 0, locks: 0, actions: step.order === 'read' ? ordersReads : step.order === 'write' ? ordersStores : ordersReads | ordersStores };
    case 'release':
      return { cells: 0, locks: 0, actions: ordersReads | ordersStores };
    case 'acquire':
    case 'tryAcquire': {
      const { lock, index } = step.lock;
      const first = firstLock[lock]! + (index?.kind === 'const' ? index.value : 0);
      const count = index && index.kind !== 'const' ? model.locks[lock]!.length : 1;
      return { cells: 0, locks: lockCount > maxBits ? -1 : ((1 << count) - 1) << first, actions: takesLock };
    }
    default:
      return { cells: 0, locks: 0, actions: 0 };
  }
}

function distinct(all: readonly FutureWithGuards[]): { readonly futures: readonly FutureWithGuards[]; readonly futureOf: readonly number[] } {
  const futures: FutureWithGuards[] = [];
  const numbers = new Map<string, number>();
  const futureOf = all.map((each) => {
    const key = `${each.cells} ${each.locks} ${each.actions} ${each.guards.join(' ')}`;
    const known = numbers.get(key) ?? futures.push(each) - 1;
    numbers.set(key, known);
    return known;
  });
  return { futures, futureOf };
}

/** Registers that carry what a load brought into the address of another one. */
function derivedLocals(thread: PreparedThread, historyCells: readonly number[]): readonly LocalId[] {
  const steps: Step[] = [];
  for (const transition of thread.leaving.flat()) {
    for (const segment of transition.segments) walkSteps(segment, (step) => void steps.push(step));
  }
  const isHistory = (cell: number): boolean => historyCells.includes(cell);
  const indexOf = (step: Step): Value | undefined => (step.kind === 'load' && isHistory(step.from.cell) ? step.from.index : undefined);
  const used = new Set(steps.flatMap((step) => localsRead(indexOf(step) ?? { kind: 'const', value: 0 })));
  closeOver(steps, (to, from) => { if (used.has(to)) from.forEach((local) => used.add(local)); return used.size; });
  const brought = new Set(steps.flatMap((step) => {
    const isBrought = (step.kind === 'load' && isHistory(step.from.cell)) || (step.kind === 'update' && isHistory(step.cell.cell));
    const to = localSet(step);
    return isBrought && to !== undefined ? [to] : [];
  }));
  closeOver(steps, (to, from) => { if (from.some((local) => brought.has(local))) brought.add(to); return brought.size; });
  return [...used].filter((local) => brought.has(local)).sort((a, b) => a - b);
}

/** Visits all assignments until the size that `visit` gives no longer changes. */
function closeOver(steps: readonly Step[], visit: (to: LocalId, from: readonly LocalId[]) => number): void {
  for (let before = -1, size = 0; size !== before; ) {
    before = size;
    for (const step of steps) if (step.kind === 'assign') size = visit(step.to, localsRead(step.value));
    if (!steps.some((step) => step.kind === 'assign')) return;
  }
}
