/** What the digest tests share: the promises that hold for every text, and how to check one. */

import { expect } from 'vitest';
import type { Digest, DigestOptions } from '../../../server/src/syntax/digest/digest.ts';
import { digest } from '../../../server/src/syntax/digest/digest.ts';

/** Digests `text` and checks what holds for any text at all. */
export function digested(text: string, options?: DigestOptions): Digest {
  const result = digest(text, options);
  expect(result.text.length).toBe(text.length);
  const moved = newlineMoved(text, result.text);
  if (moved >= 0) throw new Error(`newline at ${moved} was moved in ${JSON.stringify(text.slice(0, 200))}`);
  return result;
}

/** The whole rewritten text of `input`. */
export function check(input: string, expected: string): void {
  expect(digested(input).text).toBe(expected);
}

function newlineMoved(before: string, after: string): number {
  for (let i = 0; i < before.length; i++) {
    const isNewline = before.charCodeAt(i) === 10;
    if (isNewline !== (after.charCodeAt(i) === 10)) return i;
  }
  return -1;
}
