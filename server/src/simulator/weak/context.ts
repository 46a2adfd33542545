/**
 * One context of the weak memory model, taken apart to be worked on: the messages of each element
 * and the rows of views. `load` and `save` turn it from and to the number of an interned sequence.
 */

import type { MemoryBudget } from '../memoryBudget.ts';
import { InternTable } from './internTable.ts';

/** Messages of one element that can be told apart at a time; more end the run as `bounded`. */
export const historyLimit = 8;

/** An entry of a view is below `historyLimit`; ten of them share a word when a context is stored. */
const entryBits = 3;
const entryMask = 7;
const entriesPerWord = 10;
/** Stands where another row could. */
const endOfRows = -1;

export class Context {
  readonly messageCount: Uint8Array;
  /** Value of each message but the newest. */
  readonly values: Int32Array;
  /** By element: bit set of messages that must stay right behind the one before them. */
  readonly updates: Uint8Array;
  /** By element and message: its view. */
  readonly messageViews: Uint8Array;
  /** All other views. */
  readonly rows: Uint8Array;
  private readonly interned: InternTable;
  /** The context that the arrays hold, or -1 where they have been changed. */
  private held = 0;
  /** Elements with more than one message. Only they matter: all views of others are 0. */
  private readonly active: number[] = [];

  constructor(readonly elementCount: number, rowCount: number, budget: MemoryBudget) {
    this.interned = new InternTable(budget);
    this.messageCount = new Uint8Array(elementCount).fill(1);
    this.values = new Int32Array(elementCount * historyLimit);
    this.updates = new Uint8Array(elementCount);
    this.messageViews = new Uint8Array(elementCount * historyLimit * elementCount);
    this.rows = new Uint8Array(rowCount * elementCount);
  }

  /** Where the view of a message begins in `messageViews`. */
  viewOf(element: number, time: number): number {
    return (element * historyLimit + time) * this.elementCount;
  }

  load(context: number): void {
    if (this.held === context) return;
    this.messageCount.fill(1);
    this.updates.fill(0);
    this.messageViews.fill(0);
    this.rows.fill(0);
    if (context !== 0) this.restore(context);
    this.held = context;
  }

  /** What the arrays hold has been changed since `load`. */
  touch(): void {
    this.held = -1;
  }

  /** 0 where all elements have one message. */
  save(): number {
    if (this.held >= 0) return this.held;
    this.findActive();
    if (this.active.length === 0) return 0;
    const { interned, active, messageCount, values, updates } = this;
    interned.begin();
    interned.add(active.length);
    for (const element of active) {
      interned.add((updates[element]! << 16) | (element << entryBits) | (messageCount[element]! - 1));
      for (let time = 0; time < messageCount[element]! - 1; time++) interned.add(values[element * historyLimit + time]!);
    }
    this.saveRows(this.rows, 0, this.rows.length);
    interned.add(endOfRows);
    for (let element = 0; element < this.elementCount; element++) {
      this.saveRows(this.messageViews, this.viewOf(element, 0), this.viewOf(element, messageCount[element]!));
    }
    interned.add(endOfRows);
    this.held = interned.end();
    return this.held;
  }

  private findActive(): void {
    this.active.length = 0;
    for (let element = 0; element < this.elementCount; element++) {
      if (this.messageCount[element]! > 1) this.active.push(element);
    }
  }

  private restore(context: number): void {
    const { interned, active, messageCount, values, updates } = this;
    interned.read(context);
    active.length = interned.next();
    for (let at = 0; at < active.length; at++) {
      const word = interned.next();
      const element = (word & 0xffff) >> entryBits;
      const older = word & entryMask;
      active[at] = element;
      updates[element] = word >> 16;
      messageCount[element] = older + 1;
      for (let time = 0; time < older; time++) values[element * historyLimit + time] = interned.next();
    }
    this.restoreRows(this.rows);
    this.restoreRows(this.messageViews);
  }

  /** Rows with an entry for an active element: where they begin, and those entries, ten a word. Most rows have none. */
  private saveRows(views: Uint8Array, from: number, to: number): void {
    const { active, interned, elementCount } = this;
    for (let base = from; base < to; base += elementCount) {
      if (!this.hasEntry(views, base)) continue;
      interned.add(base);
      for (let first = 0; first < active.length; first += entriesPerWord) {
        const end = Math.min(active.length, first + entriesPerWord);
        let word = 0;
        for (let at = first; at < end; at++) word = (word << entryBits) | views[base + active[at]!]!;
        interned.add(word);
      }
    }
  }

  private hasEntry(views: Uint8Array, base: number): boolean {
    for (let at = 0; at < this.active.length; at++) if (views[base + this.active[at]!] !== 0) return true;
    return false;
  }

  private restoreRows(views: Uint8Array): void {
    const { active, interned } = this;
    for (let base = interned.next(); base !== endOfRows; base = interned.next()) {
      for (let first = 0; first < active.length; first += entriesPerWord) {
        const end = Math.min(active.length, first + entriesPerWord);
        let word = interned.next();
        for (let at = end - 1; at >= first; at--) {
          views[base + active[at]!] = word & entryMask;
          word >>= entryBits;
        }
      }
    }
  }
}
