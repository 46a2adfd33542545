/** Linux 2.6.24, unmodified and with one thing taken out: __do_fault with the tree's own filemap_fault. */

import { describe, expect, it } from 'vitest';
import { holdsAgainst, simulate, storeLine, traceOf, verdicts } from '../simulate/run.ts';
import { kernel2624, KernelSources } from './disk.ts';

const file = 'mm/memory.c';
const core = 'static int __do_fault(';

describe.runIf(kernel2624 !== undefined)('Linux 2.6.24', () => {
  const tree = new KernelSources(kernel2624 ?? '');
  const memory = tree.path(file);
  const store = 'set_pte_at(mm, address, page_table, entry)';

  it.each(['sc', 'weak'] as const)('__do_fault is sound against truncate, invalidate and a second fault (%s)', async (model) => {
    expect(await verdicts(tree, memory, '__do_fault', { memory: model })).toEqual(holdsAgainst('truncate', 'invalidate', 'fault'));
  });

  it('with the page unlocked before the pte is set, truncate and invalidate leave dangling ptes', async () => {
    const bare = tree
      .edit(file, core, '\tpage_table = pte_offset_map_lock(', '\tunlock_page(vmf.page);\n\tpage_table = pte_offset_map_lock(')
      .edit(file, core, '\tpte_unmap_unlock(page_table, ptl);\n\nout:', '\tpte_unmap_unlock(page_table, ptl);\n\tgoto out_unlocked;\n\nout:');
    expect(await verdicts(bare, memory, '__do_fault')).toEqual([
      'truncate, read shared: violated I1', 'truncate, write shared: violated I1', 'truncate, write private: violated I4',
      'invalidate, read shared: violated I1', 'invalidate, write shared: violated I1', 'invalidate, write private: holds',
      ...holdsAgainst('fault'),
    ]);
    const trace = traceOf(await simulate(bare, memory, '__do_fault', { against: ['invalidate'] }), 'invalidate, read shared: violated I1');
    expect(storeLine(trace)).toBe(`memory.c:${bare.line(file, core, store)}`);
  });

  it('without the size recheck under the page lock, a page beyond the end of file is mapped', async () => {
    const text = tree.text('mm/filemap.c');
    const handler = text.indexOf('int filemap_fault(');
    const second = text.indexOf('if (unlikely(vmf->pgoff >= size)) {', handler);
    expect(second).toBeGreaterThan(0);
    const bare = tree.write('mm/filemap.c', `${text.slice(0, second)}if (0) {${text.slice(second + 'if (unlikely(vmf->pgoff >= size)) {'.length)}`);
    expect(await verdicts(bare, memory, '__do_fault', { against: ['truncate'] })).toEqual([
      'truncate, read shared: violated I4', 'truncate, write shared: violated I4', 'truncate, write private: violated I4',
    ]);
  });

  it('without pte_same, a second fault overwrites the pte', async () => {
    const bare = tree.edit(file, core, '\tif (likely(pte_same(*page_table, orig_pte))) {\n', '\tif (1) {\n');
    expect(await verdicts(bare, memory, '__do_fault', { against: ['fault'] })).toEqual([
      'fault, read shared: violated I11', 'fault, write shared: violated I11', 'fault, write private: violated I11',
    ]);
    const trace = traceOf(await simulate(bare, memory, '__do_fault', { against: ['fault'] }), 'fault, read shared: violated I11');
    expect(trace.at(-1)?.line).toBe(bare.line(file, core, store));
  });

  it('with the page locked again for a handler that returned it locked, the fault waits for itself', async () => {
    const bare = tree.edit(file, core, '\tif (unlikely(!(ret & VM_FAULT_LOCKED)))\n\t\tlock_page(vmf.page);\n\telse\n\t\tVM_BUG_ON(!PageLocked(vmf.page));\n', '\tlock_page(vmf.page);\n');
    expect(await verdicts(bare, memory, '__do_fault', { against: ['truncate'], access: ['read'] })).toEqual(['truncate, read shared: violated I18']);
  });
});
