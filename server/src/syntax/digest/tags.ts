/**
 * What a token is, in one byte: nothing (dropped, or past the last), a character of punctuation as its
 * code, a number, a literal, or a word with its class or its hints.
 */

import { KEYWORD, NAME } from './tagCodes.ts';

export * from './tagCodes.ts';

/** Word classes. PLAIN is every identifier; PRIMITIVE and RECORD start a type. */
export const PLAIN = 0;
export const PRIMITIVE = 1;
export const RECORD = 2;
export const QUALIFIER = 3;
export const CONTROL = 4;
export const ELSE = 5;
export const DO = 6;
export const JUMP = 7;
export const CASE = 8;
export const SIZEOF = 9;
export const TYPEOF = 10;
export const ASM = 11;
export const OFFSETOF = 12;
export const GNU_ATTRIBUTE = 13;
export const ALIGNOF = 14;

/** Hints, as bits. Only plain words have any. */
export const HINT_ATTRIBUTE = 1;
export const HINT_ATTRIBUTE_CALL = 2;
export const HINT_ITERATOR = 4;
const HINTS = 7;

/** The tag of a keyword of this class, not PLAIN. */
export function keywordTag(wordClass: number): number {
  return KEYWORD + wordClass;
}

export function isKeywordTag(tag: number): boolean {
  return tag >= KEYWORD;
}

export function isNameTag(tag: number): boolean {
  return (tag & ~HINTS) === NAME;
}

/** By tag: the class of a word, -1 for anything else. */
export const WORD_CLASSES = Int8Array.from({ length: 256 }, (_, tag) => (tag < NAME ? -1 : Math.max(PLAIN, tag - KEYWORD)));
