/**
 * Text → tokens in typed arrays, and preprocessor directives beside them, each with its
 * continuation lines; comments and white space are neither. Whatever is unterminated ends at its line (strings)
 * or at the end of the text (comments): no input fails.
 */

import {
  APOSTROPHE, BACKSLASH, BLANK, DIGIT, DOT, ELLIPSIS, FOREIGN, HASH, LETTER, MINUS, NEWLINE, PLUS, QUOTE, RETURN, SLASH, STAR,
  charClass, isDigit, isWordChar,
} from './chars.ts';
import type { WordTable } from './words.ts';
import { PLAIN } from './words.ts';

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
}

/** One byte for each UTF-16 unit of `text`; `isAscii` where each is the character itself. */
export interface Source {
  readonly bytes: Uint8Array;
  readonly isAscii: boolean;
}

export function sourceOf(text: string): Source {
  const bytes = new Uint8Array(text.length);
  const { read, written } = new TextEncoder().encodeInto(text, bytes);
  if (read === text.length && written === text.length) return { bytes, isAscii: true };
  for (let i = 0; i < bytes.length; i++) {
    const code = text.charCodeAt(i);
    bytes[i] = code < 128 ? code : FOREIGN;
  }
  return { bytes, isAscii: false };
}

export function tokenize(source: Uint8Array, words: WordTable): Tokens {
  return new Scanner(source, words).run();
}

class Scanner {
  private count = 0;
  private kind: Uint8Array;
  private cls: Uint8Array;
  private hint: Uint8Array;
  private start: Int32Array;
  private end: Int32Array;
  private readonly directives: Directive[] = [];
  private at = 0;
  private atLineStart = true;

  constructor(private readonly source: Uint8Array, private readonly words: WordTable) {
    const capacity = 64 + (source.length >> 2);
    this.kind = new Uint8Array(capacity);
    this.cls = new Uint8Array(capacity);
    this.hint = new Uint8Array(capacity);
    this.start = new Int32Array(capacity);
    this.end = new Int32Array(capacity);
  }

  run(): Tokens {
    const { source } = this;
    while (this.at < source.length) {
      let { at } = this;
      while (at < source.length && charClass(source[at]!) === BLANK) at++;
      this.at = at;
      if (at === source.length) break;
      const code = source[at]!;
      const category = charClass(code);
      if (category === LETTER) this.word();
      else if (category === DIGIT) this.number();
      else if (code === NEWLINE) {
        this.atLineStart = true;
        this.at++;
      } else this.other(code);
    }
    const { count, kind, cls, hint, start, end, directives } = this;
    return { count, kind, cls, hint, start, end, directives };
  }

  private add(kind: number, cls: number, end: number): void {
    if (this.count === this.kind.length) this.grow();
    const t = this.count++;
    this.kind[t] = kind;
    this.cls[t] = cls;
    this.start[t] = this.at;
    this.end[t] = end;
    this.at = end;
    this.atLineStart = false;
  }

  private word(): void {
    const { source, at } = this;
    let end = at + 1;
    while (end < source.length && isWordChar(source[end]!)) end++;
    const code = end < source.length ? source[end]! : 0;
    if (end === at + 1 && (code === QUOTE || code === APOSTROPHE) && isLiteralPrefix(source[at]!)) {
      this.add(STRING, code, literalEnd(source, end));
      return;
    }
    const found = this.words.find(source, at, end);
    const t = this.count;
    this.add(WORD, found & 0xff, end);
    if (found > 0xff) this.hint[t] = found >> 8;
  }

  private number(): void {
    const { source } = this;
    const isHex = ((source[this.at + 1] ?? 0) | 32) === 120;
    let end = this.at + 1;
    for (; end < source.length; end++) {
      const code = source[end]!;
      if (isWordChar(code)) continue;
      if (code === DOT && source[end + 1] !== DOT) continue;
      if ((code === PLUS || code === MINUS) && !isHex && (source[end - 1]! | 32) === 101) continue;
      break;
    }
    this.add(NUMBER, PLAIN, end);
  }

  private other(code: number): void {
    const { source, at } = this;
    const next = source[at + 1];
    if (code === SLASH && next === STAR) this.at = blockCommentEnd(source, at);
    else if (code === SLASH && next === SLASH) this.at = lineCommentEnd(source, at);
    else if (code === BACKSLASH && isLineEnd(source, at + 1)) this.at = at + (next === RETURN ? 3 : 2);
    else if (code === HASH && this.atLineStart) this.directive();
    else if (code === QUOTE || code === APOSTROPHE) this.add(STRING, code, literalEnd(source, at));
    else if (code === DOT && next !== undefined && isDigit(next)) this.number();
    else if (code === DOT && next === DOT && source[at + 2] === DOT) this.add(PUNCTUATION, ELLIPSIS, at + 3);
    else this.add(PUNCTUATION, code === FOREIGN ? 0 : code, at + 1);
  }

  private directive(): void {
    const end = directiveEnd(this.source, this.at);
    this.directives.push({ start: this.at, end, before: this.count });
    this.at = end;
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
function literalEnd(source: Uint8Array, at: number): number {
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
  for (let i = at + 2; i + 1 < source.length; i++) if (source[i] === STAR && source[i + 1] === SLASH) return i + 2;
  return source.length;
}

/** A line comment ends at the first newline that no backslash escapes. */
export function lineCommentEnd(source: Uint8Array, at: number): number {
  for (let i = at; i < source.length; i++) if (source[i] === NEWLINE && !isEscapedNewline(source, i)) return i;
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
function directiveEnd(source: Uint8Array, at: number): number {
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
