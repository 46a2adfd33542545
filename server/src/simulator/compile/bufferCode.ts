/** The operations by which generated transitions keep the store buffers of the memory model `tso`. */

import type { FenceOrder, Model } from '../../model/types.ts';
import type { Layout } from '../layout.ts';
import { bufferLimit, type BufferOperation, nothing, type StoreBuffers } from '../tso/buffers.ts';
import type { BufferedCells } from '../tso/bufferedCells.ts';
import { exclusiveLockValue } from '../layout.ts';
import { type ElementIndex, readCode, writeCode } from './fieldCode.ts';
import type { LoadCode, MemoryCode, StoreCode } from './memoryCode.ts';
import type { Tables } from './tables.ts';

/** In generated code `v` is the context and `views` the StoreBuffers. */
export class BufferCode implements MemoryCode {
  private readonly numbers = new Map<string, number>();

  constructor(
    private readonly model: Model, private readonly layout: Layout, private readonly cells: BufferedCells,
    private readonly tables: Tables, private readonly buffers: StoreBuffers,
  ) {}

  remembers(cell: number): boolean {
    return this.cells.firstElement[cell]! >= 0;
  }

  storeHasChoices(): boolean {
    return false;
  }

  loadHasChoices(): boolean {
    return false;
  }

  declarations(): readonly string[] {
    return [];
  }

  begin(): readonly string[] {
    return [`let v = w${this.layout.viewWord!};`];
  }

  end(): readonly string[] {
    return [`w${this.layout.viewWord!} = v;`];
  }

  load({ thread, cell, index, newest }: LoadCode): { readonly before: readonly string[]; readonly value: string } {
    return { before: [`const read = ${this.own(thread, cell, index, newest)};`], value: 'read' };
  }

  store({ thread, cell, index, value, how }: StoreCode, write: string): readonly string[] {
    if (how.kind === 'update') return [write];
    const full = this.tables.bufferFull(thread, bufferLimit);
    return [`{ const next = views.run(v, ${this.onCell('push', thread, cell, index)}, ${value}); if (next === -1) { if (bad === 0) bad = ${full}; } else v = next; }`];
  }

  oldReads(): string {
    return '0';
  }

  own(thread: number, cell: number, index: ElementIndex, newest: string): string {
    if (!this.remembers(cell)) return newest;
    const run = `views.run(v, ${this.onCell('newest', thread, cell, index)}, 0)`;
    return `(v === 0 ? ${newest} : ${run} === ${nothing} ? ${newest} : ${run})`;
  }

  /** On x86 an update is a locked instruction. */
  beforeUpdate(thread: number): readonly string[] {
    return this.drain(thread);
  }

  afterUpdate(): readonly string[] {
    return [];
  }

  beforeLock(thread: number): readonly string[] {
    return this.drain(thread);
  }

  acquire(): readonly string[] {
    return [];
  }

  release(thread: number, lock: number, index: ElementIndex, write: string): readonly string[] {
    const full = this.tables.bufferFull(thread, bufferLimit);
    return [
      `if (${this.isEmpty(thread, 'v')}) { ${write} } else {`,
      `const next = views.run(v, ${this.onLock('push', thread, lock, index)}, 1);`,
      `if (next === -1) { if (bad === 0) bad = ${full}; } else v = next;`,
      '}',
    ];
  }

  fence(thread: number, order: FenceOrder, leave: string): readonly string[] {
    if (order === 'full') return this.drain(thread);
    return order === 'graceEnd' ? [`if (v !== 0) ${leave}`] : [];
  }

  assign(): readonly string[] {
    return [];
  }

  isHeld(code: string, thread: number, lock: number, index: ElementIndex, context: string): string {
    return `(${code} && (${context} === 0 || views.run(${context}, ${this.onLock('newest', thread, lock, index)}, 0) === ${nothing}))`;
  }

  isDone(code: string, thread: number, context: string): string {
    return `(${code} && ${this.isEmpty(thread, context)})`;
  }

  /** Moves the oldest entry to memory; nothing happens where there is none. */
  flush(thread: number): readonly string[] {
    const operation = (kind: BufferOperation): number => this.operation(kind, thread, 0, 1);
    return [
      `const oldest = v === 0 ? -1 : views.run(v, ${operation('oldest')}, 0), value = oldest < 0 ? 0 : views.run(v, ${operation('oldestValue')}, 0);`,
      'switch (oldest) {',
      ...this.cells.elements.map(({ cell, index }, entry) => `case ${entry}: ${writeCode(this.layout.cells[cell]!, index, 'value')} break;`),
      ...this.cells.locks.flatMap(({ lock, index }, entry) => {
        const field = this.layout.locks[lock]!;
        return field.fixed ? [] : [`case ${this.cells.elements.length + entry}: ${writeCode(field, index, releasedLock(this.layout, lock, index, thread))} break;`];
      }),
      '}',
      `if (oldest >= 0) v = views.run(v, ${operation('pop')}, 0);`,
    ];
  }

  private drain(thread: number): readonly string[] {
    return [`while (!(${this.isEmpty(thread, 'v')})) {`, ...this.flush(thread), '}'];
  }

  private isEmpty(thread: number, context: string): string {
    return `(${context} === 0 || views.run(${context}, ${this.operation('isEmpty', thread, 0, 1)}, 0) === 1)`;
  }

  private onCell(operation: BufferOperation, thread: number, cell: number, index: ElementIndex): string {
    return this.indexed(this.operation(operation, thread, this.cells.firstElement[cell]!, this.model.cells[cell]!.length), index);
  }

  private onLock(operation: BufferOperation, thread: number, lock: number, index: ElementIndex): string {
    return this.indexed(this.operation(operation, thread, this.cells.elements.length + this.cells.firstLock[lock]!, this.model.locks[lock]!.length), index);
  }

  private indexed(number: number, index: ElementIndex): string {
    return typeof index === 'number' ? String(number + index) : `${number} + ${index}`;
  }

  private operation(operation: BufferOperation, thread: number, first: number, count: number): number {
    const key = `${operation} ${thread} ${first} ${count}`;
    const number = this.numbers.get(key) ?? this.buffers.define(operation, thread, first, count);
    this.numbers.set(key, number);
    return number;
  }
}

/** An expression for a lock's value once the thread has dropped it. */
export function releasedLock(layout: Layout, lock: number, index: ElementIndex, thread: number): string {
  if (!layout.isShared[lock]) return '(0)';
  const value = readCode(layout.locks[lock]!, index);
  return `(${value} === ${exclusiveLockValue(layout, lock, thread)} ? 0 : ${value} & ${~(1 << thread)})`;
}
