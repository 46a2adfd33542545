/**
 * From what the search found to what a person is shown: the run is chosen among the shortest, replayed,
 * described, and looked at for the step after which nothing could help. Uses up the state space.
 */

import { throwIfCancelled } from '../base/cancellation.ts';
import { MemoryFullError } from './errors.ts';
import { Allowance } from './explain/allowance.ts';
import { fewestSwitches } from './explain/fewestSwitches.ts';
import { irreversibleStep } from './explain/irreversible.ts';
import { type Finding, firstPath } from './path.ts';
import { type Path, replay } from './replay.ts';
import type { StateSpace } from './stateSpace.ts';
import type { SearchOptions, Violation } from './types.ts';
import { describeViolation } from './violation.ts';

export interface Found {
  readonly finding: Finding;
  /** Where the states of each depth begin. */
  readonly levels: readonly number[];
  /** What the run goes on with after the finding: once around an endless loop. */
  readonly after: Pick<Path, 'transitions' | 'states'>;
  /** When the search has to end, by its clock. */
  readonly deadline: number;
}

/** Explaining may expand twice as many states as were found, and so many more. */
const fewStates = 20_000;

export function counterexample(space: StateSpace, options: SearchOptions, found: Found): Violation {
  const { finding, after } = found;
  const states = 2 * space.table.count + fewStates;
  const first = firstPath(space, finding);
  const isExplained = options.explainsTrace === true;
  const best = isExplained ? unlessFull(() => fewestSwitches(space, found, first, allowance(states, options, found))) : undefined;
  const way = best ?? first;
  const path: Path = { start: way.start, transitions: [...way.transitions, ...after.transitions], states: [...way.states, ...after.states] };
  const replayed = replay(space.prepared, space.layout, options.memory, path, finding.ending);
  const violation = describeViolation(space.model, path, finding.ending, replayed);
  if (!isExplained) return violation;
  const irreversible = unlessFull(() => irreversibleStep(space, path, finding.ending, replayed.steps, allowance(states, options, found)));
  return { ...violation, hasFewestSwitches: best !== undefined, ...(irreversible === undefined ? {} : { irreversible }) };
}

/** Undefined where there was no memory for it. */
function unlessFull<T>(explain: () => T): T | undefined {
  try {
    return explain();
  } catch (error) {
    if (error instanceof MemoryFullError) return undefined;
    throw error;
  }
}

function allowance(states: number, { now, cancellation }: SearchOptions, { deadline }: Found): Allowance {
  const isLate = (): boolean => {
    throwIfCancelled(cancellation);
    return now() > deadline;
  };
  return new Allowance(states, isLate);
}
