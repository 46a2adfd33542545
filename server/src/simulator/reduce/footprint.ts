/**
 * What a transition may read and write of shared state, as sets of bits: one bit for each element of
 * each cell and lock. An element whose index is known only at run time counts as the whole array, so
 * a footprint may be too large, never too small. Locals of the acting thread are nobody else's.
 */

import type { CellRef, LockRef, Model, Property, Step, Value } from '../../model/types.ts';
import { valuesOf, walkSteps, walkValue } from '../steps.ts';

export interface Footprint {
  readonly reads: bigint;
  readonly writes: bigint;
}

export const nothing: Footprint = { reads: 0n, writes: 0n };

export function union(one: Footprint, other: Footprint): Footprint {
  return { reads: one.reads | other.reads, writes: one.writes | other.writes };
}

/** True when the order of the two may matter, or one may enable or disable the other. */
export function conflict(one: Footprint, other: Footprint): boolean {
  return (one.writes & (other.reads | other.writes)) !== 0n || (one.reads & other.writes) !== 0n;
}

export class Footprints {
  private readonly firstOfCell: readonly number[];
  private readonly firstOfLock: readonly number[];

  constructor(private readonly model: Model) {
    let next = 0;
    const number = (length: number): number => (next += length) - length;
    this.firstOfCell = model.cells.map((cell) => number(cell.length));
    this.firstOfLock = model.locks.map((lock) => number(lock.length));
  }

  ofSteps(steps: readonly Step[]): Footprint {
    let all = nothing;
    walkSteps(steps, (step) => {
      all = union(all, this.ofStep(step));
    });
    return all;
  }

  /** What a property or witness reads; whether threads have finished is not part of it. */
  ofProperty(condition: Property['condition']): bigint {
    return this.readBy(condition);
  }

  private ofStep(step: Step): Footprint {
    const reads = valuesOf(step).reduce((all, value) => all | this.readBy(value), 0n);
    switch (step.kind) {
      case 'load':
        return { reads: reads | this.cell(step.from), writes: 0n };
      case 'store':
        return { reads, writes: this.cell(step.to) };
      case 'update':
        return { reads, writes: this.cell(step.cell) };
      case 'acquire':
      case 'tryAcquire':
      case 'release':
        return { reads, writes: this.lock(step.lock) };
      case 'assign':
      case 'assume':
      case 'choose':
      case 'fence':
      case 'check':
      case 'if':
        return { reads, writes: 0n };
    }
  }

  private readBy(value: Value): bigint {
    let bits = 0n;
    walkValue(value, (part) => {
      if (part.kind === 'cell') bits |= this.cell(part.ref);
      else if (part.kind === 'held') bits |= this.lock(part.lock);
    });
    return bits;
  }

  private cell(ref: CellRef): bigint {
    return elements(this.firstOfCell[ref.cell]!, this.model.cells[ref.cell]!.length, ref.index);
  }

  private lock(ref: LockRef): bigint {
    return elements(this.firstOfLock[ref.lock]!, this.model.locks[ref.lock]!.length, ref.index);
  }
}

function elements(first: number, length: number, index: Value | undefined): bigint {
  if (!index) return 1n << BigInt(first);
  if (index.kind === 'const' && index.value >= 0 && index.value < length) return 1n << BigInt(first + index.value);
  return ((1n << BigInt(length)) - 1n) << BigInt(first);
}
