/**
 * The engine's face: what CLI and LSP call, and what it needs of its host. Both faces get identical
 * answers because neither decides anything.
 */

import type { Cancellation } from '../base/cancellation.ts';
import type { LineIndex } from '../base/text.ts';
import type { Cfg } from '../cfg/types.ts';
import type { KernelConfig } from './kernelConfig.ts';
import type { TreeIndex } from './index/treeIndex.ts';
import type { Configuration } from './configuration/types.ts';
import type { MemoryModel } from '../model/types.ts';
import type { Access, CheckReport, Confidence, DefinitionChoice, Era, ExplainReport, RegionsReport, Sharing, SimulateReport, UnreadBranch } from './report.ts';

/** Files as the engine sees them; editors lay unsaved buffers over the disk. Paths are absolute. */
export interface FileHost {
  /** The text, or undefined where there is no such regular text file. */
  readText(path: string): string | undefined;
  /** Names in a directory, directories with a trailing `/`; empty where there is none. */
  list(directory: string): readonly string[];
  /** A value that changes when the file changes (mtime and size, or a buffer version). */
  stamp(path: string): string | undefined;
}

export interface EngineHost {
  readonly files: FileHost;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Which configuration symbols are on; undefined: every one is unknown. */
  readonly kernelConfig?: KernelConfig | undefined;
  /** The kept index of a kernel tree, where there is one; asked once a root. */
  readonly indexOf?: (root: string) => TreeIndex | undefined;
}

export interface SimulateOptions {
  /** Adversaries by name; empty: all that the era has. */
  readonly against: readonly string[];
  readonly memory: MemoryModel;
  readonly access: readonly Access[];
  readonly mapping: readonly Sharing[];
  readonly era: Era | 'auto';
  /** Root of the kernel tree; undefined: the nearest one above the file. */
  readonly kernel: string | undefined;
  /** 1-based line whose steps are deleted before the run. */
  readonly without: number | undefined;
  readonly maxStates: number;
  /** For the states of one search; absent: as much as there is. */
  readonly maxBytes?: number;
  readonly timeoutMs: number;
  /** Ample sets and symmetry of threads, under `sc` only; endless runs are not looked for then. Absent: no. */
  readonly reduces?: boolean;
  readonly cancellation: Cancellation;
}

/** A function of a file: by its name (the longest, where several are called so), or by one of its lines (1-based), or by both. */
export type FunctionChoice = string | { readonly name?: string; readonly line: number };

export type ExplainTarget = { readonly function: FunctionChoice } | { readonly line: number };

export interface CheckOptions {
  readonly level: Confidence;
  /** Also simulate the fault paths of the file (slow); false: local rules only. */
  readonly simulate: boolean;
  readonly kernel: string | undefined;
  readonly memory: MemoryModel;
  readonly maxStates: number;
  /** For the states of one search; absent: as much as there is. */
  readonly maxBytes?: number;
  readonly timeoutMs: number;
  readonly cancellation: Cancellation;
}

/**
 * `core` sets the pte of a fault that found none; `handler` is reached through vm_operations_struct;
 * `protection` makes a read-only pte writable, or puts a copy in its place.
 */
export type FaultRole = 'core' | 'handler' | 'protection';

/** A function that can be simulated. */
export interface FaultPath {
  readonly function: string;
  readonly line: number;
  readonly endLine: number;
  readonly role: FaultRole;
}

/** An answer for the hover at one position: Markdown paragraphs, plain enough to read as text. */
export interface HoverAnswer {
  readonly markdown: string;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A function's control flow with what is needed to show it. */
export interface FunctionGraph {
  readonly file: string;
  readonly cfg: Cfg;
  readonly lines: LineIndex;
  /** Preprocessor branches of the function that were not read, in lines. */
  readonly unread: readonly UnreadBranch[];
  /** Where the file defines the function's name several times. */
  readonly choice: DefinitionChoice | undefined;
}

/** Something the user can mend: a missing file, a function that is not there. One clear line. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

export interface Engine {
  /** Findings of one file, in source order. Throws UsageError where the file cannot be read. */
  check(path: string, options: CheckOptions): CheckReport;
  /** Locks held, line by line; by a name, of all definitions of that name. */
  regions(path: string, which: FunctionChoice | undefined): RegionsReport;
  /** Runs one function against its environment. Throws UsageError where file or function is missing. */
  simulate(path: string, which: FunctionChoice, options: SimulateOptions): SimulateReport;
  /**
   * What each lock, barrier, check and store of a fault path is for: of a whole function, or of what
   * stands on one line (1-based), whichever fault path of the tree it belongs to.
   */
  explain(path: string, target: ExplainTarget, options: SimulateOptions): ExplainReport;
  /** The extracted program with its assumptions, as text. */
  protocol(path: string, which: FunctionChoice, options: SimulateOptions): string;
  /** The control-flow graph of one function. Throws UsageError where file or function is missing. */
  graph(path: string, which: FunctionChoice): FunctionGraph;
  /** Which preprocessor branches of a file are not read. */
  unreadBranches(path: string): readonly UnreadBranch[];
  /** The functions of a file that can be simulated, in source order. */
  faultPaths(path: string): readonly FaultPath[];
  /** What is known at a position (1-based), or undefined. */
  hover(path: string, line: number, column: number): HoverAnswer | undefined;
  /** The `.faultline.json` that the file is read with, problems included; undefined where there is none. */
  configurationFor(path: string, kernel: string | undefined): Configuration | undefined;
  /** One `.faultline.json` itself; without problems where there is no such file. */
  configuration(path: string): Configuration;
  /** Forget what was derived from this file's earlier text. */
  changed(path: string): void;
  /** Answer from this index of the tree at `root`. Buffers that differ from the disk are to be told with `changed` after it. */
  useIndex(root: string, index: TreeIndex): void;
  /** Which configuration symbols are on from now on; undefined: every one is unknown. */
  useKernelConfig(config: KernelConfig | undefined): void;
}
