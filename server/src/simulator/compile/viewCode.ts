/** The operations by which generated transitions keep the views of the weak memory model. */

import type { FenceOrder, LocalId, Model, UpdateOrder } from '../../model/types.ts';
import type { Field, Layout } from '../layout.ts';
import type { Histories } from '../weak/history.ts';
import type { Operation, WeakViews } from '../weak/views.ts';
import { type ElementIndex, readCode } from './fieldCode.ts';
import type { LoadCode, MemoryCode, StoreCode } from './memoryCode.ts';
import type { Tables } from './tables.ts';

/** In generated code `v` is the context and `views` the WeakViews. */
export class ViewCode implements MemoryCode {
  private readonly numbers = new Map<string, number>();

  constructor(
    private readonly model: Model, private readonly layout: Layout, private readonly histories: Histories,
    private readonly tables: Tables, private readonly views: WeakViews,
  ) {}

  remembers(cell: number): boolean {
    return this.histories.firstElement[cell]! >= 0;
  }

  loadHasChoices(cell: number): boolean {
    return this.remembers(cell);
  }

  storeHasChoices(cell: number): boolean {
    return this.remembers(cell) && this.model.cells[cell]!.storesRace === true;
  }

  begin(): readonly string[] {
    return [`let v = ${this.word()};`, 'views.oldReads = 0;'];
  }

  oldReads(): string {
    return 'views.oldReads';
  }

  declarations(): readonly string[] {
    return this.layout.counters.map((_, thread) => `const arrivals${thread} = views.arrivalCodes[${thread}];`);
  }

  /** Words are those of the successor but for the context. */
  end(): readonly string[] {
    const sum = this.layout.counters.map((field, thread) => `arrivals${thread}[${this.situation(field, thread)}]`).join(' + ');
    return [`${this.word()} = v === 0 ? 0 : views.run(v, ${this.operation({ kind: 'close' }, 0, 1, 0)}, ${sum});`];
  }

  /** An expression for where the thread's future stands in `futureOf`. */
  private situation(counter: Field, thread: number): string {
    const { local, min, count } = this.histories.tracked[thread]!;
    if (local === undefined) return readCode(counter, 0);
    return `${readCode(counter, 0)} * ${count} + ${readCode(this.layout.locals[thread]![local]!, 0)} - ${min}`;
  }

  load({ thread, cell, index, newest, order, to, address }: LoadCode): { readonly before: readonly string[]; readonly value: string } {
    const rows = this.rowsOf(thread, address);
    const on = (operation: Operation): string => this.onCell(operation, cell, index);
    const row = this.views.rows.derived(thread, to);
    const before = [
      `const back = v === 0 ? 0 : odometer.pick(views.run(v, ${on({ kind: 'choices', thread, rows })}, 0));`,
      'if (back !== 0) views.oldReads++;',
      `const read = back === 0 ? ${newest} : views.run(v, ${on({ kind: 'value' })}, back);`,
      `if (v !== 0) v = views.run(v, ${on({ kind: 'load', thread, isAcquire: order === 'acquire', to: row, rows })}, back);`,
    ];
    return { before, value: 'read' };
  }

  store({ thread, cell, index, old, value, how }: StoreCode, write: string): readonly string[] {
    const full = `if (bad === 0) bad = ${this.tables.historyFull(cell)};`;
    if (how.kind === 'update') {
      const to = how.result === undefined ? undefined : this.views.rows.derived(thread, how.result);
      const operation = this.onCell({ kind: 'update', thread, order: how.order, isRead: how.result !== undefined, to }, cell, index);
      return [`{ const next = views.run(v, ${operation}, ${this.stored(old, value)}); if (next === -1) { ${full} } else v = next; }`, write];
    }
    const operation = this.onCell({ kind: 'store', thread, isRelease: how.order === 'release' }, cell, index);
    if (!this.storeHasChoices(cell)) return [`{ const next = views.run(v, ${operation}, ${this.stored(old, value)}); if (next === -1) { ${full} } else v = next; }`, write];
    return [
      '{',
      `const place = odometer.pick(views.run(v, ${this.onCell({ kind: 'places', thread }, cell, index)}, 0));`,
      `const newer = place === 0 ? 0 : views.run(v, ${this.onCell({ kind: 'place', thread }, cell, index)}, place);`,
      `const next = views.run(v, ${operation}, (newer === 0 ? ${old} : ${value}) * 16 + newer);`,
      `if (next === -1) { ${full} } else v = next;`,
      `if (newer === 0) { ${write} }`,
      '}',
    ];
  }

  private stored(old: string, value: string): string {
    return `${old} * 16 + (${old} === ${value} ? 8 : 0)`;
  }

  own(_thread: number, _cell: number, _index: ElementIndex, newest: string): string {
    return newest;
  }

  beforeUpdate(thread: number, cell: number, order: UpdateOrder): readonly string[] {
    return !this.remembers(cell) && order === 'full' ? this.fence(thread, 'full') : [];
  }

  afterUpdate(thread: number, order: UpdateOrder, result: LocalId | undefined): readonly string[] {
    return [...(result === undefined ? [] : this.assign(thread, result, [])), ...(order === 'full' ? this.fence(thread, 'full') : [])];
  }

  fence(thread: number, order: FenceOrder): readonly string[] {
    return [this.change({ kind: 'fence', thread, order }, 0, 1, 0)];
  }

  beforeLock(): readonly string[] {
    return [];
  }

  isHeld(code: string): string {
    return code;
  }

  isDone(code: string): string {
    return code;
  }

  flush(): undefined {
    return undefined;
  }

  acquire(thread: number, lock: number, index: ElementIndex): readonly string[] {
    return [this.change({ kind: 'acquire', thread }, this.histories.firstLock[lock]!, this.model.locks[lock]!.length, index)];
  }

  release(thread: number, lock: number, index: ElementIndex, write: string): readonly string[] {
    return [write, this.change({ kind: 'release', thread }, this.histories.firstLock[lock]!, this.model.locks[lock]!.length, index)];
  }

  assign(thread: number, to: LocalId, from: readonly LocalId[]): readonly string[] {
    const row = this.views.rows.derived(thread, to);
    return row === undefined ? [] : [this.change({ kind: 'derive', to: row, rows: this.rowsOf(thread, from) }, 0, 1, 0)];
  }

  /** In the context 0 all views are empty, and stay so. */
  private change(operation: Operation, first: number, count: number, index: ElementIndex): string {
    return `if (v !== 0) v = views.run(v, ${this.operation(operation, first, count, index)}, 0);`;
  }

  private onCell(operation: Operation, cell: number, index: ElementIndex): string {
    return this.operation(operation, this.histories.firstElement[cell]!, this.model.cells[cell]!.length, index);
  }

  /** An expression for the operation's number. */
  private operation(operation: Operation, first: number, count: number, index: ElementIndex): string {
    const key = JSON.stringify([operation, first, count]);
    const number = this.numbers.get(key) ?? this.views.define(operation, first, count);
    this.numbers.set(key, number);
    return typeof index === 'number' ? String(number + index) : `${number} + ${index}`;
  }

  private rowsOf(thread: number, locals: readonly LocalId[]): readonly number[] {
    return locals.flatMap((local) => this.views.rows.derived(thread, local) ?? []);
  }

  private word(): string {
    return `w${this.layout.viewWord!}`;
  }
}
