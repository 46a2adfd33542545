/**
 * Fuses steps that nothing needs to come between. A step that only touches a thread's own locals commutes with
 * everything other threads do; so, where the caller says so, do others (`reduce/movers.ts`). A location is left out
 * where all that leaves it may be taken right after what came before, or all that enters it right before what comes
 * next. Nothing but this makes the state space smaller, and it keeps every verdict.
 *
 * It must also be that some step can always be taken from there, so that a thread stuck there is not hidden, and
 * that transitions do not multiply.
 */

import type { LocalId, LocationId, Program, Step, Transition, Value } from '../model/types.ts';
import { evaluate } from './evaluate.ts';
import type { Movers } from './reduce/movers.ts';
import { isLocalOnly, localsRead, localSet, valuesOf, walkSteps } from './steps.ts';

/** A path through a program that runs as one step: indices into `program.transitions`. */
export interface Run {
  readonly from: LocationId;
  readonly to: LocationId;
  readonly parts: readonly number[];
}

export interface FuseOptions {
  /** False where a property reads `done`: the step that ends a thread must then stay by itself. */
  readonly mayFuseIntoExit: boolean;
  /** True under memory models in which a fence does something. */
  readonly haveFencesEffect: boolean;
  /** Transitions that may be moved beside those that are local; none where absent. */
  readonly movers?: Movers;
}

/** At most so many valuations of locals are tried to see that branches leave nothing out. */
const maxValuations = 4096;

export function singleRuns(program: Program): readonly Run[] {
  return program.transitions.map((transition, index) => ({ from: transition.from, to: transition.to, parts: [index] }));
}

export function fuseSteps(program: Program, options: FuseOptions): readonly Run[] {
  const graph = new RunGraph(program, withLocalSteps(program, options));
  const candidates = transientLocations(program);
  for (let hasChanged = true; hasChanged; ) {
    hasChanged = false;
    for (const location of candidates) {
      if (!graph.canLeaveOut(location)) continue;
      graph.leaveOut(location);
      candidates.delete(location);
      hasChanged = true;
    }
  }
  return graph.runs();
}

/** Local steps may be taken earlier, like the movers; that they could be later too is of no use without those. */
function withLocalSteps(program: Program, { mayFuseIntoExit, haveFencesEffect, movers }: FuseOptions): Movers {
  const isLocal = program.transitions.map(({ to, steps }) => (mayFuseIntoExit || !program.exits.includes(to)) && isLocalOnly(steps, haveFencesEffect));
  if (!movers) return { earlier: isLocal, later: isLocal.map(() => false) };
  return { ...movers, earlier: isLocal.map((is, index) => is || movers.earlier[index]!) };
}

/** Locations from which some transition can always be taken. Fusing does not change which transitions begin there. */
function transientLocations(program: Program): Set<LocationId> {
  const leaving = new Map<LocationId, Transition[]>();
  for (const transition of program.transitions) leaving.set(transition.from, [...(leaving.get(transition.from) ?? []), transition]);
  const isTransient = (location: LocationId): boolean =>
    location !== program.entry && !program.exits.includes(location) && isExhaustive(program, leaving.get(location) ?? []);
  return new Set([...leaving.keys()].filter(isTransient));
}

/** The runs by the locations they connect, while locations are left out. */
class RunGraph {
  private readonly entering = new Map<LocationId, Set<Run>>();
  private readonly leaving = new Map<LocationId, Set<Run>>();

  constructor(program: Program, private readonly movers: Movers) {
    for (const run of singleRuns(program)) this.add(run);
  }

  runs(): readonly Run[] {
    return [...this.leaving.values()].flatMap((runs) => [...runs]);
  }

  /** False where it would multiply runs, or where a run loops. */
  canLeaveOut(location: LocationId): boolean {
    const entering = [...this.of(this.entering, location)];
    const leaving = [...this.of(this.leaving, location)];
    if (entering.length === 0 || entering.length * leaving.length > entering.length + leaving.length) return false;
    if (leaving.some((run) => run.to === location)) return false;
    const { earlier, later } = this.movers;
    return leaving.every(({ parts }) => parts.every((part) => earlier[part])) || entering.every(({ parts }) => parts.every((part) => later[part]));
  }

  leaveOut(location: LocationId): void {
    const entering = [...this.of(this.entering, location)];
    const leaving = [...this.of(this.leaving, location)];
    for (const run of [...entering, ...leaving]) this.remove(run);
    for (const run of entering) {
      for (const next of leaving) this.add({ from: run.from, to: next.to, parts: [...run.parts, ...next.parts] });
    }
  }

  private add(run: Run): void {
    this.of(this.entering, run.to).add(run);
    this.of(this.leaving, run.from).add(run);
  }

  private remove(run: Run): void {
    this.of(this.entering, run.to).delete(run);
    this.of(this.leaving, run.from).delete(run);
  }

  private of(side: Map<LocationId, Set<Run>>, location: LocationId): Set<Run> {
    const known = side.get(location);
    if (known) return known;
    const created = new Set<Run>();
    side.set(location, created);
    return created;
  }
}

/** True when at least one of the transitions can be taken whatever the values of the locals, and whoever holds locks. */
function isExhaustive(program: Program, transitions: readonly Transition[]): boolean {
  if (transitions.some(({ steps }) => !mayBlock(steps)) || isComplementary(transitions)) return true;
  if (!transitions.every(({ steps }) => isLocalOnly(steps, false))) return false;
  const locals = [...new Set(transitions.flatMap((transition) => localsTouched(transition.steps)))];
  const ranges = locals.map((id) => program.locals[id]!);
  const count = ranges.reduce((product, range) => product * (range.max - range.min + 1), 1);
  if (count > maxValuations) return false;
  for (let code = 0; code < count; code++) {
    const values = new Map<LocalId, number>();
    let rest = code;
    locals.forEach((id, at) => {
      const { min, max } = ranges[at]!;
      values.set(id, min + (rest % (max - min + 1)));
      rest = Math.floor(rest / (max - min + 1));
    });
    if (!transitions.some((transition) => isEnabled(transition.steps, new Map(values)))) return false;
  }
  return true;
}

/** `assume c` beside `assume !c`, and nothing that could block after them. */
function isComplementary(transitions: readonly Transition[]): boolean {
  const conditions = transitions.flatMap(({ steps: [first, ...rest] }) => (first?.kind === 'assume' && !mayBlock(rest) ? [first.condition] : []));
  const text = (value: Value): string => JSON.stringify(value);
  return conditions.some((one) =>
    conditions.some((other) => other.kind === 'unary' && other.op === '!' && text(other.operand) === text(one)),
  );
}

function mayBlock(steps: readonly Step[]): boolean {
  let may = false;
  walkSteps(steps, (step) => {
    if (step.kind === 'assume' || step.kind === 'acquire') may = true;
  });
  return may;
}

function localsTouched(steps: readonly Step[]): readonly LocalId[] {
  const found: LocalId[] = [];
  walkSteps(steps, (step) => {
    found.push(...valuesOf(step).flatMap(localsRead));
    const set = localSet(step);
    if (set !== undefined) found.push(set);
  });
  return found;
}

/** Runs local-only steps on `values`; a free choice counts as not enabled, which errs to the safe side. */
function isEnabled(steps: readonly Step[], values: Map<LocalId, number>): boolean {
  const around = {
    local: (id: LocalId) => values.get(id) ?? 0,
    cell: () => 0,
    held: () => false,
    done: () => false,
    self: () => 0,
  };
  for (const step of steps) {
    if (step.kind === 'assign') values.set(step.to, evaluate(step.value, around));
    else if (step.kind === 'assume' && evaluate(step.condition, around) === 0) return false;
    else if (step.kind === 'choose') return false;
    else if (step.kind === 'if' && !isEnabled(evaluate(step.condition, around) === 0 ? step.otherwise : step.then, values)) return false;
  }
  return true;
}
