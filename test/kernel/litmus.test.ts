/** The litmus tests of Linux 6.12: every answer under `weak` is that of the test. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesUnder } from '../../server/src/cli/files.ts';
import { litmusCode } from '../../server/src/cli/litmus.ts';
import { litmusReport } from '../../server/src/engine/litmus/litmusReport.ts';
import { nodeHost } from '../../server/src/engine/nodeHost.ts';
import type { MemoryModel } from '../../server/src/model/types.ts';
import { createParser } from '../../server/src/syntax/loadParser.ts';

const root = process.env['FAULTLINE_KERNEL_6_12'];

describe.runIf(root !== undefined)('litmus tests of Linux 6.12', async () => {
  const loaded = await createParser({ prefer: 'native' });
  if (loaded.kind !== 'parser') throw new Error(loaded.reason);
  const directories = root === undefined ? [] : ['tools/memory-model/litmus-tests', 'Documentation/litmus-tests'];
  const files = directories.flatMap((directory) => filesUnder(join(root ?? '', directory), '.litmus'));
  const report = (memory: MemoryModel) =>
    litmusReport(nodeHost.files, loaded.parser, files, { memory, maxStates: 1_000_000, timeoutMs: 60_000, now: () => performance.now() });

  it('are all answered as the kernel answers them', () => {
    const { tests } = report('weak');
    const answers = tests.map(({ name, result }) => `${name}: ${result}`);
    expect(answers).toEqual(tests.map(({ name, expected }) => `${name}: ${expected === 'DEADLOCK' ? 'Never' : expected}`));
    expect(tests.length).toBeGreaterThan(40);
  });

  it.each([
    ['sc', []],
    ['tso', ['R+poonceonces', 'SB+poonceonces', 'SB+rfionceonce-poonceonces', 'cmpxchg-fail-unordered-1']],
  ] as const)('are compatible with %s', (memory, seen) => {
    const found = report(memory);
    expect(litmusCode(found)).toBe(0);
    expect(found.tests.filter((test) => test.result !== 'Never').map((test) => test.name)).toEqual(seen);
  });
});
