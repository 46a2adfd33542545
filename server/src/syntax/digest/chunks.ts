/**
 * Where a file can be cut into chunks that are rewritten and parsed on their own: after a function's
 * body at file scope, outside every conditional. The cutter's state after a cut is its state at the
 * start of a file, so that what a chunk holds decides everything about it: equal chunks give equal
 * trees, wherever they stand and whatever stands around them. That is what makes an edit cheap.
 *
 * A file without such a place is one chunk. Linear in the text, never throws.
 */

import {
  APOSTROPHE, HASH, LBRACE, NEWLINE, QUOTE, RBRACE, RETURN, RPAREN, SLASH, SPACE, STAR, TAB, isWordChar,
} from './chars.ts';
import { blockCommentEnd, directiveEnd, lineCommentEnd, literalEnd } from './lexical.ts';
import { unitsOf } from './source.ts';

/** Shorter chunks are joined with what follows: each costs a call into the parser. Units. */
const MIN_CHUNK = 1024;

/** Where the old text's cuts may be kept: the texts are equal up to `prefix`, and from `suffix` on, `suffix` in the new text. */
export interface KeptCuts {
  readonly ends: readonly number[];
  readonly prefix: number;
  readonly suffix: number;
  /** New length less old length. */
  readonly delta: number;
}

/**
 * The ends of the chunks of `text`, in order; the last is its length. An empty text has none. With
 * `kept` only the changed part is read; the result is the same.
 */
export function chunkEnds(text: string, kept?: KeptCuts): number[] {
  return new Cutter(text, unitsOf(text), kept).run();
}

/** A cut was decided by no more than this many units after it. */
const LOOK_AHEAD = 2;

// What a character is to the cutter.
const SIGNIFICANT = 0;
const BLANK = 1;
const SPECIAL = 2;

const KINDS = kinds();

class Cutter {
  private readonly ends: number[] = [];
  /** Start of the current chunk. */
  private from = 0;
  /** Open braces. */
  private depth = 0;
  /** A function's body is open, begun at file scope. */
  private isInBody = false;
  /** The depth before each open `#if`. */
  private readonly groups: number[] = [];
  /** Offset of the last character that was neither blank nor in a comment; below `from` at a chunk's start. */
  private last = -1;
  private lineStart = 0;
  /** Index in `kept.ends` of the first cut that may still be met. */
  private next = 0;

  constructor(private readonly text: string, private readonly source: Uint8Array, private readonly kept: KeptCuts | undefined) {}

  run(): number[] {
    const { source } = this;
    let at = this.kept ? this.takePrefix(this.kept) : 0;
    while (at < source.length) {
      const kind = KINDS[source[at]!];
      if (kind === SIGNIFICANT) this.last = at++;
      else if (kind === BLANK) at++;
      else at = this.special(at, source[at]!);
      if (at === this.from && this.kept && this.takeSuffix(this.kept)) return this.ends;
    }
    if (this.from < source.length) this.ends.push(source.length);
    return this.ends;
  }

  /** Cuts that were decided before the first change; returns where to read on. */
  private takePrefix({ ends, prefix }: KeptCuts): number {
    while (this.next < ends.length - 1 && ends[this.next]! + LOOK_AHEAD <= prefix) this.ends.push(ends[this.next++]!);
    return this.begin(this.ends.at(-1) ?? 0);
  }

  /** After a cut behind the last change that the old text had as well, all later ones are the old text's. */
  private takeSuffix({ ends, suffix, delta }: KeptCuts): boolean {
    if (this.from === 0 || this.from < suffix) return false;
    while (this.next < ends.length && ends[this.next]! + delta < this.from) this.next++;
    if (ends[this.next] === undefined || ends[this.next]! + delta !== this.from) return false;
    for (let at = this.next + 1; at < ends.length; at++) this.ends.push(ends[at]! + delta);
    return true;
  }

  private begin(at: number): number {
    this.from = at;
    this.last = at - 1;
    this.lineStart = at;
    return at;
  }

  /** Reads the special character at `at` and what it starts; returns the end. */
  private special(at: number, code: number): number {
    const { source } = this;
    if (code === NEWLINE) {
      this.lineStart = at + 1;
      return at + 1;
    }
    if (code === SLASH && source[at + 1] === STAR) return blockCommentEnd(source, at);
    if (code === SLASH && source[at + 1] === SLASH) return lineCommentEnd(source, at);
    if (code === HASH && this.last < this.lineStart) return this.directive(at);
    if (code === LBRACE) this.open(at);
    this.last = at;
    if (code === RBRACE) return this.close(at);
    return code === QUOTE || code === APOSTROPHE ? literalEnd(source, at) : at + 1;
  }

  private open(at: number): void {
    const { source } = this;
    const isHeaded = this.last >= this.from && source[this.last] === RPAREN;
    // A body at the margin ends whatever a half-typed function before it left open.
    if (isHeaded && (at === 0 || source[at - 1] === NEWLINE)) this.depth = 0;
    if (isHeaded && this.depth === 0) this.isInBody = true;
    this.depth++;
  }

  private close(at: number): number {
    this.depth = Math.max(0, this.depth - 1);
    if (this.depth > 0) return at + 1;
    const endsBody = this.isInBody;
    this.isInBody = false;
    return endsBody && this.groups.length === 0 ? this.cut(at + 1) : at + 1;
  }

  /** Ends the chunk after a body that closes before `at`, unless code follows on its line. */
  private cut(at: number): number {
    const { source } = this;
    let end = at;
    while (end < source.length && KINDS[source[end]!] === BLANK) end++;
    const isLineEnd = end === source.length || source[end] === NEWLINE;
    const isComment = source[end] === SLASH && (source[end + 1] === STAR || source[end + 1] === SLASH);
    if ((!isLineEnd && !isComment) || end - this.from < MIN_CHUNK) return at;
    if (isLineEnd) end = Math.min(end + 1, source.length);
    this.ends.push(end);
    return this.begin(end);
  }

  /** `#ifndef X`, then `#define X`, before all else in a file: always kept, so no conditional for the cutter. */
  private isIncludeGuard(name: string, at: number, end: number): boolean {
    if (name !== 'ifndef' || this.from > 0 || this.last >= 0) return false;
    const word = matchAt(GUARD, this.text, at);
    return word !== undefined && word === matchAt(DEFINE, this.text, end);
  }

  private directive(at: number): number {
    const { groups } = this;
    const name = directiveNameAt(this.source, at);
    const end = directiveEnd(this.source, at);
    if (name.startsWith('if')) {
      if (!this.isIncludeGuard(name, at, end)) groups.push(this.depth);
    } else if (name.startsWith('el') && groups.length > 0) this.depth = groups.at(-1)!;
    else if (name === 'endif') groups.pop();
    return end;
  }
}

const GUARD = /#[ \t]*ifndef[ \t]+(\w+)/y;
const DEFINE = /\s*#[ \t]*define[ \t]+(\w+)/y;

function directiveNameAt(source: Uint8Array, hash: number): string {
  let at = hash + 1;
  while (source[at] === SPACE || source[at] === TAB) at++;
  let name = '';
  for (; at < source.length && isWordChar(source[at]!); at++) name += String.fromCharCode(source[at]!);
  return name;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[1];
}

function kinds(): Uint8Array {
  const table = new Uint8Array(256);
  for (const code of [0, SPACE, TAB, RETURN, 11, 12]) table[code] = BLANK;
  for (const code of [NEWLINE, SLASH, HASH, LBRACE, RBRACE, QUOTE, APOSTROPHE]) table[code] = SPECIAL;
  return table;
}
