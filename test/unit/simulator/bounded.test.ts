import { describe, expect, it } from 'vitest';
import { CancelledError } from '../../../server/src/base/cancellation.ts';
import { ProgramBuilder } from '../../../server/src/model/programBuilder.ts';
import type { Model, Program, Step } from '../../../server/src/model/types.ts';
import { binary, cell, constant, equal, local } from '../../../server/src/model/values.ts';
import { MemoryFullError } from '../../../server/src/simulator/errors.ts';
import { MemoryBudget } from '../../../server/src/simulator/memoryBudget.ts';
import { search } from '../../../server/src/simulator/search.ts';
import { StateTable } from '../../../server/src/simulator/stateTable.ts';
import { always, check, options, toyCell, toyLock, toyModel } from './support.ts';

function forever(name: string, step: (b: ProgramBuilder) => readonly Step[]): Program {
  const b = new ProgramBuilder(name);
  const steps = step(b);
  b.forever(() => b.step(name, steps));
  return b.build();
}

const increment = (id: number): Step => ({ kind: 'update', cell: { cell: id }, value: binary('+', cell({ cell: id }), constant(1)), order: 'relaxed' });

/** Counts to a million and stays there. */
const counting = (): Model => toyModel([forever('count', () => [{ kind: 'update', cell: { cell: 0 }, value: binary('+', cell({ cell: 0 }), binary('<', cell({ cell: 0 }), constant(1_000_000))), order: 'relaxed' }])], {
  cells: [toyCell('count', 1_000_000)],
});

describe('a search that meets a limit', () => {
  it('names the cell that leaves its range, and never wraps', () => {
    const model = toyModel([forever('x++', () => [increment(0)])], { cells: [toyCell('x', 5)] });
    expect(check(model)).toBe('bounded: x would become 6, outside 0..5');
    expect(search(model, options).states).toBe(6);
  });

  it('names the element of an array by the array where its index is known only at run time', () => {
    const model = toyModel([forever('x[i]++', (b) => [{ kind: 'update', cell: { cell: 0, index: local(b.local('i', { max: 1 })) }, value: constant(9), order: 'relaxed' }])], {
      cells: [toyCell('x', 5, { length: 2, initial: [0, 0] })],
    });
    expect(check(model)).toBe('bounded: x would become 9, outside 0..5');
  });

  it('names the local that leaves its range', () => {
    const model = toyModel([forever('i++', (b) => {
      const i = b.local('i', { max: 3 });
      return [{ kind: 'assign', to: i, value: binary('+', local(i), constant(1)) }, { kind: 'store', to: { cell: 0 }, value: binary('&', local(i), constant(1)), order: 'relaxed' }];
    })], { cells: [toyCell('x', 1)] });
    expect(check(model)).toBe('bounded: i of CPU0 (i++) would become 4, outside 0..3');
  });

  it('names an index outside its array', () => {
    const model = toyModel([forever('x[i]', (b) => [{ kind: 'load', to: b.local('y', { max: 1 }), from: { cell: 0, index: local(b.local('i', { max: 7, initial: 2 })) }, order: 'relaxed' }])], {
      cells: [toyCell('x', 1, { length: 2, initial: [0, 0] })],
    });
    expect(check(model)).toBe('bounded: element 2 of x is used, outside 0..1');
  });

  it('does not represent a lock taken shared twice', () => {
    const take: Step = { kind: 'acquire', lock: { lock: 0 }, mode: 'shared' };
    expect(check(toyModel([forever('down_read', () => [take])], { locks: [toyLock('mmap_sem')] }))).toBe('bounded: mmap_sem is taken shared twice by one thread');
  });

  it('stops at the number of states', () => {
    expect(check(counting(), { maxStates: 100 })).toBe('bounded: more than 100 states; all runs of up to 100 steps were searched');
  });

  it('stops at the time limit of its clock', () => {
    let now = 0;
    expect(check(counting(), { timeoutMs: 50, now: () => now++ })).toMatch(/^bounded: no end within 50 ms; all runs of up to \d+ steps were searched$/);
  });

  it('stops at the memory limit, and says how far it came', () => {
    const result = search(counting(), { ...options, maxBytes: 4 << 20 });
    expect(result).toMatchObject({ verdict: 'bounded', reason: `no room for more states in 4 MB; all runs of up to ${result.depth} steps were searched` });
    expect([result.states > 100_000, result.states * (8 + 4) < 4 << 20]).toEqual([true, true]);
    expect(search(counting(), { ...options, maxBytes: 64 << 20, maxStates: 2_000_000 })).toMatchObject({ verdict: 'holds', states: 1_000_001 });
  });

  it('gives up looking for endless runs before it gives up for want of memory', () => {
    const how = { ...options, checksProgress: true, maxStates: 2_000_000 };
    expect(search(counting(), { ...how, maxBytes: 28 << 20 })).toMatchObject({ verdict: 'holds', states: 1_000_001, isProgressChecked: false });
  });

  it('takes no more memory than it may, not even while its tables grow', () => {
    for (const maxBytes of [1 << 20, 3 << 20, 10 << 20, 33 << 20]) {
      const budget = new MemoryBudget(maxBytes);
      const table = new StateTable(3, budget);
      const fill = (): void => {
        for (;;) {
          table.count = table.limit;
          table.grow();
        }
      };
      expect(fill).toThrow(MemoryFullError);
      expect(table.byteLength).toBe(budget.used);
      expect(budget.used).toBeLessThanOrEqual(maxBytes);
      expect(table.words.length).toBeGreaterThanOrEqual((table.count + 1) * 3);
    }
  });

  it('explains no more of a violation than there is memory for', () => {
    const wide = (name: string, id: number): Program => forever(name, () => [{ kind: 'update', cell: { cell: id }, value: binary('+', cell({ cell: id }), binary('<', cell({ cell: id }), constant(2000))), order: 'relaxed' }]);
    const bad = always('P', binary('<', binary('+', cell({ cell: 0 }), cell({ cell: 1 })), constant(200)));
    const model = toyModel([wide('x', 0), wide('y', 1)], { cells: [toyCell('x', 2000), toyCell('y', 2000)], properties: [bad] });
    const result = search(model, { ...options, explainsTrace: true, maxBytes: 1 << 20 });
    expect(result).toMatchObject({ verdict: 'violated', violation: { property: { id: 'P' } } });
  });

  it('stops when cancelled', () => {
    let polls = 0;
    const cancellation = { get isCancelled(): boolean { return ++polls > 5; } };
    expect(() => search(counting(), { ...options, cancellation })).toThrow(CancelledError);
  });

  it('still reports a violation that it has found beside the limit', () => {
    const model = toyModel([forever('x++', () => [increment(0)]), forever('y++', () => [increment(1)])], {
      cells: [toyCell('x', 2), toyCell('y', 5)], properties: [always('y', binary('<', cell({ cell: 1 }), constant(4)))],
    });
    expect(check(model)).toBe('violated y in 4 steps');
  });

  it('counts exactly while its tables grow', () => {
    const initialStates = [{ description: 'late', cells: [{ cell: 0, index: 0, value: 700_000 }] }];
    expect(search({ ...counting(), initialStates }, options)).toMatchObject({ verdict: 'holds', states: 300_001, transitions: 300_001, depth: 300_000 });
  });

  it('counts exactly, with several start states', () => {
    const model = counting();
    const starts = [0, 999_990].map((value) => ({ description: `from ${value}`, cells: [{ cell: 0, index: 0, value }] }));
    expect(search({ ...model, initialStates: [starts[1]!] }, options)).toMatchObject({ verdict: 'holds', states: 11, transitions: 11 });
    const found = search({ ...model, initialStates: starts, properties: [always('end', equal(binary('-', cell({ cell: 0 }), constant(999_995)), constant(0)))].map((each) => ({ ...each, condition: { kind: 'unary', op: '!', operand: each.condition } })) }, options);
    expect(found.verdict === 'violated' && found.violation.start).toBe('from 999990');
  });
});
