/** do_wp_page of Linux 2.6.20, 2.6.24 and 6.12: a write to a read-only pte, unmodified and with one thing taken out. */

import { describe, expect, it } from 'vitest';
import { verdicts, violations } from '../simulate/run.ts';
import { kernel2620, kernel2624, kernel612, KernelSources } from './disk.ts';

const file = 'mm/memory.c';
const name = 'do_wp_page';
const weak = { memory: 'weak', against: ['truncate', 'invalidate', 'reclaim', 'fault', 'writeback', 'cow'] } as const;
/** The map count drops before the pte is cleared, under the page-table lock; in 2.6.28 the order is the other. */
const countedDownFirst = 'invalidate, write private: violated I1';

describe.runIf(kernel2620 !== undefined)('Linux 2.6.20', () => {
  const tree = new KernelSources(kernel2620 ?? '');

  it('do_wp_page loses a dirty page to writeback, which it does not wait for', async () => {
    expect(await violations(tree, tree.path(file), name, weak)).toEqual([expect.stringContaining(countedDownFirst), expect.stringContaining('writeback, write shared: violated I14')]);
  });
});

describe.runIf(kernel2624 !== undefined)('Linux 2.6.24', () => {
  const tree = new KernelSources(kernel2624 ?? '');
  const function_ = 'static int do_wp_page(';

  it('do_wp_page waits for writeback', async () => {
    expect(await violations(tree, tree.path(file), name, weak)).toEqual([expect.stringContaining(countedDownFirst)]);
  });

  it('with the map count dropped after the pte is cleared it holds', async () => {
    const later = tree
      .edit(file, function_, '\t\t\tpage_remove_rmap(old_page, vma);\n', '')
      .edit(file, function_, '\t\tptep_clear_flush(vma, address, page_table);\n', '\t\tptep_clear_flush(vma, address, page_table);\n\t\tif (old_page)\n\t\t\tpage_remove_rmap(old_page, vma);\n');
    expect(await violations(later, later.path(file), name, weak)).toEqual([]);
  });

  it('without the wait it loses a dirty page to writeback', async () => {
    const hasty = tree.edit(file, function_, '\t\twait_on_page_locked(dirty_page);\n', '');
    expect(await verdicts(hasty, hasty.path(file), name, { memory: 'weak', against: ['writeback'], mapping: ['shared'] })).toEqual(['writeback, write shared: violated I14']);
  });
});

describe.runIf(kernel612 !== undefined)('Linux 6.12', () => {
  const tree = new KernelSources(kernel612 ?? '');
  const copy = 'static vm_fault_t wp_page_copy(';

  it('do_wp_page holds', async () => {
    expect(await violations(tree, tree.path(file), name, weak)).toEqual([]);
  }, 120_000);

  it('without pte_same the copy of a second fault is lost', async () => {
    const unchecked = tree.edit(file, copy, 'vmf->pte && pte_same(ptep_get(vmf->pte), vmf->orig_pte)', 'vmf->pte');
    expect(await violations(unchecked, unchecked.path(file), name, { memory: 'weak', against: ['fault'], mapping: ['private'] })).toEqual([expect.stringContaining('violated I7')]);
  }, 120_000);

  it('without pte_same after page_mkwrite, a page that has left the file is mapped again', async () => {
    const unchecked = tree.edit(file, 'static vm_fault_t finish_mkwrite_fault(', 'if (!pte_same(ptep_get(vmf->pte), vmf->orig_pte)) {', 'if (0) {');
    expect(await verdicts(unchecked, unchecked.path(file), name, { memory: 'weak', against: ['invalidate'], mapping: ['shared'] })).toEqual(['invalidate, write shared: violated I7']);
  }, 120_000);
});
