/**
 * A transition as straight-line paths, each with the condition under which it can be taken, over the
 * state before it: what a `d_step` of Promela needs, since nothing in it may block. It is written
 * from the text of the model language alone and shares nothing with the compiled search.
 */

import type { CellId, CellRef, LocalId, LockId, LockMode, LockRef, Step, Value } from '../../server/src/model/types.ts';
import { binary, constant, equal, not, unary } from '../../server/src/model/values.ts';

/** What must hold before the transition. `grantable` is also met by a thread that holds the lock exclusively: that then fails. */
export type Guard =
  | { readonly kind: 'value'; readonly value: Value; readonly isTrue: boolean }
  | { readonly kind: 'mayAcquire'; readonly lock: LockRef; readonly mode: LockMode }
  | { readonly kind: 'grantable'; readonly lock: LockRef; readonly mode: LockMode; readonly isTrue: boolean };

export interface StraightPath {
  readonly guards: readonly Guard[];
  /** Without `assume`, `choose` and `tryAcquire`; in the order of execution. */
  readonly effects: readonly Step[];
}

/** The transition cannot be told by its state before: it takes a lock that it has itself changed. */
export class NotStraightError extends Error {}

interface Store {
  readonly index: Value;
  readonly value: Value;
}

interface Walk extends StraightPath {
  /** Locals by their values over the state before. */
  readonly values: ReadonlyMap<LocalId, Value>;
  /** Stores so far, by cell; indices and values are over the state before. */
  readonly stores: ReadonlyMap<CellId, readonly Store[]>;
  readonly locked: ReadonlySet<LockId>;
}

export function straightPaths(steps: readonly Step[]): readonly StraightPath[] {
  return walk({ guards: [], effects: [], values: new Map(), stores: new Map(), locked: new Set() }, steps);
}

function walk(at: Walk, steps: readonly Step[]): readonly Walk[] {
  const [step, ...rest] = steps;
  if (!step || !steps.some(splits)) return [{ ...at, effects: [...at.effects, ...steps] }];
  if (step.kind !== 'if') return next(at, step).flatMap((each) => walk(each, rest));
  return [
    ...walk({ ...at, guards: [...at.guards, condition(at, step.condition, true)] }, [...step.then, ...rest]),
    ...walk({ ...at, guards: [...at.guards, condition(at, step.condition, false)] }, [...step.otherwise, ...rest]),
  ];
}

/** It may block, or has several outcomes. */
function splits(step: Step): boolean {
  if (step.kind === 'if') return [...step.then, ...step.otherwise].some(splits);
  return step.kind === 'assume' || step.kind === 'choose' || step.kind === 'acquire' || step.kind === 'tryAcquire';
}

function next(at: Walk, step: Exclude<Step, { kind: 'if' }>): readonly Walk[] {
  switch (step.kind) {
    case 'assign':
      return [effect(at, step, [step.to, before(at, step.value)])];
    case 'load':
      return [effect(at, step, [step.to, before(at, { kind: 'cell', ref: step.from })])];
    case 'store':
      return [stored(effect(at, step), at, step.to, step.value)];
    case 'update':
      return [stored(effect(at, step, step.result === undefined ? undefined : [step.result, before(at, step.value)]), at, step.cell, step.value)];
    case 'assume':
      return [{ ...at, guards: [...at.guards, condition(at, step.condition, true)] }];
    case 'choose':
      return step.values.map((value) => assigned(at, step.to, value));
    case 'acquire':
      return [lockEffect(at, step.lock, step, { kind: 'mayAcquire', lock: lockBefore(at, step.lock), mode: step.mode })];
    case 'tryAcquire':
      return [true, false].map((isTrue) => {
        const guard: Guard = { kind: 'grantable', lock: lockBefore(at, step.lock), mode: step.mode, isTrue };
        const taken = isTrue ? lockEffect(at, step.lock, { kind: 'acquire', lock: step.lock, mode: step.mode }, guard) : { ...at, guards: [...at.guards, guard] };
        return assigned(taken, step.to, Number(isTrue));
      });
    case 'release':
      return [lockEffect(at, step.lock, step, undefined)];
    case 'fence':
      return [at];
    case 'check':
      return [effect(at, step)];
  }
}

function effect(at: Walk, step: Step, set?: readonly [LocalId, Value]): Walk {
  return { ...at, effects: [...at.effects, step], values: set ? new Map([...at.values, set]) : at.values };
}

function assigned(at: Walk, to: LocalId, number: number): Walk {
  const value = constant(number);
  return effect(at, { kind: 'assign', to, value }, [to, value]);
}

function stored(after: Walk, at: Walk, { cell, index = constant(0) }: CellRef, value: Value): Walk {
  const store = { index: before(at, index), value: before(at, value) };
  return { ...after, stores: new Map([...at.stores, [cell, [...(at.stores.get(cell) ?? []), store]]]) };
}

function lockEffect(at: Walk, { lock }: LockRef, step: Step, guard: Guard | undefined): Walk {
  return { ...at, guards: guard ? [...at.guards, guard] : at.guards, effects: [...at.effects, step], locked: new Set([...at.locked, lock]) };
}

function condition(at: Walk, value: Value, isTrue: boolean): Guard {
  return { kind: 'value', value: before(at, value), isTrue };
}

function lockBefore(at: Walk, ref: LockRef): LockRef {
  if (at.locked.has(ref.lock)) throw new NotStraightError('a lock is asked for after it was changed in the same transition');
  return ref.index ? { lock: ref.lock, index: before(at, ref.index) } : ref;
}

/** The same value over the state before the transition. */
function before(at: Walk, value: Value): Value {
  switch (value.kind) {
    case 'const':
    case 'done':
    case 'self':
      return value;
    case 'local':
      return at.values.get(value.local) ?? value;
    case 'unary':
      return unary(value.op, before(at, value.operand));
    case 'binary':
      return binary(value.op, before(at, value.left), before(at, value.right));
    case 'cell':
      return cellBefore(at, value.ref);
    case 'held':
      return { ...value, lock: lockBefore(at, value.lock) };
  }
}

function cellBefore(at: Walk, ref: CellRef): Value {
  const index = before(at, ref.index ?? constant(0));
  const old: Value = { kind: 'cell', ref: ref.index ? { cell: ref.cell, index } : ref };
  return (at.stores.get(ref.cell) ?? []).reduce<Value>((value, store) => choice(equal(index, store.index), store.value, value), old);
}

/** The language has no conditional expression. */
function choice(isFirst: Value, first: Value, second: Value): Value {
  if (isFirst.kind === 'const') return isFirst.value === 0 ? second : first;
  return binary('+', binary('*', isFirst, first), binary('*', not(isFirst), second));
}
