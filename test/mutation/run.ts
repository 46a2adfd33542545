/**
 * `npm run mutate-checker [-- PART]`: seeds the faults of mutants.ts, one at a time, into a copy of the
 * sources, and runs the tests of each until one fails. PART chooses faults by their words or by a test. Exit status
 * 1 where a fault survives.
 */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Mutant, mutants } from './mutants.ts';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const copy = mkdtempSync(join(tmpdir(), 'faultline-mutants-'));
for (const part of ['server', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts']) cpSync(join(root, part), join(copy, part), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));

/** The test file that noticed, or undefined. */
function noticedBy({ file, find, replace, tests }: Mutant): string | undefined {
  const path = join(copy, 'server/src/simulator', file);
  const original = readFileSync(path, 'utf8');
  if (original.split(find).length !== 2) throw new Error(`${file} has not exactly one "${find}"`);
  writeFileSync(path, original.replace(find, () => replace));
  try {
    return tests.find((test) => !passes(test));
  } finally {
    writeFileSync(path, original);
  }
}

function passes(test: string): boolean {
  try {
    execFileSync('npx', ['vitest', 'run', '--bail', '1', `test/unit/simulator/${test}.test.ts`], { cwd: copy, stdio: 'pipe', env: { ...process.env, FAULTLINE_RUNS: '60' } });
    return true;
  } catch {
    return false;
  }
}

const part = process.argv[2] ?? '';
const chosen = mutants.filter((mutant) => mutant.what.includes(part) || mutant.tests.includes(part));
// A test that fails without a fault would notice everything.
for (const test of new Set(chosen.flatMap((mutant) => mutant.tests))) if (!passes(test)) throw new Error(`${test} fails without a fault`);
let survivors = 0;
for (const mutant of chosen) {
  const noticed = noticedBy(mutant);
  if (noticed === undefined) survivors++;
  console.log(`${(noticed ?? 'SURVIVES').padEnd(14)} ${mutant.what}`);
}
rmSync(copy, { recursive: true, force: true });
console.log(`${chosen.length - survivors} of ${chosen.length} noticed`);
process.exitCode = survivors === 0 ? 0 : 1;
