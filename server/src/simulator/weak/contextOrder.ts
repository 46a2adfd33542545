/**
 * When one context allows all that another one does, so that a state with the other need not be searched
 * where one with the first is known (Abdulla, Cerans, Jonsson, Tsay, "General decidability theorems for
 * infinite-state systems", LICS 1996: monotonic transition systems; an upward-closed set is kept by its
 * minimal elements).
 *
 * Context a is at most b where each element's messages of b are found among a's in the same order, with
 * the same values, the newest as the newest, and where every view of a, the messages' own too, asks for
 * no newer message than the same view of b. Then a thread may load in a whatever it may in b, and what it
 * does leaves contexts that are ordered again: all operations of `definition.ts` join views, or append a
 * message as the newest. So whatever b can do, a can do in as many steps, with the same values.
 *
 * `close` empties a view where another one has it all and is joined wherever it is, so these two count
 * together: acquired with current, own with released, and likewise the others.
 *
 * Not for cells whose stores race: there a store may take its place among older messages.
 */

import { type Context, historyLimit } from './context.ts';
import { Memo, unknown } from './memo.ts';
import type { MemoryBudget } from '../memoryBudget.ts';
import type { Rows } from './rows.ts';

export class ContextOrder {
  /** By element and message of the greater context: which message of the smaller one it is. */
  private readonly images: Uint8Array;
  private readonly memo: Memo;
  /** By row: the row that counts with it in the greater context, or itself. */
  private readonly besides: readonly number[];

  constructor(private readonly one: Context, private readonly other: Context, rows: Rows, budget: MemoryBudget) {
    this.images = new Uint8Array(one.elementCount * historyLimit);
    this.memo = new Memo(budget);
    this.besides = rows.besides();
  }

  /** Whether `one` allows all that `other` does. */
  isAtMost(one: number, other: number): boolean {
    if (one === other) return true;
    const known = this.memo.find(one, 0, other);
    if (known !== unknown) return known === 1;
    this.one.load(one);
    this.other.load(other);
    const result = this.findImages() && this.areRowsAtMost() && this.areMessagesAtMost();
    this.memo.add(one, 0, other, result ? 1 : 0);
    return result;
  }

  /** From the newest on, each message's image is the newest with its value before the one found last. */
  private findImages(): boolean {
    const { one, other, images } = this;
    for (let element = 0; element < one.elementCount; element++) {
      const first = element * historyLimit;
      let image = one.messageCount[element]! - 1;
      let time = other.messageCount[element]! - 1;
      images[first + time] = image;
      for (time--; time >= 0; time--) {
        const value = other.values[first + time]!;
        do image--; while (image >= 0 && one.values[first + image] !== value);
        if (image < 0) return false;
        images[first + time] = image;
      }
    }
    return true;
  }

  private areRowsAtMost(): boolean {
    const { one, other, images, besides } = this;
    const { elementCount: n } = one;
    for (let row = 0; row < besides.length; row++) {
      const beside = besides[row]! * n;
      for (let element = 0, at = row * n; element < n; element++, at++) {
        const least = one.rows[at]!;
        if (least === 0) continue;
        const time = Math.max(other.rows[at]!, other.rows[beside + element]!);
        if (least > images[element * historyLimit + time]!) return false;
      }
    }
    return true;
  }

  private areMessagesAtMost(): boolean {
    const { one, other, images } = this;
    const { elementCount: n } = one;
    for (let element = 0; element < n; element++) {
      for (let time = 0; time < other.messageCount[element]!; time++) {
        const mine = one.viewOf(element, images[element * historyLimit + time]!);
        const theirs = other.viewOf(element, time);
        for (let at = 0; at < n; at++) {
          if (one.messageViews[mine + at]! > images[at * historyLimit + other.messageViews[theirs + at]!]!) return false;
        }
      }
    }
    return true;
  }
}
