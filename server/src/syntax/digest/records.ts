/** Bodies of structs, unions and enums: fields, bit-fields, and macros that stand for fields. */

import declaring from '../../../../grammars/declarations.json' with { type: 'json' };
import {
  COLON, COMMA, LBRACKET, LPAREN, NEWLINE, RBRACE, RPAREN, SEMICOLON, SPACE, STAR, UNDERSCORE, isWordChar,
} from './chars.ts';
import { attributeScore, blankTrailing } from './attributes.ts';
import { declarators, specifiersWithBody } from './declarations.ts';
import type { Draft } from './draft.ts';
import { WORK_DECLARATORS, WORK_EXPRESSION, WORK_RECORD } from './draft.ts';
import type { Range } from './macroDeclarations.ts';
import { isName, isTypeAndName, nameThenSize, splitArguments, typeThenName } from './macroDeclarations.ts';
import { isTypeLike } from './typeWords.ts';
import { PRIMITIVE } from './tags.ts';

/** Macros that hold fields, with the number of arguments before them. */
const FIELD_GROUPS: ReadonlyMap<string, number> = new Map(declaring.fieldGroups.names.map(({ name, skipped }) => [name, skipped]));
const MACRO_WORD = /^[A-Z_0-9]+$|^__/;

/** The fields of a struct or union between `open` and `close`. */
export function recordBody(draft: Draft, open: number, close: number): void {
  for (let from = open + 1; from < close;) {
    const to = itemEnd(draft, from, close);
    if (to === from && draft.is(from, SEMICOLON)) draft.blankToken(from, 'field-macro');
    else fields(draft, from, to, close);
    from = to + 1;
  }
}

/** The enumerators between `open` and `close`. */
export function enumerators(draft: Draft, open: number, close: number): void {
  for (let from = open + 1; from < close;) {
    const to = draft.find(COMMA, from, close);
    const call = draft.isPlain(from) ? draft.closing(from + 1, LPAREN) : -1;
    if (call > 0 && call < to) {
      draft.squash(from, call + 1, 'field-macro');
      draft.later(WORK_EXPRESSION, call + 1, to);
    } else {
      const value = from + 1 < to && draft.isPlain(from) ? blankTrailing(draft, from + 1, to) : from + 1;
      draft.later(WORK_EXPRESSION, value, to);
    }
    from = to + 1;
  }
}

/** The `;` or `}` that ends the item at `from`, or `to`. */
export function itemEnd(draft: Draft, from: number, to: number): number {
  let t = from;
  while (t < to && !draft.is(t, SEMICOLON) && !draft.is(t, RBRACE)) t = draft.next(t, to);
  return Math.min(t, to);
}

/** One field [from, to), or several where macros without `;` precede it. `close` ends the record. */
function fields(draft: Draft, from: number, to: number, close: number): void {
  let start = from;
  for (;;) {
    if (start >= to) return;
    const following = macroBeforeField(draft, start, to);
    if (following < 0) break;
    start = following;
  }
  if (isFieldMacro(draft, start, to)) fieldMacro(draft, start, to, close);
  else if (draft.isPlain(start) && start + 1 >= to) {
    if (to >= close) draft.blankToken(start, 'field-macro');
  } else field(draft, start, to);
}

/** Blanks a macro on a line of its own before the real field; returns that field, else -1. */
function macroBeforeField(draft: Draft, t: number, to: number): number {
  if (!draft.isPlain(t)) return -1;
  const call = isFieldMacro(draft, t, to) ? draft.match[t + 1]! : t;
  const following = call + 1;
  if (following >= to || !draft.isWord(following) || !draft.breaksBetween(call, following)) return -1;
  if (call === t ? !MACRO_WORD.test(draft.word(t)) : FIELD_GROUPS.has(draft.word(t))) return -1;
  draft.blankTokens(t, following, 'field-macro');
  return following;
}

function isFieldMacro(draft: Draft, t: number, to: number): boolean {
  const close = draft.isPlain(t) ? draft.closing(t + 1, LPAREN) : -1;
  return close > 0 && close < to && !draft.is(t + 2, STAR) && !(draft.isPlain(t + 2) && draft.is(t + 3, STAR));
}

function fieldMacro(draft: Draft, t: number, to: number, recordClose: number): void {
  const close = draft.match[t + 1]!;
  const after = close + 1;
  if (isTypeBefore(draft, close, to)) {
    draft.squash(t, after, 'type-macro');
    draft.later(WORK_DECLARATORS, after, to);
    return;
  }
  if (to >= recordClose && after >= to) {
    draft.blankTokens(t, after, 'field-macro');
    return;
  }
  if (FIELD_GROUPS.has(draft.word(t))) structGroup(draft, t, close);
  else fieldByArguments(draft, t, splitArguments(draft, t + 1, close));
  blankTrailing(draft, after, to);
}

/** `MACRO(x) name[…];`. */
function isTypeBefore(draft: Draft, close: number, to: number): boolean {
  const name = close + 1;
  if (name >= to || !draft.isPlain(name) || draft.breaksBetween(close, name) || attributeScore(draft, name) >= 2) return false;
  return name + 1 >= to || draft.is(name + 1, COMMA) || draft.is(name + 1, LBRACKET);
}

/** `struct_group(name, fields)` and its kin → `struct{      fields}`. */
function structGroup(draft: Draft, t: number, close: number): void {
  const skipped = FIELD_GROUPS.get(draft.word(t)) ?? 0;
  let first = t + 2;
  for (let commas = 0; commas < skipped && first < close; first = draft.next(first, close)) if (draft.is(first, COMMA)) commas++;
  draft.blank(draft.start(t), draft.end(first - 1));
  draft.put(draft.start(t), 'struct{');
  draft.set(draft.start(close), RBRACE);
  draft.record(draft.start(t), draft.end(close), 'field-macro');
  draft.later(WORK_RECORD, first - 1, close);
}

/** `MACRO(…);` as a field: a type and a name in either order, a name and a size, or the name alone. */
function fieldByArguments(draft: Draft, t: number, list: readonly Range[]): void {
  const open = t + 1;
  const close = draft.match[open]!;
  const [first, second] = list;
  if (first && second && list.length === 2) {
    if (isTypeAndName(draft, first, second)) {
      typeThenName(draft, t, first, second, 'field-macro');
      return;
    }
    if (isName(draft, first)) {
      const isType = isTypeLike(draft, second.from, second.to) && !isName(draft, second);
      if (isType) nameAlone(draft, t, first);
      else nameThenSize(draft, t, first, second, 'field-macro');
      return;
    }
  }
  if (list.length === 1 && isName(draft, first)) return;
  draft.blank(draft.start(open), draft.end(close));
  draft.record(draft.start(t), draft.end(close), 'field-macro');
}

/** `MACRO(name, type)` → `MACRO name       `. */
function nameAlone(draft: Draft, t: number, name: Range): void {
  const close = draft.match[t + 1]!;
  draft.set(draft.start(t + 1), SPACE);
  draft.blank(draft.start(name.to), draft.end(close));
  draft.record(draft.start(t), draft.end(close), 'field-macro');
}

function field(draft: Draft, from: number, to: number): void {
  const after = specifiersWithBody(draft, from, to);
  if (draft.is(after, COLON) && after > from && after < to && isUnnamed(draft, from, after)) {
    const comma = draft.find(COMMA, after, to);
    if (comma === to) unnamedBitField(draft, after, to);
    else {
      draft.blankTokens(after, comma + 1, 'bit-field');
      namedBitFields(draft, comma + 1, to);
    }
  } else namedBitFields(draft, after, to);
}

/** Declarators [from, to); of bit-fields those without a name go: `a : 8, : 4, b : 4`. */
function namedBitFields(draft: Draft, from: number, to: number): void {
  for (let comma = draft.find(COMMA, from, to); comma < to;) {
    const next = draft.find(COMMA, comma + 1, to);
    if (draft.is(comma + 1, COLON)) draft.blankTokens(comma, next, 'bit-field');
    comma = next;
  }
  declarators(draft, from, to);
}

/** Is the word before `colon` the type of a bit-field without a name? */
function isUnnamed(draft: Draft, from: number, colon: number): boolean {
  const last = colon - 1;
  if (draft.isClass(last, PRIMITIVE)) return true;
  if (!draft.isPlain(last)) return false;
  const before = last - 1;
  return before < from || !(draft.is(before, RBRACE) || draft.is(before, RPAREN) || draft.isClass(before, PRIMITIVE) || draft.isPlain(before));
}

/** `u32 :3` → `u32 _ `: the grammar wants a name. */
function unnamedBitField(draft: Draft, colon: number, to: number): void {
  const start = draft.start(colon);
  const end = draft.end(to - 1);
  let hasName = false;
  for (let i = start; i < end; i++) {
    const code = draft.source[i]!;
    if (code === NEWLINE) continue;
    const isName = i > start && isWordChar(code);
    draft.set(i, isName ? (hasName ? code : UNDERSCORE) : SPACE);
    hasName ||= isName;
  }
  draft.record(start, end, 'bit-field');
}
