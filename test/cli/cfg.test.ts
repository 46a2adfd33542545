/** `faultline cfg` as a process, from the bundle that `npm run build` makes. */

import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const FILE = 'examples/page-lock-era/drivers/block/ramstore.c';

function faultline(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli.js', ...args], { cwd: root, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('prints the graph as text, every node with its place', () => {
  const { status, stdout, stderr } = faultline('cfg', `${FILE}:ramstore_fault`);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const [head, ...rows] = stdout.trimEnd().split('\n');
  expect(head).toBe('ramstore_fault:');
  expect(rows.length).toBeGreaterThan(5);
  rows.forEach((row, id) => expect(row).toMatch(new RegExp(`^${id} \\[${FILE.replaceAll('.', '\\.')}:\\d+\\] `)));
});

test('prints it for graphviz', () => {
  const { status, stdout } = faultline('cfg', `${FILE}:ramstore_fault`, '--format', 'dot');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^digraph "ramstore_fault" \{\n[^]*\n\}\n$/);
  expect(stdout).toContain(`label="${FILE}:`);
});

test.each([
  [['cfg', FILE], `faultline: '${FILE}' names no function; write FILE:FUNCTION\n`],
  [['cfg', `${FILE}:nothing`], `faultline: ${root}/${FILE} has no function nothing\n`],
  [['cfg', 'nowhere.c:f'], `faultline: ${root}/nowhere.c cannot be read: it does not exist, is a directory, or is not text\n`],
  [['cfg', `${FILE}:ramstore_fault`, '--format', 'svg'], "faultline: option '--format <format>' argument 'svg' is invalid. Allowed choices are text, dot.\n"],
])('%j is a usage error', (args, stderr) => {
  expect(faultline(...args)).toEqual({ status: 2, stdout: '', stderr });
});
