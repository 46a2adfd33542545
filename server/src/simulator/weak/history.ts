/**
 * Which cells need a history under the weak memory model, and who may still read it: static facts
 * of a model that keep the views small.
 */

import type { Model, Step } from '../../model/types.ts';
import type { Prepared, PreparedThread } from '../prepare.ts';
import { walkSteps } from '../steps.ts';

export interface Histories {
  /** By cell: number of its first element among all elements with a history, or -1. */
  readonly firstElement: readonly number[];
  /** By element with a history: its cell. */
  readonly cellOf: readonly number[];
  /** By lock: number of its first element among all locks. */
  readonly firstLock: readonly number[];
  readonly lockCount: number;
  /** By thread and location: bit set over `historyCells` of cells that may be loaded from there on. */
  readonly futureLoads: readonly (readonly number[])[];
  /** Cells with a history; their position is their bit. */
  readonly historyCells: readonly number[];
}

/** At most so many cells fit the bit sets. */
const maxHistoryCells = 31;

export function findHistories(prepared: Prepared): Histories {
  const { model } = prepared;
  const historyCells = model.cells.flatMap((cell, id) => (cell.isRacy && isContended(model, id) ? [id] : []));
  if (historyCells.length > maxHistoryCells) throw new Error(`more than ${maxHistoryCells} racy cells`);
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
  const futureLoads = prepared.threads.map((thread) => futureLoadsOf(thread, historyCells));
  return { firstElement, cellOf, firstLock, lockCount, futureLoads, historyCells };
}

/** True when one thread loads the cell plainly and another one changes it. */
function isContended(model: Model, cell: number): boolean {
  const uses = model.threads.map((thread) => {
    let isLoaded = false;
    let isChanged = false;
    for (const transition of thread.program.transitions) {
      walkSteps(transition.steps, (step) => {
        if (step.kind === 'load' && step.from.cell === cell) isLoaded = true;
        if ((step.kind === 'store' && step.to.cell === cell) || (step.kind === 'update' && step.cell.cell === cell)) isChanged = true;
      });
    }
    return { isLoaded, isChanged };
  });
  return uses.some((one, reader) => one.isLoaded && uses.some((other, writer) => writer !== reader && other.isChanged));
}

/** Backward closure over the thread's transitions. */
function futureLoadsOf(thread: PreparedThread, historyCells: readonly number[]): readonly number[] {
  const loads = Array.from({ length: thread.locationCount }, () => 0);
  for (let hasChanged = true; hasChanged; ) {
    hasChanged = false;
    for (const transition of thread.leaving.flat()) {
      let bits = loads[transition.to]!;
      for (const segment of transition.segments) walkSteps(segment, (step) => (bits |= loadBit(step, historyCells)));
      const merged = loads[transition.from]! | bits;
      if (merged === loads[transition.from]) continue;
      loads[transition.from] = merged;
      hasChanged = true;
    }
  }
  return loads;
}

function loadBit(step: Step, historyCells: readonly number[]): number {
  const at = step.kind === 'load' ? historyCells.indexOf(step.from.cell) : -1;
  return at < 0 ? 0 : 1 << at;
}
