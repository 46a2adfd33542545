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
  /** True where a store to the cell may have several outcomes. */
  storeHasChoices(cell: number): boolean;
  /** Statements at the start and the end of a transition. */
  begin(): readonly string[];
  end(): readonly string[];
  /** Statements before an expression for the value read. Only for cells that are remembered. */
  load(load: LoadCode): { readonly before: readonly string[]; readonly value: string };
  /** Statements around `write`, which makes the value the newest. Only for cells that are remembered. */
  store(store: StoreCode, write: string): readonly string[];
  /** Statements of an update to a cell that is not remembered. */
  updateElsewhere(thread: number, order: UpdateOrder, result: LocalId | undefined): { readonly before: readonly string[]; readonly after: readonly string[] };
  fence(thread: number, order: FenceOrder): readonly string[];
  acquire(thread: number, lock: number, index: ElementIndex): readonly string[];
  release(thread: number, lock: number, index: ElementIndex): readonly string[];
  /** A local is computed from others. */
  assign(thread: number, to: LocalId, from: readonly LocalId[]): readonly string[];
}
