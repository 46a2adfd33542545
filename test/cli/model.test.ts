/** What `faultline model` refuses, from the bundle that `npm run build` makes. */

import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));

test.each([
  [['--explain', '--variant', 'posted'], 'faultline: --explain takes the protocol as it is, without --variant\n'],
  [['--explain', '--reduction', 'on'], 'faultline: --explain searches without reductions; leave --reduction out\n'],
  [['--explain', '--format', 'diagram'], 'faultline: --explain has no diagram; use text, json or markdown\n'],
])('model seqlock %j is a usage error', (args, message) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli.js', 'model', 'seqlock', ...args], { cwd: root, encoding: 'utf8' });
  expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: message });
});

test.each([['sc', ['movers', 'ampleSets']], ['weak', ['movers', 'contextOrder']], ['tso', []]])('model seqlock --reduction on --memory %s says which were on', (memory, on) => {
  const { status, stdout } = spawnSync(process.execPath, ['dist/cli.js', 'model', 'seqlock', '--reduction', 'on', '--memory', memory, '--format', 'json'], { cwd: root, encoding: 'utf8' });
  const { scenarios } = JSON.parse(stdout) as { scenarios: { against: string; reductions?: { on: string[] } }[] };
  expect(scenarios.length).toBeGreaterThan(0);
  expect({ status, on: scenarios.map(({ reductions }) => reductions?.on) }).toEqual({ status: 0, on: scenarios.map(() => on) });
});
