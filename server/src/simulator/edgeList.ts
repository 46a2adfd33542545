/** The transitions that a search took, kept only where somebody looks for endless runs or at the ways to a violation. */

const firstCapacity = 1 << 12;
/** Beyond so many, progress is not checked, and the answer says so. */
const maxEdges = 1 << 24;

export class EdgeList {
  from: Int32Array = new Int32Array(firstCapacity);
  to: Int32Array = new Int32Array(firstCapacity);
  /** Number of the transition. */
  via: Int32Array = new Int32Array(firstCapacity);
  count = 0;
  isFull = false;

  constructor(public isOn: boolean) {}

  /** Called by the generated search for every successor, known or new. Start states have no edge (`from` < 0). */
  add(from: number, via: number, to: number): void {
    if (from < 0 || this.isFull || !this.isOn) return;
    if (this.count === this.from.length && !this.grow()) return;
    this.from[this.count] = from;
    this.to[this.count] = to;
    this.via[this.count++] = via;
  }

  clear(): void {
    this.count = 0;
    this.isFull = false;
  }

  private grow(): boolean {
    const capacity = this.count * 2;
    this.isFull = capacity > maxEdges;
    if (this.isFull) return false;
    this.from = copyInto(new Int32Array(capacity), this.from);
    this.to = copyInto(new Int32Array(capacity), this.to);
    this.via = copyInto(new Int32Array(capacity), this.via);
    return true;
  }
}

function copyInto(target: Int32Array, source: Int32Array): Int32Array {
  target.set(source);
  return target;
}
