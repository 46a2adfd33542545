/**
 * What the interpreter knows of memory beyond the newest value of each cell. `weak/definition.ts`
 * and `tso/definition.ts` implement it, obviously rather than fast.
 */

import type { FenceOrder, LocalId, ThreadIndex, UpdateOrder } from '../model/types.ts';

/** A value that a load may return; `time` counts the messages of the element in coherence order. */
export interface Readable {
  readonly value: number;
  readonly time: number;
  readonly isNewest: boolean;
}

export interface LoadOrder {
  readonly order: 'relaxed' | 'acquire';
  readonly to: LocalId;
  /** Locals that the address is computed from. */
  readonly address: readonly LocalId[];
}

export type WriteOrder =
  | { readonly kind: 'store'; readonly order: 'relaxed' | 'release' }
  | { readonly kind: 'update'; readonly order: UpdateOrder; readonly result: LocalId | undefined };

/** What leaves a store buffer. */
export type Flushed =
  | { readonly kind: 'store'; readonly cell: number; readonly index: number; readonly value: number }
  | { readonly kind: 'release'; readonly lock: number; readonly index: number };

export interface PlainMemory {
  clone(): PlainMemory;
  /** What a plain load may return now, newest first. */
  readable(thread: ThreadIndex, cell: number, index: number, newest: number, how: LoadOrder): readonly Readable[];
  read(thread: ThreadIndex, cell: number, index: number, choice: Readable, how: LoadOrder): void;
  /** Where a store may go in the element's order: how many messages stay newer, 0 first. */
  places(thread: ThreadIndex, cell: number, index: number, how: WriteOrder): readonly number[];
  /** `old` is the newest value so far. True where the value stored is the newest from now on. */
  write(thread: ThreadIndex, cell: number, index: number, values: { readonly old: number; readonly value: number }, newer: number, how: WriteOrder): boolean;
  /** What the thread itself sees of a cell, where that is not the newest value. */
  own(thread: ThreadIndex, cell: number, index: number): number | undefined;
  /** True where an update, or a fence, has to wait until the thread's buffer is empty. */
  drainsFor(what: FenceOrder | 'update'): boolean;
  /** False where the fence has to wait for other threads. */
  allows(order: FenceOrder): boolean;
  /** A local is computed from others. */
  assign(thread: ThreadIndex, to: LocalId, from: readonly LocalId[]): void;
  fence(thread: ThreadIndex, order: FenceOrder): void;
  acquire(thread: ThreadIndex, lock: number, index: number): void;
  /** True where the lock is free from now on. */
  release(thread: ThreadIndex, lock: number, index: number): boolean;
  /** The thread has released the lock, but nobody sees it yet. */
  isReleasing(thread: ThreadIndex, lock: number, index: number): boolean;
  /** Takes the oldest entry out of the thread's buffer. */
  flush(thread: ThreadIndex): Flushed | undefined;
  isDrained(thread: ThreadIndex): boolean;
}

/** A memory model without store buffers. */
export const unbuffered = {
  own: (): undefined => undefined,
  drainsFor: () => false,
  allows: () => true,
  isReleasing: () => false,
  flush: (): undefined => undefined,
  isDrained: () => true,
} as const;

/** Sequential consistency: only the newest value can be read, and nothing else is remembered. */
export function scMemory(): PlainMemory {
  const memory: PlainMemory = {
    ...unbuffered,
    clone: () => memory,
    readable: (_thread, _cell, _index, newest) => [{ value: newest, time: 0, isNewest: true }],
    read: () => undefined,
    places: () => [0],
    write: () => true,
    assign: () => undefined,
    fence: () => undefined,
    acquire: () => undefined,
    release: () => true,
  };
  return memory;
}
