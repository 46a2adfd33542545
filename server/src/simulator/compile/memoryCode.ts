/** What generated transitions do about memory beyond the newest value of each cell, by memory model. */

import type { FenceOrder, LocalId, UpdateOrder } from '../../model/types.ts';
import type { ElementIndex } from './fieldCode.ts';

export interface LoadCode {
  readonly thread: number;
  readonly cell: number;
  readonly index: ElementIndex;
  /** An expression for the newest value. */
  readonly newest: string;
  readonly order: 'relaxed' | 'acquire';
  readonly to: LocalId;
  readonly address: readonly LocalId[];
}

export interface StoreCode {
  readonly thread: number;
  readonly cell: number;
  readonly index: ElementIndex;
  /** An expression for the newest value before the store. */
  readonly old: string;
  /** A variable that holds the value stored. */
  readonly value: string;
  readonly how:
    | { readonly kind: 'store'; readonly order: 'relaxed' | 'release' }
    | { readonly kind: 'update'; readonly order: UpdateOrder; readonly result: LocalId | undefined };
}

export interface MemoryCode {
  /** True where the model keeps more of the cell than its newest value. */
  remembers(cell: number): boolean;
  /** True where a load or store of the cell may have several outcomes. */
  loadHasChoices(cell: number): boolean;
  storeHasChoices(cell: number): boolean;
  /** Statements before all functions. */
  declarations(): readonly string[];
  /** Statements at the start and the end of a transition. */
  begin(): readonly string[];
  end(): readonly string[];
  /** An expression for the number of loads of the transition that returned an old value. */
  oldReads(): string;
  /** Statements before an expression for the value read. Only for cells that are remembered. */
  load(load: LoadCode): { readonly before: readonly string[]; readonly value: string };
  /** Statements around `write`, which makes the value the newest. Only for cells that are remembered. */
  store(store: StoreCode, write: string): readonly string[];
  /** An expression for the cell's value as the acting thread sees it. */
  own(thread: number, cell: number, index: ElementIndex, newest: string): string;
  beforeUpdate(thread: number, cell: number, order: UpdateOrder): readonly string[];
  /** For cells that are not remembered. */
  afterUpdate(thread: number, order: UpdateOrder, result: LocalId | undefined): readonly string[];
  /** `leave` is a statement for where the fence has to wait. */
  fence(thread: number, order: FenceOrder, leave: string): readonly string[];
  /** Before the lock is looked at, and after it has been taken. */
  beforeLock(thread: number): readonly string[];
  acquire(thread: number, lock: number, index: ElementIndex): readonly string[];
  /** Statements around `write`, which makes the lock free. */
  release(thread: number, lock: number, index: ElementIndex, write: string): readonly string[];
  /** Conditions from those over the state's words; `context` is the context's variable. */
  isHeld(code: string, thread: number, lock: number, index: ElementIndex, context: string): string;
  isDone(code: string, thread: number, context: string): string;
  /** Statements that move the oldest buffered store to memory; undefined where there are no buffers. */
  flush(thread: number): readonly string[] | undefined;
  /** A local is computed from others. */
  assign(thread: number, to: LocalId, from: readonly LocalId[]): readonly string[];
}
