/** Pieces that several environment programs share: lookups, page locks, unmapping, removal. */

import { add, cells, findGetPage, locks, type MachineSize, pageCell, pageLock, putPage, removeFromCache, zapPte } from '../../model/machine.ts';
import { type Label, ProgramBuilder } from '../../model/programBuilder.ts';
import type { LocalId, LockMode, LockRef, Program, Step } from '../../model/types.ts';
import { binary, cell, constant, equal, local, not } from '../../model/values.ts';
import { type EnvironmentProfile, hasMutation } from './profile.ts';

/** What an environment program is built in: its builder and the locals that all of them use. */
export interface Surroundings {
  readonly b: ProgramBuilder;
  readonly size: MachineSize;
  readonly profile: EnvironmentProfile;
  /** The page at hand, 0 for none. */
  readonly page: LocalId;
  /** What page_mapped, page->mapping or a trylock said last. */
  readonly answer: LocalId;
  /** The pte at hand while one is zapped. */
  readonly pte: LocalId;
}

export function environmentProgram(
  name: string, size: MachineSize, profile: EnvironmentProfile, body: (around: Surroundings) => void,
): Program {
  const b = new ProgramBuilder(name);
  const around: Surroundings = {
    b, size, profile,
    page: b.local('page', { max: size.pages, format: 'page' }),
    answer: b.local('answer', { max: Math.max(1, size.slots.length + 2) }),
    pte: b.local('pte', { max: size.pages * 4 + 3, format: 'pte' }),
  };
  body(around);
  return b.build();
}

/** `find_get_page`; the local `page` is the result. */
export function lookUp(around: Surroundings, text: string, index: number): void {
  around.b.step(text, findGetPage(around.page, constant(index)));
}

export function lockPage({ b, page }: Surroundings): void {
  b.step('lock_page(page)', { kind: 'acquire', lock: pageLock(local(page)), mode: 'exclusive' });
}

export function unlockPage({ b, page }: Surroundings): void {
  b.step('unlock_page(page)', { kind: 'release', lock: pageLock(local(page)) });
}

/** Drops the lookup's reference. */
export function dropPage({ b, page }: Surroundings): void {
  b.step('page_cache_release(page)', putPage(local(page)), { kind: 'assign', to: page, value: constant(0) });
}

/** Where somebody else may be writing pages: blocks until the I/O of the locked page has ended. */
export function waitForWriteback({ b, page, profile }: Surroundings): void {
  if (profile.waitsForWriteback === true) b.wait('wait_on_page_writeback(page)', not(cell(pageCell(cells.writeback, local(page)))));
}

/** Branches on `page->mapping != mapping`, re-read now. */
export function ifRemoved(around: Surroundings, then: () => void, otherwise: () => void): void {
  const { b, page, answer } = around;
  b.step('page->mapping != mapping?', { kind: 'load', to: answer, from: pageCell(cells.mapping, local(page)), order: 'relaxed' });
  b.when('page->mapping != mapping', not(local(answer)), then, otherwise);
}

/** Branches on `page_mapped(page)`, re-read now. */
export function ifMapped(around: Surroundings, then: () => void, otherwise?: () => void): void {
  const { b, page, answer } = around;
  b.step('page_mapped(page)?', { kind: 'load', to: answer, from: pageCell(cells.mapcount, local(page)), order: 'relaxed' });
  b.when('page_mapped(page)', binary('>', local(answer), constant(0)), then, otherwise);
}

export interface UnmapOptions {
  /** Indices to unmap: from `first` to the end of the file, or just `first`. */
  readonly first: number;
  readonly isRange: boolean;
  /** Also zap private copies. */
  readonly evenCows: boolean;
  /** Who unmaps; only unmap_mapping_range (the default) counts itself. */
  readonly caller?: 'unmap_mapping_range' | 'try_to_unmap';
}

/** The body with i_mmap_lock held, as reverse-map walks take it, or in another mode. */
export function takeIMmap({ b, profile }: Surroundings, body: () => void, wanted?: LockMode): void {
  const lock: LockRef = { lock: locks.iMmap };
  const mode = wanted ?? (profile.unmapSharesIMmap ? 'shared' : 'exclusive');
  const way = mode === 'shared' ? 'read' : 'write';
  const [take, drop] = profile.unmapSharesIMmap
    ? [`i_mmap_lock_${way}(mapping)`, `i_mmap_unlock_${way}(mapping)`]
    : ['spin_lock(&mapping->i_mmap_lock)', 'spin_unlock(&mapping->i_mmap_lock)'];
  b.step(take, { kind: 'acquire', lock, mode });
  body();
  b.step(drop, { kind: 'release', lock });
}

/** mm/memory.c:unmap_mapping_range. Each pte is zapped in a PTL section of its own. */
export function unmapMappingRange(around: Surroundings, options: UnmapOptions): void {
  const { b, profile, pte, size } = around;
  const caller = options.caller ?? 'unmap_mapping_range';
  const isCounted = caller === 'unmap_mapping_range';
  const isInside = ({ index }: { readonly index: number }): boolean => (options.isRange ? index >= options.first : index === options.first);
  const slots = size.slots.map((slot, number) => ({ ...slot, number })).filter(isInside);
  b.inside(caller, () => takeIMmap(around, () => {
    if (isCounted && !hasMutation(profile, 'countBeforeSize') && !hasMutation(profile, 'countAfterSweep')) bumpTruncateCount(around);
    for (const { mm, number } of hasMutation(profile, 'childFirst') ? slots.reverse() : slots) {
      const zapped = b.label('zapped');
      if (profile.peeksAtPageTables === true) skipMissingPageTable(around, mm, zapped);
      const which = size.slots.length === 1 ? 'the pte' : `pte ${number}`;
      b.step(`zap ${which}${options.evenCows ? ', private copies too' : ''}`, zapPte(constant(number), pageTableLock(around, number), options.evenCows, pte));
      b.mark(zapped);
    }
    if (isCounted && hasMutation(profile, 'countAfterSweep')) bumpTruncateCount(around);
  }));
}

/** zap_pmd_range reads the page directory without a lock: where there is no page table, no PTL is taken. */
function skipMissingPageTable({ b, answer }: Surroundings, mm: number, skip: Label): void {
  b.step('pmd_none_or_clear_bad(pmd)?', { kind: 'load', to: answer, from: { cell: cells.pageTable, index: constant(mm) }, order: 'relaxed' });
  b.when('pmd_none(pmd)', not(local(answer)), () => b.goto(skip));
}

/** The write side of the open-coded seqlock, in eras that have it. */
export function bumpTruncateCount({ b, profile }: Surroundings): void {
  if (!profile.unmapBumpsTruncateCount || hasMutation(profile, 'noCount')) return;
  if (!hasMutation(profile, 'noWriteBarrier')) b.step('smp_wmb()', { kind: 'fence', order: 'write' });
  b.step('mapping->truncate_count++', add({ cell: cells.truncateCount }, 1));
  if (!hasMutation(profile, 'noFullBarrier')) b.step('smp_mb()', { kind: 'fence', order: 'full' });
}

export function pageTableLock({ size }: Pick<Surroundings, 'size'>, slot: number): LockRef {
  return { lock: locks.pageTable, index: constant(size.slots[slot]!.mm) };
}

/** Takes the locked page out of the cache and drops the cache's reference. Clears dirty and uptodate as the era does. */
export function removePage(around: Surroundings, text: string): void {
  const { b, page, size, profile } = around;
  if (profile.removalClearsUptodate === 'before') b.step('ClearPageUptodate(page)', setUptodate(page, 0));
  b.step(text,
    { kind: 'acquire', lock: { lock: locks.tree }, mode: 'exclusive' },
    removeFromCache(local(page), size),
    { kind: 'release', lock: { lock: locks.tree } });
  if (profile.removalClearsUptodate === 'after') b.step('ClearPageUptodate(page)', setUptodate(page, 0));
  b.step('page_cache_release(page), the reference of the page cache', putPage(local(page)));
}

export function setUptodate(page: LocalId, value: 0 | 1): Step {
  return { kind: 'update', cell: pageCell(cells.uptodate, local(page)), value: constant(value), order: 'relaxed' };
}

/** mm/truncate.c:truncate_inode_pages_range from index 0, its blocking pass: every cached page, until a lookup finds none. */
export function truncateInodePages(around: Surroundings, first: number): void {
  const { b, page, size, profile } = around;
  b.inside('truncate_inode_pages_range', () => {
    for (let index = first; index < size.indices; index++) {
      const isGone = b.label(`index ${index} is not cached`);
      b.forever(() => {
        lookUp(around, `pagevec_lookup(mapping, ${index})`, index);
        b.when('no page', equal(local(page), constant(0)), () => b.goto(isGone));
        lockPage(around);
        waitForWriteback(around);
        if (profile.removalUnmapsUnderPageLock) ifMapped(around, () => unmapMappingRange(around, { first: index, isRange: false, evenCows: false }));
        ifRemoved(around, () => undefined, () => {
          b.step('cancel_dirty_page(page)', { kind: 'update', cell: pageCell(cells.dirty, local(page)), value: constant(0), order: 'relaxed' });
          removePage(around, 'remove from page cache, page->mapping = NULL');
        });
        unlockPage(around);
        dropPage(around);
      });
      b.mark(isGone);
    }
  });
}

/** The body with mmap_sem held; by default that of the fault's own mm. */
export function withMmapLock({ b }: Surroundings, mode: LockMode, body: () => void, mm = 0): void {
  const lock: LockRef = { lock: locks.mmap, index: constant(mm) };
  b.step(mode === 'shared' ? 'down_read(&mm->mmap_sem)' : 'down_write(&mm->mmap_sem)', { kind: 'acquire', lock, mode });
  body();
  b.step(mode === 'shared' ? 'up_read(&mm->mmap_sem)' : 'up_write(&mm->mmap_sem)', { kind: 'release', lock });
}
