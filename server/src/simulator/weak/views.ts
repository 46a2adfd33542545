/**
 * The weak memory model of `definition.ts` for the search: a context (all messages and views) is a
 * number, 0 the one in which every element has one message, and generated code runs numbered
 * operations on it. What an operation makes of a context is worked out once and then remembered. The
 * last of a transition is `close` (`closing.ts`).
 */

import { assertNever } from '../../base/assert.ts';
import type { FenceOrder, UpdateOrder } from '../../model/types.ts';
import type { MemoryBudget } from '../memoryBudget.ts';
import { Context, historyLimit } from './context.ts';
import { ContextOrder } from './contextOrder.ts';
import { Closing } from './closing.ts';
import type { Histories } from './history.ts';
import { InternTable } from './internTable.ts';
import { Memo, unknown } from './memo.ts';
import { Rows } from './rows.ts';
import { Situations } from './situations.ts';
import { join, raise } from './viewEntries.ts';

/** An operation but for the element of an array, which is known at run time only. */
export type Operation =
  /** How many messages may be read; `rows` are those of the address. */
  | { readonly kind: 'choices'; readonly thread: number; readonly rows: readonly number[] }
  /** The value of the message with so many (the argument) newer ones, at least 1. */
  | { readonly kind: 'value' }
  /** Reads that message; `to` is the row of the register that gets it. */
  | { readonly kind: 'load'; readonly thread: number; readonly isAcquire: boolean; readonly to: number | undefined; readonly rows: readonly number[] }
  /** How many places a store may take. */
  | { readonly kind: 'places'; readonly thread: number }
  /** How many messages are newer at the place with that number (the argument). */
  | { readonly kind: 'place'; readonly thread: number }
  /** The argument is 16 * v + 8 * repeats + newer: v the value of the new message, or, where none is newer, of the newest before it, and then `repeats` is 1 where the new one is the same. Gives -1 when the history is full. */
  | { readonly kind: 'store'; readonly thread: number; readonly isRelease: boolean }
  /** The argument is 16 * the newest value so far + 8 * repeats. Gives -1 when the history is full. */
  | { readonly kind: 'update'; readonly thread: number; readonly order: UpdateOrder; readonly isRead: boolean; readonly to: number | undefined }
  | { readonly kind: 'fence'; readonly thread: number; readonly order: FenceOrder }
  | { readonly kind: 'acquire' | 'release'; readonly thread: number }
  | { readonly kind: 'derive'; readonly to: number; readonly rows: readonly number[] }
  /** The argument is the sum of `arrivalCodes` of all threads. */
  | { readonly kind: 'close' };

/** Stands for `close` by class where operations are remembered by number. */
const closedClass = -1;
const maxBits = 31;

/** `isRepeat`: the new value is the one before it. */
interface Stored {
  readonly value: number;
  readonly isRepeat: boolean;
}

export class WeakViews {
  readonly rows: Rows;
  /** Loads of the current transition that returned an old value; generated code counts them. */
  oldReads = 0;
  private readonly operations: { readonly operation: Operation; readonly element: number }[] = [];
  private readonly memo: Memo;
  private readonly context: Context;
  private readonly elementCount: number;
  private readonly situations: Situations;
  private readonly closing: Closing;
  /** By element: stores of its cell race. */
  private readonly doRace: readonly boolean[];
  /** Which contexts allow all that others do. */
  readonly order: ContextOrder;
  /** By thread and location: what the location adds to the argument of `close`. */
  readonly arrivalCodes: readonly Int32Array[];

  constructor(private readonly histories: Histories, budget: MemoryBudget) {
    this.memo = new Memo(budget);
    this.rows = new Rows(histories);
    this.elementCount = histories.cellOf.length;
    this.context = new Context(this.elementCount, this.rows.count, new InternTable(budget));
    this.doRace = histories.cellOf.map((cell) => histories.doRace[cell]!);
    this.situations = new Situations(histories);
    this.closing = new Closing(this.context, this.rows, histories, this.doRace);
    this.arrivalCodes = arrivalCodesOf(histories);
    this.order = new ContextOrder(this.context.another(), this.context.another(), this.rows, budget);
  }

  /** Numbers an operation on elements `first`, `first + 1`, …: the number of the first. */
  define(operation: Operation, first: number, count: number): number {
    for (let element = first; element < first + count; element++) this.operations.push({ operation, element });
    return this.operations.length - count;
  }

  /** Runs an operation on a context; the number that it gives. */
  run(context: number, number: number, arg: number): number {
    const known = this.memo.find(context, number, arg);
    if (known !== unknown) return known;
    const { operation, element } = this.operations[number]!;
    this.context.load(context);
    const result = operation.kind === 'close' ? this.closed(context, arg) : this.perform(operation, element, arg);
    this.memo.add(context, number, arg, result);
    return result;
  }

  /** What `close` makes of a context is the same in all situations of one class. */
  private closed(context: number, code: number): number {
    if (this.elementCount > maxBits) return this.perform({ kind: 'close' }, 0, code);
    const situation = this.situations.classOf(code, this.context.activeElements());
    const known = this.memo.find(context, closedClass, situation);
    if (known !== unknown) return known;
    const result = this.perform({ kind: 'close' }, 0, code);
    this.memo.add(context, closedClass, situation, result);
    return result;
  }

  private perform(operation: Operation, element: number, arg: number): number {
    const { context, rows } = this;
    switch (operation.kind) {
      case 'choices':
        return context.messageCount[element]! - this.highest([rows.current(operation.thread), ...operation.rows], element);
      case 'value':
        return context.values[element * historyLimit + context.messageCount[element]! - 1 - arg]!;
      case 'places':
        return this.places(operation.thread, element).length;
      case 'place':
        return this.places(operation.thread, element)[arg]!;
      case 'load':
        this.load(operation, element, arg);
        break;
      case 'store':
        if (context.messageCount[element] === historyLimit) return -1;
        this.store(operation, element, { value: arg >> 4, isRepeat: (arg & 8) !== 0 }, arg & 7);
        break;
      case 'update':
        if (context.messageCount[element] === historyLimit) return -1;
        this.update(operation, element, { value: arg >> 4, isRepeat: (arg & 8) !== 0 });
        break;
      case 'fence':
        this.fence(operation.thread, operation.order);
        break;
      case 'acquire':
        this.acquire(operation.thread, element);
        break;
      case 'release':
        this.release(operation.thread, element);
        break;
      case 'derive':
        this.derive(operation.to, operation.rows);
        break;
      case 'close':
        this.closing.run(this.situations.at(arg));
        break;
      default:
        assertNever(operation);
    }
    return context.save();
  }

  private load({ thread, isAcquire, to, rows }: Extract<Operation, { kind: 'load' }>, element: number, back: number): void {
    const { context } = this;
    const time = context.messageCount[element]! - 1 - back;
    const current = this.rows.current(thread) * this.elementCount + element;
    if (context.rows[current]! < time) {
      context.touch();
      context.rows[current] = time;
    }
    const view = context.viewOf(element, time);
    this.joinMessage(isAcquire ? this.rows.current(thread) : this.rows.acquired(thread), view);
    if (to === undefined) return;
    this.derive(to, rows);
    this.joinMessage(to, view);
  }

  /** By place: how many messages are newer. */
  private places(thread: number, element: number): readonly number[] {
    const { context, rows } = this;
    const count = context.messageCount[element]!;
    const seen = this.highest([rows.current(thread), rows.acquired(thread), rows.global], element);
    const places = Array.from({ length: count - seen }, (_, newer) => newer);
    return places.filter((newer) => newer === 0 || (context.updates[element]! & (1 << (count - newer))) === 0);
  }

  private store({ thread, isRelease }: Extract<Operation, { kind: 'store' }>, element: number, stored: Stored, newer: number): void {
    this.append(thread, element, stored, newer, isRelease);
  }

  private update({ thread, order, isRead, to }: Extract<Operation, { kind: 'update' }>, element: number, stored: Stored): void {
    const { context, rows } = this;
    if (order === 'full') this.fence(thread, 'full');
    const read = context.messageCount[element]! - 1;
    if (isRead) this.joinMessage(order === 'acquire' ? rows.current(thread) : rows.acquired(thread), context.viewOf(element, read));
    if (to !== undefined) {
      this.derive(to, []);
      this.joinMessage(to, context.viewOf(element, read));
    }
    this.append(thread, element, stored, 0, order === 'release', true);
    if (order === 'full') this.fence(thread, 'full');
  }

  private append(thread: number, element: number, { value, isRepeat }: Stored, newer: number, isRelease: boolean, isUpdate = false): void {
    const { context, rows, elementCount } = this;
    context.touch();
    const time = context.messageCount[element]! - newer;
    this.makeRoom(element, time);
    context.values[element * historyLimit + (newer === 0 ? time - 1 : time)] = value;
    if (newer === 0) context.isRepeat[element] = isRepeat && this.histories.isShort && !this.doRace[element] ? 1 : 0;
    if (isUpdate && this.doRace[element]) context.updates[element] = context.updates[element]! | (1 << time);
    const view = context.viewOf(element, time);
    context.messageViews.fill(0, view, view + elementCount);
    const carried = [rows.released(thread), rows.global, ...(isRelease ? [rows.current(thread), rows.acquired(thread), rows.own(thread)] : [])];
    for (const row of carried) join(context.messageViews, view, context.rows, row * elementCount, elementCount);
    if (isUpdate) join(context.messageViews, view, context.messageViews, view - elementCount, elementCount);
    this.joinMessage(rows.own(thread), view);
    context.rows[rows.current(thread) * elementCount + element] = time;
    const own = rows.own(thread) * elementCount + element;
    if (context.rows[own]! < time) context.rows[own] = time;
  }

  /** Moves messages from `time` on up by one, and all views with them. */
  private makeRoom(element: number, time: number): void {
    const { context, elementCount: n } = this;
    const { messageCount, values, messageViews, updates } = context;
    const count = messageCount[element]!;
    messageCount[element] = count + 1;
    if (time === count) return;
    const from = element * historyLimit;
    values.copyWithin(from + time + 1, from + time, from + count);
    messageViews.copyWithin((from + time + 1) * n, (from + time) * n, (from + count) * n);
    const below = (1 << time) - 1;
    updates[element] = (updates[element]! & below) | ((updates[element]! & ~below) << 1);
    raise(context.rows, element, context.rows.length, n, time);
    for (let owner = 0; owner < n; owner++) raise(messageViews, context.viewOf(owner, 0) + element, context.viewOf(owner, messageCount[owner]!), n, time);
  }

  /** `close` leaves out of `own` what `released` has, so that whoever takes one of them takes both. */
  private fence(thread: number, order: FenceOrder): void {
    const { rows } = this;
    const [current, acquired, own, released] = [rows.current(thread), rows.acquired(thread), rows.own(thread), rows.released(thread)];
    switch (order) {
      case 'read':
        return this.join(current, acquired);
      case 'write':
        return this.join(released, own);
      case 'full':
        this.join(current, acquired, own, released, rows.global);
        this.join(rows.global, current);
        return this.join(released, current);
      case 'readerStart':
        return this.join(current, rows.graced);
      case 'readerEnd':
        return this.join(rows.ended, current, acquired, own, released);
      case 'graceStart':
        return this.join(rows.graced, current);
      case 'graceEnd':
        return this.join(current, rows.ended);
      default:
        return assertNever(order);
    }
  }

  private acquire(thread: number, lock: number): void {
    const { rows } = this;
    this.join(rows.current(thread), rows.lock(lock), rows.handedReads(thread));
    this.join(rows.released(thread), rows.lock(lock), rows.handedStores(thread));
  }

  private release(thread: number, lock: number): void {
    const { rows } = this;
    this.join(rows.lock(lock), rows.current(thread), rows.acquired(thread), rows.own(thread), rows.released(thread), rows.global);
    this.join(rows.handedReads(thread), rows.acquired(thread), rows.global);
    this.join(rows.handedStores(thread), rows.own(thread));
  }

  private derive(to: number, from: readonly number[]): void {
    const { context, elementCount: n } = this;
    context.touch();
    const joined = new Uint8Array(n);
    for (const row of from) join(joined, 0, context.rows, row * n, n);
    context.rows.set(joined, to * n);
  }

  private highest(rows: readonly number[], element: number): number {
    return rows.reduce((highest, row) => Math.max(highest, this.context.rows[row * this.elementCount + element]!), 0);
  }

  private join(into: number, ...from: readonly number[]): void {
    const { context, elementCount: n } = this;
    for (const row of from) if (join(context.rows, into * n, context.rows, row * n, n)) context.touch();
  }

  private joinMessage(into: number, view: number): void {
    const { context, elementCount: n } = this;
    if (join(context.rows, into * n, context.messageViews, view, n)) context.touch();
  }
}

/** Digits of a number that has one for each thread: where its future stands among those of the thread. */
function arrivalCodesOf({ futureOf, futures }: Histories): readonly Int32Array[] {
  let radix = 1;
  return futureOf.map((own, thread) => {
    const codes = Int32Array.from(own, (each) => each * radix);
    radix *= futures[thread]!.length;
    return codes;
  });
}
