/**
 * What the interpreter knows of memory beyond the newest value of each cell. The weak model here
 * is the definition (docs of weak/views.ts) on plain maps, without forgetting or renumbering.
 */

import type { Model, ThreadIndex } from '../model/types.ts';

/** A value that a load may return; `time` counts the stores to the element. */
export interface Readable {
  readonly value: number;
  readonly time: number;
  readonly isNewest: boolean;
}

export interface WriteOrder {
  readonly isRelease: boolean;
  readonly isUpdate: boolean;
}

export interface PlainMemory {
  clone(): PlainMemory;
  /** What a plain load may return now, newest first. */
  readable(thread: ThreadIndex, cell: number, index: number, newest: number): readonly Readable[];
  read(thread: ThreadIndex, cell: number, index: number, choice: Readable, order: 'relaxed' | 'acquire'): void;
  /** Called before the newest value, `old`, is overwritten. */
  write(thread: ThreadIndex, cell: number, index: number, old: number, order: WriteOrder): void;
  fence(thread: ThreadIndex, order: 'read' | 'write' | 'full'): void;
  acquire(thread: ThreadIndex, lock: number, index: number): void;
  release(thread: ThreadIndex, lock: number, index: number): void;
}

/** Sequential consistency: only the newest value can be read, and nothing else is remembered. */
export function scMemory(): PlainMemory {
  const memory: PlainMemory = {
    clone: () => memory,
    readable: (_thread, _cell, _index, newest) => [{ value: newest, time: 0, isNewest: true }],
    read: () => undefined,
    write: () => undefined,
    fence: () => undefined,
    acquire: () => undefined,
    release: () => undefined,
  };
  return memory;
}

export function weakMemory(model: Model): PlainMemory {
  const thread = (): ThreadViews => ({ current: new Map(), acquired: new Map(), own: new Map(), released: new Map() });
  return new WeakMemory(model, new Map(), model.threads.map(thread), new Map(), new Map());
}

/** Time of the oldest message that may still be read, by element; absent is 0. */
type View = Map<string, number>;

interface ThreadViews {
  readonly current: View;
  readonly acquired: View;
  readonly own: View;
  readonly released: View;
}

interface Message {
  /** Undefined for the newest: its value is in the state's cell. */
  readonly value: number | undefined;
  readonly view: View;
}

class WeakMemory implements PlainMemory {
  constructor(
    private readonly model: Model,
    /** By element; absent is one message with an empty view. */
    private readonly messages: Map<string, readonly Message[]>,
    private readonly threads: readonly ThreadViews[],
    private readonly locks: Map<string, View>,
    private readonly global: View,
  ) {}

  clone(): PlainMemory {
    const threads = this.threads.map((views) => ({
      current: new Map(views.current), acquired: new Map(views.acquired), own: new Map(views.own), released: new Map(views.released),
    }));
    const locks = new Map([...this.locks].map(([lock, view]) => [lock, new Map(view)]));
    return new WeakMemory(this.model, new Map(this.messages), threads, locks, new Map(this.global));
  }

  readable(thread: ThreadIndex, cell: number, index: number, newest: number): readonly Readable[] {
    const messages = this.history(cell, index);
    const oldest = this.threads[thread]!.current.get(name(cell, index)) ?? 0;
    return messages
      .map((message, time) => ({ value: message.value ?? newest, time, isNewest: time === messages.length - 1 }))
      .filter((readable) => readable.time >= oldest)
      .reverse();
  }

  read(thread: ThreadIndex, cell: number, index: number, choice: Readable, order: 'relaxed' | 'acquire'): void {
    if (!this.model.cells[cell]!.isRacy) return;
    const { current, acquired } = this.threads[thread]!;
    current.set(name(cell, index), choice.time);
    joinViews(order === 'acquire' ? current : acquired, this.history(cell, index)[choice.time]!.view);
  }

  write(thread: ThreadIndex, cell: number, index: number, old: number, order: WriteOrder): void {
    if (!this.model.cells[cell]!.isRacy) return;
    const { current, acquired, own, released } = this.threads[thread]!;
    const messages = this.history(cell, index);
    const previous = messages[messages.length - 1]!;
    const view: View = new Map(released);
    if (order.isRelease) {
      joinViews(view, current);
      joinViews(view, acquired);
    }
    if (order.isUpdate) {
      joinViews(view, previous.view);
      joinViews(acquired, previous.view);
    }
    this.messages.set(name(cell, index), [...messages.slice(0, -1), { value: old, view: previous.view }, { value: undefined, view }]);
    current.set(name(cell, index), messages.length);
    own.set(name(cell, index), messages.length);
  }

  fence(thread: ThreadIndex, order: 'read' | 'write' | 'full'): void {
    const { current, acquired, own, released } = this.threads[thread]!;
    if (order === 'write') { joinViews(released, own); return; }
    joinViews(current, acquired);
    if (order === 'read') return;
    joinViews(current, this.global);
    joinViews(this.global, current);
    joinViews(released, current);
  }

  acquire(thread: ThreadIndex, lock: number, index: number): void {
    const view = this.locks.get(name(lock, index)) ?? new Map<string, number>();
    joinViews(this.threads[thread]!.current, view);
    joinViews(this.threads[thread]!.released, view);
  }

  release(thread: ThreadIndex, lock: number, index: number): void {
    const view = this.locks.get(name(lock, index)) ?? new Map<string, number>();
    joinViews(view, this.threads[thread]!.current);
    joinViews(view, this.threads[thread]!.acquired);
    this.locks.set(name(lock, index), view);
  }

  private history(cell: number, index: number): readonly Message[] {
    return this.messages.get(name(cell, index)) ?? [{ value: undefined, view: new Map() }];
  }
}

function name(array: number, index: number): string {
  return `${array}:${index}`;
}

function joinViews(into: View, from: View): void {
  for (const [element, time] of from) {
    if (time > (into.get(element) ?? 0)) into.set(element, time);
  }
}
