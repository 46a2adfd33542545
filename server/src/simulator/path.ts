/** Runs through the states of a search, by numbers and words, before they are replayed. */

import type { PreparedTransition } from './prepare.ts';
import type { Ending, Path } from './replay.ts';
import type { StateSpace } from './stateSpace.ts';

/** A violation as the search sees it. */
export interface Finding {
  readonly ending: Ending;
  readonly state: number;
  /** The transition that fails from `state`, for checks and I17 to I19. */
  readonly failing: number | undefined;
}

/** The way by which the search first came to the finding. */
export function firstPath(space: StateSpace, finding: Finding): Path {
  const { table, prepared } = space;
  // From its end: a long way is reversed once.
  const transitions = finding.failing === undefined ? [] : [prepared.transitions[finding.failing]!];
  const states: Int32Array[] = [];
  let state = finding.state;
  for (; table.parent[state]! >= 0; state = table.parent[state]!) {
    transitions.push(prepared.transitions[table.via[state]!]!);
    states.push(space.wordsOf(state));
  }
  return { start: -1 - table.parent[state]!, transitions: transitions.reverse(), states: states.reverse() };
}

/** How often another CPU goes on. */
export function switchesOf(transitions: readonly Pick<PreparedTransition, 'thread'>[]): number {
  return transitions.filter(({ thread }, at) => at > 0 && transitions[at - 1]!.thread !== thread).length;
}
