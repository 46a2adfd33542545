/** A race is `proven` only where no run of it rests on what was not followed. */

import { expect, test } from 'vitest';
import { engineOver, simulateDefaults } from './run.ts';
import { Sources } from './sources.ts';
import { neverCancelled } from '../../server/src/base/cancellation.ts';

const path = 'drivers/mtd/flashmap.c';
const limits = { kernel: undefined, maxStates: 2_000_000, timeoutMs: 60_000, cancellation: neverCancelled } as const;

/** The example's driver without its leak. */
const sound = Sources.example('page-lock-era').edit(path, '\tif (!PageUptodate(page)) {\n', '\tif (!PageUptodate(page)) {\n\t\tunlock_page(page);\n');
/** With a second way out of which nothing is known. */
const direct = sound.edit(path, '\tpage = find_lock_page(', '\tif (inode->i_direct)\n\t\treturn flash_direct(vmf->pgoff);\n\tpage = find_lock_page(');
/** It does not lock the page. */
const racy = sound.edit(path, 'find_lock_page(mapping', 'find_get_page(mapping').edit(path, '\tif (!PageUptodate(page)) {\n\t\tunlock_page(page);\n', '\tif (!PageUptodate(page)) {\n')
  .edit(path, '\tif (vmf->pgoff >= pages) {\n\t\tunlock_page(page);\n', '\tif (vmf->pgoff >= pages) {\n').edit(path, 'return VM_FAULT_LOCKED;', 'return 0;');

async function races(files: Sources): Promise<string[]> {
  const engine = await engineOver(files);
  const { findings } = engine.check(`/tree/${path}`, { ...limits, level: 'likely', simulate: true, memory: 'sc' });
  return findings.map(({ code, confidence, message }) => `${code} ${confidence} ${/\[(\w+)\]/.exec(message)?.[1] ?? ''}${/taking it that (.*)\)$/.exec(message)?.[0] ?? ''}`).sort();
}

test('a result that is not followed is no proof that a page was promised', async () => {
  expect(await races(direct)).toEqual(['FL100 likely NULLtaking it that a handler whose result is not followed can return each of the constants that are tested for)']);
});

test('a simulation says the same of its verdict', async () => {
  const told = async (files: Sources): Promise<(string | undefined)[][]> => {
    const { scenarios } = (await engineOver(files)).simulate(`/tree/${path}`, 'flashmap_fault', { ...simulateDefaults, against: ['invalidate'], access: ['read'] });
    return scenarios.map(({ verdict, confidence, reason }) => [verdict, confidence, reason]);
  };
  expect(await told(direct)).toEqual([['violated', 'likely', 'likely, not proven: it rests on this: a handler whose result is not followed can return each of the constants that are tested for']]);
  expect(await told(racy)).toEqual([['violated', 'proven', undefined]]);
  expect(await told(sound)).toEqual([['holds', undefined, undefined]]);
});

test('another result that is not followed does not weaken what goes wrong whatever it is', async () => {
  const found = await races(racy.edit(path, '\tpage = find_get_page(', '\tif (flash_mode(inode) == VM_FAULT_NOPAGE)\n\t\treturn VM_FAULT_NOPAGE;\n\tpage = find_get_page('));
  expect(found).toContain('FL100 proven I1');
  expect(found.filter((each) => each.includes('likely'))).toEqual([]);
});

test('a lock of the driver\'s own making may keep the adversary out; one of the kernel\'s that the adversary does not take keeps nobody out', async () => {
  const found = await races(racy.edit(path, '\tpage = find_get_page(', '\tflash_lock(inode);\n\tpage = find_get_page('));
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter((each) => !/^FL100 likely \w+taking it that calls that may take a lock of their own keep nobody out: flash_lock\(\)\)$/.test(each))).toEqual([]);
  expect(await races(racy.edit(path, '\tpage = find_get_page(', '\tmutex_lock(&inode->i_flash);\n\tpage = find_get_page('))).toContain('FL100 proven I1');
});
