/** Turns replayed states into the trace that a person reads: what each step changed. */

import type { Model, ThreadIndex, Transition } from '../model/types.ts';
import type { PlainState } from './interpreter.ts';
import { cellName, formatHolders, formatValue, lockName } from './names.ts';
import { isLocalOnly } from './steps.ts';
import type { Change, TraceStep } from './types.ts';

export interface StepTaken {
  readonly thread: ThreadIndex;
  readonly transition: Transition;
  readonly before: PlainState;
  readonly after: PlainState;
  readonly staleReads: readonly string[];
}

export function traceStep(model: Model, step: StepTaken): TraceStep {
  return {
    thread: step.thread,
    threadName: model.threads[step.thread]!.name,
    origin: step.transition.origin,
    changes: [...cellChanges(model, step), ...lockChanges(model, step), ...localChanges(model, step)],
    touchesShared: !isLocalOnly(step.transition.steps, true),
    isAssignment: isAssignment(step.transition),
    staleReads: step.staleReads,
  };
}

/** Only sets locals; conditions, choices and shared accesses are something else. */
function isAssignment({ steps }: Transition): boolean {
  return steps.length > 0 && steps.every((step) => step.kind === 'assign');
}

function cellChanges(model: Model, { before, after }: StepTaken): readonly Change[] {
  return model.cells.flatMap((cell, id) =>
    after.cells[id]!.flatMap((to, index) => {
      const from = before.cells[id]![index]!;
      if (from === to) return [];
      return [{ what: cellName(model, id, index), from: formatValue(cell.format, from), to: formatValue(cell.format, to) }];
    }));
}

function lockChanges(model: Model, { before, after }: StepTaken): readonly Change[] {
  return model.locks.flatMap((_, id) =>
    after.locks[id]!.flatMap((holders, index) => {
      const old = before.locks[id]![index]!;
      const from = formatHolders(old.exclusive, old.shared);
      const to = formatHolders(holders.exclusive, holders.shared);
      return from === to ? [] : [{ what: lockName(model, id, index), from, to }];
    }));
}

function localChanges(model: Model, { thread, before, after }: StepTaken): readonly Change[] {
  return model.threads[thread]!.program.locals.flatMap((local, id) => {
    const from = before.locals[thread]![id]!;
    const to = after.locals[thread]![id]!;
    return from === to ? [] : [{ what: local.name, from: formatValue(local.format, from), to: formatValue(local.format, to) }];
  });
}
