import { expect, test } from 'vitest';
import { ProgramBuilder } from '../../../server/src/model/programBuilder.ts';
import { piecesOf } from '../../../server/src/model/pieces.ts';
import { printProgram } from '../../../server/src/model/printProgram.ts';
import { constant, equal, held, local } from '../../../server/src/model/values.ts';

const LOCK = 0;
const CELL = 0;

/** Two ways take the lock, one release drops it; a store under it asserts that it is held. */
function sample(): ReturnType<ProgramBuilder['build']> {
  const b = new ProgramBuilder('sample');
  const value = b.local('value', { max: 1 });
  const take = (text: string): void => b.step(text, { kind: 'acquire', lock: { lock: LOCK }, mode: 'exclusive' });
  b.step('look', { kind: 'load', to: value, from: { cell: CELL }, order: 'relaxed' });
  b.when('value', equal(local(value), constant(1)), () => take('take here'), () => take('take there'));
  b.step('smp_rmb()', { kind: 'fence', order: 'read' });
  b.step('store', { kind: 'check', property: 'I10', condition: held({ lock: LOCK }, 'self'), message: 'not held' }, { kind: 'store', to: { cell: CELL }, value: constant(1), order: 'relaxed' });
  b.step('drop', { kind: 'release', lock: { lock: LOCK } });
  return b.build();
}

test('are barriers, lock sections, ways of a check and stores, in program order', () => {
  expect(piecesOf(sample()).map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    'check value', 'lock take here', 'check !value', 'barrier smp_rmb()', 'step store',
  ]);
});

test('a lock goes with all that shares its release, and with what asserts it', () => {
  const lock = piecesOf(sample()).find(({ kind }) => kind === 'lock')!;
  expect(lock.origins.map(({ text }) => text)).toEqual(['take here', 'take there', 'drop']);
  const printed = printProgram(lock.without);
  expect(printed).not.toMatch(/^ +(?:lock|unlock|check) /m);
  expect(printed).toContain('(left out: take here)');
});

test('a check without one way always goes the other', () => {
  const way = piecesOf(sample()).find(({ text }) => text === '!value')!;
  const from = sample().transitions.find(({ origin }) => origin.text === 'value')!.from;
  const left = way.without.transitions.filter((transition) => transition.from === from);
  expect(left.map(({ origin, steps }) => [origin.text, steps.length])).toEqual([['!value', 0]]);
});

test('what does not belong to a piece stays as it is', () => {
  const whole = sample();
  const barrier = piecesOf(whole).find(({ kind }) => kind === 'barrier')!.without;
  const changed = barrier.transitions.filter((transition) => !whole.transitions.includes(transition));
  expect(changed.map(({ origin, steps }) => [origin.text, steps])).toEqual([['(left out: smp_rmb())', []]]);
});
