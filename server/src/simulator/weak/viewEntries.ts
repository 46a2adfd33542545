/** Changes of one entry in many views, or of all entries in one, on the packed arrays of a context. */

/** Each entry becomes the newer of the two; true where one has changed. */
export function join(into: Uint8Array, at: number, from: Uint8Array, fromAt: number, count: number): boolean {
  let hasChanged = false;
  for (let offset = 0; offset < count; offset++) {
    const value = from[fromAt + offset]!;
    if (value <= into[at + offset]!) continue;
    into[at + offset] = value;
    hasChanged = true;
  }
  return hasChanged;
}

/** Lowers every `stride`-th entry by `by`, not below 0. */
export function lower(views: Uint8Array, from: number, to: number, stride: number, by: number): void {
  for (let at = from; at < to; at += stride) views[at] = Math.max(0, views[at]! - by);
}

/** Raises every `stride`-th entry that is at least `least` by 1. */
export function raise(views: Uint8Array, from: number, to: number, stride: number, least: number): void {
  for (let at = from; at < to; at += stride) if (views[at]! >= least) views[at] = views[at]! + 1;
}

/** Lowers every `stride`-th entry that is at least `least` by 1. */
export function lowerFrom(views: Uint8Array, from: number, to: number, stride: number, least: number): void {
  for (let at = from; at < to; at += stride) if (views[at]! >= least) views[at] = views[at]! - 1;
}
