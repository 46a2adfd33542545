/**
 * Lock regions of one function: what `computeRegions` is given and what it answers. A value is a
 * constant, or a term: text over symbols (`vmf->page`, `(ret & 512)`), where a symbol is a
 * parameter's value on entry (`page`), a global, or a fresh value `#<offset of the call>`. Equal
 * terms denote equal values on one path; `?` is a value without identity.
 */

import type { Span } from '../base/text.ts';
import type { Cfg } from '../cfg/types.ts';
import type { CallbackContract } from '../ops/vocabulary/contracts.ts';
import type { Era, LockClass, LockMode } from '../ops/types.ts';
import type { Vocabulary } from '../ops/vocabulary.ts';
import type { FunctionDef } from '../syntax/ast.ts';

export type Value = number | string;

/** What a path knows of a term: its value, or values that it does not have. */
export interface Fact {
  readonly equal?: number;
  readonly unequal: readonly number[];
}

export type LockOrigin =
  /** A primitive took it. */
  | 'acquired'
  /** A callee with source returned with it. */
  | 'callee'
  /** An assertion says that it is held. */
  | 'asserted'
  /** `__releases`, `__must_hold` on the function. */
  | 'annotated'
  /** The callback's contract. */
  | 'contract';

/** One lock on one path. A lock that is not listed is as it was on entry, or unknown. */
export interface LockStatus {
  readonly status: 'held' | 'free' | 'unknown';
  readonly lock: LockClass;
  /** `unknown`: an assertion or annotation that says only that it is held. */
  readonly mode: LockMode | 'unknown';
  /** The term of the object that it is the lock of. */
  readonly object: string;
  /** The object as the source names it. */
  readonly name: string;
  readonly origin: LockOrigin;
  /** Where it was taken, asserted or (free) released. */
  readonly site: Span;
  /** It was held when the function was entered: seen by a release without acquire, or said so. */
  readonly heldOnEntry: boolean;
  /** Someone else may know the object now: its lock may be dropped by others. */
  readonly isShared: boolean;
  /** A callee left it so on one of several ways that its returned value does not tell apart. */
  readonly isGuess: boolean;
  /** The call, where the lock's site is another place: it was left as it was. */
  readonly guess?: Span;
  /** A function other than a primitive was given the object since: I/O may end with an unlock. */
  readonly isHanded: boolean;
  /** The object is this function's own: it looked it up, made it, or got it from a callee that did. */
  readonly isOwned: boolean;
}

export type LockEvent =
  | { readonly kind: 'acquire'; readonly site: Span; readonly lock: LockStatus }
  /** `taken` is the lock as it was held. */
  | { readonly kind: 'release'; readonly site: Span; readonly taken: LockStatus }
  | { readonly kind: 'releaseNotHeld'; readonly site: Span; readonly lock: LockStatus; readonly isMerged: boolean }
  | { readonly kind: 'doubleAcquire'; readonly site: Span; readonly lock: LockStatus; readonly isMerged: boolean }
  /** The last name of the object is left behind, and the lock is held. */
  | { readonly kind: 'lost'; readonly site: Span; readonly lock: LockStatus; readonly isMerged: boolean }
  /** An assertion or a callee's requirement that is false here. */
  | { readonly kind: 'requireNotHeld'; readonly site: Span; readonly lock: LockStatus; readonly by: string; readonly isMerged: boolean };

export interface LockExit {
  /** The return statement, or the closing brace. */
  readonly site: Span;
  readonly returns: Value | undefined;
  /** The returned constant is what a test left possible of a value from elsewhere; nothing here returns it. */
  readonly isInferred: boolean;
  /** Facts on this path, by term. */
  readonly facts: ReadonlyMap<string, Fact>;
  readonly locks: readonly LockStatus[];
  /** Memory that the caller can see, by location. */
  readonly stores: ReadonlyMap<string, Value>;
  /** States were joined on the way here: correlations may be lost. */
  readonly isMerged: boolean;
}

/** What a call of the function does, one case for each outcome that callers can tell apart. */
export interface SummaryCase {
  readonly returns: Value | undefined;
  readonly facts: readonly (readonly [string, Fact])[];
  /** What holds on every such way of the values that came in; else the case does not happen. */
  readonly conditions: readonly (readonly [string, Fact])[];
  readonly locks: readonly LockStatus[];
  readonly stores: readonly (readonly [string, Value])[];
  /** States were joined on every way to it: it may not happen at all. */
  readonly isMerged: boolean;
  /** Another case with other effects returns alike. */
  readonly isAmbiguous: boolean;
}

export interface Summary {
  readonly parameters: readonly string[];
  /** Parameters that the function may store somewhere. */
  readonly kept: ReadonlySet<string>;
  /** Fields that it may write, by name; undefined: any. */
  readonly writes: ReadonlySet<string> | undefined;
  /** It drops page locks of pages that it finds itself. */
  readonly dropsFound: boolean;
  /** Undefined: not analysed, so that every lock that the arguments lead to is unknown afterwards. */
  readonly cases: readonly SummaryCase[] | undefined;
}

/** A lock that an annotation of the function names. */
export interface AnnotatedLock {
  readonly macro: string;
  readonly argument: string;
  readonly span: Span;
  readonly lock: LockStatus;
}

/** On which result a call takes a lock; `succeeded` where the result says just that. */
export type TakenWhen = 'succeeded' | 'zero' | 'nonzero' | 'nonnull' | 'negative';

export interface LockStates {
  readonly fn: FunctionDef;
  readonly cfg: Cfg;
  /** Why there is no analysis; everything below is empty then. */
  readonly notAnalysed: string | undefined;
  /** Why callees were followed for page and page-table locks only; absent: for every lock. */
  readonly narrowedBy?: string;
  /** Why calls that lead back to the function count as unknown; absent: they are followed. */
  readonly unsettled?: string;
  /** By node: the locks held before it, one list for each distinct set. */
  readonly before: readonly (readonly (readonly LockStatus[])[])[];
  readonly events: readonly LockEvent[];
  /** By the offset of a call that takes a lock on some of its results: on which; undefined: no one outcome. */
  readonly outcomes: ReadonlyMap<number, TakenWhen | undefined>;
  readonly exits: readonly LockExit[];
  readonly annotations: readonly AnnotatedLock[];
  readonly contract: CallbackContract | undefined;
  readonly summary: Summary;
}

/** A call as the summary port sees it. */
export interface CalleeQuery {
  readonly name: string;
  readonly argumentTypes: readonly (string | undefined)[];
}

export interface RegionOptions {
  readonly era: Era;
  readonly vocabulary: Vocabulary;
  readonly constant: (name: string) => number | undefined;
  /** The summary of a callee with source at hand; undefined where there is none. */
  readonly summaryOf: (callee: CalleeQuery) => Summary | undefined;
  /** The role that a handler table gives the function. */
  readonly contract: CallbackContract | undefined;
  /** Fields that the function or those that it calls may write; undefined: any. */
  readonly writes?: ReadonlySet<string> | undefined;
  /** Locks that a first pass has found to be held on entry, on every path. */
  readonly entry?: readonly LockStatus[];
}
