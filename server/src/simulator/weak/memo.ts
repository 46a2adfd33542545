/**
 * Remembers the results of operations on numbered contexts: (context, operation, argument) → number.
 * Open addressing over typed arrays. Contexts are few beside the states that share them, so that
 * most operations of a search are found here.
 */

import type { MemoryBudget } from '../memoryBudget.ts';

const firstCapacity = 1 << 12;
const bytesPerEntry = 16;
/** What `find` gives where nothing is known; no result is. */
export const unknown = -0x80000000;

export class Memo {
  private contexts = new Int32Array(firstCapacity).fill(-1);
  private operations = new Int32Array(firstCapacity);
  private args = new Int32Array(firstCapacity);
  private results = new Int32Array(firstCapacity);
  private count = 0;

  constructor(private readonly budget: MemoryBudget) {
    budget.take(firstCapacity * bytesPerEntry);
  }

  find(context: number, operation: number, arg: number): number {
    const { contexts, operations, args } = this;
    const mask = contexts.length - 1;
    for (let at = hash(context, operation, arg) & mask; ; at = (at + 1) & mask) {
      const known = contexts[at]!;
      if (known === -1) return unknown;
      if (known === context && operations[at] === operation && args[at] === arg) return this.results[at]!;
    }
  }

  /** For what `find` did not know. */
  add(context: number, operation: number, arg: number, result: number): void {
    if (++this.count * 2 > this.contexts.length) this.grow();
    this.put(context, operation, arg, result);
  }

  private put(context: number, operation: number, arg: number, result: number): void {
    const mask = this.contexts.length - 1;
    let at = hash(context, operation, arg) & mask;
    while (this.contexts[at] !== -1) at = (at + 1) & mask;
    this.contexts[at] = context;
    this.operations[at] = operation;
    this.args[at] = arg;
    this.results[at] = result;
  }

  private grow(): void {
    const { contexts, operations, args, results } = this;
    const capacity = contexts.length * 2;
    this.budget.take(capacity * bytesPerEntry);
    this.contexts = new Int32Array(capacity).fill(-1);
    this.operations = new Int32Array(capacity);
    this.args = new Int32Array(capacity);
    this.results = new Int32Array(capacity);
    for (let at = 0; at < contexts.length; at++) {
      if (contexts[at] !== -1) this.put(contexts[at]!, operations[at]!, args[at]!, results[at]!);
    }
    this.budget.release(contexts.length * bytesPerEntry);
  }
}

function hash(context: number, operation: number, arg: number): number {
  let mixed = Math.imul(context, 0x9e3779b1) ^ Math.imul(operation, 0x85ebca6b) ^ Math.imul(arg, 0xc2b2ae35);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}
