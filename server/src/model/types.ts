/**
 * The model language: what `extract` makes of C and what the simulator runs. A model is a handful
 * of threads, each a graph of atomic transitions over its own locals and over shared cells and
 * locks. The language knows nothing of C, pages or files; `machine.ts` says what the cells mean.
 *
 * All values are small integers. 0 is NULL, false and "none".
 */

export type LocalId = number;
export type CellId = number;
export type LockId = number;
export type LocationId = number;
/** Index of a thread in its model, from 0; it is also the CPU that the trace shows. */
export type ThreadIndex = number;

/** How a value is shown to a person: `3` as `3`, `yes`, `page 3`, `pte -> page 3 (writable)`. */
export type ValueFormat = 'number' | 'flag' | 'page' | 'pte' | 'mapping' | 'pageKind';

/** A shared variable, or an array of them. Elements are 0-based; pages use 1..n and leave 0 unused. */
export interface Cell {
  readonly name: string;
  readonly length: number;
  /** Inclusive range of every element; a value outside it is reported as `bounded`, never wrapped. */
  readonly min: number;
  readonly max: number;
  /** One per element. */
  readonly initial: readonly number[];
  readonly format: ValueFormat;
  /** How element i is called in a trace: `page 1 mapping`. */
  readonly elementName: (index: number) => string;
  /**
   * True where plain loads race with stores, so that under the memory model `weak` a load may
   * return an older value. Cells that are only touched under a common lock, or only by atomic
   * read-modify-writes, are declared false and are sequentially consistent.
   */
  readonly isRacy: boolean;
  /**
   * True where plain stores of different threads race with each other. Under `weak` a store may
   * then lose against one that was executed before it. Absent: they are under a common lock.
   */
  readonly storesRace?: boolean;
}

/** A lock, or an array of them (one per page, one per mm). */
export interface Lock {
  readonly name: string;
  readonly length: number;
  readonly elementName: (index: number) => string;
  /** A holder must not sleep (spinlock). */
  readonly isSpinning: boolean;
}

export interface CellRef {
  readonly cell: CellId;
  /** Element; absent means element 0. */
  readonly index?: Value;
}

export interface LockRef {
  readonly lock: LockId;
  readonly index?: Value;
}

export type ValueOperator =
  | '+' | '-' | '*' | '&' | '|' | '^' | '<<' | '>>'
  | '==' | '!=' | '<' | '<=' | '>' | '>=' | '&&' | '||';

/** A pure expression; 32-bit signed arithmetic, comparisons give 0 or 1. */
export type Value =
  | { readonly kind: 'const'; readonly value: number }
  | { readonly kind: 'local'; readonly local: LocalId }
  | { readonly kind: 'unary'; readonly op: '!' | '-' | '~'; readonly operand: Value }
  | { readonly kind: 'binary'; readonly op: ValueOperator; readonly left: Value; readonly right: Value }
  /** The newest value of a cell. Only in properties, witnesses and `check` steps, and in `update`. */
  | { readonly kind: 'cell'; readonly ref: CellRef }
  /** 1 when `by` holds the lock in any mode ('self' is the acting thread), or when anyone does. */
  | { readonly kind: 'held'; readonly lock: LockRef; readonly by: ThreadIndex | 'self' | 'anyone' }
  /** 1 when the thread has reached its last location. Only in properties and witnesses. */
  | { readonly kind: 'done'; readonly thread: ThreadIndex }
  /** The acting thread's index. */
  | { readonly kind: 'self' };

export type UpdateOrder = 'relaxed' | 'acquire' | 'release' | 'full';

/**
 * `reader…` and `grace…` are the edges of RCU critical sections and grace periods: what a section
 * did is visible after a grace period that ended after it, and what was done before a grace period
 * is visible in a section that began after it did. Who waits for whom is up to the program.
 */
export type FenceOrder = 'read' | 'write' | 'full' | 'readerStart' | 'readerEnd' | 'graceStart' | 'graceEnd';

export type LockMode = 'exclusive' | 'shared';

/**
 * One primitive operation. A transition is a list of them, executed without interruption; it is
 * enabled when every `assume` in it holds and every `acquire` in it can be granted.
 */
export type Step =
  | { readonly kind: 'assign'; readonly to: LocalId; readonly value: Value }
  /** A plain load; under `weak` it may return any value not yet overwritten in the thread's view. */
  | { readonly kind: 'load'; readonly to: LocalId; readonly from: CellRef; readonly order: 'relaxed' | 'acquire' }
  | { readonly kind: 'store'; readonly to: CellRef; readonly value: Value; readonly order: 'relaxed' | 'release' }
  /**
   * Atomic read-modify-write of the newest value; `value` may read any cell. `result` gets the new
   * value; without it nobody looks at what was read, and read barriers do not order that.
   */
  | { readonly kind: 'update'; readonly cell: CellRef; readonly value: Value; readonly result?: LocalId; readonly order: UpdateOrder }
  | { readonly kind: 'assume'; readonly condition: Value }
  /**
   * Nondeterministic choice: the transition splits, one successor per value. `isInvented`: what a handler returns is not
   * followed, and each value promises something of a page that it may never have set.
   */
  | { readonly kind: 'choose'; readonly to: LocalId; readonly values: readonly number[]; readonly isInvented?: true }
  /** Blocks while it cannot be granted. Taking what the thread already holds exclusively violates I18. */
  | { readonly kind: 'acquire'; readonly lock: LockRef; readonly mode: LockMode }
  /** `to` becomes 1 if taken, else 0; never blocks. */
  | { readonly kind: 'tryAcquire'; readonly lock: LockRef; readonly mode: LockMode; readonly to: LocalId }
  /** Releasing what the thread does not hold violates I19. */
  | { readonly kind: 'release'; readonly lock: LockRef }
  | { readonly kind: 'fence'; readonly order: FenceOrder }
  /** A property that must hold here; `condition` is evaluated at this point of the transition. */
  | { readonly kind: 'check'; readonly property: string; readonly condition: Value; readonly message: string }
  | { readonly kind: 'if'; readonly condition: Value; readonly then: readonly Step[]; readonly otherwise: readonly Step[] };

/** A call site, for showing how an inlined step was reached. Lines and columns are 1-based. */
export interface SourcePlace {
  readonly file: string;
  readonly function: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Where a transition comes from and how it is called in a trace. */
export interface Origin {
  /** The C as written, or words where there is no source: `sequence = mapping->truncate_count`. */
  readonly text: string;
  /** Absent for the built-in environment. */
  readonly place?: SourcePlace;
  /** Call sites through which inlining got here, outermost first. */
  readonly calls: readonly SourcePlace[];
  /** It settles a value that is not followed, for the step after it at the same place. */
  readonly isAside?: true;
}

/** An atomic step from one location to another. Several may leave a location: a choice. */
export interface Transition {
  readonly from: LocationId;
  readonly to: LocationId;
  readonly steps: readonly Step[];
  readonly origin: Origin;
}

export interface Local {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly initial: number;
  readonly format: ValueFormat;
}

/** A sequential program: locations 0..locationCount-1. */
export interface Program {
  readonly name: string;
  readonly locals: readonly Local[];
  readonly locationCount: number;
  readonly entry: LocationId;
  /** Locations where the thread has finished; no transition leaves them. */
  readonly exits: readonly LocationId[];
  readonly transitions: readonly Transition[];
}

export interface Thread {
  /** What it is in the scenario: `fault`, `truncate`. */
  readonly name: string;
  readonly program: Program;
  /** Start values of locals that differ from `Local.initial` (which pte slot, which mm). */
  readonly arguments: ReadonlyMap<LocalId, number>;
}

/** Something that must hold. `id` is a permanent code: I1 to I23, or a model's own. */
export interface Property {
  readonly id: string;
  readonly title: string;
  /** `always`: in every state; `end`: whenever that thread has finished; `quiescence`: when all have. */
  readonly when: { readonly kind: 'always' } | { readonly kind: 'end'; readonly thread: ThreadIndex } | { readonly kind: 'quiescence' };
  readonly condition: Value;
  /** A sentence for a person on what it means that this fails. */
  readonly explanation: string;
}

/** Something that some run must reach, so that `holds` is not vacuous. */
export interface Witness {
  readonly description: string;
  readonly condition: Value;
}

/** One start state; cells not named have their `initial`. */
export interface InitialState {
  readonly description: string;
  readonly cells: readonly { readonly cell: CellId; readonly index: number; readonly value: number }[];
}

export interface Model {
  readonly name: string;
  readonly cells: readonly Cell[];
  readonly locks: readonly Lock[];
  readonly threads: readonly Thread[];
  /** At least one. The search starts from all of them at depth 0. */
  readonly initialStates: readonly InitialState[];
  readonly properties: readonly Property[];
  readonly witnesses: readonly Witness[];
  /**
   * Locks that a thread may still hold at its end, by thread index; anything else held then
   * violates I17. Threads not listed must hold nothing.
   */
  readonly exitLocks: ReadonlyMap<ThreadIndex, readonly LockId[]>;
}

export type MemoryModel = 'sc' | 'tso' | 'weak';
