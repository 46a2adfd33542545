/** The limits that a caller gives reach every search, also those of `check` and of the server. */

import { describe, expect, it } from 'vitest';
import { neverCancelled } from '../../server/src/base/cancellation.ts';
import { checkData, simulateData } from '../../server/src/lsp/engineOptions.ts';
import { readSettings } from '../../server/src/lsp/settings.ts';
import { engineOver, simulate } from './run.ts';
import { Sources } from './sources.ts';

const megabyte = 2 ** 20;
const path = '/tree/mm/memory.c';

describe('a limit on memory', () => {
  const section = '\tpte = pte_offset_map_lock(mm, pmd, address, &ptl);\n\tpte_unmap_unlock(pte, ptl);\n';
  /** Takes the page-table lock over and over, so that there are more states than fit. */
  const files = Sources.example('truncate-count-era').edit('mm/memory.c', '\tsmp_rmb();\t/*', `${section.repeat(40)}\tsmp_rmb();\t/*`);

  it('is kept by simulate', async () => {
    const short = await simulate(files, path, 'do_no_page', { memory: 'weak', against: ['fault'], access: ['write'], maxBytes: megabyte });
    expect(short.map(({ verdict }) => verdict)).toEqual(['bounded', 'bounded']);
    for (const { reason } of short) expect(reason).toContain('1 MB');
  });

  it('is kept by check, as by the server with its setting', async () => {
    const engine = await engineOver(files);
    const notModelled = (maxMemory: number): string[] => {
      const data = checkData(readSettings({ maxMemory }).settings, true);
      return engine.check(path, { ...data, timeoutMs: 60_000, cancellation: neverCancelled }).functions.notModelled.map(({ function: name, reason }) => `${name}: ${reason}`);
    };
    expect(notModelled(1024)).toEqual([]);
    expect(notModelled(1)).toEqual([expect.stringMatching(/^do_no_page: simulation: .*1 MB/)]);
  });

  it('is what the server gives a simulation, unless its command names another', () => {
    const { settings, problems } = readSettings({ maxMemory: 64 });
    expect([simulateData(settings, {}).maxBytes, simulateData(settings, { maxBytes: 7 }).maxBytes, problems]).toEqual([64 * megabyte, 7, []]);
  });
});
