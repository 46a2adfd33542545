/**
 * Remembers the results of operations on numbered contexts: (context, operation, argument) → number.
 * Open addressing over typed arrays. Contexts are few beside the states that share them, so that
 * most operations of a search are found here.
 */

import type { MemoryBudget } from '../memoryBudget.ts';

const firstCapacity = 1 << 12;
/** Numbers of an entry: context, operation, argument, result. Side by side, as they are looked at together. */
const width = 4;
const bytesPerEntry = width * Int32Array.BYTES_PER_ELEMENT;
/** What `find` gives where nothing is known; no result is. */
export const unknown = -0x80000000;

export class Memo {
  private entries = emptyEntries(firstCapacity);
  private mask = firstCapacity - 1;
  private count = 0;

  constructor(private readonly budget: MemoryBudget) {
    budget.take(firstCapacity * bytesPerEntry);
  }

  find(context: number, operation: number, arg: number): number {
    const { entries, mask } = this;
    for (let slot = hash(context, operation, arg) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * width;
      const known = entries[at]!;
      if (known === -1) return unknown;
      if (known === context && entries[at + 1] === operation && entries[at + 2] === arg) return entries[at + 3]!;
    }
  }

  /** For what `find` did not know. */
  add(context: number, operation: number, arg: number, result: number): void {
    if (++this.count * 2 > this.mask) this.grow();
    this.put(context, operation, arg, result);
  }

  private put(context: number, operation: number, arg: number, result: number): void {
    const { entries, mask } = this;
    let slot = hash(context, operation, arg) & mask;
    while (entries[slot * width] !== -1) slot = (slot + 1) & mask;
    const at = slot * width;
    entries[at] = context;
    entries[at + 1] = operation;
    entries[at + 2] = arg;
    entries[at + 3] = result;
  }

  private grow(): void {
    const { entries } = this;
    const capacity = (this.mask + 1) * 2;
    this.budget.take(capacity * bytesPerEntry);
    this.entries = emptyEntries(capacity);
    this.mask = capacity - 1;
    for (let at = 0; at < entries.length; at += width) {
      if (entries[at] !== -1) this.put(entries[at]!, entries[at + 1]!, entries[at + 2]!, entries[at + 3]!);
    }
    this.budget.release(entries.byteLength);
  }
}

function emptyEntries(capacity: number): Int32Array {
  return new Int32Array(capacity * width).fill(-1);
}

function hash(context: number, operation: number, arg: number): number {
  let mixed = Math.imul(context, 0x9e3779b1) ^ Math.imul(operation, 0x85ebca6b) ^ Math.imul(arg, 0xc2b2ae35);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}
