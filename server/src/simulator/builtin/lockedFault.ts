/**
 * The fault of Linux 2.6.24, mm/memory.c:__do_fault with mm/filemap.c:filemap_fault: the page comes
 * back locked, and the page lock is held until the pte is set.
 */

import { type MachineSize, putPage } from '../../model/machine.ts';
import type { Label } from '../../model/programBuilder.ts';
import type { Program } from '../../model/types.ts';
import { constant, local } from '../../model/values.ts';
import {
  checkSize, copyPage, type FaultProgram, faultProgram, ifNotUptodate, ifPageGone, ifPteNone, lockFaultPage, lockPageTable, lookUpPage,
  pageCacheRead, putFaultPage, readPage, setPte, unlockFaultPage, unlockPageTable,
} from './faultParts.ts';

export type LockedMutation =
  /** i_size is not read again under the page lock. */
  | 'noSizeRecheck'
  /** page->mapping is not tested after the page lock was taken. */
  | 'noMappingRecheck'
  /** The page lock is dropped before the pte is set. */
  | 'earlyUnlock'
  /** page->mapping is not tested after page_mkwrite. */
  | 'noMkwriteRecheck';

export interface LockedShape {
  readonly size: MachineSize;
  readonly slot?: number;
  /** `mkwrite`: shared write whose page_mkwrite runs without the page lock. */
  readonly access?: 'read' | 'cow' | 'mkwrite';
  readonly mutations?: readonly LockedMutation[];
}

interface LockedFault extends FaultProgram {
  readonly access: 'read' | 'cow' | 'mkwrite';
  readonly has: (mutation: LockedMutation) => boolean;
}

export function lockedFault(shape: LockedShape): Program {
  const { size, slot = 0, access = 'read', mutations = [] } = shape;
  return faultProgram({ name: '__do_fault', size, slot }, (program, out) => {
    doFault({ ...program, access, has: (mutation) => mutations.includes(mutation) }, out);
  });
}

function doFault(fault: LockedFault, out: Label): void {
  const { b } = fault;
  const release = b.label('out: unlock and release');
  b.inside('filemap_fault', () => filemapFault(fault, out));
  if (fault.access === 'cow') copyPage(fault, release);
  if (fault.access === 'mkwrite') makeWritable(fault, release);
  if (fault.has('earlyUnlock')) unlockFaultPage(fault);
  lockPageTable(fault);
  if (fault.access === 'cow') mapCopy(fault);
  else mapPage(fault, out);
  b.goto(out);
  b.mark(release);
  unlockFaultPage(fault);
  putFaultPage(fault);
}

/** Returns a referenced, locked, uptodate page that is in the cache and below i_size, or leaves. */
function filemapFault(fault: LockedFault, out: Label): void {
  const { b, page } = fault;
  const found = b.label('found');
  const retry = b.label('retry');
  checkSize(fault, () => b.goto(out));
  b.mark(retry);
  lookUpPage(fault, 'page = find_lock_page(mapping, index): look up');
  b.when('no page', { kind: 'unary', op: '!', operand: local(page) }, () => {
    pageCacheRead(fault, out);
    b.goto(retry);
  });
  lockFaultPage(fault);
  if (!fault.has('noMappingRecheck')) {
    ifPageGone(fault, () => {
      unlockFaultPage(fault);
      putFaultPage(fault);
      b.goto(retry);
    });
  }
  ifNotUptodate(fault, () => {
    readPage(fault);
    putFaultPage(fault);
    b.goto(retry);
  });
  if (!fault.has('noSizeRecheck')) {
    checkSize(fault, () => {
      unlockFaultPage(fault);
      putFaultPage(fault);
      b.goto(out);
    });
  }
  b.mark(found);
}

/** do_page_mkwrite without a lock: the page may be truncated meanwhile. */
function makeWritable(fault: LockedFault, release: Label): void {
  unlockFaultPage(fault);
  fault.b.step('vma->vm_ops->page_mkwrite(vma, page)');
  lockFaultPage(fault);
  if (!fault.has('noMkwriteRecheck')) ifPageGone(fault, () => fault.b.goto(release));
}

function mapPage(fault: LockedFault, out: Label): void {
  const { b } = fault;
  const finish = (): void => {
    unlockPageTable(fault);
    if (!fault.has('earlyUnlock')) unlockFaultPage(fault);
  };
  ifPteNone(fault, () => {
    setPte(fault, fault.page, true);
    finish();
  }, () => {
    finish();
    putFaultPage(fault);
    b.goto(out);
  });
}

function mapCopy(fault: LockedFault): void {
  const { b, copy } = fault;
  ifPteNone(fault, () => setPte(fault, copy, true), () => {
    b.step('page_cache_release(copy)', putPage(local(copy)), { kind: 'assign', to: copy, value: constant(0) });
  });
  unlockPageTable(fault);
  if (!fault.has('earlyUnlock')) unlockFaultPage(fault);
  putFaultPage(fault);
}
