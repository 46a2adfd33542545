/**
 * Drops dead tokens and directives, then finds each bracket's partner. Where the brackets of a
 * file do not add up, a `{` in column 0 after a function header starts afresh, so that damage
 * stays within one function. `__attribute__((…))` is blanked and its tokens dropped.
 */

import { DOT, LBRACE, LPAREN, isCloser, isOpener, openerOf } from './chars.ts';
import { BracketTrail } from './bracketTrail.ts';
import { startsFunctionBody } from './conditionals.ts';
import type { Draft } from './draft.ts';
import { DIRECTIVE } from './tokens.ts';
import { GNU_ATTRIBUTE } from './words.ts';

export function matchBrackets(draft: Draft, dead: Uint8Array): void {
  const { tokens } = draft;
  compact(draft, (t) => dead[t] === 0 && tokens.kind[t] !== DIRECTIVE);
  draft.match = new Int32Array(tokens.count).fill(-1);
  if (!matchAll(draft, false)) {
    draft.match.fill(-1);
    matchAll(draft, true);
  }
  dropAttributes(draft);
}

/** Matches all brackets; tells whether they add up. */
function matchAll(draft: Draft, restarts: boolean): boolean {
  const trail = new BracketTrail();
  const { match } = draft;
  let stack = 0;
  let isWhole = true;
  for (let t = 0; t < draft.count; t++) {
    const code = draft.punctuation(t);
    if (isOpener(code)) {
      if (restarts && code === LBRACE && stack !== 0 && startsFunctionBody(draft, t, t - 1)) stack = 0;
      stack = trail.push(stack, t, code);
    } else if (isCloser(code)) {
      const node = trail.find(stack, openerOf(code));
      if (node !== stack || node === 0) isWhole = false;
      if (node === 0) continue;
      const open = trail.token(node);
      match[open] = t;
      match[t] = open;
      stack = trail.parent(node);
    }
  }
  return isWhole && stack === 0;
}

/** Blanks `__attribute__((…))` (not a field of that name) and takes its tokens out. */
function dropAttributes(draft: Draft): void {
  const { tokens } = draft;
  let found: Uint8Array | undefined;
  for (let t = 0; t < draft.count; t++) {
    if (tokens.cls[t] !== GNU_ATTRIBUTE || !draft.isWord(t) || draft.is(t - 1, DOT)) continue;
    const close = draft.closing(t + 1, LPAREN);
    const last = close > t ? close : t;
    draft.blankTokens(t, last + 1, 'gnu-attribute');
    found ??= new Uint8Array(draft.count);
    found.fill(1, t, last + 1);
    t = last;
  }
  if (!found) return;
  const dropped = found;
  const places = compact(draft, (t) => dropped[t] === 0);
  const { match } = draft;
  for (let t = 0; t < places.length; t++) {
    const partner = match[t]!;
    if (dropped[t] === 0) match[places[t]!] = partner < 0 ? -1 : places[partner]!;
  }
}

/** Keeps the tokens that `stays` accepts; returns each old token's new index. */
function compact(draft: Draft, stays: (t: number) => boolean): Int32Array {
  const { tokens } = draft;
  const { kind, cls, hint, start, end } = tokens;
  const places = new Int32Array(tokens.count);
  let count = 0;
  for (let t = 0; t < tokens.count; t++) {
    places[t] = count;
    if (!stays(t)) continue;
    kind[count] = kind[t]!;
    cls[count] = cls[t]!;
    hint[count] = hint[t]!;
    start[count] = start[t]!;
    end[count] = end[t]!;
    count++;
  }
  tokens.count = count;
  return places;
}
