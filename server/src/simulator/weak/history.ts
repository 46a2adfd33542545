/**
 * Static facts of a model that keep the views of the weak memory model small: which cells need a
 * history, which registers addresses are made of, and what each thread may still do from each
 * location on.
 */

import type { LocalId, Model, Step, Value } from '../../model/types.ts';
import type { Prepared, PreparedThread } from '../prepare.ts';
import { localSet, localsRead, walkSteps } from '../steps.ts';
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

export interface Histories {
  /** By cell: number of its first element among all elements with a history, or -1. */
  readonly firstElement: readonly number[];
  /** By element with a history: its cell. */
  readonly cellOf: readonly number[];
  /** By lock: number of its first element among all locks. */
  readonly firstLock: readonly number[];
  readonly lockCount: number;
  /** Cells with a history; their position is their bit. */
  readonly historyCells: readonly number[];
  /** By thread: what sets its locations apart. */
  readonly futures: readonly (readonly Future[])[];
  /** By thread and location: index into `futures`. */
  readonly futureOf: readonly (readonly number[])[];
  /** By thread: registers whose origin matters, as they are made part of addresses, in order of their rows. */
  readonly derived: readonly (readonly LocalId[])[];
}

/** At most so many cells fit the bit sets. */
const maxBits = 31;

export function findHistories(prepared: Prepared): Histories {
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
  const facts: Facts = { model, covered, historyCells, firstLock, lockCount };
  const all = prepared.threads.map((thread) => distinct(futuresOf(thread, facts)));
  return {
    firstElement, cellOf, firstLock, lockCount, historyCells,
    futures: all.map(({ futures }) => futures),
    futureOf: all.map(({ futureOf }) => futureOf),
    derived: prepared.threads.map((thread) => derivedLocals(thread, historyCells)),
  };
}

interface Facts {
  readonly model: Model;
  /** Loads that no older message can be returned by. */
  readonly covered: ReadonlySet<Step>;
  readonly historyCells: readonly number[];
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
function futuresOf(thread: PreparedThread, facts: Facts): readonly Future[] {
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
  return all;
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

function distinct(all: readonly Future[]): { readonly futures: readonly Future[]; readonly futureOf: readonly number[] } {
  const futures: Future[] = [];
  const numbers = new Map<string, number>();
  const futureOf = all.map((each) => {
    const key = `${each.cells} ${each.locks} ${each.actions}`;
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
