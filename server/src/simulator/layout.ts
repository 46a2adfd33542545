/**
 * How a state is packed into 32-bit words. Every variable (cell element, lock element, program
 * counter, local) gets just the bits its range needs; an array stays within one word where it
 * fits, so that an element can be picked by a shift even if its index is known only at run time.
 */

import type { Model, Step } from '../model/types.ts';
import { walkSteps } from './steps.ts';
import { ModelError } from './errors.ts';
import type { Prepared } from './prepare.ts';

/** Consecutive elements of one array within one word. */
export interface Chunk {
  readonly word: number;
  readonly shift: number;
  readonly first: number;
  readonly length: number;
}

/** An array of `length` elements of `width` bits; the value stored is `value - min`. */
export interface Field {
  readonly length: number;
  readonly min: number;
  readonly max: number;
  readonly width: number;
  readonly chunks: readonly Chunk[];
  /** Set where no thread writes it and all start states agree: its values, and no bits at all. */
  readonly fixed: readonly number[] | undefined;
}

export interface Layout {
  readonly wordCount: number;
  /** Under a weak memory model: the word that holds the number of the views. */
  readonly viewWord: number | undefined;
  readonly cells: readonly Field[];
  readonly locks: readonly Field[];
  /** By lock: true when some thread takes it shared, so that it has a set of holders. */
  readonly isShared: readonly boolean[];
  readonly counters: readonly Field[];
  readonly locals: readonly (readonly Field[])[];
}

interface Shape {
  readonly length: number;
  readonly min: number;
  readonly max: number;
  readonly fixed: readonly number[] | undefined;
}

export function layOut(prepared: Prepared, hasViews = false): Layout {
  const { model } = prepared;
  const usage = usageOf(model);
  const threadCount = model.threads.length;
  const cells = model.cells.map((cell, id): Shape => ({
    length: cell.length, min: cell.min, max: cell.max,
    fixed: usage.written.has(id) ? undefined : fixedValues(model, id),
  }));
  const isShared = model.locks.map((_, id) => usage.shared.has(id));
  const locks = model.locks.map((lock, id): Shape => ({
    length: lock.length, min: 0,
    max: isShared[id] ? 2 ** threadCount - 1 + threadCount : threadCount,
    fixed: usage.locked.has(id) ? undefined : Array.from({ length: lock.length }, () => 0),
  }));
  const counters = prepared.threads.map((thread): Shape => ({ length: 1, min: 0, max: thread.locationCount - 1, fixed: undefined }));
  const locals = prepared.threads.map((thread) =>
    thread.program.locals.map((local): Shape => ({ length: 1, min: local.min, max: local.max, fixed: undefined })));
  const packer = new Packer([...cells, ...locks, ...counters, ...locals.flat()]);
  return {
    cells: cells.map((shape) => packer.field(shape)),
    locks: locks.map((shape) => packer.field(shape)),
    isShared,
    counters: counters.map((shape) => packer.field(shape)),
    locals: locals.map((shapes) => shapes.map((shape) => packer.field(shape))),
    viewWord: hasViews ? packer.wordCount : undefined,
    wordCount: Math.max(1, packer.wordCount + Number(hasViews)),
  };
}

/** Lock values: 0 free. Exclusive-only locks: holder + 1. Others: set of sharers, or 2^threads + holder. */
export function exclusiveLockValue(layout: Layout, lock: number, thread: number): number {
  return layout.isShared[lock] ? 2 ** layout.counters.length + thread : thread + 1;
}

/** The place of one element. */
export function placeOf(field: Field, index: number): { readonly word: number; readonly shift: number } {
  const chunk = field.chunks.find((each) => index >= each.first && index < each.first + each.length);
  if (!chunk) throw new ModelError(`no element ${index} in a field of ${field.length}`);
  return { word: chunk.word, shift: chunk.shift + (index - chunk.first) * field.width };
}

export function readField(words: Int32Array, base: number, field: Field, index: number): number {
  if (field.fixed) return field.fixed[index]!;
  const { word, shift } = placeOf(field, index);
  return ((words[base + word]! >>> shift) & ones(field.width)) + field.min;
}

export function writeField(words: Int32Array, base: number, field: Field, index: number, value: number): void {
  if (field.fixed) return;
  const { word, shift } = placeOf(field, index);
  const mask = ones(field.width) << shift;
  words[base + word] = (words[base + word]! & ~mask) | ((value - field.min) << shift);
}

/** `width` one bits. */
export function ones(width: number): number {
  return width === 0 ? 0 : -1 >>> (32 - width);
}

/** First-fit decreasing: long arrays first, then what fits into the gaps. */
class Packer {
  wordCount = 0;
  private readonly used: number[] = [];
  private readonly fields = new Map<Shape, Field>();

  constructor(shapes: readonly Shape[]) {
    const pieces = shapes.filter((shape) => !shape.fixed).flatMap((shape) => cut(shape));
    pieces.sort((a, b) => b.bits - a.bits);
    const chunks = new Map<Shape, Chunk[]>();
    for (const { shape, first, length, bits } of pieces) {
      const chunk = { ...this.place(bits), first, length };
      chunks.set(shape, [...(chunks.get(shape) ?? []), chunk]);
    }
    for (const shape of shapes) {
      const own = (chunks.get(shape) ?? []).sort((a, b) => a.first - b.first);
      this.fields.set(shape, { ...shape, width: widthOf(shape), chunks: own });
    }
    this.wordCount = this.used.length;
  }

  field(shape: Shape): Field {
    return this.fields.get(shape)!;
  }

  private place(bits: number): { word: number; shift: number } {
    let word = this.used.findIndex((used) => used + bits <= 32);
    if (word < 0) word = this.used.push(0) - 1;
    const shift = this.used[word]!;
    this.used[word] = shift + bits;
    return { word, shift };
  }
}

function widthOf(shape: Shape): number {
  const count = shape.max - shape.min;
  if (count < 0 || count >= 2 ** 30) throw new ModelError(`a variable with the range ${shape.min}..${shape.max} cannot be packed`);
  return 32 - Math.clz32(count);
}

/** An array in pieces that each fit a word. */
function cut(shape: Shape): readonly { shape: Shape; first: number; length: number; bits: number }[] {
  const width = widthOf(shape);
  const perWord = width === 0 ? shape.length : Math.floor(32 / width);
  const pieces = [];
  for (let first = 0; first < shape.length; first += perWord) {
    const length = Math.min(perWord, shape.length - first);
    pieces.push({ shape, first, length, bits: length * width });
  }
  return pieces;
}

function usageOf(model: Model): { written: Set<number>; locked: Set<number>; shared: Set<number> } {
  const written = new Set<number>();
  const locked = new Set<number>();
  const shared = new Set<number>();
  const note = (step: Step): void => {
    if (step.kind === 'store') written.add(step.to.cell);
    else if (step.kind === 'update') written.add(step.cell.cell);
    else if (step.kind === 'acquire' || step.kind === 'tryAcquire') {
      locked.add(step.lock.lock);
      if (step.mode === 'shared') shared.add(step.lock.lock);
    } else if (step.kind === 'release') locked.add(step.lock.lock);
  };
  for (const thread of model.threads) {
    for (const transition of thread.program.transitions) walkSteps(transition.steps, note);
  }
  return { written, locked, shared };
}

function fixedValues(model: Model, cell: number): readonly number[] | undefined {
  const { length } = model.cells[cell]!;
  const starts = model.initialStates.map((_, start) => Array.from({ length }, (__, index) => startValue(model, start, cell, index)));
  const [first] = starts;
  return first && starts.every((values) => values.every((value, index) => value === first[index])) ? first : undefined;
}

/** The value of a cell element in one of the start states. */
export function startValue(model: Model, start: number, cell: number, index: number): number {
  const override = model.initialStates[start]!.cells.findLast((each) => each.cell === cell && each.index === index);
  return override ? override.value : (model.cells[cell]!.initial[index] ?? 0);
}
