/**
 * Drops dead tokens, then finds each bracket's partner. Where the brackets of a
 * file do not add up, a `{` in column 0 after a function header starts afresh, so that damage
 * stays within one function. `__attribute__((…))` is blanked and its tokens dropped.
 */

import { DOT, LBRACE, LPAREN, isCloser, isOpener, openerOf } from './chars.ts';
import { startsFunctionBody } from './conditionals.ts';
import type { Draft } from './draft.ts';
import { GNU_ATTRIBUTE, NOTHING } from './tags.ts';

/** How far a closing bracket looks for its partner past unclosed ones. */
const MAX_SEARCH = 32;

/** Takes out `dead` tokens, those in blanked branches, and matches what is left. */
export function matchBrackets(draft: Draft, dead: Uint8Array | undefined): void {
  if (dead) compact(draft, dead);
  draft.forgetMatches();
  if (matchAll(draft, false)) return;
  draft.forgetMatches();
  matchAll(draft, true);
}

/** Matches all brackets; tells whether they add up. */
function matchAll(draft: Draft, restarts: boolean): boolean {
  const { match } = draft;
  const { tag, count } = draft.tokens;
  const stack = new Int32Array(count);
  let depth = 0;
  let braces = 0;
  let isWhole = true;
  for (let t = 0; t < count; t++) {
    const code = tag[t]!;
    if (code < LPAREN) continue;
    if (isOpener(code)) {
      if (restarts && code === LBRACE && depth > 0 && startsFunctionBody(draft, t, t - 1)) depth = braces = 0;
      if (code === LBRACE) braces++;
      stack[depth++] = t;
    } else if (isCloser(code)) {
      const opener = openerOf(code);
      const place = opener === LBRACE && braces === 0 ? -1 : partner(tag, stack, depth, opener);
      if (place !== depth - 1) isWhole = false;
      if (place < 0) continue;
      const open = stack[place]!;
      match[open] = t;
      match[t] = open;
      depth = place;
      if (opener === LBRACE) braces--;
    }
  }
  return isWhole && depth === 0;
}

/** The place on the stack of the bracket that is closed, or -1; only `}` looks below a `{`'s inside. */
function partner(tag: Uint8Array, stack: Int32Array, depth: number, opener: number): number {
  const lowest = opener === LBRACE ? 0 : Math.max(0, depth - MAX_SEARCH);
  for (let place = depth - 1; place >= lowest; place--) {
    const code = tag[stack[place]!];
    if (code === opener) return place;
    if (code === LBRACE) return -1;
  }
  return -1;
}

/** Blanks `__attribute__((…))` (not a field of that name) and takes its tokens out. */
export function dropAttributes(draft: Draft): void {
  const { count } = draft;
  if (!draft.tokens.hasGnuAttributes) return;
  let dropped: Uint8Array | undefined;
  for (let t = 0; t < count; t++) {
    if (!draft.isClass(t, GNU_ATTRIBUTE) || draft.is(t - 1, DOT)) continue;
    const close = draft.closing(t + 1, LPAREN);
    const last = close > t ? close : t;
    draft.blankTokens(t, last + 1, 'gnu-attribute');
    dropped ??= new Uint8Array(count);
    dropped.fill(1, t, last + 1);
    t = last;
  }
  if (!dropped) return;
  const places = placesWithout(dropped, count);
  const { match } = draft;
  for (let t = 0; t < count; t++) {
    const other = match[t]!;
    if (dropped[t] === 0) match[places[t]!] = other < 0 ? -1 : places[other]!;
  }
  compact(draft, dropped);
}

/** Each token's index once the dropped ones are gone. */
function placesWithout(dropped: Uint8Array, count: number): Int32Array {
  const places = new Int32Array(count);
  let next = 0;
  for (let t = 0; t < count; t++) {
    places[t] = next;
    if (dropped[t] === 0) next++;
  }
  return places;
}

/** Takes out the tokens that `dropped` marks. */
function compact(draft: Draft, dropped: Uint8Array): void {
  const { tokens } = draft;
  const { tag, start, end } = tokens;
  let next = Math.max(0, dropped.indexOf(1));
  for (let t = next; t < tokens.count; t++) {
    if (dropped[t] === 1) continue;
    tag[next] = tag[t]!;
    start[next] = start[t]!;
    end[next] = end[t]!;
    next++;
  }
  tag.fill(NOTHING, next, tokens.count);
  tokens.count = next;
}
