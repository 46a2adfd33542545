/**
 * Macro calls that stand as statements: loops (`list_for_each(p, head) …`), wrappers of whole
 * statements, types, and calls without `;`. What follows the call decides; names break ties.
 */

import {
  COMMA, EQUALS, LBRACE, LBRACKET, LPAREN, PLUS, RBRACE, RPAREN, SEMICOLON, SPACE, STAR, TAB,
} from './chars.ts';
import { declarators } from './declarations.ts';
import type { Draft } from './draft.ts';
import { WORK_ARGUMENTS, WORK_STATEMENTS } from './draft.ts';
import { itemEnd } from './records.ts';
import { CONTROL, DO, ELSE, HINT_ITERATOR, OFFSETOF } from './tags.ts';
import { looksLikeIterator } from './words.ts';

const DIGIT_ONE = 49;

/** `MACRO(…)` at `t` as a statement; returns the token after it, or -1 where it is an ordinary one. */
export function macroStatement(draft: Draft, t: number, to: number, isIfBody: boolean): number {
  const close = draft.match[t + 1]!;
  const next = close + 1;
  const isLast = draft.is(next, RBRACE) || (next >= to && !draft.is(next, RPAREN));
  if ((isLast || draft.is(next, SEMICOLON) || draft.isWord(next)) && wrapsStatement(draft, t + 1, close)) return unwrap(draft, t, close);
  if (isLast) return endStatement(draft, t, close);
  if (draft.is(next, SEMICOLON)) return -1;
  if (draft.is(next, LBRACE)) return rewriteLoop(draft, t, close) ? next : -1;
  if (!startsStatement(draft, t, close)) return -1;
  if (draft.isClass(next, ELSE)) return beforeElse(draft, t, close, isIfBody);
  if (isLoop(draft, t, close) && rewriteLoop(draft, t, close)) return next;
  if (isTypeBefore(draft, close)) {
    const end = itemEnd(draft, t, to);
    draft.squash(t, next, 'type-macro');
    declarators(draft, next, end);
    return end + 1;
  }
  return endStatement(draft, t, close);
}

/**
 * `list_for_each(p, head)` → `while        (p, head)`; a name of two to four letters gives `if`.
 * False where the name is too short even for that.
 */
export function rewriteLoop(draft: Draft, t: number, close: number): boolean {
  const start = draft.start(t);
  const end = draft.end(t);
  const keyword = end - start >= 5 ? 'while' : 'if';
  if (end - start < keyword.length) return false;
  const open = t + 1;
  draft.blank(start, end);
  draft.put(start, keyword);
  draft.record(start, draft.end(close), 'iterator');
  if (close > open + 1) draft.later(WORK_ARGUMENTS, open, close);
  else if (draft.start(close) > draft.end(open)) draft.set(draft.end(open), DIGIT_ONE);
  else if (end - start > keyword.length) {
    draft.set(draft.start(open) - 1, LPAREN);
    draft.set(draft.start(open), DIGIT_ONE);
  }
  return true;
}

/** Does what follows `MACRO(…)` begin a statement of its own? */
function startsStatement(draft: Draft, t: number, close: number): boolean {
  const next = close + 1;
  if (draft.isWord(next)) return !draft.isClass(next, OFFSETOF);
  if (!draft.breaksBetween(close, next)) return false;
  if (draft.is(next, STAR)) return true;
  if (draft.is(next, PLUS)) return draft.is(next + 1, PLUS);
  return draft.is(next, LPAREN) && isNamedLoop(draft, t);
}

function isLoop(draft: Draft, t: number, close: number): boolean {
  if (isNamedLoop(draft, t)) return true;
  return draft.breaksBetween(close, close + 1) && draft.indentation(close + 1) > draft.indentation(t);
}

function isNamedLoop(draft: Draft, t: number): boolean {
  return draft.hasHint(t, HINT_ITERATOR) || looksLikeIterator(draft.word(t));
}

/** `MACRO(x) name = …`: the call is a type. */
function isTypeBefore(draft: Draft, close: number): boolean {
  const next = close + 1;
  if (!draft.isPlain(next) || draft.breaksBetween(close, next)) return false;
  const after = draft.punctuation(next + 1);
  return after === EQUALS || after === SEMICOLON || after === COMMA || after === LBRACKET;
}

/** Do the parentheses hold whole statements? */
function wrapsStatement(draft: Draft, open: number, close: number): boolean {
  const first = open + 1;
  if (first >= close || draft.is(first, LBRACE)) return false;
  if (draft.isStill?.(draft, WORK_ARGUMENTS, open, close)) return false;
  if (draft.isClass(first, CONTROL) || draft.isClass(first, DO) || draft.isClass(first, ELSE)) return true;
  const call = draft.isPlain(first) ? draft.closing(first + 1, LPAREN) : -1;
  if (call > 0 && call < close && draft.is(call + 1, LBRACE)) return true;
  const comma = draft.find(COMMA, first, close);
  // Statements in several arguments are alternatives as often as a sequence: those stay arguments.
  return comma === close && draft.find(SEMICOLON, first, close) < close;
}

/** `D1(if (x) y;)` → `   if (x) y; `. */
function unwrap(draft: Draft, t: number, close: number): number {
  draft.blank(draft.start(t), draft.end(t + 1));
  draft.record(draft.start(t), draft.end(close), 'wrapper');
  if (draft.is(close - 1, SEMICOLON) || draft.is(close - 1, RBRACE)) draft.blank(draft.start(close), draft.end(close));
  else draft.set(draft.start(close), SEMICOLON);
  draft.later(WORK_STATEMENTS, t + 2, close);
  return close + 1;
}

/** Ends `MACRO(…)`: a blank after it takes the `;`, else `MACRO(x)` → `MACRO,x;`. Of a last block only that stays. */
function endStatement(draft: Draft, t: number, close: number): number {
  const open = t + 1;
  const gap = draft.end(close);
  draft.record(draft.start(t), draft.end(close), 'statement-macro');
  const block = draft.is(close - 1, RBRACE) ? draft.match[close - 1]! : -1;
  if (block > open) {
    draft.blank(draft.start(t), draft.start(block));
    draft.set(draft.start(close), SEMICOLON);
    draft.later(WORK_STATEMENTS, block + 1, close - 1);
    return close + 1;
  }
  if (draft.source[gap] === SPACE || draft.source[gap] === TAB) draft.set(gap, SEMICOLON);
  else {
    draft.set(draft.start(open), close > open + 1 ? COMMA : SPACE);
    draft.set(draft.start(close), SEMICOLON);
  }
  draft.later(WORK_ARGUMENTS, open, close);
  return close + 1;
}

/** `MACRO(x) else`: as an `if`'s body it only lacks a `;`; otherwise it is the `if` itself. */
function beforeElse(draft: Draft, t: number, close: number, isIfBody: boolean): number {
  if (isIfBody) return endStatement(draft, t, close);
  const name = draft.word(t);
  const start = draft.start(t);
  draft.blank(start, draft.end(close));
  draft.record(start, draft.end(close), 'statement-macro');
  draft.put(start, `if(${name.slice(0, Math.max(1, name.length - 3))});`);
  return close + 1;
}
