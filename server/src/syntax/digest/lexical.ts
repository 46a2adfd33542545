/**
 * Where literals, comments and directives end, for those who read the text themselves. The scanner has the same
 * (server/scanner); a test compares the two.
 */

import { APOSTROPHE, BACKSLASH, NEWLINE, QUOTE, RETURN, SLASH, STAR } from './codes.ts';

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
