/** Where two versions of a text differ. */

export interface Change {
  /** The texts are equal before this offset. */
  readonly prefix: number;
  /** In the new text: they are equal from here to their ends. At least `prefix`. */
  readonly suffix: number;
  /** New length less old length. */
  readonly delta: number;
}

/** The smallest single replacement that makes `before` into `after`. */
export function changeBetween(before: string, after: string): Change {
  const shorter = Math.min(before.length, after.length);
  const delta = after.length - before.length;
  const prefix = equalUnits(before, after, 0, 0, shorter, 1);
  const back = equalUnits(before, after, before.length - 1, after.length - 1, shorter - prefix, -1);
  return { prefix, suffix: after.length - back, delta };
}

/** How many of at most `limit` units are equal, from the two offsets in steps of `step`. */
function equalUnits(a: string, b: string, fromA: number, fromB: number, limit: number, step: 1 | -1): number {
  let count = 0;
  while (count < limit && a.charCodeAt(fromA + count * step) === b.charCodeAt(fromB + count * step)) count++;
  return count;
}
