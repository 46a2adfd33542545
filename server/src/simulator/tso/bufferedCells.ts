/** Which cells go through store buffers: static facts of a model. */

import type { Model } from '../../model/types.ts';
import { walkSteps } from '../steps.ts';

export interface BufferedCells {
  /** By cell: number of its first element among all elements that are buffered, or -1. */
  readonly firstElement: readonly number[];
  /** By buffered element: its cell and index. */
  readonly elements: readonly { readonly cell: number; readonly index: number }[];
  /** By lock: number of its first element among all locks. */
  readonly firstLock: readonly number[];
  readonly locks: readonly { readonly lock: number; readonly index: number }[];
}

/** Racy cells that are stored to; other cells have no races to see. */
export function findBufferedCells(model: Model): BufferedCells {
  const stored = new Set<number>();
  for (const { program } of model.threads) {
    for (const { steps } of program.transitions) walkSteps(steps, (step) => { if (step.kind === 'store') stored.add(step.to.cell); });
  }
  const elements: { cell: number; index: number }[] = [];
  const firstElement = model.cells.map(({ isRacy, length }, cell) => {
    if (!isRacy || !stored.has(cell)) return -1;
    for (let index = 0; index < length; index++) elements.push({ cell, index });
    return elements.length - length;
  });
  const locks: { lock: number; index: number }[] = [];
  const firstLock = model.locks.map(({ length }, lock) => {
    for (let index = 0; index < length; index++) locks.push({ lock, index });
    return locks.length - length;
  });
  return { firstElement, elements, firstLock, locks };
}
