/**
 * The two that take only pages nobody uses: mm/truncate.c:invalidate_mapping_pages (drop_caches,
 * POSIX_FADV_DONTNEED), which skips mapped pages, and mm/vmscan.c reclaim, which unmaps them first.
 * Both end in remove_mapping, which gives up where anyone else holds a reference. Writing dirty
 * pages back is not modelled: they are skipped.
 */

import { cells, freePage, locks, type MachineSize, pageCell, pageLock, putPage, removeFromCache } from '../../model/machine.ts';
import type { Label } from '../../model/programBuilder.ts';
import type { Program, Step, Value } from '../../model/types.ts';
import { and, cell, constant, equal, local, not } from '../../model/values.ts';
import { checkClean } from '../invariants/lostDirty.ts';
import { dropPage, environmentProgram, ifMapped, ifRemoved, lookUp, type Surroundings, unlockPage, unmapMappingRange } from './parts.ts';
import { type EnvironmentProfile, hasMutation } from './profile.ts';

export function invalidateCleanProgram(size: MachineSize, profile: EnvironmentProfile): Program {
  return evictProgram('invalidate-clean', 'invalidate_mapping_pages', size, profile, (around, _index, unlock) => {
    ifMapped(around, () => around.b.goto(unlock));
  });
}

export function reclaimProgram(size: MachineSize, profile: EnvironmentProfile): Program {
  return evictProgram('reclaim', 'shrink_page_list', size, profile, (around, index, unlock) => {
    ifMapped(around, () => unmapMappingRange(around, { first: index, isRange: false, evenCows: false, caller: 'try_to_unmap' }));
    ifMapped(around, () => around.b.goto(unlock));
  });
}

type Preparation = (around: Surroundings, index: number, unlock: Label) => void;

function evictProgram(name: string, caller: string, size: MachineSize, profile: EnvironmentProfile, prepare: Preparation): Program {
  return environmentProgram(name, size, profile, (around) => {
    around.b.inside(caller, () => {
      for (let index = 0; index < size.indices; index++) evictIndex(around, index, prepare);
    });
  });
}

function evictIndex(around: Surroundings, index: number, prepare: Preparation): void {
  const { b, page, answer } = around;
  const done = b.label('done');
  const release = b.label('release');
  const unlock = b.label('unlock');
  lookUp(around, 'isolate a page', index);
  b.when('no page', not(local(page)), () => b.goto(done));
  b.step('trylock_page(page)', { kind: 'tryAcquire', lock: pageLock(local(page)), mode: 'exclusive', to: answer });
  b.when('page is locked', not(local(answer)), () => b.goto(release));
  if (around.profile.waitsForWriteback === true) {
    b.step('PageWriteback(page)?', { kind: 'load', to: answer, from: pageCell(cells.writeback, local(page)), order: 'relaxed' });
    b.when('PageWriteback(page)', local(answer), () => b.goto(unlock));
  }
  prepare(around, index, unlock);
  ifRemoved(around, () => b.goto(unlock), () => undefined);
  b.inside('remove_mapping', () => removeUnused(around, done));
  b.mark(unlock);
  unlockPage(around);
  b.mark(release);
  dropPage(around);
  b.mark(done);
}

/** Jumps to `gone` once the page is freed; falls through where somebody else uses it or it is dirty. */
function removeUnused(around: Surroundings, gone: Label): void {
  const { b, page, answer, profile } = around;
  const isClean = not(cell(pageCell(cells.dirty, local(page))));
  const testsEarly = hasMutation(profile, 'dirtyBeforeReferences');
  if (testsEarly) {
    const unlock = b.label('not removed');
    const isTested = b.label('PageDirty was tested');
    b.step('PageDirty(page)?', { kind: 'load', to: answer, from: pageCell(cells.dirty, local(page)), order: 'relaxed' });
    b.when('PageDirty(page)', local(answer), () => b.goto(unlock), () => b.goto(isTested));
    b.mark(isTested);
    removeIf(around, hasReferences(around, 2), gone);
    b.mark(unlock);
  } else {
    removeIf(around, and(hasReferences(around, 2), isClean), gone);
  }
}

function removeIf(around: Surroundings, isUnused: Value, gone: Label): void {
  const { b, page, answer, profile, size } = around;
  const freeze: readonly Step[] = profile.reclaimFreezesReferences
    ? [{ kind: 'update', cell: pageCell(cells.refcount, local(page)), value: constant(0), order: 'full' }]
    : [];
  const text = profile.reclaimFreezesReferences ? 'folio_ref_freeze(folio, 2): remove from page cache' : 'page_count(page) == 2: remove from page cache';
  b.step(text,
    { kind: 'acquire', lock: { lock: locks.tree }, mode: 'exclusive' },
    { kind: 'assign', to: answer, value: constant(0) },
    { kind: 'if', condition: isUnused, then: [checkClean(local(page)), ...freeze, ...removeFromCache(local(page), size), { kind: 'assign', to: answer, value: constant(1) }], otherwise: [] },
    { kind: 'release', lock: { lock: locks.tree } });
  b.when('removed', local(answer), () => {
    if (!profile.reclaimFreezesReferences) b.step('page_cache_release(page), the reference of the page cache', putPage(local(page)));
    unlockPage(around);
    if (profile.reclaimFreezesReferences) b.step('free the folio', freeFrozen(around));
    else dropPage(around);
    b.goto(gone);
  });
}

function hasReferences({ page }: Surroundings, count: number): Value {
  return equal(cell(pageCell(cells.refcount, local(page))), constant(count));
}

/** A frozen page has no references to put. */
function freeFrozen({ page }: Surroundings): readonly Step[] {
  return [...freePage(local(page)), { kind: 'assign', to: page, value: constant(0) }];
}
