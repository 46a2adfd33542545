/** Gives equal sequences of small integers the same number, exactly: 1, 2, … in order of first use. */

import type { MemoryBudget } from '../memoryBudget.ts';

const firstCapacity = 1 << 12;
/** Of a sequence, in the plain arrays. */
const bytesPerSequence = 16;

export class InternTable {
  private data = new Int32Array(firstCapacity);
  /** Where each sequence begins; one entry more than there are sequences. */
  private readonly starts: number[] = [0, 0];
  private slots = new Int32Array(firstCapacity);
  private readonly hashes: number[] = [0];
  private end_ = 0;
  private cursor = 0;

  constructor(private readonly budget: MemoryBudget) {
    budget.take(2 * firstCapacity * 4);
  }

  /** Starts a new sequence. */
  begin(): void {
    this.end_ = this.starts[this.starts.length - 1]!;
  }

  add(value: number): void {
    if (this.end_ === this.data.length) {
      this.budget.take(this.data.length * 8);
      const grown = new Int32Array(this.data.length * 2);
      grown.set(this.data);
      this.budget.release(this.data.length * 4);
      this.data = grown;
    }
    this.data[this.end_++] = value;
  }

  /** Ends the sequence; its number. */
  end(): number {
    const start = this.starts[this.starts.length - 1]!;
    const hash = this.hash(start, this.end_);
    let at = hash & (this.slots.length - 1);
    for (let known = this.slots[at]!; known !== 0; known = this.slots[at]!) {
      if (this.hashes[known] === hash && this.isSame(known, start)) return known;
      at = (at + 1) & (this.slots.length - 1);
    }
    const number = this.hashes.push(hash) - 1;
    this.starts.push(this.end_);
    this.slots[at] = number;
    if (number * 2 > this.slots.length) this.growSlots();
    return number;
  }

  /** Positions `next` at the first value of a sequence. */
  read(number: number): void {
    this.cursor = this.starts[number]!;
  }

  next(): number {
    return this.data[this.cursor++]!;
  }

  private isSame(known: number, start: number): boolean {
    const from = this.starts[known]!;
    const length = this.end_ - start;
    if (this.starts[known + 1]! - from !== length) return false;
    for (let offset = 0; offset < length; offset++) {
      if (this.data[from + offset] !== this.data[start + offset]) return false;
    }
    return true;
  }

  private hash(from: number, to: number): number {
    let hash = 0x2545f491;
    for (let at = from; at < to; at++) {
      hash = Math.imul(hash ^ this.data[at]!, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash;
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
