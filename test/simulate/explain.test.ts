import { describe, expect, it } from 'vitest';
import { createEngine } from '../../server/src/engine/engine.ts';
import { explanationTable, renderExplanation } from '../../server/src/engine/explainText.ts';
import type { ExplainReport, PieceReport } from '../../server/src/engine/report.ts';
import type { SimulateOptions } from '../../server/src/engine/types.ts';
import { testParser } from '../unit/syntax/testParser.ts';
import { Sources } from './sources.ts';

const parser = await testParser('native');

function optionsFor(against: readonly string[]): SimulateOptions {
  return {
    against, memory: 'weak', access: ['read'], mapping: ['shared'], era: 'auto', kernel: undefined, without: undefined,
    maxStates: 2_000_000, timeoutMs: 600_000, cancellation: { isCancelled: false },
  };
}

function explain(sources: Sources, path: string, target: { function: string } | { line: number }, against: readonly string[]): ExplainReport {
  return createEngine({ files: sources, now: () => performance.now() }, parser).explain(`/tree/${path}`, target, optionsFor(against));
}

const nopage = Sources.example('truncate-count-era');
const memory = 'mm/memory.c';

function onLine(report: ExplainReport, kind: PieceReport['kind'], text: string): PieceReport {
  const found = report.pieces.filter((piece) => piece.kind === kind && piece.text.includes(text));
  expect(found.map((piece) => piece.text)).toHaveLength(1);
  return found[0]!;
}

describe('what breaks without a line', () => {
  it('is the dangling pte for the barrier between the count and i_size, with a trace', () => {
    const line = nopage.line(memory, 'the count before i_size');
    const barrier = onLine(explain(nopage, memory, { line }, ['truncate']), 'barrier', 'smp_rmb');
    expect(barrier.verdict).toBe('loadBearing');
    expect(barrier.breaks.map(({ property }) => property)).toEqual(['I1']);
    expect(barrier.breaks[0]!.trace.map(({ action }) => action)).toContain('(left out: smp_rmb())');
    expect(barrier.breaks[0]!.trace.flatMap(({ notes }) => notes ?? []).join()).toContain('i_size is read as 1, but it is 0 already');
  });

  it('is nothing for the same barrier under sequential consistency', () => {
    const line = nopage.line(memory, 'the count before i_size');
    const engine = createEngine({ files: nopage, now: () => performance.now() }, parser);
    const report = engine.explain(`/tree/${memory}`, { line }, { ...optionsFor(['truncate']), memory: 'sc' });
    expect(onLine(report, 'barrier', 'smp_rmb').verdict).toBe('notNeeded');
  });

  it('is asked of the recheck by taking each of its ways', () => {
    const line = nopage.line(memory, 'if (count != mapping->truncate_count)');
    const { pieces } = explain(nopage, memory, { line }, ['truncate']);
    const verdicts = pieces.filter(({ kind }) => kind === 'check').map(({ text, verdict }) => [text.startsWith('!'), verdict]);
    expect(verdicts).toEqual([[false, 'notTested'], [true, 'loadBearing']]);
  });

  it('takes a lock with every release that it reaches, and its assertions', () => {
    const line = nopage.line(memory, 'if (count != mapping->truncate_count)') - 1;
    const lock = onLine(explain(nopage, memory, { line }, ['truncate']), 'lock', 'pte_offset_map_lock');
    expect(lock.places.map((place) => place.text.replace('(left out: ', ''))).toEqual([
      'pte = pte_offset_map_lock(mm, pmd, address, &ptl)', 'pte_unmap_unlock(pte, ptl)', 'pte_unmap_unlock(pte, ptl)',
    ]);
    expect(lock.breaks.map(({ property }) => property)).toEqual(['I1']);
  });

  it('is found from a line of a handler in another file', () => {
    const file = 'mm/filemap.c';
    const line = nopage.line(file, 'index >= pages');
    const report = explain(nopage, file, { line }, ['truncate']);
    expect(report.pieces.find(({ text }) => text === '!(index >= pages)')?.verdict).toBe('loadBearing');
  });

  it('is refused where there is nothing to explain', () => {
    expect(() => explain(nopage, memory, { line: 1 }, ['truncate'])).toThrow('is in no function');
    expect(() => explain(nopage, memory, { line: 100_000 }, ['truncate'])).toThrow('is in no function');
    const zap = nopage.line(memory, 'pmd = pmd_of(mm, address)');
    expect(() => explain(nopage, memory, { line: zap }, ['truncate'])).toThrow('is no step of a fault path');
  });
});

describe('a whole fault path', () => {
  const report = explain(nopage, memory, { function: 'do_no_page' }, ['truncate']);

  it('lists what bears the load and what does not', () => {
    const bearing = report.pieces.filter(({ verdict }) => verdict === 'loadBearing').map(({ text }) => text);
    expect(bearing).toContain('smp_rmb()');
    expect(bearing).toContain('!(count != mapping->truncate_count)');
    expect(report.pieces.every(({ places }) => places.length > 0)).toBe(true);
  });

  it('leaves out scenarios that are violated already', () => {
    const both = explain(nopage, memory, { function: 'do_no_page' }, ['invalidate']);
    expect(both.scenarios.map(({ verdict }) => verdict)).toEqual(['violated']);
    expect(both.pieces).toEqual([]);
  });

  it('is printed in at most 100 columns of ASCII, and as a table', () => {
    for (const line of renderExplanation(report).split('\n')) expect(line).toMatch(/^[\x20-\x7e]{0,100}$/);
    expect(explanationTable(report)).toMatch(/\| \/tree\/mm\/memory\.c:\d+ \| barrier \| `smp_rmb\(\)` \| I1 \(truncate\) \|/);
  });
});
