/** Every reduction, alone and together, must leave every verdict as it is; how much they save is in docs/checker.md. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProgramBuilder } from '../../../server/src/model/programBuilder.ts';
import type { Model, Program, Value } from '../../../server/src/model/types.ts';
import { and, binary, cell, constant, done, equal, held, implies, not } from '../../../server/src/model/values.ts';
import { builtinModel, builtinModelNames } from '../../../server/src/simulator/builtin/models.ts';
import { allReductions, noReductions } from '../../../server/src/simulator/prepare.ts';
import { interchangeable } from '../../../server/src/simulator/reduce/symmetry.ts';
import { reductionsOf, search } from '../../../server/src/simulator/search.ts';
import type { Reductions, SearchResult } from '../../../server/src/simulator/types.ts';
import { randomModel } from '../../differential/randomModel.ts';
import { always, options, toyCell, toyLock, toyModel } from './support.ts';

const each: readonly (readonly [string, Reductions])[] = [
  ['fused local steps', { ...noReductions, fuseLocalSteps: true }],
  ['forgotten locals', { ...noReductions, forgetDeadLocals: true }],
  ['movers', { ...noReductions, fuseLocalSteps: true, movers: true }],
  ['ample sets', { ...noReductions, ampleSets: true }],
  ['symmetry', { ...noReductions, symmetry: true }],
  ['all', allReductions],
];

function run(model: Model, reductions: Reductions): SearchResult {
  return search(model, { ...options, reductions });
}

/** Verdict and witnesses; which of several violations is shown may differ. */
function answer(result: SearchResult): string {
  return result.verdict === 'violated' ? 'violated' : `${result.verdict}, seen: ${[...result.witnesses].sort().join('; ')}`;
}

/** Lock, use, unlock: `count` threads with one program over cells of their own, or one that they share. */
function workers(count: number, isShared: boolean): Model {
  const worker = (index: number): Program => {
    const b = new ProgramBuilder('worker');
    b.step('lock', { kind: 'acquire', lock: { lock: isShared ? 0 : index }, mode: 'exclusive' });
    b.step('add', { kind: 'update', cell: { cell: isShared ? 0 : index }, value: binary('+', cell({ cell: isShared ? 0 : index }), constant(1)), order: 'full' });
    b.step('unlock', { kind: 'release', lock: { lock: isShared ? 0 : index } });
    return b.build();
  };
  const indices = Array.from({ length: count }, (_, index) => index);
  const parts = { cells: indices.map((index) => toyCell(`c${index}`, count)), locks: indices.map((index) => toyLock(`l${index}`)) };
  return toyModel(indices.map(worker), parts);
}

describe('reductions', () => {
  it.each(each)('keep verdicts and witnesses of the built-in models: %s', (_, reductions) => {
    for (const { model } of builtinModelNames.flatMap((name) => builtinModel(name)!.scenarios)) {
      expect(answer(run(model, reductions))).toBe(answer(run(model, noReductions)));
    }
  }, 300_000);

  it.each(['different', 'identical'] as const)('keep verdicts and witnesses of random programs, %s threads', (how) => {
    const seen = fc.sample(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 3 })), { numRuns: 6, seed: 3 });
    const witnesses = seen.map(([id, value]) => ({ description: `c${id} is ${value} when a thread is done`, condition: and(done(id), equal(cell({ cell: id }), constant(value))) }));
    fc.assert(fc.property(randomModel(how), (random) => {
      const model = { ...random, witnesses };
      const unreduced = search(model, { ...options, reductions: noReductions, maxStates: 20_000 });
      fc.pre(unreduced.verdict !== 'bounded');
      for (const [, reductions] of each) expect(answer(run(model, reductions))).toBe(answer(unreduced));
    }), { numRuns: Number(process.env['FAULTLINE_RUNS'] ?? 150), seed: 5, maxSkipsPerRun: 1000 });
  }, 300_000);

  it('run independent threads one after the other', () => {
    expect(run(workers(3, false), noReductions).states).toBe(4 ** 3);
    expect(run(workers(3, false), { ...noReductions, ampleSets: true }).states).toBe(3 * 3 + 1);
  });

  it('keep one of the states that differ in who is who', () => {
    expect(interchangeable(workers(3, true))).toEqual([[0, 1, 2]]);
    expect(interchangeable(workers(3, false))).toEqual([]);
    const [plain, reduced] = [noReductions, { ...noReductions, symmetry: true }].map((reductions) => run(workers(3, true), reductions));
    expect([plain?.states, reduced?.states]).toEqual([8 + 3 * 4 * 2, 4 + 2 * 3]);
  });

  it('let nobody wait for ever for a thread that goes in circles alone', () => {
    const circles = new ProgramBuilder('circles');
    circles.forever(() => circles.step('own', { kind: 'store', to: { cell: 0 }, value: constant(1), order: 'relaxed' }));
    const bad = new ProgramBuilder('bad');
    bad.step('bad', { kind: 'store', to: { cell: 1 }, value: constant(1), order: 'relaxed' });
    const model = toyModel([circles.build(), bad.build()], { cells: [toyCell('own', 1), toyCell('bad', 1)], properties: [always('P', not(cell({ cell: 1 })))] });
    expect(run(model, { ...noReductions, ampleSets: true }).verdict).toBe('violated');
  });

  it('ask a property that names a thread of every image', () => {
    const names = (thread: number): Value => implies(done(thread), not(held({ lock: 0 }, 1 - thread)));
    for (const thread of [0, 1]) {
      const model = { ...workers(2, true), properties: [always('P', names(thread))] };
      expect(run(model, { ...noReductions, symmetry: true }).verdict).toBe('violated');
    }
  });

  it('exchange no threads that are named by a program', () => {
    const b = new ProgramBuilder('own');
    b.step('mine', { kind: 'store', to: { cell: 0 }, value: { kind: 'self' }, order: 'relaxed' });
    const program = b.build();
    expect(interchangeable(toyModel([program, program], { cells: [toyCell('who', 1)] }))).toEqual([]);
  });

  it('are left out where they are not sound', () => {
    const asked = { ...options, reductions: allReductions };
    expect(reductionsOf(asked)).toEqual({ ...allReductions, contextOrder: false });
    const kept = { ...allReductions, movers: false, ampleSets: false, symmetry: false, contextOrder: false };
    expect(reductionsOf({ ...asked, memory: 'weak' })).toEqual({ ...kept, movers: true, contextOrder: true });
    expect(reductionsOf({ ...asked, memory: 'tso' })).toEqual(kept);
    expect(reductionsOf({ ...asked, checksProgress: true })).toEqual({ ...kept, movers: true });
    expect(reductionsOf({ ...asked, memory: 'weak', checksProgress: true })).toEqual({ ...kept, movers: true });
    expect(reductionsOf({ ...asked, reductions: { ...allReductions, fuseLocalSteps: false } }).movers).toBe(false);
  });
});
