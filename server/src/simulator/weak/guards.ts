/**
 * Locks that a thread takes before it next loads an element, whatever way it goes. What such a lock hands
 * over, the thread will have seen by then, though its view does not say so yet: a lock's view only grows.
 *
 * Known for each location and each value of one local, the index by which the thread finds its elements and
 * locks (a fault's page): until that local is set, a load by it is of one element. Backward data flow.
 */

import type { CellRef, LocalId, LockRef, Step, Value } from '../../model/types.ts';
import { finished, type PreparedThread, type PreparedTransition } from '../prepare.ts';
import { localSet } from '../steps.ts';

/** By element: bit set of lock elements; `neverLoaded` where the thread does not load it any more. */
export type Guards = readonly number[];

export const neverLoaded = -1;

/** The local whose values are told apart, `count` of them from `min` on; one value where there is none. */
export interface Tracked {
  readonly local: LocalId | undefined;
  readonly min: number;
  readonly count: number;
}

/** What is asked of the steps. */
export interface Guarded {
  readonly elementCount: number;
  readonly tracked: Tracked;
  /** Elements that the step may load, where the tracked local has that value, or an unknown one. */
  readonly loaded: (step: Step, value: number | undefined) => readonly number[];
  /** Bit of the lock's element, 0 where it is not known which. */
  readonly lockBit: (lock: LockRef, value: number | undefined) => number;
}

/** One way through a transition. */
interface Way {
  /** Of the tracked local; undefined: any. */
  readonly value: number | undefined;
  /** Lock elements taken on the way. */
  readonly taken: number;
  /** By element: those taken before it is first loaded; undefined where it is not. */
  readonly before: readonly (number | undefined)[];
  readonly to: number;
}

/** By location and value of the tracked local, at `location * count + value - min`. */
export function guardsOf(thread: PreparedThread, guarded: Guarded): readonly Guards[] {
  const { count, min } = guarded.tracked;
  const never: Guards = Array.from({ length: guarded.elementCount }, () => neverLoaded);
  const all = Array.from({ length: thread.locationCount * count }, () => never);
  const ways = all.map((_, at) => (thread.leaving[Math.floor(at / count)] ?? []).flatMap((transition) => waysThrough(transition, (at % count) + min, thread, guarded)));
  for (let hasChanged = true; hasChanged; ) {
    hasChanged = false;
    for (let at = all.length - 1; at >= count * (finished + 1); at--) {
      const merged = ways[at]!.reduce<Guards>((guards, way) => merge(guards, way, all, guarded.tracked), never);
      if (merged.every((locks, element) => locks === all[at]![element])) continue;
      all[at] = merged;
      hasChanged = true;
    }
  }
  return all;
}

function merge(guards: Guards, { value, taken, before, to }: Way, all: readonly Guards[], { count, min }: Tracked): Guards {
  const from = to * count + (value === undefined ? 0 : value - min);
  const end = value === undefined ? from + count : from + 1;
  return guards.map((locks, element) => {
    const first = before[element];
    if (first !== undefined) return locks & first;
    let after = neverLoaded;
    for (let at = from; at < end; at++) after &= all[at]![element]!;
    return after === neverLoaded ? locks : locks & (after | taken);
  });
}

function waysThrough(transition: PreparedTransition, value: number, thread: PreparedThread, guarded: Guarded): readonly Way[] {
  const { to, segments, dying } = transition;
  const { local } = guarded.tracked;
  const start: Way = { value: local === undefined ? undefined : value, taken: 0, before: [], to };
  const ends = through([start], segments.flat(), guarded);
  return local !== undefined && dying.includes(local) ? ends.map((way) => ({ ...way, value: thread.program.locals[local]!.initial })) : ends;
}

function through(ways: readonly Way[], steps: readonly Step[], guarded: Guarded): readonly Way[] {
  return steps.reduce((now, step) => {
    if (step.kind === 'if') return [...through(now, step.then, guarded), ...through(now, step.otherwise, guarded)];
    return now.flatMap((way) => after(way, step, guarded));
  }, ways);
}

function after(way: Way, step: Step, { tracked, loaded, lockBit }: Guarded): readonly Way[] {
  if (step.kind === 'assume' && isFalse(step.condition, way.value, tracked)) return [];
  let { value, taken, before } = way;
  const setsTracked = tracked.local !== undefined && localSet(step) === tracked.local;
  if (step.kind !== 'load' && step.kind !== 'store' && step.kind !== 'acquire' && !setsTracked) return [way];
  const elements = loaded(step, value).filter((element) => before[element] === undefined);
  if (elements.length > 0) {
    const more = [...before];
    for (const element of elements) more[element] = taken;
    before = more;
  }
  if (step.kind === 'acquire') taken |= lockBit(step.lock, value);
  if (setsTracked) value = step.kind === 'assign' && step.value.kind === 'const' ? step.value.value : undefined;
  return [{ ...way, value, taken, before }];
}

function isFalse(condition: Value, value: number | undefined, { local }: Tracked): boolean {
  const isTracked = (part: Value): boolean => value !== undefined && part.kind === 'local' && part.local === local;
  if (isTracked(condition)) return value === 0;
  return condition.kind === 'unary' && condition.op === '!' && isTracked(condition.operand) && value !== 0;
}

/** The element that an index names; undefined where that is not known. */
export function indexValue({ index }: CellRef | LockRef, { local }: Tracked, value: number | undefined): number | undefined {
  if (index === undefined) return 0;
  if (index.kind === 'const') return index.value;
  return index.kind === 'local' && index.local === local ? value : undefined;
}
