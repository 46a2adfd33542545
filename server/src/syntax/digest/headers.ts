/**
 * Headers of function definitions: which of the words before a parenthesis is the function's name, and
 * which are attribute macros with arguments (`__printf(1, 2)`).
 */

import { LPAREN, STAR } from './chars.ts';
import { blankAttributeCall } from './attributes.ts';
import type { Draft } from './draft.ts';
import { hasTypeBefore, isLeadingAttribute } from './leadingAttributes.ts';

export interface Header {
  /** The first token after leading attribute calls. */
  readonly start: number;
  readonly name: number;
}

/** The name before the parameter list. Attribute calls in front of the header are blanked. */
export function findHeader(draft: Draft, from: number, brace: number): Header | undefined {
  let start = from;
  let hasType = false;
  for (let t = from; t < brace; t = draft.next(t, brace)) {
    const close = draft.closing(t, LPAREN);
    if (close < 0 || t === from || !draft.isPlain(t - 1) || draft.is(t + 1, STAR)) continue;
    hasType ||= hasTypeBefore(draft, start, t - 1);
    if (!isLeadingAttribute(draft, t - 1, brace, hasType)) return { start, name: t - 1 };
    const after = blankAttributeCall(draft, t - 1);
    if (!hasType) start = after;
  }
  return undefined;
}
