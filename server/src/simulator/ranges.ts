/**
 * Interval analysis of values: the inclusive range that a value certainly lies in. It lets the
 * compiler leave out range checks; it may be too wide, never too narrow.
 */

import { assertNever } from '../base/assert.ts';
import type { Cell, Local, Value, ValueOperator } from '../model/types.ts';

export interface Range {
  readonly min: number;
  readonly max: number;
}

const anything: Range = { min: -(2 ** 31), max: 2 ** 31 - 1 };
const flag: Range = { min: 0, max: 1 };

export function rangeOf(value: Value, locals: readonly Local[], cells: readonly Cell[]): Range {
  switch (value.kind) {
    case 'const':
      return { min: value.value, max: value.value };
    case 'local':
      return locals[value.local] ?? anything;
    case 'cell':
      return cells[value.ref.cell] ?? anything;
    case 'held':
    case 'done':
      return flag;
    case 'self':
      return { min: 0, max: 31 };
    case 'unary': {
      if (value.op === '!') return flag;
      const { min, max } = rangeOf(value.operand, locals, cells);
      return value.op === '-' ? fit({ min: -max, max: -min }) : fit({ min: ~max, max: ~min });
    }
    case 'binary':
      return combine(value.op, rangeOf(value.left, locals, cells), rangeOf(value.right, locals, cells));
    default:
      return assertNever(value);
  }
}

export function isWithin(inner: Range, outer: Range): boolean {
  return inner.min >= outer.min && inner.max <= outer.max;
}

function combine(op: ValueOperator, left: Range, right: Range): Range {
  switch (op) {
    case '+':
      return fit({ min: left.min + right.min, max: left.max + right.max });
    case '-':
      return fit({ min: left.min - right.max, max: left.max - right.min });
    case '>>':
      return isShift(left, right) ? { min: left.min >> right.max, max: left.max >> right.min } : anything;
    case '<<':
      return isShift(left, right) ? fit({ min: left.min * 2 ** right.min, max: left.max * 2 ** right.max }) : anything;
    case '&':
      return isPositive(left) || isPositive(right) ? { min: 0, max: smallestMax(left, right) } : anything;
    case '|':
    case '^':
      return isPositive(left) && isPositive(right) ? { min: 0, max: allOnes(Math.max(left.max, right.max)) } : anything;
    case '*':
      return isPositive(left) && isPositive(right) ? fit({ min: left.min * right.min, max: left.max * right.max }) : anything;
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '&&':
    case '||':
      return flag;
    default:
      return assertNever(op);
  }
}

function fit(range: Range): Range {
  return isWithin(range, anything) ? range : anything;
}

function isPositive(range: Range): boolean {
  return range.min >= 0;
}

function isShift(left: Range, right: Range): boolean {
  return isPositive(left) && right.min >= 0 && right.max < 31;
}

function smallestMax(left: Range, right: Range): number {
  return Math.min(isPositive(left) ? left.max : anything.max, isPositive(right) ? right.max : anything.max);
}

/** The least 2^k - 1 that is not below `value`. */
function allOnes(value: number): number {
  return value === 0 ? 0 : 2 ** (32 - Math.clz32(value)) - 1;
}
