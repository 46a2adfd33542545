/**
 * The fault of Linux 6.12 from user mode to user mode: first under the vma's own lock
 * (mm/memory.c:lock_vma_under_rcu), and where that is not to be had under mmap_lock. A fault that
 * must wait for a folio drops the lock that keeps the vma before it waits, once
 * (mm/filemap.c:lock_folio_maybe_drop_mmap, maybe_unlock_mmap_for_io), holds on to the file instead,
 * and returns VM_FAULT_RETRY with the folio unlocked and put. A caller that will not wait
 * (FAULT_FLAG_RETRY_NOWAIT, get_user_pages) keeps mmap_lock.
 */

import { cells, locks, type MachineSize, pageLock } from '../../model/machine.ts';
import type { Label } from '../../model/programBuilder.ts';
import type { LocalId, LockRef, Model, Program } from '../../model/types.ts';
import { cell, constant, equal, local, not } from '../../model/values.ts';
import { invalidateProgram } from '../environment/invalidate.ts';
import { profileOfEra } from '../environment/profile.ts';
import { munmapProgram } from '../environment/zapRange.ts';
import { checkVmaUse } from '../invariants/retry.ts';
import { buildScenario } from '../scenario.ts';
import {
  bareFaultProgram, checkSize, ifNotUptodate, ifPageGone, ifPteNone, lockPageTable, lookUpPage, putFaultPage, setPte, unlockFaultPage, unlockPageTable,
} from './faultParts.ts';
import { createFolio, type FolioFault, lockMapping, readFolio, unlockMapping } from './folioFault.ts';

export type RetryMutation =
  /** The fault goes on with the vma after the lock that keeps it was dropped. */
  | 'goesOn'
  /** After VM_FAULT_RETRY the vma is not looked up again. */
  | 'noSecondLookup'
  /** VM_FAULT_RETRY is returned with the folio locked, or with its reference. */
  | 'keepsFolioLock' | 'keepsReference'
  /** mmap_lock is dropped though the caller said RETRY_NOWAIT. */
  | 'dropsForNowait';

export interface RetryShape {
  readonly size: MachineSize;
  /** False: FAULT_FLAG_RETRY_NOWAIT, with mmap_lock held by the caller. */
  readonly waits?: boolean;
  readonly mutations?: readonly RetryMutation[];
}

/** What keeps the vma. */
const [byNothing, byVmaLock, byMmapLock] = [0, 1, 2];

interface RetryFault extends FolioFault {
  readonly keptBy: LocalId;
  /** 1 once VM_FAULT_RETRY was returned: the lock is not dropped again (FAULT_FLAG_TRIED). */
  readonly tried: LocalId;
  readonly waits: boolean;
  readonly has: (mutation: RetryMutation) => boolean;
}

const ownMm = constant(0);
const vmaLock: LockRef = { lock: locks.vma, index: ownMm };
const mmapLock: LockRef = { lock: locks.mmap, index: ownMm };

export function retryFault({ size, waits = true, mutations = [] }: RetryShape): Program {
  return bareFaultProgram({ name: 'do_user_addr_fault', size, slot: 0 }, (program, out) => {
    const { b } = program;
    const fault: RetryFault = {
      ...program, waits, takesInvalidateLock: true, looksUpBlockFirst: false,
      isMappingLocked: b.local('mapping_locked', { max: 1, format: 'flag' }), block: b.local('block', { max: 1 }),
      keptBy: b.local('vma kept by', { max: byMmapLock }), tried: b.local('tried', { max: 1, format: 'flag' }),
      has: (mutation) => mutations.includes(mutation),
    };
    if (waits) underVmaLock(fault, out);
    underMmapLock(fault, out);
  });
}

/** lock_vma_under_rcu; falls through where the vma cannot be had so, or the fault is to be tried again. */
function underVmaLock(fault: RetryFault, out: Label): void {
  const { b, value, keptBy } = fault;
  const fallBack = b.label('lock_mmap');
  b.inside('lock_vma_under_rcu', () => {
    b.step('vma_start_read(vma)', { kind: 'tryAcquire', lock: vmaLock, mode: 'shared', to: value });
    b.when('!vma_start_read(vma)', not(local(value)), () => b.goto(fallBack));
    b.step('vma->detached?', { kind: 'assign', to: value, value: cell({ cell: cells.vma, index: ownMm }) });
    b.when('vma->detached', not(local(value)), () => {
      b.step('vma_end_read(vma)', { kind: 'release', lock: vmaLock });
      b.goto(fallBack);
    });
  });
  b.step('FAULT_FLAG_VMA_LOCK', { kind: 'assign', to: keptBy, value: constant(byVmaLock) });
  handleFault(fault, fallBack);
  b.step('vma_end_read(vma)', { kind: 'release', lock: vmaLock });
  b.goto(out);
  b.mark(fallBack);
}

function underMmapLock(fault: RetryFault, out: Label): void {
  const { b, value, keptBy, tried } = fault;
  const retry = b.label('retry');
  b.mark(retry);
  b.step('mmap_read_lock(mm)', { kind: 'acquire', lock: mmapLock, mode: 'shared' });
  const lookUp = (): void => {
    b.step('vma = find_vma(mm, address)', { kind: 'assign', to: value, value: cell({ cell: cells.vma, index: ownMm }) });
    b.when('!vma', not(local(value)), () => {
      b.step('mmap_read_unlock(mm): SIGSEGV', { kind: 'release', lock: mmapLock });
      b.goto(out);
    });
  };
  if (fault.has('noSecondLookup')) b.when('FAULT_FLAG_TRIED', local(tried), () => undefined, lookUp);
  else lookUp();
  b.step('no FAULT_FLAG_VMA_LOCK', { kind: 'assign', to: keptBy, value: constant(byMmapLock) });
  if (fault.waits) handleFault(fault, retry);
  else handleFault(fault, undefined);
  b.step('mmap_read_unlock(mm)', { kind: 'release', lock: mmapLock });
}

/** Falls through where the fault is done with the vma still kept; `retry` is for VM_FAULT_RETRY, with nothing held. */
function handleFault(fault: RetryFault, retry: Label | undefined): void {
  const { b } = fault;
  const done = b.label('done');
  const again = b.label('VM_FAULT_RETRY');
  b.inside('filemap_fault', () => filemapFault(fault, done, again));
  b.inside('finish_fault', () => finishFault(fault));
  b.goto(done);
  b.mark(again);
  if (retry) {
    b.step('flags |= FAULT_FLAG_TRIED', { kind: 'assign', to: fault.tried, value: constant(1) });
    b.goto(retry);
  }
  b.mark(done);
}

function filemapFault(fault: RetryFault, done: Label, again: Label): void {
  const { b, page, keptBy } = fault;
  const [retryFind, found, outRetry] = [b.label('retry_find'), b.label('found'), b.label('out_retry')];
  const isPinned = equal(local(keptBy), constant(byNothing));
  const outOfMemory = b.label('no memory');
  b.step('file = vmf->vma->vm_file', checkVmaUse(ownMm));
  checkSize(fault, () => b.goto(done));
  b.mark(retryFind);
  lookUpPage(fault, 'folio = filemap_get_folio(mapping, index)');
  b.when('no folio', not(local(page)), () => {
    b.inside('do_sync_mmap_readahead', () => dropForIo(fault));
    lockMapping(fault);
    createFolio(fault, outOfMemory, retryFind);
  });
  lockFolio(fault, outRetry);
  ifPageGone(fault, () => {
    drop(fault);
    b.goto(retryFind);
  });
  ifNotUptodate(fault, () => {
    b.when('mapping_locked', local(fault.isMappingLocked), () => undefined, () => {
      drop(fault);
      lockMapping(fault);
      b.goto(retryFind);
    });
    dropForIo(fault);
    readFolio(fault);
    b.when('fpin', isPinned, () => b.goto(outRetry));
    putFaultPage(fault);
    b.goto(retryFind);
  });
  if (!fault.has('goesOn')) b.when('fpin', isPinned, () => {
    if (!fault.has('keepsFolioLock')) unlockFaultPage(fault);
    b.goto(outRetry);
  });
  unlockMapping(fault);
  checkSize(fault, () => {
    drop(fault);
    b.goto(done);
  });
  b.goto(found);
  b.mark(outOfMemory);
  unlockMapping(fault);
  b.when('fpin', isPinned, () => b.goto(again));
  b.goto(done);
  b.mark(outRetry);
  if (!fault.has('keepsReference')) putFaultPage(fault);
  unlockMapping(fault);
  b.goto(again);
  b.mark(found);
}

/** lock_folio_maybe_drop_mmap: does not wait with the vma kept, the first time. */
function lockFolio(fault: RetryFault, outRetry: Label): void {
  const { b, page, value } = fault;
  b.inside('lock_folio_maybe_drop_mmap', () => {
    b.step('folio_trylock(folio)', { kind: 'tryAcquire', lock: pageLock(local(page)), mode: 'exclusive', to: value });
    b.when('folio_trylock(folio)', local(value), () => undefined, () => {
      if (!fault.waits) {
        if (fault.has('dropsForNowait')) dropForIo(fault);
        b.goto(outRetry);
      }
      dropForIo(fault);
      b.step('__folio_lock(folio)', { kind: 'acquire', lock: pageLock(local(page)), mode: 'exclusive' });
    });
  });
}

/** maybe_unlock_mmap_for_io: takes hold of the file and lets go of the vma, unless it did so before. */
function dropForIo(fault: RetryFault): void {
  const { b, keptBy, tried } = fault;
  if (!fault.waits && !fault.has('dropsForNowait')) return;
  const isKept = b.label('the vma is kept');
  b.inside('maybe_unlock_mmap_for_io', () => {
    b.when('FAULT_FLAG_TRIED', local(tried), () => b.goto(isKept));
    b.when('FAULT_FLAG_VMA_LOCK', equal(local(keptBy), constant(byVmaLock)), () => {
      b.step('fpin = get_file(file), vma_end_read(vma)', checkVmaUse(ownMm), { kind: 'release', lock: vmaLock }, { kind: 'assign', to: keptBy, value: constant(byNothing) });
    }, () => b.when('mmap_lock is held', equal(local(keptBy), constant(byMmapLock)), () => {
      b.step('fpin = get_file(file), mmap_read_unlock(mm)', checkVmaUse(ownMm), { kind: 'release', lock: mmapLock }, { kind: 'assign', to: keptBy, value: constant(byNothing) });
    }));
  });
  b.mark(isKept);
}

function drop(fault: RetryFault): void {
  unlockFaultPage(fault);
  putFaultPage(fault);
}

function finishFault(fault: RetryFault): void {
  const { b, page } = fault;
  b.step('vma->vm_page_prot', checkVmaUse(ownMm));
  lockPageTable(fault);
  ifPteNone(fault, () => {
    setPte(fault, page, true);
    unlockPageTable(fault);
    unlockFaultPage(fault);
    b.step('folio = NULL: the pte has its reference', { kind: 'assign', to: page, value: constant(0) });
  }, () => {
    unlockPageTable(fault);
    drop(fault);
  });
}

/** Against munmap, and invalidate_inode_pages2_range in a third thread, for whose folio lock the fault has to wait. */
export function unmapModel(shape: RetryShape): Model {
  const { size } = shape;
  const profile = profileOfEra('folio');
  const adversary = { name: 'munmap', program: munmapProgram(size, profile) };
  return buildScenario({ fault: retryFault(shape), size, adversary, profile, moreThreads: [invalidateProgram(size, profile)] });
}
