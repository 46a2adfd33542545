/**
 * Messages that nobody can tell from the one before them: of the same value, and with views that bring the
 * same to whoever may still load them. They become one, which is exact: to have to load the later of the two
 * is to have to load the one that is left.
 *
 * Views bring the same where they differ only in what every thread that may load the element will have
 * seen by then. A read-modify-write of the newest message passes its view on to a message of its own, so
 * there what differs must be in `global`, too, which each message carries anyway.
 *
 * Not where stores of the cell race: those may take a place between the two.
 */

import { type Context, historyLimit } from './context.ts';
import { type Guards, neverLoaded } from './guards.ts';
import type { Rows } from './rows.ts';

export class Repeats {
  constructor(private readonly context: Context, private readonly rows: Rows, private readonly seenBefore: (thread: number, guard: number, element: number) => number) {}

  /** `guards` are those of each thread where it is. */
  merge(element: number, guards: readonly Guards[]): void {
    for (let time = this.context.messageCount[element]! - 1; time > 0; time--) {
      if (this.hasSameValue(element, time) && this.bringSame(element, time, guards)) this.context.remove(element, time);
    }
  }

  private hasSameValue(element: number, time: number): boolean {
    const { context: { values, messageCount, isRepeat } } = this;
    const first = element * historyLimit;
    return time === messageCount[element]! - 1 ? isRepeat[element] === 1 : values[first + time] === values[first + time - 1];
  }

  private bringSame(element: number, time: number, guards: readonly Guards[]): boolean {
    const { context } = this;
    const [one, other] = [context.viewOf(element, time - 1), context.viewOf(element, time)];
    for (let at = 0; at < context.elementCount; at++) {
      const [a, b] = [context.messageViews[one + at]!, context.messageViews[other + at]!];
      if (a !== b && !this.isSeen(Math.max(a, b), at, { element, isNewest: time === context.messageCount[element]! - 1 }, guards)) return false;
    }
    return true;
  }

  /** Whether everybody who may load the element will have seen the other element's message. */
  private isSeen(message: number, other: number, { element, isNewest }: { readonly element: number; readonly isNewest: boolean }, guards: readonly Guards[]): boolean {
    const { context, rows } = this;
    if (isNewest && context.rows[rows.global * context.elementCount + other]! < message) return false;
    return guards.every((each, thread) => each[element] === neverLoaded || this.seenBefore(thread, each[element]!, other) >= message);
  }
}
