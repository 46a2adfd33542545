/** Which loads a lock keeps from returning an old value: `x` is loaded by one thread and stored to by another. */

import { describe, expect, it } from 'vitest';
import { ProgramBuilder } from '../../../server/src/model/programBuilder.ts';
import type { LockMode, Model, Step, Value } from '../../../server/src/model/types.ts';
import { and, cell, constant, local, not } from '../../../server/src/model/values.ts';
import { search } from '../../../server/src/simulator/search.ts';
import { coveredLoads } from '../../../server/src/simulator/weak/lockCover.ts';
import { atEnd, options, toyCell, toyLock, toyModel } from './support.ts';

const one = local(0);
const other = local(1);
const taken = local(2);

const lock = (index: Value = constant(0), mode: LockMode = 'exclusive'): Step => ({ kind: 'acquire', lock: { lock: 0, index }, mode });
const unlock = (index: Value = constant(0)): Step => ({ kind: 'release', lock: { lock: 0, index } });
const tryLock: Step = { kind: 'tryAcquire', lock: { lock: 0, index: constant(0) }, mode: 'exclusive', to: 2 };
const load = (index: Value = constant(0)): Step => ({ kind: 'load', to: 3, from: { cell: 0, index }, order: 'relaxed' });
const store = (index: Value = constant(0)): Step => ({ kind: 'store', to: { cell: 0, index }, value: constant(1), order: 'relaxed' });
const set = (to: number, value: Value): Step => ({ kind: 'assign', to, value });
const assume = (condition: Value): Step => ({ kind: 'assume', condition });

function builder(): ProgramBuilder {
  const b = new ProgramBuilder('toy');
  for (const name of ['one', 'other', 'taken', 'read']) b.local(name, { max: 1 });
  return b;
}

function modelOf(...threads: readonly (readonly Step[])[]): Model {
  const programs = threads.map((steps) => {
    const b = builder();
    for (const step of steps) b.step(step.kind, step);
    return b.build();
  });
  return toyModel(programs, { cells: [toyCell('x', 1, { length: 2, initial: [0, 0], elementName: (index) => `x ${index}` })], locks: [toyLock('lock', 2)] });
}

function isCovered(reader: readonly Step[], ...writers: readonly (readonly Step[])[]): boolean {
  const model = modelOf(reader, ...writers);
  const loads = model.threads[0]!.program.transitions.flatMap(({ steps }) => steps).filter((step) => step.kind === 'load');
  expect(loads).toHaveLength(1);
  return coveredLoads(model).has(loads[0]!);
}

describe('a load is covered', () => {
  const writer = [lock(), store(), unlock()];

  it.each([
    ['under the lock that every store takes', [lock(), load(), unlock()], [writer]],
    ['under that lock shared', [lock(constant(0), 'shared'), load(), unlock()], [writer]],
    ['where nobody else stores', [lock(), load(), unlock(), store()], [[lock(), unlock()]]],
    ['where the try for it came out well', [tryLock, assume(taken), load(), unlock()], [writer]],
    ['where elements go by the same index', [set(0, constant(1)), lock(one), load(one), unlock(one)], [[set(0, constant(1)), lock(one), store(one), unlock(one)]]],
    ['through a copy of the index', [lock(one), set(1, one), load(other), unlock(other)], [[lock(one), store(one), unlock(one)]]],
    ['after another element was let go', [lock(constant(0)), lock(one), unlock(one), load(), unlock()], [writer]],
  ])('%s', (_, reader, writers) => {
    expect(isCovered(reader, ...writers)).toBe(true);
  });

  it.each([
    ['without the lock', [load()], [writer]],
    ['after the unlock', [lock(), unlock(), load()], [writer]],
    ['where a store takes no lock', [lock(), load(), unlock()], [writer, [store()]]],
    ['where a store takes it shared only', [lock(), load(), unlock()], [[lock(constant(0), 'shared'), store(), unlock()]]],
    ['where a store takes another element', [lock(), load(), unlock()], [[lock(constant(1)), store(), unlock(constant(1))]]],
    ['where it is another element that is loaded', [lock(one), load(other), unlock(one)], [[lock(one), store(one), unlock(one)]]],
    ['where the index changed since', [lock(one), set(0, constant(1)), load(one)], [[lock(one), store(one), unlock(one)]]],
    ['where nobody asked how the try came out', [tryLock, load()], [writer]],
    ['where the try failed', [tryLock, assume(not(taken)), load()], [writer]],
    ['where the answer was overwritten', [tryLock, set(2, constant(1)), assume(taken), load()], [writer]],
    ['after the unlock by a copy of the index', [lock(one), set(1, one), unlock(other), load(one)], [[lock(one), store(one), unlock(one)]]],
    ['after an unlock of who knows which', [lock(one), unlock(other), load(one)], [[lock(one), store(one), unlock(one)]]],
  ])('but not %s', (_, reader, writers) => {
    expect(isCovered(reader, ...writers)).toBe(false);
  });

  it('but not where only one way to it takes the lock', () => {
    const b = builder();
    b.when('branch', one, () => b.step('lock', lock()), () => b.step('nothing', set(1, constant(0))));
    b.step('load', load());
    const model = modelOf([load()], [lock(), store(), unlock()]);
    const read = { ...model, threads: [{ ...model.threads[0]!, program: b.build() }, model.threads[1]!] };
    expect([...coveredLoads(read)]).toEqual([]);
  });
});

it('a load without the lock may return an old value, one under the lock may not', () => {
  const through = { cell: 2 };
  const isThrough: Step = { kind: 'load', to: 2, from: through, order: 'relaxed' };
  /** The reader tells whether it saw that the writer was through and read the old x all the same. */
  const tell: Step = { kind: 'store', to: { cell: 1 }, value: and(taken, not(local(3))), order: 'relaxed' };
  const verdict = (...reader: readonly Step[]): string => {
    const model = modelOf([...reader, tell], [lock(), store(), unlock(), { kind: 'store', to: through, value: constant(1), order: 'relaxed' }]);
    const cells = [...model.cells, toyCell('told', 1, { isRacy: false }), toyCell('through', 1)];
    return search({ ...model, cells, properties: [atEnd('Q', not(cell({ cell: 1 })))] }, { ...options, memory: 'weak' }).verdict;
  };
  expect(verdict(isThrough, load())).toBe('violated');
  expect(verdict(isThrough, lock(), load(), unlock())).toBe('holds');
});
