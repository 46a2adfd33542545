/**
 * What the engine answers, and at the same time the JSON of the command line, version 1: fields may
 * be added, never changed. Lines and columns are 1-based; end columns are exclusive.
 */

import type { MemoryModel } from '../model/types.ts';

export const reportVersion = 1;

/** Said of the step that `irreversible` counts to. */
export const pointOfNoReturn = 'from here no run is safe';

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface RelatedPlace extends Place {
  readonly message: string;
}

export interface ReportChange {
  readonly what: string;
  readonly from: string;
  readonly to: string;
}

/** One step of a counterexample. Steps of the built-in environment have no file and line. */
export interface ReportStep {
  /** CPU number, from 0. */
  readonly cpu: number;
  readonly thread: string;
  readonly action: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly function?: string;
  readonly changes: readonly ReportChange[];
  /** The step reads or changes what other CPUs see. */
  readonly touchesShared?: boolean;
  /** Remarks on the step: a load that saw an older value. */
  readonly notes?: readonly string[];
}

export interface TextEdit {
  readonly file: string;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly newText: string;
}

export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

export type Level = 'error' | 'warning' | 'info';

/** `proven`: a replayed trace, or a path that no unknown touches. `likely`: the message names the assumption. */
export type Confidence = 'proven' | 'likely';

export interface Finding extends Place {
  readonly code: string;
  readonly rule: string;
  readonly level: Level;
  readonly confidence: Confidence;
  readonly endLine: number;
  readonly endColumn: number;
  readonly function: string;
  readonly message: string;
  readonly related: readonly RelatedPlace[];
  readonly trace?: readonly ReportStep[];
  /** As in `ScenarioReport`. */
  readonly irreversible?: number;
  readonly fixes: readonly Fix[];
}

export interface NotModelledFunction {
  readonly file: string;
  readonly function: string;
  readonly line: number;
  readonly reason: string;
}

export interface CheckReport {
  readonly version: 1;
  readonly findings: readonly Finding[];
  readonly functions: { readonly total: number; readonly analysed: number; readonly notModelled: readonly NotModelledFunction[] };
  readonly elapsedMs: number;
}

export type VerdictKind = 'holds' | 'violated' | 'bounded' | 'notModelled';
export type Access = 'read' | 'write';
export type Sharing = 'shared' | 'private';
export type Era = 'nopage' | 'fault' | 'folio';

export interface ScenarioReport {
  /** Which adversary: `truncate`, `invalidate`, `fault`… */
  readonly against: string;
  readonly access: Access;
  readonly mapping: Sharing;
  readonly memory: MemoryModel;
  readonly verdict: VerdictKind;
  /** Code of the violated property: `I1`. */
  readonly property?: string;
  /** What went wrong, in a sentence. */
  readonly message?: string;
  /** Of a violation: `likely` where the run rests on something that was not followed; `reason` says on what. */
  readonly confidence?: 'proven' | 'likely';
  readonly states: number;
  readonly depth: number;
  readonly elapsedMs: number;
  readonly trace?: readonly ReportStep[];
  /**
   * After how many steps of `trace` no run is safe any more: none goes on to finish every thread with
   * nothing violated. 0: none was from the start. Absent where that was not found out.
   */
  readonly irreversible?: number;
  /** No run as short changes CPUs less often; false where there were too many to compare. */
  readonly hasFewestSwitches?: boolean;
  readonly witnesses: readonly string[];
  readonly assumptions: readonly string[];
  /** Why it is `bounded` or `notModelled`, or `likely` only. */
  readonly reason?: string;
  /** Absent where none were asked for. */
  readonly reductions?: ReductionReport;
}

/** Which of the reductions that were asked for were on in the search for a violation; `remark` says what is to be known of that. */
export interface ReductionReport {
  readonly on: readonly ('movers' | 'ampleSets' | 'symmetry' | 'contextOrder')[];
  readonly remark: string;
}

/** Of several definitions of a name in one file, the one at `line` was read, those at `others` were not. */
export interface DefinitionChoice {
  readonly line: number;
  readonly others: readonly number[];
}

export interface SimulateReport {
  readonly version: 1;
  readonly file: string;
  readonly function: string;
  readonly era: Era;
  /** `core` sets the pte itself; `handler` is reached through vm_operations_struct; `protection` makes a read-only pte writable or replaces it. */
  readonly role: 'core' | 'handler' | 'protection';
  /** Where the file defines the name several times. */
  readonly choice?: DefinitionChoice;
  readonly scenarios: readonly ScenarioReport[];
}

export interface ModelReport extends Omit<SimulateReport, 'file' | 'function' | 'role' | 'choice'> {
  readonly name: string;
}

export interface PiecePlace {
  readonly file: string;
  readonly line: number;
  readonly function: string;
  readonly text: string;
}

/** What is violated in one scenario once a piece is taken out. */
export interface Break {
  readonly against: string;
  readonly access: Access;
  readonly mapping: Sharing;
  readonly property: string;
  readonly message: string;
  readonly trace: readonly ReportStep[];
}

/**
 * `loadBearing`: something is violated without it. `notNeeded`: nothing is, within the scope of the
 * scenarios. `notTested`: without it no run sets the pte. `bounded`: a search did not finish.
 */
export type PieceVerdict = 'loadBearing' | 'notNeeded' | 'notTested' | 'bounded';

export interface PieceReport {
  /** A `check` is one way of a condition, taken as if it always held. */
  readonly kind: 'barrier' | 'lock' | 'check' | 'step';
  readonly thread: string;
  readonly text: string;
  /** Source lines; of a lock first where it is taken. Empty where there is no source. */
  readonly places: readonly PiecePlace[];
  readonly verdict: PieceVerdict;
  readonly breaks: readonly Break[];
  /** Scenarios that still hold without it, that test nothing without it, that did not finish. */
  readonly held: number;
  readonly untested: number;
  readonly bounded: number;
}

/** How a scenario fares as the code stands; pieces are tried where it holds. */
export interface ExplainedScenario {
  readonly against: string;
  readonly access: Access;
  readonly mapping: Sharing;
  readonly verdict: VerdictKind;
  readonly property?: string;
  readonly reason?: string;
}

export interface ExplainReport {
  readonly version: 1;
  /** Of source; absent for a built-in protocol, which has a name. */
  readonly file?: string;
  readonly function?: string;
  readonly line?: number;
  readonly name?: string;
  /** Where the file defines the function's name several times. */
  readonly choice?: DefinitionChoice;
  readonly era: Era;
  readonly memory: MemoryModel;
  readonly scenarios: readonly ExplainedScenario[];
  readonly pieces: readonly PieceReport[];
}

export interface RegionReport {
  /** Kind of lock: `page lock`, `page-table lock`. */
  readonly lock: string;
  /** The expression that names it in the source: `page`, `ptl`. */
  readonly object: string;
  readonly mode?: 'exclusive' | 'shared';
  readonly startLine: number;
  readonly endLine: number;
  /** On which paths, where not on all. */
  readonly when?: string;
}

export interface FunctionRegions {
  readonly file: string;
  readonly function: string;
  readonly line: number;
  /** Locks held on entry. */
  readonly entry: readonly string[];
  /** Locks of which some paths show that they were held on entry and others show nothing; absent where there are none. */
  readonly perhapsEntry?: readonly string[];
  readonly regions: readonly RegionReport[];
  readonly exits: readonly { readonly line: number; readonly returns: string; readonly held: readonly string[] }[];
  /** Preprocessor branches in it that were not read; absent where there are none. */
  readonly unread?: readonly UnreadBranch[];
  /** Why the locks are not known, which leaves the lists empty; absent where they are. */
  readonly notAnalysed?: string;
  /** Why only page and page-table locks were followed into callees; absent where every lock was. */
  readonly narrowedBy?: string;
  /** Why calls that lead back to the function count as unknown; absent where they are followed. */
  readonly unsettled?: string;
}

/** Lines of a preprocessor branch that was not read, and its directive as written. */
export interface UnreadBranch {
  readonly startLine: number;
  readonly endLine: number;
  readonly directive: string;
}

export interface RegionsReport {
  readonly version: 1;
  readonly functions: readonly FunctionRegions[];
}
