/** Hooks by which generated transitions keep the views of the weak memory model. */

import type { PreparedTransition } from '../prepare.ts';
import type { ElementIndex } from './fieldCode.ts';

export interface ViewCode {
  hasHistory(cell: number): boolean;
  begin(): readonly string[];
  end(transition: PreparedTransition): readonly string[];
  fence(thread: number, order: 'read' | 'write' | 'full'): readonly string[];
  acquire(thread: number, lock: number, index: ElementIndex): readonly string[];
  release(thread: number, lock: number, index: ElementIndex): readonly string[];
  /** An expression for the value read, given one for the newest. */
  load(thread: number, cell: number, index: ElementIndex, newest: string, order: 'relaxed' | 'acquire'): string;
  store(thread: number, cell: number, index: ElementIndex, old: string, order: 'relaxed' | 'release', isUpdate: boolean): readonly string[];
}
