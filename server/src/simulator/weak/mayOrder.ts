/**
 * Where `contextOrder.ts` is sound for a model. A state that allows more can be stuck less: a deadlock of
 * the other one would be lost if a load in the same transition as an `assume` could bring a value with
 * which no transition can be taken, and another with which one can.
 */

import type { LocationId, Model, Step, Transition, Value } from '../../model/types.ts';
import { walkSteps } from '../steps.ts';
import { coveredLoads } from './lockCover.ts';

export function mayOrderContexts(model: Model): boolean {
  if (model.cells.some(({ storesRace }) => storesRace === true)) return false;
  const covered = coveredLoads(model);
  const mayBeOld = (step: Step): boolean => step.kind === 'load' && model.cells[step.from.cell]!.isRacy && !covered.has(step);
  return model.threads.every(({ program }) => {
    const leaving = new Map<LocationId, Transition[]>();
    for (const transition of program.transitions) leaving.set(transition.from, [...(leaving.get(transition.from) ?? []), transition]);
    return [...leaving.values()].every((transitions) => !transitions.some(({ steps }) => mayDependOn(mayBeOld, steps)) || isAlwaysOne(transitions));
  });
}

/** A condition, or a lock, after such a load in one transition. */
function mayDependOn(isSuch: (step: Step) => boolean, steps: readonly Step[]): boolean {
  let hasLoaded = false;
  let depends = false;
  walkSteps(steps, (step) => {
    if (isSuch(step)) hasLoaded = true;
    else if ((step.kind === 'assume' || step.kind === 'acquire') && hasLoaded) depends = true;
  });
  return depends;
}

/** The same steps, then `assume c` in one and `assume !c` in the other, and nothing that could block after that. */
function isAlwaysOne([one, other, ...more]: readonly Transition[]): boolean {
  if (!one || !other || more.length > 0) return false;
  const [a, b] = [splitAtCondition(one.steps), splitAtCondition(other.steps)];
  if (!a || !b || text(a.before) !== text(b.before)) return false;
  return isNegation(a.condition, b.condition) || isNegation(b.condition, a.condition);
}

function splitAtCondition(steps: readonly Step[]): { readonly before: readonly Step[]; readonly condition: Value } | undefined {
  const at = steps.findIndex(({ kind }) => kind === 'assume');
  const found = steps[at];
  if (found?.kind !== 'assume' || mayBlock(steps.slice(0, at)) || mayBlock(steps.slice(at + 1))) return undefined;
  return { before: steps.slice(0, at), condition: found.condition };
}

function mayBlock(steps: readonly Step[]): boolean {
  let may = false;
  walkSteps(steps, ({ kind }) => { may ||= kind === 'assume' || kind === 'acquire'; });
  return may;
}

function isNegation(one: Value, other: Value): boolean {
  return one.kind === 'unary' && one.op === '!' && text(one.operand) === text(other);
}

function text(value: unknown): string {
  return JSON.stringify(value);
}
