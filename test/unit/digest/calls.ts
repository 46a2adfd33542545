/**
 * Called names, read from text by a small lexer of its own: what the tests compare before and
 * after a rewrite. It shares no code with the digest.
 */

import type { Digest } from '../../../server/src/syntax/digest/digest.ts';

/** A name followed by `(` inside braces. */
export interface Call {
  readonly name: string;
  readonly offset: number;
}

export interface Difference {
  readonly name: string;
  readonly offset: number;
  /** The innermost rewrite over the name, or `none`. */
  readonly rule: string;
}

const TOKEN = /\/\*[^]*?(?:\*\/|$)|\/\/(?:\\\r?\n|[^\n])*|"(?:\\[^]|[^"\\\n])*"?|'(?:\\[^]|[^'\\\n])*'?|[A-Za-z_$][\w$]*|\.?\d(?:[eE][+-]|[\w.])*|\n|[^\s]/g;
const KEYWORDS = new Set(
  'if while for switch return sizeof typeof __typeof__ __typeof asm __asm__ __asm __attribute__ __attribute else do case void int char long unsigned signed short struct union enum const volatile static extern inline float double bool'.split(' '),
);

/** Calls in `text` inside braces, in order; what `isSkipped` covers is not read. */
export function callsOf(text: string, isSkipped: (offset: number) => boolean): Call[] {
  const calls: Call[] = [];
  let depth = 0;
  let word: Call | undefined;
  let isLineStart = true;
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(text); found; found = TOKEN.exec(text)) {
    const [token] = found;
    if (token === '\n') {
      isLineStart = true;
      continue;
    }
    if (token.startsWith('/*') || token.startsWith('//')) continue;
    if (token === '#' && isLineStart) {
      TOKEN.lastIndex = directiveEnd(text, found.index);
      continue;
    }
    isLineStart = false;
    if (isSkipped(found.index)) continue;
    if (token === '(' && word && depth > 0) calls.push(word);
    if (token === '{') depth++;
    if (token === '}') depth = Math.max(0, depth - 1);
    word = /^[A-Za-z_$]/.test(token) && !KEYWORDS.has(token) ? { name: token, offset: found.index } : undefined;
  }
  return calls;
}

/** The calls of the original that are not calls of the same name at the same place after it. */
export function lostCalls(original: string, digest: Digest): Difference[] {
  const dead = digest.conditionals.filter((branch) => !branch.isKept);
  const isDead = coverage(dead);
  const after = new Set(callsOf(digest.text, () => false).map((call) => `${call.offset} ${call.name}`));
  return callsOf(original, isDead)
    .filter((call) => !after.has(`${call.offset} ${call.name}`))
    .map((call) => ({ ...call, rule: ruleAt(digest, call.offset) }));
}

/** The calls after the rewrite that the original does not have. */
export function newCalls(original: string, digest: Digest): Difference[] {
  const before = new Set(callsOf(original, () => false).map((call) => `${call.offset} ${call.name}`));
  return callsOf(digest.text, () => false)
    .filter((call) => !before.has(`${call.offset} ${call.name}`))
    .map((call) => ({ ...call, rule: ruleAt(digest, call.offset) }));
}

function ruleAt(digest: Digest, offset: number): string {
  let rule = 'none';
  let length = Infinity;
  for (const rewrite of digest.rewrites) {
    if (rewrite.start > offset) break;
    if (rewrite.end <= offset || rewrite.end - rewrite.start > length) continue;
    rule = rewrite.rule;
    length = rewrite.end - rewrite.start;
  }
  return rule;
}

function coverage(spans: readonly { readonly start: number; readonly end: number }[]): (offset: number) => boolean {
  const sorted = [...spans].sort((a, b) => a.start - b.start);
  return (offset) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]!.start <= offset) low = middle + 1;
      else high = middle;
    }
    for (let at = low - 1; at >= 0 && at > low - 20; at--) if (sorted[at]!.end > offset) return true;
    return false;
  };
}

/** The end of the directive at `offset`, with its continuations and comments. */
function directiveEnd(text: string, offset: number): number {
  const line = /(?:\\\r?\n|\/\*[^]*?(?:\*\/|$)|[^\n])*/y;
  line.lastIndex = offset;
  line.exec(text);
  return line.lastIndex;
}
