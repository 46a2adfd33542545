/** Evaluates values directly, for the interpreter and for analyses; the search compiles them instead. */

import { assertNever } from '../base/assert.ts';
import type { CellRef, LocalId, LockRef, ThreadIndex, Value } from '../model/types.ts';
import { applyBinary, applyUnary } from '../model/values.ts';

/** What a value may ask for. Indices are evaluated already. */
export interface Surroundings {
  readonly local: (local: LocalId) => number;
  readonly cell: (cell: number, index: number) => number;
  readonly held: (lock: number, index: number, by: ThreadIndex | 'self' | 'anyone') => boolean;
  readonly done: (thread: ThreadIndex) => boolean;
  readonly self: () => ThreadIndex;
}

/** `&&` and `||` short-circuit, so that an index on their right need only be valid when it is reached. */
export function evaluate(value: Value, around: Surroundings): number {
  switch (value.kind) {
    case 'const':
      return value.value;
    case 'local':
      return around.local(value.local);
    case 'unary':
      return applyUnary(value.op, evaluate(value.operand, around));
    case 'binary': {
      const left = evaluate(value.left, around);
      if (value.op === '&&' && left === 0) return 0;
      if (value.op === '||' && left !== 0) return 1;
      return applyBinary(value.op, left, evaluate(value.right, around));
    }
    case 'cell':
      return around.cell(value.ref.cell, evaluateIndex(value.ref, around));
    case 'held':
      return Number(around.held(value.lock.lock, evaluateIndex(value.lock, around), value.by));
    case 'done':
      return Number(around.done(value.thread));
    case 'self':
      return around.self();
    default:
      return assertNever(value);
  }
}

export function evaluateIndex(ref: CellRef | LockRef, around: Surroundings): number {
  return ref.index ? evaluate(ref.index, around) : 0;
}
