/**
 * Loads that a lock keeps from returning an old value: whoever else stores to the variable holds the
 * same lock exclusively while doing so, so that the lock has handed the store over before the load.
 * Under `weak` nobody needs the older stores of a variable for them.
 */

import type { CellId, CellRef, Model, Step, ThreadIndex } from '../../model/types.ts';
import { type HeldLock, indexKey, isConstantIndex, visitHeldLocks } from '../heldLocks.ts';

/** `3=`: the element of lock 3 with the index of the variable's element; `3 …`: the element with that constant index. */
type Cover = string;

/** The steps among all threads' loads that return the newest value whatever is done elsewhere. */
export function coveredLoads(model: Model): ReadonlySet<Step> {
  const known = found.get(model) ?? findCoveredLoads(model);
  found.set(model, known);
  return known;
}

/** Several parts of one search ask. */
const found = new WeakMap<Model, ReadonlySet<Step>>();

function findCoveredLoads(model: Model): ReadonlySet<Step> {
  const stores = new Map<CellId, { readonly thread: ThreadIndex; readonly covers: ReadonlySet<Cover> }[]>();
  model.threads.forEach(({ program }, thread) => visitHeldLocks(program, (step, held) => {
    const to = storedTo(step);
    if (!to) return;
    const covers = coversOf(to, held.filter(({ mode }) => mode === 'exclusive'));
    stores.set(to.cell, [...(stores.get(to.cell) ?? []), { thread, covers }]);
  }));
  const covered = new Set<Step>();
  const uncovered = new Set<Step>();
  model.threads.forEach(({ program }, thread) => visitHeldLocks(program, (step, held) => {
    if (step.kind !== 'load') return;
    const others = (stores.get(step.from.cell) ?? []).filter((store) => store.thread !== thread);
    const isCovered = model.cells[step.from.cell]!.storesRace !== true
      && [...coversOf(step.from, held)].some((cover) => others.every(({ covers }) => covers.has(cover)));
    (isCovered ? covered : uncovered).add(step);
  }));
  return new Set([...covered].filter((step) => !uncovered.has(step)));
}

function storedTo(step: Step): CellRef | undefined {
  if (step.kind === 'store') return step.to;
  return step.kind === 'update' ? step.cell : undefined;
}

function coversOf(ref: CellRef, held: readonly HeldLock[]): ReadonlySet<Cover> {
  const own = indexKey(ref);
  return new Set(held.flatMap(({ lock, index }) => [
    ...(index === own ? [`${lock}=`] : []),
    ...(isConstantIndex(index) ? [`${lock} ${index}`] : []),
  ]));
}
