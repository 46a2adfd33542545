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
import type { MemoryBudget } from './memoryBudget.ts';

const firstCapacity = 1 << 6;
/** Slots are doubled when three of four are taken. */
const fullest = 0.75;

/** Room is quadrupled up to so many states, and grows by a quarter from there on. */
const fastGrowthLimit = 1 << 18;
/** Where memory is short. */
const leastGrowth = 1.0625;

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
  private readonly growing: Readonly<Record<'words' | 'parent' | 'via' | 'slots', GrowingArray>>;

  constructor(readonly wordCount: number, private readonly budget: MemoryBudget) {
    this.growing = { words: new GrowingArray(budget), parent: new GrowingArray(budget), via: new GrowingArray(budget), slots: new GrowingArray(budget) };
    this.growing.slots.growTo(2 * firstCapacity);
    this.makeRoom(firstCapacity);
  }

  /** Bytes in use by the arrays. */
  get byteLength(): number {
    return [this.words, this.slots, this.parent, this.via].reduce((sum, array) => sum + array.byteLength, 0);
  }

  clear(): void {
    this.count = 0;
    this.slots.fill(0);
  }

  /**
   * True where the slots are now empty, and every state must be entered into them again. Throws
   * `MemoryFullError`; the states are then as they were, and there is no room for another.
   */
  grow(): boolean {
    const used = this.slots.length;
    const areSlotsFull = this.count + 1 >= used * fullest;
    if (areSlotsFull) {
      this.growing.slots.growTo(2 * used);
      this.growing.slots.elements.fill(0, 0, used);
    }
    this.makeRoom(areSlotsFull ? this.capacity : this.nextCapacity());
    return areSlotsFull;
  }

  /** As much as is usual; less where that is more than there is. */
  private nextCapacity(): number {
    const factors = this.capacity < fastGrowthLimit ? [4, 1.25] : [1.25];
    const capacities = factors.map((factor) => Math.ceil(factor * this.capacity));
    return capacities.find((capacity) => this.budget.has(this.costOf(capacity))) ?? Math.ceil(leastGrowth * this.capacity);
  }

  private costOf(capacity: number): number {
    const { words, parent, via } = this.growing;
    return words.costOf(capacity * this.wordCount) + parent.costOf(capacity) + via.costOf(capacity);
  }

  private makeRoom(capacity: number): void {
    try {
      this.growing.words.growTo(capacity * this.wordCount);
      this.growing.parent.growTo(capacity);
      this.growing.via.growTo(capacity);
      this.capacity = capacity;
    } finally {
      this.adopt();
    }
  }

  private adopt(): void {
    const { words, parent, via, slots } = this.growing;
    this.words = words.elements;
    this.parent = parent.elements;
    this.via = via.elements;
    this.slots = slots.elements;
    this.limit = Math.min(this.capacity, Math.floor(this.slots.length * fullest)) - 1;
  }
}
