/**
 * Store buffers for the search: a context (the buffers of all threads) is a number, 0 where all are
 * empty, and generated code runs numbered operations on it, whose results are remembered.
 *
 * An entry is a store, or the release of a lock, which is a store on x86. Entries are numbered:
 * elements of buffered cells first, then locks.
 */

import type { MemoryBudget } from '../memoryBudget.ts';
import { InternTable } from '../weak/internTable.ts';
import { Memo, unknown } from '../weak/memo.ts';

/** Entries of one buffer; more end the run as `bounded`. */
export const bufferLimit = 16;
/** Where there is none. */
export const nothing = -0x7fffffff;

/** On the buffer of one thread; `entry` is given with the operation's number. */
export type BufferOperation =
  | 'isEmpty'
  /** The value of the newest store to the entry, or `nothing`. */
  | 'newest'
  /** The argument is the value. Gives -1 when the buffer is full. */
  | 'push'
  /** The oldest entry, or -1. */
  | 'oldest'
  | 'oldestValue'
  | 'pop';

interface Entry {
  readonly entry: number;
  readonly value: number;
}

export class StoreBuffers {
  private readonly operations: { readonly operation: BufferOperation; readonly thread: number; readonly entry: number }[] = [];
  private readonly memo: Memo;
  private readonly interned: InternTable;

  constructor(private readonly threadCount: number, budget: MemoryBudget) {
    this.memo = new Memo(budget);
    this.interned = new InternTable(budget);
  }

  /** Numbers an operation for entries `first`, `first + 1`, …: the number of the first. */
  define(operation: BufferOperation, thread: number, first: number, count: number): number {
    for (let entry = first; entry < first + count; entry++) this.operations.push({ operation, thread, entry });
    return this.operations.length - count;
  }

  run(context: number, number: number, arg: number): number {
    const known = this.memo.find(context, number, arg);
    if (known !== unknown) return known;
    const { operation, thread, entry } = this.operations[number]!;
    const result = this.perform(this.load(context), operation, thread, entry, arg);
    this.memo.add(context, number, arg, result);
    return result;
  }

  private perform(buffers: Entry[][], operation: BufferOperation, thread: number, entry: number, arg: number): number {
    const own = buffers[thread]!;
    switch (operation) {
      case 'isEmpty':
        return Number(own.length === 0);
      case 'newest':
        return own.findLast((each) => each.entry === entry)?.value ?? nothing;
      case 'oldest':
        return own[0]?.entry ?? -1;
      case 'oldestValue':
        return own[0]?.value ?? 0;
      case 'push':
        if (own.length === bufferLimit) return -1;
        own.push({ entry, value: arg });
        return this.save(buffers);
      case 'pop':
        own.shift();
        return this.save(buffers);
    }
  }

  private load(context: number): Entry[][] {
    if (context === 0) return Array.from({ length: this.threadCount }, () => []);
    const { data } = this.interned;
    let at = this.interned.startOf(context);
    return Array.from({ length: this.threadCount }, () =>
      Array.from({ length: data[at++]! }, () => ({ entry: data[at++]!, value: data[at++]! })));
  }

  private save(buffers: readonly (readonly Entry[])[]): number {
    if (buffers.every((own) => own.length === 0)) return 0;
    const numbers = buffers.flatMap((own) => [own.length, ...own.flatMap(({ entry, value }) => [entry, value])]);
    const start = this.interned.room(numbers.length);
    this.interned.data.set(numbers, start);
    return this.interned.intern(start + numbers.length);
  }
}
