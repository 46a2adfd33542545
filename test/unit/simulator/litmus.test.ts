import { describe, expect, it } from 'vitest';
import { ProgramBuilder } from '../../../server/src/model/programBuilder.ts';
import type { Model, Step, Value } from '../../../server/src/model/types.ts';
import { and, binary, cell, constant, equal, not } from '../../../server/src/model/values.ts';
import { search } from '../../../server/src/simulator/search.ts';
import { always, atEnd, noReductions, options, toyCell, toyLock, toyModel } from './support.ts';

/** One thread of a litmus test, a word an action: `Wx=1 wmb Rx->0 mb lock unlock`; `Rx->0` stores what it read in result 0. */
function thread(text: string) {
  const b = new ProgramBuilder(text);
  const seen = b.local('seen', { max: 3 });
  for (const word of text.split(' ')) b.step(word, ...steps(word, seen));
  return b.build();
}

const letters = ['x', 'y', 'z'];

function steps(word: string, seen: number): readonly Step[] {
  const write = /^W(\w)=(\d)(rel)?$/.exec(word);
  if (write) return [{ kind: 'store', to: { cell: letters.indexOf(write[1]!) }, value: constant(Number(write[2])), order: write[3] ? 'release' : 'relaxed' }];
  const read = /^R(\w)->(\d)(acq)?$/.exec(word);
  if (read) {
    const result: Step = { kind: 'store', to: { cell: 3, index: constant(Number(read[2])) }, value: { kind: 'local', local: seen }, order: 'relaxed' };
    return [{ kind: 'load', to: seen, from: { cell: letters.indexOf(read[1]!) }, order: read[3] ? 'acquire' : 'relaxed' }, result];
  }
  const add = /^A(\w)(full)?$/.exec(word);
  if (add) {
    const ref = { cell: letters.indexOf(add[1]!) };
    return [{ kind: 'update', cell: ref, value: binary('+', cell(ref), constant(1)), order: add[2] ? 'full' : 'relaxed' }];
  }
  switch (word) {
    case 'rmb':
      return [{ kind: 'fence', order: 'read' }];
    case 'wmb':
      return [{ kind: 'fence', order: 'write' }];
    case 'mb':
      return [{ kind: 'fence', order: 'full' }];
    case 'lock':
      return [{ kind: 'acquire', lock: { lock: 0 }, mode: 'exclusive' }];
    case 'unlock':
      return [{ kind: 'release', lock: { lock: 0 } }];
    default:
      throw new Error(`no action ${word}`);
  }
}

function result(at: number): Value {
  return cell({ cell: 3, index: constant(at) });
}

function litmus(threads: readonly string[], exists: Value): Model {
  const results = { length: 4, initial: [0, 0, 0, 0], elementName: (index: number) => `r${index}`, isRacy: false };
  return toyModel(threads.map(thread), {
    cells: [...letters.map((name) => toyCell(name, 3)), toyCell('result', 3, results)],
    locks: [toyLock('lock')],
    properties: [atEnd('exists', not(exists))],
  });
}

/** Whether some run ends in `exists`, under sc, tso and weak. Off or on, reductions must not change that. */
function outcomes(threads: readonly string[], exists: Value): string {
  const model = litmus(threads, exists);
  const reached = (['sc', 'tso', 'weak'] as const).map((memory) => {
    const found = search(model, { ...options, memory }).verdict === 'violated';
    expect(search(model, { ...noReductions, memory }).verdict === 'violated').toBe(found);
    return found ? 'sometimes' : 'never';
  });
  return reached.join('/');
}

const firstThenNot = and(equal(result(0), constant(1)), equal(result(1), constant(0)));
const bothZero = and(equal(result(0), constant(0)), equal(result(1), constant(0)));
const bothOne = and(equal(result(0), constant(1)), equal(result(1), constant(1)));

describe('the memory models', () => {
  it('passes a message only with both barriers', () => {
    expect(outcomes(['Wx=1 wmb Wy=1', 'Ry->0 rmb Rx->1'], firstThenNot)).toBe('never/never/never');
    expect(outcomes(['Wx=1 Wy=1', 'Ry->0 rmb Rx->1'], firstThenNot)).toBe('never/never/sometimes');
    expect(outcomes(['Wx=1 wmb Wy=1', 'Ry->0 Rx->1'], firstThenNot)).toBe('never/never/sometimes');
    expect(outcomes(['Wx=1 Wy=1rel', 'Ry->0acq Rx->1'], firstThenNot)).toBe('never/never/never');
    expect(outcomes(['Wx=1 mb Wy=1', 'Ry->0 mb Rx->1'], firstThenNot)).toBe('never/never/never');
  });

  it('buffers stores unless both sides have a full barrier', () => {
    expect(outcomes(['Wx=1 mb Ry->0', 'Wy=1 mb Rx->1'], bothZero)).toBe('never/never/never');
    expect(outcomes(['Wx=1 Ry->0', 'Wy=1 mb Rx->1'], bothZero)).toBe('never/sometimes/sometimes');
    expect(outcomes(['Wx=1 wmb Ry->0', 'Wy=1 rmb Rx->1'], bothZero)).toBe('never/sometimes/sometimes');
  });

  it('never buffers loads', () => {
    expect(outcomes(['Rx->0 Wy=1', 'Ry->1 Wx=1'], bothOne)).toBe('never/never/never');
  });

  it('keeps what a message brings when it is the only one left to be read', () => {
    const exists = and(equal(result(0), constant(1)), equal(result(2), constant(0)));
    expect(outcomes(['Wy=1 wmb Wx=1', 'Rx->0 Rx->1acq Ry->2'], exists)).toBe('never/never/never');
    expect(outcomes(['Wy=1 wmb Wx=1', 'Rx->0 Rx->1 Ry->2'], exists)).toBe('never/never/sometimes');
  });

  it('keeps coherence: reads of one variable never go back', () => {
    expect(outcomes(['Wx=1', 'Rx->0 Rx->1'], firstThenNot)).toBe('never/never/never');
    expect(outcomes(['Wx=1 Wx=2', 'Rx->0 Rx->1'], and(equal(result(0), constant(2)), equal(result(1), constant(1))))).toBe('never/never/never');
    expect(outcomes(['Wx=1 Rx->0', 'Wx=2'], equal(result(0), constant(0)))).toBe('never/never/never');
  });

  it('hands everything over with a lock', () => {
    expect(outcomes(['lock Wx=1 Wy=1 unlock', 'lock Ry->0 Rx->1 unlock'], firstThenNot)).toBe('never/never/never');
    expect(outcomes(['Wx=1 lock Wy=1 unlock', 'lock Ry->0 unlock Rx->1'], firstThenNot)).toBe('never/never/never');
    expect(outcomes(['lock Wx=1 Wy=1 unlock', 'Ry->0 Rx->1'], firstThenNot)).toBe('never/never/sometimes');
    expect(outcomes(['lock Wx=1 unlock', 'lock Rx->2 Wy=1 unlock', 'Ry->0 rmb Rx->1'], and(equal(result(2), constant(1)), firstThenNot))).toBe('never/never/never');
  });

  it('is cumulative over release but not over wmb', () => {
    const passed = and(equal(result(2), constant(1)), firstThenNot);
    expect(outcomes(['Wx=1', 'Rx->2 Wy=1rel', 'Ry->0acq Rx->1'], passed)).toBe('never/never/never');
    expect(outcomes(['Wx=1', 'Rx->2 wmb Wy=1', 'Ry->0 rmb Rx->1'], passed)).toBe('never/never/sometimes');
  });

  it('needs full barriers for readers to agree on independent writes', () => {
    const disagree = and(equal(result(0), constant(1)), equal(result(1), constant(0)), equal(result(2), constant(1)), equal(result(3), constant(0)));
    expect(outcomes(['Wx=1', 'Wy=1', 'Rx->0 mb Ry->1', 'Ry->2 mb Rx->3'], disagree)).toBe('never/never/never');
    expect(outcomes(['Wx=1', 'Wy=1', 'Rx->0 rmb Ry->1', 'Ry->2 rmb Rx->3'], disagree)).toBe('never/never/sometimes');
  });

  it('makes atomic updates read the newest value, and carry the message they read on', () => {
    expect(outcomes(['Ax', 'Ax'], not(equal(cell({ cell: 0 }), constant(2))))).toBe('never/never/never');
    expect(outcomes(['Wx=1 wmb Wy=1', 'Ay', 'Ry->0 rmb Rx->1'], and(equal(result(0), constant(2)), equal(result(1), constant(0))))).toBe('never/never/never');
    expect(outcomes(['Ax Ry->0', 'Ay Rx->1'], bothZero)).toBe('never/never/sometimes');
    expect(outcomes(['Axfull Ry->0', 'Ayfull Rx->1'], bothZero)).toBe('never/never/never');
  });

  it('says which loads were stale', () => {
    const found = search(litmus(['Wx=1 Wy=1', 'Ry->0 rmb Rx->1'], firstThenNot), { ...options, memory: 'weak' });
    const stale = found.verdict === 'violated' ? found.violation.trace.flatMap((step) => step.staleReads) : [];
    expect(stale).toEqual(['x is read as 0, but it is 1 already']);
  });

  it('gives up where a thread polls for ever and another one stores again and again', () => {
    const b = new ProgramBuilder('writer');
    b.forever(() => {
      b.step('x = 1', ...steps('Wx=1', 0));
      b.step('x = 0', ...steps('Wx=0', 0));
    });
    const reader = new ProgramBuilder('reader');
    const seen = reader.local('seen', { max: 3 });
    reader.forever(() => reader.step('seen = x', { kind: 'load', to: seen, from: { cell: 0 }, order: 'relaxed' }));
    const model = toyModel([b.build(), reader.build()], { cells: [toyCell('x', 1)], properties: [always('true', constant(1))] });
    const found = search(model, { ...options, memory: 'weak' });
    expect(found.verdict === 'bounded' ? found.reason : found.verdict).toBe('x has more than 8 values that somebody may still read');
  });
});

describe('total store order', () => {
  it('reads its own stores early', () => {
    const own = and(equal(result(0), constant(1)), equal(result(1), constant(0)), equal(result(2), constant(1)), equal(result(3), constant(0)));
    expect(outcomes(['Wx=1 Rx->0 Ry->1', 'Wy=1 Ry->2 Rx->3'], own)).toBe('never/sometimes/sometimes');
  });

  it('empties its buffer at a lock, not at an unlock', () => {
    expect(outcomes(['Wx=1 lock unlock Ry->0', 'Wy=1 mb Rx->1'], bothZero)).toBe('never/never/sometimes');
    expect(outcomes(['lock Wx=1 unlock Ry->0', 'Wy=1 mb Rx->1'], bothZero)).toBe('never/sometimes/sometimes');
    expect(outcomes(['lock Wx=1 unlock Ry->0', 'lock Wy=1 unlock Rx->1'], bothZero)).toBe('never/never/never');
    expect(outcomes(['lock Wx=1 Ry->0 unlock', 'lock Wy=1 Rx->1 unlock'], bothZero)).toBe('never/never/never');
  });

  it('shows when a store reaches memory, and says when a buffer is too long', () => {
    const found = search(litmus(['Wx=1 Ry->0', 'Wy=1 Rx->1'], bothZero), { ...options, memory: 'tso' });
    const trace = found.verdict === 'violated' ? found.violation.trace.map((step) => `${step.thread} ${step.origin.text}`) : [];
    expect(trace.filter((step) => step.endsWith('reaches memory')).sort()).toEqual(['0 its oldest buffered store reaches memory', '1 its oldest buffered store reaches memory']);
    const b = new ProgramBuilder('writer');
    b.forever(() => b.step('x = 1', ...steps('Wx=1', 0)));
    const reader = thread('Rx->0');
    const model = toyModel([b.build(), reader], { cells: [...letters.map((name) => toyCell(name, 3)), toyCell('result', 3, { length: 4, isRacy: false, initial: [0, 0, 0, 0] })], properties: [always('true', constant(1))] });
    const bounded = search(model, { ...options, memory: 'tso' });
    expect(bounded.verdict === 'bounded' ? bounded.reason : bounded.verdict).toBe('the store buffer of CPU0 (writer) has more than 16 entries');
  });
});
