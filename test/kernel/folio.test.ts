/** Linux 6.12 against what has to be asked for: a private write to what a read fault has set, and page tables that go away. */

import { describe, expect, it } from 'vitest';
import { verdicts } from '../simulate/run.ts';
import { kernel612, KernelSources } from './disk.ts';

const file = 'mm/memory.c';
const finish = 'vm_fault_t finish_fault(';

describe.runIf(kernel612 !== undefined)('Linux 6.12', () => {
  const tree = new KernelSources(kernel612 ?? '');
  const memory = tree.path(file);
  const against = { against: ['retraction'], memory: 'weak' } as const;

  it('do_read_fault leaves a pte that another thread may copy', async () => {
    expect(await verdicts(tree, memory, 'do_read_fault', { against: ['cow'], memory: 'weak' })).toEqual(['cow, read private: holds']);
  });

  it('its faults find out that their page table is gone', async () => {
    expect(await verdicts(tree, memory, 'do_read_fault', against)).toEqual(['retraction, read shared: holds']);
    expect(await verdicts(tree, memory, 'do_shared_fault', against)).toEqual(['retraction, write shared: holds']);
    expect(await verdicts(tree, memory, 'do_cow_fault', against)).toEqual(['retraction, write private: holds']);
  }, 60_000);

  it('and would not, if finish_fault took it for granted', async () => {
    const bare = tree.edit(file, finish, '\tif (!vmf->pte)\n\t\treturn VM_FAULT_NOPAGE;\n', '');
    expect(await verdicts(bare, memory, 'do_cow_fault', against)).toEqual(['retraction, write private: violated I10']);
  }, 60_000);
});
