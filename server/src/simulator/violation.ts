/** Makes a violation for a person out of the search's finding, once it has been replayed. */

import type { Model, Property, Value } from '../model/types.ts';
import { evaluateIndex } from './evaluate.ts';
import { holdsIn, isFinished, type PlainState } from './interpreter.ts';
import { knownProperty } from './invariants/catalogue.ts';
import { cellName, formatHolders, formatValue, lockName, threadName } from './names.ts';
import type { Ending, Path, Replayed } from './replay.ts';
import { walkValue } from './steps.ts';
import type { TraceStep, Violation } from './types.ts';
import { describeWaits } from './waiting.ts';

export function describeViolation(model: Model, path: Path, ending: Ending, { trace: replayed, last, failure }: Replayed): Violation {
  const trace = ending.kind === 'property' && ending.property.when.kind === 'always' ? withoutLocalTail(replayed) : replayed;
  const start = model.initialStates[path.start]!.description;
  switch (ending.kind) {
    case 'property':
      return { property: ending.property, message: failureMessage(model, last, ending.property), start, trace };
    case 'failure': {
      const message = failure?.message ?? '';
      const property = model.properties.find((each) => each.id === ending.property) ?? knownProperty(ending.property, message);
      return { property, message, start, trace };
    }
    case 'deadlock':
      return { property: knownProperty('I21', ''), message: `deadlock; ${describeWaits(model, last)}`, start, trace };
    case 'endless':
      return { property: knownProperty('I23', ''), message: `endless; ${describeLoop(model, path.transitions.slice(-ending.around))}`, start, trace };
  }
}

/** Which threads go around, and through which of their steps. */
function describeLoop(model: Model, transitions: Path['transitions']): string {
  const threads = [...new Set(transitions.map(({ thread }) => thread))].sort((a, b) => a - b);
  const loops = threads.map((thread) => {
    const parts = transitions.filter((each) => each.thread === thread).flatMap((each) => each.parts);
    const origin = model.threads[thread]!.program.transitions[parts[0]!]!.origin;
    const where = origin.place ? ` (${origin.place.function}, line ${origin.place.line})` : '';
    return `${threadName(model, thread)} comes back to "${origin.text}"${where} every ${parts.length} steps`;
  });
  return loops.join('; ');
}

/** Steps on a thread's own locals, run together with the step that violates the property, add nothing. */
function withoutLocalTail(trace: readonly TraceStep[]): readonly TraceStep[] {
  return trace.slice(0, trace.findLastIndex((step) => step.touchesShared) + 1);
}

/** The explanation's first clause, and the values that show it. */
function failureMessage(model: Model, state: PlainState, property: Property): string {
  const [clause] = property.explanation.split(': ');
  const facts = failedParts(model, state, property.condition);
  return facts === '' ? clause! : `${clause!.replace(/\.$/, '')}; ${facts}`;
}

/** Which conjuncts fail, by the values they read: `pte: page 1, page 1 mapping: NULL`. */
function failedParts(model: Model, state: PlainState, condition: Value): string {
  const failed = conjuncts(condition).filter((part) => !holdsIn(model, state, part));
  const facts = failed.slice(0, 1).flatMap((part) => factsRead(model, state, part));
  return [...new Set(facts)].join(', ');
}

function conjuncts(condition: Value): readonly Value[] {
  if (condition.kind !== 'binary' || condition.op !== '&&') return [condition];
  return [...conjuncts(condition.left), ...conjuncts(condition.right)];
}

function factsRead(model: Model, state: PlainState, condition: Value): readonly string[] {
  const facts: string[] = [];
  const around = {
    local: () => 0,
    cell: (cell: number, index: number) => state.cells[cell]![index] ?? 0,
    held: () => false,
    done: (thread: number) => isFinished(model, state, thread),
    self: () => 0,
  };
  walkValue(condition, (part) => {
    if (part.kind === 'cell') {
      const index = evaluateIndex(part.ref, around);
      const value = around.cell(part.ref.cell, index);
      facts.push(`${cellName(model, part.ref.cell, index)}: ${formatValue(model.cells[part.ref.cell]!.format, value)}`);
    }
    if (part.kind === 'held') {
      const index = evaluateIndex(part.lock, around);
      const holders = state.locks[part.lock.lock]![index]!;
      facts.push(`${lockName(model, part.lock.lock, index)}: ${formatHolders(holders.exclusive, holders.shared)}`);
    }
  });
  return facts;
}
