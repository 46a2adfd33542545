/** What the interpreter knows of memory beyond the newest value of each cell. */

import type { Model, ThreadIndex } from '../model/types.ts';

/** A value that a load may return; `time` counts the stores to the element. */
export interface Readable {
  readonly value: number;
  readonly time: number;
  readonly isNewest: boolean;
}

export interface PlainMemory {
  clone(): PlainMemory;
  /** What a plain load may return now, newest last. */
  readable(thread: ThreadIndex, cell: number, index: number, newest: number): readonly Readable[];
  read(thread: ThreadIndex, cell: number, index: number, choice: Readable, order: 'relaxed' | 'acquire'): void;
  /** Called before the newest value, `old`, is overwritten. */
  write(thread: ThreadIndex, cell: number, index: number, old: number, order: 'relaxed' | 'release', isUpdate: boolean): void;
  fence(thread: ThreadIndex, order: 'read' | 'write' | 'full'): void;
  acquire(thread: ThreadIndex, lock: number, index: number): void;
  release(thread: ThreadIndex, lock: number, index: number): void;
  finish(thread: ThreadIndex): void;
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
    finish: () => undefined,
  };
  return memory;
}

export function weakMemory(model: Model): PlainMemory {
  throw new Error(`not yet: ${model.name}`);
}
