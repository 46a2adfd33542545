/**
 * Keeps of an extracted graph what the protocol is made of. Work on locals that nothing reads goes,
 * branches whose arms do the same thing go, empty transitions are contracted. None of it removes or
 * adds a run as far as shared state is concerned: only dead local steps and choices between equal
 * futures are taken out (a dead relaxed load is taken out with its value).
 */

import type { LocalId, LocationId, Step, Transition } from '../types.ts';
import { liveBefore, writeOfStep } from './stepUse.ts';

export interface Graph {
  readonly entry: LocationId;
  readonly exit: LocationId;
  readonly transitions: readonly Transition[];
}

export function simplify(graph: Graph): Graph {
  let current = graph;
  for (;;) {
    const next = unreachableRemoved(contracted(branchesMerged(deadStepsRemoved(current))));
    if (next.transitions.length === current.transitions.length && stepCount(next) === stepCount(current)) return next;
    current = next;
  }
}

function stepCount(graph: Graph): number {
  return graph.transitions.reduce((total, transition) => total + transition.steps.length, 0);
}

/** Locals live at each location. */
export function liveness(graph: Graph): ReadonlyMap<LocationId, ReadonlySet<LocalId>> {
  const incoming = groupBy(graph.transitions, (transition) => transition.to);
  const live = new Map<LocationId, Set<LocalId>>();
  const at = (location: LocationId): Set<LocalId> => {
    let set = live.get(location);
    if (!set) live.set(location, (set = new Set()));
    return set;
  };
  const queue = [...new Set(graph.transitions.map((transition) => transition.to))];
  const queued = new Set(queue);
  for (let location = queue.pop(); location !== undefined; location = queue.pop()) {
    queued.delete(location);
    for (const transition of incoming.get(location) ?? []) {
      const before = new Set(at(location));
      liveBefore(transition.steps, before);
      const target = at(transition.from);
      const sizeBefore = target.size;
      for (const id of before) target.add(id);
      if (target.size !== sizeBefore && !queued.has(transition.from)) {
        queued.add(transition.from);
        queue.push(transition.from);
      }
    }
  }
  return live;
}

function deadStepsRemoved(graph: Graph): Graph {
  const live = liveness(graph);
  const transitions = graph.transitions.map((transition) => {
    const after = new Set(live.get(transition.to));
    const steps = withoutDead(transition.steps, after);
    return steps.length === transition.steps.length && steps.every((step, index) => step === transition.steps[index]) ? transition : { ...transition, steps };
  });
  return { ...graph, transitions };
}

/** `live` is what is live after; on return it is what is live before. */
function withoutDead(steps: readonly Step[], live: Set<LocalId>): Step[] {
  const kept: Step[] = [];
  for (let index = steps.length - 1; index >= 0; index--) {
    const step = steps[index]!;
    const written = writeOfStep(step);
    const isDead = written !== undefined && !live.has(written) && isRemovable(step);
    const isTrivial = (step.kind === 'assume' || step.kind === 'check') && step.condition.kind === 'const' && step.condition.value !== 0;
    if (isDead || isTrivial) continue;
    const slim = step.kind === 'if' ? slimIf(step, live) : step;
    if (slim === undefined) continue;
    liveBefore([slim], live);
    kept.push(slim);
  }
  return kept.reverse();
}

function slimIf(step: Step & { kind: 'if' }, live: ReadonlySet<LocalId>): Step | undefined {
  const then = withoutDead(step.then, new Set(live));
  const otherwise = withoutDead(step.otherwise, new Set(live));
  if (then.length === 0 && otherwise.length === 0) return undefined;
  if (then.length === step.then.length && otherwise.length === step.otherwise.length) return step;
  return { ...step, then, otherwise };
}

function isRemovable(step: Step): boolean {
  return step.kind === 'assign' || step.kind === 'choose' || (step.kind === 'load' && step.order === 'relaxed');
}

/** Arms that only decide, and decide nothing: all lead to one place and leave nothing behind. */
function branchesMerged(graph: Graph): Graph {
  const live = liveness(graph);
  const transitions: Transition[] = [];
  for (const group of groupBy(graph.transitions, (transition) => transition.from).values()) {
    const distinct = deduplicated(group);
    const first = distinct[0]!;
    const after = live.get(first.to) ?? new Set();
    const isIdle = distinct.length > 1 && distinct.every((each) => each.to === first.to && each.steps.every((step) => isIdleStep(step, after)));
    if (isIdle) transitions.push({ ...first, steps: [] });
    else transitions.push(...distinct);
  }
  return { ...graph, transitions };
}

function isIdleStep(step: Step, liveAfter: ReadonlySet<LocalId>): boolean {
  if (step.kind === 'assume') return true;
  if (step.kind === 'if') return [...step.then, ...step.otherwise].every((each) => isIdleStep(each, liveAfter));
  const written = writeOfStep(step);
  return written !== undefined && !liveAfter.has(written) && isRemovable(step);
}

function deduplicated(group: readonly Transition[]): Transition[] {
  if (group.length < 2) return [...group];
  const seen = new Set<string>();
  const hasOther = group.some((each) => each.to !== each.from || each.steps.length > 0);
  return group.filter((each) => {
    if (hasOther && each.to === each.from && each.steps.length === 0) return false;
    const key = `${each.to} ${JSON.stringify(each.steps)}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** A location that only leads on is skipped over. */
function contracted(graph: Graph): Graph {
  const outgoing = groupBy(graph.transitions, (transition) => transition.from);
  const target = new Map<LocationId, LocationId>();
  const resolve = (location: LocationId): LocationId => {
    const path: LocationId[] = [];
    let at = location;
    for (;;) {
      const known = target.get(at);
      if (known !== undefined) {
        at = known;
        break;
      }
      const out = outgoing.get(at);
      const only = out?.length === 1 ? out[0] : undefined;
      if (!only || only.steps.length > 0 || only.to === at || path.includes(only.to) || at === graph.exit) break;
      path.push(at);
      at = only.to;
    }
    for (const each of path) target.set(each, at);
    return at;
  };
  const entry = resolve(graph.entry);
  const transitions = graph.transitions
    .filter((transition) => resolve(transition.from) === transition.from)
    .map((transition) => (resolve(transition.to) === transition.to ? transition : { ...transition, to: resolve(transition.to) }));
  return { entry, exit: graph.exit, transitions };
}

function unreachableRemoved(graph: Graph): Graph {
  const outgoing = groupBy(graph.transitions, (transition) => transition.from);
  const reached = new Set([graph.entry]);
  const queue = [graph.entry];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const transition of outgoing.get(at) ?? []) {
      if (reached.has(transition.to)) continue;
      reached.add(transition.to);
      queue.push(transition.to);
    }
  }
  return { ...graph, transitions: graph.transitions.filter((transition) => reached.has(transition.from)) };
}

export function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
