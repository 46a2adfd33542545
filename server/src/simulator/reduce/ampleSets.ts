/**
 * Partial-order reduction: which threads may be run alone in a state, because whatever they do next
 * commutes with all that the other threads can still do. Sequential consistency only.
 *
 * In a state, all transitions of thread i that leave its location are an ample set (Peled, "All from
 * one, one for all", CAV 1993; Clarke, Grumberg, Peled, Model Checking, ch. 10) when
 * - C0: one of them can be taken (seen while searching: otherwise the next thread is tried);
 * - C1: nothing that another thread may run from where it is, now or ever, has a footprint that
 *   conflicts with theirs. Their guards are part of the footprint, so no other thread can enable or
 *   disable them either (what another thread does only under a lock that i holds does not count), and
 *   what a `check` or a lock rule says in them is the same in any order. This makes them a persistent
 *   set (Godefroid, LNCS 1032, 1996, ch. 4), computed from program text;
 * - C2: none of them is visible (`visible.ts`): none writes what a property or a witness reads, and none
 *   ends a thread where one asks for that;
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
import { type Footprint, Footprints, type Span } from './footprint.ts';
import { Visible } from './visible.ts';

export interface AmpleSets {
  /** By thread and location: whether C2 holds there. */
  readonly mayBeAlone: readonly (readonly boolean[])[];
  /** By thread i, other thread j: 1 at `location of i * locations of j + location of j` where C1 holds. */
  readonly independent: readonly (readonly Uint8Array[])[];
}

export function findAmpleSets({ threads, model }: Prepared): AmpleSets {
  const footprints = new Footprints(model, 'none');
  const visible = new Visible(model);
  const byLocation = (span: Span): readonly (readonly Footprint[])[] => threads.map(({ leaving }) =>
    leaving.map((transitions) => new Set(transitions.flatMap(({ segments }) => [...footprints.of(segments.flat(), span)]))));
  const next = byLocation('before');
  const future = byLocation('then').map((own, index) => futureOf(threads[index]!, own));
  return {
    mayBeAlone: threads.map((thread) => thread.leaving.map((transitions, location) =>
      location !== finished && transitions.length > 0 &&
      !transitions.some(({ segments }) => visible.isWritten(segments.flat(), 'earlier')) &&
      !(visible.isEnd && transitions.some((transition) => transition.to === finished)))),
    independent: threads.map((_, i) => threads.map((__, j) =>
      (i === j ? new Uint8Array(0) : Uint8Array.from(next[i]!.flatMap((mine) => future[j]!.map((theirs) => Number(!footprints.doConflict(mine, theirs)))))))),
  };
}

/** By location: all that the thread may do from there on. */
function futureOf(thread: PreparedThread, own: readonly Footprint[]): readonly Footprint[] {
  const future = own.map((each) => new Set(each));
  for (let hasChanged = true; hasChanged; ) {
    hasChanged = false;
    thread.leaving.forEach((transitions, location) => {
      const known = future[location]!;
      const { size } = known;
      for (const { to } of transitions) for (const access of future[to]!) known.add(access);
      if (known.size > size) hasChanged = true;
    });
  }
  return future;
}
