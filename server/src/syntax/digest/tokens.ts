/**
 * Text → tokens in typed arrays, and preprocessor directives beside them, each with its
 * continuation lines; comments and white space are neither. Whatever is unterminated ends at its line (strings)
 * or at the end of the text (comments): no input fails.
 */

import {
  APOSTROPHE, BACKSLASH, BLANK, BRACKET, DIGIT, DOT, ELLIPSIS, FOREIGN, HASH, LETTER, MINUS, NEWLINE, PLUS, QUOTE, RETURN, SINGLE, SLASH,
  STAR, charClasses, isDigit, isWordChar,
} from './chars.ts';
import { Room } from './room.ts';
import type { WordTable } from './words.ts';
import { GNU_ATTRIBUTE, PLAIN } from './words.ts';

/** Token kinds. */
export const WORD = 1;
export const NUMBER = 2;
export const STRING = 3;
export const PUNCTUATION = 4;

/** A preprocessor directive from its `#` to the end of its logical line. */
export interface Directive {
  readonly start: number;
  readonly end: number;
  /** The token that follows it. */
  readonly before: number;
}

/** Tokens side by side; index `t` below `count` names one. */
export interface Tokens {
  count: number;
  readonly kind: Uint8Array;
  /** Word class for words, character code for punctuation, the quote for strings. */
  readonly cls: Uint8Array;
  /** Hint bits of words. */
  readonly hint: Uint8Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly directives: readonly Directive[];
  /** The tokens that open or close, in order, as they were before any token was taken out. */
  readonly brackets: Int32Array;
  /** Is one of the words GNU_ATTRIBUTE? */
  readonly hasGnuAttributes: boolean;
}

/** One byte for each UTF-16 unit of `text`; `isAscii` where each is the character itself. */
export interface Source {
  readonly bytes: Uint8Array;
  readonly isAscii: boolean;
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

export function tokenize(source: Uint8Array, words: WordTable, room = new Room()): Tokens {
  return new Scanner(source, words, room).run();
}

class Scanner {
  private count = 0;
  private kind: Uint8Array;
  private cls: Uint8Array;
  private hint: Uint8Array;
  private start: Int32Array;
  private end: Int32Array;
  private brackets: Int32Array;
  private bracketCount = 0;
  private readonly directives: Directive[] = [];
  private atLineStart = true;
  private hasGnuAttributes = false;

  constructor(private readonly source: Uint8Array, private readonly words: WordTable, room: Room) {
    const capacity = 64 + (source.length >> 2);
    this.kind = room.bytes('kind', capacity);
    this.cls = room.bytes('cls', capacity);
    this.hint = room.bytes('hint', capacity);
    this.start = room.words('start', capacity);
    this.end = room.words('end', capacity);
    this.brackets = room.words('brackets', 64 + (source.length >> 4));
  }

  run(): Tokens {
    const { source } = this;
    const classes = charClasses;
    for (let at = 0; at < source.length;) {
      const code = source[at]!;
      const category = classes[code]!;
      if (category === BLANK) at++;
      else if (category === LETTER) at = this.word(at);
      else if (category === SINGLE) at = this.add(PUNCTUATION, code, at, at + 1);
      else if (category === BRACKET) at = this.bracket(code, at);
      else if (category === DIGIT) at = this.number(at);
      else at = this.other(at, code);
    }
    const { count, kind, cls, hint, start, end, directives, hasGnuAttributes } = this;
    return { count, kind, cls, hint, start, end, directives, hasGnuAttributes, brackets: this.brackets.subarray(0, this.bracketCount) };
  }

  /** Adds a token; returns its end. So do the methods that read one. */
  private add(kind: number, cls: number, start: number, end: number, hint = 0): number {
    if (this.count === this.kind.length) this.grow();
    const t = this.count++;
    this.kind[t] = kind;
    this.cls[t] = cls;
    this.hint[t] = hint;
    this.start[t] = start;
    this.end[t] = end;
    this.atLineStart = false;
    return end;
  }

  private bracket(code: number, at: number): number {
    if (this.bracketCount === this.brackets.length) this.brackets = widened(this.brackets, new Int32Array(this.brackets.length * 2));
    this.brackets[this.bracketCount++] = this.count;
    return this.add(PUNCTUATION, code, at, at + 1);
  }

  private word(at: number): number {
    const { source } = this;
    const classes = charClasses;
    const { length } = source;
    let end = at + 1;
    while (end < length && classes[source[end]!]! >= LETTER) end++;
    const code = end < length ? source[end]! : 0;
    if ((code === QUOTE || code === APOSTROPHE) && end === at + 1 && isLiteralPrefix(source[at]!)) return this.add(STRING, code, at, literalEnd(source, end));
    const found = this.words.find(source, at, end);
    const wordClass = found & 0xff;
    if (wordClass === GNU_ATTRIBUTE) this.hasGnuAttributes = true;
    return this.add(WORD, wordClass, at, end, found >> 8);
  }

  private number(at: number): number {
    const { source } = this;
    const isHex = ((source[at + 1] ?? 0) | 32) === 120;
    let end = at + 1;
    for (; end < source.length; end++) {
      const code = source[end]!;
      if (isWordChar(code)) continue;
      if (code === DOT && source[end + 1] !== DOT) continue;
      if ((code === PLUS || code === MINUS) && !isHex && (source[end - 1]! | 32) === 101) continue;
      break;
    }
    return this.add(NUMBER, PLAIN, at, end);
  }

  private other(at: number, code: number): number {
    const { source } = this;
    if (code === NEWLINE) {
      this.atLineStart = true;
      return at + 1;
    }
    const next = at + 1 < source.length ? source[at + 1]! : 0;
    if (code === SLASH && next === STAR) return blockCommentEnd(source, at);
    if (code === SLASH && next === SLASH) return lineCommentEnd(source, at);
    if (code === BACKSLASH && isLineEnd(source, at + 1)) return at + (next === RETURN ? 3 : 2);
    if (code === HASH && this.atLineStart) return this.directive(at);
    if (code === QUOTE || code === APOSTROPHE) return this.add(STRING, code, at, literalEnd(source, at));
    if (code === DOT && isDigit(next)) return this.number(at);
    if (code === DOT && next === DOT && source[at + 2] === DOT) return this.add(PUNCTUATION, ELLIPSIS, at, at + 3);
    return this.add(PUNCTUATION, code === FOREIGN ? 0 : code, at, at + 1);
  }

  private directive(at: number): number {
    const end = directiveEnd(this.source, at);
    this.directives.push({ start: at, end, before: this.count });
    return end;
  }

  private grow(): void {
    const capacity = this.kind.length * 2;
    this.kind = widened(this.kind, new Uint8Array(capacity));
    this.cls = widened(this.cls, new Uint8Array(capacity));
    this.hint = widened(this.hint, new Uint8Array(capacity));
    this.start = widened(this.start, new Int32Array(capacity));
    this.end = widened(this.end, new Int32Array(capacity));
  }
}

function widened<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** `L`, `u` and `U` before a quote. */
function isLiteralPrefix(code: number): boolean {
  return code === 76 || code === 117 || code === 85;
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
