/**
 * What the functions of the fault path return locked, inferred from the sources of real trees: no
 * table names any of them. Each row is one exit: what is returned, and the page and page-table locks
 * that are held.
 */

import { describe, expect, it } from 'vitest';
import { createEngine } from '../../server/src/engine/engine.ts';
import { nodeHost } from '../../server/src/engine/nodeHost.ts';
import { createParser } from '../../server/src/syntax/loadParser.ts';
import { vocabularyOf } from '../../server/src/ops/vocabulary.ts';
import { kernel2620, kernel2624 } from './disk.ts';

const kernel612 = process.env['FAULTLINE_KERNEL_6_12'];
const loaded = await createParser({ prefer: 'native' });
if (loaded.kind !== 'parser') throw new Error(loaded.reason);
const engine = createEngine(nodeHost, loaded.parser);

function locksOf(root: string | undefined, file: string, name: string): { entry: readonly string[]; exits: string[] } {
  const [found] = engine.regions(`${root}/${file}`, name).functions;
  const isFollowed = (lock: string): boolean => /^page(-table)? lock/.test(lock);
  const exits = new Set((found?.exits ?? []).map(({ returns, held }) => `${returns}: ${held.filter(isFollowed).join(', ') || 'nothing'}`));
  return { entry: (found?.entry ?? []).filter(isFollowed), exits: [...exits].sort() };
}

it('no table that comes before the source names the functions that are inferred here', () => {
  const names = ['__do_fault', 'filemap_fault', 'do_wp_page', '__folio_lock_or_retry', 'folio_lock_or_retry', 'find_lock_page', 'filemap_add_folio', 'lock_vma_under_rcu', 'fault_dirty_shared_page', 'wp_page_copy', 'filemap_get_pages', 'do_swap_page', 'finish_fault', 'wp_page_reuse'];
  const isTabled = (name: string): boolean => (['nopage', 'fault', 'folio'] as const).some((era) => vocabularyOf(era).get(name)?.yieldsToSource === undefined && vocabularyOf(era).has(name));
  expect(names.filter(isTabled)).toEqual([]);
});

describe.runIf(kernel2620 !== undefined)('Linux 2.6.20', () => {
  it('do_no_page and do_swap_page keep nothing', () => {
    for (const name of ['do_no_page', 'do_swap_page']) {
      const { entry, exits } = locksOf(kernel2620, 'mm/memory.c', name);
      expect(entry).toEqual([]);
      expect(exits.length).toBeGreaterThan(3);
      expect(exits.filter((exit) => !exit.endsWith(': nothing'))).toEqual([]);
    }
  });

  it('do_wp_page is entered with the page-table lock and drops it', () => {
    const { entry, exits } = locksOf(kernel2620, 'mm/memory.c', 'do_wp_page');
    expect(entry).toEqual(['page-table lock of ptl']);
    expect(exits.filter((exit) => !exit.endsWith(': nothing'))).toEqual([]);
  });
});

describe.runIf(kernel2624 !== undefined)('Linux 2.6.24', () => {
  it('shrink_page_list is within reach: that it calls what demands a page lock does not make every lock followed', () => {
    const [found] = engine.regions(`${kernel2624}/mm/vmscan.c`, 'shrink_page_list').functions;
    expect(found?.notAnalysed).toBeUndefined();
  });

  it('filemap_fault returns VM_FAULT_LOCKED with the page locked, and errors without', () => {
    expect(locksOf(kernel2624, 'mm/filemap.c', 'filemap_fault')).toEqual({
      entry: [],
      exits: ['VM_FAULT_OOM: nothing', 'VM_FAULT_SIGBUS: nothing', 'ret | VM_FAULT_LOCKED: page lock of find_lock_page()'],
    });
  });

  it('__do_fault and do_swap_page keep nothing; do_wp_page drops the page-table lock', () => {
    for (const name of ['__do_fault', 'do_swap_page', 'do_wp_page']) {
      const { entry, exits } = locksOf(kernel2624, 'mm/memory.c', name);
      expect(entry).toEqual(name === 'do_wp_page' ? ['page-table lock of ptl'] : []);
      expect(exits.filter((exit) => !exit.endsWith(': nothing'))).toEqual([]);
    }
  });
});

describe.runIf(kernel612 !== undefined)('Linux 6.12', () => {
  it('__folio_lock_or_retry returns 0 with the folio locked, VM_FAULT_RETRY without', () => {
    expect(locksOf(kernel612, 'mm/filemap.c', '__folio_lock_or_retry')).toEqual({ entry: [], exits: ['0: page lock of folio', 'VM_FAULT_RETRY: nothing'] });
  });

  it('__do_fault returns with the page locked unless it fails', () => {
    expect(locksOf(kernel612, 'mm/memory.c', '__do_fault').exits).toEqual([
      '16: nothing', '256: nothing', 'VM_FAULT_OOM: nothing', 'ret: nothing', 'ret: page lock of folio', 'ret: page lock of vmf->page',
    ]);
  });

  it('filemap_fault returns VM_FAULT_LOCKED with the folio locked, fault_dirty_shared_page and lock_folio_maybe_drop_mmap what their bodies say', () => {
    const { exits } = locksOf(kernel612, 'mm/filemap.c', 'filemap_fault');
    expect(exits.filter((exit) => exit.includes('VM_FAULT_LOCKED') || !exit.endsWith(': nothing'))).toEqual(['ret | VM_FAULT_LOCKED: page lock of lock_folio_maybe_drop_mmap()']);
    expect(locksOf(kernel612, 'mm/filemap.c', 'lock_folio_maybe_drop_mmap').exits).toEqual(['0: nothing', '1: page lock of folio']);
    expect(locksOf(kernel612, 'mm/memory.c', 'fault_dirty_shared_page').exits).toEqual(['0: nothing', 'VM_FAULT_COMPLETED: nothing']);
  });

  it('finish_fault and wp_page_copy leave the page-table lock free; wp_page_reuse drops it', () => {
    for (const name of ['finish_fault', 'wp_page_copy', 'wp_page_reuse', 'finish_mkwrite_fault']) {
      const { exits } = locksOf(kernel612, 'mm/memory.c', name);
      expect(exits.filter((exit) => !exit.endsWith(': nothing'))).toEqual([]);
      expect(exits.length).toBeGreaterThan(0);
    }
    expect(locksOf(kernel612, 'mm/memory.c', 'wp_page_reuse').entry).toEqual(['page-table lock of vmf->ptl']);
  });

  it('shmem_fault returns VM_FAULT_LOCKED with the folio locked', () => {
    const { entry, exits } = locksOf(kernel612, 'mm/shmem.c', 'shmem_fault');
    expect(entry).toEqual([]);
    expect(exits).toContain('ret: page lock of shmem_get_folio_gfp()');
    expect(exits.filter((exit) => !exit.startsWith('ret:') && !exit.endsWith(': nothing'))).toEqual([]);
  });

  it('do_read_fault and do_shared_fault are entered without page locks and keep none', () => {
    for (const name of ['do_read_fault', 'do_shared_fault']) {
      const { entry, exits } = locksOf(kernel612, 'mm/memory.c', name);
      expect(entry).toEqual([]);
      expect(exits.filter((exit) => !exit.endsWith(': nothing'))).toEqual([]);
    }
  });

  it('hugetlb_fault has given back the lock of the vma where it returns 0, in another file where it has waited for a migration', () => {
    const [found] = engine.regions(`${kernel612}/mm/hugetlb.c`, 'hugetlb_fault').functions;
    const exits = (found?.exits ?? []).filter(({ returns }) => returns === '0');
    expect(exits.length).toBeGreaterThan(1);
    expect(exits.flatMap(({ held }) => held)).toEqual([]);
  });

  it('filemap_get_pages keeps no folio locked', () => {
    const { exits } = locksOf(kernel612, 'mm/filemap.c', 'filemap_get_pages');
    expect(exits.length).toBeGreaterThan(3);
    expect(exits.filter((exit) => !exit.endsWith(': nothing'))).toEqual([]);
  });
});
