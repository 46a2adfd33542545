/**
 * The vocabulary's shape: what a kernel primitive does to locks, references, the page cache, ptes
 * and the few cells that the fault protocols are made of. Entries are data; the algorithms in
 * `regions` and `model` know these kinds and no kernel name.
 */

export type Era = 'nopage' | 'fault' | 'folio';

/** Lock classes; `spin`, `mutex`, `rwsem` stand for locks outside the page-fault protocols. */
export type LockClass =
  | 'page' | 'pageTable' | 'mmap' | 'vma' | 'iMmap' | 'anonVma' | 'invalidate' | 'inode' | 'tree' | 'rcu' | 'pmd'
  | 'spin' | 'mutex' | 'rwsem';

export type LockMode = 'exclusive' | 'shared';

/** Which argument (0-based) an effect is about; `result` is the value the call returns. */
export type Operand = number | 'result' | Place;

/** What an argument leads to: member names from it on, `*` for what it points to, a last `&` for the address. */
export interface Place {
  readonly argument: number;
  readonly path: readonly string[];
}

/** On which results an effect happens. `null`/`nonnull` are for pointers, where an error pointer counts as null. */
export type Outcome = 'always' | 'zero' | 'nonzero' | 'null' | 'nonnull' | 'negative' | { readonly equals: string };

export type PageFlag = 'uptodate' | 'dirty' | 'locked' | 'writeback' | 'anon';

export type Effect =
  /** Takes a lock. `object` is the argument that names it: the page, the lock's address, the inode. */
  | { readonly kind: 'acquire'; readonly lock: LockClass; readonly object: Operand; readonly mode: LockMode; readonly when: Outcome; readonly isTry: boolean }
  /** `mode`: how the lock was held, where the operation's name says it. */
  | { readonly kind: 'release'; readonly lock: LockClass; readonly object: Operand; readonly mode?: LockMode; readonly when: Outcome }
  /** The caller must hold the lock, in either mode or in that one; where it provably does not, that is a finding. */
  | { readonly kind: 'requires'; readonly lock: LockClass; readonly object: Operand; readonly mode?: LockMode }
  /** The lock is so afterwards, whatever it was before; `unknown`: what it is then depends on more than the result. */
  | { readonly kind: 'become'; readonly lock: LockClass; readonly object: Operand; readonly status: 'held' | 'free' | 'unknown'; readonly when: Outcome }
  /** Held exclusively before, shared afterwards. */
  | { readonly kind: 'downgrade'; readonly lock: LockClass; readonly object: Operand }
  /** Of the pages in a pagevec or folio_batch; of which is not known. */
  | { readonly kind: 'batch'; readonly does: 'get' | 'put' | 'lock' | 'requireLock'; readonly object: Operand }
  | { readonly kind: 'waitUnlocked'; readonly object: Operand }
  /** `count`: the argument that says how many references; absent: one. */
  | { readonly kind: 'get'; readonly object: Operand; readonly when: Outcome; readonly count?: number }
  | { readonly kind: 'put'; readonly object: Operand; readonly count?: number }
  /** Freezes: the count goes from argument `count` to 0 in one step, or the result is 0. Unfreezing is the way back. */
  | { readonly kind: 'freeze' | 'unfreeze'; readonly object: Operand; readonly count: number }
  /** Result: the cached page with a reference, or NULL, in one tree_lock section. `walk`: it is given a walk's state, not the cache; the next page may be NULL because the walk is over. */
  | { readonly kind: 'lookup'; readonly takesReference: boolean; readonly walk?: 'current' | 'next' }
  /** Result: a fresh page with one reference, or NULL. */
  | { readonly kind: 'allocate' }
  /** Puts page `object` into the cache, locked; result 0, -EEXIST or -ENOMEM. */
  | { readonly kind: 'insert'; readonly object: Operand; readonly locks: boolean }
  /** Edits the tree of pages itself: puts `object` into the slot of the fault's index, if that is empty; or in a way that is not modelled. */
  | { readonly kind: 'fillSlot'; readonly object: Operand }
  | { readonly kind: 'editSlot' }
  | { readonly kind: 'remove'; readonly object: Operand; readonly takesTreeLock: boolean }
  /** May fill the cache slot with an uptodate unlocked page (readahead). */
  | { readonly kind: 'fill' }
  | { readonly kind: 'fence'; readonly order: 'read' | 'write' | 'full' }
  | { readonly kind: 'setFlag'; readonly flag: PageFlag; readonly object: Operand; readonly value: 0 | 1 }
  /** Stores `value` into the pte that `pte` points to. `isUpdate`: what is there already is replaced on purpose. */
  | { readonly kind: 'storePte'; readonly pte: Operand; readonly value: Operand; readonly isUpdate?: true }
  | { readonly kind: 'clearPte'; readonly pte: Operand }
  | { readonly kind: 'protectPte'; readonly pte: Operand }
  | { readonly kind: 'addMapping'; readonly object: Operand; readonly anonymous: boolean }
  | { readonly kind: 'removeMapping'; readonly object: Operand }
  | { readonly kind: 'storeSize'; readonly value: Operand }
  /** Clears every pte of the file (truncate_count first where the era has it). `evenCows` is an argument index. */
  | { readonly kind: 'unmap'; readonly evenCows: number | boolean }
  /** The condition in argument 0 must be false here (BUG_ON); true never goes on. */
  | { readonly kind: 'assertFalse' }
  /** `*argument := name of the page-table lock` (the `&ptl` of pte_offset_map_lock). */
  | { readonly kind: 'nameLock'; readonly pointer: number; readonly lock: LockClass };

/** What a call returns, for the model. `outcome`: whether the acquire in the effects succeeded. */
export type Result =
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' }
  /** A pointer that is never NULL: kmap. */
  | { readonly kind: 'pointer' }
  /** The argument itself: page_folio, READ_ONCE, likely; `isPointee`: what stands where it points to, atomic_read. */
  | { readonly kind: 'argument'; readonly index: number; readonly isPointee?: true }
  /** The effect (lookup, allocate, insert) gives the value. */
  | { readonly kind: 'effect' }
  /** 1/0 by success of the try-acquire; `inverted`: 0 means taken (TestSetPageLocked). */
  | { readonly kind: 'taken'; readonly inverted: boolean }
  /** One of these, nondeterministically; names are resolved as constants. */
  | { readonly kind: 'choice'; readonly values: readonly (number | string)[] }
  | { readonly kind: 'size' }
  | { readonly kind: 'flag'; readonly flag: PageFlag; readonly object: number }
  | { readonly kind: 'mapped'; readonly object: number }
  | { readonly kind: 'mappingOf'; readonly object: number }
  /** The page's reference count. */
  | { readonly kind: 'references'; readonly object: number }
  /**
   * A pointer to the fault's pte; `mayBeNull`: the page table may have vanished, but not in a tree
   * in which `unlessMacro` is still a macro.
   */
  | { readonly kind: 'ptePointer'; readonly mayBeNull: boolean; readonly unlessMacro?: MacroForm }
  /** Names a lock: pte_lockptr. */
  | { readonly kind: 'lockPointer'; readonly lock: LockClass }
  /** The value behind a pte pointer. */
  | { readonly kind: 'pteAt'; readonly pointer: number }
  /** The value that the pte had before the call's own effects. */
  | { readonly kind: 'oldPte' }
  | { readonly kind: 'pteNone'; readonly value: number }
  | { readonly kind: 'pteSame'; readonly left: number; readonly right: number }
  | { readonly kind: 'pteOfPage'; readonly page: number }
  /** The pte with bits set, with bits cleared, and whether it has one of them. */
  | { readonly kind: 'pteWith' | 'pteWithout' | 'pteHas'; readonly value: number; readonly bits: number }
  /** Whether it maps a page. */
  | { readonly kind: 'ptePresent'; readonly value: number }
  | { readonly kind: 'pageOfPte'; readonly value: number }
  /** `ERR_PTR(x)`: below zero where x is not zero. */
  | { readonly kind: 'errorPointer'; readonly value: number }
  /** `IS_ERR(x)`, `IS_ERR_OR_NULL(x)`, `PTR_ERR(x)`. */
  | { readonly kind: 'isError'; readonly value: number; readonly orNull: boolean };

export interface MacroForm {
  readonly name: string;
  readonly arity: number;
}

export interface Primitive {
  readonly name: string;
  readonly effects: readonly Effect[];
  readonly result: Result;
  readonly sleeps: 'yes' | 'no' | 'gfp';
  /** Where the era's kernel defines it: `mm/filemap.c:folio_unlock`; of a name that no tree at hand has, which kernels had it. */
  readonly source: string;
  /** Absent: every era. */
  readonly eras?: readonly Era[];
  /** The `.faultline.json` that declares it, where it is not of the built-in vocabulary. */
  readonly declaredIn?: string;
  /** What else is to be said of it: by its declaration, or why no tree at hand has it. */
  readonly note?: string;
  /**
   * A composite is built of other primitives: where its source is at hand that is read instead, and
   * this entry is the summary for where it is not.
   */
  readonly isComposite: boolean;
  /**
   * A function that takes or drops locks by means of others: where its source is at hand and tells its
   * outcomes apart, the summary inferred from that is the truth for the regions, and this entry the
   * fallback. Absent: a lock's own word, whose body says less than the entry.
   */
  readonly yieldsToSource?: true;
  /** The model takes no notice of it: it reads the function's source, or lists the call as one without effect. */
  readonly isForRegionsOnly?: true;
  /** Calls with another number of arguments are of another kernel's function of that name. */
  readonly arity?: number;
}

/** How a field of a kernel struct is understood when it is read through a pointer. */
export type FieldMeaning =
  /** Points to the one object of that kind that the model has. */
  | { readonly kind: 'object'; readonly object: ObjectKind }
  | { readonly kind: 'cell'; readonly cell: 'truncateCount' | 'size' | 'mapping' | 'pageIndex' }
  | { readonly kind: 'lock'; readonly lock: LockClass }
  | { readonly kind: 'vmFlags' }
  | { readonly kind: 'faultIndex' }
  /** What the model leaves out decides it. */
  | { readonly kind: 'constant'; readonly value: number };

/** Kinds of object of which the model has exactly one. */
export type ObjectKind = 'mapping' | 'inode' | 'vma' | 'mm' | 'file' | 'task' | 'vmOps' | 'aOps' | 'pmd' | 'swapEntry';
