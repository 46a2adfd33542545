/**
 * One context of the weak memory model, taken apart to be worked on: the messages of each element
 * and the rows of views. `load` and `save` turn it from and to the number of an interned sequence.
 */

import type { InternTable } from './internTable.ts';
import { lowerFrom } from './viewEntries.ts';

/** Messages of one element that can be told apart at a time; more end the run as `bounded`. */
export const historyLimit = 8;

/** An entry of a view is below `historyLimit`; ten of them share a word when a context is stored. */
const entryBits = 3;
const entryMask = 7;
const entriesPerWord = 10;
/** Of the first word of an element: its number and how many older messages it has are below. */
const updatesShift = 16;
const repeatShift = 24;
/** Stands where another row could. */
const endOfRows = -1;

export class Context {
  readonly messageCount: Uint8Array;
  /** Value of each message but the newest. */
  readonly values: Int32Array;
  /** By element: 1 where the newest message has the value of the one before it, and it is known to. */
  readonly isRepeat: Uint8Array;
  /** By element: bit set of messages that must stay right behind the one before them. */
  readonly updates: Uint8Array;
  /** By element and message: its view. */
  readonly messageViews: Uint8Array;
  /** All other views. */
  readonly rows: Uint8Array;
  private readonly interned: InternTable;
  /** The context that the arrays hold, or -1 where they have been changed. */
  private held = 0;
  /** Elements with more than one message, so many. Only they matter: all views of others are 0. */
  private readonly active: Uint8Array;
  private activeCount = 0;
  /** Numbers that a context takes at most. */
  private readonly longest: number;

  constructor(readonly elementCount: number, private readonly rowCount: number, interned: InternTable) {
    this.interned = interned;
    this.messageCount = new Uint8Array(elementCount).fill(1);
    this.values = new Int32Array(elementCount * historyLimit);
    this.isRepeat = new Uint8Array(elementCount);
    this.updates = new Uint8Array(elementCount);
    this.messageViews = new Uint8Array(elementCount * historyLimit * elementCount);
    this.rows = new Uint8Array(rowCount * elementCount);
    this.active = new Uint8Array(elementCount);
    const allRows = rowCount + elementCount * historyLimit;
    this.longest = 1 + elementCount * historyLimit + allRows * (1 + Math.ceil(elementCount / entriesPerWord)) + 2;
  }

  /** Another one over the same numbers. */
  another(): Context {
    return new Context(this.elementCount, this.rowCount, this.interned);
  }

  /** Where the view of a message begins in `messageViews`. */
  viewOf(element: number, time: number): number {
    return (element * historyLimit + time) * this.elementCount;
  }

  load(context: number): void {
    if (this.held === context) return;
    this.messageCount.fill(1);
    this.isRepeat.fill(0);
    this.updates.fill(0);
    this.messageViews.fill(0);
    this.rows.fill(0);
    if (context !== 0) this.restore(context);
    this.held = context;
  }

  /** Bit set of the elements with more than one message, of which there are few enough. */
  activeElements(): number {
    let elements = 0;
    for (let element = 0; element < this.elementCount; element++) if (this.messageCount[element]! > 1) elements |= 1 << element;
    return elements;
  }

  /** What the arrays hold has been changed since `load`. */
  touch(): void {
    this.held = -1;
  }

  /** Takes out a message but the oldest; who had to load it, or a newer one, has to load what is in its place, or the one before it. */
  remove(element: number, time: number): void {
    const { messageCount, values, isRepeat, updates, messageViews, rows, elementCount: n } = this;
    const first = element * historyLimit;
    const count = messageCount[element]!;
    if (time === count - 1) isRepeat[element] = time > 1 && values[first + time - 1] === values[first + time - 2] ? 1 : 0;
    values.copyWithin(first + time, first + time + 1, first + count);
    messageViews.copyWithin(this.viewOf(element, time), this.viewOf(element, time + 1), this.viewOf(element, count));
    const below = (1 << time) - 1;
    updates[element] = (updates[element]! & below) | ((updates[element]! >> 1) & ~below);
    messageCount[element] = count - 1;
    lowerFrom(rows, element, rows.length, n, time);
    for (let owner = 0; owner < n; owner++) lowerFrom(messageViews, this.viewOf(owner, 0) + element, this.viewOf(owner, messageCount[owner]!), n, time);
  }

  /** 0 where all elements have one message. */
  save(): number {
    if (this.held >= 0) return this.held;
    this.findActive();
    if (this.activeCount === 0) return 0;
    const { interned, active, activeCount, messageCount, values, updates, isRepeat } = this;
    let to = interned.room(this.longest);
    const { data } = interned;
    data[to++] = activeCount;
    for (let at = 0; at < activeCount; at++) {
      const element = active[at]!;
      const count = messageCount[element]!;
      data[to++] = (isRepeat[element]! << repeatShift) | (updates[element]! << updatesShift) | (element << entryBits) | (count - 1);
      for (let time = 0; time < count - 1; time++) data[to++] = values[element * historyLimit + time]!;
    }
    to = this.saveRows(data, to, this.rows, 0, this.rows.length);
    data[to++] = endOfRows;
    for (let element = 0; element < this.elementCount; element++) {
      to = this.saveRows(data, to, this.messageViews, this.viewOf(element, 0), this.viewOf(element, messageCount[element]!));
    }
    data[to++] = endOfRows;
    this.held = interned.intern(to);
    return this.held;
  }

  private findActive(): void {
    const { active, messageCount } = this;
    let count = 0;
    for (let element = 0; element < this.elementCount; element++) if (messageCount[element]! > 1) active[count++] = element;
    this.activeCount = count;
  }

  private restore(context: number): void {
    const { interned, active, messageCount, values, updates, isRepeat } = this;
    const { data } = interned;
    let from = interned.startOf(context);
    const count = data[from++]!;
    this.activeCount = count;
    for (let at = 0; at < count; at++) {
      const word = data[from++]!;
      const element = (word & 0xffff) >> entryBits;
      const older = word & entryMask;
      active[at] = element;
      updates[element] = word >> updatesShift;
      isRepeat[element] = word >> repeatShift;
      messageCount[element] = older + 1;
      for (let time = 0; time < older; time++) values[element * historyLimit + time] = data[from++]!;
    }
    from = this.restoreRows(data, from, this.rows);
    this.restoreRows(data, from, this.messageViews);
  }

  /** Rows with an entry for an active element: where they begin, and those entries, ten a word. Most rows have none. Gives where the next number goes. */
  private saveRows(data: Int32Array, start: number, views: Uint8Array, from: number, end: number): number {
    const { active, activeCount, elementCount } = this;
    let to = start;
    for (let base = from; base < end; base += elementCount) {
      let any = 0;
      for (let at = 0; at < activeCount; at++) any |= views[base + active[at]!]!;
      if (any === 0) continue;
      data[to++] = base;
      for (let first = 0; first < activeCount; first += entriesPerWord) {
        const last = Math.min(activeCount, first + entriesPerWord);
        let word = 0;
        for (let at = first; at < last; at++) word = (word << entryBits) | views[base + active[at]!]!;
        data[to++] = word;
      }
    }
    return to;
  }

  /** Gives where the numbers after the rows begin. */
  private restoreRows(data: Int32Array, start: number, views: Uint8Array): number {
    const { active, activeCount } = this;
    let from = start;
    for (let base = data[from++]!; base !== endOfRows; base = data[from++]!) {
      for (let first = 0; first < activeCount; first += entriesPerWord) {
        let word = data[from++]!;
        for (let at = Math.min(activeCount, first + entriesPerWord) - 1; at >= first; at--) {
          views[base + active[at]!] = word & entryMask;
          word >>= entryBits;
        }
      }
    }
    return from;
  }
}
