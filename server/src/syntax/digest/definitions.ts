/**
 * File scope: declarations, function definitions, macros between them, and functions that a macro
 * defines (`SYSCALL_DEFINE3(open, …) {`).
 */

import {
  EQUALS, LBRACE, LBRACKET, LPAREN, RBRACE, SEMICOLON, STAR,
} from './chars.ts';
import { attributeScore, blankTrailing } from './attributes.ts';
import { declaration, parameters, specifiersWithBody } from './declarations.ts';
import type { Draft } from './draft.ts';
import { WORK_EXPRESSION, WORK_STATEMENTS, WORK_TOP_LEVEL } from './draft.ts';
import { findHeader } from './headers.ts';
import { hasTypeBefore, isLeadingAttribute } from './leadingAttributes.ts';
import { initialisedByMacro, isInitialisedByMacro, macroCallAt, macroDeclaration } from './macroDeclarations.ts';
import { macroFunction } from './macroFunctions.ts';
import { implicitInt, oldStyleBody, oldStyleParameters } from './oldStyle.ts';
import { itemEnd } from './records.ts';
import { isTypeKeyword } from './typeWords.ts';
import { ASM, QUALIFIER, RECORD } from './tags.ts';

const UPPER_CASE = /^[A-Z][A-Z0-9_]+$/;
const MACRO_WORD = /^[A-Z_0-9]+$|^__/;
/** How many attributes may follow a parameter list in the look ahead. */
const MAX_ATTRIBUTES = 8;

/** The external declarations in [from, to). */
export function topLevel(draft: Draft, from: number, to: number): void {
  for (let t = from; t < to;) {
    const next = external(draft, t, to);
    t = next > t ? next : t + 1;
  }
}

function external(draft: Draft, t: number, to: number): number {
  if (!draft.isWord(t)) return bodyAlone(draft, t);
  if (draft.isClass(t, QUALIFIER) && draft.isString(t + 1)) return linkage(draft, t);
  if (draft.isClass(t, ASM)) {
    const end = itemEnd(draft, t, to);
    draft.later(WORK_EXPRESSION, t, end);
    return end + 1;
  }
  if (isLoneMacroWord(draft, t, to)) {
    draft.blankToken(t, 'top-level-macro');
    return t + 1;
  }
  return item(draft, t, to);
}

/** A body whose header was taken for a declaration (old-style parameters). */
function bodyAlone(draft: Draft, t: number): number {
  const close = draft.closing(t, LBRACE);
  if (close < 0) return t + 1;
  draft.later(WORK_STATEMENTS, t + 1, close);
  return close + 1;
}

/** `extern "C" {`. */
function linkage(draft: Draft, t: number): number {
  const close = draft.closing(t + 2, LBRACE);
  if (close < 0) return t + 2;
  draft.later(WORK_TOP_LEVEL, t + 3, close);
  return close + 1;
}

/** `BTF_ID_UNUSED` alone on its line before another item. */
function isLoneMacroWord(draft: Draft, t: number, to: number): boolean {
  const next = t + 1;
  if (!draft.isPlain(t) || next >= to || !draft.isWord(next) || !draft.breaksBetween(t, next) || !UPPER_CASE.test(draft.word(t))) return false;
  if (!draft.isPlain(next)) return true;
  const close = draft.closing(next + 1, LPAREN);
  if (close > 0 && !draft.is(close + 1, LBRACE) && !draft.isPlain(close + 1)) return true;
  return draft.is(next + 1, LPAREN) && UPPER_CASE.test(draft.word(next));
}

/** One declaration or definition at `from`; returns the token after it. */
function item(draft: Draft, from: number, to: number): number {
  let hasGroup = false;
  let hasValue = false;
  let t = from;
  for (; t < to && !draft.is(t, SEMICOLON); t = draft.next(t, to)) {
    switch (draft.punctuation(t)) {
      case LPAREN: {
        if (hasGroup || hasValue) break;
        const body = t > from && draft.isPlain(t - 1) ? oldStyleBody(draft, t, to) : -1;
        if (body > 0) return defined(draft, from, body);
        if (isBareCall(draft, from, t, to)) return bareCall(draft, from, t);
        hasGroup = true;
        break;
      }
      case EQUALS:
        hasValue = true;
        break;
      case LBRACE:
        if (hasValue) break;
        if (draft.match[t]! < 0) return t + 1;
        if (isRecordBody(draft, from, t)) break;
        return defined(draft, from, t);
      case RBRACE:
        return t + 1;
    }
  }
  const end = Math.min(t, to);
  topDeclaration(draft, from, end);
  return end + 1;
}

/** A body at `brace`: a function's, or an initialiser's after a macro (`define_machine(x) { .name = … };`). */
function defined(draft: Draft, from: number, brace: number): number {
  const call = macroCallAt(draft, from, brace);
  if (call >= 0 && isInitialisedByMacro(draft, call, brace)) initialisedByMacro(draft, call, brace);
  else functionDefinition(draft, from, brace);
  return draft.match[brace]! + 1;
}

/** Is `open` the parenthesis of a macro call without `;` that another item follows? */
function isBareCall(draft: Draft, from: number, open: number, to: number): boolean {
  const close = draft.match[open]!;
  if (close < 0 || macroCallHead(draft, from) !== open - 1) return false;
  const next = close + 1;
  if (next >= to) return true;
  if (!draft.isWord(next)) return false;
  if (!draft.breaksBetween(close, next) && !isTypeKeyword(draft.wordClass(next))) return false;
  return !isHeaderTail(draft, next, close, to);
}

/** The plain word after leading qualifiers. */
function macroCallHead(draft: Draft, from: number): number {
  let t = from;
  while (draft.isClass(t, QUALIFIER)) t++;
  return draft.isPlain(t) ? t : -1;
}

/** After `foo(x)`: attributes up to `{`, or a value or `;` on the same line. */
function isHeaderTail(draft: Draft, from: number, close: number, to: number): boolean {
  let t = from;
  for (let count = 0; count < MAX_ATTRIBUTES && t < to && draft.isPlain(t); count++) {
    t++;
    const end = draft.closing(t, LPAREN);
    if (end > 0) t = end + 1;
  }
  if (draft.is(t, LBRACE) && draft.isInColumnZero(t)) return t === from + 1 && attributeScore(draft, from) >= 2;
  return (draft.is(t, EQUALS) || draft.is(t, SEMICOLON)) && !draft.breaksBetween(close, from);
}

/** Blanks `MACRO(…)`; where it wraps whole declarations, only its name and parentheses. */
function bareCall(draft: Draft, from: number, open: number): number {
  const close = draft.match[open]!;
  const wrapsItems = isTypeKeyword(draft.wordClass(open + 1)) && (draft.is(close - 1, SEMICOLON) || draft.is(close - 1, RBRACE));
  if (wrapsItems) {
    draft.blank(draft.start(from), draft.end(open));
    draft.blank(draft.start(close), draft.end(close));
    draft.record(draft.start(from), draft.end(close), 'wrapper');
    draft.later(WORK_TOP_LEVEL, open + 1, close);
  } else draft.blankTokens(from, close + 1, 'top-level-macro');
  return close + 1;
}

function isRecordBody(draft: Draft, from: number, brace: number): boolean {
  let t = brace - 1;
  while (t >= from && draft.isPlain(t)) t--;
  return t >= from && draft.isClass(t, RECORD);
}

function topDeclaration(draft: Draft, from: number, to: number): void {
  const call = macroCallAt(draft, from, to);
  if (call >= 0 && !isLeadingAttribute(draft, call, to, false)) {
    macroDeclaration(draft, from, call, to);
    return;
  }
  const start = isMacroLine(draft, from) ? from + 1 : from;
  if (start > from) draft.blankToken(from, 'top-level-macro');
  declaration(draft, start, to);
  squashMacroName(draft, start, to);
}

/** `MACRO` on a line of its own before `static` or `struct`. */
function isMacroLine(draft: Draft, t: number): boolean {
  if (!draft.isPlain(t) || !draft.breaksBetween(t, t + 1) || !MACRO_WORD.test(draft.word(t))) return false;
  return draft.isClass(t + 1, QUALIFIER) || draft.isClass(t + 1, RECORD);
}

/** `type NAME(args) = value`: the call names the variable. */
function squashMacroName(draft: Draft, from: number, to: number): void {
  let t = from;
  while (t < to && (draft.isWord(t) || draft.is(t, STAR))) t++;
  const close = draft.closing(t, LPAREN);
  if (close > 0 && t - 1 > from && draft.isPlain(t - 1) && (draft.is(close + 1, EQUALS) || isSizedArray(draft, close + 1))) {
    draft.squash(t - 1, close + 1, 'declaration-macro');
  }
}

/** `[…] =` after a macro name. */
function isSizedArray(draft: Draft, t: number): boolean {
  const close = draft.closing(t, LBRACKET);
  return close > 0 && draft.is(close + 1, EQUALS);
}

/** A definition whose body opens at `brace`. */
function functionDefinition(draft: Draft, from: number, brace: number): void {
  draft.later(WORK_STATEMENTS, brace + 1, draft.match[brace]!);
  const header = findHeader(draft, from, brace);
  if (!header) {
    draft.later(WORK_EXPRESSION, from, brace);
    return;
  }
  const { start, name } = header;
  const open = name + 1;
  const close = draft.match[open]!;
  const isOldStyle = draft.find(SEMICOLON, close + 1, brace) < brace;
  const hasType = hasTypeBefore(draft, start, name);
  if (hasType) {
    returnType(draft, start, name);
    parameters(draft, open, close);
  } else if (isOldStyle) implicitInt(draft, start, name);
  else macroFunction(draft, start, name);
  if (isOldStyle) oldStyleParameters(draft, start, name, close + 1, brace);
  else blankTrailing(draft, close + 1, brace);
}

function returnType(draft: Draft, from: number, name: number): void {
  let t = specifiersWithBody(draft, from, name, 'return-type');
  for (; t < name; t++) if (draft.isPlain(t)) draft.blankToken(t, 'attribute');
}
