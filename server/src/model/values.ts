/** Constructors for model values; they fold constants so that extracted programs stay small. */

import { assertNever } from '../base/assert.ts';
import type { CellRef, LocalId, LockRef, ThreadIndex, Value, ValueOperator } from './types.ts';

export function constant(value: number): Value {
  return { kind: 'const', value };
}

export function local(id: LocalId): Value {
  return { kind: 'local', local: id };
}

export function cell(ref: CellRef): Value {
  return { kind: 'cell', ref };
}

export function held(lock: LockRef, by: ThreadIndex | 'self' | 'anyone'): Value {
  return { kind: 'held', lock, by };
}

export function done(thread: ThreadIndex): Value {
  return { kind: 'done', thread };
}

export function not(operand: Value): Value {
  return unary('!', operand);
}

export function unary(op: '!' | '-' | '~', operand: Value): Value {
  if (operand.kind !== 'const') return { kind: 'unary', op, operand };
  return constant(applyUnary(op, operand.value));
}

export function binary(op: ValueOperator, left: Value, right: Value): Value {
  if (left.kind === 'const' && right.kind === 'const') return constant(applyBinary(op, left.value, right.value));
  const short = shortCircuit(op, left, right);
  return short ?? { kind: 'binary', op, left, right };
}

export function and(...conditions: readonly Value[]): Value {
  return conditions.reduce((all, each) => binary('&&', all, each), constant(1));
}

export function or(...conditions: readonly Value[]): Value {
  return conditions.reduce((any, each) => binary('||', any, each), constant(0));
}

export function equal(left: Value, right: Value): Value {
  return binary('==', left, right);
}

/** `condition` implies `consequence`. */
export function implies(condition: Value, consequence: Value): Value {
  return or(not(condition), consequence);
}

export function sum(values: readonly Value[]): Value {
  return values.reduce((total, each) => binary('+', total, each), constant(0));
}

function shortCircuit(op: ValueOperator, left: Value, right: Value): Value | undefined {
  if (op === '&&') {
    if (isConst(left, 0) || isConst(right, 0)) return constant(0);
    if (left.kind === 'const') return truth(right);
    if (right.kind === 'const') return truth(left);
  }
  if (op === '||') {
    if (isTrue(left) || isTrue(right)) return constant(1);
    if (left.kind === 'const') return truth(right);
    if (right.kind === 'const') return truth(left);
  }
  if (op === '+' && isConst(left, 0)) return right;
  if ((op === '+' || op === '-' || op === '|' || op === '<<' || op === '>>') && isConst(right, 0)) return left;
  return undefined;
}

function truth(value: Value): Value {
  const isBoolean =
    value.kind === 'held' || value.kind === 'done' ||
    (value.kind === 'unary' && value.op === '!') ||
    (value.kind === 'binary' && ['==', '!=', '<', '<=', '>', '>=', '&&', '||'].includes(value.op));
  return isBoolean ? value : { kind: 'binary', op: '!=', left: value, right: constant(0) };
}

function isConst(value: Value, expected: number): boolean {
  return value.kind === 'const' && value.value === expected;
}

function isTrue(value: Value): boolean {
  return value.kind === 'const' && value.value !== 0;
}

export function applyUnary(op: '!' | '-' | '~', value: number): number {
  switch (op) {
    case '!':
      return value === 0 ? 1 : 0;
    case '-':
      return -value | 0;
    case '~':
      return ~value;
    default:
      return assertNever(op);
  }
}

/** 32-bit signed arithmetic, as the simulator computes it. */
export function applyBinary(op: ValueOperator, left: number, right: number): number {
  switch (op) {
    case '+':
      return (left + right) | 0;
    case '-':
      return (left - right) | 0;
    case '*':
      return Math.imul(left, right);
    case '&':
      return left & right;
    case '|':
      return left | right;
    case '^':
      return left ^ right;
    case '<<':
      return left << right;
    case '>>':
      return left >> right;
    case '==':
      return Number(left === right);
    case '!=':
      return Number(left !== right);
    case '<':
      return Number(left < right);
    case '<=':
      return Number(left <= right);
    case '>':
      return Number(left > right);
    case '>=':
      return Number(left >= right);
    case '&&':
      return Number(left !== 0 && right !== 0);
    case '||':
      return Number(left !== 0 || right !== 0);
    default:
      return assertNever(op);
  }
}
