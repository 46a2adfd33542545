/**
 * An Int32Array that grows in place where it is large. Copying a large array into one of twice the
 * size needs both at once, which is the most memory that a search would ever need; the memory of a
 * WebAssembly module is grown by the operating system instead, and costs only the pages in use. It
 * holds no code. Small arrays are plain, because each such memory reserves much address space.
 */

import { MemoryFullError } from './errors.ts';
import type { MemoryBudget } from './memoryBudget.ts';

interface GrowingMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** Of the types of node, which lack it. */
declare const WebAssembly: { readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => GrowingMemory };

/** Elements from which on memory is grown in place. */
const largeLength = 1 << 20;
const pageBytes = 1 << 16;
const maxPages = 1 << 16;

export class GrowingArray {
  /** Changes with `growTo`; hold no reference to it across a call. */
  elements: Int32Array = new Int32Array(0);
  private memory: GrowingMemory | undefined;

  constructor(private readonly budget: MemoryBudget) {}

  /** At least so many elements; new ones are 0. Throws `MemoryFullError`, and is then as it was. */
  growTo(length: number): void {
    if (length <= this.elements.length) return;
    this.budget.take(this.costOf(length));
    const old = this.memory ? 0 : this.elements.byteLength;
    try {
      if (length < largeLength) this.elements = copied(new Int32Array(length), this.elements);
      else this.growInPlace(pagesFor(length));
    } catch (error) {
      if (error instanceof RangeError) throw new MemoryFullError('the system has no memory left for more states');
      throw error;
    }
    this.budget.release(old);
  }

  /** Bytes that are needed while it grows to a length. */
  costOf(length: number): number {
    if (length <= this.elements.length) return 0;
    if (length < largeLength) return length * 4;
    return pagesFor(length) * pageBytes - (this.memory ? this.elements.byteLength : 0);
  }

  private growInPlace(pages: number): void {
    if (this.memory) {
      this.memory.grow(pages - this.memory.buffer.byteLength / pageBytes);
      this.elements = new Int32Array(this.memory.buffer);
      return;
    }
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: maxPages });
    this.elements = copied(new Int32Array(this.memory.buffer), this.elements);
  }
}

function pagesFor(length: number): number {
  return Math.ceil((length * 4) / pageBytes);
}

function copied(target: Int32Array, source: Int32Array): Int32Array {
  target.set(source);
  return target;
}
