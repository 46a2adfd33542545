/** How values, cells, locks and threads are called in messages and traces. Plain ASCII. */

import { assertNever } from '../base/assert.ts';
import { migrationEntry } from '../model/machine.ts';
import { unknownPage, unknownScalar } from '../model/sentinels.ts';
import type { Model, ThreadIndex, ValueFormat } from '../model/types.ts';

const notFollowed = 'not followed';

export function formatValue(format: ValueFormat, value: number): string {
  switch (format) {
    case 'number':
      return value === unknownScalar ? notFollowed : String(value);
    case 'flag':
      return value === 0 ? 'no' : 'yes';
    case 'page':
      return pageName(value);
    case 'pte':
      return formatPte(value);
    case 'mapping':
      return value === 0 ? 'NULL' : 'file';
    case 'pageKind':
      return ['not in use', 'page cache', 'anonymous'][value] ?? String(value);
    default:
      return assertNever(format);
  }
}

function pageName(page: number): string {
  if (page === 0) return 'NULL';
  if (page === unknownPage) return notFollowed;
  return page < 0 ? `error ${page}` : `page ${page}`;
}

/** `page * 4 + dirty * 2 + writable`, see model/machine.ts. */
function formatPte(pte: number): string {
  if (pte === 0) return 'none';
  if (pte < 0) return notFollowed;
  if (pte === migrationEntry) return 'migration entry';
  const bits = [(pte & 1) !== 0 ? 'writable' : '', (pte & 2) !== 0 ? 'dirty' : ''].filter((bit) => bit !== '');
  return bits.length === 0 ? pageName(pte >> 2) : `${pageName(pte >> 2)} (${bits.join(', ')})`;
}

export function cellName(model: Model, cell: number, index: number): string {
  return model.cells[cell]!.elementName(index);
}

export function lockName(model: Model, lock: number, index: number): string {
  return model.locks[lock]!.elementName(index);
}

/** `CPU0 (fault)`. */
export function threadName(model: Model, thread: ThreadIndex): string {
  return `CPU${thread} (${model.threads[thread]!.name})`;
}

/** Who holds a lock: `free`, `CPU1`, `CPU0 and CPU1 (shared)`. */
export function formatHolders(exclusive: ThreadIndex | undefined, shared: readonly ThreadIndex[]): string {
  if (exclusive !== undefined) return `CPU${exclusive}`;
  if (shared.length === 0) return 'free';
  return `${shared.map((thread) => `CPU${thread}`).join(' and ')} (shared)`;
}

/** `page 1 refcount would become 12, outside 0..11`. */
export function outOfRangeMessage(what: string, value: number, min: number, max: number): string {
  return `${what} would become ${value}, outside ${min}..${max}`;
}

export function badIndexMessage(what: string, index: number, length: number): string {
  return `element ${index} of ${what} is used, outside 0..${length - 1}`;
}
