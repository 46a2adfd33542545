/** A machine with or without store buffers, as a brute-force walk over all its runs: for comparison with `sc` and `tso`. */

import type { Access } from './axiomatic.ts';

interface State {
  readonly at: readonly number[];
  readonly registers: readonly (readonly number[])[];
  readonly memory: readonly number[];
  readonly buffers: readonly (readonly (readonly [variable: number, value: number])[])[];
}

/** Outcomes as `axiomaticOutcomes` writes them. */
export function bufferedOutcomes(threads: readonly (readonly Access[])[], variables: number, hasBuffers: boolean): Set<string> {
  const outcomes = new Set<string>();
  const seen = new Set<string>();
  const walk = (state: State): void => {
    const key = JSON.stringify(state);
    if (seen.has(key)) return;
    seen.add(key);
    const next = threads.flatMap((accesses, thread) => successors(accesses, state, thread, hasBuffers));
    if (next.length === 0) outcomes.add(`${state.registers.map((own) => own.join(',')).join(';')}|${state.memory.join(',')}`);
    next.forEach(walk);
  };
  walk({ at: threads.map(() => 0), registers: threads.map(() => []), memory: Array.from({ length: variables }, () => 0), buffers: threads.map(() => []) });
  return outcomes;
}

function successors(accesses: readonly Access[], state: State, thread: number, hasBuffers: boolean): readonly State[] {
  const { at, registers, memory, buffers } = state;
  const [own, access] = [buffers[thread]!, accesses[at[thread]!]];
  const flushed = own[0] ? [{ ...state, memory: memory.with(...own[0]), buffers: buffers.with(thread, own.slice(1)) }] : [];
  if (!access) return flushed;
  const moved = { ...state, at: at.with(thread, at[thread]! + 1) };
  switch (access.kind) {
    case 'R': {
      const value = own.findLast(([variable]) => variable === access.at)?.[1] ?? memory[access.at]!;
      return [...flushed, { ...moved, registers: registers.with(thread, [...registers[thread]!, value]) }];
    }
    case 'W': {
      const value = access.from === undefined ? access.value : registers[thread]![access.from]!;
      return [...flushed, hasBuffers ? { ...moved, buffers: buffers.with(thread, [...own, [access.at, value]]) } : { ...moved, memory: memory.with(access.at, value) }];
    }
    case 'F':
      return access.fence === 'mb' && own.length > 0 ? flushed : [...flushed, moved];
  }
}
