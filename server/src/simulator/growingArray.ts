/**
 * An Int32Array that grows in place where it is large. Copying a large array into one of twice the
 * size needs both at once, which is the most memory that a search would ever need; the memory of a
 * WebAssembly module is grown by the operating system instead, and costs only the pages in use. It
 * holds no code. Small arrays are plain, because each such memory reserves much address space.
 */

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

  /** At least so many elements; new ones are 0. Throws `RangeError` where there is no memory left. */
  growTo(length: number): void {
    if (length <= this.elements.length) return;
    if (length < largeLength) this.elements = copied(new Int32Array(length), this.elements);
    else this.growInPlace(Math.ceil((length * 4) / pageBytes));
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

function copied(target: Int32Array, source: Int32Array): Int32Array {
  target.set(source);
  return target;
}
