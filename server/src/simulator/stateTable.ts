/**
 * All states reached, packed one after the other, with an exact visited set over them: open
 * addressing, and a hit only after all words have been compared. The generated search code works
 * on the arrays directly; this class owns their growth.
 *
 * A slot is one word: the state's number + 1 in its low bits and, in the high bits that numbers do
 * not need yet, as much of the hash as fits, so that most collisions are seen without a look at
 * the states. The smaller the slots, the fewer cache misses; they are what the search waits for.
 */

/** Slots per state at the least, so that probes stay short. */
const slotsPerState = 2;
const firstCapacity = 1 << 12;
/** Up to this many states, room grows fourfold at a time. */
const fastGrowthLimit = 1 << 20;

export class StateTable {
  /** `wordCount` words a state. There is always room for one state more than `count`. */
  words: Int32Array;
  slots: Int32Array;
  /** Low bits of a slot. */
  numberMask: number;
  /** The hash of each state. */
  hashes: Int32Array;
  /** State from which each was first reached; -1 - start for start states. */
  parent: Int32Array;
  /** Number of the transition that first reached each state. */
  via: Int32Array;
  count = 0;
  /** `count` at which `grow` must be called. */
  limit: number;

  constructor(readonly wordCount: number) {
    this.words = new Int32Array(firstCapacity * wordCount);
    this.slots = new Int32Array(firstCapacity * slotsPerState);
    this.numberMask = 2 * firstCapacity - 1;
    this.hashes = new Int32Array(firstCapacity);
    this.parent = new Int32Array(firstCapacity);
    this.via = new Int32Array(firstCapacity);
    this.limit = firstCapacity - 1;
  }

  /** Bytes in use by the arrays. */
  get byteLength(): number {
    return [this.words, this.slots, this.hashes, this.parent, this.via].reduce((sum, array) => sum + array.byteLength, 0);
  }

  grow(): void {
    const old = this.parent.length;
    const capacity = old * (old < fastGrowthLimit ? 4 : 2);
    this.words = copyInto(new Int32Array(capacity * this.wordCount), this.words);
    this.hashes = copyInto(new Int32Array(capacity), this.hashes);
    this.parent = copyInto(new Int32Array(capacity), this.parent);
    this.via = copyInto(new Int32Array(capacity), this.via);
    this.slots = new Int32Array(capacity * slotsPerState);
    this.numberMask = 2 * capacity - 1;
    this.limit = capacity - 1;
    fillSlots(this.slots, this.hashes, this.count, this.numberMask);
  }
}

function copyInto(target: Int32Array, source: Int32Array): Int32Array {
  target.set(source);
  return target;
}

function fillSlots(slots: Int32Array, hashes: Int32Array, count: number, numberMask: number): void {
  const mask = slots.length - 1;
  for (let state = 0; state < count; state++) {
    const hash = hashes[state]!;
    let at = hash & mask;
    while (slots[at] !== 0) at = (at + 1) & mask;
    slots[at] = (hash & ~numberMask) | (state + 1);
  }
}
