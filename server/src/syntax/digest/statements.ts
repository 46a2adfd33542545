/**
 * Statements of a function's body, one after another and without recursion: a control statement's
 * header is read, and its body is simply the next statement.
 */

import {
  COLON, ELLIPSIS, EQUALS, LBRACE, LBRACKET, LPAREN, PIPE, QUESTION, RBRACE, SEMICOLON, SPACE, STAR, COMMA, isCloser,
} from './chars.ts';
import { attributeScore } from './attributes.ts';
import { declaration, startsDeclaration } from './declarations.ts';
import type { Draft } from './draft.ts';
import { WORK_EXPRESSION, WORK_STATEMENTS } from './draft.ts';
import { macroCallAt, macroDeclaration } from './macroDeclarations.ts';
import { macroStatement, rewriteLoop } from './macroStatements.ts';
import { itemEnd } from './records.ts';
import { CASE, CONTROL, DO, ELSE, JUMP, PLAIN, QUALIFIER } from './tags.ts';

const MACRO_WORD = /^(__)?[A-Z][A-Z0-9_]{2,}[a-z]*$/;
const LETTER_F = 102;
const LETTER_G = 103;
const LETTER_I = 105;

/** The statements in [from, to). */
export function statements(draft: Draft, from: number, to: number): void {
  let isIfBody = false;
  for (let t = from; t < to;) {
    const next = statement(draft, t, to, isIfBody);
    isIfBody = draft.isClass(t, CONTROL) && draft.firstChar(t) === LETTER_I;
    t = next > t ? next : t + 1;
  }
}

/** One statement, or the header of a compound one, at `t`; returns the token after it. */
function statement(draft: Draft, t: number, to: number, isIfBody: boolean): number {
  switch (draft.wordClass(t)) {
    case -1:
      return punctuated(draft, t, to);
    case CONTROL:
      return control(draft, t, to);
    case ELSE:
    case DO:
      return t + 1;
    case JUMP:
      return jump(draft, t, to);
    case CASE:
      return caseLabel(draft, t, to);
    case PLAIN:
      return plain(draft, t, to, isIfBody);
    case QUALIFIER:
      return qualified(draft, t, to);
    default:
      return declarationOrExpression(draft, t, to);
  }
}

function punctuated(draft: Draft, t: number, to: number): number {
  if (draft.is(t, SEMICOLON) || isCloser(draft.punctuation(t))) return t + 1;
  if (!draft.is(t, LBRACE)) return expressionStatement(draft, t, to);
  const close = draft.match[t]!;
  if (close < 0 || close > to) return t + 1;
  draft.later(WORK_STATEMENTS, t + 1, close);
  return draft.isClass(t - 1, DO) ? loopEnd(draft, close + 1, to) : close + 1;
}

/** `do { … } while_each(x);` ends in a macro that hides the `while`. */
function loopEnd(draft: Draft, t: number, to: number): number {
  const close = t < to && draft.isPlain(t) ? draft.closing(t + 1, LPAREN) : -1;
  if (close < 0 || !draft.is(close + 1, SEMICOLON)) return t;
  return rewriteLoop(draft, t, close) ? close + 2 : t;
}

function control(draft: Draft, t: number, to: number): number {
  let open = t + 1;
  if (draft.isPlain(open) && draft.closing(open + 1, LPAREN) > 0) draft.blankToken(open++, 'rest');
  const close = draft.closing(open, LPAREN);
  if (close < 0 || close > to) return t + 1;
  if (draft.firstChar(t) === LETTER_F) forHeader(draft, open, close);
  else draft.later(WORK_EXPRESSION, open + 1, close);
  return close + 1;
}

function forHeader(draft: Draft, open: number, close: number): void {
  const end = itemEnd(draft, open + 1, close);
  if (startsDeclaration(draft, open + 1, close)) declaration(draft, open + 1, end);
  else draft.later(WORK_EXPRESSION, open + 1, end);
  draft.later(WORK_EXPRESSION, end + 1, close);
}

function jump(draft: Draft, t: number, to: number): number {
  const end = itemEnd(draft, t, to);
  if (draft.firstChar(t) === LETTER_G && draft.is(t + 1, STAR)) {
    draft.blankToken(t + 1, 'computed-goto');
    if (end > t + 3) draft.squash(t + 2, end, 'computed-goto');
  } else draft.later(WORK_EXPRESSION, t + 1, end);
  return end + 1;
}

/** `case A ... B:` → `case A  |  B:`. */
function caseLabel(draft: Draft, t: number, to: number): number {
  let questions = 0;
  let u = t + 1;
  for (; u < to; u = draft.next(u, to)) {
    const code = draft.punctuation(u);
    if (code === SEMICOLON || code === RBRACE || (code === COLON && questions-- === 0)) break;
    if (code === QUESTION) questions++;
    if (code !== ELLIPSIS) continue;
    draft.set(draft.start(u), SPACE);
    draft.set(draft.start(u) + 1, PIPE);
    draft.set(draft.start(u) + 2, SPACE);
    draft.record(draft.start(u), draft.end(u), 'case-range');
  }
  draft.later(WORK_EXPRESSION, t + 1, Math.min(u, to));
  return u + 1;
}

function plain(draft: Draft, t: number, to: number, isIfBody: boolean): number {
  if (draft.is(t + 1, COLON) && !draft.is(t + 2, COLON)) return afterLabel(draft, t + 2, to);
  const close = draft.closing(t + 1, LPAREN);
  if (close > 0 && close < to) {
    const after = macroStatement(draft, t, to, isIfBody);
    if (after > t) return after;
    if (draft.is(close + 1, EQUALS) && draft.is(close + 2, LBRACE)) return macroDeclarationStatement(draft, t, t, to);
  } else if (isBareWord(draft, t, to)) {
    draft.set(draft.end(t) - 1, SEMICOLON);
    draft.record(draft.start(t), draft.end(t), 'statement-macro');
    return t + 1;
  }
  return declarationOrExpression(draft, t, to);
}

/** `out: __maybe_unused`, which else were the type of what follows on the next line. */
function afterLabel(draft: Draft, t: number, to: number): number {
  const isAttribute = t + 1 < to && draft.isPlain(t) && draft.isWord(t + 1) && draft.breaksBetween(t, t + 1) && attributeScore(draft, t) > 1;
  if (!isAttribute) return t;
  draft.blankToken(t, 'attribute');
  return t + 1;
}

/** `static DEFINE_X(a, b);` inside a function. */
function qualified(draft: Draft, t: number, to: number): number {
  const call = macroCallAt(draft, t, to);
  return call > t ? macroDeclarationStatement(draft, t, call, to) : declarationOrExpression(draft, t, to);
}

function macroDeclarationStatement(draft: Draft, t: number, call: number, to: number): number {
  const end = itemEnd(draft, t, to);
  macroDeclaration(draft, t, call, end);
  return end + 1;
}

/** A macro word alone on its line, without `;`. */
function isBareWord(draft: Draft, t: number, to: number): boolean {
  const next = t + 1;
  if (next > to || !draft.breaksBetween(t, next) || !MACRO_WORD.test(draft.word(t))) return false;
  if (draft.is(next, RBRACE)) return true;
  const nextClass = draft.wordClass(next);
  if (nextClass === CONTROL || nextClass === JUMP || nextClass === CASE || nextClass === DO || nextClass === ELSE) return true;
  if (nextClass < 0) return false;
  const after = draft.punctuation(next + 1);
  return after !== SEMICOLON && after !== EQUALS && after !== COMMA && after !== LBRACKET;
}

function declarationOrExpression(draft: Draft, t: number, to: number): number {
  if (!startsDeclaration(draft, t, to)) return expressionStatement(draft, t, to);
  const end = itemEnd(draft, t, to);
  declaration(draft, t, end);
  return end + 1;
}

function expressionStatement(draft: Draft, t: number, to: number): number {
  const end = itemEnd(draft, t, to);
  draft.later(WORK_EXPRESSION, t, end);
  return draft.is(end, RBRACE) ? end : end + 1;
}
