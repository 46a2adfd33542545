/**
 * Which locals may still be read from each location on. A local that is dead is stored as its
 * initial value, so that states that differ only in what nobody reads again become one.
 */

import type { LocalId, LocationId, Program, Step } from '../model/types.ts';
import type { Run } from './fuse.ts';
import { localsRead, localSet, valuesOf } from './steps.ts';

export type LiveLocals = ReadonlySet<LocalId>;

/** Live locals by location: backward data flow over the runs until nothing changes. Exits have none. */
export function liveLocals(program: Program, runs: readonly Run[]): readonly LiveLocals[] {
  const live = Array.from({ length: program.locationCount }, () => new Set<LocalId>());
  const entering = new Map<LocationId, Run[]>();
  for (const run of runs) entering.set(run.to, [...(entering.get(run.to) ?? []), run]);
  const steps = new Map(runs.map((run) => [run, stepsOf(program, run)]));
  const pending = runs.toReversed();
  for (let run = pending.pop(); run; run = pending.pop()) {
    const known = live[run.from]!;
    const size = known.size;
    for (const local of liveBefore(steps.get(run)!, live[run.to]!)) known.add(local);
    if (known.size !== size) pending.push(...(entering.get(run.from) ?? []));
  }
  return live;
}

/** Locals that the run may leave with a value other than the initial one though they are dead at its end. */
export function dyingLocals(program: Program, run: Run, live: readonly LiveLocals[]): readonly LocalId[] {
  const after = live[run.to]!;
  const candidates = new Set(live[run.from]);
  collectSet(stepsOf(program, run), candidates);
  return [...candidates].filter((local) => !after.has(local)).sort((a, b) => a - b);
}

export function stepsOf(program: Program, run: Run): readonly Step[] {
  return run.parts.flatMap((part) => program.transitions[part]!.steps);
}

function liveBefore(steps: readonly Step[], after: LiveLocals): LiveLocals {
  let live = new Set(after);
  for (const step of steps.toReversed()) {
    if (step.kind === 'if') live = new Set([...liveBefore(step.then, live), ...liveBefore(step.otherwise, live)]);
    const set = localSet(step);
    if (set !== undefined) live.delete(set);
    for (const local of valuesOf(step).flatMap(localsRead)) live.add(local);
  }
  return live;
}

function collectSet(steps: readonly Step[], into: Set<LocalId>): void {
  for (const step of steps) {
    const set = localSet(step);
    if (set !== undefined) into.add(set);
    if (step.kind === 'if') {
      collectSet(step.then, into);
      collectSet(step.otherwise, into);
    }
  }
}
