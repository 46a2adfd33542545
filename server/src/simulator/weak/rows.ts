/** Where each view of the weak memory model stands among the rows of a context. */

import type { Histories } from './history.ts';

const rowsPerThread = 6;

/** Numbers of rows; their meaning is in `definition.ts`. */
export class Rows {
  readonly count: number;
  readonly global: number;
  readonly ended: number;
  readonly graced: number;
  private readonly firstDerived: readonly number[];
  private readonly allDerived: readonly (readonly number[])[];
  private readonly firstLock: number;

  constructor(private readonly histories: Histories) {
    let next = histories.futures.length * rowsPerThread;
    this.firstDerived = histories.derived.map((locals) => {
      const first = next;
      next += locals.length;
      return first;
    });
    this.allDerived = histories.derived.map((locals, thread) => locals.map((_, at) => this.firstDerived[thread]! + at));
    this.firstLock = next;
    this.global = next + histories.lockCount;
    this.ended = this.global + 1;
    this.graced = this.global + 2;
    this.count = this.global + 3;
  }

  current(thread: number): number {
    return thread * rowsPerThread;
  }

  acquired(thread: number): number {
    return thread * rowsPerThread + 1;
  }

  own(thread: number): number {
    return thread * rowsPerThread + 2;
  }

  released(thread: number): number {
    return thread * rowsPerThread + 3;
  }

  handedReads(thread: number): number {
    return thread * rowsPerThread + 4;
  }

  handedStores(thread: number): number {
    return thread * rowsPerThread + 5;
  }

  lock(element: number): number {
    return this.firstLock + element;
  }

  /** Undefined where the register's origin does not matter. */
  derived(thread: number, local: number): number | undefined {
    const at = this.histories.derived[thread]!.indexOf(local);
    return at < 0 ? undefined : this.firstDerived[thread]! + at;
  }

  derivedOf(thread: number): readonly number[] {
    return this.allDerived[thread]!;
  }

  /** By row: one of the same thread that is joined wherever this one is, and out of which `close` has left what it has; else the row itself. */
  besides(): readonly number[] {
    const besides = Array.from({ length: this.count }, (_, row) => row);
    this.histories.futures.forEach((_, thread) => {
      for (const row of [this.acquired(thread), this.handedReads(thread), ...this.derivedOf(thread)]) besides[row] = this.current(thread);
      for (const row of [this.own(thread), this.handedStores(thread)]) besides[row] = this.released(thread);
    });
    return besides;
  }
}
