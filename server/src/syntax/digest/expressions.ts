/**
 * Expressions: calls, casts, `sizeof` and its kin, initialiser lists, and operands that stand next
 * to each other because one of them is a macro (`"a" PRIu64 "b"`).
 */

import {
  AMPERSAND, COMMA, EQUALS, LBRACE, LBRACKET, LPAREN, RBRACKET, RPAREN, SPACE, STAR, UNDERSCORE,
} from './chars.ts';
import { rewriteAsm } from './asm.ts';
import type { Draft } from './draft.ts';
import {
  WORK_ARGUMENTS, WORK_EXPRESSION, WORK_INITIALIZER, WORK_PARENTHESES, WORK_STATEMENTS,
} from './draft.ts';
import { castType, squashTypeof } from './types.ts';
import { isTypeKeyword, isTypeLike } from './typeWords.ts';
import { ALIGNOF, ASM, ODD_NUMBER, OFFSETOF, PLAIN, PRIMITIVE, SIZEOF, TEXT, TYPEOF } from './tags.ts';

const UPPER_CASE = /^[A-Z][A-Z0-9_]+$/;

/** An expression, or several with commas between, [from, to). */
export function expression(draft: Draft, from: number, to: number): void {
  for (let t = from; t < to;) {
    const wordClass = draft.wordClass(t);
    if (wordClass >= 0) t = word(draft, t, from, to, wordClass);
    else if (draft.isNumber(t)) t = number(draft, t, to);
    else t = punctuation(draft, t, from, to);
  }
}

/** What stands between parentheses that belong to no call: a cast's type, a block, or an expression. */
export function parentheses(draft: Draft, open: number, close: number): void {
  if (draft.is(open + 1, LBRACE) && draft.match[open + 1] === close - 1) draft.later(WORK_STATEMENTS, open + 2, close - 1);
  else if (isTypeLike(draft, open + 1, close) && !(close === open + 2 && draft.isPlain(open + 1))) castType(draft, open + 1, close);
  else draft.later(WORK_EXPRESSION, open + 1, close);
}

/** The entries of a brace initialiser. */
export function initializer(draft: Draft, open: number, close: number): void {
  for (let from = open + 1; from < close;) {
    const to = draft.find(COMMA, from, close);
    if (from < to) entry(draft, from, to);
    else if (to < close) draft.blankToken(to, 'rest');
    from = to + 1;
  }
}

function word(draft: Draft, t: number, from: number, to: number, wordClass: number): number {
  const close = draft.closing(t + 1, LPAREN);
  const isCall = close > 0 && close < to;
  switch (wordClass) {
    case TYPEOF:
      return isCall ? squashTypeof(draft, t) : t + 1;
    case SIZEOF:
      if (!isCall) return t + 1;
      draft.later(WORK_PARENTHESES, t + 1, close);
      return close + 1;
    case ALIGNOF:
      return isCall ? alignOf(draft, t, close) : t + 1;
    case OFFSETOF:
      return isCall ? offsetOf(draft, t, close) : t + 1;
    case ASM:
      return rewriteAsm(draft, t, to);
    case PLAIN: {
      const after = isCall ? juxtaposedCall(draft, t, from, to) : juxtaposedWord(draft, t, from, to);
      if (after > t) return after;
      break;
    }
    case PRIMITIVE:
      break;
    default:
      return t + 1;
  }
  if (!isCall) return t + 1;
  draft.later(WORK_ARGUMENTS, t + 1, close);
  return close + 1;
}

function number(draft: Draft, t: number, to: number): number {
  if (draft.is(t, ODD_NUMBER)) {
    draft.set(draft.start(t), UNDERSCORE);
    draft.record(draft.start(t), draft.end(t), 'rest');
  }
  if (t + 1 >= to || !draft.isPlain(t + 1) || draft.is(t + 2, LPAREN)) return t + 1;
  draft.blankToken(t + 1, 'juxtaposed');
  return t + 2;
}

function punctuation(draft: Draft, t: number, from: number, to: number): number {
  const close = draft.match[t]!;
  const isGroup = close > t && close <= to;
  switch (draft.punctuation(t)) {
    case LPAREN:
      if (!isGroup) return t + 1;
      draft.later(t > from && isCallee(draft, t - 1) ? WORK_ARGUMENTS : WORK_PARENTHESES, t, close);
      return close + 1;
    case LBRACKET:
      if (!isGroup) return t + 1;
      draft.later(WORK_EXPRESSION, t + 1, close);
      return close + 1;
    case LBRACE:
      if (!isGroup) return t + 1;
      draft.later(WORK_INITIALIZER, t, close);
      return close + 1;
    case AMPERSAND:
      return labelAddress(draft, t, from);
    default:
      return t + 1;
  }
}

/** `f(x)(y)` and `a[i](y)` are calls, `(type)(y)` is a cast. */
function isCallee(draft: Draft, t: number): boolean {
  if (draft.is(t, RBRACKET)) return true;
  if (!draft.is(t, RPAREN)) return false;
  const open = draft.match[t]!;
  if (open < 0 || !isTypeLike(draft, open + 1, t)) return true;
  return !isTypeKeyword(draft.wordClass(open + 1)) && !draft.is(t - 1, STAR);
}

/** `&&label` → ` &label`. */
function labelAddress(draft: Draft, t: number, from: number): number {
  const isDouble = draft.is(t + 1, AMPERSAND) && draft.end(t) === draft.start(t + 1);
  if (!isDouble) return t + 1;
  const isOperand = t === from || (draft.punctuation(t - 1) > 0 && !draft.is(t - 1, RPAREN) && !draft.is(t - 1, RBRACKET));
  if (isOperand && draft.isWord(t + 2)) {
    draft.set(draft.start(t), SPACE);
    draft.record(draft.start(t), draft.end(t + 1), 'rest');
  }
  return t + 2;
}

/** `__alignof__(expression)`, which takes a type alone, becomes a call. */
function alignOf(draft: Draft, t: number, close: number): number {
  const open = t + 1;
  if (close === open + 2 || isTypeLike(draft, open + 1, close)) {
    draft.later(WORK_PARENTHESES, open, close);
    return close + 1;
  }
  let letter = draft.start(t);
  while (draft.source[letter] === UNDERSCORE) letter++;
  draft.set(letter, draft.source[letter]! & ~32);
  draft.record(draft.start(t), draft.end(t), 'rest');
  draft.later(WORK_ARGUMENTS, open, close);
  return close + 1;
}

/** `offsetof(type, a.b)` → a call of `Offsetof`; the grammar knows plain fields only. */
function offsetOf(draft: Draft, t: number, close: number): number {
  const open = t + 1;
  const comma = draft.find(COMMA, open + 1, close);
  let isSimple = comma + 2 === close && draft.isWord(comma + 1);
  for (let u = open + 1; u < comma && isSimple; u++) isSimple = draft.isWord(u) && !draft.isClass(u, TYPEOF);
  if (isSimple) return close + 1;
  draft.set(draft.start(t), draft.firstChar(t) & ~32);
  draft.record(draft.start(t), draft.end(close), 'offsetof');
  draft.later(WORK_ARGUMENTS, open, close);
  return close + 1;
}

/** Of two adjacent words the upper-case one is a macro (an attribute, a string, an operator). */
function juxtaposedWord(draft: Draft, t: number, from: number, to: number): number {
  if (t + 1 >= to || !draft.isPlain(t + 1)) return -1;
  if (UPPER_CASE.test(draft.word(t))) {
    draft.blankToken(t, 'juxtaposed');
    return t + 1;
  }
  if (!UPPER_CASE.test(draft.word(t + 1))) return -1;
  const close = draft.closing(t + 2, LPAREN);
  if (close > 0 && close < to) {
    draft.blankTokens(t + 1, close + 1, 'juxtaposed');
    return close + 1;
  }
  if ((t > from && draft.isString(t - 1)) || (t + 2 < to && draft.isString(t + 2))) return -1;
  draft.blankToken(t + 1, 'juxtaposed');
  return t + 2;
}

/** `"a" M(x) "b"` and `M(x) name`, where a call stands next to an operand. */
function juxtaposedCall(draft: Draft, t: number, from: number, to: number): number {
  const after = draft.match[t + 1]! + 1;
  const followsString = t > from && isStringLiteral(draft, t - 1);
  const precedesString = after < to && isStringLiteral(draft, after) && !(t > from && draft.isWord(t - 1));
  if (followsString || precedesString) {
    draft.squash(t, after, 'juxtaposed');
    return after;
  }
  if (after >= to || !draft.isPlain(after) || draft.is(after + 1, LPAREN) || draft.isWord(after + 1)) return -1;
  if (!/^[A-Z]/.test(draft.word(t))) return -1;
  draft.blankTokens(t, after, 'juxtaposed');
  return after;
}

function isStringLiteral(draft: Draft, t: number): boolean {
  return draft.is(t, TEXT);
}

/** One initialiser entry [from, to). */
function entry(draft: Draft, from: number, to: number): void {
  const close = draft.isPlain(from) ? draft.closing(from + 1, LPAREN) : -1;
  if (close > 0 && close < to && draft.is(close + 1, EQUALS)) {
    designatorCall(draft, from, close);
    draft.later(WORK_EXPRESSION, close + 2, to);
    return;
  }
  draft.later(WORK_EXPRESSION, separateEntries(draft, from, to), to);
}

/** `INDEX(x) = value` → `     [x] = value`. */
function designatorCall(draft: Draft, t: number, close: number): void {
  draft.blank(draft.start(t), draft.end(t));
  draft.set(draft.start(t + 1), LBRACKET);
  draft.set(draft.start(close), RBRACKET);
  draft.record(draft.start(t), draft.end(close), 'rest');
  draft.later(WORK_EXPRESSION, t + 2, close);
}

/** Macro calls on lines of their own without commas: each gets one. Returns the start of the last. */
function separateEntries(draft: Draft, from: number, to: number): number {
  let t = from;
  for (;;) {
    if (!draft.isPlain(t)) return t;
    const close = draft.closing(t + 1, LPAREN);
    const after = close > 0 ? close + 1 : t + 1;
    if (after >= to || !draft.isPlain(after) || !draft.breaksBetween(after - 1, after)) return t;
    if (close < 0) draft.blankToken(t, 'rest');
    else if (close === t + 2) {
      draft.squash(t, after, 'rest');
      draft.set(draft.end(close) - 1, COMMA);
    } else {
      draft.blank(draft.start(t), draft.end(t + 1));
      draft.set(draft.start(close), COMMA);
      draft.record(draft.start(t), draft.end(close), 'rest');
      const hasComma = draft.is(close - 1, COMMA);
      if (hasComma) draft.blankToken(close - 1, 'rest');
      draft.later(WORK_EXPRESSION, t + 2, hasComma ? close - 1 : close);
    }
    t = after;
  }
}
