/**
 * Total store order, as on x86, as a definition: each thread has a buffer of its stores, first in
 * first out. A load takes the newest value that its own thread has buffered, or memory's. Locked
 * instructions (updates, lock acquisition) and full barriers wait until the buffer is
 * empty; releasing a lock is a store. Cells that are not racy bypass the buffers. A grace period
 * ends when all buffers are empty, since every CPU has switched by then.
 */

import type { FenceOrder, Model, ThreadIndex } from '../../model/types.ts';
import type { Flushed, PlainMemory, Readable, WriteOrder } from '../plainMemory.ts';
import { type BufferedCells, findBufferedCells } from './bufferedCells.ts';

export function tsoMemory(model: Model): PlainMemory {
  return new TsoMemory(findBufferedCells(model), model.threads.map(() => []));
}

class TsoMemory implements PlainMemory {
  constructor(private readonly cells: BufferedCells, private readonly buffers: readonly Flushed[][]) {}

  clone(): PlainMemory {
    return new TsoMemory(this.cells, this.buffers.map((own) => [...own]));
  }

  places(): readonly number[] {
    return [0];
  }

  read(): void {
    // Loads leave no trace.
  }

  assign(): void {
    // Registers have no origin that matters.
  }

  acquire(): void {
    // The buffer is empty by then.
  }

  readable(thread: ThreadIndex, cell: number, index: number, newest: number): readonly Readable[] {
    return [{ value: this.own(thread, cell, index) ?? newest, time: 0, isNewest: true }];
  }

  own(thread: ThreadIndex, cell: number, index: number): number | undefined {
    const entry = this.buffers[thread]!.findLast((each) => each.kind === 'store' && each.cell === cell && each.index === index);
    return entry?.kind === 'store' ? entry.value : undefined;
  }

  write(thread: ThreadIndex, cell: number, index: number, { value }: { readonly value: number }, _newer: number, how: WriteOrder): boolean {
    if (how.kind === 'update' || this.cells.firstElement[cell] === -1) return true;
    this.buffers[thread]!.push({ kind: 'store', cell, index, value });
    return false;
  }

  drainsFor(what: FenceOrder | 'update'): boolean {
    return what === 'update' || what === 'full';
  }

  allows(order: FenceOrder): boolean {
    return order !== 'graceEnd' || this.buffers.every((own) => own.length === 0);
  }

  fence(): void {
    // Draining is all that a fence does.
  }

  release(thread: ThreadIndex, lock: number, index: number): boolean {
    const own = this.buffers[thread]!;
    if (own.length === 0) return true;
    own.push({ kind: 'release', lock, index });
    return false;
  }

  isReleasing(thread: ThreadIndex, lock: number, index: number): boolean {
    return this.buffers[thread]!.some((each) => each.kind === 'release' && each.lock === lock && each.index === index);
  }

  flush(thread: ThreadIndex): Flushed | undefined {
    return this.buffers[thread]!.shift();
  }

  isDrained(thread: ThreadIndex): boolean {
    return this.buffers[thread]!.length === 0;
  }
}
