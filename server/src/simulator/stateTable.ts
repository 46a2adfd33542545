/**
 * All states reached, packed one after the other, with an exact visited set over them: open
 * addressing, and a hit only after all words have been compared. The generated search code works
 * on the arrays directly; this class owns their growth.
 */

/** Slots per state at the least, so that probes stay short. */
const slotsPerState = 2;
const firstCapacity = 1 << 12;

export class StateTable {
  /** `wordCount` words a state. There is always room for one state more than `count`. */
  words: Int32Array;
  /** Pairs: state + 1 (0 for empty), and the state's hash. */
  slots: Int32Array;
  /** `slots.length - 1`; slots are probed two words at a time. */
  mask: number;
  /** State from which each was first reached; -1 - start for start states. */
  parent: Int32Array;
  /** Number of the transition that first reached each state. */
  via: Int32Array;
  count = 0;
  /** `count` at which `grow` must be called. */
  limit: number;

  constructor(readonly wordCount: number) {
    this.words = new Int32Array(firstCapacity * wordCount);
    this.slots = new Int32Array(firstCapacity * slotsPerState * 2);
    this.mask = this.slots.length - 1;
    this.parent = new Int32Array(firstCapacity);
    this.via = new Int32Array(firstCapacity);
    this.limit = firstCapacity - 1;
  }

  /** Doubles everything. */
  grow(): void {
    const capacity = this.parent.length * 2;
    this.words = copyInto(new Int32Array(capacity * this.wordCount), this.words);
    this.parent = copyInto(new Int32Array(capacity), this.parent);
    this.via = copyInto(new Int32Array(capacity), this.via);
    this.slots = rehash(this.slots, new Int32Array(capacity * slotsPerState * 2));
    this.mask = this.slots.length - 1;
    this.limit = capacity - 1;
  }
}

function copyInto(target: Int32Array, source: Int32Array): Int32Array {
  target.set(source);
  return target;
}

function rehash(from: Int32Array, to: Int32Array): Int32Array {
  const mask = to.length - 1;
  for (let slot = 0; slot < from.length; slot += 2) {
    const entry = from[slot]!;
    if (entry === 0) continue;
    const hash = from[slot + 1]!;
    let at = (hash << 1) & mask;
    while (to[at] !== 0) at = (at + 2) & mask;
    to[at] = entry;
    to[at + 1] = hash;
  }
  return to;
}
