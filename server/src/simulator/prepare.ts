/**
 * What the search runs: every thread's program after fusing and liveness, with transitions
 * numbered through the model and locations numbered densely (0 is "finished").
 */

import type { LocalId, MemoryModel, Model, Program, Step, ThreadIndex, Value } from '../model/types.ts';
import { fuseSteps, type Run, singleRuns } from './fuse.ts';
import { dyingLocals, liveLocals, stepsOf } from './liveness.ts';
import type { SharedViews } from './reduce/footprint.ts';
import { moversOf } from './reduce/movers.ts';
import { walkValue } from './steps.ts';
import type { Reductions } from './types.ts';
import { mayOrderContexts } from './weak/mayOrder.ts';

/** The program counter of a finished thread. */
export const finished = 0;

export interface PreparedTransition {
  /** Its number in the model: index into `Prepared.transitions`. */
  readonly number: number;
  readonly thread: ThreadIndex;
  readonly from: number;
  readonly to: number;
  /** Transitions of the program that it runs, in order. */
  readonly parts: readonly number[];
  /** The steps of each part. */
  readonly segments: readonly (readonly Step[])[];
  /** Locals to set back to their initial value at its end. */
  readonly dying: readonly LocalId[];
  /** Not of the program: the oldest store in the thread's buffer reaches memory. */
  readonly isFlush: boolean;
}

export interface PreparedThread {
  readonly program: Program;
  readonly entry: number;
  readonly locationCount: number;
  /** Transitions that leave each location. */
  readonly leaving: readonly (readonly PreparedTransition[])[];
  /** Number of each location of the program; undefined for those that were left out. */
  readonly numberOf: ReadonlyMap<number, number>;
  /** Start values of locals, those that are dead at the entry as their initial value. */
  readonly startLocals: readonly number[];
  /** By location of the program: locals that may be read from there on; absent if none is forgotten. */
  readonly live: readonly ReadonlySet<LocalId>[] | undefined;
}

export interface Prepared {
  readonly model: Model;
  readonly threads: readonly PreparedThread[];
  readonly transitions: readonly PreparedTransition[];
}

export const defaultReductions: Reductions = { fuseLocalSteps: true, forgetDeadLocals: true, movers: false, ampleSets: false, symmetry: false, contextOrder: true, shortHistories: true };
export const allReductions: Reductions = { fuseLocalSteps: true, forgetDeadLocals: true, movers: true, ampleSets: true, symmetry: true, contextOrder: true, shortHistories: true };
export const noReductions: Reductions = { fuseLocalSteps: false, forgetDeadLocals: false, movers: false, ampleSets: false, symmetry: false, contextOrder: false, shortHistories: false };

export function prepare(model: Model, reductions: Reductions, memory: MemoryModel): Prepared {
  const transitions: PreparedTransition[] = [];
  const mayFuseIntoExit = !model.properties.some((property) => readsDone(property.condition));
  const movers = reductions.movers ? moversOf(model, sharedViews(model, memory, reductions)) : undefined;
  const threads = model.threads.map((thread, index): PreparedThread => {
    const { program } = thread;
    const runs = reductions.fuseLocalSteps ? fuseSteps(program, { mayFuseIntoExit, haveFencesEffect: memory !== 'sc', ...(movers ? { movers: movers[index]! } : {}) }) : singleRuns(program);
    const numberOf = numberLocations(program, runs);
    const live = reductions.forgetDeadLocals ? liveLocals(program, runs) : undefined;
    const leaving: PreparedTransition[][] = Array.from({ length: Math.max(...numberOf.values()) + 1 }, () => []);
    for (const run of runs) {
      const prepared: PreparedTransition = {
        number: transitions.length,
        thread: index,
        from: numberOf.get(run.from)!,
        to: numberOf.get(run.to)!,
        parts: run.parts,
        segments: run.parts.map((part) => program.transitions[part]!.steps),
        dying: dying(program, run, live),
        isFlush: false,
      };
      transitions.push(prepared);
      leaving[prepared.from]!.push(prepared);
    }
    const startLocals = program.locals.map((local, id) => {
      const isDead = (live !== undefined && !live[program.entry]!.has(id)) || program.exits.includes(program.entry);
      return isDead ? local.initial : (thread.arguments.get(id) ?? local.initial);
    });
    return { program, entry: numberOf.get(program.entry)!, locationCount: leaving.length, leaving, numberOf, startLocals, live };
  });
  if (memory === 'tso') threads.forEach((_, thread) => transitions.push(flushOf(thread, transitions.length)));
  return { model, threads, transitions };
}

/** Where states are told apart by what they allow, more may not be taken for the same. */
function sharedViews(model: Model, memory: MemoryModel, { contextOrder }: Reductions): SharedViews {
  if (memory !== 'weak') return 'none';
  return contextOrder && mayOrderContexts(model) ? 'ordered' : 'unordered';
}

function flushOf(thread: ThreadIndex, number: number): PreparedTransition {
  return { number, thread, from: finished, to: finished, parts: [], segments: [], dying: [], isFlush: true };
}

/** All exits are 0; the other locations that are left follow in program order. */
function numberLocations(program: Program, runs: readonly Run[]): ReadonlyMap<number, number> {
  const numbers = new Map<number, number>(program.exits.map((exit) => [exit, finished]));
  const used = new Set([program.entry, ...runs.flatMap((run) => [run.from, run.to])]);
  let next = finished + 1;
  for (let location = 0; location < program.locationCount; location++) {
    if (used.has(location) && !numbers.has(location)) numbers.set(location, next++);
  }
  return numbers;
}

function dying(program: Program, run: Run, live: readonly ReadonlySet<LocalId>[] | undefined): readonly LocalId[] {
  if (live) return dyingLocals(program, run, live);
  return program.exits.includes(run.to) ? program.locals.map((_, id) => id) : [];
}

function readsDone(condition: Value): boolean {
  let found = false;
  walkValue(condition, (part) => {
    if (part.kind === 'done') found = true;
  });
  return found;
}

/** The steps of all parts, in order. */
export function allSteps(prepared: Prepared, transition: PreparedTransition): readonly Step[] {
  const { program } = prepared.threads[transition.thread]!;
  return stepsOf(program, { from: transition.from, to: transition.to, parts: transition.parts });
}
