import { describe, expect, it } from 'vitest';
import { ProgramBuilder } from '../../../server/src/model/programBuilder.ts';
import type { Model, Program, Step } from '../../../server/src/model/types.ts';
import { and, cell, constant, equal, held, local, not } from '../../../server/src/model/values.ts';
import { search } from '../../../server/src/simulator/search.ts';
import { always, atEnd, check, noReductions, options, toyCell, toyLock, toyModel } from './support.ts';

const store = (id: number, value: number): Step => ({ kind: 'store', to: { cell: id }, value: constant(value), order: 'relaxed' });

/** Cells 0 and 1: flags, 2: turn, 3: who is in the critical section (a count). */
function peterson(me: number, setsTurn: boolean): Program {
  const b = new ProgramBuilder(`process ${me}`);
  const other = 1 - me;
  b.step('flag[me] = 1', store(me, 1));
  if (setsTurn) b.step('turn = other', store(2, other));
  b.wait('while (flag[other] && turn == other)', not(and(cell({ cell: other }), equal(cell({ cell: 2 }), constant(other)))));
  b.step('enter', { kind: 'update', cell: { cell: 3 }, value: { kind: 'binary', op: '+', left: cell({ cell: 3 }), right: constant(1) }, order: 'relaxed' });
  b.step('leave', { kind: 'update', cell: { cell: 3 }, value: { kind: 'binary', op: '-', left: cell({ cell: 3 }), right: constant(1) }, order: 'relaxed' });
  b.step('flag[me] = 0', store(me, 0));
  return b.build();
}

function petersonModel(setsTurn: boolean): Model {
  return toyModel([peterson(0, setsTurn), peterson(1, setsTurn)], {
    cells: [toyCell('flag 0', 1), toyCell('flag 1', 1), toyCell('turn', 1), toyCell('inside', 2)],
    properties: [always('mutex', { kind: 'binary', op: '<=', left: cell({ cell: 3 }), right: constant(1) })],
  });
}

function philosopher(seat: number, count: number, leftFirst: boolean): Program {
  const b = new ProgramBuilder(`philosopher ${seat}`);
  const left = { lock: 0, index: constant(seat) };
  const right = { lock: 0, index: constant((seat + 1) % count) };
  const [first, second] = leftFirst ? [left, right] : [right, left];
  b.step('take first', { kind: 'acquire', lock: first, mode: 'exclusive' });
  b.step('take second', { kind: 'acquire', lock: second, mode: 'exclusive' });
  b.step('put second', { kind: 'release', lock: second });
  b.step('put first', { kind: 'release', lock: first });
  return b.build();
}

function table(count: number, isOneLeftHanded: boolean): Model {
  const programs = Array.from({ length: count }, (_, seat) => philosopher(seat, count, !(isOneLeftHanded && seat === count - 1)));
  return toyModel(programs, { locks: [toyLock('fork', count)] });
}

/** Each thread loads, adds and stores; without a lock an update is lost. */
function adder(isLocked: boolean): Program {
  const b = new ProgramBuilder('adder');
  const seen = b.local('seen', { max: 3 });
  if (isLocked) b.step('lock', { kind: 'acquire', lock: { lock: 0 }, mode: 'exclusive' });
  b.step('seen = counter', { kind: 'load', to: seen, from: { cell: 0 }, order: 'relaxed' });
  b.step('seen++', { kind: 'assign', to: seen, value: { kind: 'binary', op: '+', left: local(seen), right: constant(1) } });
  b.step('counter = seen', { kind: 'store', to: { cell: 0 }, value: local(seen), order: 'relaxed' });
  if (isLocked) b.step('unlock', { kind: 'release', lock: { lock: 0 } });
  return b.build();
}

function adders(isLocked: boolean, count = 2): Model {
  return toyModel(Array.from({ length: count }, () => adder(isLocked)), {
    cells: [toyCell('counter', 3)],
    locks: [toyLock('lock')],
    properties: [atEnd('sum', equal(cell({ cell: 0 }), constant(count)))],
  });
}

describe('the search', () => {
  it('proves Peterson and refutes it without turn', () => {
    expect(check(petersonModel(true))).toBe('holds');
    expect(check(petersonModel(false))).toBe('violated mutex in 6 steps');
  });

  it('finds the deadlock of the dining philosophers, and none when one is left-handed', () => {
    expect(check(table(3, false))).toBe('violated I21 in 3 steps');
    expect(check(table(3, true))).toBe('holds');
    expect(search(table(2, true), options).states).toBe(25 - 9);
  });

  it('finds the lost update', () => {
    expect(check(adders(false))).toBe('violated sum in 6 steps');
    expect(check(adders(true))).toBe('holds');
    expect(check(adders(true), noReductions)).toBe('holds');
    expect(check(adders(false), noReductions)).toBe('violated sum in 6 steps');
  });

  it('names the lock that is still held', () => {
    const b = new ProgramBuilder('leaker');
    b.step('lock', { kind: 'acquire', lock: { lock: 0 }, mode: 'exclusive' });
    const result = search(toyModel([b.build()], { locks: [toyLock('lock')] }), options);
    expect(result.verdict === 'violated' && result.violation.message).toBe('CPU0 (leaker) has finished but still holds lock');
  });

  it.each([4, 7, 9])('takes every value of a choice: %s', (wanted) => {
    const b = new ProgramBuilder('chooser');
    const chosen = b.local('chosen', { max: 9 });
    b.step('choose', { kind: 'choose', to: chosen, values: [4, 7, 9] });
    b.step('store', { kind: 'store', to: { cell: 0 }, value: local(chosen), order: 'relaxed' });
    const model = toyModel([b.build()], { cells: [toyCell('x', 9)], properties: [always('other', not(equal(cell({ cell: 0 }), constant(wanted))))] });
    expect(check(model)).toBe('violated other in 2 steps');
  });

  it('knows every state again after its tables have grown', () => {
    const count = (id: number): Program => {
      const b = new ProgramBuilder('counter');
      b.forever(() => b.step('x++', { kind: 'update', cell: { cell: id }, value: { kind: 'binary', op: '+', left: cell({ cell: id }), right: { kind: 'binary', op: '<', left: cell({ cell: id }), right: constant(300) } }, order: 'full' }));
      return b.build();
    };
    expect(search(toyModel([count(0), count(1)], { cells: [toyCell('x', 300), toyCell('y', 300)] }), options)).toMatchObject({ verdict: 'holds', states: 301 * 301, depth: 600 });
  });

  it('lets sharers hold a lock together, and nobody beside a thread that holds it exclusively', () => {
    const holder = (mode: 'exclusive' | 'shared'): Program => {
      const b = new ProgramBuilder(mode);
      b.step('lock', { kind: 'acquire', lock: { lock: 0 }, mode });
      b.step('unlock', { kind: 'release', lock: { lock: 0 } });
      return b.build();
    };
    const apart = (first: 'exclusive' | 'shared', second: 'exclusive' | 'shared'): string =>
      check(toyModel([holder(first), holder(second)], { locks: [toyLock('lock')], properties: [always('apart', not(and(held({ lock: 0 }, 0), held({ lock: 0 }, 1))))] }));
    expect(apart('shared', 'shared')).toBe('violated apart in 2 steps');
    expect([apart('shared', 'exclusive'), apart('exclusive', 'shared'), apart('exclusive', 'exclusive')]).toEqual(['holds', 'holds', 'holds']);
  });

  it('tells a trylock that fails from one that succeeds', () => {
    const trier = (): Program => {
      const b = new ProgramBuilder('trier');
      const taken = b.local('taken', { max: 1 });
      b.step('trylock', { kind: 'tryAcquire', lock: { lock: 0 }, mode: 'exclusive', to: taken });
      b.when('taken', local(taken), () => b.step('unlock', { kind: 'release', lock: { lock: 0 } }), () => b.step('x = 1', store(0, 1)));
      return b.build();
    };
    const model = toyModel([trier(), trier()], { cells: [toyCell('x', 1)], locks: [toyLock('lock')] });
    expect(check(model)).toBe('holds');
    expect(check({ ...model, properties: [always('never busy', equal(cell({ cell: 0 }), constant(0)))] })).toMatch(/^violated never busy in /);
  });

  it('finds a lock taken twice, and one released that is not held', () => {
    const take: Step = { kind: 'acquire', lock: { lock: 0 }, mode: 'exclusive' };
    const drop: Step = { kind: 'release', lock: { lock: 0 } };
    const run = (...steps: readonly Step[]): string => {
      const b = new ProgramBuilder('one');
      for (const step of steps) b.step(step.kind, step);
      return check(toyModel([b.build()], { locks: [toyLock('lock')] }));
    };
    expect([run(take, drop), run(take, take, drop), run(take, drop, drop), run(drop)])
      .toEqual(['holds', 'violated I18 in 2 steps', 'violated I19 in 3 steps', 'violated I19 in 1 steps']);
  });

  it('lets others run between a store and the load after it', () => {
    const a = new ProgramBuilder('a');
    const seen = a.local('seen', { max: 1 });
    a.step('x = 1', store(0, 1));
    a.step('seen = y', { kind: 'load', to: seen, from: { cell: 1 }, order: 'relaxed' });
    a.step('z = seen', { kind: 'store', to: { cell: 2 }, value: local(seen), order: 'relaxed' });
    const b = new ProgramBuilder('b');
    b.wait('until x', cell({ cell: 0 }));
    b.step('y = 1', store(1, 1));
    const model = toyModel([a.build(), b.build()], { cells: [toyCell('x', 1), toyCell('y', 1), toyCell('z', 1)], properties: [always('old', equal(cell({ cell: 2 }), constant(0)))] });
    expect(check(model)).toBe('violated old in 5 steps');
    expect(check(model, noReductions)).toBe('violated old in 5 steps');
  });

  it('asks properties of start states', () => {
    const b = new ProgramBuilder('idle');
    b.step('x = 0', store(0, 0));
    const model = toyModel([b.build()], { cells: [toyCell('x', 1, { initial: [1] })], properties: [always('zero', equal(cell({ cell: 0 }), constant(0)))] });
    expect(check(model)).toBe('violated zero in 0 steps');
  });

  it.each([0, 1])('asks a property again when any cell changes that it reads: %s', (changed) => {
    const b = new ProgramBuilder('writer');
    b.step('store', store(changed, 1));
    const zero = and(equal(cell({ cell: 0 }), constant(0)), equal(cell({ cell: 1 }), constant(0)));
    expect(check(toyModel([b.build()], { cells: [toyCell('x', 1), toyCell('y', 1)], properties: [always('zero', zero)] }))).toBe('violated zero in 1 steps');
  });

  it('sees held locks in properties', () => {
    expect(check({ ...adders(true), properties: [always('free', not(held({ lock: 0 }, 'anyone')))] })).toBe('violated free in 1 steps');
  });
});
