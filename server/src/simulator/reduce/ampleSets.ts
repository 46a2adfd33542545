/**
 * Partial-order reduction: which threads may be run alone in a state, because whatever they do next
 * commutes with all that the other threads can still do. Sequential consistency only.
 *
 * In a state, all transitions of thread i that leave its location are an ample set (Peled, "All from
 * one, one for all", CAV 1993; Clarke, Grumberg, Peled, Model Checking, ch. 10) when
 * - C0: one of them can be taken (seen while searching: otherwise the next thread is tried);
 * - C1: nothing that another thread may run from where it is, now or ever, has a footprint that
 *   conflicts with theirs. Their guards are part of the footprint, so no other thread can enable or
 *   disable them either, and what a `check` or a lock rule says in them is the same in any order. This
 *   makes them a persistent set (Godefroid, LNCS 1032, 1996, ch. 4), computed from program text;
 * - C2: none of them is visible: none writes what a property or a witness reads, and none ends a
 *   thread where one asks for that;
 * - C3: one of their successors has not been expanded yet. Under breadth-first search this is enough
 *   for invariants (Bosnacki, Leue, Lluch Lafuente, "Partial-order reduction for general state
 *   exploring algorithms", STTT 2009): each state that defers
 *   a transition has a successor of a higher number that can still take it, and numbers end. Otherwise all threads are run.
 *
 * C0 and C1 keep every deadlock; with C2 and C3 every violated `check`, lock rule, range and property,
 * and every witness, is still reached. Shortest runs are not, so a violation is searched for again
 * without this. Endless runs need a stronger C3, so it is off where progress is checked.
 */

import { finished, type Prepared, type PreparedThread } from '../prepare.ts';
import { walkValue } from '../steps.ts';
import type { Value } from '../../model/types.ts';
import { conflict, type Footprint, Footprints, nothing, union } from './footprint.ts';

export interface AmpleSets {
  /** By thread and location: whether C2 holds there. */
  readonly mayBeAlone: readonly (readonly boolean[])[];
  /** By thread i, other thread j: 1 at `location of i * locations of j + location of j` where C1 holds. */
  readonly independent: readonly (readonly Uint8Array[])[];
}

export function findAmpleSets(prepared: Prepared): AmpleSets {
  const { threads, model } = prepared;
  const footprints = new Footprints(model);
  const conditions = [...model.properties, ...model.witnesses].map((each) => each.condition);
  const visible = conditions.reduce((bits, condition) => bits | footprints.ofProperty(condition), 0n);
  const isEndVisible = conditions.some(readsDone) || model.properties.some((property) => property.when.kind !== 'always');
  const next = threads.map((thread) => thread.leaving.map((transitions) =>
    transitions.reduce((all, transition) => union(all, footprints.ofSteps(transition.segments.flat())), nothing)));
  const future = threads.map((thread, index) => futureOf(thread, next[index]!));
  return {
    mayBeAlone: threads.map((thread, index) => thread.leaving.map((transitions, location) =>
      location !== finished && transitions.length > 0 &&
      (next[index]![location]!.writes & visible) === 0n &&
      !(isEndVisible && transitions.some((transition) => transition.to === finished)))),
    independent: threads.map((_, i) => threads.map((__, j) =>
      (i === j ? new Uint8Array(0) : Uint8Array.from(next[i]!.flatMap((mine) => future[j]!.map((theirs) => Number(!conflict(mine, theirs)))))))),
  };
}

/** By location: all that the thread may do from there on. */
function futureOf(thread: PreparedThread, next: readonly Footprint[]): readonly Footprint[] {
  const future = [...next];
  for (let hasChanged = true; hasChanged; ) {
    hasChanged = false;
    thread.leaving.forEach((transitions, location) => {
      const more = transitions.reduce((all, transition) => union(all, future[transition.to]!), future[location]!);
      if (more.reads !== future[location]!.reads || more.writes !== future[location]!.writes) hasChanged = true;
      future[location] = more;
    });
  }
  return future;
}

function readsDone(condition: Value): boolean {
  let found = false;
  walkValue(condition, (part) => {
    if (part.kind === 'done') found = true;
  });
  return found;
}
