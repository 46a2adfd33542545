/**
 * What is forgotten and left out under `weak` must leave every verdict, every shortest depth and every
 * witness as it is: on the built-in models, on random programs (FAULTLINE_RUNS of them), and where it could go wrong.
 */

import { describe, expect, it } from 'vitest';
import { ProgramBuilder } from '../../../server/src/model/programBuilder.ts';
import type { CellRef, Model, Program, Step, Value, Witness } from '../../../server/src/model/types.ts';
import { and, cell, constant, equal, local, not } from '../../../server/src/model/values.ts';
import { builtinModel, builtinModelNames } from '../../../server/src/simulator/builtin/models.ts';
import { defaultReductions } from '../../../server/src/simulator/prepare.ts';
import { search } from '../../../server/src/simulator/search.ts';
import type { Reductions, SearchResult } from '../../../server/src/simulator/types.ts';
import { mayOrderContexts } from '../../../server/src/simulator/weak/mayOrder.ts';
import { always, options, toyCell, toyLock, toyModel, verdictOf } from './support.ts';

const none: Reductions = { ...defaultReductions, contextOrder: false, shortHistories: false };
const each: readonly (readonly [string, Reductions])[] = [
  ['short histories', { ...none, shortHistories: true }],
  ['contexts in order', { ...none, contextOrder: true }],
  ['both', { ...none, shortHistories: true, contextOrder: true }],
];

function run(model: Model, reductions: Reductions): SearchResult {
  return search(model, { ...options, memory: 'weak', reductions });
}

function answer(result: SearchResult): string {
  return result.verdict === 'violated' ? verdictOf(result) : `${verdictOf(result)}, seen: ${[...result.witnesses].sort().join('; ')}`;
}

const results = 2;
/** By thread: it has ended. No message, so that who has waited for it may still load what was before. */
const ended = 3;
const perThread = 2;

/** A small generator of numbers that is the same everywhere. */
function random(seed: number): (below: number) => number {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

/** Loads, stores, updates, barriers and lock sections over x[2] and y, elements and locks also by a local; at the end it tells what it has loaded last. */
function randomProgram(pick: (below: number) => number, thread: number): Program {
  const b = new ProgramBuilder(`P${thread}`);
  const loaded = Array.from({ length: perThread }, (_, at) => b.local(`r${at}`, { max: 1 }));
  const index = b.local('index', { max: 1 });
  /** What is loaded into it is forgotten: states then differ in nothing but what the load has shown. */
  const forgotten = b.local('forgotten', { max: 1 });
  const some = <T>(items: readonly T[]): T => items[pick(items.length)]!;
  const place = (): CellRef => some([{ cell: 0, index: constant(0) }, { cell: 0, index: local(index) }, { cell: 0, index: local(index) }, { cell: 1 }]);
  const operation = (): Step => {
    switch (pick(10)) {
      case 0:
      case 1:
      case 2:
        return { kind: 'load', to: some(loaded), from: place(), order: some(['relaxed', 'relaxed', 'acquire']) };
      case 3:
      case 4:
        return { kind: 'load', to: forgotten, from: place(), order: some(['relaxed', 'acquire']) };
      case 5:
        return { kind: 'load', to: index, from: { cell: 1 }, order: 'relaxed' };
      case 6:
        return { kind: 'fence', order: some(['read', 'write', 'full']) };
      case 7:
        return { kind: 'update', cell: place(), value: constant(pick(2)), order: some(['relaxed', 'acquire', 'release', 'full']) };
      default:
        return { kind: 'store', to: place(), value: constant(pick(3) === 0 ? 0 : 1), order: some(['relaxed', 'relaxed', 'release']) };
    }
  };
  const several = (count: number, depth: number): void => {
    for (let at = 0; at < count; at++) {
      if (depth === 0 || pick(3) > 0) { b.step('operation', operation()); continue; }
      const lock = some([{ lock: 0 }, { lock: 1, index: constant(0) }, { lock: 1, index: constant(1) }]);
      b.step('lock', { kind: 'acquire', lock, mode: 'exclusive' });
      several(1 + pick(2), depth - 1);
      b.step('unlock', { kind: 'release', lock });
    }
  };
  several(pick(2), 1);
  if (thread > 0 && pick(3) > 0) {
    const hasEnded = b.local('ended', { max: 1 });
    b.step('wait', { kind: 'load', to: hasEnded, from: { cell: ended, index: constant(pick(thread)) }, order: 'relaxed' }, { kind: 'assume', condition: local(hasEnded) });
  }
  several(2 + pick(2), 2);
  if (pick(3) === 0) b.when('branch', local(index), () => several(1, 1), () => several(1, 0));
  b.step('tell', ...loaded.map((from, at): Step => ({ kind: 'store', to: { cell: results, index: constant(thread * perThread + at) }, value: { kind: 'binary', op: '+', left: local(from), right: constant(1) }, order: 'relaxed' })));
  b.step('end', { kind: 'store', to: { cell: ended, index: constant(thread) }, value: constant(1), order: 'relaxed' });
  return b.build();
}

/** Both told: what thread and register had which value, by pairs. */
function pairs(count: number): readonly Witness[] {
  const told = Array.from({ length: count }, (_, at) => [1, 2].map((value) => ({ at, value, condition: equal(cell({ cell: results, index: constant(at) }), constant(value)) }))).flat();
  return told.flatMap((one) => told.filter((other) => other.at > one.at)
    .map((other) => ({ description: `${one.at}=${one.value} ${other.at}=${other.value}`, condition: and(one.condition, other.condition) })));
}

function randomWeakModel(seed: number): { readonly model: Model; readonly bad: Value } {
  const pick = random(seed);
  const threads = 2 + pick(2);
  const programs = Array.from({ length: threads }, (_, thread) => randomProgram(pick, thread));
  const count = threads * perThread;
  const witnesses = pairs(count);
  const cells = [
    toyCell('x', 1, { length: 2, initial: [0, 0], elementName: (index) => `x ${index}` }), toyCell('y', 1),
    toyCell('told', 2, { length: count, isRacy: false, initial: Array.from({ length: count }, () => 0), elementName: (index) => `told ${index}` }),
    toyCell('ended', 1, { length: threads, isRacy: false, initial: Array.from({ length: threads }, () => 0), elementName: (index) => `ended ${index}` }),
  ];
  return { model: toyModel(programs, { cells, locks: [toyLock('m'), toyLock('l', 2)], witnesses }), bad: witnesses[pick(witnesses.length)]!.condition };
}

describe('under weak, reductions', () => {
  it.each(each)('keep verdicts, depths and witnesses of the built-in models: %s', (_, reductions) => {
    for (const { model } of builtinModelNames.flatMap((name) => builtinModel(name)!.scenarios)) {
      expect(answer(run(model, reductions))).toBe(answer(run(model, none)));
    }
  }, 300_000);

  it('keep verdicts, depths and witnesses of random programs', () => {
    const saved = { shortHistories: 0, contextOrder: 0 };
    for (let seed = 1; seed <= Number(process.env['FAULTLINE_RUNS'] ?? 100); seed++) {
      const { model, bad } = randomWeakModel(seed);
      for (const asked of [model, { ...model, properties: [always('P', not(bad))] }]) {
        const plain = run(asked, none);
        for (const [name, reductions] of each) expect(`seed ${seed}, ${name}: ${answer(run(asked, reductions))}`).toBe(`seed ${seed}, ${name}: ${answer(plain)}`);
        if (run(asked, { ...none, shortHistories: true }).states < plain.states) saved.shortHistories++;
        if (run(asked, { ...none, contextOrder: true }).states < plain.states) saved.contextOrder++;
      }
    }
    expect(saved.shortHistories).toBeGreaterThan(10);
    expect(saved.contextOrder).toBeGreaterThan(10);
  }, 300_000);

  /** One thread stores twelve times, each time under the lock where `isLocked`; the other one loads, after taking the lock. */
  function twelveStores(values: (time: number) => number, isLocked: boolean): Model {
    const take: Step = { kind: 'acquire', lock: { lock: 0 }, mode: 'exclusive' };
    const drop: Step = { kind: 'release', lock: { lock: 0 } };
    const writer = new ProgramBuilder('writer');
    for (let time = 0; time < 12; time++) {
      const store: Step = { kind: 'store', to: { cell: 0 }, value: constant(values(time)), order: 'relaxed' };
      writer.step('store', ...(isLocked ? [take, store, drop] : [store]));
    }
    const reader = new ProgramBuilder('reader');
    const got = reader.local('got', { max: 1 });
    if (isLocked) reader.step('lock and unlock', take, drop);
    reader.step('load', { kind: 'load', to: got, from: { cell: 0 }, order: 'relaxed' });
    reader.step('tell', { kind: 'store', to: { cell: 1 }, value: local(got), order: 'relaxed' });
    return toyModel([writer.build(), reader.build()], { cells: [toyCell('x', 1), toyCell('told', 1, { isRacy: false })], locks: [toyLock('lock')] });
  }

  it('take stores of one value for one store, so that no history is too long', () => {
    const model = twelveStores(() => 1, false);
    expect(run(model, none).verdict).toBe('bounded');
    expect(run(model, { ...none, shortHistories: true }).verdict).toBe('holds');
    expect(run(twelveStores((time) => time % 2, false), { ...none, shortHistories: true }).verdict).toBe('bounded');
  });

  it('forget nothing where the lock is taken on one way only', () => {
    for (const locksFirst of [false, true]) {
      const model = toldOf((b) => {
        b.step('store', { kind: 'acquire', lock: { lock: 0 }, mode: 'exclusive' }, { kind: 'store', to: { cell: 0 }, value: constant(1), order: 'relaxed' });
        b.step('unlock', { kind: 'release', lock: { lock: 0 } });
      }, () => undefined, (b) => {
        const way = b.local('way', { max: 1 });
        const lockAndUnlock = (): void => { b.step('lock and unlock', { kind: 'acquire', lock: { lock: 0 }, mode: 'exclusive' }, { kind: 'release', lock: { lock: 0 } }); };
        const nothing = (): void => undefined;
        b.step('choose', { kind: 'choose', to: way, values: [0, 1] });
        b.when('way', local(way), locksFirst ? lockAndUnlock : nothing, locksFirst ? nothing : lockAndUnlock);
      });
      expect(run(model, none).witnesses).toContain('0=1 1=1');
      for (const [, reductions] of each) expect(answer(run(model, reductions))).toBe(answer(run(model, none)));
    }
  });

  it('forget what a lock will have handed over before the next load', () => {
    const model = { ...twelveStores((time) => time % 2, true), properties: [always('P', not(cell({ cell: 1 })))] };
    const [plain, short] = [none, { ...none, shortHistories: true }].map((reductions) => run(model, reductions));
    expect(answer(short!)).toBe(answer(plain!));
    expect(short!.states).toBeLessThan(plain!.states);
  });
});

/**
 * Two threads fill x and y, one after the other; the third looks at x, forgets it and is done once; it waits for both, without learning
 * what they did, and tells what it loads of x, acquiring, and then of y.
 */
function toldOf(first: (b: ProgramBuilder) => void, second: (b: ProgramBuilder, waitFor: (thread: number) => void) => void, beforeLoads: (b: ProgramBuilder) => void = () => undefined): Model {
  const [x, y, told, done] = [0, 1, 2, 3];
  const fill = (name: string, at: number, body: typeof second): Program => {
    const b = new ProgramBuilder(name);
    if (at > 0) waitFor(b, at - 1);
    body(b, (thread) => { waitFor(b, thread); });
    nowDone(b, at);
    return b.build();
  };
  const nowDone = (b: ProgramBuilder, at: number): void => { b.step('done', { kind: 'store', to: { cell: done, index: constant(at) }, value: constant(1), order: 'relaxed' }); };
  const waitFor = (b: ProgramBuilder, at: number): void => {
    const isDone = b.local('done', { max: 1 });
    b.step('wait', { kind: 'load', to: isDone, from: { cell: done, index: constant(at) }, order: 'relaxed' }, { kind: 'assume', condition: local(isDone) });
  };
  const reader = new ProgramBuilder('reader');
  const [ofX, ofY] = [reader.local('of x', { max: 1 }), reader.local('of y', { max: 1 })];
  reader.step('look at x', { kind: 'load', to: ofX, from: { cell: x }, order: 'relaxed' });
  nowDone(reader, 2);
  waitFor(reader, 1);
  beforeLoads(reader);
  reader.step('load x', { kind: 'load', to: ofX, from: { cell: x }, order: 'acquire' });
  reader.step('load y', { kind: 'load', to: ofY, from: { cell: y }, order: 'relaxed' });
  reader.step('tell', ...[ofX, ofY].map((from, at): Step => ({ kind: 'store', to: { cell: told, index: constant(at) }, value: { kind: 'binary', op: '+', left: local(from), right: constant(1) }, order: 'relaxed' })));
  const cells = [
    toyCell('x', 1), toyCell('y', 1),
    toyCell('told', 2, { length: 2, isRacy: false, initial: [0, 0], elementName: (index) => `told ${index}` }),
    toyCell('done', 1, { length: 3, isRacy: false, initial: [0, 0, 0], elementName: (index) => `done ${index}` }),
  ];
  return toyModel([fill('first', 0, first), fill('second', 1, second), reader.build()], { cells, locks: [toyLock('lock')], witnesses: pairs(2) });
}

describe('what a message brings with it', () => {
  const store = (b: ProgramBuilder, at: number, order: 'relaxed' | 'release'): void => { b.step(`store ${at}`, { kind: 'store', to: { cell: at }, value: constant(1), order }); };
  const [x, y] = [0, 1];
  const newX = '0=2 1=1';

  /** Who sees the new x sees the new y on one way, on the other not. */
  function eitherOrder(releasesFirst: boolean): Model {
    return toldOf((b) => {
      const way = b.local('way', { max: 1 });
      b.step('choose', { kind: 'choose', to: way, values: [0, 1] });
      const released = (): void => { store(b, y, 'relaxed'); store(b, x, 'release'); };
      const unordered = (): void => { store(b, x, 'relaxed'); store(b, y, 'relaxed'); };
      b.when('way', local(way), releasesFirst ? unordered : released, releasesFirst ? released : unordered);
    }, () => undefined);
  }

  it.each(each)('counts where contexts and messages are compared: %s', (_, reductions) => {
    for (const releasesFirst of [false, true]) {
      const model = eitherOrder(releasesFirst);
      expect(run(model, none).witnesses).toContain(newX);
      expect(answer(run(model, reductions))).toBe(answer(run(model, none)));
    }
  });

  it.each(each)('counts what has been seen: %s', (_, reductions) => {
    // While the second may still load x, there is an old value of it, whatever the third has seen.
    const stored = toldOf((b) => { store(b, x, 'relaxed'); }, (b, waitFor) => {
      waitFor(2);
      b.step('look at x', { kind: 'load', to: b.local('forgotten', { max: 1 }), from: { cell: x }, order: 'relaxed' });
    });
    expect(run(stored, none).witnesses).toContain('0=1 1=1');
    expect(answer(run(stored, reductions))).toBe(answer(run(stored, none)));
  });

  it.each(each)('tells messages of one value apart: %s', (_, reductions) => {
    const releasedThenPlain = toldOf((b) => { store(b, y, 'relaxed'); store(b, x, 'release'); }, (b) => { store(b, x, 'relaxed'); });
    expect(run(releasedThenPlain, none).witnesses).toContain(newX);
    expect(answer(run(releasedThenPlain, reductions))).toBe(answer(run(releasedThenPlain, none)));
  });
});

describe('contexts are not put in order', () => {
  /** Waits until it reads a value other than 1 that nobody has stored since: an old value would let it go on. */
  function waiter(isOneStep: boolean): Model {
    const writer = new ProgramBuilder('writer');
    writer.step('store', { kind: 'store', to: { cell: 0 }, value: constant(1), order: 'relaxed' });
    const b = new ProgramBuilder('waiter');
    const got = b.local('got', { max: 1 });
    const load: Step = { kind: 'load', to: got, from: { cell: 0 }, order: 'relaxed' };
    const wait: Step = { kind: 'assume', condition: not(local(got)) };
    if (isOneStep) b.step('wait', load, wait);
    else { b.step('load', load); b.step('wait', wait); }
    return toyModel([writer.build(), b.build()], { cells: [toyCell('x', 1)] });
  }

  it('where a load decides in the same step whether its thread is stuck', () => {
    expect(mayOrderContexts(waiter(true))).toBe(false);
    expect(mayOrderContexts(waiter(false))).toBe(true);
    for (const [, reductions] of each) {
      for (const model of [waiter(true), waiter(false)]) expect(answer(run(model, reductions))).toBe(answer(run(model, none)));
    }
  });

  it('where stores race', () => {
    const model = waiter(false);
    expect(mayOrderContexts({ ...model, cells: [toyCell('x', 1, { storesRace: true })] })).toBe(false);
  });
});
