/** Gives equal sequences of small integers the same number, exactly: 1, 2, … in order of first use. */

import type { MemoryBudget } from '../memoryBudget.ts';

const firstCapacity = 1 << 12;
/** Of a sequence, in the plain arrays. */
const bytesPerSequence = 16;

export class InternTable {
  /** All sequences, one after the other; another array after `room`. */
  data = new Int32Array(firstCapacity);
  /** Where each sequence begins; one entry more than there are sequences. */
  private readonly starts: number[] = [0, 0];
  private slots = new Int32Array(firstCapacity);
  private readonly hashes: number[] = [0];

  constructor(private readonly budget: MemoryBudget) {
    budget.take(2 * firstCapacity * 4);
  }

  /** Where in `data` a new sequence begins, with room for so many numbers. */
  room(length: number): number {
    const start = this.starts[this.starts.length - 1]!;
    if (start + length > this.data.length) this.growData(start + length);
    return start;
  }

  /** The number of the sequence that was written from `room` to here. */
  intern(end: number): number {
    const start = this.starts[this.starts.length - 1]!;
    const hash = this.hash(start, end);
    let at = hash & (this.slots.length - 1);
    for (let known = this.slots[at]!; known !== 0; known = this.slots[at]!) {
      if (this.hashes[known] === hash && this.isSame(known, start, end)) return known;
      at = (at + 1) & (this.slots.length - 1);
    }
    const number = this.hashes.push(hash) - 1;
    this.starts.push(end);
    this.slots[at] = number;
    if (number * 2 > this.slots.length) this.growSlots();
    return number;
  }

  /** Where in `data` a sequence begins. */
  startOf(number: number): number {
    return this.starts[number]!;
  }

  private isSame(known: number, start: number, end: number): boolean {
    const { data } = this;
    const from = this.starts[known]!;
    const length = end - start;
    if (this.starts[known + 1]! - from !== length) return false;
    for (let offset = 0; offset < length; offset++) {
      if (data[from + offset] !== data[start + offset]) return false;
    }
    return true;
  }

  private hash(from: number, to: number): number {
    const { data } = this;
    let hash = 0x2545f491;
    for (let at = from; at < to; at++) {
      hash = Math.imul(hash ^ data[at]!, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  private growData(least: number): void {
    const length = Math.max(2 * this.data.length, least);
    this.budget.take(length * 4);
    const grown = new Int32Array(length);
    grown.set(this.data);
    this.budget.release(this.data.length * 4);
    this.data = grown;
  }

  private growSlots(): void {
    this.budget.take(this.slots.length * 8 + (this.slots.length / 2) * bytesPerSequence);
    this.budget.release(this.slots.length * 4);
    this.slots = new Int32Array(this.slots.length * 2);
    for (let number = 1; number < this.hashes.length; number++) {
      let at = this.hashes[number]! & (this.slots.length - 1);
      while (this.slots[at] !== 0) at = (at + 1) & (this.slots.length - 1);
      this.slots[at] = number;
    }
  }
}
