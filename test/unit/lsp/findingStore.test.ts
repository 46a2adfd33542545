import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../server/src/engine/report.ts';
import { FindingStore } from '../../../server/src/lsp/findingStore.ts';

function finding(code: string, line: number, functionName = 'do_no_page'): Finding {
  return {
    code, rule: code, level: 'warning', confidence: 'proven', file: '/m.c', line, column: 1, endLine: line, endColumn: 2,
    function: functionName, message: code, related: [{ file: '/m.c', line: 40, column: 1, message: 'below' }], fixes: [{ title: 'mend', edits: [] }],
  };
}

const extent = [{ function: 'do_no_page', line: 10, endLine: 20, role: 'core' as const }];

function store(local: readonly Finding[], simulated: readonly Finding[]): FindingStore {
  const made = new FindingStore();
  made.setLocal(local);
  made.setSimulated(simulated, extent);
  return made;
}

describe('finding store', () => {
  it('merges both sources without repetition, in source order', () => {
    const both = store([finding('A', 15)], [finding('B', 12), finding('A', 15)]);
    expect(both.all().map(({ code }) => code)).toEqual(['B', 'A']);
  });

  it('does not keep a local finding alive that only the last simulation saw', () => {
    const both = store([finding('A', 15)], [finding('A', 15)]);
    both.setLocal([]);
    expect(both.all()).toEqual([]);
  });

  it('moves simulated findings and their related places below an edit, without their fixes', () => {
    const moved = store([], [finding('B', 12)]);
    moved.edited([{ startLine: 2, endLine: 2, delta: 3 }]);
    expect(moved.all()[0]).toMatchObject({ line: 15, endLine: 15, fixes: [], related: [{ line: 43 }] });
  });

  it('leaves them where they are for edits below their function', () => {
    const kept = store([], [finding('B', 12)]);
    kept.edited([{ startLine: 25, endLine: 26, delta: -1 }]);
    expect(kept.all()[0]?.line).toBe(12);
  });

  it.each([[9, 9], [19, 19], [5, 30]])('drops them for an edit of lines %i to %i of their function', (startLine, endLine) => {
    const dropped = store([], [finding('B', 12)]);
    dropped.edited([{ startLine, endLine, delta: 0 }]);
    expect(dropped.all()).toEqual([]);
  });

  it('drops them all for a replaced text, and says that it changed', () => {
    const dropped = store([], [finding('B', 12)]);
    const before = dropped.generation;
    dropped.edited(undefined);
    expect(dropped.all()).toEqual([]);
    expect(dropped.generation).not.toBe(before);
  });
});
