/**
 * Which locks a thread surely holds at each access of its program, whatever way it came: forward data
 * flow over the transitions. An element of an array of locks is known by the expression that named it,
 * until a local in that expression changes.
 */

import type { CellRef, LocalId, LockId, LockMode, LockRef, Program, Step, Transition, Value } from '../model/types.ts';
import { localsRead, localSet } from './steps.ts';

/** One element that is held. */
export interface HeldLock {
  readonly lock: LockId;
  /** The expression of its index, as a text: see `indexKey`. */
  readonly index: string;
  readonly mode: LockMode;
}

interface Fact extends HeldLock {
  /** The step that took it; undefined where that is one of several. Elements that were taken by different steps and are held together differ. */
  readonly by: Step | undefined;
  readonly locals: readonly LocalId[];
  /** Held only if this local is not 0: what `tryAcquire` gave. */
  readonly provided: LocalId | undefined;
}

/** By lock, index and condition. */
type Facts = Map<string, Fact>;

/** Two elements with the same text are the same, while no local in between changes. */
export function indexKey({ index }: CellRef | LockRef): string {
  if (!index) return first;
  const known = keys.get(index) ?? JSON.stringify(index);
  keys.set(index, known);
  return known;
}

export function isConstantIndex(key: string): boolean {
  return key.startsWith('{"kind":"const"');
}

const first = JSON.stringify({ kind: 'const', value: 0 });
/** Values are shared by many steps and never change. */
const keys = new WeakMap<Value, string>();

/** Calls `visit` for every step that can be reached, with what is surely held when it begins. A step may be met several times. */
export function visitHeldLocks(program: Program, visit: (step: Step, held: readonly HeldLock[]) => void): void {
  const before = factsByLocation(program);
  for (const { from, steps } of program.transitions) {
    const facts = before[from];
    if (facts) run(steps, new Map(facts), (step, known) => visit(step, [...known.values()].filter(({ provided }) => provided === undefined)));
  }
}

/** Undefined for locations that are not reached. */
function factsByLocation(program: Program): readonly (Facts | undefined)[] {
  const before: (Facts | undefined)[] = Array.from({ length: program.locationCount }, () => undefined);
  before[program.entry] = new Map();
  const leaving: Transition[][] = Array.from({ length: program.locationCount }, () => []);
  for (const transition of program.transitions) leaving[transition.from]!.push(transition);
  const pending = [program.entry];
  for (let location = pending.pop(); location !== undefined; location = pending.pop()) {
    for (const { to, steps } of leaving[location]!) {
      const after = run(steps, new Map(before[location]), () => undefined);
      const known = before[to];
      const merged = known ? common(known, after) : after;
      if (known && isSame(known, merged)) continue;
      before[to] = merged;
      pending.push(to);
    }
  }
  return before;
}

function common(one: Facts, other: Facts): Facts {
  const both: Facts = new Map();
  for (const [key, fact] of one) {
    const same = other.get(key);
    if (same?.mode === fact.mode) both.set(key, same.by === fact.by ? fact : { ...fact, by: undefined });
  }
  return both;
}

/** `merged` is what `known` and something else have in common. */
function isSame(known: Facts, merged: Facts): boolean {
  return merged.size === known.size && [...merged].every(([key, { by }]) => known.get(key)!.by === by);
}

/** Runs steps on `facts`. */
function run(steps: readonly Step[], facts: Facts, visit: (step: Step, facts: Facts) => void): Facts {
  let now = facts;
  for (const step of steps) {
    visit(step, now);
    const set = localSet(step);
    if (set !== undefined) forget(now, ({ locals, provided }) => locals.includes(set) || provided === set);
    if (step.kind === 'acquire') add(now, step.lock, step, step.mode, undefined);
    else if (step.kind === 'tryAcquire') add(now, step.lock, step, step.mode, step.to);
    else if (step.kind === 'release') release(now, step.lock);
    else if (step.kind === 'assume') settle(now, step.condition);
    else if (step.kind === 'assign') alias(now, step.to, step.value);
    else if (step.kind === 'if') now = common(run(step.then, new Map(now), visit), run(step.otherwise, new Map(now), visit));
  }
  return now;
}

function add(facts: Facts, ref: LockRef, by: Step, mode: LockMode, provided: LocalId | undefined): void {
  put(facts, { lock: ref.lock, index: indexKey(ref), mode, by, locals: ref.index ? localsRead(ref.index) : [], provided });
}

function put(facts: Facts, fact: Fact): void {
  facts.set(`${fact.lock} ${fact.index} ${fact.provided ?? ''}`, fact);
}

/** Without knowing which of several it is, none is sure any more. */
function release(facts: Facts, ref: LockRef): void {
  const released = facts.get(`${ref.lock} ${indexKey(ref)} `);
  const isKnown = released?.mode === 'exclusive' && released.by !== undefined;
  forget(facts, ({ lock, by }) => lock === ref.lock && (!isKnown || by === undefined || by === released.by));
}

/** A condition that holds says of the locals in it that they are not 0. */
function settle(facts: Facts, condition: Value): void {
  const sure = new Set(notZero(condition));
  for (const [key, fact] of [...facts]) {
    if (fact.provided === undefined || !sure.has(fact.provided)) continue;
    facts.delete(key);
    put(facts, { ...fact, provided: undefined });
  }
}

function notZero(condition: Value): readonly LocalId[] {
  if (condition.kind === 'local') return [condition.local];
  if (condition.kind !== 'binary') return [];
  const { op, left, right } = condition;
  if (op === '&&') return [...notZero(left), ...notZero(right)];
  if (left.kind !== 'local' || right.kind !== 'const') return [];
  const isNotZero = (op === '!=' && right.value === 0) || (op === '==' && right.value !== 0);
  return isNotZero ? [left.local] : [];
}

/** What was known of a local is known of its copy. */
function alias(facts: Facts, to: LocalId, value: Value): void {
  if (value.kind !== 'local' || value.local === to) return;
  const own = JSON.stringify(value);
  const copy = JSON.stringify({ kind: 'local', local: to });
  for (const fact of [...facts.values()]) {
    if (fact.index === own) put(facts, { ...fact, index: copy, locals: [to] });
    else if (fact.provided === value.local) put(facts, { ...fact, provided: to });
  }
}

function forget(facts: Facts, isForgotten: (fact: Fact) => boolean): void {
  for (const [key, fact] of [...facts]) if (isForgotten(fact)) facts.delete(key);
}
