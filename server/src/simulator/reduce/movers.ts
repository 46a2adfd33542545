/**
 * Which transitions may be taken earlier, or later, than they were in a run, past all that other threads may do in
 * between (Lipton, "Reduction: a method of proving properties of parallel programs", CACM 1975): taking a lock can
 * wait, dropping it need not, and what is only touched under it may do both. `fuse.ts` makes one step of what may be
 * moved together, so that whole critical sections, or large parts of them, are not interrupted.
 *
 * Neither may hide anything from a property or a witness (`visible.ts`). What ends a thread is not moved where one
 * asks for that.
 *
 * Runs that never end (`progress.ts`) are not hidden either. There is one where some state can be reached from which no
 * run comes to a stop. Let the threads that stand inside of a fused run there go on to its end, which they always
 * can: the state that is reached then is one that the fused runs reach, too, and still nothing stops from there. The
 * other way round, whatever state a run stops in, no thread stands inside of a fused run, so that the fused runs stop there
 * as well. That needs moved steps to leave the very same state, so under `weak` no more is allowed than
 * that (`SharedViews`).
 */

import type { Model, Program, Step } from '../../model/types.ts';
import { type Access, Footprints, type SharedViews } from './footprint.ts';
import { Visible } from './visible.ts';

/** By transition of the thread's program. */
export interface Movers {
  readonly earlier: readonly boolean[];
  readonly later: readonly boolean[];
}

/** By thread. */
export function moversOf(model: Model, views: SharedViews): readonly Movers[] {
  const footprints = new Footprints(model, views);
  const visible = new Visible(model);
  const all = model.threads.map(({ program }) => new Set(program.transitions.flatMap(({ steps }) => [...footprints.of(steps, 'then')])));
  return model.threads.map(({ program }, thread) => {
    const others = new Set<Access>(all.flatMap((each, other) => (other === thread ? [] : [...each])));
    const isEarlier = (steps: readonly Step[]): boolean => !visible.isWritten(steps, 'earlier') && !footprints.doConflict(footprints.of(steps, 'before'), others);
    const isLater = (steps: readonly Step[]): boolean => !visible.isWritten(steps, 'later') && !footprints.doConflict(others, footprints.of(steps, 'after'));
    const isKept = (to: number): boolean => visible.isEnd && endsThread(program, to);
    return {
      earlier: program.transitions.map(({ to, steps }) => !isKept(to) && isEarlier(steps)),
      later: program.transitions.map(({ to, steps }) => !isKept(to) && isLater(steps)),
    };
  });
}

function endsThread(program: Program, location: number): boolean {
  return program.exits.includes(location);
}
