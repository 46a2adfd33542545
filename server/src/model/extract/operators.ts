/**
 * Operators on meanings: arithmetic with what is followed, comparisons of addresses and constants,
 * sizes in whole pages, tests of vma flags. What is not followed keeps a key where it has one.
 */

import { assertNever } from '../../base/assert.ts';
import { ordinaryVmaFlags, sharedFlags } from '../../ops/vocabulary/fields.ts';
import type { BinaryOperator } from '../../syntax/ast.ts';
import type { Value } from '../types.ts';
import { binary, constant } from '../values.ts';
import { constantMeaning, isSize, type Context } from './context.ts';
import { settledResult, withBits } from './partly.ts';
import { unknown, type Meaning } from './types.ts';

/** Whatever is compared with a size stands for the faulting offset. */
const faultIndex = constant(0);

export function evaluateBinary(op: BinaryOperator, left: Meaning, right: Meaning, context: Context): Meaning {
  const flags = flagTest(op, left, right, context) ?? flagTest(op, right, left, context);
  if (flags) return flags;
  if (isSizeMeaning(left) || isSizeMeaning(right)) return sizeArithmetic(op, left, right);
  if (left.kind === 'value' && right.kind === 'value') return valueArithmetic(op, left, right);
  if (left.kind === 'partly' && right.kind === 'partly' && op === '|') return withBits(left, right, context);
  if (left.kind === 'partly' && right.kind === 'value') return partlyArithmetic(op, left, right.value, context);
  if (right.kind === 'partly' && left.kind === 'value') return partlyArithmetic(mirrored[op] ?? op, right, left.value, context);
  if (left.kind === 'place' || right.kind === 'place' || left.kind === 'lock' || right.kind === 'lock') return addressComparison(op, left, right);
  return unknownArithmetic(op, left, right);
}

function valueArithmetic(op: BinaryOperator, left: Meaning & { kind: 'value' }, right: Meaning & { kind: 'value' }): Meaning {
  if (op === '/' || op === '%') return unknown;
  if ((op === '==' || op === '!=') && isGuessOfOther(left, right)) return unknown;
  if (left.cls.kind === 'opaque' && right.cls.kind === 'opaque') return unknown;
  return constantMeaning(binary(op, left.value, right.value));
}

/** Whether an object that is guessed is one that is known; what a page belongs to is taken to be told by the comparison. */
function isGuessOfOther(left: Meaning & { kind: 'value' }, right: Meaning & { kind: 'value' }): boolean {
  if (left.cls.kind !== 'object' || right.cls.kind !== 'object') return false;
  return [left.cls.from, right.cls.from].includes('guess') && ![left.cls.from, right.cls.from].includes('page');
}

/** `a < b` as what b is to a. */
const mirrored: Readonly<Partial<Record<BinaryOperator, BinaryOperator>>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** Comparisons and masks of a result that some ways leave unfollowed; other arithmetic with it is not followed. */
function partlyArithmetic(op: BinaryOperator, partly: Meaning & { kind: 'partly' }, other: Value, context: Context): Meaning {
  switch (op) {
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return settledResult(partly, (value) => binary(op, value, other), 1, context);
    case '&':
      return other.kind === 'const' ? settledResult(partly, (value) => binary(op, value, other), other.value, context) : unknown;
    case '|':
      return withBits(partly, other, context);
    default:
      return unknown;
  }
}

function addressComparison(op: BinaryOperator, left: Meaning, right: Meaning): Meaning {
  const isNull = (meaning: Meaning): boolean => meaning.kind === 'value' && meaning.value.kind === 'const' && meaning.value.value === 0;
  if (op === '==' && (isNull(left) || isNull(right))) return constantMeaning(constant(0));
  if (op === '!=' && (isNull(left) || isNull(right))) return constantMeaning(constant(1));
  return unknown;
}

function unknownArithmetic(op: BinaryOperator, left: Meaning, right: Meaning): Meaning {
  const [leftKey, rightKey] = [keyOf(left), keyOf(right)];
  if (leftKey !== undefined && rightKey !== undefined && constantName.test(leftKey) && constantName.test(rightKey)) {
    // Two names of constants: the same one, or two that differ.
    if (op === '==') return constantMeaning(constant(Number(leftKey === rightKey)));
    if (op === '!=') return constantMeaning(constant(Number(leftKey !== rightKey)));
  }
  return leftKey === undefined || rightKey === undefined ? unknown : { kind: 'unknown', key: `(${leftKey}${op}${rightKey})` };
}

/** Macros and enumerators whose value is not known here. */
const constantName = /^[A-Z][A-Z0-9_]*$/;

function keyOf(meaning: Meaning): string | undefined {
  if (meaning.kind === 'unknown') return meaning.key;
  if (meaning.kind === 'vmFlags') return 'vma.vm_flags';
  return meaning.kind === 'value' && meaning.value.kind === 'const' ? String(meaning.value.value) : undefined;
}

function isSizeMeaning(meaning: Meaning): meaning is Meaning & { kind: 'value' } {
  return meaning.kind === 'value' && isSize(meaning.cls);
}

/**
 * Arithmetic with i_size. Sizes are whole pages in the model, so that rounding up and shifting by
 * the page size leave them as they are; whatever a size is compared with is the faulting offset.
 */
function sizeArithmetic(op: BinaryOperator, left: Meaning, right: Meaning): Meaning {
  switch (op) {
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '==':
    case '!=':
      return constantMeaning(binary(op, sizeOperand(left), sizeOperand(right)));
    case '+':
      return withRounding(isSizeMeaning(left) ? left : right);
    case '-':
      return subtract(left, right);
    case '>>':
    case '<<':
    case '/':
      return isSizeMeaning(left) ? rounded(left) : unknown;
    case '&':
      return unknown;
    case '*':
    case '%':
    case '|':
    case '^':
      return unknown;
    default:
      return assertNever(op);
  }
}

function sizeOperand(meaning: Meaning): Value {
  return meaning.kind === 'value' ? meaning.value : faultIndex;
}

function withRounding(meaning: Meaning): Meaning {
  return isSizeMeaning(meaning) ? { ...meaning, cls: { kind: 'scalar', unit: 'size', isRounded: true } } : meaning;
}

/** The rounding is done: what follows is arithmetic with the number of pages. */
function rounded(meaning: Meaning & { kind: 'value' }): Meaning {
  return { ...meaning, cls: { kind: 'scalar', unit: 'size' } };
}

function subtract(left: Meaning, right: Meaning): Meaning {
  if (!isSizeMeaning(left)) return unknown;
  const isRounding = left.cls.kind === 'scalar' && left.cls.isRounded === true;
  if (isRounding || right.kind !== 'value' || right.value.kind !== 'const') return rounded(left);
  return { ...left, value: binary('-', left.value, right.value) };
}

/** `vma->vm_flags & MASK`: known where the scenario decides every bit of the mask. */
function flagTest(op: BinaryOperator, flags: Meaning, other: Meaning, context: Context): Meaning | undefined {
  if (flags.kind !== 'vmFlags') return undefined;
  if (op !== '&' || other.kind !== 'value' || other.value.kind !== 'const') return unknownArithmetic(op, flags, other);
  const bits = (names: readonly string[]): number =>
    names.reduce((mask, name) => mask | (context.options.lookup.constant(name, '') ?? vmBit(name)), 0);
  const shared = bits(sharedFlags);
  const ordinary = bits(ordinaryVmaFlags);
  const mask = other.value.value;
  if ((mask & ~(shared | ordinary)) !== 0) return unknownArithmetic(op, flags, other);
  const set = ordinary | (context.options.sharing === 'shared' ? shared : 0);
  return constantMeaning(constant(mask & set));
}

function vmBit(name: string): number {
  const known: Readonly<Record<string, number>> = { VM_READ: 1, VM_WRITE: 2, VM_SHARED: 8, VM_MAYREAD: 16, VM_MAYWRITE: 32, VM_MAYSHARE: 128 };
  return known[name] ?? 0;
}
