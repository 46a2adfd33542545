/**
 * Readahead by another thread: mm/filemap.c:page_cache_read. A page enters the cache locked and
 * not uptodate, and is read; in era `folio` inserting it and starting the read hold invalidate_lock.
 */

import { allocatePage, cells, insertIntoCache, locks, type MachineSize, pageCell, pageLock } from '../../model/machine.ts';
import type { Program, Step } from '../../model/types.ts';
import { cell, constant, equal, local, not } from '../../model/values.ts';
import { dropPage, environmentProgram, setUptodate, type Surroundings } from './parts.ts';
import type { EnvironmentProfile } from './profile.ts';

export function fillProgram(size: MachineSize, profile: EnvironmentProfile): Program {
  return environmentProgram('readahead', size, profile, (around) => {
    const { b, page, answer } = around;
    const invalidate = { lock: locks.invalidate };
    b.inside('read_pages', () => {
      b.step('page = page_cache_alloc(mapping)', allocatePage(page, size));
      b.when('a page', local(page), () => {
        if (profile.takesInvalidateLock) b.step('filemap_invalidate_lock_shared(mapping)', { kind: 'acquire', lock: invalidate, mode: 'shared' });
        b.step('add_to_page_cache(page, mapping, 0)', insert(around));
        b.when('added', local(answer), () => b.step('the block of index 0 is looked up', {
          kind: 'update', cell: pageCell(cells.contents, local(page)), value: cell({ cell: cells.block, index: constant(0) }), order: 'relaxed',
        }));
        if (profile.takesInvalidateLock) b.step('filemap_invalidate_unlock_shared(mapping)', { kind: 'release', lock: invalidate });
        b.when('added', local(answer), () => b.step('the I/O ends: SetPageUptodate(page), unlock_page(page)', setUptodate(page, 1), { kind: 'release', lock: pageLock(local(page)) }));
        dropPage(around);
      });
    });
  });
}

/** In one tree_lock section; the answer is 1 where the index was free. */
function insert({ page, answer }: Surroundings): readonly Step[] {
  const tree = { lock: locks.tree };
  return [
    { kind: 'acquire', lock: tree, mode: 'exclusive' },
    { kind: 'assign', to: answer, value: not(cell({ cell: cells.cache, index: constant(0) })) },
    {
      kind: 'if', condition: equal(local(answer), constant(1)),
      then: [{ kind: 'acquire', lock: pageLock(local(page)), mode: 'exclusive' }, ...insertIntoCache(local(page), constant(0))],
      otherwise: [],
    },
    { kind: 'release', lock: tree },
  ];
}
