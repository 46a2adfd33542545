/**
 * Old-style definitions: `int f(a, b) int a; char *b; {`, the type left out perhaps. The parameters' declarations stand between the
 * list and the body; nothing else at file scope has a `;` right before its `{`.
 */

import { COMMA, LBRACE, LBRACKET, LPAREN, SEMICOLON, STAR, UNDERSCORE, isDigit } from './chars.ts';
import { declaration } from './declarations.ts';
import type { Draft } from './draft.ts';
import { itemEnd } from './records.ts';
import { TYPEOF } from './tags.ts';

/** Tokens that one parameter's declaration may have, groups counted once: what bounds the look ahead. */
const MAX_TOKENS = 16;
/** A type of one letter, a blank and a name of one letter. */
const SHORTEST_WITH_ROOM = 3;

/** The `{` of the old-style definition whose parameter list opens at `open`, else -1. Reads no further than the list is long. */
export function oldStyleBody(draft: Draft, open: number, to: number): number {
  const close = draft.match[open]!;
  const names = countNames(draft, open, close);
  if (names === 0 || !draft.isWord(close + 1)) return -1;
  const limit = Math.min(to, close + 1 + names * MAX_TOKENS);
  for (let t = close + 1; t < limit;) {
    if (draft.is(t, LBRACE)) return draft.match[t]! > 0 ? t : -1;
    const end = parameterEnd(draft, t, limit);
    if (end < 0) return -1;
    t = end + 1;
  }
  return -1;
}

/** `a, b, c` between two parentheses: how many; 0 where anything else stands there. */
function countNames(draft: Draft, open: number, close: number): number {
  for (let t = open + 1; t < close; t += 2) {
    if (!draft.isPlain(t) || (t + 1 < close && !draft.is(t + 1, COMMA))) return 0;
  }
  return Math.max(0, close - open) >> 1;
}

/** The `;` of the parameter's declaration at `t`, else -1. */
function parameterEnd(draft: Draft, from: number, limit: number): number {
  if (!draft.isWord(from) || !startsDeclarator(draft, from + 1)) return -1;
  for (let t = from; t < limit; t = draft.next(t, limit)) {
    if (draft.is(t, SEMICOLON)) return t;
    if (!draft.isWord(t) && !isDeclaratorMark(draft.punctuation(t))) return -1;
    const isTypeOf = draft.isClass(t - 1, TYPEOF);
    if (draft.is(t, LPAREN) && draft.isWord(draft.match[t]! + 1) && !isTypeOf) return -1;
  }
  return -1;
}

function startsDeclarator(draft: Draft, t: number): boolean {
  return draft.isWord(t) || draft.is(t, STAR) || (draft.is(t, LPAREN) && draft.is(t + 1, STAR));
}

function isDeclaratorMark(code: number): boolean {
  return code === STAR || code === COMMA || code === LPAREN || code === LBRACKET;
}

/**
 * `main(argc, …)`, whose type nobody wrote. A qualifier before it becomes `int`; without one there is room
 * only in the name: `T in(argc, …)`. A name of two letters has none.
 */
export function implicitInt(draft: Draft, start: number, name: number): void {
  const at = draft.start(start);
  draft.record(at, draft.end(name), 'old-style');
  if (start < name) {
    draft.blank(at, draft.end(start));
    draft.put(at, 'int');
  } else if (draft.end(name) - at >= SHORTEST_WITH_ROOM) {
    draft.put(at, 'T ');
    if (isDigit(draft.source[at + 2]!)) draft.set(at + 2, UNDERSCORE);
  }
}

/** The declarations [from, brace). The grammar knows no old-style function that returns a pointer: `*` before `name` go. */
export function oldStyleParameters(draft: Draft, start: number, name: number, from: number, brace: number): void {
  for (let t = start; t < name; t++) if (draft.is(t, STAR)) draft.blankToken(t, 'old-style');
  for (let t = from; t < brace;) {
    const end = itemEnd(draft, t, brace);
    declaration(draft, t, end);
    t = end + 1;
  }
}
