/**
 * One digestion in progress: the tokens that remain, their brackets, the text being rewritten and
 * the work still to do. Every layer reads tokens by index and rewrites through this class, which
 * guarantees what the whole rewrite promises: equal length, and no newline touched.
 *
 * Layers do not recurse into one another. A layer that meets a nested range puts it on the list
 * of work (`later`), so nesting depth costs no stack and layers need not import each other.
 */

import {
  BACKSLASH, FOREIGN, NEWLINE, RETURN, SPACE, TAB, UNDERSCORE, isDigit, isOpener, isWordChar,
} from './chars.ts';
import { Room } from './room.ts';
import type { Tokens } from './scanner.ts';
import { CHARACTER, FOREIGN_MARK, NAME, NOTHING, NUMBER, ODD_NUMBER, TEXT, WORD_CLASSES, isNameTag } from './tags.ts';

/** A place that was rewritten, in UTF-16 offsets, and the rule that did it. */
export interface Rewrite {
  readonly start: number;
  readonly end: number;
  readonly rule: RewriteRule;
}

export type RewriteRule =
  /** An attribute word, blanked. */
  | 'attribute'
  /** An attribute macro with arguments (`__releases(x)`, `__free(kfree)`), blanked. */
  | 'annotation'
  | 'gnu-attribute'
  /** A directive other than a conditional, blanked. */
  | 'directive'
  /** A comment or a variadic name inside a `#define`, blanked. */
  | 'define'
  /** A conditional directive, blanked; branches are in `Digest.conditionals`. */
  | 'conditional'
  /** `list_for_each(…)` → `while        (…)`. */
  | 'iterator'
  /** A type where an expression belongs, made one identifier. */
  | 'type-argument'
  /** A macro argument that is no expression (`;`, `return`, an operator, nothing, braces). */
  | 'argument'
  /** A macro that stands as a statement without `;`: its last character becomes one. */
  | 'statement-macro'
  /** `D1(if (x) y;)`: the macro's name and parentheses are blanked. */
  | 'wrapper'
  /** `DARRAY(x) v`: the macro call becomes one type identifier. */
  | 'type-macro'
  | 'field-macro'
  /** A function defined by a macro: `SYSCALL_DEFINE3(open, …)`. */
  | 'definition'
  /** `DEFINE_PER_CPU(type, name)` and its kind. */
  | 'declaration-macro'
  /** A call at file scope without `;`: blanked. */
  | 'top-level-macro'
  | 'case-range'
  | 'offsetof'
  | 'typeof'
  | 'asm'
  | 'bit-field'
  /** All but the first entry of a long list of constants, blanked. */
  | 'constants'
  /** A word or call next to a string or to another operand, without an operator between. */
  | 'juxtaposed'
  /** The `*` of an old-style function that returns a pointer: the grammar knows none such. */
  | 'old-style'
  /** `goto *p` → `goto  p`: no label of that name need exist. */
  | 'computed-goto'
  /** What no other rule names: a null character, a label's address, an odd number, an initialiser entry. */
  | 'rest';

/** Kinds of deferred work; each takes two token indices. */
export const WORK_STATEMENTS = 0;
export const WORK_EXPRESSION = 1;
export const WORK_ARGUMENTS = 2;
export const WORK_PARENTHESES = 3;
export const WORK_INITIALIZER = 4;
export const WORK_PARAMETERS = 5;
export const WORK_DECLARATORS = 6;
export const WORK_RECORD = 7;
export const WORK_ENUMERATORS = 8;
export const WORK_BRACED_ARGUMENT = 9;
export const WORK_ARGUMENT = 10;
export const WORK_TOP_LEVEL = 11;
export const WORK_DECLARATION = 12;
export type WorkKind = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12;

/** One deferred range. */
export interface Work {
  readonly kind: WorkKind;
  readonly from: number;
  readonly to: number;
}

/** Dirty flags cover blocks of 2^BLOCK_BITS units: clean blocks are cut from the original string. */
const BLOCK_BITS = 6;

export class Draft {
  readonly rewrites: Rewrite[] = [];
  /** Tells of deferred work that it would change nothing; without it all is done. */
  isStill: ((draft: Draft, kind: WorkKind, from: number, to: number) => boolean) | undefined;
  /** The other bracket of a matched pair, else -1. */
  readonly match: Int32Array;
  /** One byte for each UTF-16 unit of the original. */
  readonly source: Uint8Array;
  /** What each token is: see `tags.ts`. */
  readonly tag: Uint8Array;
  private readonly isAscii: boolean;
  private readonly out: Uint8Array;
  private readonly dirty: Uint8Array;
  private readonly work: Work[] = [];

  constructor(readonly text: string, readonly tokens: Tokens, readonly room = new Room()) {
    this.source = tokens.source;
    this.isAscii = tokens.isAscii;
    this.tag = tokens.tag;
    this.match = tokens.match;
    this.out = room.bytes('out', text.length).subarray(0, text.length);
    this.out.set(this.source);
    this.dirty = room.zeroBytes('dirty', (text.length >> BLOCK_BITS) + 1);
  }

  /** No bracket has a partner. */
  forgetMatches(): void {
    this.match.fill(-1, 0, this.count);
  }

  get count(): number {
    return this.tokens.count;
  }

  // ---- reading tokens; an index outside the tokens is no token -------------------------------

  start(t: number): number {
    return this.tokens.start[t]!;
  }

  end(t: number): number {
    return this.tokens.end[t]!;
  }

  isWord(t: number): boolean {
    return t >= 0 && this.tag[t]! >= NAME;
  }

  isPlain(t: number): boolean {
    return t >= 0 && isNameTag(this.tag[t]!);
  }

  /** Is `t` a word of this class? */
  isClass(t: number, wordClass: number): boolean {
    return t >= 0 && WORD_CLASSES[this.tag[t]!] === wordClass;
  }

  /** The class of word `t`, or -1 where `t` is no word. */
  wordClass(t: number): number {
    return t >= 0 ? WORD_CLASSES[this.tag[t]!]! : -1;
  }

  /** The character code of punctuation `t`, 0 for one beyond ASCII, or -1. */
  punctuation(t: number): number {
    const tag = t >= 0 ? this.tag[t]! : NOTHING;
    if (tag < FOREIGN_MARK) return tag === NOTHING ? -1 : tag;
    return tag === FOREIGN_MARK ? 0 : -1;
  }

  /** Is `t` this character of punctuation? */
  is(t: number, code: number): boolean {
    return t >= 0 && this.tag[t] === code;
  }

  isString(t: number): boolean {
    return t >= 0 && (this.tag[t] === TEXT || this.tag[t] === CHARACTER);
  }

  isNumber(t: number): boolean {
    return t >= 0 && (this.tag[t] === NUMBER || this.tag[t] === ODD_NUMBER);
  }

  /** Was `t` taken out? */
  isDropped(t: number): boolean {
    return this.tag[t] === NOTHING;
  }

  /** Has the plain word `t` one of these hints? */
  hasHint(t: number, hints: number): boolean {
    return this.isPlain(t) && (this.tag[t]! & hints) !== 0;
  }

  word(t: number): string {
    return this.text.slice(this.tokens.start[t], this.tokens.end[t]);
  }

  /** The first character of token `t`. */
  firstChar(t: number): number {
    return this.source[this.tokens.start[t]!]!;
  }

  /** The closing bracket of `t` where `t` is an opening bracket `code` with a partner, else -1. */
  closing(t: number, code: number): number {
    return this.is(t, code) ? this.match[t]! : -1;
  }

  /** The token after `t`, or after its whole group where `t` opens one that ends before `limit`. */
  next(t: number, limit: number): number {
    if (!isOpener(this.tag[t]!)) return t + 1;
    const close = this.match[t]!;
    return close > t && close < limit ? close + 1 : t + 1;
  }

  /** The first `code` in [from, to) outside nested groups, or `to`. */
  find(code: number, from: number, to: number): number {
    let t = from;
    while (t < to && !this.is(t, code)) t = this.next(t, to);
    return Math.min(t, to);
  }

  /** Is there a newline between the ends of `t` and the start of `u`? */
  breaksBetween(t: number, u: number): boolean {
    const from = this.end(t);
    const to = u < this.count ? this.start(u) : this.source.length;
    for (let i = from; i < to; i++) if (this.source[i] === NEWLINE) return true;
    return false;
  }

  /** Is `t` at the very start of its line? */
  isInColumnZero(t: number): boolean {
    const start = this.start(t);
    return start === 0 || this.source[start - 1] === NEWLINE;
  }

  /** The indentation of the line of `t`, with tab stops at eight. */
  indentation(t: number): number {
    let lineStart = this.start(t);
    while (lineStart > 0 && this.source[lineStart - 1] !== NEWLINE) lineStart--;
    let width = 0;
    for (let i = lineStart; i < this.start(t); i++) {
      const code = this.source[i];
      if (code === TAB) width = (width | 7) + 1;
      else if (code === SPACE) width++;
      else break;
    }
    return width;
  }

  // ---- deferred work -------------------------------------------------------------------------

  later(kind: WorkKind, from: number, to: number): void {
    if (from < to && !this.isStill?.(this, kind, from, to)) this.work.push({ kind, from, to });
  }

  takeWork(): Work | undefined {
    return this.work.pop();
  }

  // ---- rewriting -----------------------------------------------------------------------------

  record(start: number, end: number, rule: RewriteRule): void {
    this.rewrites.push({ start, end, rule });
  }

  /** The character now at `offset`. */
  written(offset: number): number {
    return this.out[offset]!;
  }

  /** Overwrites one character; a newline stays. */
  set(offset: number, code: number): void {
    if (this.source[offset] === NEWLINE || offset >= this.out.length) return;
    this.out[offset] = code;
    this.dirty[offset >> BLOCK_BITS] = 1;
  }

  put(offset: number, ascii: string): void {
    for (let i = 0; i < ascii.length; i++) this.set(offset + i, ascii.charCodeAt(i));
  }

  /** Spaces over [start, end); line breaks and tabs stay. */
  blank(start: number, end: number): void {
    for (let i = start; i < end; i++) {
      const code = this.out[i]!;
      if (code !== NEWLINE && code !== RETURN && code !== TAB) this.set(i, SPACE);
    }
  }

  blankToken(t: number, rule: RewriteRule): void {
    this.blank(this.start(t), this.end(t));
    this.record(this.start(t), this.end(t), rule);
  }

  /** Blanks tokens [from, to), leaving what stands between them. */
  blankTokens(from: number, to: number, rule: RewriteRule): void {
    if (from >= to) return;
    for (let t = from; t < to; t++) this.blank(this.start(t), this.end(t));
    this.record(this.start(from), this.end(to - 1), rule);
  }

  /** Blanks token `t` and takes it out of what later layers see. */
  drop(t: number, rule: RewriteRule): void {
    this.blankToken(t, rule);
    this.tag[t] = NOTHING;
  }

  /** Turns token `t`, one character wide, into `code`, for later layers too. */
  become(t: number, code: number, rule: RewriteRule): void {
    this.set(this.start(t), code);
    this.tag[t] = code;
    this.record(this.start(t), this.end(t), rule);
  }

  /**
   * Makes tokens [from, to) one identifier of equal length. Where they span lines, the identifier
   * ends with the first line and the rest is blanked.
   */
  squash(from: number, to: number, rule: RewriteRule): void {
    if (from >= to) return;
    const start = this.start(from);
    const end = this.end(to - 1);
    const wordEnd = this.firstLineEnd(start, end);
    this.blank(wordEnd, end);
    for (let i = wordEnd; i < end && this.source[i] !== NEWLINE; i++) {
      if (this.source[i] !== RETURN) this.set(i, SPACE);
    }
    for (let i = start; i < wordEnd; i++) {
      const code = this.source[i]!;
      this.set(i, isWordChar(code) ? code : UNDERSCORE);
    }
    const first = this.source[start]!;
    if (isDigit(first)) this.set(start, UNDERSCORE);
    else if (this.end(from) >= wordEnd) this.set(start, capital(first));
    this.record(start, end, rule);
  }

  /** The rewritten text. */
  finish(): string {
    if (this.isAscii) return new TextDecoder().decode(this.out);
    const pieces: string[] = [];
    const blocks = this.dirty.length;
    for (let block = 0; block < blocks;) {
      const isDirty = this.dirty[block];
      let stop = block + 1;
      while (stop < blocks && this.dirty[stop] === isDirty) stop++;
      const from = block << BLOCK_BITS;
      const to = Math.min(stop << BLOCK_BITS, this.out.length);
      pieces.push(isDirty === 0 ? this.text.slice(from, to) : this.mixed(from, to));
      block = stop;
    }
    return pieces.join('');
  }

  /** What was written in [from, to), with the original's units where they are beyond ASCII. */
  private mixed(from: number, to: number): string {
    let text = '';
    for (let i = from; i < to; i++) {
      const code = this.out[i]!;
      text += code === FOREIGN ? this.text[i]! : String.fromCharCode(code);
    }
    return text;
  }

  /** Where the text of the first line of [start, end) ends, trailing blanks and backslash left out. */
  private firstLineEnd(start: number, end: number): number {
    let lineEnd = start;
    while (lineEnd < end && this.source[lineEnd] !== NEWLINE) lineEnd++;
    if (lineEnd === end) return end;
    while (lineEnd > start) {
      const code = this.source[lineEnd - 1];
      if (code !== SPACE && code !== TAB && code !== RETURN && code !== BACKSLASH) break;
      lineEnd--;
    }
    return lineEnd;
  }
}

/** Another letter for the first of a keyword, so that `int` becomes the identifier `Int`. */
function capital(code: number): number {
  return code >= 97 && code <= 122 ? code & ~32 : code;
}
