/**
 * Single directives: their names, their arguments, and the places where one may stay. A directive
 * inside a construct is blanked; a `#define` that stays loses the comments in its text and
 * the name before `...`, which the grammar does not know, and ends where its newline is.
 */

import {
  APOSTROPHE, BACKSLASH, BLANK, DOT, NEWLINE, QUOTE, RETURN, SLASH, SPACE, STAR, TAB, UNDERSCORE, charClasses, isWordChar,
} from './chars.ts';
import type { Draft } from './draft.ts';
import { blockCommentEnd } from './lexical.ts';
import type { Directive } from './scanner.ts';

/** The directives that the grammar accepts between declarations. */
const KEPT = new Set(['define', 'include', 'undef', 'pragma', 'error', 'warning', 'line']);

export function directiveName(draft: Draft, directive: Directive): string {
  const { source } = draft;
  let start = directive.start + 1;
  while (source[start] === SPACE || source[start] === TAB) start++;
  let end = start;
  while (end < source.length && isWordChar(source[end]!)) end++;
  return draft.text.slice(start, end);
}

/** What follows a directive's name, on one line, without comments. */
export function directiveArgument(draft: Draft, directive: Directive, name: string): string {
  const line = draft.text.slice(directive.start, directive.end);
  const argument = line.slice(line.indexOf(name) + name.length);
  if (!argument.includes('/') && !argument.includes('\\')) return argument.trim();
  return argument.replace(/\\\r?\n/g, ' ').replace(/\/\*[^]*?(\*\/|$)/g, ' ').replace(/\/\/.*/, '').trim();
}

export function blankDirective(draft: Draft, directive: Directive): void {
  draft.blank(directive.start, directive.end);
}

/** Treats a directive that is no conditional: keeps it where `isBetweenItems`, else blanks it. */
export function rewriteDirective(draft: Draft, directive: Directive, name: string, isBetweenItems: boolean): void {
  if (!isBetweenItems || !KEPT.has(name)) {
    blankDirective(draft, directive);
    draft.record(directive.start, directive.end, 'directive');
    return;
  }
  if (isSimple(draft.source, directive)) return;
  const parts = readParts(draft, directive);
  let isChanged = parts.hidesComment;
  if (blankInnerComments(draft, directive, parts)) isChanged = true;
  if (name === 'define' && blankVariadicName(draft, directive)) isChanged = true;
  if (closeTail(draft, directive, name, parts)) isChanged = true;
  if (isChanged) draft.record(directive.start, directive.end, 'define');
}

/** One line without comments, dots or trailing blanks, as most are: nothing in it needs to change. */
function isSimple(source: Uint8Array, { start, end }: Directive): boolean {
  for (let i = start; i < end; i++) {
    const code = source[i]!;
    if (code === BACKSLASH) return false;
    if (code === SLASH && (source[i + 1] === STAR || source[i + 1] === SLASH)) return false;
    if (code === DOT && source[i + 1] === DOT) return false;
  }
  return !isGap(source, end - 1);
}

/** What a directive consists of. */
interface Parts {
  readonly comments: readonly { readonly start: number; readonly end: number }[];
  /** After its last character that is neither blank, comment nor continuation. */
  readonly textEnd: number;
  /** A comment start inside a string was hidden. */
  readonly hidesComment: boolean;
}

function readParts(draft: Draft, directive: Directive): Parts {
  const { source } = draft;
  const end = directive.end;
  const comments: { start: number; end: number }[] = [];
  let textEnd = directive.start;
  let hidesComment = false;
  let quotesCount = true;
  for (let i = textEnd; i < end;) {
    const code = source[i]!;
    if (code === SLASH && (source[i + 1] === STAR || source[i + 1] === SLASH)) {
      const stop = source[i + 1] === STAR ? Math.min(end, blockCommentEnd(source, i)) : lineEnd(source, i, end);
      comments.push({ start: i, end: stop });
      i = stop;
      continue;
    }
    const close: number = quotesCount && (code === QUOTE || code === APOSTROPHE) ? closingQuote(source, i, end) : i;
    quotesCount &&= close >= 0;
    if (close > i && hideCommentStarts(draft, i, close)) hidesComment = true;
    i = Math.max(i, close) + 1;
    if (!isGap(source, i - 1)) textEnd = i;
  }
  return { comments, textEnd, hidesComment };
}

/**
 * Blanks comments before the end of the text. Where one spans lines without `\`, the grammar
 * would lose its place: then the whole directive goes.
 */
function blankInnerComments(draft: Draft, directive: Directive, parts: Parts): boolean {
  let isChanged = false;
  for (const { start, end } of parts.comments) {
    if (end > parts.textEnd) break;
    isChanged = true;
    if (!breaksLine(draft.source, start, end)) blankKeepingContinuations(draft, start, end);
    else {
      blankDirective(draft, directive);
      break;
    }
  }
  return isChanged;
}

/**
 * Mends what follows the text. The grammar wants the newline right after a path, a macro without
 * a body or a comment; else it takes the next line for the body.
 */
function closeTail(draft: Draft, directive: Directive, name: string, parts: Parts): boolean {
  const { source } = draft;
  const { textEnd, comments } = parts;
  const end = directive.end;
  if (textEnd === end) return false;
  const tail = comments.find((comment) => comment.end > textEnd);
  if (tail?.end === end && !startsComment(source, tail.start + 2, end)) return false;
  const hasBody = name !== 'include' && !(name === 'define' && textEnd <= headEnd(draft, directive));
  if (!tail && hasBody) return false;
  if (tail) blankKeepingContinuations(draft, tail.start, end);
  if (hasBody) return true;
  let last = textEnd;
  while (last < end && source[last] !== NEWLINE && source[last] !== RETURN && source[last] !== BACKSLASH) last++;
  if (name === 'include') {
    if (last - textEnd < 2) return tail !== undefined;
    draft.put(last - 2, '//');
  } else if (last > textEnd) draft.set(last - 1, UNDERSCORE);
  return true;
}

/** Where the name of a macro, or its parameters, end. */
function headEnd(draft: Draft, directive: Directive): number {
  const start = directive.start;
  const head = /^#\s*define\s+\w+(\([^)]*\))?/.exec(draft.text.slice(start, directive.end));
  return start + (head?.[0].length ?? 0);
}

function isGap(source: Uint8Array, at: number): boolean {
  const code = source[at]!;
  if (code === BACKSLASH) return source[at + 1] === NEWLINE || source[at + 1] === RETURN;
  return code === NEWLINE || charClasses[code] === BLANK;
}

/** Is there a block comment's start in [from, to)? */
function startsComment(source: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i + 1 < to; i++) if (source[i] === SLASH && source[i + 1] === STAR) return true;
  return false;
}

/** `args...` in a macro's parameters → `    ...`. */
function blankVariadicName(draft: Draft, directive: Directive): boolean {
  const start = directive.start;
  const head = /^#\s*define\s+\w+\([^)]*/.exec(draft.text.slice(start, directive.end));
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

function closingQuote(source: Uint8Array, at: number, end: number): number {
  for (let i = at + 1; i < end && source[i] !== NEWLINE; i++) {
    if (source[i] === source[at]) return i;
    if (source[i] === BACKSLASH) i++;
  }
  return -1;
}

function lineEnd(source: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && source[i] !== NEWLINE) i++;
  return source[i - 1] === BACKSLASH ? i - 1 : i;
}

/** Is there a newline in [start, end) that no backslash escapes? */
function breaksLine(source: Uint8Array, start: number, end: number): boolean {
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
