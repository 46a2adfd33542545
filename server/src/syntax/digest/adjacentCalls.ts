/**
 * Macro calls side by side in one argument, as in `TP_STRUCT__entry(__field(int, a) __field(int, b))`: the
 * macro puts them one after another, so each becomes an argument of its own.
 */

import { COMMA, LPAREN, SLASH, SPACE, TAB } from './chars.ts';
import type { Draft } from './draft.ts';
import { WORK_ARGUMENTS } from './draft.ts';

/** Separates the calls of an argument [from, to) that is nothing but calls; false where it is anything else. */
export function separateCalls(draft: Draft, from: number, to: number): boolean {
  if (endOfCall(draft, from, to) < 0 || !areCalls(draft, from, to)) return false;
  for (let t = from; t < to;) {
    const end = endOfCall(draft, t, to);
    if (end < to) draft.set(blankAfter(draft, end - 1), COMMA);
    draft.later(WORK_ARGUMENTS, t + 1, end - 1);
    t = end;
  }
  draft.record(draft.start(from), draft.end(to - 1), 'argument');
  return true;
}

/** Are there two calls at least, with room for a comma between each two? */
function areCalls(draft: Draft, from: number, to: number): boolean {
  let count = 0;
  for (let t = from; t < to; count++) {
    const end = endOfCall(draft, t, to);
    if (end < 0 || (end < to && blankAfter(draft, end - 1) < 0)) return false;
    t = end;
  }
  return count > 1;
}

function endOfCall(draft: Draft, t: number, to: number): number {
  const close = draft.isPlain(t) ? draft.closing(t + 1, LPAREN) : -1;
  return close > 0 && close < to ? close + 1 : -1;
}

/** The first blank between token `t` and the next, where a comma has room; else -1. */
export function blankAfter(draft: Draft, t: number): number {
  const to = draft.start(t + 1);
  for (let at = draft.end(t); at < to && draft.source[at] !== SLASH; at++) {
    if (draft.source[at] === SPACE || draft.source[at] === TAB) return at;
  }
  return -1;
}
