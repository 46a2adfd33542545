/**
 * Attribute macros, told from types and names by where they stand and, between equals, by how
 * they are spelt. In a run of words that declares something one is the type and one the name;
 * the surplus are attributes.
 */

import { LPAREN, STAR } from './chars.ts';
import type { Draft } from './draft.ts';
import { isAttributeOfVariable, isLeadingAttribute } from './leadingAttributes.ts';
import { HINT_ATTRIBUTE, HINT_ATTRIBUTE_CALL, PLAIN, QUALIFIER } from './tags.ts';

const FIXED_WIDTH = /^(__)?([us]|[bl]e)(8|16|32|64|128)$/;
const UNDERSCORED_TYPE = /^__(sum16|wsum|poll_t|\w+_t)$|^__kernel_|^__int/;
const UNDERSCORED = /^(__[a-z]|____)/;
const UPPER_CASE_NAME = /^[A-Z][A-Z0-9_]{2,}$/;

/** How much a word looks like an attribute: 0 a name, 1 upper case, 2 `__word`, 3 listed. */
export function attributeScore(draft: Draft, t: number): number {
  if (draft.hasHint(t, HINT_ATTRIBUTE | HINT_ATTRIBUTE_CALL)) return 3;
  const word = draft.word(t);
  if (UNDERSCORED.test(word)) return FIXED_WIDTH.test(word) || UNDERSCORED_TYPE.test(word) ? 0 : 2;
  return UPPER_CASE_NAME.test(word) ? 1 : 0;
}

/** How much a word looks like a type: 4 `u32`, `pte_t`; 2 any name; 1 `__word`, `WORD`; 0 a listed attribute. */
export function typeScore(draft: Draft, t: number): number {
  if (draft.hasHint(t, HINT_ATTRIBUTE | HINT_ATTRIBUTE_CALL)) return 0;
  const word = draft.word(t);
  if (word.endsWith('_t') || FIXED_WIDTH.test(word) || UNDERSCORED_TYPE.test(word)) return 4;
  return word.startsWith('__') || /^[A-Z][A-Z0-9_]*$/.test(word) ? 1 : 2;
}

/** The word least like an attribute; the last one among equals. */
export function likeliestName(draft: Draft, words: readonly number[]): number {
  let best = words[0]!;
  let bestScore = Infinity;
  for (const t of words) {
    const score = attributeScore(draft, t);
    if (score > bestScore) continue;
    bestScore = score;
    best = t;
  }
  return best;
}

/** The word most like a type; the last one among equals. */
export function likeliestType(draft: Draft, words: readonly number[]): number {
  let best = words[0]!;
  let bestScore = -1;
  for (const t of words) {
    const score = typeScore(draft, t);
    if (score < bestScore) continue;
    bestScore = score;
    best = t;
  }
  return best;
}

export function blankAttributes(draft: Draft, words: readonly number[], kept = -1): void {
  for (const t of words) if (t !== kept) draft.blankToken(t, 'attribute');
}

/** Blanks `MACRO(…)` at `t`; returns the token after it. */
export function blankAttributeCall(draft: Draft, t: number): number {
  const after = draft.match[t + 1]! + 1;
  draft.blankTokens(t, after, 'annotation');
  return after;
}

/** Attributes after a declarator or a parameter list: every plain word, with its arguments. */
export function blankTrailing(draft: Draft, from: number, to: number): number {
  let t = from;
  while (t < to && draft.isPlain(t)) {
    const close = draft.closing(t + 1, LPAREN);
    if (close > 0 && close < to) t = blankAttributeCall(draft, t);
    else draft.blankToken(t++, 'attribute');
  }
  return t;
}

/** Qualifiers and attributes after `*`; a last plain word stays as the declarator. Returns what follows. */
export function pointerRun(draft: Draft, from: number, to: number): number {
  const words: number[] = [];
  let t = from;
  for (; t < to && (draft.isPlain(t) || draft.isClass(t, QUALIFIER)); t++) {
    if (draft.wordClass(t) !== PLAIN) continue;
    if (draft.closing(t + 1, LPAREN) > 0 && attributeScore(draft, t) >= 2 && (words.length > 0 || isAttributeOfVariable(draft, t, to) || isLeadingAttribute(draft, t, to, true))) {
      t = blankAttributeCall(draft, t) - 1;
      continue;
    }
    words.push(t);
    if (draft.is(t + 1, LPAREN)) {
      t++;
      break;
    }
  }
  if (t < to && draft.is(t, STAR)) blankAttributes(draft, words);
  else if (words.length > 1) blankAttributes(draft, words, likeliestName(draft, words));
  return t;
}
