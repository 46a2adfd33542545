/**
 * Single directives: their names, their arguments, and the places where one may stay. A directive
 * inside a construct is blanked; a `#define` that stays loses its comments and the name before
 * `...`, which the grammar does not know.
 */

import {
  APOSTROPHE, BACKSLASH, NEWLINE, QUOTE, RETURN, SLASH, SPACE, STAR, TAB, isWordChar,
} from './chars.ts';
import type { Draft } from './draft.ts';
import { blockCommentEnd } from './tokens.ts';

/** The directives that the grammar accepts between declarations. */
const KEPT = new Set(['define', 'include', 'undef', 'pragma', 'error', 'warning', 'line']);

export function directiveName(draft: Draft, t: number): string {
  const { source } = draft;
  let start = draft.start(t) + 1;
  while (source[start] === SPACE || source[start] === TAB) start++;
  let end = start;
  while (end < source.length && isWordChar(source[end]!)) end++;
  return draft.text.slice(start, end);
}

/** What follows a directive's name, on one line, without comments. */
export function directiveArgument(draft: Draft, t: number): string {
  const line = draft.text.slice(draft.start(t), draft.end(t));
  return line
    .replace(/\\\r?\n/g, ' ')
    .replace(/\/\*[^]*?(\*\/|$)/g, ' ')
    .replace(/\/\/.*/, '')
    .replace(/^#\s*\w*\s*/, '')
    .trim();
}

export function blankDirective(draft: Draft, t: number): void {
  draft.blank(draft.start(t), draft.end(t));
}

/** Treats directive `t`, no conditional: keeps it where `isBetweenItems`, else blanks it. */
export function rewriteDirective(draft: Draft, t: number, name: string, isBetweenItems: boolean): void {
  if (!isBetweenItems || !KEPT.has(name)) {
    blankDirective(draft, t);
    draft.record(draft.start(t), draft.end(t), 'directive');
    return;
  }
  const hadComments = blankComments(draft, t);
  const hadVariadic = name === 'define' && blankVariadicName(draft, t);
  if (hadComments || hadVariadic) draft.record(draft.start(t), draft.end(t), 'define');
}

/**
 * Blanks the comments inside a directive. Where text follows a comment that spans lines without
 * `\`, the grammar would lose its place: then the whole directive goes.
 */
function blankComments(draft: Draft, t: number): boolean {
  const { source } = draft;
  const end = draft.end(t);
  let isChanged = false;
  let quotesCount = true;
  for (let i = draft.start(t); i < end;) {
    const code = source[i]!;
    if (quotesCount && (code === QUOTE || code === APOSTROPHE)) {
      const close = closingQuote(source, i, end);
      quotesCount = close > 0;
      if (quotesCount && hideCommentStarts(draft, i, close)) isChanged = true;
      i = quotesCount ? close + 1 : i + 1;
    } else if (code === SLASH && (source[i + 1] === STAR || source[i + 1] === SLASH)) {
      isChanged = true;
      const stop = source[i + 1] === STAR ? Math.min(end, blockCommentEnd(source, i)) : lineEnd(source, i, end);
      const breaksOff = breaksLine(source, i, stop);
      const isFollowed = breaksOff && draft.text.slice(stop, end).trim() !== '';
      if (breaksOff) draft.blank(isFollowed ? draft.start(t) : i, end);
      else blankKeepingContinuations(draft, i, stop);
      i = breaksOff ? end : stop;
    } else i++;
  }
  return isChanged;
}

/** `args...` in a macro's parameters → `    ...`. */
function blankVariadicName(draft: Draft, t: number): boolean {
  const start = draft.start(t);
  const head = /^#\s*define\s+\w+\([^)]*/.exec(draft.text.slice(start, draft.end(t)));
  const named = head && /[A-Za-z_]\w*\s*\.\.\.\s*$/.exec(head[0]);
  if (!named) return false;
  const from = start + named.index;
  draft.blank(from, from + named[0].indexOf('.'));
  return true;
}

/** The grammar takes a slash and star inside a string for a comment. */
function hideCommentStarts(draft: Draft, from: number, to: number): boolean {
  let isChanged = false;
  for (let i = from; i < to; i++) {
    if (draft.source[i] !== SLASH || draft.source[i + 1] !== STAR) continue;
    draft.set(i + 1, SPACE);
    isChanged = true;
  }
  return isChanged;
}

function closingQuote(source: Uint16Array, at: number, end: number): number {
  for (let i = at + 1; i < end && source[i] !== NEWLINE; i++) {
    if (source[i] === source[at]) return i;
    if (source[i] === BACKSLASH) i++;
  }
  return -1;
}

function lineEnd(source: Uint16Array, at: number, end: number): number {
  let i = at;
  while (i < end && source[i] !== NEWLINE) i++;
  return source[i - 1] === BACKSLASH ? i - 1 : i;
}

/** Is there a newline in [start, end) that no backslash escapes? */
function breaksLine(source: Uint16Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    if (source[i] !== NEWLINE) continue;
    const before = source[i - 1] === RETURN ? source[i - 2] : source[i - 1];
    if (before !== BACKSLASH) return true;
  }
  return false;
}

function blankKeepingContinuations(draft: Draft, start: number, end: number): void {
  const { source } = draft;
  for (let i = start; i < end; i++) {
    const continues = source[i] === BACKSLASH && (source[i + 1] === NEWLINE || source[i + 1] === RETURN);
    if (!continues) draft.blank(i, i + 1);
  }
}
