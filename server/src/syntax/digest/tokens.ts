/**
 * Text → tokens in typed arrays, and preprocessor directives beside them, each with its
 * continuation lines; comments and white space are neither. Whatever is unterminated ends at its line (strings)
 * or at the end of the text (comments): no input fails.
 */

import {
  APOSTROPHE, BACKSLASH, BLANK, CLOSER, DIGIT, DOT, ELLIPSIS, FOREIGN, HASH, LBRACE, LETTER, LINE_END, MINUS, NEWLINE, OPENER, PLUS, QUOTE,
  RETURN, SINGLE, SLASH, SPACE, STAR, TAB, charClasses, isDigit, isWordChar, openerOf,
} from './chars.ts';
import { Room } from './room.ts';
import type { WordTable } from './words.ts';
import { CHARACTER, FOREIGN_MARK, GNU_ATTRIBUTE, NOTHING, NUMBER, ODD_NUMBER, TEXT, keywordTag } from './tags.ts';

/** A preprocessor directive from its `#` to the end of its logical line. */
export interface Directive {
  readonly start: number;
  readonly end: number;
  /** The token that follows it. */
  readonly before: number;
}

/** So many places after the last token may be looked at. */
export const TAIL = 16;

const ZERO = 48;
const LETTER_E = 101;
const LETTER_X = 120;
/** Longer ones are none. */
const LONGEST_NUMBER = 100;
const GNU_ATTRIBUTE_TAG = keywordTag(GNU_ATTRIBUTE);
const PROPER_NUMBER = /^(0[xX][0-9a-fA-F]+|0[bB][01]+|\d+)[uUlLzZ]*$|^[\d.]+([eE][+-]?\d+)?[fFlL]?$|^0[xX][\da-fA-F.]+[pP][+-]?\d+$/;

/** Tokens side by side; index `t` below `count` names one. */
export interface Tokens {
  count: number;
  /** What each is (`tags.ts`); NOTHING in the places after the last, of which there are at least TAIL. */
  readonly tag: Uint8Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly directives: readonly Directive[];
  /** The other bracket of a pair, else -1; so far only pairs with nothing unpaired and no directive between them. */
  readonly match: Int32Array;
  /** The brackets without a partner so far, in order. */
  readonly open: Int32Array;
  /** Is one of the words GNU_ATTRIBUTE? */
  readonly hasGnuAttributes: boolean;
}

/** One byte for each UTF-16 unit of `text`; `isAscii` where each is the character itself. */
export interface Source {
  readonly bytes: Uint8Array;
  readonly isAscii: boolean;
}

/** As compilers read it: a null character is a blank. */
export function withoutNulls(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', ' ') : text;
}

export function sourceOf(text: string, room = new Room()): Source {
  const bytes = room.bytes('source', text.length).subarray(0, text.length);
  const { read, written } = new TextEncoder().encodeInto(text, bytes);
  if (read === text.length && written === text.length) return { bytes, isAscii: true };
  for (let from = 0; from < bytes.length; from += FOREIGN_BLOCK) copyUnits(text, bytes, from, Math.min(from + FOREIGN_BLOCK, bytes.length));
  return { bytes, isAscii: false };
}

/** So many units are copied in one call: a loop that is entered often is compiled once, and stays so. */
const FOREIGN_BLOCK = 4096;

function copyUnits(text: string, bytes: Uint8Array, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    bytes[i] = code < 128 ? code : FOREIGN;
  }
}

/**
 * One loop over locals, since nothing else here runs as often.
 *
 * It pairs brackets as far as that is beyond doubt: not across a directive, nor past one that does not fit, nor a
 * `{` in column 0, which may begin a function's body after brackets that nobody closed.
 */
export function tokenize(source: Uint8Array, words: WordTable, room = new Room()): Tokens {
  const { length } = source;
  const classes = charClasses;
  const tag = room.bytes('tag', length + TAIL);
  const start = room.words('start', length);
  const end = room.words('end', length);
  const match = room.words('match', length);
  /** Brackets that stay without a partner, then those that still may find one. */
  const open = room.words('open', length);
  let settled = 0;
  let pending = 0;
  const directives: Directive[] = [];
  let hasGnuAttributes = false;
  let count = 0;
  /** The first token of the line. */
  let first = 0;
  for (let at = 0, stop = 0; at < length; at = stop) {
    const code = source[at]!;
    let found = code;
    stop = at + 1;
    match[count] = -1;
    switch (classes[code]) {
      case BLANK:
        continue;
      case LINE_END:
        first = count;
        while (stop < length && source[stop] === TAB) stop++;
        continue;
      case LETTER:
        while (stop < length && classes[source[stop]!]! >= LETTER) stop++;
        if (stop === at + 1 && isPrefixOfLiteral(source, at)) {
          found = source[stop] === QUOTE ? TEXT : CHARACTER;
          stop = literalEnd(source, stop);
        } else found = words.find(source, at, stop);
        hasGnuAttributes ||= found === GNU_ATTRIBUTE_TAG;
        break;
      case SINGLE:
        break;
      case OPENER:
        open[pending++] = count;
        if (code === LBRACE && (at === 0 || source[at - 1] === NEWLINE)) settled = pending;
        break;
      case CLOSER:
        if (pending > settled && tag[open[pending - 1]!] === openerOf(code)) {
          const partner = open[--pending]!;
          match[partner] = count;
          match[count] = partner;
        } else {
          open[pending++] = count;
          settled = pending;
        }
        break;
      case DIGIT:
        found = NUMBER;
        if (stop < length && (isWordChar(source[stop]!) || source[stop] === DOT)) {
          stop = numberEnd(source, at);
          found = numberTag(source, at, stop);
        }
        break;
      default:
        if (code === HASH && first === count) {
          stop = directiveEnd(source, at);
          directives.push({ start: at, end: stop, before: count });
          settled = pending;
          continue;
        }
        stop = gapEnd(source, at);
        if (stop > at) continue;
        stop = oddEnd(source, at);
        found = oddTag(source, at, stop);
    }
    tag[count] = found;
    start[count] = at;
    end[count++] = stop;
  }
  tag.fill(NOTHING, count, count + TAIL);
  return { count, tag, start, end, match: match.subarray(0, count), open: open.subarray(0, pending), directives, hasGnuAttributes };
}

/** Where a comment or an escaped line end at `at` ends; `at` where there is none. */
function gapEnd(source: Uint8Array, at: number): number {
  const code = source[at];
  if (code === SLASH && source[at + 1] === STAR) return blockCommentEnd(source, at);
  if (code === SLASH && source[at + 1] === SLASH) return lineCommentEnd(source, at);
  if (code === BACKSLASH && isLineEnd(source, at + 1)) return at + (source[at + 1] === RETURN ? 3 : 2);
  return at;
}

/** The end of a token whose first character does not tell what it is. */
function oddEnd(source: Uint8Array, at: number): number {
  const code = source[at]!;
  if (code === QUOTE || code === APOSTROPHE) return literalEnd(source, at);
  if (code === DOT && isDigit(source[at + 1]!)) return numberEnd(source, at);
  return code === DOT && source[at + 1] === DOT && source[at + 2] === DOT ? at + 3 : at + 1;
}

function oddTag(source: Uint8Array, at: number, end: number): number {
  const code = source[at]!;
  if (code === QUOTE) return TEXT;
  if (code === APOSTROPHE) return CHARACTER;
  if (code === DOT && end > at + 1) return isDigit(source[at + 1]!) ? numberTag(source, at, end) : ELLIPSIS;
  return code < SPACE || code === FOREIGN ? FOREIGN_MARK : code;
}

function numberEnd(source: Uint8Array, at: number): number {
  const isHex = (source[at + 1]! | 32) === LETTER_X;
  let end = at + 1;
  for (; end < source.length; end++) {
    const code = source[end]!;
    if (isWordChar(code)) continue;
    if (code === DOT && source[end + 1] !== DOT) continue;
    if ((code === PLUS || code === MINUS) && !isHex && (source[end - 1]! | 32) === LETTER_E) continue;
    break;
  }
  return end;
}

/** Is the letter at `at` an `L`, `u` or `U` right before a quote? */
function isPrefixOfLiteral(source: Uint8Array, at: number): boolean {
  const quote = source[at + 1];
  if (quote !== QUOTE && quote !== APOSTROPHE) return false;
  const code = source[at];
  return code === 76 || code === 117 || code === 85;
}

function numberTag(source: Uint8Array, start: number, end: number): number {
  return isProperNumber(source, start, end) ? NUMBER : ODD_NUMBER;
}

/** Is this a number of C, and none such as `1_2x` that a macro pastes together? */
function isProperNumber(source: Uint8Array, start: number, end: number): boolean {
  const isHex = end - start > 2 && source[start] === ZERO && (source[start + 1]! | 32) === LETTER_X;
  let i = isHex ? start + 2 : start;
  while (i < end && (isHex ? isHexDigit(source[i]!) : isDigit(source[i]!))) i++;
  while (i < end && isIntegerSuffix(source[i]!)) i++;
  if (i === end) return !isHex || isHexDigit(source[start + 2]!);
  return end - start <= LONGEST_NUMBER && PROPER_NUMBER.test(String.fromCharCode(...source.subarray(start, end)));
}

function isHexDigit(code: number): boolean {
  return isDigit(code) || ((code | 32) >= 97 && (code | 32) <= 102);
}

/** `u`, `l`, and `z` of newer C, in either case. */
function isIntegerSuffix(code: number): boolean {
  const letter = code | 32;
  return letter === 117 || letter === 108 || letter === 122;
}

function isLineEnd(source: Uint8Array, at: number): boolean {
  return source[at] === NEWLINE || (source[at] === RETURN && source[at + 1] === NEWLINE);
}

/** The end of the literal whose quote is at `at`; an unterminated one ends before its newline. */
export function literalEnd(source: Uint8Array, at: number): number {
  const quote = source[at]!;
  let i = at + 1;
  while (i < source.length) {
    const code = source[i]!;
    if (code === quote) return i + 1;
    if (code === NEWLINE) return i;
    if (code === BACKSLASH) i += source[i + 1] === RETURN && source[i + 2] === NEWLINE ? 2 : 1;
    i++;
  }
  return source.length;
}

export function blockCommentEnd(source: Uint8Array, at: number): number {
  for (let slash = source.indexOf(SLASH, at + 3); slash >= 0; slash = source.indexOf(SLASH, slash + 1)) {
    if (source[slash - 1] === STAR) return slash + 1;
  }
  return source.length;
}

/** A line comment ends at the first newline that no backslash escapes. */
export function lineCommentEnd(source: Uint8Array, at: number): number {
  for (let newline = source.indexOf(NEWLINE, at); newline >= 0; newline = source.indexOf(NEWLINE, newline + 1)) {
    if (!isEscapedNewline(source, newline)) return newline;
  }
  return source.length;
}

function isEscapedNewline(source: Uint8Array, newline: number): boolean {
  const before = source[newline - 1];
  return before === BACKSLASH || (before === RETURN && source[newline - 2] === BACKSLASH);
}

/**
 * The end of the logical line that starts at `at`: continuations and block comments carry it on.
 * After a quote that is not closed (`#error don't`) quotes count as ordinary characters.
 */
export function directiveEnd(source: Uint8Array, at: number): number {
  let i = at;
  let quotesCount = true;
  while (i < source.length) {
    const code = source[i]!;
    if (code === NEWLINE && !isEscapedNewline(source, i)) return i;
    if (code === SLASH && source[i + 1] === STAR) i = blockCommentEnd(source, i);
    else if (code === SLASH && source[i + 1] === SLASH) i = lineCommentEnd(source, i);
    else if (quotesCount && (code === QUOTE || code === APOSTROPHE)) {
      const end = literalEnd(source, i);
      quotesCount = end > i + 1 && source[end - 1] === code;
      i = quotesCount ? end : i + 1;
    } else i++;
  }
  return source.length;
}
