/** The transitions that a search took, kept only where somebody looks for endless runs or at the ways to a violation. */

import type { MemoryBudget } from './memoryBudget.ts';

const firstCapacity = 1 << 12;
/** Beyond so many, progress is not checked, and the answer says so. */
const maxEdges = 1 << 24;
const bytesPerEdge = 13;

export class EdgeList {
  from: Int32Array = new Int32Array(0);
  to: Int32Array = new Int32Array(0);
  /** Number of the transition. */
  via: Int32Array = new Int32Array(0);
  /** How many loads of it returned an old value; 255 are all above. */
  oldReads: Uint8Array = new Uint8Array(0);
  count = 0;
  isFull = false;

  constructor(public isOn: boolean, private readonly budget: MemoryBudget) {}

  /** Called by the generated search for every successor, known or new. Start states have no edge (`from` < 0). */
  add(from: number, via: number, to: number, oldReads: number): void {
    if (from < 0 || this.isFull || !this.isOn) return;
    if (this.count === this.from.length && !this.grow()) return;
    this.from[this.count] = from;
    this.to[this.count] = to;
    this.oldReads[this.count] = Math.min(oldReads, 255);
    this.via[this.count++] = via;
  }

  clear(): void {
    this.count = 0;
    this.isFull = false;
  }

  /** Gives its memory back, and counts as full. */
  drop(): void {
    this.isFull = true;
    this.count = 0;
    this.budget.release(this.from.length * bytesPerEdge);
    this.from = this.to = this.via = new Int32Array(0);
    this.oldReads = new Uint8Array(0);
  }

  private grow(): boolean {
    const capacity = Math.max(firstCapacity, this.count * 2);
    if (capacity > maxEdges || !this.budget.has(capacity * bytesPerEdge)) {
      this.drop();
      return false;
    }
    this.budget.take(capacity * bytesPerEdge);
    this.budget.release(this.from.length * bytesPerEdge);
    this.from = copyInto(new Int32Array(capacity), this.from);
    this.to = copyInto(new Int32Array(capacity), this.to);
    this.via = copyInto(new Int32Array(capacity), this.via);
    this.oldReads = copyInto(new Uint8Array(capacity), this.oldReads);
    return true;
  }
}

function copyInto<T extends Int32Array | Uint8Array>(target: T, source: T): T {
  target.set(source);
  return target;
}
