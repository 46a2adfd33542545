/** `faultline cfg` as a process, from the bundle that `npm run build` makes. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
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
  [['cfg', FILE], `faultline: '${FILE}' names no function; write FILE:FUNCTION or FILE:LINE\n`],
  [['cfg', `${FILE}:nothing`], `faultline: ${root}/${FILE} has no function nothing\n`],
  [['cfg', 'nowhere.c:f'], `faultline: ${root}/nowhere.c cannot be read: it does not exist, is a directory, or is not text\n`],
  [['cfg', `${FILE}:ramstore_fault`, '--format', 'svg'], "faultline: option '--format <format>' argument 'svg' is invalid. Allowed choices are text, dot.\n"],
])('%j is a usage error', (args, stderr) => {
  expect(faultline(...args)).toEqual({ status: 2, stdout: '', stderr });
});

test('a name defined twice is said to be, and a line chooses', () => {
  const directory = mkdtempSync(join(tmpdir(), 'faultline-cfg-'));
  const file = join(directory, 'f.c');
  writeFileSync(file, '#ifdef CONFIG_X\nvoid f(void)\n{\n\ta();\n}\n#else\nvoid f(void)\n{\n}\n#endif\n');
  try {
    const named = faultline('cfg', `${file}:f`);
    expect(named.stderr).toBe(`faultline: f is defined 2 times in this file; this is the definition at line 2. For the other: ${file}:f:7\n`);
    expect([named.stdout.includes('a()'), faultline('cfg', `${file}:f:7`).stdout.includes('a()'), faultline('cfg', `${file}:9`).stdout.includes('a()')]).toEqual([true, false, false]);
    expect(faultline('cfg', `${file}:f`, '-U', 'CONFIG_X').stderr).toBe('');
    expect(faultline('cfg', `${file}:6`).status).toBe(2);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('the configuration decides which branches are read, and the others are listed', () => {
  const directory = mkdtempSync(join(tmpdir(), 'faultline-cfg-'));
  const file = join(directory, 'f.c');
  const config = join(directory, 'config');
  writeFileSync(file, 'void f(void)\n{\n#ifdef CONFIG_SMP\n\ta();\n#else\n\tb();\n#endif\n#if IS_ENABLED(CONFIG_MOD)\n\tc();\n#endif\n}\n');
  writeFileSync(config, 'CONFIG_MOD=m\n# CONFIG_SMP is not set\n');
  const read = (...args: readonly string[]): string[] => {
    const { stdout } = faultline('cfg', `${file}:f`, ...args);
    return stdout.split('\n').flatMap((row) => [...row.matchAll(/\b[abc]\(\)|not read: .*/g)].map(([found]) => found.replace(file, 'f.c')));
  };
  try {
    expect(read()).toEqual(['a()', 'c()', 'not read: f.c:6-6 (#else)']);
    expect(read('--config', config)).toEqual(['b()', 'c()', 'not read: f.c:4-4 (#ifdef CONFIG_SMP)']);
    expect(read('--config', config, '-D', 'CONFIG_SMP')).toEqual(['a()', 'c()', 'not read: f.c:6-6 (#else)']);
    expect(read('-U', 'CONFIG_MOD')).toEqual(['a()', 'not read: f.c:6-6 (#else)', 'not read: f.c:9-9 (#if IS_ENABLED(CONFIG_MOD))']);
    expect(faultline('cfg', `${file}:f`, '--config', join(directory, 'none')).status).toBe(2);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
