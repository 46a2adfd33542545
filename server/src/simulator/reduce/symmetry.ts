/**
 * Symmetry between threads that run the same program with the same arguments: states that differ
 * only in which of them is which are one (Clarke, Jha, Enders, Filkorn, "Exploiting symmetry in
 * temporal logic model checking", FMSD 1996; Ip, Dill, "Better verification through symmetry", FMSD
 * 1996). Exchanging two such threads maps transitions to transitions as long as no program names a
 * thread, neither by its number nor by `self` as a value (`held by self` names none). Every start
 * state is its own image, since all threads start alike and hold nothing.
 *
 * A property need not be symmetric: it is asked of every image, and some image of a state violates it
 * exactly when an image that can be reached does; likewise for witnesses. The search keeps some image
 * of each state, not always the same one of an orbit, which costs states, not soundness.
 *
 * Pages are not treated so: an allocation takes the first free page, by number, in one step. That
 * names pages, so exchanging two of them is no symmetry of the program; and it has already chosen one
 * of the equal outcomes.
 */

import type { Model, Property, Step, ThreadIndex, Value, Witness } from '../../model/types.ts';
import { valuesOf, walkSteps, walkValue } from '../steps.ts';
import { or } from '../../model/values.ts';

/** Groups of two to four threads that may be exchanged. */
export function interchangeable(model: Model): readonly (readonly ThreadIndex[])[] {
  if (model.threads.some((_, thread) => namesThreads(model, thread))) return [];
  const groups = new Map<string, ThreadIndex[]>();
  model.threads.forEach((thread, index) => {
    const { locals, transitions, entry, exits } = thread.program;
    const steps = transitions.map((transition) => [transition.from, transition.to, transition.steps]);
    const key = JSON.stringify([locals, steps, entry, exits, [...thread.arguments], [...(model.exitLocks.get(index) ?? [])].sort()]);
    groups.set(key, [...(groups.get(key) ?? []), index]);
  });
  return [...groups.values()].filter((group) => group.length > 1).map((group) => group.slice(0, 4));
}

function namesThreads(model: Model, thread: ThreadIndex): boolean {
  let found = false;
  const visit = (part: Value): void => {
    if (part.kind === 'self' || part.kind === 'done' || (part.kind === 'held' && typeof part.by === 'number')) found = true;
  };
  const look = (step: Step): void => { for (const value of valuesOf(step)) walkValue(value, visit); };
  for (const transition of model.threads[thread]!.program.transitions) walkSteps(transition.steps, look);
  return found;
}

/** The model with its properties and witnesses asked of every image. */
export function closed(model: Model, groups: readonly (readonly ThreadIndex[])[]): Model {
  const renamings = groups.reduce<readonly ReadonlyMap<ThreadIndex, ThreadIndex>[]>(
    (all, group) => all.flatMap((outer) => permutations(group).map((order) => new Map([...outer, ...group.map((thread, at) => [thread, order[at]!] as const)]))),
    [new Map()],
  );
  const properties = model.properties.flatMap((property) => distinct(renamings.map((renaming): Property => ({
    ...property,
    when: property.when.kind === 'end' ? { kind: 'end', thread: renaming.get(property.when.thread) ?? property.when.thread } : property.when,
    condition: renamed(property.condition, renaming),
  }))));
  const witnesses = model.witnesses.map((witness): Witness => ({
    ...witness, condition: or(...distinct(renamings.map((renaming) => renamed(witness.condition, renaming)))),
  }));
  return { ...model, properties, witnesses };
}

function permutations(items: readonly number[]): readonly (readonly number[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutations(items.filter((each) => each !== item)).map((rest) => [item, ...rest]));
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

function renamed(value: Value, renaming: ReadonlyMap<ThreadIndex, ThreadIndex>): Value {
  switch (value.kind) {
    case 'const':
    case 'local':
    case 'self':
      return value;
    case 'done':
      return { kind: 'done', thread: renaming.get(value.thread) ?? value.thread };
    case 'unary':
      return { ...value, operand: renamed(value.operand, renaming) };
    case 'binary':
      return { ...value, left: renamed(value.left, renaming), right: renamed(value.right, renaming) };
    case 'cell':
      return value.ref.index ? { kind: 'cell', ref: { ...value.ref, index: renamed(value.ref.index, renaming) } } : value;
    case 'held': {
      const lock = value.lock.index ? { ...value.lock, index: renamed(value.lock.index, renaming) } : value.lock;
      return { kind: 'held', lock, by: typeof value.by === 'number' ? (renaming.get(value.by) ?? value.by) : value.by };
    }
  }
}
