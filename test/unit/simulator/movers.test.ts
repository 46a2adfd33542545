/**
 * Steps that run together because they may be moved past those of others must leave every verdict, depth and witness
 * as it is: on random programs that mostly keep to their locks (FAULTLINE_RUNS of them), and where it could go wrong.
 */

import { describe, expect, it } from 'vitest';
import { ProgramBuilder } from '../../../server/src/model/programBuilder.ts';
import type { CellRef, LockRef, MemoryModel, Model, Program, Property, Step, Value } from '../../../server/src/model/types.ts';
import { and, binary, cell, constant, done, equal, held, implies, local, not, or } from '../../../server/src/model/values.ts';
import { builtinModel, builtinModelNames } from '../../../server/src/simulator/builtin/models.ts';
import { defaultReductions } from '../../../server/src/simulator/prepare.ts';
import { moversOf } from '../../../server/src/simulator/reduce/movers.ts';
import { search } from '../../../server/src/simulator/search.ts';
import type { SearchResult } from '../../../server/src/simulator/types.ts';
import { always, options, toyCell, toyLock, toyModel, verdictOf } from './support.ts';

function run(model: Model, movers: boolean, memory: MemoryModel = 'sc', more: Partial<typeof defaultReductions> = {}, checksProgress = false): SearchResult {
  return search(model, { ...options, memory, checksProgress, reductions: { ...defaultReductions, contextOrder: false, movers, ...more } });
}

function answer(result: SearchResult): string {
  return result.verdict === 'violated' ? `violated in ${result.violation.trace.length} steps` : `${verdictOf(result)}, seen: ${[...result.witnesses].sort().join('; ')}`;
}

/** What is violated first, and that every run ends where nothing is. */
function endingOf(result: SearchResult): string {
  if (result.verdict === 'violated') return result.violation.property.id;
  return result.verdict === 'holds' && result.isProgressChecked ? 'every run ends' : 'not known';
}

/** The same answer with and without; gives the states of both. */
function compare(model: Model, memory: MemoryModel = 'sc'): { readonly plain: number; readonly moved: number } {
  const [plain, moved] = [run(model, false, memory), run(model, true, memory)];
  expect(answer(moved)).toBe(answer(plain));
  return { plain: plain.states, moved: moved.states };
}

const acquire = (lock: LockRef): Step => ({ kind: 'acquire', lock, mode: 'exclusive' });
const release = (lock: LockRef): Step => ({ kind: 'release', lock });
const store = (to: CellRef, value: number | Value): Step => ({ kind: 'store', to, value: typeof value === 'number' ? constant(value) : value, order: 'relaxed' });
const load = (to: number, from: CellRef): Step => ({ kind: 'load', to, from, order: 'relaxed' });
const [m, n]: readonly LockRef[] = [{ lock: 0 }, { lock: 1 }];
const [x, y]: readonly CellRef[] = [{ cell: 0 }, { cell: 1 }];

function program(name: string, ...steps: readonly (Step | readonly Step[])[]): Program {
  const b = new ProgramBuilder(name);
  b.local('a', { max: 3 });
  for (const step of steps) b.step('step', ...[step].flat());
  return b.build();
}

/** A small generator of numbers that is the same everywhere. */
function random(seed: number): (below: number) => number {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

/** p[2] belongs under q[2], by the same index, x under m, and z under nothing; one access in eight does not care. */
const p = (index: Value): CellRef => ({ cell: 2, index });
const q = (index: Value): LockRef => ({ lock: 2, index });
const z: CellRef = { cell: 1 };

/** Where it `loops`, it begins again as long as it finds a certain value. */
function randomProgram(pick: (below: number) => number, name: string, loops: boolean): Program {
  const b = new ProgramBuilder(name);
  const [a, i, taken] = [b.local('a', { max: 2 }), b.local('i', { max: 1 }), b.local('taken', { max: 1 })];
  const some = <T>(items: readonly T[]): T => items[pick(items.length)]!;
  const touch = (place: CellRef): void => {
    switch (pick(6)) {
      case 0:
      case 1:
        b.step('load', load(a, place));
        return;
      case 2:
        b.step('update', { kind: 'update', cell: place, value: constant(pick(3)), order: some(['relaxed', 'full']) });
        return;
      case 3:
        b.step('load', load(a, place));
        b.when('is it?', equal(local(a), constant(1)), () => b.step('store', store(place, 2)), () => b.step('fence', { kind: 'fence', order: some(['read', 'write', 'full']) }));
        return;
      default:
        b.step('store', store(place, some([constant(0), constant(1), local(a)])));
    }
  };
  const section = (depth: number): void => {
    if (pick(8) === 0) return touch(some([x!, z, p(constant(0)), p(local(i))]));
    if (pick(4) === 0) return touch(z);
    if (pick(6) === 0) return b.step('index', load(a, z), { kind: 'assign', to: i, value: binary('&', local(a), constant(1)) });
    const index = some([constant(0), constant(1), local(i)]);
    const [lock, place] = some([[m!, x!], [q(index), p(index)], [q(index), p(index)]] as const);
    const body = (): void => {
      for (let count = 1 + pick(2); count > 0; count--) touch(place);
      if (depth > 0 && pick(3) === 0) section(depth - 1);
    };
    if (pick(8) === 0) {
      b.step('try', { kind: 'tryAcquire', lock, mode: 'exclusive', to: taken });
      b.when('got it', local(taken), () => { body(); b.step('unlock', release(lock)); });
      return;
    }
    b.step('lock', acquire(lock));
    body();
    if (pick(24) > 0) b.step('unlock', release(lock));
  };
  b.step('index', { kind: 'choose', to: i, values: [pick(2)] });
  const again = b.label('again');
  if (loops) b.mark(again);
  for (let count = 1 + pick(3); count > 0; count--) section(1);
  if (loops) {
    b.step('look', load(a, some([z, x!, p(local(i))])));
    b.when('again?', equal(local(a), constant(pick(3))), () => b.goto(again));
  }
  return b.build();
}

function randomModel(seed: number, loops = false): Model {
  const pick = random(seed);
  const some = <T>(items: readonly T[]): T => items[pick(items.length)]!;
  const programs = Array.from({ length: 2 + pick(2) }, (_, thread) => randomProgram(pick, `P${thread}`, loops && pick(3) > 0));
  const state = (): Value => equal(cell(some([x!, z, p(constant(0)), p(constant(1))])), constant(pick(3)));
  const lock = (): Value => held(some([m!, q(constant(0)), q(constant(1))]), some(['anyone', 0, 1] as const));
  const some2 = (): Value => some([and(state(), state()), and(state(), not(lock())), and(state(), lock()), and(state(), done(0)), and(done(1), state(), lock())]);
  const witnesses = Array.from({ length: 4 }, some2).map((condition, at) => ({ description: `witness ${at}`, condition }));
  const bad = some2();
  const atEnd: Property = { id: 'E', title: 'E', when: some([{ kind: 'end', thread: 0 }, { kind: 'quiescence' }]), condition: not(state()), explanation: 'E' };
  const properties = some([[], [always('P', not(bad))], [always('P', or(not(state()), lock()))], [atEnd]]);
  const cells = [toyCell('x', 2), toyCell('z', 2), toyCell('p', 2, { length: 2, initial: [0, 0], elementName: (index) => `p ${index}` })];
  return toyModel(programs, { cells, locks: [toyLock('m'), toyLock('n'), toyLock('q', 2)], witnesses, properties });
}

describe.each(['sc', 'weak'] as const)('under %s, movers', (memory) => {
  it('keep verdicts, depths and witnesses of random programs', () => {
    const seen = { smaller: 0, holds: 0, violated: 0 };
    const runs = Number(process.env['FAULTLINE_RUNS'] ?? 250);
    for (let seed = 1; seed <= runs; seed++) {
      const model = randomModel(seed);
      const plain = run(model, false, memory);
      for (const more of [{}, { ampleSets: true, contextOrder: true }]) {
        const moved = run(model, true, memory, more);
        expect(`seed ${seed}: ${answer(moved)}`).toBe(`seed ${seed}: ${answer(plain)}`);
        if (plain.verdict === 'holds' && moved.states < plain.states) seen.smaller++;
      }
      seen.holds += Number(plain.verdict === 'holds');
      seen.violated += Number(plain.verdict === 'violated');
    }
    expect(Math.min(seen.smaller, seen.holds, seen.violated), JSON.stringify(seen)).toBeGreaterThan(runs / 15);
  }, 300_000);

  it('keep runs that never end, of random programs that go in circles', () => {
    const seen = { smaller: 0, ends: 0, endless: 0 };
    const runs = Number(process.env['FAULTLINE_RUNS'] ?? 250);
    for (let seed = 1; seed <= runs; seed++) {
      const model = { ...randomModel(seed, true), properties: [] };
      const [plain, moved] = [false, true].map((movers) => run(model, movers, memory, {}, true)) as [SearchResult, SearchResult];
      expect(`seed ${seed}: ${endingOf(moved)}`).toBe(`seed ${seed}: ${endingOf(plain)}`);
      if (plain.verdict === 'holds' && moved.states < plain.states) seen.smaller++;
      seen.ends += Number(plain.verdict === 'holds');
      seen.endless += Number(endingOf(plain) === 'I23');
    }
    expect(Math.min(seen.smaller, seen.ends, seen.endless), JSON.stringify(seen)).toBeGreaterThan(runs / 25);
  }, 300_000);

  it('keep verdicts and depths of the built-in models', () => {
    for (const { model } of builtinModelNames.flatMap((name) => builtinModel(name)!.scenarios)) compare(model, memory);
  }, 300_000);
});

describe('movers', () => {
  const cells = [toyCell('x', 3), toyCell('y', 3)];
  const locks = [toyLock('m'), toyLock('n')];
  const of = (...programs: readonly Program[]): Model => toyModel(programs, { cells, locks });

  it('make one step of a section under one lock', () => {
    const section = program('section', acquire(m!), store(x!, 1), load(0, x!), release(m!));
    expect(moversOf(of(section, section), 'none')[0]).toEqual({ earlier: [false, true, true, true], later: [true, true, true, false] });
    expect(compare(of(section, section)).moved).toBe(2 * 2);
  });
  it('leave two accesses that others can see apart, whatever stands between them', () => {
    const pair = program('pair', store(x!, 1), load(0, y!), store(x!, 2));
    const model = { ...of(pair, program('other', load(0, x!))), witnesses: [{ description: 'between', condition: equal(cell(x!), constant(1)) }] };
    expect(run(model, true).missedWitnesses).toEqual([]);
  });
  it('find two threads that wait for each other', () => {
    const one = program('one', acquire(m!), acquire(n!), store(x!, 1), release(n!), release(m!));
    const other = program('other', acquire(n!), acquire(m!), store(x!, 2), release(m!), release(n!));
    expect(answer(run(of(one, other), true))).toMatch(/^violated/);
    compare(of(one, other));
  });
  it('do not move a lock past somebody who tries it', () => {
    const taker = program('taker', acquire(m!), load(0, x!), release(m!));
    const trier = new ProgramBuilder('trier');
    const taken = trier.local('taken', { max: 1 });
    trier.step('try', { kind: 'tryAcquire', lock: m!, mode: 'exclusive', to: taken });
    trier.when('taken', local(taken), () => trier.step('unlock', release(m!)), () => trier.step('fail', store(y!, 1)));
    const model = { ...of(taker, trier.build()), properties: [always('P', not(equal(cell(y!), constant(1))))] };
    expect(run(model, true).verdict).toBe('violated');
  });
  it('do not hide what is wrong only while a lock is held, or only once it is not', () => {
    const section = program('section', acquire(m!), store(x!, 1), store(x!, 2), release(m!));
    const idle = program('idle', store(y!, 1));
    for (const condition of [not(held(m!, 'anyone')), implies(held(m!, 'anyone'), not(equal(cell(y!), constant(1)))), implies(equal(cell(y!), constant(1)), held(m!, 'anyone'))]) {
      const model = { ...of(section, idle), properties: [always('P', condition)] };
      expect(run(model, true).verdict).toBe('violated');
      compare(model);
    }
  });
  it('know elements by their index, if it is the same for the lock', () => {
    const touch = (same: boolean): Program => {
      const b = new ProgramBuilder('touch');
      const [a, i] = [b.local('a', { max: 3 }), b.local('i', { max: 1 })];
      b.step('choose', { kind: 'choose', to: i, values: [0, 1] });
      b.step('lock', acquire({ lock: 0, index: local(i) }));
      b.step('load', load(a, { cell: 0, index: same ? local(i) : constant(0) }));
      b.step('store', store({ cell: 0, index: same ? local(i) : constant(0) }, binary('&', binary('+', local(a), constant(1)), constant(3))));
      b.step('unlock', release({ lock: 0, index: local(i) }));
      return b.build();
    };
    const model = (same: boolean): Model => toyModel([touch(same), touch(same)], { cells: [toyCell('x', 3, { length: 2, initial: [0, 0] })], locks: [toyLock('l', 2)] });
    const movable = (same: boolean): number => moversOf(model(same), 'none')[0]!.earlier.filter(Boolean).length;
    expect([movable(true), movable(false)]).toEqual([4, 2]);
    compare(model(true));
    compare(model(false));
  });
  it('do not take a store past a full barrier of somebody else', () => {
    const writer = program('writer', acquire(m!), store(x!, 1), release(m!));
    const barrier = program('barrier', acquire(m!), load(0, x!), release(m!), { kind: 'fence', order: 'full' });
    const model = of(writer, barrier);
    expect([moversOf(model, 'none'), moversOf(model, 'ordered'), moversOf(model, 'unordered')].map(([first]) => [first!.earlier[1], first!.later[1]]))
      .toEqual([[true, true], [true, false], [false, false]]);
  });
});
