/**
 * Extraction's own vocabulary: what an expression of C means to the model (`Meaning`), where the
 * sources come from (`SourceLookup`), and what a run of the extractor yields.
 */

import type { LineIndex, Span } from '../../base/text.ts';
import type { Cfg } from '../../cfg/types.ts';
import type { Era, LockClass, ObjectKind } from '../../ops/types.ts';
import type { Vocabulary } from '../../ops/vocabulary.ts';
import type { Expr, FunctionDef } from '../../syntax/ast.ts';
import type { MachineSize } from '../machine.ts';
import type { Program, SourcePlace, Value } from '../types.ts';

/** A function with the file that it stands in. */
export interface SourceFunction {
  readonly file: string;
  readonly fn: FunctionDef;
  readonly cfg: Cfg;
  readonly lines: LineIndex;
}

/** Where a handler table's members point: one initialised struct of the tree. */
export interface HandlerTable {
  readonly file: string;
  readonly variable: string;
  readonly fields: ReadonlyMap<string, string>;
  /** It was chosen for many: others with the same fault handler may have members that it lacks, or keep the same contract otherwise. */
  readonly standsForOthers?: true;
}

/** The sources at hand; the extractor asks by name and never reads files itself. */
export interface SourceLookup {
  /** The definition that a call from `fromFile` reaches: a static one of that file first. */
  function(name: string, fromFile: string): SourceFunction | undefined;
  /** A built-in composite of that name. */
  composite(name: string): SourceFunction | undefined;
  /** What a function-like macro whose body is an expression makes of argument texts; spans are those of its own text. */
  expansion(name: string, args: readonly string[], fromFile: string): Expr | undefined;
  /** The integer value of a constant macro or enumerator. */
  constant(name: string, fromFile: string): number | undefined;
}

export type FaultEntry = 'missing' | 'protection';

export interface ExtractOptions {
  readonly era: Era;
  readonly vocabulary: Vocabulary;
  /** Calls that do not return; default: the kernel's. */
  readonly noreturn?: ReadonlySet<string>;
  readonly size: MachineSize;
  readonly access: 'read' | 'write';
  readonly sharing: 'shared' | 'private';
  readonly lookup: SourceLookup;
  /** The vm_operations_struct instance that the faulting vma has. */
  readonly vmOps: HandlerTable | undefined;
  /** How the function is entered: for a pte that is none (default), or for a write to one that is present and read-only, under its page-table lock. */
  readonly entry?: FaultEntry;
  /** Page tables may be taken away: a pte pointer is NULL exactly where the table is not there. Absent: NULL is a free choice. */
  readonly tablesVanish?: boolean;
  /** The fault's flags are those of a first attempt that may be retried, or of a second one. Absent: only the write flag is set. */
  readonly mayRetry?: boolean;
  /** 1-based lines of the root function's file whose statements are left out. */
  readonly without: readonly number[];
  /** False: calls are noted but not followed; for asking only which calls are reached. */
  readonly followsCalls?: boolean;
}

export interface Extraction {
  readonly program: Program;
  /** Sentences; what was taken for granted or left out, in the order met. */
  readonly assumptions: readonly string[];
  /** Functions that were read, outermost first, as `file:function`. */
  readonly functions: readonly string[];
  /** It may read a page from the file, so that it meets pages that are not uptodate. */
  readonly readsPagesIn: boolean;
  /** It asks whether the fault may be retried. */
  readonly asksForRetry: boolean;
  /** Where something stops being followed that a violation may rest on, in the order met. */
  readonly unfollowed: readonly Unfollowed[];
}

export interface Unfollowed {
  readonly place: SourcePlace;
  /** What is not followed there, for the user. */
  readonly what: string;
}

/** The model cannot represent the code; `reason` is for the user. */
export class NotModelledError extends Error {
  constructor(readonly reason: string, readonly span?: Span) {
    super(reason);
    this.name = 'NotModelledError';
  }
}

/** What kind of thing a variable or value is, by its C type. */
export type ValueClass =
  /** An integer; `unit: 'size'` marks i_size in pages, `isRounded` that `+ PAGE_SIZE` has been seen. */
  | { readonly kind: 'scalar'; readonly unit?: 'size'; readonly isRounded?: boolean }
  | { readonly kind: 'page' }
  | { readonly kind: 'pte' }
  | { readonly kind: 'ptePointer' }
  | { readonly kind: 'lockPointer' }
  /** `from` what is not followed: that it is the fault's own is a guess; from a page: it may be NULL. */
  | { readonly kind: 'object'; readonly object: ObjectKind; readonly from?: 'guess' | 'page' }
  /** A struct that is followed field by field; `isOwn`: not the fault's. */
  | { readonly kind: 'aggregate'; readonly isOwn?: true }
  | { readonly kind: 'opaque' };

/** What an expression means. */
export type Meaning =
  | { readonly kind: 'value'; readonly value: Value; readonly cls: ValueClass }
  /** The address of a variable of some frame. */
  | { readonly kind: 'place'; readonly place: Variable }
  /** `selector`: which of several it is, where one pointer names them in turn. */
  | { readonly kind: 'lock'; readonly lock: LockClass; readonly selector?: LockSelector }
  | { readonly kind: 'vmFlags' }
  /** A scalar that some ways leave unfollowed: `value` is `unknownScalar` there. `variable`: what holds it. `isPromise` as below. */
  | { readonly kind: 'partly'; readonly value: Value; readonly variable?: Variable; readonly isPromise?: true }
  /**
   * Not followed. Equal `key`s give equal values within one run, so that two tests of the same
   * immutable condition agree; without a key every evaluation is free. `isPromise`: what a handler
   * returns, which says more than the value of a condition.
   */
  | { readonly kind: 'unknown'; readonly key: string | undefined; readonly isPromise?: true };

/** `code` is the `lockCode` of one of the classes. */
export interface LockSelector {
  readonly code: Value;
  readonly classes: readonly LockClass[];
}

/** A C variable, parameter or field of a local struct in one inlined instance of a function. */
export interface Variable {
  readonly name: string;
  /** Names it among all frames' variables, alike in every run. */
  readonly key: string;
  cls: ValueClass;
  /** The model local that holds it, once it has been needed. */
  local: number | undefined;
  /** A static meaning that replaces the variable: an object, a place, a lock. */
  binding: Meaning | undefined;
  /** Which lock a lockPointer names: the class met last, and all that were met. */
  lockClass: LockClass | undefined;
  readonly lockClasses: Set<LockClass>;
  /** A lockPointer that names locks of several classes in turn: its local says which. */
  readonly isMixed: boolean;
  /** Scalars: constants that the variable is compared with, and whether arithmetic made it untracked. */
  readonly tested: ReadonlySet<number>;
  isOpaque: boolean;
  /** A scalar that a function returns: a value that is not followed is kept apart from those that are. */
  readonly isReturned: boolean;
  /** Some assignment gave a scalar a value that is followed, at least in part. */
  mayBeKnown: boolean;
  /** Some assignment gave it a value that is not followed. */
  mayBeUnknown: boolean;
  /** What is not followed of it is what a handler returns. */
  isPromise: boolean;
  /** Some assignment has been met since this was last asked. */
  isSet: boolean;
  readonly fields: Map<string, Variable>;
  /** Of an aggregate: what its fields hold is not followed any more. */
  isLost: boolean;
}

export const unknown: Meaning = { kind: 'unknown', key: undefined };
