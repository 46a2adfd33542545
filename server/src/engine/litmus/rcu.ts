/**
 * RCU in the model language: a grace period notes which threads are inside a read-side critical
 * section when it begins and ends when each of them has left it. What becomes visible by that is
 * up to the memory model, through four fences.
 */

import { binary, cell, constant, equal, local, not, sum } from '../../model/values.ts';
import type { CellRef, Step, ThreadIndex, Value } from '../../model/types.ts';
import type { Emitter } from './expressions.ts';
import { rcuCells, type Variables } from './variables.ts';

/** The register that counts how deep the thread is inside critical sections. */
export const nestingRegister = '#nesting';

export function compileReaderEdge(to: Emitter, edge: 'readLock' | 'readUnlock'): void {
  const nesting = to.register(nestingRegister);
  const [outermost, step] = edge === 'readLock' ? [0, 1] : [1, -1];
  const isOutermost = equal(local(nesting), constant(outermost));
  to.emit([
    { kind: 'if', condition: isOutermost, then: edge === 'readLock' ? enter(to.variables, to.thread) : leave(to.variables, to.thread), otherwise: [] },
    { kind: 'assign', to: nesting, value: binary('+', local(nesting), constant(step)) },
  ]);
}

export function compileGracePeriod(to: Emitter): void {
  const { variables, thread } = to;
  const waited = waitedFor(variables, thread);
  const readers = sum(threads(variables).map((reader) => binary('<<', cell(insideOf(variables, reader)), constant(reader))));
  to.emit([{ kind: 'fence', order: 'full' }, { kind: 'fence', order: 'graceStart' }, set(waited, readers)]);
  to.emit([{ kind: 'assume', condition: not(cell(waited)) }, { kind: 'fence', order: 'graceEnd' }, { kind: 'fence', order: 'full' }]);
}

function enter(variables: Variables, thread: ThreadIndex): readonly Step[] {
  return [{ kind: 'fence', order: 'readerStart' }, set(insideOf(variables, thread), constant(1))];
}

function leave(variables: Variables, thread: ThreadIndex): readonly Step[] {
  const others = threads(variables).map((updater): Step => {
    const ref = waitedFor(variables, updater);
    return set(ref, binary('&', cell(ref), constant(~(1 << thread))));
  });
  return [{ kind: 'fence', order: 'readerEnd' }, set(insideOf(variables, thread), constant(0)), ...others];
}

function set(ref: CellRef, value: Value): Step {
  return { kind: 'store', to: ref, value, order: 'relaxed' };
}

function threads({ threadCount }: Variables): readonly ThreadIndex[] {
  return Array.from({ length: threadCount }, (_, thread) => thread);
}

/** 1 while the thread is inside a critical section. */
function insideOf(variables: Variables, thread: ThreadIndex): CellRef {
  return { cell: rcuCells(variables).inside, index: constant(thread) };
}

/** The set of readers that the thread's grace period still waits for. */
function waitedFor(variables: Variables, thread: ThreadIndex): CellRef {
  return { cell: rcuCells(variables).waited, index: constant(thread) };
}
