/**
 * What a workspace declares of its own functions, and its meaning as vocabulary entries. Data in,
 * data out: reading and checking the file is the engine's. Declarations win over built-in entries.
 */

import type { Effect, Era, LockClass, Operand, Outcome, Primitive, Result } from './types.ts';
import type { Vocabulary } from './vocabulary.ts';
import { movedEffect, movedResult } from './operands.ts';

/** `.faultline.json` as its schema (grammars/faultline.schema.json) lets it be. */
export interface Declarations {
  readonly functions?: Readonly<Record<string, DeclaredFunction>>;
  readonly noreturn?: readonly string[];
  readonly iterators?: readonly string[];
  readonly attributes?: readonly string[];
  readonly attributesWithArguments?: readonly string[];
}

export interface DeclaredFunction {
  readonly comment?: string;
  readonly like?: string;
  readonly arguments?: readonly number[];
  readonly inert?: true;
  readonly takes?: DeclaredLock | readonly DeclaredLock[];
  readonly drops?: DeclaredLock | readonly DeclaredLock[];
  readonly needs?: DeclaredLock | readonly DeclaredLock[];
  readonly leaves?: DeclaredState | readonly DeclaredState[];
  readonly downgrades?: DeclaredLock | readonly DeclaredLock[];
  readonly batch?: { readonly does: keyof typeof batchWords; readonly argument?: number };
  readonly getsReference?: number;
  readonly putsReference?: number;
  readonly freezesReference?: DeclaredCount;
  readonly unfreezesReference?: DeclaredCount;
  readonly sleeps?: boolean | 'gfp';
}

/** 1-based arguments. */
interface DeclaredCount {
  readonly argument: number;
  readonly count: number;
}

export interface DeclaredState extends DeclaredLock {
  readonly as: 'held' | 'free' | 'unknown';
}

export interface DeclaredLock {
  readonly lock: keyof typeof lockKinds;
  /** 1-based. */
  readonly argument?: number | 'result';
  readonly mode?: 'exclusive' | 'shared';
  readonly ifReturns?: keyof typeof outcomes;
}

/** A declaration that its schema allows and that has no meaning. */
export interface DeclarationProblem {
  /** Where in the file: `['functions', 'my_lock', 'like']`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export const lockKinds = {
  page: 'page', 'page table': 'pageTable', pmd: 'pmd', mmap: 'mmap', vma: 'vma', i_mmap: 'iMmap', anon_vma: 'anonVma', invalidate: 'invalidate',
  inode: 'inode', i_pages: 'tree', rcu: 'rcu', spinlock: 'spin', mutex: 'mutex', rwsem: 'rwsem',
} as const satisfies Record<string, LockClass>;

const outcomes = { nonzero: 'nonzero', zero: 'zero', negative: 'negative', pointer: 'nonnull', null: 'null' } as const satisfies Record<string, Outcome>;

const batchWords = { get: 'get', put: 'put', lock: 'lock', needLock: 'requireLock' } as const;

const sleepingLocks: ReadonlySet<LockClass> = new Set(['page', 'mmap', 'iMmap', 'anonVma', 'invalidate', 'inode', 'mutex', 'rwsem']);
const effectKeys = ['inert', 'takes', 'drops', 'needs', 'leaves', 'downgrades', 'batch', 'getsReference', 'putsReference', 'freezesReference', 'unfreezesReference'] as const;
/** Those that may depend on the result. */
const changingKeys = ['takes', 'drops', 'leaves'] as const;

/** What is wrong with declarations that fit the schema; `isKnown`: a name of the built-in vocabulary of some era. */
export function problemsOf(declared: Declarations, isKnown: (name: string) => boolean): DeclarationProblem[] {
  const functions = declared.functions ?? {};
  return Object.entries(functions).flatMap(([name, fn]) => problemsIn(name, fn, functions, isKnown).map(({ path, message }) => ({ path: ['functions', name, ...path], message })));
}

type Declared = Readonly<Record<string, DeclaredFunction>>;

function problemsIn(name: string, fn: DeclaredFunction, functions: Declared, isKnown: (name: string) => boolean): DeclarationProblem[] {
  const found: DeclarationProblem[] = [];
  const add = (path: readonly (string | number)[], message: string): unknown => found.push({ path, message });
  if (!/^[A-Za-z_]\w*$/.test(name)) add([], 'this is not a C identifier');
  const stated = effectKeys.filter((key) => fn[key] !== undefined);
  if (fn.like === undefined && stated.length === 0) add([], `nothing says what it does: give it "like", ${effectKeys.map((key) => `"${key}"`).join(', ').replace(/, (?=[^,]*$)/, ' or ')}`);
  if (fn.like !== undefined && stated.length > 0) add(['like'], `"like" says all that the function does, so that ${stated.map((key) => `"${key}"`).join(', ')} has no place beside it`);
  if (fn.inert && stated.length > 1) add(['inert'], 'an inert function neither takes nor drops anything');
  if (fn.arguments !== undefined && fn.like === undefined) add(['arguments'], '"arguments" goes with "like"');
  if (fn.like !== undefined) {
    const wrong = likeProblem(name, fn.like, functions, isKnown);
    if (wrong !== undefined) add(['like'], wrong);
  }
  const conditions = new Set(changingKeys.flatMap((key) => list<DeclaredLock>(fn[key])).flatMap(({ ifReturns }) => ifReturns ?? []));
  if (conditions.size > 1) add([], `its effects depend on different results (${[...conditions].join(', ')}); only one can be followed`);
  for (const key of changingKeys) {
    for (const lock of list<DeclaredLock>(fn[key])) {
      if (lock.lock === 'rcu' && lock.argument !== undefined) add([key], 'RCU has no object: leave "argument" out');
      if (lock.argument === 'result' && key === 'drops') add([key], 'a lock that is released cannot be named by what the call returns');
      if (lock.argument === 'result' && (lock.ifReturns === 'zero' || lock.ifReturns === 'null' || lock.ifReturns === 'negative')) add([key], `a lock of what the call returns is not taken where that is ${lock.ifReturns}`);
    }
  }
  return found;
}

/** Why `like` leads nowhere, or undefined. */
function likeProblem(name: string, like: string, functions: Declared, isKnown: (name: string) => boolean): string | undefined {
  const chain = [name];
  for (let at = like; ; ) {
    const next = Object.hasOwn(functions, at) ? functions[at]! : undefined;
    // A wrapper that has the name of a built-in entry may refer to that entry.
    if (chain.includes(at)) return at === chain.at(-1) && isKnown(at) ? undefined : `"like" goes in a circle: ${[...chain, at].join(' -> ')}`;
    if (!next) return isKnown(at) ? undefined : `"${at}" is neither in the built-in vocabulary nor in this file`;
    if (next.like === undefined) return undefined;
    chain.push(at);
    at = next.like;
  }
}

/** The base vocabulary of an era with the declarations over it. They must be free of problems. */
export function withDeclarations(base: Vocabulary, declared: Declarations, era: Era, declaredIn: string): Vocabulary {
  const functions = declared.functions ?? {};
  const entries = new Map(base);
  for (const [name, fn] of Object.entries(functions)) {
    const meaning = meaningOf(name, fn, functions, base);
    // "like" a function that this era does not have: nothing is known of it here.
    if (meaning) entries.set(name, { ...meaning, name, source: declaredIn, declaredIn, isComposite: false, eras: [era], ...(fn.comment === undefined ? {} : { note: fn.comment }) });
    else entries.delete(name);
  }
  return entries;
}

type Meaning = Pick<Primitive, 'effects' | 'result' | 'sleeps'>;

function meaningOf(name: string, fn: DeclaredFunction, functions: Declared, base: Vocabulary): Meaning | undefined {
  if (fn.like === undefined) return ownMeaning(fn);
  const next = fn.like !== name && Object.hasOwn(functions, fn.like) ? functions[fn.like] : undefined;
  const meaning = next ? meaningOf(fn.like, next, functions, base) : base.get(fn.like);
  if (!meaning) return undefined;
  const move = (operand: number): number => (fn.arguments?.[operand] ?? operand + 1) - 1;
  return {
    effects: meaning.effects.map((effect) => movedEffect(effect, move)),
    result: movedResult(meaning.result, move),
    sleeps: fn.sleeps === undefined ? meaning.sleeps : sleepsOf(fn.sleeps),
  };
}

function ownMeaning(fn: DeclaredFunction): Meaning {
  const takes = list(fn.takes);
  const drops = list(fn.drops);
  const leaves = list(fn.leaves);
  const condition = [...takes, ...drops, ...leaves].find(({ ifReturns }) => ifReturns !== undefined)?.ifReturns;
  const outcome: Outcome = condition === undefined ? 'always' : outcomes[condition];
  const isSleeping = takes.some((lock) => sleepingLocks.has(lockKinds[lock.lock]) && lock.ifReturns === undefined);
  const sleeps = fn.sleeps === undefined ? (isSleeping ? 'yes' : 'no') : sleepsOf(fn.sleeps);
  const isTry = outcome !== 'always' && sleeps === 'no' && takes.length === 1;
  const findsPage = takes.some((lock) => lock.lock === 'page' && lock.argument === 'result');
  const effects: Effect[] = [
    ...list(fn.needs).map((lock): Effect => ({ kind: 'requires', lock: lockKinds[lock.lock], object: operandOf(lock) })),
    ...(findsPage ? [{ kind: 'lookup', takesReference: true } as const] : []),
    ...(fn.getsReference === undefined ? [] : [{ kind: 'get', object: fn.getsReference - 1, when: 'always' } as const]),
    ...drops.map((lock): Effect => ({ kind: 'release', lock: lockKinds[lock.lock], object: operandOf(lock), when: whenOf(lock) })),
    ...leaves.map((lock): Effect => ({ kind: 'become', lock: lockKinds[lock.lock], object: operandOf(lock), status: lock.as, when: whenOf(lock) })),
    ...list(fn.downgrades).map((lock): Effect => ({ kind: 'downgrade', lock: lockKinds[lock.lock], object: operandOf(lock) })),
    ...(fn.batch === undefined ? [] : [{ kind: 'batch', does: batchWords[fn.batch.does], object: (fn.batch.argument ?? 1) - 1 } as const]),
    ...frozen('freeze', fn.freezesReference),
    ...frozen('unfreeze', fn.unfreezesReference),
    ...takes.map((lock): Effect => ({ kind: 'acquire', lock: lockKinds[lock.lock], object: operandOf(lock), mode: modeOf(lock), when: findsPage && lock.lock === 'page' ? 'nonnull' : whenOf(lock), isTry })),
    ...(fn.putsReference === undefined ? [] : [{ kind: 'put', object: fn.putsReference - 1 } as const]),
  ];
  return { effects, result: findsPage ? { kind: 'effect' } : fn.freezesReference ? { kind: 'choice', values: [0, 1] } : resultOf(outcome, isTry), sleeps };
}

function frozen(kind: 'freeze' | 'unfreeze', of: DeclaredCount | undefined): Effect[] {
  return of === undefined ? [] : [{ kind, object: of.argument - 1, count: of.count - 1 }];
}

function resultOf(outcome: Outcome, isTry: boolean): Result {
  if (isTry && (outcome === 'nonzero' || outcome === 'zero')) return { kind: 'taken', inverted: outcome === 'zero' };
  if (outcome === 'nonzero') return { kind: 'choice', values: [0, 1] };
  if (outcome === 'zero' || outcome === 'negative') return { kind: 'choice', values: [0, '-EINTR'] };
  return { kind: 'unknown' };
}

function whenOf(lock: DeclaredLock): Outcome {
  return lock.ifReturns === undefined ? 'always' : outcomes[lock.ifReturns];
}

function modeOf(lock: DeclaredLock): 'exclusive' | 'shared' {
  return lock.mode ?? (lock.lock === 'rcu' ? 'shared' : 'exclusive');
}

function operandOf(lock: DeclaredLock): Operand {
  if (lock.lock === 'rcu' || lock.argument === 'result') return 'result';
  return (lock.argument ?? 1) - 1;
}

function sleepsOf(sleeps: boolean | 'gfp'): Primitive['sleeps'] {
  return sleeps === 'gfp' ? 'gfp' : sleeps ? 'yes' : 'no';
}

function list<T extends object>(one: T | readonly T[] | undefined): readonly T[] {
  return one === undefined ? [] : Array.isArray(one) ? (one as readonly T[]) : [one as T];
}
