/**
 * The weak memory model at run time: what generated transitions call.
 *
 * Every element that is loaded by one thread and changed by another has a history of messages
 * (stores), the newest last. A view gives, per element, the oldest message that may still be read.
 *
 *     current[t]  what thread t may read            acquired[t]  joins current at smp_rmb
 *     own[t]      t's own stores                    released[t]  goes with t's stores; own joins it at smp_wmb
 *     lock[l]     given at release, taken at acquire global      exchanged by smp_mb
 *
 * Stores to one element take effect in the order in which they run (no store is overtaken by an
 * older one of another thread), and loads are not speculated: outcomes that need either are
 * missed. After each transition, messages that no unfinished thread can read any more are dropped
 * and the rest renumbered; the result is interned, so that a state needs one word for it.
 */

import { finished } from '../prepare.ts';
import type { Histories } from './history.ts';
import { InternTable } from './internTable.ts';

/** Messages of one element that can be told apart at a time; more end the run as `bounded`. */
export const historyLimit = 8;

/** An entry of a view is below `historyLimit`; ten of them share a word when a context is stored. */
const entryBits = 3;
const entryMask = 7;
const entriesPerWord = 10;

export class WeakViews {
  /** Set by generated code before `close`: each thread's location. */
  readonly counters: Int32Array;
  private readonly elementCount: number;
  private readonly messageCount: Uint8Array;
  private readonly values: Int32Array;
  private readonly messageViews: Uint8Array;
  private readonly current: Uint8Array;
  private readonly acquired: Uint8Array;
  private readonly own: Uint8Array;
  private readonly released: Uint8Array;
  private readonly lockViews: Uint8Array;
  private readonly global: Uint8Array;
  /** All views but those of messages. */
  private readonly rows: readonly Uint8Array[];
  private readonly interned = new InternTable();
  /** True when all histories have one message, and all views are 0 therefore. */
  private isTrivial = true;
  /** The context that the working one was opened from, and whether it may differ by now. */
  private opened = 0;
  private isChanged = false;
  /** Elements with more than one message, when last looked for. */
  private readonly active: number[] = [];

  constructor(private readonly histories: Histories, private readonly threadCount: number) {
    const n = histories.cellOf.length;
    this.elementCount = n;
    this.counters = new Int32Array(threadCount);
    this.messageCount = new Uint8Array(n).fill(1);
    this.values = new Int32Array(n * historyLimit);
    this.messageViews = new Uint8Array(n * historyLimit * n);
    this.current = new Uint8Array(threadCount * n);
    this.acquired = new Uint8Array(threadCount * n);
    this.own = new Uint8Array(threadCount * n);
    this.released = new Uint8Array(threadCount * n);
    this.lockViews = new Uint8Array(histories.lockCount * n);
    this.global = new Uint8Array(n);
    this.rows = [this.current, this.acquired, this.own, this.released, this.lockViews, this.global];
  }

  /** Makes the context with that number (a state's last word) the working one. */
  open(context: number): void {
    if (!this.isChanged && context === this.opened) return;
    this.reset();
    this.opened = context;
    this.isChanged = false;
    if (context === 0) return;
    this.isTrivial = false;
    this.restore(context);
  }

  /** Canonicalises the working context; its number. */
  close(): number {
    if (this.isTrivial) return 0;
    this.isChanged = true;
    this.forget();
    this.findActive();
    return this.active.length === 0 ? 0 : this.save();
  }

  /** How many values the thread may read. */
  choices(thread: number, element: number): number {
    return this.messageCount[element]! - this.current[thread * this.elementCount + element]!;
  }

  /** Reads the `back`-th newest message (0 is the newest, whose value is `newest`). */
  load(thread: number, element: number, back: number, newest: number, isAcquire: boolean): number {
    this.isChanged = true;
    const n = this.elementCount;
    const time = this.messageCount[element]! - 1 - back;
    this.current[thread * n + element] = time;
    const view = (element * historyLimit + time) * n;
    join(isAcquire ? this.current : this.acquired, thread * n, this.messageViews, view, n);
    return back === 0 ? newest : this.values[element * historyLimit + time]!;
  }

  /** Appends a message; `old` is the value that was the newest. False when the history is full. */
  store(thread: number, element: number, old: number, isRelease: boolean, isUpdate: boolean): boolean {
    this.isChanged = true;
    const n = this.elementCount;
    const time = this.messageCount[element]!;
    if (time === historyLimit) return false;
    this.isTrivial = false;
    const view = (element * historyLimit + time) * n;
    this.values[element * historyLimit + time - 1] = old;
    this.messageCount[element] = time + 1;
    this.messageViews.fill(0, view, view + n);
    join(this.messageViews, view, this.released, thread * n, n);
    if (isRelease) {
      join(this.messageViews, view, this.current, thread * n, n);
      join(this.messageViews, view, this.acquired, thread * n, n);
    }
    if (isUpdate) {
      join(this.messageViews, view, this.messageViews, view - n, n);
      join(this.acquired, thread * n, this.messageViews, view - n, n);
    }
    this.current[thread * n + element] = time;
    this.own[thread * n + element] = time;
    return true;
  }

  fenceRead(thread: number): void {
    if (this.isTrivial) return;
    this.isChanged = true;
    const n = this.elementCount;
    join(this.current, thread * n, this.acquired, thread * n, n);
  }

  fenceWrite(thread: number): void {
    if (this.isTrivial) return;
    this.isChanged = true;
    const n = this.elementCount;
    join(this.released, thread * n, this.own, thread * n, n);
  }

  fenceFull(thread: number): void {
    if (this.isTrivial) return;
    this.isChanged = true;
    const n = this.elementCount;
    const at = thread * n;
    join(this.current, at, this.acquired, at, n);
    join(this.current, at, this.global, 0, n);
    join(this.global, 0, this.current, at, n);
    join(this.released, at, this.current, at, n);
  }

  acquire(thread: number, lock: number): void {
    if (this.isTrivial) return;
    this.isChanged = true;
    const n = this.elementCount;
    join(this.current, thread * n, this.lockViews, lock * n, n);
    join(this.released, thread * n, this.lockViews, lock * n, n);
  }

  release(thread: number, lock: number): void {
    if (this.isTrivial) return;
    this.isChanged = true;
    const n = this.elementCount;
    join(this.lockViews, lock * n, this.current, thread * n, n);
    join(this.lockViews, lock * n, this.acquired, thread * n, n);
  }

  /** Drops what cannot be read any more and renumbers messages, element by element. */
  private forget(): void {
    for (let element = 0; element < this.elementCount; element++) {
      if (this.messageCount[element] !== 1) this.shift(element, this.oldestReadable(element));
    }
    const { acquired, current, own, released } = this;
    for (let at = 0; at < acquired.length; at++) {
      if (acquired[at]! <= current[at]!) acquired[at] = 0;
      if (own[at]! <= released[at]!) own[at] = 0;
    }
    for (let thread = 0; thread < this.threadCount; thread++) {
      if (this.counters[thread] !== finished) continue;
      for (const views of [acquired, current, own, released]) views.fill(0, thread * this.elementCount, (thread + 1) * this.elementCount);
    }
  }

  private oldestReadable(element: number): number {
    const { historyCells, cellOf, futureLoads } = this.histories;
    const bit = 1 << historyCells.indexOf(cellOf[element]!);
    let oldest = this.messageCount[element]! - 1;
    for (let thread = 0; thread < this.threadCount; thread++) {
      if ((futureLoads[thread]![this.counters[thread]!]! & bit) === 0) continue;
      oldest = Math.min(oldest, this.current[thread * this.elementCount + element]!);
    }
    return oldest;
  }

  private shift(element: number, by: number): void {
    const n = this.elementCount;
    if (by === 0) return;
    const { messageCount, values, messageViews } = this;
    const from = element * historyLimit;
    values.copyWithin(from, from + by, from + messageCount[element]!);
    messageViews.copyWithin(from * n, (from + by) * n, (from + messageCount[element]!) * n);
    messageCount[element] = messageCount[element]! - by;
    for (const views of this.rows) lower(views, element, views.length, n, by);
    for (let owner = 0; owner < n; owner++) {
      const first = owner * historyLimit * n;
      lower(messageViews, first + element, first + messageCount[owner]! * n, n, by);
    }
  }

  private reset(): void {
    if (this.isTrivial) return;
    this.isTrivial = true;
    this.messageCount.fill(1);
    this.messageViews.fill(0);
    for (const views of this.rows) views.fill(0);
  }

  /** Elements with more than one message. Only they matter: all views of others are 0. */
  private findActive(): void {
    this.active.length = 0;
    for (let element = 0; element < this.elementCount; element++) {
      if (this.messageCount[element]! > 1) this.active.push(element);
    }
  }

  /** Interns everything that tells two contexts apart: counts, old values, and the views' entries for active elements. */
  private save(): number {
    const { interned, active, messageCount, values } = this;
    const n = this.elementCount;
    interned.begin();
    interned.add(active.length);
    for (const element of active) {
      interned.add((element << entryBits) | (messageCount[element]! - 1));
      for (let time = 0; time < messageCount[element]! - 1; time++) interned.add(values[element * historyLimit + time]!);
    }
    for (const views of this.rows) this.saveRows(views, 0, views.length);
    for (let element = 0; element < n; element++) {
      const from = element * historyLimit * n;
      this.saveRows(this.messageViews, from, from + messageCount[element]! * n);
    }
    return interned.end();
  }

  private restore(context: number): void {
    const { interned, active, messageCount, values } = this;
    const n = this.elementCount;
    interned.read(context);
    active.length = interned.next();
    for (let at = 0; at < active.length; at++) {
      const word = interned.next();
      const element = word >> entryBits;
      const older = word & entryMask;
      active[at] = element;
      messageCount[element] = older + 1;
      for (let time = 0; time < older; time++) values[element * historyLimit + time] = interned.next();
    }
    for (const views of this.rows) this.restoreRows(views, 0, views.length);
    for (let element = 0; element < n; element++) {
      const from = element * historyLimit * n;
      this.restoreRows(this.messageViews, from, from + messageCount[element]! * n);
    }
  }

  /** Each row of `elementCount` entries as words of ten entries. */
  private saveRows(views: Uint8Array, from: number, to: number): void {
    const { active, interned } = this;
    const n = this.elementCount;
    for (let base = from; base < to; base += n) {
      for (let first = 0; first < active.length; first += entriesPerWord) {
        const end = Math.min(active.length, first + entriesPerWord);
        let word = 0;
        for (let at = first; at < end; at++) word = (word << entryBits) | views[base + active[at]!]!;
        interned.add(word);
      }
    }
  }

  private restoreRows(views: Uint8Array, from: number, to: number): void {
    const { active, interned } = this;
    const n = this.elementCount;
    for (let base = from; base < to; base += n) {
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

function join(into: Uint8Array, at: number, from: Uint8Array, fromAt: number, count: number): void {
  for (let offset = 0; offset < count; offset++) {
    const value = from[fromAt + offset]!;
    if (value > into[at + offset]!) into[at + offset] = value;
  }
}

/** Lowers every `stride`-th entry by `by`, not below 0. */
function lower(views: Uint8Array, from: number, to: number, stride: number, by: number): void {
  for (let at = from; at < to; at += stride) {
    const value = views[at]!;
    views[at] = value > by ? value - by : 0;
  }
}
