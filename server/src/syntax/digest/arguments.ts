/**
 * Arguments of calls and macros. What is no expression is made one: types, statements, operators,
 * braces, nothing at all.
 */

import { blankAfter, separateCalls } from './adjacentCalls.ts';
import {
  CARET, COLON, COMMA, DOT, ELLIPSIS, EQUALS, GREATER, LBRACE, LBRACKET, LESS, LPAREN, MINUS, PERCENT, PIPE, PLUS,
  RPAREN, SEMICOLON, SLASH, STAR, UNDERSCORE, NEWLINE, AMPERSAND, BANG, TILDE, isCloser, isOpener,
} from './chars.ts';
import type { Draft } from './draft.ts';
import { WORK_ARGUMENT, WORK_BRACED_ARGUMENT, WORK_EXPRESSION, WORK_STATEMENTS } from './draft.ts';
import { isTypeKeyword, isTypeLike } from './typeWords.ts';
import { ALIGNOF, ASM, CASE, CONTROL, DO, ELSE, JUMP, OFFSETOF, PLAIN, SIZEOF, TYPEOF } from './tags.ts';

const LETTER_I = 105;

/** The arguments between `open` and `close`. */
export function callArguments(draft: Draft, open: number, close: number): void {
  if (close === open + 1) return;
  separateStatements(draft, open, close);
  for (let from = open + 1; from <= close;) {
    const to = draft.find(COMMA, from, close);
    if (isEmpty(draft, from, to)) dropEmpty(draft, { open, from, to, close });
    else if (!(to === from + 1 && draft.isPlain(from))) argument(draft, from, to);
    from = to + 1;
  }
}

/** One argument, [from, to). */
export function argument(draft: Draft, from: number, to: number): void {
  let end = to;
  while (end > from && draft.isDropped(end - 1)) end--;
  if (end === from || oddArgument(draft, from, end)) return;
  const start = dropStrayOperators(draft, from, end);
  if (!typeArgument(draft, start, end) && !typedAssignment(draft, start, end) && !separateCalls(draft, start, end)) draft.later(WORK_EXPRESSION, start, end);
}

/** `{…}` as an argument: statements stay a block, a list of values becomes `(…)`. */
export function bracedArgument(draft: Draft, open: number, close: number): void {
  const first = draft.wordClass(open + 1);
  const isBlock = first === CONTROL || first === DO || first === JUMP || draft.find(SEMICOLON, open + 1, close) < close;
  if (isBlock || close === open + 1) {
    draft.later(WORK_STATEMENTS, open + 1, close);
    return;
  }
  draft.set(draft.start(open), LPAREN);
  draft.set(draft.start(close), RPAREN);
  draft.record(draft.start(open), draft.end(close), 'argument');
  if (draft.is(close - 1, COMMA)) draft.drop(close - 1, 'argument');
  for (let from = open + 1; from < close;) {
    const to = draft.find(COMMA, from, close);
    if (from < to) bracedEntry(draft, from, to);
    from = to + 1;
  }
}

/** `[index] = value` → `(index) = value`. */
function bracedEntry(draft: Draft, from: number, to: number): void {
  const close = draft.closing(from, LBRACKET);
  if (close < 0 || !draft.is(close + 1, EQUALS)) {
    draft.later(WORK_ARGUMENT, from, to);
    return;
  }
  draft.set(draft.start(from), LPAREN);
  draft.set(draft.start(close), RPAREN);
  draft.later(WORK_EXPRESSION, from + 1, close);
  valueOrBraces(draft, close + 2, to);
}

function valueOrBraces(draft: Draft, from: number, to: number): void {
  const close = draft.closing(from, LBRACE);
  if (close > 0) draft.later(WORK_BRACED_ARGUMENT, from, close);
  else draft.later(WORK_EXPRESSION, from, to);
}

/** `;` directly between the parentheses → `,`, or nothing where an argument ends anyway. */
function separateStatements(draft: Draft, open: number, close: number): void {
  for (let t = open + 1; t < close; t = draft.next(t, close)) {
    if (!draft.is(t, SEMICOLON)) continue;
    const ends = t + 1 >= close || draft.is(t + 1, COMMA) || draft.is(t + 1, SEMICOLON);
    if (ends) draft.drop(t, 'argument');
    else draft.become(t, COMMA, 'argument');
  }
}

/** Is there nothing in [from, to) but what was dropped? */
function isEmpty(draft: Draft, from: number, to: number): boolean {
  let t = from;
  while (t < to && draft.isDropped(t)) t++;
  return t === to;
}

/** An empty argument takes a comma with it. */
function dropEmpty(draft: Draft, place: { open: number; from: number; to: number; close: number }): void {
  const comma = place.to < place.close ? place.to : place.from - 1;
  if (comma > place.open && draft.is(comma, COMMA) && draft.written(draft.start(comma)) === COMMA) draft.blankToken(comma, 'argument');
}

/** Arguments that are no expression from their first token on; true where one was rewritten. */
function oddArgument(draft: Draft, from: number, to: number): boolean {
  if (draft.isWord(from)) return keywordArgument(draft, from, to);
  if (isOperators(draft, from, to) || (draft.is(from, ELLIPSIS) && to === from + 1)) {
    underscores(draft, draft.start(from), draft.end(to - 1));
    return true;
  }
  const group = draft.match[from]!;
  if ((draft.is(from, LBRACKET) && group > 0 && group + 1 < to) || (draft.is(from, COLON) && to > from + 1)) {
    draft.squash(from, to, 'argument');
    return true;
  }
  if (draft.is(from, DOT) && draft.isWord(from + 1)) {
    designatedArgument(draft, from, to);
    return true;
  }
  if (!draft.is(from, LBRACE) || group < 0 || group >= to) return false;
  draft.later(WORK_BRACED_ARGUMENT, from, group);
  return true;
}

function keywordArgument(draft: Draft, from: number, to: number): boolean {
  switch (draft.wordClass(from)) {
    case JUMP:
      if (to === from + 1) break;
      draft.blankToken(from, 'argument');
      draft.later(WORK_EXPRESSION, from + 1, to);
      return true;
    case CONTROL:
      if (to > from + 1 && conditionalArgument(draft, from, to)) return true;
      break;
    case ELSE:
      if (to === from + 1) break;
      draft.blankToken(from, 'argument');
      draft.later(WORK_ARGUMENT, from + 1, to);
      return true;
    case DO:
    case CASE:
      break;
    case ASM:
      if (draft.is(from + 1, LPAREN)) return false;
      break;
    case SIZEOF:
    case ALIGNOF:
    case OFFSETOF:
    case TYPEOF:
      if (to > from + 1) return false;
      break;
    default:
      return false;
  }
  draft.squash(from, to, 'argument');
  return true;
}

/** `if (x) y` → `   (x),y`, where there is a blank for the comma; `y` may be a block. */
function conditionalArgument(draft: Draft, from: number, to: number): boolean {
  const close = draft.firstChar(from) === LETTER_I ? draft.closing(from + 1, LPAREN) : -1;
  if (close < 0 || close + 1 >= to || (draft.is(close + 1, LBRACE) && draft.match[close + 1] !== to - 1)) return false;
  const gap = blankAfter(draft, close);
  if (gap < 0) return false;
  draft.blankToken(from, 'argument');
  draft.set(gap, COMMA);
  draft.later(WORK_EXPRESSION, from + 2, close);
  draft.later(WORK_ARGUMENT, close + 1, to);
  return true;
}

/** `.field = value` → `        value`'s place kept: only the dot goes. */
function designatedArgument(draft: Draft, from: number, to: number): void {
  draft.blankToken(from, 'argument');
  const equals = draft.find(EQUALS, from + 1, to);
  if (equals < to) valueOrBraces(draft, equals + 1, to);
}

/** Drops a binary operator at either end (`x |`, `== 3`); returns the new start. */
function dropStrayOperators(draft: Draft, from: number, to: number): number {
  const last = draft.punctuation(to - 1);
  if (to - from > 1 && isOperator(draft, to - 1) && last !== STAR && last !== PLUS && last !== MINUS) draft.drop(to - 1, 'argument');
  if (to - from <= 1 || !isBinaryOperator(draft.punctuation(from))) return from;
  let t = from;
  while (t < to - 1 && isOperator(draft, t) && !isPrefixOperator(draft.punctuation(t))) draft.drop(t++, 'argument');
  return t;
}

/** A type → one identifier; a single plain name is one already. */
function typeArgument(draft: Draft, from: number, to: number): boolean {
  if (!isTypeLike(draft, from, to)) return false;
  if (to !== from + 1 || !draft.isPlain(from)) draft.squash(from, to, 'type-argument');
  return true;
}

/** `type name = value` as an argument → `     name = value`. */
function typedAssignment(draft: Draft, from: number, to: number): boolean {
  const startsType = isTypeKeyword(draft.wordClass(from)) || (draft.wordClass(from) === PLAIN && draft.isPlain(from + 1));
  if (!startsType) return false;
  let t = from;
  while (t < to && (draft.isWord(t) || draft.is(t, STAR))) t++;
  if (t >= to || t <= from + 1 || !draft.is(t, EQUALS) || draft.is(t + 1, EQUALS) || !draft.isPlain(t - 1)) return false;
  draft.blankTokens(from, t - 1, 'type-argument');
  draft.later(WORK_EXPRESSION, t - 1, to);
  return true;
}

function underscores(draft: Draft, start: number, end: number): void {
  for (let i = start; i < end; i++) if (draft.source[i] !== NEWLINE) draft.set(i, UNDERSCORE);
  draft.record(start, end, 'argument');
}

function isOperators(draft: Draft, from: number, to: number): boolean {
  for (let t = from; t < to; t++) if (!isOperator(draft, t)) return false;
  return true;
}

function isOperator(draft: Draft, t: number): boolean {
  const code = draft.punctuation(t);
  return code > ELLIPSIS && !isOpener(code) && !isCloser(code);
}

function isBinaryOperator(code: number): boolean {
  return code === LESS || code === GREATER || code === EQUALS || code === PIPE || code === CARET || code === SLASH || code === PERCENT;
}

function isPrefixOperator(code: number): boolean {
  return code === STAR || code === AMPERSAND || code === BANG || code === TILDE || code === MINUS;
}
