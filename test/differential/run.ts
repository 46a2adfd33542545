/**
 * `npm run differential -- [--programs N] [--seed S] [--install]`: N random programs, each checked by
 * Faultline and by SPIN, which must agree on everything. A difference is shrunk and printed, and the
 * exit status is 1; 2 where SPIN or a compiler is missing. `--install` gets them by apt-get first.
 */

import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { compare, type Comparison } from './compare.ts';
import { toPromela } from './promela.ts';
import { randomModel } from './randomModel.ts';
import { findSpin, Spin } from './spin.ts';

const { values } = parseArgs({ options: { programs: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' }, install: { type: 'boolean', default: false } } });
if (values.install) execFileSync('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'spin', 'tcc'], { stdio: 'inherit' });
const found = findSpin();
if (found.kind === 'missing') {
  console.error(`differential: missing: ${found.what}; or run with --install`);
  process.exit(2);
}
/** Larger programs are drawn again, so that SPIN has room for them. */
const maxStates = 30_000;
const count = Number(values.programs);
const seed = Number(values.seed);
const spin = new Spin(found.compiler);
const seen = { holds: 0, assertion: 0, deadlock: 0, both: 0, compared: 0, states: 0, largest: 0 };
let done = 0;
let tooLarge = 0;

function note({ verdict, states }: Comparison): void {
  seen[verdict]++;
  seen.compared += Number(states > 0);
  seen.states += states;
  seen.largest = Math.max(seen.largest, states);
  if (++done % 100 === 0) console.log(`${done} programs`);
}

const result = fc.check(fc.property(randomModel(), (model) => {
  const comparison = compare(model, spin, maxStates);
  if (!comparison) tooLarge++;
  fc.pre(comparison !== undefined);
  note(comparison);
  if (comparison.ours !== comparison.theirs) throw new Error(`Faultline: ${comparison.ours}\nSPIN:      ${comparison.theirs}`);
}), { numRuns: count, seed, maxSkipsPerRun: 1000 });
spin.close();
if (result.failed) {
  console.error(`differs, seed ${seed}, path ${result.counterexamplePath ?? ''}, shrunk ${result.numShrinks} times`);
  console.error(result.errorInstance instanceof Error ? result.errorInstance.message : result.errorInstance);
  if (result.counterexample) console.error(toPromela(result.counterexample[0], { asserts: 'everywhere' }));
  process.exit(1);
}
console.log(`${count} programs, seed ${seed}: no difference. ${seen.assertion + seen.both} violate an assertion or a lock rule, ${seen.deadlock + seen.both} can deadlock, ${seen.holds} do neither.`);
console.log(`States were counted in ${seen.compared} of them: ${seen.states} in all, at most ${seen.largest} in one; ${tooLarge} larger programs were drawn again.`);
