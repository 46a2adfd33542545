/**
 * Ranges of tokens in which the layers of expressions, arguments and initialisers would find nothing to
 * rewrite: most of kernel C. Such a range is read once, by the automaton of `automaton.ts`, and never put on the list
 * of work. That the automaton gives up often enough is for the tests to show: they rewrite with and without it. Giving
 * up too often costs time only.
 */

import type { Draft, WorkKind } from './draft.ts';
import { WORK_ARGUMENTS, WORK_EXPRESSION, WORK_INITIALIZER, WORK_PARENTHESES } from './draft.ts';
import { TRANSITIONS, inputs, states } from './automaton.ts';
import { CLOSE_CALL, INPUT_BITS, IN_BRACES, IN_CALL, IN_GROUP, LONGEST, OPEN_CALL, STIR } from './stillCodes.ts';

const BEGIN = states.indexOf('begin');
const OPEN_GROUP = inputs.indexOf('openGroup');
const OPEN_BRACE = inputs.indexOf('{');
const CLOSE_BRACE = inputs.indexOf('}');
const CLOSE_GROUP = inputs.indexOf('closeGroup');

/** Would deferred work of this kind change nothing? */
export function isStill(draft: Draft, kind: WorkKind, from: number, to: number): boolean {
  if (to - from > LONGEST) return false;
  switch (kind) {
    case WORK_EXPRESSION:
      return draft.tokens.stateAfter(from, to, BEGIN, IN_BRACES) >= 0;
    case WORK_ARGUMENTS:
      return isQuiet(draft.tokens.stateAfter(from + 1, to, OPEN_CALL, IN_CALL), CLOSE_CALL);
    case WORK_PARENTHESES:
      return isQuiet(draft.tokens.stateAfter(from + 1, to, OPEN_GROUP, IN_GROUP), CLOSE_GROUP);
    case WORK_INITIALIZER:
      return isQuiet(draft.tokens.stateAfter(from + 1, to, OPEN_BRACE, IN_BRACES), CLOSE_BRACE);
    default:
      return false;
  }
}

function isQuiet(state: number, input: number): boolean {
  return state >= 0 && TRANSITIONS[(state << INPUT_BITS) | input]! < STIR;
}
