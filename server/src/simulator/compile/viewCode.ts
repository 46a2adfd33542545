/** The calls by which generated transitions keep the views of the weak memory model. */

import type { Layout } from '../layout.ts';
import type { Histories } from '../weak/history.ts';
import { type ElementIndex, readCode } from './fieldCode.ts';
import type { Tables } from './tables.ts';

export class ViewCode {
  constructor(private readonly layout: Layout, private readonly histories: Histories, private readonly tables: Tables) {}

  hasHistory(cell: number): boolean {
    return this.histories.firstElement[cell]! >= 0;
  }

  begin(): readonly string[] {
    return [`views.open(${this.word()});`];
  }

  /** Words are those of the successor but for the context. */
  end(): readonly string[] {
    const counters = this.layout.counters.map((field, thread) => `views.counters[${thread}] = ${readCode(field, 0)};`);
    return [...counters, `${this.word()} = views.close();`];
  }

  fence(thread: number, order: 'read' | 'write' | 'full'): readonly string[] {
    const method = { read: 'fenceRead', write: 'fenceWrite', full: 'fenceFull' }[order];
    return [`views.${method}(${thread});`];
  }

  acquire(thread: number, lock: number, index: ElementIndex): readonly string[] {
    return [`views.acquire(${thread}, ${this.histories.firstLock[lock]!} + ${index});`];
  }

  release(thread: number, lock: number, index: ElementIndex): readonly string[] {
    return [`views.release(${thread}, ${this.histories.firstLock[lock]!} + ${index});`];
  }

  /** An expression for the value read, given one for the newest. */
  load(thread: number, cell: number, index: ElementIndex, newest: string, order: 'relaxed' | 'acquire'): string {
    const element = this.element(cell, index);
    const back = `odometer.pick(views.choices(${thread}, ${element}))`;
    return `views.load(${thread}, ${element}, ${back}, ${newest}, ${String(order === 'acquire')})`;
  }

  /** `old` is an expression for the newest value before the store. */
  store(thread: number, cell: number, index: ElementIndex, old: string, how: { readonly isRelease: boolean; readonly isUpdate: boolean }): readonly string[] {
    const call = `views.store(${thread}, ${this.element(cell, index)}, ${old}, ${String(how.isRelease)}, ${String(how.isUpdate)})`;
    return [`if (!${call} && bad === 0) bad = ${this.tables.historyFull(cell)};`];
  }

  private element(cell: number, index: ElementIndex): string {
    return `${this.histories.firstElement[cell]!} + ${index}`;
  }

  private word(): string {
    return `w${this.layout.viewWord!}`;
  }
}
