/**
 * Asks Faultline and SPIN the same about one model: may an assertion or a lock rule be violated, is
 * there a deadlock, and how many states are there. SPIN reports one kind of error a run and so does
 * Faultline, so each question is put on its own:
 * - assertions: a thread that idles for ever is added, so that nothing is ever stuck;
 * - deadlock: checks and properties are left out;
 * - states: both, so that nothing ends the search early but a misused lock; they are then not counted.
 */

import type { Model, Program, Property, Step } from '../../server/src/model/types.ts';
import { and, done, implies } from '../../server/src/model/values.ts';
import { search } from '../../server/src/simulator/search.ts';
import type { SearchOptions, SearchResult } from '../../server/src/simulator/types.ts';
import { toPromela } from './promela.ts';
import type { Spin } from './spin.ts';

export interface Comparison {
  readonly ours: string;
  readonly theirs: string;
  readonly states: number;
  readonly verdict: 'holds' | 'assertion' | 'deadlock' | 'both';
}

export const plain: SearchOptions = {
  memory: 'sc', maxStates: 2_000_000, timeoutMs: 600_000, now: () => performance.now(), cancellation: { isCancelled: false },
  reductions: { fuseLocalSteps: false, forgetDeadLocals: false },
};

/** Undefined where the model has more than `maxStates` states. */
export function compare(model: Model, spin: Spin, maxStates = plain.maxStates): Comparison | undefined {
  const all = search(withIdler(withoutChecks(model)), { ...plain, maxStates });
  if (all.verdict === 'bounded' && all.states > maxStates) return undefined;
  const answer = spin.check(toPromela(model, { asserts: 'everywhere' }));
  const asserting = search(withIdler(model), plain);
  const stripped = search(withoutChecks(model), plain);
  for (const result of [asserting, stripped, all]) if (result.verdict === 'bounded') throw new Error(`a random program is bounded: ${result.reason}`);
  const isLockMisused = violated(all) !== undefined;
  const ours = { assertion: violated(asserting) !== undefined, deadlock: isLockMisused ? undefined : violated(stripped) === 'I21', states: isLockMisused ? undefined : all.states };
  const theirs = { assertion: answer.isAssertionViolated, deadlock: isLockMisused ? undefined : answer.hasDeadlock, states: isLockMisused ? undefined : answer.states };
  return {
    ours: JSON.stringify(ours), theirs: JSON.stringify(theirs), states: ours.states ?? 0,
    verdict: ours.assertion ? (ours.deadlock === true ? 'both' : 'assertion') : ours.deadlock === true ? 'deadlock' : 'holds',
  };
}

function violated(result: SearchResult): string | undefined {
  return result.verdict === 'violated' ? result.violation.property.id : undefined;
}

/** Adds a thread that can always step and changes nothing. */
export function withIdler(model: Model): Model {
  const program: Program = { name: 'idler', locals: [], locationCount: 1, entry: 0, exits: [], transitions: [{ from: 0, to: 0, steps: [], origin: { text: 'idle', calls: [] } }] };
  const allDone = and(...model.threads.map((_, thread) => done(thread)));
  const properties = model.properties.map((property): Property =>
    (property.when.kind === 'quiescence' ? { ...property, when: { kind: 'always' }, condition: implies(allDone, property.condition) } : property));
  return { ...model, properties, threads: [...model.threads, { name: 'idler', program, arguments: new Map() }] };
}

export function withoutChecks(model: Model): Model {
  const strip = (steps: readonly Step[]): readonly Step[] =>
    steps.filter((step) => step.kind !== 'check').map((step) => (step.kind === 'if' ? { ...step, then: strip(step.then), otherwise: strip(step.otherwise) } : step));
  const threads = model.threads.map((thread) => ({
    ...thread, program: { ...thread.program, transitions: thread.program.transitions.map((transition) => ({ ...transition, steps: strip(transition.steps) })) },
  }));
  return { ...model, threads, properties: [] };
}
