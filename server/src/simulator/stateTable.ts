/**
 * All states reached, packed one after the other, with an exact visited set over them: open
 * addressing, and a hit only after all words have been compared. The generated search code works
 * on the arrays directly; this class owns their growth.
 *
 * A slot is one word: the state's number + 1 in as many low bits as an index into the slots has, and
 * the rest of the hash in the others, so that most collisions are seen without a look at the states.
 * The smaller the slots, the fewer cache misses; they are what the search waits for. For the same
 * reason hashes are not kept: they are computed again when the slots are doubled.
 *
 * A state takes its words, 8 bytes for the way to it, and 5.3 to 10.7 bytes of slots.
 */

import { GrowingArray } from './growingArray.ts';

const firstCapacity = 1 << 12;
/** Slots are doubled when three of four are taken. */
const fullest = 0.75;

/** Room is quadrupled up to so many states, and grows by a quarter from there on. */
const fastGrowthLimit = 1 << 18;

export class StateTable {
  /** `wordCount` words a state. There is always room for one state more than `count`. */
  words!: Int32Array;
  /** A power of two. */
  slots!: Int32Array;
  /** State from which each was first reached; -1 - start for start states. */
  parent!: Int32Array;
  /** Number of the transition that first reached each state. */
  via!: Int32Array;
  count = 0;
  /** `count` at which `grow` must be called. */
  limit = 0;
  private capacity = firstCapacity;
  private readonly growing = {
    words: new GrowingArray(), parent: new GrowingArray(), via: new GrowingArray(), slots: new GrowingArray(),
  };

  constructor(readonly wordCount: number) {
    this.growing.slots.growTo(2 * firstCapacity);
    this.makeRoom();
  }

  /** Bytes in use by the arrays. */
  get byteLength(): number {
    return [this.words, this.slots, this.parent, this.via].reduce((sum, array) => sum + array.byteLength, 0);
  }

  clear(): void {
    this.count = 0;
    this.slots.fill(0);
  }

  /** True where the slots are now empty, and every state must be entered into them again. */
  grow(): boolean {
    const areSlotsFull = this.count + 1 >= this.slots.length * fullest;
    if (areSlotsFull) {
      this.slots.fill(0);
      this.growing.slots.growTo(2 * this.slots.length);
    } else this.capacity = this.capacity < fastGrowthLimit ? 4 * this.capacity : Math.ceil(1.25 * this.capacity);
    this.makeRoom();
    return areSlotsFull;
  }

  private makeRoom(): void {
    const { words, parent, via, slots } = this.growing;
    words.growTo(this.capacity * this.wordCount);
    parent.growTo(this.capacity);
    via.growTo(this.capacity);
    this.words = words.elements;
    this.parent = parent.elements;
    this.via = via.elements;
    this.slots = slots.elements;
    this.limit = Math.min(this.capacity, Math.floor(this.slots.length * fullest)) - 1;
  }
}
