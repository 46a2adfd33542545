/**
 * Declarations: specifiers, declarators with their attributes, parameters, initialisers.
 * Bodies of records and values are put on the list of work.
 */

import {
  COLON, COMMA, EQUALS, LBRACE, LBRACKET, LPAREN, RBRACKET, RPAREN, SEMICOLON, STAR,
} from './chars.ts';
import {
  attributeScore, blankAttributeCall, blankAttributes, blankTrailing, likeliestName, pointerRun,
} from './attributes.ts';
import { blankConstants } from './constants.ts';
import type { Draft } from './draft.ts';
import { isAttributeOfVariable } from './leadingAttributes.ts';
import {
  WORK_DECLARATORS, WORK_ENUMERATORS, WORK_EXPRESSION, WORK_PARAMETERS, WORK_RECORD,
} from './draft.ts';
import type { RunPlace } from './types.ts';
import { specifierRun, squashTypeof } from './types.ts';
import { ASM, PLAIN, PRIMITIVE, QUALIFIER, RECORD, TYPEOF } from './tags.ts';

/** A declaration [from, to) without its `;`. */
export function declaration(draft: Draft, from: number, to: number): void {
  declarators(draft, specifiersWithBody(draft, from, to), to);
}

/** Specifiers that may hold a record's body; returns the token after them. */
export function specifiersWithBody(draft: Draft, from: number, to: number, place: RunPlace = 'declaration'): number {
  let brace = from;
  let keyword = -1;
  for (; brace < to && draft.isWord(brace); brace++) if (draft.isClass(brace, RECORD)) keyword = brace;
  const close = keyword >= 0 ? draft.closing(brace, LBRACE) : -1;
  if (close < 0 || brace >= to) return specifierRun(draft, from, to, place);
  const tags = plainWords(draft, keyword + 1, brace);
  if (tags.length > 1) blankAttributes(draft, tags, likeliestName(draft, tags));
  blankAttributes(draft, plainWords(draft, from, keyword));
  draft.later(draft.word(keyword) === 'enum' ? WORK_ENUMERATORS : WORK_RECORD, brace, close);
  return afterBody(draft, close + 1, to, tags.length > 0);
}

/** Declarators [from, to): pointers, names, arrays, parameters, bit-field widths, initialisers. */
export function declarators(draft: Draft, from: number, to: number): void {
  let t = from;
  while (t < to) {
    switch (draft.punctuation(t)) {
      case -1:
        t = declaratorWord(draft, t, to);
        break;
      case STAR:
        t = pointerRun(draft, t + 1, to);
        break;
      case COMMA:
        t = leadingAttributes(draft, t + 1, to);
        break;
      case LPAREN:
        t = parenthesized(draft, t, to);
        break;
      case LBRACKET:
        t = arraySize(draft, t, to);
        break;
      case EQUALS:
      case COLON:
        t = valuePart(draft, t, to);
        break;
      default:
        t++;
    }
  }
}

/** The parameters between `open` and `close`. */
export function parameters(draft: Draft, open: number, close: number): void {
  for (let from = open + 1; from < close;) {
    const to = draft.find(COMMA, from, close);
    parameter(draft, from, to);
    from = to + 1;
  }
}

export function parameter(draft: Draft, from: number, to: number): void {
  if (from < to) declarators(draft, specifierRun(draft, from, to, 'declaration'), to);
}

/** Is [from, …) a declaration rather than an expression? */
export function startsDeclaration(draft: Draft, from: number, to: number): boolean {
  const wordClass = draft.wordClass(from);
  if (wordClass === PRIMITIVE || wordClass === RECORD || wordClass === QUALIFIER || wordClass === TYPEOF) return true;
  if (wordClass !== PLAIN || from + 1 >= to) return false;
  const next = draft.wordClass(from + 1);
  if (next === PLAIN || next === PRIMITIVE || next === RECORD || next === QUALIFIER) return true;
  return draft.is(from + 1, STAR) && isPointerDeclarator(draft, from + 1, to);
}

/** `* name` followed by what only a declarator is followed by. */
function isPointerDeclarator(draft: Draft, from: number, to: number): boolean {
  let t = from;
  while (t < to && (draft.is(t, STAR) || draft.isClass(t, QUALIFIER))) t++;
  if (t >= to || !draft.isPlain(t)) return false;
  if (t + 1 >= to || draft.isPlain(t + 1)) return true;
  if (draft.closing(t + 1, LPAREN) > 0) return isAttributeOfVariable(draft, t, to);
  const after = draft.punctuation(t + 1);
  if (after === EQUALS) return !(draft.is(t + 2, EQUALS) && draft.end(t + 1) === draft.start(t + 2));
  return after === SEMICOLON || after === COMMA || after === LBRACKET;
}

/** The words between a record's body and its declarators. */
function afterBody(draft: Draft, from: number, to: number, hasTag: boolean): number {
  const words: number[] = [];
  let t = from;
  while (t < to && (draft.isPlain(t) || draft.isClass(t, QUALIFIER))) {
    if (draft.isPlain(t) && draft.closing(t + 1, LPAREN) > 0 && attributeScore(draft, t) >= 2) {
      t = blankAttributeCall(draft, t);
      continue;
    }
    if (draft.isPlain(t)) words.push(t);
    t++;
  }
  if (draft.is(t, STAR)) blankAttributes(draft, words);
  else if (words.length > 1) blankAttributes(draft, words, likeliestName(draft, words));
  else if (words.length === 1 && t >= to && hasTag && attributeScore(draft, words[0]!) >= 2) blankAttributes(draft, words);
  return t;
}

function declaratorWord(draft: Draft, t: number, to: number): number {
  const hasArguments = draft.closing(t + 1, LPAREN) > 0;
  switch (draft.wordClass(t)) {
    case TYPEOF:
      return hasArguments ? squashTypeof(draft, t) : t + 1;
    case ASM: {
      if (!hasArguments) return t + 1;
      const after = draft.match[t + 1]! + 1;
      draft.blankTokens(t, after, 'asm');
      return after;
    }
    case PLAIN:
    case QUALIFIER:
      return blankTrailing(draft, t + 1, to);
    default:
      return t + 1;
  }
}

/** Parameters after a name, arguments of an attribute before a `*`, else a declarator in parentheses. */
function parenthesized(draft: Draft, t: number, to: number): number {
  const close = draft.match[t]!;
  if (close < 0 || close > to) return t + 1;
  if (draft.is(close + 1, STAR) && draft.isPlain(t - 1) && attributeScore(draft, t - 1) >= 2) return blankAttributeCall(draft, t - 1);
  if (isAttributeOfPointer(draft, t)) draft.blankToken(t + 1, 'attribute');
  const followsName = draft.isWord(t - 1) || draft.is(t - 1, RPAREN) || draft.is(t - 1, RBRACKET);
  if (followsName) draft.later(WORK_PARAMETERS, t, close);
  else draft.later(WORK_DECLARATORS, leadingAttributes(draft, t + 1, close), close);
  return blankTrailing(draft, close + 1, to);
}

/** `(__attribute *name)(`, a pointer to a function. */
function isAttributeOfPointer(draft: Draft, open: number): boolean {
  const name = open + 3;
  if (draft.match[open] !== name + 1 || !draft.is(name + 2, LPAREN) || !draft.isPlain(name)) return false;
  return draft.is(open + 2, STAR) && draft.isPlain(open + 1) && attributeScore(draft, open + 1) >= 2;
}

/** Attributes before the `*` or the name of a declarator. */
function leadingAttributes(draft: Draft, from: number, to: number): number {
  let t = from;
  while (t + 1 < to && draft.isPlain(t)) {
    const isAttribute = draft.is(t + 1, STAR) || (draft.isPlain(t + 1) && attributeScore(draft, t) > attributeScore(draft, t + 1));
    if (!isAttribute) break;
    draft.blankToken(t++, 'attribute');
  }
  return t;
}

function arraySize(draft: Draft, t: number, to: number): number {
  const close = draft.match[t]!;
  if (close < 0 || close > to) return t + 1;
  draft.later(WORK_EXPRESSION, t + 1, close);
  return blankTrailing(draft, close + 1, to);
}

/** The value after `=` or `:`, up to the next declarator. */
function valuePart(draft: Draft, t: number, to: number): number {
  const end = draft.find(COMMA, t + 1, to);
  if (!blankConstants(draft, t + 1)) draft.later(WORK_EXPRESSION, t + 1, end);
  return end;
}

function plainWords(draft: Draft, from: number, to: number): number[] {
  const words: number[] = [];
  for (let t = from; t < to; t++) if (draft.isPlain(t)) words.push(t);
  return words;
}
