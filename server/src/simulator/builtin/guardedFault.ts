/**
 * Faults and invalidations of the two repairs that were proposed before the page lock was taken:
 * a real seqlock (December 2005) and a page flag (March 2006).
 */

import { add, cells, locks, type MachineSize, pageCell, putPage } from '../../model/machine.ts';
import type { Label } from '../../model/programBuilder.ts';
import type { LocalId, Program } from '../../model/types.ts';
import { and, cell, constant, equal, local } from '../../model/values.ts';
import { environmentProgram, ifMapped, ifRemoved, lockPage, lookUp, dropPage, removePage, type Surroundings, unlockPage, unmapMappingRange } from '../environment/parts.ts';
import { type EnvironmentProfile, profileOfEra } from '../environment/profile.ts';
import {
  type Access, breakCow, checkSize, copyPage, type FaultProgram, faultProgram, findUptodatePage, ifPteNone, lockFaultPage, lockPageTable, putFaultPage, setPte, unlockFaultPage, unlockPageTable,
} from './faultParts.ts';

export interface GuardedShape {
  readonly size: MachineSize;
  readonly slot?: number;
}

/** Reads the seqlock before the lookup, and again under the page-table lock. */
export function seqlockFault({ size, slot = 0 }: GuardedShape): Program {
  return faultProgram({ name: 'do_no_page', size, slot }, (fault, out) => {
    const { b, page, value } = fault;
    const sequence = b.local('sequence', { max: 15 });
    const retry = b.label('retry');
    b.mark(retry);
    b.wait('read_seqbegin: wait while writers != 0', equal(cell({ cell: cells.seqWriters }), constant(0)),
      { kind: 'load', to: sequence, from: { cell: cells.seqCount }, order: 'acquire' });
    b.inside('filemap_nopage', () => findUptodatePage(fault, out, { checksSize: true }));
    lockPageTable(fault);
    b.step('read_seqretry: writers, sequence', {
      kind: 'update', cell: { cell: cells.seqCount }, value: cell({ cell: cells.seqCount }), result: value, order: 'relaxed',
    }, {
      kind: 'if', condition: and(equal(cell({ cell: cells.seqWriters }), constant(0)), equal(local(value), local(sequence))),
      then: [{ kind: 'assign', to: value, value: constant(0) }], otherwise: [{ kind: 'assign', to: value, value: constant(1) }],
    });
    b.when('read_seqretry', local(value), () => {
      unlockPageTable(fault);
      b.step('page_cache_release(page)', putPage(local(page)), { kind: 'assign', to: page, value: constant(0) });
      b.goto(retry);
    });
    mapPage(fault);
  });
}

/**
 * `pageLock`: tested under the page lock, which is kept; `afterLookup`, `pageTableLock`: without it;
 * `copy`: of a private write, the copy is locked and asked instead of the page of the file.
 */
export type FlagTest = 'pageLock' | 'afterLookup' | 'pageTableLock' | 'copy';

export interface FlagShape extends GuardedShape {
  readonly test: FlagTest;
  readonly access?: Access;
  /** i_size is read again once the flag was found clear. */
  readonly rechecksSize?: boolean;
}

export function flagFault(shape: FlagShape): Program {
  return shape.access === 'cow' ? flaggedCopy(shape) : flaggedRead(shape);
}

/** A private write: the copy is made early, and then the flag asked of it; or late, with the page locked until the copy is mapped. */
function flaggedCopy({ size, slot = 0, test, rechecksSize = false }: FlagShape): Program {
  return faultProgram({ name: 'do_no_page', size, slot }, (fault, out) => {
    const { b, page, copy } = fault;
    const retry = b.label('retry');
    const release = b.label('release');
    b.mark(retry);
    b.inside('filemap_nopage', () => findUptodatePage(fault, out, { checksSize: true }));
    if (test === 'copy') {
      breakCow(fault, out);
      b.step('new_page = copy', { kind: 'assign', to: page, value: local(copy) }, { kind: 'assign', to: copy, value: constant(0) });
    }
    lockFaultPage(fault);
    testFlag(fault, retry, () => unlockFaultPage(fault));
    if (rechecksSize) checkSize(fault, () => b.goto(release));
    if (test !== 'copy') copyPage(fault, release);
    lockPageTable(fault);
    if (test === 'copy') {
      // Before the pte is there: its reference is the only one that the copy has.
      unlockFaultPage(fault);
      mapPage(fault);
    } else {
      mapCopy(fault);
    }
    b.goto(out);
    b.mark(release);
    unlockFaultPage(fault);
    putFaultPage(fault);
  });
}

/** The copy is mapped or dropped, and the page of the file is let go. */
function mapCopy(fault: FaultProgram): void {
  const { b, copy } = fault;
  ifPteNone(fault, () => setPte(fault, copy, true), () => b.step('page_cache_release(copy)', putPage(local(copy)), { kind: 'assign', to: copy, value: constant(0) }));
  unlockPageTable(fault);
  unlockFaultPage(fault);
  putFaultPage(fault);
}

function flaggedRead({ size, slot = 0, test, rechecksSize = false }: FlagShape): Program {
  return faultProgram({ name: 'do_no_page', size, slot }, (fault, out) => {
    const { b } = fault;
    const retry = b.label('retry');
    const done = b.label('done');
    b.mark(retry);
    b.inside('filemap_nopage', () => findUptodatePage(fault, out, { checksSize: true }));
    if (test === 'pageLock') lockFaultPage(fault);
    if (test !== 'pageTableLock') testFlag(fault, retry, test === 'pageLock' ? () => unlockFaultPage(fault) : () => undefined);
    if (rechecksSize) checkSize(fault, () => {
      if (test === 'pageLock') unlockFaultPage(fault);
      putFaultPage(fault);
      b.goto(out);
    });
    lockPageTable(fault);
    if (test === 'pageTableLock') testFlag(fault, retry, () => unlockPageTable(fault));
    if (test === 'pageLock') mapPage(fault, () => unlockFaultPage(fault));
    else mapPage(fault);
    b.mark(done);
  });
}

function testFlag(fault: FaultProgram, retry: Label, unlock: () => void): void {
  const { b, page, value } = fault;
  b.step('PageTruncate(page)?', { kind: 'load', to: value, from: pageCell(cells.pageFlag, local(page)), order: 'relaxed' });
  b.when('PageTruncate(page)', local(value), () => {
    unlock();
    putFaultPage(fault);
    b.goto(retry);
  });
}

/** Sets the pte if it is none, else drops the page; `unlock` runs after the page-table lock is dropped. */
function mapPage(fault: FaultProgram, unlock: () => void = () => undefined): void {
  ifPteNone(fault, () => {
    setPte(fault, fault.page, true);
    unlockPageTable(fault);
    unlock();
  }, () => {
    unlockPageTable(fault);
    unlock();
    putFaultPage(fault);
  });
}

export interface GuardedInvalidation {
  readonly size: MachineSize;
  /** The flag may be set right after the removal or before the unmap. */
  readonly guard: 'seqlock' | 'flagAfterRemoval' | 'flagBeforeUnmap';
  /** Unmap only while page_mapped(page). */
  readonly isGated: boolean;
}

const profile: EnvironmentProfile = { ...profileOfEra('nopage'), unmapBumpsTruncateCount: false };

export function guardedInvalidation({ size, guard, isGated }: GuardedInvalidation): Program {
  return environmentProgram('invalidate', size, profile, (around) => {
    const { b, page } = around;
    b.inside('invalidate_inode_pages2_range', () => {
      lookUp(around, 'pagevec_lookup(mapping, 0)', 0);
      b.when('a page is cached', local(page), () => invalidate(around, guard, isGated));
    });
  });
}

/** truncate(2) to nothing with the page flag in place of truncate_count; it unmaps everything before, and with two sweeps after as well. */
export function guardedTruncation({ size, sweeps }: { readonly size: MachineSize; readonly sweeps: 1 | 2 }): Program {
  return environmentProgram('truncate', size, profile, (around) => {
    const { b, page } = around;
    const unmap = (): void => unmapMappingRange(around, { first: 0, isRange: true, evenCows: true });
    b.step('mutex_lock(&inode->i_mutex)', { kind: 'acquire', lock: { lock: locks.inode }, mode: 'exclusive' });
    b.step('i_size_write(inode, 0)', { kind: 'store', to: { cell: cells.iSize }, value: constant(0), order: 'relaxed' });
    unmap();
    b.inside('truncate_inode_pages_range', () => {
      const isGone = b.label('index 0 is not cached');
      b.forever(() => {
        lookUp(around, 'pagevec_lookup(mapping, 0)', 0);
        b.when('no page', equal(local(page), constant(0)), () => b.goto(isGone));
        invalidate(around, 'flagAfterRemoval', true);
      });
      b.mark(isGone);
    });
    if (sweeps === 2) unmap();
    b.step('mutex_unlock(&inode->i_mutex)', { kind: 'release', lock: { lock: locks.inode } });
  });
}

function invalidate(around: Surroundings, guard: GuardedInvalidation['guard'], isGated: boolean): void {
  const { b, page } = around;
  const unmap = (): void => unmapMappingRange(around, { first: 0, isRange: true, evenCows: false });
  lockPage(around);
  ifRemoved(around, () => undefined, () => {
    if (guard === 'seqlock') b.step('write_seqbegin: writers++', add({ cell: cells.seqWriters }, 1), { kind: 'fence', order: 'full' });
    if (guard === 'flagBeforeUnmap') setFlag(around, page);
    if (isGated) whileMapped(around, unmap);
    else unmap();
    removePage(around, 'remove from page cache, page->mapping = NULL');
    if (guard === 'flagAfterRemoval') setFlag(around, page);
    if (guard === 'seqlock') b.step('write_seqend: sequence++, writers--', { kind: 'fence', order: 'full' }, add({ cell: cells.seqCount }, 1), add({ cell: cells.seqWriters }, -1));
  });
  unlockPage(around);
  dropPage(around);
}

function setFlag({ b }: Surroundings, page: LocalId): void {
  b.step('SetPageTruncate(page)', { kind: 'update', cell: pageCell(cells.pageFlag, local(page)), value: constant(1), order: 'full' });
}

function whileMapped(around: Surroundings, unmap: () => void): void {
  const { b } = around;
  const done = b.label('unmapped');
  b.forever(() => ifMapped(around, unmap, () => b.goto(done)));
  b.mark(done);
}

