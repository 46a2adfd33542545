/** Functions defined by a macro's call: `SYSCALL_DEFINE3(open, const char *, name, …) {`. */

import declaring from '../../../../grammars/declarations.json' with { type: 'json' };
import type { Span } from '../../base/text.ts';
import { COMMA, LPAREN, SPACE, UNDERSCORE, isDigit, isWordChar } from './chars.ts';
import { parameter, parameters } from './declarations.ts';
import type { Draft } from './draft.ts';
import type { Range } from './macroDeclarations.ts';
import { isName, splitArguments } from './macroDeclarations.ts';
import { castType } from './types.ts';
import { isTypeLike } from './typeWords.ts';

/** Macros whose arguments after the name are types and names in turn. */
const PAIRED_MACRO = new RegExp(declaring.pairedParameters.pattern);
const LETTER_T = 84;

/** `[static] MACRO(…) {` with the macro at `t`, rewritten so that it reads as a function's header. */
export function macroFunction(draft: Draft, from: number, t: number): void {
  const open = t + 1;
  const close = draft.match[open]!;
  const list = splitArguments(draft, open, close);
  const length = draft.end(t) - draft.start(t);
  draft.record(draft.start(from), draft.end(close), 'definition');
  if (length < 3) return;
  const [name] = list;
  if (!isName(draft, name)) withoutName(draft, t, list);
  else if (list.length === 1) nameAlone(draft, t, name);
  else nameAndParameters(draft, t, list);
}

/** `MACRO(name)` → `long name()`: the parenthesis moves behind the name, one place to the left. */
function nameAlone(draft: Draft, t: number, name: Range): void {
  const start = draft.start(t);
  const end = draft.end(draft.match[t + 1]!);
  const word = draft.word(name.from);
  const at = draft.start(name.from) - 1;
  draft.blank(start, end);
  draft.put(start, returnTypeOf(draft.end(t) - start, 1));
  draft.put(at, `${word}()`);
}

/** Where the source has the name that the rewritten text has at `found`: `nameAlone` moves it, others take its first letters. */
export function nameAsWritten(original: string, { start, end }: Span): Span {
  if (!isWordChar(original.charCodeAt(start))) return { start: start + 1, end: end + 1 };
  let first = start;
  while (first > 0 && isWordChar(original.charCodeAt(first - 1))) first--;
  return { start: first, end };
}

/** `MACRO(name, type, a, …)` → `long  name( type  a, …)`. */
function nameAndParameters(draft: Draft, t: number, list: readonly Range[]): void {
  const [name, ...rest] = list;
  const close = draft.match[t + 1]!;
  draft.blank(draft.start(t), draft.end(t + 1));
  draft.put(draft.start(t), returnTypeOf(draft.end(t) - draft.start(t), 0));
  const comma = name!.to;
  draft.set(draft.start(comma), LPAREN);
  if (PAIRED_MACRO.test(draft.word(t))) pairedParameters(draft, rest);
  else if (rest.every((range) => isTypeLike(draft, range.from, range.to))) for (const range of rest) parameter(draft, range.from, range.to);
  else draft.blank(draft.end(comma), draft.start(close));
}

/** No name to take: `MACRO(struct x, …)` → `T ACRO(…)`. */
function withoutName(draft: Draft, t: number, list: readonly Range[]): void {
  const start = draft.start(t);
  const open = t + 1;
  const close = draft.match[open]!;
  draft.set(start, LETTER_T);
  draft.set(start + 1, SPACE);
  if (isDigit(draft.source[start + 2]!)) draft.set(start + 2, UNDERSCORE);
  if (list.every((range) => isTypeLike(draft, range.from, range.to))) parameters(draft, open, close);
  else draft.blank(draft.end(open), draft.start(close));
}

function pairedParameters(draft: Draft, list: readonly Range[]): void {
  for (let at = 0; at < list.length; at++) {
    const { from, to } = list[at]!;
    if (draft.isPlain(from) && draft.is(from + 1, LPAREN)) {
      draft.squash(from, to, 'definition');
      continue;
    }
    if (at + 1 < list.length && draft.is(to, COMMA)) {
      draft.set(draft.start(to), SPACE);
      at++;
    }
    pairedType(draft, from, to);
  }
}

/** The type of a pair; parentheses in it (a function pointer's) are blanked. */
function pairedType(draft: Draft, from: number, to: number): void {
  castType(draft, from, to);
  for (let t = from; t < to; t = draft.next(t, to)) {
    const close = draft.closing(t, LPAREN);
    if (close > 0) draft.blank(draft.start(t), draft.end(close));
  }
}

/** The longest type name that fits before a name with `spare` characters to go. */
function returnTypeOf(width: number, spare: number): string {
  if (width >= 4 + spare) return 'long';
  return width >= 3 + spare ? 'int' : 'T';
}
