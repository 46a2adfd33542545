/** I16: once blocks have been freed, an uptodate page of the page cache was read from the block that its index has now. */

import { cells, type MachineSize } from '../../model/machine.ts';
import type { Property, ThreadIndex, Value } from '../../model/types.ts';
import { and, cell, constant, equal, implies } from '../../model/values.ts';
import { forAllPages, ofPage } from './ptes.ts';
import { type InvariantText, propertyOf } from './text.ts';

export const blockMapText: InvariantText = {
  id: 'I16',
  title: 'cached data comes from the current block',
  asked: 'once truncate or hole punch has finished',
  explanation:
    'The page cache holds the contents of a block that has been freed: another file may own that block by now.',
  kernel: 'mapping->invalidate_lock: mm/filemap.c:filemap_fault, fs callers of truncate_pagecache_range',
};

export function cachedDataIsCurrent(size: MachineSize, freer: ThreadIndex): Property {
  const at = (id: number, index: number): Value => cell({ cell: id, index: constant(index) });
  const isCurrent = (page: number, index: number): Value => implies(
    and(equal(at(cells.cache, index), constant(page)), ofPage(cells.uptodate, page)),
    equal(ofPage(cells.contents, page), at(cells.block, index)),
  );
  const indices = Array.from({ length: size.indices }, (_, index) => index);
  return propertyOf(blockMapText, { kind: 'end', thread: freer }, forAllPages(size, (page) => and(...indices.map((index) => isCurrent(page, index)))));
}
