/**
 * From a simplified graph to a program: locations are numbered densely, temporaries that are never
 * live together share a local, unused locals go, and ranges are narrowed to the values that occur.
 */

import type { Local, LocalId, LocationId, Program, Step, Value } from '../types.ts';
import { liveness, type Graph } from './simplify.ts';
import { liveBefore, localsOf, renameLocals } from './stepUse.ts';

export function compact(name: string, graph: Graph, locals: readonly Local[]): Program {
  const locations = new Map<LocationId, number>();
  const number = (location: LocationId): number => {
    let at = locations.get(location);
    if (at === undefined) locations.set(location, (at = locations.size));
    return at;
  };
  number(graph.entry);
  const assignment = shareTemporaries(graph, locals);
  const rename = (id: LocalId): LocalId => assignment.slots.get(id) ?? 0;
  const transitions = graph.transitions.map((transition) => ({
    ...transition,
    from: number(transition.from),
    to: number(transition.to),
    steps: renameLocals(transition.steps, rename),
  }));
  const exit = number(graph.exit);
  return {
    name,
    locals: narrowRanges(assignment.locals, transitions.flatMap((transition) => transition.steps)),
    locationCount: locations.size,
    entry: 0,
    exits: [exit],
    transitions,
  };
}

interface Assignment {
  readonly slots: Map<LocalId, LocalId>;
  readonly locals: Local[];
}

/** Greedy colouring; named variables keep a local of their own so that traces can name them. */
function shareTemporaries(graph: Graph, locals: readonly Local[]): Assignment {
  const conflicts = interference(graph);
  const used = new Set<LocalId>();
  for (const transition of graph.transitions) localsOf(transition.steps, used);
  const slots = new Map<LocalId, LocalId>();
  const result: Local[] = [];
  const members: LocalId[][] = [];
  for (const id of [...used].sort((a, b) => a - b)) {
    const declared = locals[id]!;
    const isTemporary = declared.name.startsWith('#');
    const shared = isTemporary
      ? result.findIndex((slot, index) => slot.name.startsWith('#') && slot.format === declared.format && !members[index]!.some((other) => conflicts.get(id)?.has(other)))
      : -1;
    if (shared >= 0) {
      slots.set(id, shared);
      members[shared]!.push(id);
    } else {
      slots.set(id, result.length);
      members.push([id]);
      result.push(declared);
    }
  }
  return { slots, locals: result };
}

/** Locals that are live at the same time anywhere, or meet in one transition. */
function interference(graph: Graph): Map<LocalId, Set<LocalId>> {
  const live = liveness(graph);
  const conflicts = new Map<LocalId, Set<LocalId>>();
  for (const transition of graph.transitions) {
    const together = new Set<LocalId>(live.get(transition.to));
    liveBefore(transition.steps, together);
    localsOf(transition.steps, together);
    for (const id of live.get(transition.to) ?? []) together.add(id);
    for (const one of together) {
      let set = conflicts.get(one);
      if (!set) conflicts.set(one, (set = new Set()));
      for (const other of together) if (other !== one) set.add(other);
    }
  }
  return conflicts;
}

/** Locals that only ever get constants, choices and copies have those values' range. */
function narrowRanges(locals: readonly Local[], steps: readonly Step[]): Local[] {
  const sources = locals.map((): { constants: number[]; copies: Set<LocalId>; isOpen: boolean } => ({ constants: [], copies: new Set(), isOpen: false }));
  collectSources(steps, (id) => sources[id]!);
  const ranges = locals.map((each) => ({ min: each.initial, max: each.initial, isOpen: false }));
  let changed = true;
  while (changed) {
    changed = false;
    sources.forEach((source, id) => {
      const range = ranges[id]!;
      const before = `${range.min} ${range.max} ${range.isOpen}`;
      range.isOpen ||= source.isOpen || [...source.copies].some((copy) => ranges[copy]!.isOpen);
      for (const value of source.constants) widen(range, value, value);
      for (const copy of source.copies) widen(range, ranges[copy]!.min, ranges[copy]!.max);
      changed ||= before !== `${range.min} ${range.max} ${range.isOpen}`;
    });
  }
  return locals.map((each, id) => (ranges[id]!.isOpen ? each : { ...each, min: ranges[id]!.min, max: ranges[id]!.max }));
}

function widen(range: { min: number; max: number }, min: number, max: number): void {
  range.min = Math.min(range.min, min);
  range.max = Math.max(range.max, max);
}

function collectSources(steps: readonly Step[], at: (id: LocalId) => { constants: number[]; copies: Set<LocalId>; isOpen: boolean }): void {
  for (const step of steps) {
    switch (step.kind) {
      case 'assign':
        addSource(step.value, at(step.to));
        break;
      case 'choose':
        at(step.to).constants.push(...step.values);
        break;
      case 'tryAcquire':
        at(step.to).constants.push(0, 1);
        break;
      case 'load':
        at(step.to).isOpen = true;
        break;
      case 'update':
        if (step.result !== undefined) at(step.result).isOpen = true;
        break;
      case 'if':
        collectSources(step.then, at);
        collectSources(step.otherwise, at);
        break;
      case 'store':
      case 'assume':
      case 'acquire':
      case 'release':
      case 'fence':
      case 'check':
        break;
    }
  }
}

function addSource(value: Value, source: { constants: number[]; copies: Set<LocalId>; isOpen: boolean }): void {
  if (value.kind === 'const') source.constants.push(value.value);
  else if (value.kind === 'local') source.copies.add(value.local);
  else if (isTruth(value)) source.constants.push(0, 1);
  else if (value.kind === 'binary' && (value.op === '|' || value.op === '&')) {
    // Bits of the operands only: bounded by the bits that occur.
    const mask: number[] = [];
    for (const side of [value.left, value.right]) if (side.kind === 'const' && side.value >= 0) mask.push(side.value);
    if (mask.length === 0) source.isOpen = true;
    else if (value.op === '&') source.constants.push(0, Math.min(...mask));
    else source.isOpen = true;
  } else source.isOpen = true;
}

function isTruth(value: Value): boolean {
  if (value.kind === 'held' || value.kind === 'done') return true;
  if (value.kind === 'unary') return value.op === '!';
  return value.kind === 'binary' && ['==', '!=', '<', '<=', '>', '>=', '&&', '||'].includes(value.op);
}
