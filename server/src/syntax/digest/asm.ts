/**
 * Inline assembly: statements that the grammar reads stay; any other loses its operands and
 * becomes `asm("")`.
 */

import { COLON, LBRACKET, LPAREN, QUOTE, SPACE } from './chars.ts';
import type { Draft } from './draft.ts';
import { WORK_EXPRESSION } from './draft.ts';

const KNOWN_QUALIFIERS = new Set(['volatile', '__volatile__', 'inline', 'goto']);
/** The longest spelling of the keyword that the grammar knows is `__asm__`. */
const LONGEST_KEYWORD = 7;
/** `asm volatile goto inline` is the longest run in use. */
const MAX_QUALIFIERS = 4;
const OUTPUTS = 1;
const INPUTS = 2;
const CLOBBERS = 3;

/** Rewrites the `asm` at `t` if need be; returns the token after its parentheses. */
export function rewriteAsm(draft: Draft, t: number, to: number): number {
  let open = t + 1;
  while (open < to && open <= t + MAX_QUALIFIERS && draft.isWord(open)) open++;
  const close = draft.closing(open, LPAREN);
  if (close < 0 || close >= to) return t + 1;
  if (draft.end(t) - draft.start(t) > LONGEST_KEYWORD) {
    draft.blankToken(t, 'asm');
    draft.put(draft.start(t), 'asm');
  }
  for (let u = t + 1; u < open; u++) if (!KNOWN_QUALIFIERS.has(draft.word(u))) draft.blankToken(u, 'asm');
  if (isReadable(draft, open, close)) readOperands(draft, open, close);
  else empty(draft, t, open, close);
  return close + 1;
}

/** A template of strings, then operands of one string and one expression in parentheses each. */
function isReadable(draft: Draft, open: number, close: number): boolean {
  const first = open + 1;
  if (!draft.isString(first) && !(draft.isPlain(first) && draft.isString(first + 1))) return false;
  let section = 0;
  for (let t = first; t < close; t = draft.next(t, close)) {
    if (draft.is(t, COLON)) section++;
    else if (section === 0 && draft.is(t, LPAREN)) return false;
    else if (section === OUTPUTS || section === INPUTS) {
      if (draft.isPlain(t)) return false;
      if (draft.isString(t) && draft.isString(t + 1)) return false;
    } else if (section === CLOBBERS && draft.isPlain(t)) return false;
  }
  return true;
}

function readOperands(draft: Draft, open: number, close: number): void {
  let section = 0;
  for (let t = open + 1; t < close; t = draft.next(t, close)) {
    if (draft.is(t, COLON)) section++;
    else if (section > 0 && draft.is(t, LPAREN) && !draft.is(t, LBRACKET)) draft.later(WORK_EXPRESSION, t + 1, draft.match[t]!);
  }
}

/** `asm(…)` → `asm(   "")`: two adjacent blanks take the quotes. */
function empty(draft: Draft, t: number, open: number, close: number): void {
  const from = draft.end(open);
  const to = draft.start(close);
  if (to - from < 2) return;
  draft.blank(from, to);
  let at = from;
  while (at + 1 < to && (draft.written(at) !== SPACE || draft.written(at + 1) !== SPACE)) at++;
  if (at + 1 < to) {
    draft.set(at, QUOTE);
    draft.set(at + 1, QUOTE);
  }
  draft.record(draft.start(t), draft.end(close), 'asm');
}
