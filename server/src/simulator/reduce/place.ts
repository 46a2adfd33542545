/** Elements of shared arrays: which cells, locks and views may be the same. */

import type { CellRef, LockRef, Value } from '../../model/types.ts';

/** `index` undefined: any element of the array, known only at run time. */
export interface Place {
  readonly kind: 'cell' | 'lock' | 'view';
  readonly array: number;
  readonly index: number | undefined;
}

export function cellPlace({ cell, index }: CellRef): Place {
  return { kind: 'cell', array: cell, index: constantOf(index) };
}

export function lockPlace({ lock, index }: LockRef): Place {
  return { kind: 'lock', array: lock, index: constantOf(index) };
}

export function mayBeSame(one: Place, other: Place): boolean {
  return one.array === other.array && one.kind === other.kind && (one.index === undefined || other.index === undefined || one.index === other.index);
}

function constantOf(index: Value | undefined): number | undefined {
  if (!index) return 0;
  return index.kind === 'const' ? index.value : undefined;
}
