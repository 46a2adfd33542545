/** Which of the shortest runs is shown, and the step after which nothing could help. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CancelledError } from '../../../server/src/base/cancellation.ts';
import { ProgramBuilder } from '../../../server/src/model/programBuilder.ts';
import type { Model, Program, Step } from '../../../server/src/model/types.ts';
import { binary, cell, constant, equal, local, not } from '../../../server/src/model/values.ts';
import { switchesOf } from '../../../server/src/simulator/path.ts';
import { search } from '../../../server/src/simulator/search.ts';
import type { SearchOptions, Violation } from '../../../server/src/simulator/types.ts';
import { builtinModelNames } from '../../../server/src/simulator/builtin/models.ts';
import { variantsOf } from '../../../server/src/simulator/builtin/variants.ts';
import { randomModel } from '../../differential/randomModel.ts';
import { NaiveRuns } from './naiveRuns.ts';
import { always, options, toyCell, toyLock, toyModel } from './support.ts';

function explain(model: Model, how: Partial<SearchOptions> = {}): Violation {
  const result = search(model, { ...options, explainsTrace: true, ...how });
  if (result.verdict !== 'violated') throw new Error(`${model.name} ${result.verdict}`);
  return result.violation;
}

const actions = ({ trace }: Violation): readonly string[] => trace.map(({ thread, origin }) => `${thread} ${origin.text}`);
const store = (id: number, value: number): Step => ({ kind: 'store', to: { cell: id }, value: constant(value), order: 'relaxed' });
const load = (to: number, id: number): Step => ({ kind: 'load', to, from: { cell: id }, order: 'relaxed' });
const lock = (id: number): Step => ({ kind: 'acquire', lock: { lock: id }, mode: 'exclusive' });
const unlock = (id: number): Step => ({ kind: 'release', lock: { lock: id } });

function program(name: string, write: (b: ProgramBuilder) => void): Program {
  const b = new ProgramBuilder(name);
  write(b);
  return b.build();
}

/** A fault that maps what it has found, against a truncate that unmaps too early. */
function racing(map: (b: ProgramBuilder, seen: number) => void): Model {
  const fault = program('fault', (b) => {
    const seen = b.local('seen', { max: 1 });
    b.step('look', load(seen, 0));
    map(b, seen);
  });
  const truncate = program('truncate', (b) => {
    b.step('unmap', store(1, 0));
    b.step('remove', store(0, 0));
  });
  const dangles = binary('&&', equal(cell({ cell: 1 }), constant(1)), equal(cell({ cell: 0 }), constant(0)));
  return toyModel([fault, truncate], { cells: [toyCell('cached', 1, { initial: [1] }), toyCell('mapped', 1)], properties: [always('I1', not(dangles))] });
}

const reductions = [['fused', {}], ['step by step', { fuseLocalSteps: false, forgetDeadLocals: false }]] as const;

describe('the step that made it irreversible', () => {
  it.each(reductions)('is the look that decides, once all has been unmapped: %s', (_, how) => {
    const violation = explain(racing((b, seen) => b.when('seen', local(seen), () => b.step('map', store(1, 1)))), { reductions: how });
    expect(actions(violation)).toEqual(['1 unmap', '0 look', '0 seen', '0 map', '1 remove']);
    expect(violation.irreversible).toBe(2);
  });

  it.each(reductions)('is a free choice where the look decides nothing: %s', (_, how) => {
    const violation = explain(racing((b) => b.either('may map', () => b.step('map', store(1, 1)), () => undefined)), { reductions: how });
    expect(actions(violation)).toEqual(['1 unmap', '1 remove', '0 look', '0 may map', '0 map']);
    expect(violation.irreversible).toBe(4);
  });

  it('is the last one where the run could be saved until then', () => {
    const setter = (value: number): Program => program(`x = ${value}`, (b) => b.step('set', { kind: 'assume', condition: equal(cell({ cell: 0 }), constant(value - 1)) }, store(0, value)));
    const waits = program('x = 3', (b) => b.either('?', () => b.step('bad', store(0, 3)), () => b.step('good', store(0, 0))));
    const violation = explain(toyModel([setter(1), waits], { cells: [toyCell('x', 3)], properties: [always('P', not(equal(cell({ cell: 0 }), constant(3))))] }));
    expect([violation.trace.length, violation.irreversible]).toEqual([2, 1]);
  });

  it('is none where no run was ever safe', () => {
    const violation = explain(toyModel([program('once', (b) => { b.step('one', store(0, 1)); b.step('two', store(0, 2)); })], {
      cells: [toyCell('x', 2)], properties: [always('P', not(equal(cell({ cell: 0 }), constant(2))))],
    }));
    expect([violation.trace.length, violation.irreversible]).toEqual([2, 0]);
  });

  it('of a deadlock is the second lock that nobody can get around', () => {
    const takes = (one: number, other: number): Program => program(`${one}, ${other}`, (b) => {
      b.step(`lock ${one}`, lock(one));
      b.step(`lock ${other}`, lock(other));
      b.step(`unlock ${other}`, unlock(other));
      b.step(`unlock ${one}`, unlock(one));
    });
    const violation = explain(toyModel([takes(0, 1), takes(1, 0)], { locks: [toyLock('a'), toyLock('b')] }));
    expect(violation.property.id).toBe('I21');
    expect([actions(violation), violation.irreversible]).toEqual([['0 lock 0', '1 lock 1'], 2]);
  });

  it('of an endless run is the one into the loop', () => {
    const spins = program('spin', (b) => {
      const seen = b.local('seen', { max: 1 });
      b.step('look', load(seen, 0));
      b.when('set', local(seen), () => b.forever(() => b.step('look again', load(seen, 0))));
    });
    const sets = program('set', (b) => b.step('set', store(0, 1)));
    const violation = explain(toyModel([spins, sets], { cells: [toyCell('flag', 1)] }), { checksProgress: true });
    expect(violation.property.id).toBe('I23');
    expect([actions(violation).slice(0, 3), violation.irreversible]).toEqual([['1 set', '0 look', '0 set'], 1]);
  });

  it('is not said where a run leaves what is modelled', () => {
    const counts = program('count', (b) => b.either('?', () => b.step('bad', store(0, 3)), () => b.step('more', { kind: 'update', cell: { cell: 0 }, value: constant(9), order: 'relaxed' })));
    const violation = explain(toyModel([counts], { cells: [toyCell('x', 3)], properties: [always('P', not(equal(cell({ cell: 0 }), constant(3))))] }));
    expect(violation.irreversible).toBeUndefined();
  });

  it('asks about every property, also where only one is looked for', () => {
    const both = program('both', (b) => { b.step('first', store(0, 1)); b.step('second', store(1, 1)); });
    const free = program('free', (b) => b.either('?', () => b.step('mend', store(0, 0)), () => undefined));
    const model = toyModel([both, free], {
      cells: [toyCell('x', 1), toyCell('y', 1)],
      properties: [always('X', not(equal(cell({ cell: 0 }), constant(1)))), always('Y', not(equal(cell({ cell: 1 }), constant(1))))],
    });
    const violation = explain(model, { onlyProperty: 'Y' });
    expect([violation.property.id, actions(violation), violation.irreversible]).toEqual(['Y', ['0 first', '0 second'], 0]);
  });
});

describe('among shortest runs', () => {
  /** Two threads count; it is wrong that both come to `last`. */
  const counting = (last: number): Model => {
    const counts = (name: string, id: number): Program => program(name, (b) => { for (let value = 1; value <= last; value++) b.step(`${name} = ${value}`, store(id, value)); });
    const bothAtLast = binary('&&', equal(cell({ cell: 0 }), constant(last)), equal(cell({ cell: 1 }), constant(last)));
    return toyModel([counts('x', 0), counts('y', 1)], { cells: [toyCell('x', last), toyCell('y', last)], properties: [always('P', not(bothAtLast))] });
  };

  it('the one that changes CPUs least is shown', () => {
    const violation = explain(counting(60));
    expect([violation.hasFewestSwitches, violation.irreversible, switchesOf(violation.trace)]).toEqual([true, 0, 1]);
  });

  it('one in which no load returns an old value is shown where there is one', () => {
    const sets = program('sets', (b) => b.step('x = 1', store(0, 1)));
    const looks = program('looks', (b) => {
      const read = b.local('read', { max: 1 });
      b.step('look', { kind: 'load', to: read, from: { cell: 0 }, order: 'relaxed' });
      b.step('tell', { kind: 'store', to: { cell: 1 }, value: not(local(read)), order: 'relaxed' });
    });
    const old = not(binary('&&', cell({ cell: 0 }), cell({ cell: 1 })));
    const model = toyModel([sets, looks], { cells: [toyCell('x', 1), toyCell('told', 1, { isRacy: false })], properties: [always('P', old)] });
    const first = search(model, { ...options, memory: 'weak' });
    expect(first.verdict === 'violated' && actions(first.violation)).toEqual(['0 x = 1', '1 look', '1 tell']);
    expect(actions(explain(model, { memory: 'weak' }))).toEqual(['1 look', '1 tell', '0 x = 1']);
  });

  it('also one that ends elsewhere is shown', () => {
    const after = (id: number, value: number): Step => ({ kind: 'assume', condition: equal(cell({ cell: id }), constant(value)) });
    const asks = program('asks', (b) => { b.step('x = 1', store(0, 1)); b.step('bad = 1', after(0, 2), store(1, 1)); });
    const answers = program('answers', (b) => b.step('x = 2', after(0, 1), store(0, 2)));
    const alone = program('alone', (b) => { b.step('z = 1', store(2, 1)); b.step('z = 2', store(2, 2)); b.step('bad = 2', store(1, 2)); });
    const model = toyModel([asks, answers, alone], { cells: [toyCell('x', 2), toyCell('bad', 2), toyCell('z', 2)], properties: [always('P', equal(cell({ cell: 1 }), constant(0)))] });
    const first = search(model, options);
    expect(first.verdict === 'violated' && actions(first.violation)).toEqual(['0 x = 1', '1 x = 2', '0 bad = 1']);
    expect(actions(explain(model))).toEqual(['2 z = 1', '2 z = 2', '2 bad = 2']);
  });

  it('the first one is shown where there is no time to compare, and no more is said', () => {
    let calls = 0;
    search(counting(60), { ...options, now: () => calls++ });
    let now = 0;
    const violation = explain(counting(60), { timeoutMs: calls - 1, now: () => now++ });
    expect([violation.hasFewestSwitches, violation.irreversible, violation.trace.length]).toEqual([false, undefined, 120]);
  });

  it('a cancelled comparison ends at once', () => {
    let polls = 0;
    search(counting(60), { ...options, cancellation: { get isCancelled(): boolean { polls++; return false; } } });
    expect(() => explain(counting(60), { cancellation: { get isCancelled(): boolean { return polls-- <= 0; } } })).toThrow(CancelledError);
  });

  it('without being asked, nothing is explained', () => {
    const result = search(racing((b) => b.step('map', store(1, 1))), options);
    expect(result.verdict === 'violated' && Object.keys(result.violation)).toEqual(['property', 'message', 'start', 'trace']);
  });
});

describe('explained traces of random programs', () => {
  const random = { numRuns: Number(process.env['FAULTLINE_RUNS'] ?? 60), seed: 11, maxSkipsPerRun: 1000 };
  const violationOf = (model: Model, how: Partial<SearchOptions>): Violation | undefined => {
    const result = search(model, { ...options, maxStates: 3000, explainsTrace: true, ...how });
    return result.verdict === 'violated' ? result.violation : undefined;
  };

  it.each(reductions)('are lost from the same step on as step-by-step interpretation says: %s', (_, how) => {
    fc.assert(fc.property(randomModel(), (model) => {
      const violation = violationOf(model, { reductions: how });
      fc.pre(violation !== undefined);
      const naive = new NaiveRuns(model);
      const states = naive.along(violation.trace);
      const isFailing = violation.property.id !== 'P' && violation.property.id !== 'I21';
      const lost = states.findIndex((state, at) => (isFailing && at === states.length - 1) || !naive.endsWell(state));
      expect(violation.irreversible).toBe(lost);
    }), random);
  }, 120_000);

  it('change CPUs as rarely as any run of that length', () => {
    fc.assert(fc.property(randomModel(), (model) => {
      const violation = violationOf(model, { reductions: reductions[1][1] });
      fc.pre(violation !== undefined);
      expect(violation.hasFewestSwitches).toBe(true);
      expect(switchesOf(violation.trace)).toBe(new NaiveRuns(model).fewestSwitches(violation.property.id, violation.trace.length));
    }), random);
  }, 120_000);

  it('are found to be irreversible in every variant of the built-in protocols', () => {
    for (const name of builtinModelNames) {
      for (const variant of variantsOf(name)) {
        const violation = violationOf(variant.scenario().model, { memory: 'weak', maxStates: 100_000 });
        if (violation) expect(violation).toMatchObject({ hasFewestSwitches: true, irreversible: expect.any(Number) as number });
      }
    }
  }, 120_000);
});
