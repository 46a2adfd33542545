/**
 * What `close` does to a context at the end of a transition: messages that no unfinished thread can tell apart
 * any more are dropped and the rest renumbered, and views that nobody will use are emptied, so that equal
 * futures get equal numbers.
 */

import { type Context, historyLimit } from './context.ts';
import { type Guards, neverLoaded } from './guards.ts';
import { future, type FutureWithGuards, type Histories } from './history.ts';
import { Repeats } from './repeats.ts';
import type { Rows } from './rows.ts';
import type { Situation } from './situations.ts';
import { lower } from './viewEntries.ts';

export class Closing {
  private readonly elementCount: number;
  private readonly repeats: Repeats;

  /** `doRace`: by element, stores of its cell race. */
  constructor(private readonly context: Context, private readonly rows: Rows, private readonly histories: Histories, private readonly doRace: readonly boolean[]) {
    this.elementCount = context.elementCount;
    this.repeats = new Repeats(context, rows, (thread, guard, element) => this.seenBefore(thread, guard, element));
  }

  /** Works on what the context's arrays hold. */
  run({ futures, guards, locks }: Situation): void {
    const { context } = this;
    context.touch();
    for (let element = 0; element < this.elementCount; element++) {
      if (context.messageCount[element] !== 1) this.drop(element, this.oldestNeeded(element, guards));
    }
    if (this.histories.isShort) this.mergeRepeats(guards);
    for (let thread = 0; thread < futures.length; thread++) this.forget(thread, futures[thread]!);
    for (let lock = 0; lock < this.histories.lockCount; lock++) {
      if (locks !== -1 && (locks & (1 << lock)) === 0) this.empty(this.rows.lock(lock));
    }
  }

  private mergeRepeats(guards: readonly Guards[]): void {
    for (let element = 0; element < this.elementCount; element++) if (!this.doRace[element]) this.repeats.merge(element, guards);
  }

  /** The oldest message that somebody may still load. */
  private oldestNeeded(element: number, guards: readonly Guards[]): number {
    let oldest = this.context.messageCount[element]! - 1;
    for (let thread = 0; thread < guards.length; thread++) {
      const guard = guards[thread]![element]!;
      if (guard !== neverLoaded) oldest = Math.min(oldest, this.seenBefore(thread, guard, element));
    }
    return oldest;
  }

  /** What the thread will have seen of an element once it has taken the locks. */
  private seenBefore(thread: number, guard: number, element: number): number {
    const { context: { rows: views }, rows, elementCount } = this;
    let seen = views[rows.current(thread) * elementCount + element]!;
    if (guard !== 0) seen = Math.max(seen, views[rows.handedReads(thread) * elementCount + element]!);
    for (let locks = guard, lock = 0; locks !== 0; locks >>>= 1, lock++) {
      if ((locks & 1) !== 0) seen = Math.max(seen, views[rows.lock(lock) * elementCount + element]!);
    }
    return seen;
  }

  /** Drops the oldest `by` messages. */
  private drop(element: number, by: number): void {
    const { context, elementCount: n } = this;
    if (by === 0) return;
    const { messageCount, values, messageViews, updates } = context;
    const from = element * historyLimit;
    values.copyWithin(from, from + by, from + messageCount[element]!);
    messageViews.copyWithin(from * n, (from + by) * n, (from + messageCount[element]!) * n);
    messageCount[element] = messageCount[element]! - by;
    if (messageCount[element] === 1) context.isRepeat[element] = 0;
    // Nothing goes before the oldest message, so that it need not stay behind another.
    updates[element] = (updates[element]! >> by) & ~1;
    lower(context.rows, element, context.rows.length, n, by);
    for (let owner = 0; owner < n; owner++) lower(messageViews, context.viewOf(owner, 0) + element, context.viewOf(owner, messageCount[owner]!), n, by);
  }

  /** Empties the thread's views where nobody will use them, and takes out of each what another view has that counts with it. */
  private forget(thread: number, { actions, guards }: FutureWithGuards): void {
    const { context: { rows: views, messageCount }, rows, elementCount: n } = this;
    const [current, released] = [rows.current(thread) * n, rows.released(thread) * n];
    const [acquired, own] = [rows.acquired(thread) * n, rows.own(thread) * n];
    const [handedReads, handedStores] = [rows.handedReads(thread) * n, rows.handedStores(thread) * n];
    const [ordersReads, ordersStores] = [(actions & future.ordersReads) !== 0, (actions & future.ordersStores) !== 0];
    const [stores, takesLock] = [(actions & future.stores) !== 0, (actions & future.takesLock) !== 0];
    for (let element = 0; element < n; element++) {
      const seen = views[current + element]!;
      const passedOn = views[released + element]!;
      if (!ordersReads || views[acquired + element]! <= seen) views[acquired + element] = 0;
      if (!ordersStores || views[own + element]! <= passedOn) views[own + element] = 0;
      if (!takesLock || views[handedReads + element]! <= seen) views[handedReads + element] = 0;
      if (!takesLock || views[handedStores + element]! <= passedOn) views[handedStores + element] = 0;
      if (!stores) views[released + element] = 0;
    }
    for (const row of rows.derivedOf(thread)) this.subtract(row * n, current);
    if (actions === 0 && guards.every((guard, element) => guard === neverLoaded || messageCount[element] === 1)) this.empty(rows.current(thread));
  }

  private subtract(from: number, other: number): void {
    const { context: { rows: views }, elementCount: n } = this;
    for (let at = 0; at < n; at++) if (views[from + at]! <= views[other + at]!) views[from + at] = 0;
  }

  private empty(row: number): void {
    this.context.rows.fill(0, row * this.elementCount, (row + 1) * this.elementCount);
  }
}
