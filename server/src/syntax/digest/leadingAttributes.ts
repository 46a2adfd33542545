/**
 * Attribute macros with arguments in front of what they belong to: `asmlinkage __printf(1, 2) __cold int f(…)`.
 * Of several `name(…)` in a row one is the declarator; that those before it are none is seen from what follows them.
 */

import { COMMA, EQUALS, LBRACKET, LPAREN, SEMICOLON, STAR } from './chars.ts';
import type { Draft } from './draft.ts';
import { isTypeKeyword, isTypeLike } from './typeWords.ts';
import { HINT_ATTRIBUTE, HINT_ATTRIBUTE_CALL, PLAIN, QUALIFIER } from './tags.ts';

/** How far behind an attribute its declarator may stand, in words and groups: what bounds the look ahead. */
const MAX_STEPS = 256;

/** Is `name(…)` an attribute before the real name, in a declaration or header that ends at `to`? `hasType`: a type may stand before it. */
export function isLeadingAttribute(draft: Draft, name: number, to: number, hasType: boolean): boolean {
  const after = draft.match[name + 1]! + 1;
  if (after >= to || !draft.isWord(after)) return false;
  const { next, hasKeyword } = nextHeader(draft, after, hasType ? after + 1 : after + 2, to);
  if (next < 0) return false;
  return !hasType || hasKeyword || draft.hasHint(name, HINT_ATTRIBUTE_CALL) || isUnlikeParameters(draft, name + 1, next);
}

/** Is `name(…)` an attribute before a variable: `__free(kfree) p = …`, `__free(kfree) p`? */
export function isAttributeOfVariable(draft: Draft, name: number, to: number): boolean {
  const variable = draft.match[name + 1]! + 1;
  if (variable >= to || !draft.isPlain(variable)) return false;
  const after = draft.punctuation(variable + 1);
  if (variable + 1 < to && (after === EQUALS || after === COMMA || after === LBRACKET)) return true;
  // Else it may be a function with an attribute behind it.
  return variable + 1 >= to && !draft.word(variable).startsWith('__') && !draft.hasHint(variable, HINT_ATTRIBUTE | HINT_ATTRIBUTE_CALL) && !hasTypes(draft, name + 1);
}

export function hasTypeBefore(draft: Draft, from: number, name: number): boolean {
  for (let t = from; t < name; t++) {
    const wordClass = draft.wordClass(t);
    if ((wordClass >= PLAIN && wordClass !== QUALIFIER) || draft.is(t, STAR)) return true;
  }
  return false;
}

/** The first parenthesis from `least` on that follows a name; and whether a type keyword or `*` stands anywhere in [from, to). */
function nextHeader(draft: Draft, from: number, least: number, to: number): { readonly next: number; readonly hasKeyword: boolean } {
  let next = -1;
  let hasKeyword = false;
  let t = from;
  for (let step = 0; step < MAX_STEPS && t < to; step++, t = draft.next(t, to)) {
    if (draft.is(t, SEMICOLON) || draft.is(t, COMMA) || draft.is(t, EQUALS)) break;
    if (next < 0 && t >= least && draft.closing(t, LPAREN) > 0 && draft.isPlain(t - 1)) next = t;
    hasKeyword ||= draft.is(t, STAR) || isTypeKeyword(draft.wordClass(t));
  }
  return { next, hasKeyword };
}

/** Is the list at `next` more like one of parameters than that at `open`? */
function isUnlikeParameters(draft: Draft, open: number, next: number): boolean {
  if (hasLiteral(draft, open)) return !hasLiteral(draft, next);
  return !hasTypes(draft, open) && hasTypes(draft, next);
}

/** `(1, 2)`, `("text")`. */
function hasLiteral(draft: Draft, open: number): boolean {
  return draft.isNumber(open + 1) || draft.isString(open + 1);
}

/** `(struct page *page, …)`, `(void)`. */
function hasTypes(draft: Draft, open: number): boolean {
  const close = draft.match[open]!;
  return isTypeLike(draft, open + 1, draft.find(COMMA, open + 1, close));
}
