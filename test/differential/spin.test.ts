/** Faultline against SPIN, in small; `npm run differential` is the same with thousands of programs. */

import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ProgramBuilder } from '../../server/src/model/programBuilder.ts';
import type { Model, Step } from '../../server/src/model/types.ts';
import { binary, cell, constant, equal, local } from '../../server/src/model/values.ts';
import { builtinModel, builtinModelNames } from '../../server/src/simulator/builtin/models.ts';
import { atEnd, toyCell, toyLock, toyModel } from '../unit/simulator/support.ts';
import { compare } from './compare.ts';
import { straightPaths } from './paths.ts';
import { randomModel } from './randomModel.ts';
import { findSpin, Spin } from './spin.ts';

const found = findSpin();
const programs = 60;
const patience = 600_000;

/** Two threads that take two locks, in the same order or not, and count under them. */
function lockers(isOrderKept: boolean): Model {
  const thread = (first: number): ReturnType<ProgramBuilder['build']> => {
    const b = new ProgramBuilder(`locker ${first}`);
    const seen = b.local('seen', { max: 2 });
    const lock = (kind: 'acquire' | 'release', index: number): Step =>
      (kind === 'acquire' ? { kind, lock: { lock: 0, index: constant(index) }, mode: 'exclusive' } : { kind, lock: { lock: 0, index: constant(index) } });
    b.step('lock', lock('acquire', first));
    b.step('lock', lock('acquire', 1 - first));
    b.step('load', { kind: 'load', to: seen, from: { cell: 0 }, order: 'relaxed' });
    b.step('store', { kind: 'store', to: { cell: 0 }, value: binary('+', local(seen), constant(1)), order: 'relaxed' });
    b.step('unlock', lock('release', 0), lock('release', 1));
    return b.build();
  };
  return toyModel([thread(0), thread(isOrderKept ? 0 : 1)], { cells: [toyCell('count', 2)], locks: [toyLock('lock', 2)], properties: [atEnd('sum', equal(cell({ cell: 0 }), constant(2)))] });
}

describe.skipIf(found.kind === 'missing')('Faultline and SPIN', () => {
  const spin = new Spin(found.kind === 'found' ? found.compiler : '');
  afterAll(() => { spin.close(); });

  it('agree on what is known', () => {
    expect(compare(lockers(true), spin)).toMatchObject({ verdict: 'holds', theirs: '{"assertion":false,"deadlock":false,"states":20}', ours: '{"assertion":false,"deadlock":false,"states":20}' });
    const crossed = compare(lockers(false), spin);
    expect(crossed).toMatchObject({ verdict: 'deadlock', theirs: crossed?.ours });
  });

  it(`agree on verdict, deadlock and number of states of ${programs} random programs`, () => {
    const verdicts = new Set<string>();
    fc.assert(fc.property(randomModel(), (model) => {
      const comparison = compare(model, spin, 30_000);
      fc.pre(comparison !== undefined);
      verdicts.add(comparison.verdict);
      expect(comparison.ours).toBe(comparison.theirs);
    }), { numRuns: programs, seed: 11 });
    expect([...verdicts].sort()).toEqual(['assertion', 'both', 'deadlock', 'holds']);
  }, patience);

  it.each(builtinModelNames)('agree on the built-in model %s, from its first start state', (name) => {
    for (const { model } of builtinModel(name)!.scenarios) {
      const comparison = compare({ ...model, initialStates: model.initialStates.slice(0, 1) }, spin);
      expect(comparison?.ours).toBe(comparison?.theirs);
    }
  }, patience);
});

describe('a transition as straight paths', () => {
  it('asks about the state before, through locals and stores', () => {
    const paths = straightPaths([
      { kind: 'store', to: { cell: 0 }, value: constant(2), order: 'relaxed' },
      { kind: 'load', to: 0, from: { cell: 0 }, order: 'relaxed' },
      { kind: 'assume', condition: equal(local(0), constant(2)) },
    ]);
    expect(paths.map(({ guards }) => guards)).toEqual([[{ kind: 'value', isTrue: true, value: constant(1) }]]);
  });
});
