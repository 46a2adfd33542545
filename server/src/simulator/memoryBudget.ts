/**
 * How much memory one search may take for what grows with its states: the states and the ways to them, the
 * visited set, transitions kept, what the memory model remembers. Memory is asked for before it is
 * allocated, so that a table is not doubled past the limit. Compiled code is not counted.
 */

import { MemoryFullError } from './errors.ts';

/** Less would not hold the first tables. */
const leastBytes = 1 << 20;

export class MemoryBudget {
  private readonly max: number;
  private taken = 0;
  /** Frees what can be done without; tried once before memory is refused. */
  relieve: (() => void) | undefined;

  constructor(maxBytes: number) {
    this.max = Math.max(leastBytes, maxBytes);
  }

  get used(): number {
    return this.taken;
  }

  has(bytes: number): boolean {
    return this.taken + bytes <= this.max;
  }

  /** Throws `MemoryFullError`. */
  take(bytes: number): void {
    if (!this.has(bytes)) this.relieve?.();
    if (!this.has(bytes)) throw new MemoryFullError(`no room for more states in ${Math.floor(this.max / 2 ** 20)} MB`);
    this.taken += bytes;
  }

  release(bytes: number): void {
    this.taken -= bytes;
  }
}
