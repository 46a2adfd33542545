/**
 * Writing a dirty page back: mm/page-writeback.c:write_cache_pages and clear_page_dirty_for_io.
 * page_mkclean takes the dirty and writable bits away from all ptes, so that the next store faults;
 * the filesystem uses its reservation up. The I/O ends some time after the page lock and the reference
 * are dropped: that the page is still there then rests on who removes pages waiting for it.
 */

import { cells, locks, type MachineSize, pageCell, ptePage, putPage } from '../../model/machine.ts';
import type { LocalId, Program, Step } from '../../model/types.ts';
import { and, binary, cell, constant, equal, local, not } from '../../model/values.ts';
import { checkNotFreed } from '../invariants/freePages.ts';
import { dropPage, environmentProgram, ifRemoved, lockPage, lookUp, pageTableLock, type Surroundings, takeIMmap, unlockPage } from './parts.ts';
import type { EnvironmentProfile } from './profile.ts';

export function writebackProgram(size: MachineSize, profile: EnvironmentProfile): Program {
  return environmentProgram('writeback', size, profile, (around) => {
    const { b, page } = around;
    b.inside('write_cache_pages', () => {
      for (let index = 0; index < size.indices; index++) {
        lookUp(around, `pagevec_lookup_tag(mapping, ${index})`, index);
        b.when('a page is cached', local(page), () => writePage(around));
      }
    });
  });
}

function writePage(around: Surroundings): void {
  const { b, page } = around;
  const written = b.label('written');
  const skip = b.label('skip');
  lockPage(around);
  ifRemoved(around, () => b.goto(skip), () => undefined);
  ifDirty(around, () => undefined, () => b.goto(skip));
  b.wait('wait_on_page_writeback(page)', not(cell(pageCell(cells.writeback, local(page)))));
  b.inside('clear_page_dirty_for_io', () => {
    makeClean(around);
    b.step('TestClearPageDirty(page)', testAndClear(around));
  });
  b.when('the page was dirty', local(around.answer), () => {
    b.step('->writepage(page): set_page_writeback, unlock_page',
      set(page, cells.writeback, 1), set(page, cells.reserved, 0), set(page, cells.unsaved, 0),
      { kind: 'release', lock: { lock: locks.page, index: local(page) } });
    b.step('page_cache_release(page)', putPage(local(page)));
    b.step('the I/O ends: end_page_writeback(page)', checkNotFreed(local(page), 'a page is freed while it is being written'), set(page, cells.writeback, 0), { kind: 'assign', to: page, value: constant(0) });
    b.goto(written);
  });
  b.mark(skip);
  unlockPage(around);
  dropPage(around);
  b.mark(written);
}

function ifDirty({ b, page, answer }: Surroundings, then: () => void, otherwise: () => void): void {
  b.step('PageDirty(page)?', { kind: 'load', to: answer, from: pageCell(cells.dirty, local(page)), order: 'relaxed' });
  b.when('PageDirty(page)', local(answer), then, otherwise);
}

/** mm/rmap.c:page_mkclean; a pte that was cleaned makes the page dirty (again). */
function makeClean(around: Surroundings): void {
  const { b, page, pte, answer, size } = around;
  b.inside('page_mkclean', () => {
    takeIMmap(around, () => {
      b.step('cleaned = 0', { kind: 'assign', to: answer, value: constant(0) });
      size.slots.forEach((_, slot) => b.step(size.slots.length === 1 ? 'clean the pte' : `clean pte ${slot}`, cleanPte(around, slot)));
    });
  });
  b.when('a pte was cleaned', local(answer), () => b.step('set_page_dirty(page)', set(page, cells.dirty, 1)));
  b.step('pte = none', { kind: 'assign', to: pte, value: constant(0) });
}

function cleanPte({ page, pte, answer, size }: Surroundings, slot: number): readonly Step[] {
  const ptl = pageTableLock({ size }, slot);
  const ref = { cell: cells.pte, index: constant(slot) };
  return [
    { kind: 'acquire', lock: ptl, mode: 'exclusive' },
    { kind: 'load', to: pte, from: ref, order: 'relaxed' },
    {
      kind: 'if', condition: and(equal(ptePage(local(pte)), local(page)), binary('&', local(pte), constant(3))),
      then: [
        { kind: 'store', to: ref, value: binary('&', local(pte), constant(~3)), order: 'relaxed' },
        { kind: 'assign', to: answer, value: constant(1) },
      ],
      otherwise: [],
    },
    { kind: 'release', lock: ptl },
  ];
}

function testAndClear({ page, answer }: Surroundings): readonly Step[] {
  const dirty = pageCell(cells.dirty, local(page));
  return [
    { kind: 'assign', to: answer, value: constant(0) },
    {
      kind: 'if', condition: cell(dirty),
      then: [{ kind: 'update', cell: dirty, value: constant(0), order: 'full' }, { kind: 'assign', to: answer, value: constant(1) }],
      otherwise: [],
    },
  ];
}

function set(page: LocalId, id: number, value: 0 | 1): Step {
  return { kind: 'update', cell: pageCell(id, local(page)), value: constant(value), order: 'relaxed' };
}
