/**
 * The fault of Linux 6.12, mm/filemap.c:filemap_fault and mm/memory.c:finish_fault: the folio lock
 * is held until the pte is set, and invalidate_lock keeps a hole punch from freeing blocks that are
 * being read. Each page
 * remembers the block that it was read from.
 */

import { allocatePage, cells, insertIntoCache, locks, type MachineSize, pageCell, pageLock } from '../../model/machine.ts';
import type { Label } from '../../model/programBuilder.ts';
import type { LocalId, LockRef, Model, Program, Step } from '../../model/types.ts';
import { cell, constant, local, not } from '../../model/values.ts';
import type { EnvironmentProfile } from '../environment/profile.ts';
import { punchHoleProgram } from '../environment/punchHole.ts';
import { cachedDataIsCurrent } from '../invariants/blockMap.ts';
import { checkPageTable } from '../invariants/pteEdit.ts';
import { buildScenario } from '../scenario.ts';
import {
  checkSize, type FaultProgram, faultProgram, ifNotUptodate, ifPageGone, ifPteNone, lockFaultPage, lockPageTable, lookUpPage, pageTable, putFaultPage, setPte,
  unlockFaultPage, unlockPageTable,
} from './faultParts.ts';

export interface FolioShape {
  readonly size: MachineSize;
  /** False to show what invalidate_lock is for. */
  readonly takesInvalidateLock?: boolean;
  /** The block is looked up before the folio is inserted, as readahead once did. */
  readonly looksUpBlockFirst?: boolean;
  /** The page table may be taken away (retraction); `unchecked`: and the fault does not look whether it is there. */
  readonly tables?: 'stay' | 'vanish' | 'unchecked';
}

export interface FolioFault extends FaultProgram {
  /** 1 while invalidate_lock is held shared. */
  readonly isMappingLocked: LocalId;
  readonly block: LocalId;
  readonly takesInvalidateLock: boolean;
  readonly looksUpBlockFirst: boolean;
}

export function folioFault({ size, takesInvalidateLock = true, looksUpBlockFirst = false, tables = 'stay' }: FolioShape): Program {
  return faultProgram({ name: 'do_read_fault', size, slot: 0 }, (program, out) => {
    const isMappingLocked = program.b.local('mapping_locked', { max: 1, format: 'flag' });
    const fault: FolioFault = { ...program, isMappingLocked, block: program.b.local('block', { max: 1 }), takesInvalidateLock, looksUpBlockFirst };
    const access = fault.b.label('the access');
    fault.b.mark(access);
    fault.b.inside('filemap_fault', () => filemapFault(fault, out));
    fault.b.inside('finish_fault', () => {
      if (tables === 'stay') lockPageTable(fault);
      else findPageTable(fault, tables === 'vanish', access);
      mapFolio(fault, tables !== 'stay');
    });
  });
}

function filemapFault(fault: FolioFault, out: Label): void {
  const { b, page } = fault;
  const retry = b.label('retry_find');
  const outRetry = b.label('unlock mapping');
  checkSize(fault, () => b.goto(out));
  b.mark(retry);
  lookUpPage(fault, 'folio = filemap_get_folio(mapping, index)');
  b.when('no folio', not(local(page)), () => {
    lockMapping(fault);
    if (fault.looksUpBlockFirst) lookUpBlock(fault);
    createFolio(fault, outRetry, retry);
  });
  lockFaultPage(fault);
  const drop = (): void => {
    unlockFaultPage(fault);
    putFaultPage(fault);
  };
  ifPageGone(fault, () => {
    drop();
    b.goto(retry);
  });
  ifNotUptodate(fault, () => {
    readUnderMappingLock(fault, drop);
    b.goto(retry);
  });
  unlockMapping(fault);
  checkSize(fault, () => {
    drop();
    b.goto(out);
  });
  const found = b.label('found');
  b.goto(found);
  b.mark(outRetry);
  unlockMapping(fault);
  b.goto(out);
  b.mark(found);
}

export function lockMapping({ b, isMappingLocked, takesInvalidateLock }: FolioFault): void {
  b.when('mapping_locked', local(isMappingLocked), () => undefined, () => {
    const take: readonly Step[] = takesInvalidateLock ? [{ kind: 'acquire', lock: { lock: locks.invalidate }, mode: 'shared' }] : [];
    b.step('filemap_invalidate_lock_shared(mapping)', take, { kind: 'assign', to: isMappingLocked, value: constant(1) });
  });
}

export function unlockMapping({ b, isMappingLocked, takesInvalidateLock }: FolioFault): void {
  b.when('mapping_locked', local(isMappingLocked), () => {
    const drop: readonly Step[] = takesInvalidateLock ? [{ kind: 'release', lock: { lock: locks.invalidate } }] : [];
    b.step('filemap_invalidate_unlock_shared(mapping)', drop, { kind: 'assign', to: isMappingLocked, value: constant(0) });
  });
}

/** FGP_CREAT: a new folio, inserted and unlocked; found again where somebody was faster. */
export function createFolio(fault: FolioFault, outOfMemory: Label, retry: Label): void {
  const { b, page, value, size } = fault;
  const tree: LockRef = { lock: locks.tree };
  b.step('folio = filemap_alloc_folio(gfp, 0)', allocatePage(page, size));
  b.when('no folio', not(local(page)), () => b.goto(outOfMemory));
  b.step('filemap_add_folio(mapping, folio, index)',
    { kind: 'acquire', lock: tree, mode: 'exclusive' },
    { kind: 'load', to: value, from: { cell: cells.cache, index: constant(0) }, order: 'relaxed' },
    {
      kind: 'if', condition: local(value), then: [],
      otherwise: [
        { kind: 'acquire', lock: pageLock(local(page)), mode: 'exclusive' },
        ...insertIntoCache(local(page), constant(0)),
        { kind: 'release', lock: pageLock(local(page)) },
      ],
    },
    { kind: 'release', lock: tree });
  b.when('-EEXIST', local(value), () => {
    putFaultPage(fault);
    b.goto(retry);
  });
}

/** The folio is locked and not uptodate: it may be read only under invalidate_lock. */
function readUnderMappingLock(fault: FolioFault, drop: () => void): void {
  fault.b.when('mapping_locked', local(fault.isMappingLocked), () => {
    readFolio(fault);
    putFaultPage(fault);
  }, () => {
    drop();
    lockMapping(fault);
  });
}

/** ->read_folio of the locked folio, up to the end of the I/O, which unlocks it. */
export function readFolio(fault: FolioFault): void {
  const { b, page, block } = fault;
  if (!fault.looksUpBlockFirst) lookUpBlock(fault);
  b.step('read_folio: the I/O ends, folio_mark_uptodate, folio_unlock',
    { kind: 'update', cell: pageCell(cells.contents, local(page)), value: local(block), order: 'relaxed' },
    { kind: 'update', cell: pageCell(cells.uptodate, local(page)), value: constant(1), order: 'relaxed' },
    { kind: 'release', lock: pageLock(local(page)) });
}

function lookUpBlock({ b, block }: FolioFault): void {
  b.step('read_folio: look the block up', { kind: 'load', to: block, from: { cell: cells.block }, order: 'relaxed' });
}

/** `again` is taken where the table has gone: VM_FAULT_NOPAGE, upon which the access faults again. */
function findPageTable(fault: FolioFault, looks: boolean, again: Label): void {
  const { b, value } = fault;
  const table = { cell: cells.pageTable, index: constant(0) };
  const ptl = pageTable(fault);
  b.step('pmd_none(*vmf->pmd)?', { kind: 'load', to: value, from: table, order: 'relaxed' });
  b.when('pmd_none', not(local(value)), () => b.step('pmd_install(mm, vmf->pmd, &vmf->prealloc_pte)',
    { kind: 'acquire', lock: ptl, mode: 'exclusive' }, { kind: 'store', to: table, value: constant(1), order: 'relaxed' }, { kind: 'release', lock: ptl }));
  if (!looks) {
    lockPageTable(fault);
    return;
  }
  b.step('vmf->pte = pte_offset_map_lock(mm, vmf->pmd, address, &vmf->ptl)',
    { kind: 'acquire', lock: ptl, mode: 'exclusive' }, { kind: 'assign', to: value, value: cell(table) },
    { kind: 'if', condition: local(value), then: [], otherwise: [{ kind: 'release', lock: ptl }] });
  b.when('!vmf->pte', not(local(value)), () => {
    unlockFaultPage(fault);
    putFaultPage(fault);
    b.goto(again);
  });
}

function mapFolio(fault: FolioFault, mayVanish: boolean): void {
  ifPteNone(fault, () => {
    if (mayVanish) fault.b.step('vmf->pte is in the page table', checkPageTable(constant(0)));
    setPte(fault, fault.page, true);
    unlockPageTable(fault);
    unlockFaultPage(fault);
  }, () => {
    unlockPageTable(fault);
    unlockFaultPage(fault);
    putFaultPage(fault);
  });
}

/** A read fault against a hole punch that frees the blocks: I16 besides the usual properties. */
export function punchModel(shape: FolioShape, profile: EnvironmentProfile): Model {
  const { size } = shape;
  const freeBlocks: readonly Step[] = [{ kind: 'store', to: { cell: cells.block }, value: constant(1), order: 'relaxed' }];
  const adversary = { name: 'punch-hole', program: punchHoleProgram(size, profile, freeBlocks) };
  const model = buildScenario({ fault: folioFault(shape), size, adversary, profile });
  return { ...model, properties: [...model.properties, cachedDataIsCurrent(size, 1)] };
}
