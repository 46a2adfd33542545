/**
 * Macros that declare: `DEFINE_PER_CPU(type, name)`, `DECLARE_BITMAP(name, bits)`. What they share
 * at file scope, in functions and in records.
 */

import declaring from '../../../../grammars/declarations.json' with { type: 'json' };
import { COMMA, DOT, EQUALS, LBRACKET, LPAREN, RBRACKET, SEMICOLON, SPACE, STAR } from './chars.ts';
import { attributeScore, blankTrailing, typeScore } from './attributes.ts';
import { declarators } from './declarations.ts';
import type { Draft, RewriteRule } from './draft.ts';
import { WORK_ARGUMENTS, WORK_EXPRESSION, WORK_INITIALIZER } from './draft.ts';
import { castType } from './types.ts';
import { isTypeLike } from './typeWords.ts';
import { QUALIFIER } from './tags.ts';

/** A range of tokens, [from, to). */
export interface Range {
  readonly from: number;
  readonly to: number;
}

const TYPED_MACRO = new RegExp(declaring.typeAndName.pattern);
const SIZED_MACRO = new RegExp(declaring.nameAndSize.pattern);

/** The arguments between two parentheses; an empty list has none. */
export function splitArguments(draft: Draft, open: number, close: number): Range[] {
  const ranges: Range[] = [];
  if (close === open + 1) return ranges;
  for (let from = open + 1; from <= close;) {
    const to = draft.find(COMMA, from, close);
    ranges.push({ from, to });
    from = to + 1;
  }
  return ranges;
}

export function isName(draft: Draft, range: Range | undefined): range is Range {
  return range !== undefined && range.to === range.from + 1 && draft.isPlain(range.from);
}

/** Are these a type and a name (with an array size perhaps)? */
export function isTypeAndName(draft: Draft, type: Range | undefined, name: Range | undefined): boolean {
  if (!type || !name || !draft.isWord(type.from) || !draft.isPlain(name.from)) return false;
  if (name.to !== name.from + 1 && !draft.is(name.from + 1, LBRACKET)) return false;
  return isTypeLike(draft, type.from, type.to) || (isName(draft, type) && typeScore(draft, type.from) >= 4);
}

/** `MACRO(type, name)` at `t` → `      type  name `. */
export function typeThenName(draft: Draft, t: number, type: Range, name: Range, rule: RewriteRule): void {
  const open = t + 1;
  const close = draft.match[open]!;
  draft.blank(draft.start(t), draft.end(open));
  draft.blank(draft.start(type.to), draft.end(type.to));
  draft.blank(draft.start(close), draft.end(close));
  draft.record(draft.start(t), draft.end(close), rule);
  castType(draft, type.from, type.to);
  for (let u = type.from; u < type.to; u = draft.next(u, type.to)) {
    const end = draft.is(u, LBRACKET) || draft.is(u, LPAREN) ? draft.match[u]! : -1;
    if (end > 0) draft.blank(draft.start(u), draft.end(end));
  }
  draft.later(WORK_EXPRESSION, name.from + 1, name.to);
}

/** `MACRO(name, size)` at `t` → `MACRO name[ size]`. */
export function nameThenSize(draft: Draft, t: number, name: Range, size: Range, rule: RewriteRule): void {
  const open = t + 1;
  const close = draft.match[open]!;
  draft.set(draft.start(open), SPACE);
  draft.set(draft.start(name.to), LBRACKET);
  draft.set(draft.start(close), RBRACKET);
  draft.record(draft.start(t), draft.end(close), rule);
  draft.later(WORK_EXPRESSION, size.from, size.to);
}

/** Does a macro call declare here: `[static] NAME(…)`, not a declarator in parentheses? */
export function macroCallAt(draft: Draft, from: number, to: number): number {
  let t = from;
  while (t < to && draft.isClass(t, QUALIFIER)) t++;
  const close = draft.isPlain(t) ? draft.closing(t + 1, LPAREN) : -1;
  return close > 0 && close <= to && !draft.is(t + 2, STAR) ? t : -1;
}

/** A declaration [from, to) that is a macro's call at `t`, perhaps with a value or attributes. */
export function macroDeclaration(draft: Draft, from: number, t: number, to: number): void {
  const open = t + 1;
  const close = draft.match[open]!;
  const list = splitArguments(draft, open, close);
  const [first, second] = list;
  if (first && second && list.length === 2 && TYPED_MACRO.test(draft.word(t)) && isTypeAndName(draft, first, second)) {
    typeThenName(draft, t, first, second, 'declaration-macro');
    declarators(draft, blankTrailing(draft, close + 1, to), to);
    return;
  }
  if (isMacroType(draft, close, to)) {
    draft.squash(t, close + 1, 'type-macro');
    return;
  }
  const after = blankTrailing(draft, close + 1, to);
  if (after >= to) callLike(draft, from, t, list);
  else if (draft.is(after, EQUALS)) {
    initialised(draft, t, list);
    declarators(draft, after, to);
  } else draft.later(WORK_ARGUMENTS, open, close);
}

/** `MACRO(x) name;`: the call is a type. */
function isMacroType(draft: Draft, close: number, to: number): boolean {
  return close + 2 === to && draft.isPlain(close + 1) && !draft.breaksBetween(close, close + 1) && attributeScore(draft, close + 1) < 2;
}

/** `static MACRO(a, b);`: the grammar reads it as a call once `static` is gone. */
function callLike(draft: Draft, from: number, t: number, list: readonly Range[]): void {
  if (t > from) {
    if (list.length === 1 && isName(draft, list[0])) return;
    draft.blankTokens(from, t, 'declaration-macro');
  }
  draft.later(WORK_ARGUMENTS, t + 1, draft.match[t + 1]!);
}

/** `MACRO(…) { .field = …` with the macro at `t`: no statement begins so. */
export function isInitialisedByMacro(draft: Draft, t: number, brace: number): boolean {
  if (draft.match[t + 1]! + 1 !== brace || !draft.is(brace + 1, DOT) || !draft.isWord(brace + 2)) return false;
  const after = draft.punctuation(brace + 3);
  return (after === EQUALS || after === DOT || after === LBRACKET) && draft.is(draft.match[brace]! + 1, SEMICOLON);
}

/** `MACRO(name) {…}` → `MACRO name= {…}`. */
export function initialisedByMacro(draft: Draft, t: number, brace: number): void {
  initialised(draft, t, splitArguments(draft, t + 1, brace - 1));
  draft.set(draft.start(brace - 1), EQUALS);
  draft.later(WORK_INITIALIZER, brace, draft.match[brace]!);
}

/** `MACRO(name, …) = value` → `MACRO name = value`. */
function initialised(draft: Draft, t: number, list: readonly Range[]): void {
  const open = t + 1;
  const close = draft.match[open]!;
  const [name, size] = list;
  if (isName(draft, name) && size && list.length === 2 && SIZED_MACRO.test(draft.word(t))) {
    nameThenSize(draft, t, name, size, 'declaration-macro');
    return;
  }
  draft.blank(draft.start(open), draft.end(open));
  if (isName(draft, name)) draft.blank(draft.end(name.from), draft.end(close));
  else {
    draft.blank(draft.start(close), draft.end(close));
    draft.squash(open + 1, close, 'declaration-macro');
  }
  draft.record(draft.start(t), draft.end(close), 'declaration-macro');
}
