/**
 * What the simulator is asked and what it answers. A verdict is never a boolean: it says how far
 * the search went, what it saw, and where it stopped.
 */

import type { Cancellation } from '../base/cancellation.ts';
import type { MemoryModel, Origin, Property, ThreadIndex } from '../model/types.ts';

export interface SearchOptions {
  readonly memory: MemoryModel;
  /** Stop with `bounded` after so many distinct states. */
  readonly maxStates: number;
  /** Stop with `bounded` after so many milliseconds of `now()`. */
  readonly timeoutMs: number;
  /** Stop with `bounded` before taking more memory for states and what comes with them; at least 1 MB counts. */
  readonly maxBytes?: number;
  /** A clock in milliseconds; the simulator has none of its own. */
  readonly now: () => number;
  readonly cancellation: Cancellation;
  /** Reductions that keep every verdict; those not given are as in `defaultReductions`. Off, a search is simpler. */
  readonly reductions?: Partial<Reductions>;
  /** Where all else holds, also look for fair runs that never end (I23). Takes memory for every transition. */
  readonly checksProgress?: boolean;
  /** Pass over violations of every other property; checks, lock rules, deadlocks and endless runs count all the same. */
  readonly onlyProperty?: string;
  /** For programs of which a part was taken out: threads that get stuck there are not reported. */
  readonly ignoresDeadlocks?: true;
  /** Choose among shortest runs the one that changes CPUs least, and find the step that made it irreversible. */
  readonly explainsTrace?: boolean;
}

export interface Reductions {
  /** Run steps that only touch a thread's own locals together with the step before them. */
  readonly fuseLocalSteps: boolean;
  /** Store a local that is not read again as its initial value. */
  readonly forgetDeadLocals: boolean;
  /** Make one step of more than local steps: reduce/movers.ts. Only with `fuseLocalSteps`, not under `tso`, and where progress is not checked; ignored elsewhere. */
  readonly movers: boolean;
  /** Run one thread alone where that is enough: reduce/ampleSets.ts. Only `sc`, and where progress is not checked; ignored elsewhere. */
  readonly ampleSets: boolean;
  /** Keep one of the states that differ in which of several equal threads is which: reduce/symmetry.ts. Ignored where `ampleSets` is. */
  readonly symmetry: boolean;
  /** Leave out a state beside which one is known that allows all that it does: weak/contextOrder.ts. Only `weak`, and where progress is not checked; ignored elsewhere. */
  readonly contextOrder: boolean;
  /** Under `weak` forget messages that nobody can load any more, or tell from others: weak/guards.ts, weak/repeats.ts. */
  readonly shortHistories: boolean;
}

/** The reductions that a search says it used; the others are always on. */
export type AskedReduction = 'movers' | 'ampleSets' | 'symmetry' | 'contextOrder';

/** One difference between two states: `page 1 mapping: file -> NULL`. */
export interface Change {
  readonly what: string;
  readonly from: string;
  readonly to: string;
}

export interface TraceStep {
  readonly thread: ThreadIndex;
  readonly threadName: string;
  readonly origin: Origin;
  /** What the step changed in shared state and in the thread's locals, in declaration order. */
  readonly changes: readonly Change[];
  /** False where the step only works on the thread's own locals. */
  readonly touchesShared: boolean;
  /** The step does nothing but set locals of its thread. */
  readonly isAssignment: boolean;
  /** Under `weak`: loads that returned an older value than the newest, as sentences. */
  readonly staleReads: readonly string[];
}

export interface Statistics {
  /** Distinct states reached. */
  readonly states: number;
  readonly transitions: number;
  /** Longest shortest path searched; for a violation, the number of steps in its trace. */
  readonly depth: number;
  readonly elapsedMs: number;
  /** Witness descriptions that some run reached, and those that none did. */
  readonly witnesses: readonly string[];
  readonly missedWitnesses: readonly string[];
  /** I23 was asked; false where it was not wanted or there were too many transitions. */
  readonly isProgressChecked: boolean;
  /** In the search that decided between violated and not; `symmetry` only where two threads are alike, `contextOrder` only under `weak`. */
  readonly reducedBy: readonly AskedReduction[];
}

export interface Violation {
  readonly property: Pick<Property, 'id' | 'title' | 'explanation'>;
  /** What exactly fails in the last state, for a person. */
  readonly message: string;
  /** Start state's description. */
  readonly start: string;
  /** A shortest run to the violation; it has been replayed. */
  readonly trace: readonly TraceStep[];
  /** Where that was asked: no run as short changes CPUs less often. False where it was too much to compare. */
  readonly hasFewestSwitches?: boolean;
  /**
   * After how many steps of `trace` no run ends well any more (every thread finished, nothing violated); 0
   * where none did from the start. Absent where it was not asked, or not found out.
   */
  readonly irreversible?: number;
}

export type SearchResult =
  | ({ readonly verdict: 'holds' } & Statistics)
  | ({ readonly verdict: 'violated'; readonly violation: Violation } & Statistics)
  | ({ readonly verdict: 'bounded'; readonly reason: string } & Statistics);
