/** The compiled search against a plain breadth-first search over the interpreter, on random models. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProgramBuilder } from '../../../server/src/model/programBuilder.ts';
import type { MemoryModel, Model, Program, Step, Value } from '../../../server/src/model/types.ts';
import { binary, cell, constant, equal, held, local, not, or } from '../../../server/src/model/values.ts';
import { holdsIn, isFinished, type PlainState, runTransition, startState } from '../../../server/src/simulator/interpreter.ts';
import { search } from '../../../server/src/simulator/search.ts';
import { always, atEnd, noReductions, options, toyCell, toyLock, toyModel } from './support.ts';

/** Three cells (one an array of two), a lock array of two, two locals a thread. */
const cellIndex = fc.constantFrom<Value>(constant(0), constant(1), local(0));
const value = fc.oneof(
  fc.integer({ min: 0, max: 2 }).map(constant),
  fc.constantFrom(local(0), local(1)),
  fc.constantFrom<Value>(binary('+', local(0), constant(1)), equal(local(0), local(1)), binary('^', local(0), local(1)), not(local(1))),
);

const ref = fc.oneof(fc.constantFrom({ cell: 0 }, { cell: 1 }), cellIndex.map((index) => ({ cell: 2, index })));
const lock = fc.constantFrom<Value>(constant(0), constant(1)).map((index) => ({ lock: 0, index }));
const mode = fc.constantFrom<'exclusive' | 'shared'>('exclusive', 'exclusive', 'shared');
const to = fc.integer({ min: 0, max: 1 });

const simpleStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('assign' as const), to, value }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('load' as const), to, from: ref, order: fc.constantFrom('relaxed' as const, 'acquire' as const) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('store' as const), to: ref, value, order: fc.constantFrom('relaxed' as const, 'release' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('update' as const), cell: ref, value: ref.map((each) => binary('&', cell(each), constant(1))), result: to, order: fc.constantFrom('relaxed' as const, 'full' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('choose' as const), to, values: fc.constantFrom<readonly number[]>([0, 1], [2]) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('acquire' as const), lock, mode }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tryAcquire' as const), lock, mode, to }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), lock }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('fence' as const), order: fc.constantFrom('read' as const, 'write' as const, 'full' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('check' as const), property: fc.constant('C'), condition: fc.constantFrom(not(equal(local(0), constant(2))), constant(1), held({ lock: 0 }, 'self')), message: fc.constant('checked') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('assume' as const), condition: value }) },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: simpleStep },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('if' as const), condition: value, then: fc.array(simpleStep, { maxLength: 2 }), otherwise: fc.array(simpleStep, { maxLength: 2 }) }) },
);

type Block = { readonly steps: readonly Step[] } | { readonly branch: Value; readonly then: readonly Step[]; readonly otherwise: readonly Step[] };

const block: fc.Arbitrary<Block> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ branch: value, then: fc.array(step, { maxLength: 1 }), otherwise: fc.array(step, { maxLength: 1 }) }) },
);

function program(blocks: readonly Block[]): Program {
  const b = new ProgramBuilder('random');
  b.local('a', { max: 2 });
  b.local('b', { max: 2 });
  for (const each of blocks) {
    if ('steps' in each) b.step('steps', each.steps);
    else b.when('branch', each.branch, () => b.step('then', each.then), () => b.step('otherwise', each.otherwise));
  }
  return b.build();
}

const model: fc.Arbitrary<Model> = fc.array(fc.array(block, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 2 }).map((threads) =>
  toyModel(threads.map(program), {
    cells: [toyCell('x', 2), toyCell('y', 2), toyCell('z', 2, { length: 2, initial: [0, 1], elementName: (index) => `z ${index}` })],
    locks: [toyLock('lock', 2)],
    properties: [always('P', or(not(equal(cell({ cell: 0 }), constant(2))), not(held({ lock: 0 }, 'anyone')))), atEnd('Q', not(equal(cell({ cell: 1 }), constant(2))))],
  }));

interface Plain {
  readonly verdict: string;
  readonly states: number;
}

/** Visited states by all that tells them apart; memory by its own JSON, so that under weak it only terminates for small models. */
function plainSearch(of: Model, memory: MemoryModel): Plain {
  let level = [startState(of, 0, memory)];
  const seen = new Set(level.map(key));
  const was = { bounded: false };
  for (let depth = 0; level.length > 0; depth++) {
    const failed = [...new Set(level.flatMap((state) => failures(of, state)))];
    if (failed.length > 0) return { verdict: `violated ${depth}`, states: seen.size };
    const next: PlainState[] = [];
    const has = { failedStep: false };
    for (const state of level) {
      const can = { move: false };
      of.threads.forEach((thread, index) => {
        for (const transition of thread.program.transitions) {
          for (const outcome of runTransition(of, state, index, transition)) {
            can.move = true;
            if (outcome.kind === 'failed') has.failedStep = true;
            else if (outcome.kind === 'outOfRange') was.bounded = true;
            else if (!seen.has(key(outcome.state))) {
              seen.add(key(outcome.state));
              next.push(outcome.state);
            }
          }
        }
      });
      if (!can.move && !of.threads.every((_, index) => isFinished(of, state, index))) return { verdict: `violated ${depth}`, states: seen.size };
    }
    if (has.failedStep) return { verdict: `violated ${depth + 1}`, states: seen.size };
    level = next;
  }
  return { verdict: was.bounded ? 'bounded' : 'holds', states: seen.size };
}

function failures(of: Model, state: PlainState): readonly string[] {
  const isQuiet = of.threads.every((_, index) => isFinished(of, state, index));
  return of.properties.filter((each) => (each.when.kind === 'always' || isQuiet) && !holdsIn(of, state, each.condition)).map((each) => each.id);
}

function key(state: PlainState): string {
  const plain = (_: string, each: unknown): unknown => (each instanceof Map ? [...(each as Map<string, unknown>)].sort(([a], [b]) => (a < b ? -1 : 1)) : each);
  const memory = state.memory as unknown as Record<string, unknown>;
  return JSON.stringify([state.cells, state.locks, state.locations, state.locals, memory['messages'], memory['threads'], memory['locks'], memory['global']], plain);
}

function compiled(of: Model, memory: MemoryModel, reduced: boolean): Plain {
  const result = search(of, { ...(reduced ? options : noReductions), memory });
  const verdict = result.verdict === 'violated' ? `violated ${result.violation.trace.length}` : result.verdict;
  return { verdict, states: result.states };
}

describe('the compiled search', () => {
  it('agrees with the interpreter on verdict, length of the shortest trace and, without reductions, states (sc)', () => {
    fc.assert(fc.property(model, (of) => {
      const expected = plainSearch(of, 'sc');
      const actual = compiled(of, 'sc', false);
      expect(actual.verdict).toBe(expected.verdict);
      // A finished thread's locals are forgotten in any case, so there may be fewer states.
      if (expected.verdict === 'holds') expect(actual.states).toBeLessThanOrEqual(expected.states);
      expect(compiled(of, 'sc', true).verdict.split(' ')[0]).toBe(expected.verdict.split(' ')[0]);
    }), { numRuns: Number(process.env['FAULTLINE_RUNS'] ?? 300), seed: 7 });
  });

  it('agrees with the interpreter on the verdict under the weak memory model', () => {
    fc.assert(fc.property(model, (of) => {
      const expected = plainSearch(of, 'weak');
      expect(compiled(of, 'weak', false).verdict).toBe(expected.verdict);
      expect(compiled(of, 'weak', true).verdict.split(' ')[0]).toBe(expected.verdict.split(' ')[0]);
    }), { numRuns: Number(process.env['FAULTLINE_RUNS'] ?? 200), seed: 7 });
  });
});
