/** Walks over steps and values: which locals, cells and locks they touch. */

import { assertNever } from '../base/assert.ts';
import type { CellRef, LocalId, LockRef, Step, Value } from '../model/types.ts';

/** Calls `visit` for the value and all its parts, including index expressions. */
export function walkValue(value: Value, visit: (value: Value) => void): void {
  visit(value);
  switch (value.kind) {
    case 'const':
    case 'local':
    case 'done':
    case 'self':
      return;
    case 'unary':
      walkValue(value.operand, visit);
      return;
    case 'binary':
      walkValue(value.left, visit);
      walkValue(value.right, visit);
      return;
    case 'cell':
      if (value.ref.index) walkValue(value.ref.index, visit);
      return;
    case 'held':
      if (value.lock.index) walkValue(value.lock.index, visit);
      return;
    default:
      assertNever(value);
  }
}

/** Calls `visit` for each step, those inside `if` included. */
export function walkSteps(steps: readonly Step[], visit: (step: Step) => void): void {
  for (const step of steps) {
    visit(step);
    if (step.kind === 'if') {
      walkSteps(step.then, visit);
      walkSteps(step.otherwise, visit);
    }
  }
}

/** The values that a step reads, index expressions included; not those of steps inside an `if`. */
export function valuesOf(step: Step): readonly Value[] {
  const index = (ref: CellRef | LockRef): readonly Value[] => (ref.index ? [ref.index] : []);
  switch (step.kind) {
    case 'assign':
      return [step.value];
    case 'load':
      return index(step.from);
    case 'store':
      return [step.value, ...index(step.to)];
    case 'update':
      return [step.value, ...index(step.cell)];
    case 'assume':
    case 'check':
    case 'if':
      return [step.condition];
    case 'choose':
    case 'fence':
      return [];
    case 'acquire':
    case 'tryAcquire':
    case 'release':
      return index(step.lock);
    default:
      return assertNever(step);
  }
}

/** The local that a step sets. */
export function localSet(step: Step): LocalId | undefined {
  switch (step.kind) {
    case 'assign':
    case 'load':
    case 'choose':
    case 'tryAcquire':
      return step.to;
    case 'update':
      return step.result;
    case 'store':
    case 'assume':
    case 'acquire':
    case 'release':
    case 'fence':
    case 'check':
    case 'if':
      return undefined;
    default:
      return assertNever(step);
  }
}

export function localsRead(value: Value): readonly LocalId[] {
  const found: LocalId[] = [];
  walkValue(value, (part) => {
    if (part.kind === 'local') found.push(part.local);
  });
  return found;
}

/** True when the steps neither read nor write anything but the thread's own locals; a fence does where it has no effect. */
export function isLocalOnly(steps: readonly Step[], haveFencesEffect: boolean): boolean {
  let isLocal = true;
  walkSteps(steps, (step) => {
    const isAllowed = step.kind === 'assign' || step.kind === 'assume' || step.kind === 'choose' || step.kind === 'check' || step.kind === 'if';
    if (step.kind === 'fence' && !haveFencesEffect) return;
    if (!isAllowed || !valuesOf(step).every(isLocalValue)) isLocal = false;
  });
  return isLocal;
}

function isLocalValue(value: Value): boolean {
  let isLocal = true;
  walkValue(value, (part) => {
    if (part.kind === 'cell' || part.kind === 'held' || part.kind === 'done') isLocal = false;
  });
  return isLocal;
}
