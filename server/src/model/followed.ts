/**
 * The part of a program that rests on no invented promise: where what a handler returns is not followed, extraction lets it be each
 * constant that is tested for, and most of them say that there is a page. A violation that needs such a choice says nothing.
 */

import type { Program, Step } from './types.ts';

/** The program without the ways through invented results, which end where one is needed; undefined where it has none. */
export function followedOnly(program: Program): Program | undefined {
  const transitions = program.transitions.filter(({ steps }) => !steps.some(invents));
  return transitions.length === program.transitions.length ? undefined : { ...program, transitions };
}

function invents(step: Step): boolean {
  if (step.kind === 'if') return step.then.some(invents) || step.otherwise.some(invents);
  return step.kind === 'choose' && step.isInvented === true;
}
