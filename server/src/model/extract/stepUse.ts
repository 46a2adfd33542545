/** Which locals steps read and write, and rewriting of locals and values inside steps. */

import type { CellRef, LocalId, LockRef, Step, Value } from '../types.ts';

export function readsOfValue(value: Value, into: Set<LocalId>): void {
  switch (value.kind) {
    case 'local':
      into.add(value.local);
      return;
    case 'unary':
      return readsOfValue(value.operand, into);
    case 'binary':
      readsOfValue(value.left, into);
      return readsOfValue(value.right, into);
    case 'cell':
      return readsOfRef(value.ref, into);
    case 'held':
      return readsOfRef(value.lock, into);
    case 'const':
    case 'done':
    case 'self':
  }
}

function readsOfRef(ref: CellRef | LockRef, into: Set<LocalId>): void {
  if (ref.index) readsOfValue(ref.index, into);
}

/** Locals that a step reads itself; not those of an `if`'s arms. */
export function readsOfStep(step: Step, into: Set<LocalId>): void {
  switch (step.kind) {
    case 'assign':
      return readsOfValue(step.value, into);
    case 'load':
      return readsOfRef(step.from, into);
    case 'store':
      readsOfRef(step.to, into);
      return readsOfValue(step.value, into);
    case 'update':
      readsOfRef(step.cell, into);
      return readsOfValue(step.value, into);
    case 'assume':
    case 'check':
    case 'if':
      return readsOfValue(step.condition, into);
    case 'acquire':
    case 'tryAcquire':
    case 'release':
      return readsOfRef(step.lock, into);
    case 'choose':
    case 'fence':
  }
}

/** The local that a step writes, if any. */
export function writeOfStep(step: Step): LocalId | undefined {
  switch (step.kind) {
    case 'assign':
    case 'load':
    case 'choose':
    case 'tryAcquire':
      return step.to;
    case 'update':
      return step.result;
    default:
      return undefined;
  }
}

/** Every local mentioned in steps, reads and writes. */
export function localsOf(steps: readonly Step[], into: Set<LocalId>): void {
  for (const step of steps) {
    readsOfStep(step, into);
    const written = writeOfStep(step);
    if (written !== undefined) into.add(written);
    if (step.kind === 'if') {
      localsOf(step.then, into);
      localsOf(step.otherwise, into);
    }
  }
}

/** Live locals before the steps, given those live after; `live` is changed in place. */
export function liveBefore(steps: readonly Step[], live: Set<LocalId>): void {
  for (let index = steps.length - 1; index >= 0; index--) {
    const step = steps[index]!;
    if (step.kind === 'if') {
      const otherwise = new Set(live);
      liveBefore(step.otherwise, otherwise);
      liveBefore(step.then, live);
      for (const id of otherwise) live.add(id);
    } else {
      const written = writeOfStep(step);
      if (written !== undefined) live.delete(written);
    }
    readsOfStep(step, live);
  }
}

export function renameLocals(steps: readonly Step[], rename: (id: LocalId) => LocalId): Step[] {
  return steps.map((step) => renameStep(step, rename));
}

function renameStep(step: Step, rename: (id: LocalId) => LocalId): Step {
  const value = (each: Value): Value => renameValue(each, rename);
  const lock = (each: LockRef): LockRef => (each.index ? { ...each, index: value(each.index) } : each);
  const cell = (each: CellRef): CellRef => (each.index ? { ...each, index: value(each.index) } : each);
  switch (step.kind) {
    case 'assign':
      return { ...step, to: rename(step.to), value: value(step.value) };
    case 'load':
      return { ...step, to: rename(step.to), from: cell(step.from) };
    case 'store':
      return { ...step, to: cell(step.to), value: value(step.value) };
    case 'update':
      return { ...step, cell: cell(step.cell), value: value(step.value), ...(step.result === undefined ? {} : { result: rename(step.result) }) };
    case 'assume':
      return { ...step, condition: value(step.condition) };
    case 'check':
      return { ...step, condition: value(step.condition) };
    case 'choose':
      return { ...step, to: rename(step.to) };
    case 'acquire':
    case 'release':
      return { ...step, lock: lock(step.lock) };
    case 'tryAcquire':
      return { ...step, lock: lock(step.lock), to: rename(step.to) };
    case 'if':
      return { ...step, condition: value(step.condition), then: renameLocals(step.then, rename), otherwise: renameLocals(step.otherwise, rename) };
    case 'fence':
      return step;
  }
}

function renameValue(value: Value, rename: (id: LocalId) => LocalId): Value {
  switch (value.kind) {
    case 'local':
      return { kind: 'local', local: rename(value.local) };
    case 'unary':
      return { ...value, operand: renameValue(value.operand, rename) };
    case 'binary':
      return { ...value, left: renameValue(value.left, rename), right: renameValue(value.right, rename) };
    case 'cell':
      return value.ref.index ? { kind: 'cell', ref: { ...value.ref, index: renameValue(value.ref.index, rename) } } : value;
    case 'held':
      return value.lock.index ? { ...value, lock: { ...value.lock, index: renameValue(value.lock.index, rename) } } : value;
    case 'const':
    case 'done':
    case 'self':
      return value;
  }
}
