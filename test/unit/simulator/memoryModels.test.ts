/**
 * Random litmus tests (FAULTLINE_LITMUS_COUNT of them): every outcome of `weak` against the axioms, of `sc` and
 * `tso` against plain machines.
 */

import { describe, expect, it } from 'vitest';
import { ProgramBuilder } from '../../../server/src/model/programBuilder.ts';
import type { MemoryModel, Model, Step, Value } from '../../../server/src/model/types.ts';
import { and, cell, constant, equal, local, or } from '../../../server/src/model/values.ts';
import { search } from '../../../server/src/simulator/search.ts';
import { type Access, axiomaticOutcomes } from './axiomatic.ts';
import { bufferedOutcomes } from './bufferMachine.ts';
import { atEnd, options, toyCell, toyModel } from './support.ts';

type Test = readonly (readonly Access[])[];

/** A small generator of numbers that is the same everywhere. */
function random(seed: number): (below: number) => number {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

function randomTest(seed: number, variables: number): Test {
  const pick = random(seed);
  let value = 0;
  return Array.from({ length: 2 + pick(2) }, () => {
    let register = 0;
    const accesses: Access[] = [];
    const length = 2 + pick(2);
    for (let number = 0; number < length; number++) {
      if (number > 0 && pick(3) > 0) accesses.push({ kind: 'F', fence: (['rmb', 'wmb', 'mb'] as const)[pick(3)]! });
      const at = pick(variables);
      if (pick(2) === 0) accesses.push({ kind: 'R', at, order: pick(4) === 0 ? 'acquire' : 'once', register: register++ });
      else accesses.push({ kind: 'W', at, order: pick(4) === 0 ? 'release' : 'once', value: ++value, ...(register > 0 && pick(3) === 0 ? { from: pick(register) } : {}) });
    }
    return accesses;
  });
}

const maxValue = 15;

function modelOf(test: Test, variables: number): Model {
  const registers = test.map((accesses) => accesses.filter((access) => access.kind === 'R').length);
  const first = registers.map((_, thread) => registers.slice(0, thread).reduce((sum, each) => sum + each, 0));
  const count = registers.reduce((sum, each) => sum + each, 0);
  const programs = test.map((accesses, thread) => {
    const b = new ProgramBuilder(`P${thread}`);
    const locals = Array.from({ length: registers[thread]! }, (_, at) => b.local(`r${at}`, { max: maxValue }));
    for (const access of accesses) b.step(JSON.stringify(access), stepOf(access, locals));
    b.step('end', ...locals.map((each, at): Step => ({ kind: 'store', to: { cell: variables, index: constant(first[thread]! + at) }, value: local(each), order: 'relaxed' })));
    return b.build();
  });
  const size = Math.max(1, count);
  return toyModel(programs, {
    cells: [
      ...Array.from({ length: variables }, (_, at) => toyCell(`x${at}`, maxValue, { storesRace: true })),
      toyCell('result', maxValue, { length: size, elementName: (index) => `result ${index}`, isRacy: false, initial: Array.from({ length: size }, () => 0) }),
    ],
  });
}

function stepOf(access: Access, locals: readonly number[]): Step {
  switch (access.kind) {
    case 'R':
      return { kind: 'load', to: locals[access.register]!, from: { cell: access.at }, order: access.order === 'acquire' ? 'acquire' : 'relaxed' };
    case 'W':
      return { kind: 'store', to: { cell: access.at }, value: access.from === undefined ? constant(access.value) : local(locals[access.from]!), order: access.order === 'release' ? 'release' : 'relaxed' };
    case 'F':
      return { kind: 'fence', order: ({ rmb: 'read', wmb: 'write', mb: 'full' } as const)[access.fence] };
  }
}

/** All outcomes, found one after the other: each search is asked for one that is not known yet. */
function outcomes(test: Test, variables: number, memory: MemoryModel): Set<string> {
  const model = modelOf(test, variables);
  const registers = test.map((accesses) => accesses.filter((access) => access.kind === 'R').length);
  const count = registers.reduce((sum, each) => sum + each, 0);
  const refs = [...Array.from({ length: count }, (_, at) => ({ cell: variables, index: constant(at) })), ...Array.from({ length: variables }, (_, at) => ({ cell: at }))];
  const names = [...Array.from({ length: count }, (_, at) => `result ${at}`), ...Array.from({ length: variables }, (_, at) => `x${at}`)];
  const known = new Map<string, Value>();
  for (;;) {
    const result = search({ ...model, properties: [atEnd('known', or(...known.values()))] }, { ...options, memory });
    if (result.verdict === 'holds') return new Set(known.keys());
    if (result.verdict !== 'violated') throw new Error(result.reason);
    const changes = result.violation.trace.flatMap((step) => step.changes);
    const values = names.map((name) => Number(changes.findLast((change) => change.what === name)?.to ?? 0));
    known.set(shape(values, registers), and(...refs.map((ref, at) => equal(cell(ref), constant(values[at]!)))));
  }
}

function shape(values: readonly number[], registers: readonly number[]): string {
  let at = 0;
  const threads = registers.map((count) => values.slice(at, (at += count)).join(','));
  return `${threads.join(';')}|${values.slice(at).join(',')}`;
}

/** Small enough for the enumeration above. */
function isSmall(test: Test): boolean {
  const reads = test.flat().filter((access) => access.kind === 'R').length;
  const writes = test.flat().filter((access) => access.kind === 'W').length;
  return reads > 0 && (writes + 1) ** (reads + 2) <= 4_000;
}

const count = Number(process.env['FAULTLINE_LITMUS_COUNT'] ?? 8);
const timeout = 60_000 + count * 20_000;
const tests = Array.from({ length: count * 3 }, (_, seed) => randomTest(seed, 2)).filter(isSmall).slice(0, count);
const text = (test: Test): string => test.map((accesses) => accesses.map((access) => JSON.stringify(access)).join(' ')).join('\n');

describe('random litmus tests', () => {
  it('have the outcomes under weak that the axioms of the kernel allow', () => {
    const differing = tests.flatMap((test) => {
      const ours = outcomes(test, 2, 'weak');
      const theirs = axiomaticOutcomes(test, 2);
      const missing = [...theirs].filter((each) => !ours.has(each));
      const extra = [...ours].filter((each) => !theirs.has(each));
      return missing.length + extra.length === 0 ? [] : [`${text(test)}\n  missing ${missing.join(' ')}, extra ${extra.join(' ')}`];
    });
    expect(differing).toEqual([]);
  }, timeout);

  it.each(['sc', 'tso'] as const)('have the outcomes of a plain machine under %s', (memory) => {
    const differing = tests.filter((test) => {
      const [ours, theirs] = [outcomes(test, 2, memory), bufferedOutcomes(test, 2, memory === 'tso')];
      return ours.size !== theirs.size || [...ours].some((each) => !theirs.has(each));
    });
    expect(differing.map(text)).toEqual([]);
  }, timeout);
});
