/** What the literature on these protocols says breaks without each step, against what the search says. */

import { describe, expect, it, vi } from 'vitest';
import { modelExplanation } from '../../server/src/engine/builtinModels.ts';
import type { ExplainReport } from '../../server/src/engine/report.ts';
import type { MemoryModel } from '../../server/src/model/types.ts';

function explained(name: string, memory: MemoryModel, wants?: (text: string) => boolean): ExplainReport {
  const options = { memory, maxStates: 500_000, timeoutMs: 600_000, now: () => performance.now() };
  return modelExplanation(name, options, wants && (({ text }) => wants(text)));
}

/** `I1 truncate` for each break of the nth piece of a thread with this text. */
function breaks(report: ExplainReport, thread: string, text: string, nth = 0): string[] {
  const piece = report.pieces.filter((each) => each.thread === thread && each.text === text)[nth];
  if (!piece) throw new Error(`${thread} has no piece '${text}' (${nth})`);
  return [...new Set(piece.breaks.map(({ property, against }) => `${property} ${against}`))].sort();
}

/** A run takes seconds, on a busy machine minutes. */
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

describe('truncate_count', () => {
  const report = explained('truncate-count', 'weak');

  it.each([
    ['the recheck under the page-table lock', 'fault', '!(sequence != mapping->truncate_count)', 'I1 truncate'],
    ['the increment', 'truncate', 'unmap_mapping_range: mapping->truncate_count++', 'I1 truncate'],
    ['the barrier between the count and i_size', 'fault', 'smp_rmb()', 'I1 truncate'],
    ['the barrier between i_size and the count', 'truncate', 'unmap_mapping_range: smp_wmb()', 'I1 truncate'],
    ['the new i_size', 'truncate', 'i_size_write(inode, 0)', 'I1 truncate'],
    ['the test of the pte', 'fault', 'pte_none', 'I11 fault'],
  ])('%s: dangling pte, or a lost one', (_, thread, text, wanted) => {
    expect(breaks(report, thread, text)).toContain(wanted);
  });

  it('does not protect from removal inside i_size', () => {
    expect(report.scenarios.filter(({ verdict }) => verdict === 'violated').map(({ against, property }) => `${property ?? ''} ${against}`))
      .toEqual(expect.arrayContaining(['I1 invalidate', 'I1 punch-hole']));
  });
});

describe('the page lock', () => {
  const report = explained('page-lock', 'sc');

  it('is what keeps ptes from dangling', () => {
    expect(breaks(report, 'fault', 'filemap_fault: !(page->mapping == NULL)')).toContain('I1 invalidate');
    expect(breaks(report, 'truncate', 'truncate_inode_pages_range: lock_page(page)')).toContain('I1 truncate');
  });

  it('needs i_size looked at again', () => {
    expect(breaks(report, 'fault', 'filemap_fault: !(index >= size)', 1)).toContain('I4 truncate');
  });

  it('needs the sweep for each page, and the last one for private copies; the first is for speed', () => {
    const sweep = 'unmap_mapping_range: zap the pte, private copies too';
    expect(breaks(report, 'truncate', 'unmap_mapping_range: zap the pte')).toContain('I1 truncate');
    expect(breaks(report, 'truncate', sweep, 0)).toEqual([]);
    expect(breaks(report, 'truncate', sweep, 1)).toEqual(['I4 truncate']);
  });

  it('needs mapping looked at again after page_mkwrite', () => {
    expect(breaks(report, 'fault', '!(page->mapping == NULL)')).toContain('I1 truncate');
  });

  it('makes the barriers of truncate_count and the count itself unnecessary', () => {
    const gone = ['smp_wmb()', 'smp_mb()', 'mapping->truncate_count++'].map((text) => `unmap_mapping_range: ${text}`);
    const weak = explained('page-lock', 'weak', (text) => gone.includes(text));
    for (const text of gone) expect(breaks(weak, 'truncate', text)).toEqual([]);
  });
});

describe('the proposals before it', () => {
  it('the seqlock must be asked under the page-table lock', () => {
    const report = explained('seqlock', 'weak');
    expect(breaks(report, 'fault', '!read_seqretry')).toEqual(['I1 invalidate']);
    expect(breaks(report, 'invalidate', 'unmap_mapping_range: zap the pte')).toEqual(['I1 invalidate']);
  });

  it('the page flag needs the page lock around its test', () => {
    expect(breaks(explained('page-flag', 'weak'), 'fault', 'lock_page(page)')).toEqual(['I1 invalidate', 'I1 truncate', 'I4 truncate']);
  });
});

describe('folios', () => {
  const report = explained('folio', 'sc');

  it('the invalidate lock keeps freed blocks out of the page cache', () => {
    expect(breaks(report, 'fault', 'filemap_fault: filemap_invalidate_lock_shared(mapping)')).toContain('I16 punch-hole');
  });
});
