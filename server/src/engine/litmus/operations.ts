/** Each operation of a litmus test as steps of the model language. */

import { assertNever } from '../../base/assert.ts';
import { binary, cell, constant, equal, local, not } from '../../model/values.ts';
import type { CellRef, LocalId, Step, Value } from '../../model/types.ts';
import type { AtomicOperator, AtomicResult, MemoryOperation } from '../../ops/vocabulary/memoryOperations.ts';
import type { Expr } from '../../syntax/ast.ts';
import { compileAddress, compileValue, type Emitter } from './expressions.ts';
import { compileGracePeriod, compileReaderEdge } from './rcu.ts';
import { cellAt, lockAt, lockState } from './variables.ts';

type Operation<Kind extends MemoryOperation['kind']> = Extract<MemoryOperation, { kind: Kind }>;

/** Emits the operation's steps; the value that it returns, 0 where it returns none. `isUsed`: somebody looks at it. */
export function compileOperation(to: Emitter, operation: MemoryOperation, args: readonly Expr[], isUsed: boolean): Value {
  const value = compileSteps(to, operation, args, isUsed);
  to.performed(operation.kind === 'lock' ? 'taken' : isChange(operation) ? 'changed' : undefined);
  return value;
}

function isChange({ kind }: MemoryOperation): boolean {
  return kind === 'atomic' || kind === 'compareExchange' || kind === 'addUnless';
}

function compileSteps(to: Emitter, operation: MemoryOperation, args: readonly Expr[], isUsed: boolean): Value {
  switch (operation.kind) {
    case 'load':
      return load(to, operation, args);
    case 'store':
      return store(to, operation, args);
    case 'fence':
      return emitted(to, [{ kind: 'fence', order: operation.order }]);
    case 'upgrade':
      return upgrade(to, operation);
    case 'atomic':
      return atomic(to, operation, args, isUsed);
    case 'compareExchange':
      return compareExchange(to, operation, args);
    case 'addUnless':
      return addUnless(to, args);
    case 'lock':
    case 'unlock':
    case 'trylock':
    case 'isLocked':
      return lock(to, operation.kind, argument(to, args, 0));
    case 'readLock':
    case 'readUnlock':
      compileReaderEdge(to, operation.kind);
      return constant(0);
    case 'gracePeriod':
      compileGracePeriod(to);
      return constant(0);
    case 'nothing':
      return constant(0);
    case 'notModelled':
      return to.fail(operation.reason);
    default:
      return assertNever(operation);
  }
}

/** Elsewhere it would order less than a full fence does. */
function upgrade(to: Emitter, { of, side }: Operation<'upgrade'>): Value {
  const wanted = of === 'lock' ? 'taken' : 'changed';
  if (side === 'after' && to.previous !== wanted) return to.fail('a fence that upgrades an operation does not follow one');
  if (side === 'before') to.expect(wanted);
  return emitted(to, [{ kind: 'fence', order: 'full' }]);
}

function emitted(to: Emitter, steps: readonly Step[]): Value {
  to.emit(steps);
  return constant(0);
}

function load(to: Emitter, { place, order }: Operation<'load'>, args: readonly Expr[]): Value {
  const from = cellAt(to.variables, compileAddress(to, argument(to, args, 0), place));
  const loaded = to.temporary();
  to.emit([{ kind: 'load', to: loaded, from, order }]);
  return local(loaded);
}

function store(to: Emitter, { place, order, hasFenceAfter }: Operation<'store'>, args: readonly Expr[]): Value {
  const ref = cellAt(to.variables, compileAddress(to, argument(to, args, 0), place));
  to.emit([{ kind: 'store', to: ref, value: compileValue(to, argument(to, args, 1)), order }]);
  if (hasFenceAfter) to.emit([{ kind: 'fence', order: 'full' }]);
  return constant(0);
}

function atomic(to: Emitter, operation: Operation<'atomic'>, args: readonly Expr[], isUsed: boolean): Value {
  const { pointer, op, result, order } = operation;
  const ref = cellAt(to.variables, compileAddress(to, argument(to, args, pointer), 'pointer'));
  const operand = operation.operand === undefined ? constant(1) : compileValue(to, argument(to, args, operation.operand));
  if (result === 'nothing') return emitted(to, [{ kind: 'update', cell: ref, value: computed(op, cell(ref), operand), order }]);
  const old = to.temporary();
  const changed = to.temporary();
  to.emit([
    { kind: 'assign', to: old, value: cell(ref) },
    { kind: 'update', cell: ref, value: computed(op, local(old), operand), result: changed, order },
  ]);
  return isUsed ? resultOf(result, old, changed) : constant(0);
}

function computed(op: AtomicOperator, old: Value, operand: Value): Value {
  return op === 'set' ? operand : binary(op, old, operand);
}

function resultOf(result: AtomicResult, old: LocalId, changed: LocalId): Value {
  switch (result) {
    case 'nothing':
      return constant(0);
    case 'old':
      return local(old);
    case 'new':
      return local(changed);
    case 'isZero':
      return equal(local(changed), constant(0));
    case 'isNegative':
      return binary('<', local(changed), constant(0));
  }
}

/** Where it fails it is a plain load, which may return an old value. */
function compareExchange(to: Emitter, { order }: Operation<'compareExchange'>, args: readonly Expr[]): Value {
  const ref = cellAt(to.variables, compileAddress(to, argument(to, args, 0), 'pointer'));
  const expected = compileValue(to, argument(to, args, 1));
  const wanted = compileValue(to, argument(to, args, 2));
  const old = to.temporary();
  to.emitEither(
    exchangeIf(equal(local(old), expected), ref, old, wanted, order, to.temporary()),
    [{ kind: 'load', to: old, from: ref, order: 'relaxed' }, { kind: 'assume', condition: not(equal(local(old), expected)) }],
  );
  return local(old);
}

function addUnless(to: Emitter, args: readonly Expr[]): Value {
  const ref = cellAt(to.variables, compileAddress(to, argument(to, args, 0), 'pointer'));
  const addend = compileValue(to, argument(to, args, 1));
  const unless = compileValue(to, argument(to, args, 2));
  const old = to.temporary();
  const isAdded = to.temporary();
  const set = (value: number): Step => ({ kind: 'assign', to: isAdded, value: constant(value) });
  to.emitEither(
    [...exchangeIf(not(equal(local(old), unless)), ref, old, binary('+', local(old), addend), 'full', to.temporary()), set(1)],
    [{ kind: 'load', to: old, from: ref, order: 'relaxed' }, { kind: 'assume', condition: equal(local(old), unless) }, set(0)],
  );
  return local(isAdded);
}

function exchangeIf(
  condition: Value, ref: CellRef, old: LocalId, value: Value, order: Operation<'compareExchange'>['order'], changed: LocalId,
): readonly Step[] {
  return [
    { kind: 'assign', to: old, value: cell(ref) },
    { kind: 'assume', condition },
    { kind: 'update', cell: ref, value, result: changed, order },
  ];
}

/** The state that spin_is_locked reads is a variable of its own, written with the lock. */
function lock(to: Emitter, kind: 'lock' | 'unlock' | 'trylock' | 'isLocked', argument: Expr): Value {
  const { variables } = to;
  const ref = lockAt(variables, compileValue(to, argument));
  const state = lockState(variables, ref);
  const set = (value: 0 | 1): readonly Step[] => {
    if (!variables.hasLockStates) return [];
    return value === 1
      ? [{ kind: 'update', cell: state, value: constant(1), order: 'relaxed' }]
      : [{ kind: 'store', to: state, value: constant(0), order: 'release' }];
  };
  switch (kind) {
    case 'lock':
      return emitted(to, [{ kind: 'acquire', lock: ref, mode: 'exclusive' }, ...set(1)]);
    case 'unlock':
      return emitted(to, [...set(0), { kind: 'release', lock: ref }]);
    case 'trylock': {
      const isTaken = to.temporary();
      to.emit([{ kind: 'tryAcquire', lock: ref, mode: 'exclusive', to: isTaken }, { kind: 'if', condition: local(isTaken), then: set(1), otherwise: [] }]);
      return local(isTaken);
    }
    case 'isLocked': {
      const loaded = to.temporary();
      to.emit([{ kind: 'load', to: loaded, from: state, order: 'relaxed' }]);
      return local(loaded);
    }
  }
}

function argument(to: Emitter, args: readonly Expr[], at: number): Expr {
  return args[at] ?? to.fail('an argument is missing');
}
