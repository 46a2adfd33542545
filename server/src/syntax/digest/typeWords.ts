/** Whether words are a type, by themselves: keywords, `struct page *`, `pte_t x`. */

import { LBRACKET, LPAREN, STAR } from './chars.ts';
import type { Draft } from './draft.ts';
import { PLAIN, PRIMITIVE, QUALIFIER, RECORD, TYPEOF } from './tags.ts';

/** Is [from, to) a type name or a parameter declaration rather than an expression? */
export function isTypeLike(draft: Draft, from: number, to: number): boolean {
  let hasKeyword = false;
  let names = 0;
  let adjacent = 0;
  let isPair = false;
  for (let t = from; t < to; t++) {
    const wordClass = draft.wordClass(t);
    if (wordClass >= 0) {
      const typeofEnd = wordClass === TYPEOF ? draft.closing(t + 1, LPAREN) : -1;
      if (wordClass === PLAIN) names++;
      else if (typeofEnd > 0 && typeofEnd < to) t = typeofEnd;
      else if (!isTypeKeyword(wordClass)) return false;
      if (wordClass !== PLAIN) hasKeyword = true;
      if (++adjacent >= 2) isPair = true;
      continue;
    }
    adjacent = 0;
    if (draft.is(t, STAR)) continue;
    const close = hasKeyword && (draft.is(t, LBRACKET) || draft.is(t, LPAREN)) ? draft.match[t]! : -1;
    if (close < 0 || close >= to) return false;
    t = close;
  }
  return hasKeyword || isPair || (names > 0 && draft.is(to - 1, STAR));
}

export function isTypeKeyword(wordClass: number): boolean {
  return wordClass === PRIMITIVE || wordClass === RECORD || wordClass === QUALIFIER;
}
