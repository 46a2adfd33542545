/** Steps that the hand-written fault programs share; slot 0, mm 0, index 0. */

import { allocatePage, cells, countMapping, findGetPage, insertIntoCache, locks, type MachineSize, makePte, pageCell, pageKinds, pageLock, putPage, storePte } from '../../model/machine.ts';
import { type Label, ProgramBuilder } from '../../model/programBuilder.ts';
import type { LocalId, LockRef, Program, Step } from '../../model/types.ts';
import { constant, equal, local, not } from '../../model/values.ts';

export interface FaultProgram {
  readonly b: ProgramBuilder;
  readonly size: MachineSize;
  readonly slot: number;
  /** The page of the page cache. */
  readonly page: LocalId;
  /** The private copy, 0 for none. */
  readonly copy: LocalId;
  /** A value just loaded. */
  readonly value: LocalId;
}

export type Access = 'read' | 'cow';

export interface FaultShape {
  readonly name: string;
  readonly size: MachineSize;
  readonly slot: number;
}

/** A program that holds mmap_sem shared throughout; `body` may jump to `out`, where nothing else is held. */
export function faultProgram(shape: FaultShape, body: (fault: FaultProgram, out: Label) => void): Program {
  return bareFaultProgram(shape, (fault, out) => {
    const mm = constant(shape.size.slots[shape.slot]!.mm);
    fault.b.step('down_read(&mm->mmap_sem)', { kind: 'acquire', lock: { lock: locks.mmap, index: mm }, mode: 'shared' });
    body(fault, out);
  });
}

/** Without any lock taken for it; `out` is the end. */
export function bareFaultProgram(shape: FaultShape, body: (fault: FaultProgram, out: Label) => void): Program {
  const b = new ProgramBuilder(shape.name);
  const { size, slot } = shape;
  const fault: FaultProgram = {
    b, size, slot,
    page: b.local('page', { max: size.pages, format: 'page' }),
    copy: b.local('copy', { max: size.pages, format: 'page' }),
    value: b.local('value', { max: Math.max(15, size.pages * 4 + 3) }),
  };
  const out = b.label('out');
  body(fault, out);
  b.mark(out);
  return b.build();
}

/** `index >= i_size`: SIGBUS, as the kernel reads it here. */
export function checkSize({ b, value }: FaultProgram, beyond: () => void): void {
  b.step('size = i_size_read(inode)', { kind: 'load', to: value, from: { cell: cells.iSize }, order: 'relaxed' });
  b.when('index >= size', equal(local(value), constant(0)), beyond);
}

export function lookUpPage({ b, page }: FaultProgram, text = 'page = find_get_page(mapping, index)'): void {
  b.step(text, findGetPage(page, constant(0)));
}

export function lockFaultPage({ b, page }: FaultProgram): void {
  b.step('lock_page(page)', { kind: 'acquire', lock: pageLock(local(page)), mode: 'exclusive' });
}

export function unlockFaultPage({ b, page }: FaultProgram): void {
  b.step('unlock_page(page)', { kind: 'release', lock: pageLock(local(page)) });
}

export function putFaultPage({ b, page }: FaultProgram): void {
  b.step('page_cache_release(page)', putPage(local(page)), { kind: 'assign', to: page, value: constant(0) });
}

/** `page->mapping == NULL`? */
export function ifPageGone({ b, page, value }: FaultProgram, then: () => void): void {
  b.step('page->mapping', { kind: 'load', to: value, from: pageCell(cells.mapping, local(page)), order: 'relaxed' });
  b.when('page->mapping == NULL', not(local(value)), then);
}

export function ifNotUptodate({ b, page, value }: FaultProgram, then: () => void): void {
  b.step('PageUptodate(page)?', { kind: 'load', to: value, from: pageCell(cells.uptodate, local(page)), order: 'relaxed' });
  b.when('!PageUptodate(page)', not(local(value)), then);
}

/** ->readpage on the locked page, up to the end of the I/O, which unlocks it. */
export function readPage({ b, page }: FaultProgram): void {
  b.step('readpage(page): SetPageUptodate, unlock_page',
    { kind: 'update', cell: pageCell(cells.uptodate, local(page)), value: constant(1), order: 'relaxed' },
    { kind: 'release', lock: pageLock(local(page)) });
}

/** mm/filemap.c:page_cache_read: a new page, inserted locked unless the slot is taken, read, and put again. */
export function pageCacheRead(fault: FaultProgram, outOfMemory: Label): void {
  const { b, page, value, size } = fault;
  b.inside('page_cache_read', () => {
    b.step('page = page_cache_alloc(mapping)', allocatePage(page, size));
    b.when('no page', not(local(page)), () => b.goto(outOfMemory));
    b.step('add_to_page_cache(page, mapping, index)', addToCache(page, value));
    b.when('added', local(value), () => readPage(fault));
    putFaultPage(fault);
  });
}

/** In one tree_lock section; `added` becomes 1 and the page is locked, or 0 where the slot was taken. */
function addToCache(page: LocalId, added: LocalId): readonly Step[] {
  const tree: LockRef = { lock: locks.tree };
  return [
    { kind: 'acquire', lock: tree, mode: 'exclusive' },
    { kind: 'load', to: added, from: { cell: cells.cache, index: constant(0) }, order: 'relaxed' },
    {
      kind: 'if', condition: local(added),
      then: [{ kind: 'assign', to: added, value: constant(0) }],
      otherwise: [
        { kind: 'acquire', lock: pageLock(local(page)), mode: 'exclusive' },
        ...insertIntoCache(local(page), constant(0)),
        { kind: 'assign', to: added, value: constant(1) },
      ],
    },
    { kind: 'release', lock: tree },
  ];
}

/** The early copy-on-write break: a private copy, not yet mapped. */
export function copyPage({ b, copy, size }: FaultProgram, outOfMemory: Label): void {
  b.step('copy = alloc_page_vma(…)', allocatePage(copy, size));
  b.when('no page', not(local(copy)), () => b.goto(outOfMemory));
  b.step('copy_user_highpage(copy, page)', { kind: 'update', cell: pageCell(cells.pageKind, local(copy)), value: constant(pageKinds.anonymous), order: 'relaxed' });
}

export function pageTable({ size, slot }: FaultProgram): LockRef {
  return { lock: locks.pageTable, index: constant(size.slots[slot]!.mm) };
}

export function lockPageTable(fault: FaultProgram): void {
  fault.b.step('pte_offset_map_lock(mm, pmd, address, &ptl)', { kind: 'acquire', lock: pageTable(fault), mode: 'exclusive' });
}

export function unlockPageTable(fault: FaultProgram): void {
  fault.b.step('pte_unmap_unlock(page_table, ptl)', { kind: 'release', lock: pageTable(fault) });
}

/** Sets the pte to `page` and counts it. */
export function setPte(fault: FaultProgram, page: LocalId, isRechecked: boolean): void {
  const { b, slot } = fault;
  const stored = storePte(constant(slot), pageTable(fault), makePte(local(page)));
  const steps = isRechecked ? stored : stored.filter((step) => step.kind !== 'check' || step.property !== 'I11');
  b.step('set_pte_at(mm, address, page_table, entry)', steps);
  b.step('page_add_rmap(page)', countMapping(local(page)));
}

/** `pte_none(*page_table)`. */
export function ifPteNone({ b, value, slot }: FaultProgram, then: () => void, otherwise: () => void): void {
  b.step('pte_none(*page_table)?', { kind: 'load', to: value, from: { cell: cells.pte, index: constant(slot) }, order: 'relaxed' });
  b.when('pte_none', not(local(value)), then, otherwise);
}


/** mm/filemap.c:filemap_nopage: a referenced, unlocked page in `page`, or a jump to `out`. */
export function findUptodatePage(fault: FaultProgram, out: Label, options: { readonly checksSize: boolean }): void {
  const { b, page } = fault;
  const found = b.label('success');
  b.forever(() => {
    if (options.checksSize) checkSize(fault, () => b.goto(out));
    b.forever((again) => {
      lookUpPage(fault);
      b.when('page found', local(page), () => {
        ifNotUptodate(fault, () => makeUptodate(fault, () => b.goto(again)));
        b.goto(found);
      });
      pageCacheRead(fault, out);
    });
  });
  b.mark(found);
}

function makeUptodate(fault: FaultProgram, retry: () => void): void {
  const { b } = fault;
  lockFaultPage(fault);
  ifPageGone(fault, () => {
    unlockFaultPage(fault);
    putFaultPage(fault);
    retry();
  });
  const isRead = b.label('read');
  ifNotUptodate(fault, () => {
    readPage(fault);
    b.goto(isRead);
  });
  unlockFaultPage(fault);
  b.mark(isRead);
}

/** The early copy-on-write break, after which only the copy is referenced. */
export function breakCow(fault: FaultProgram, out: Label): void {
  const { b } = fault;
  const isOutOfMemory = b.label('oom');
  const isCopied = b.label('copied');
  copyPage(fault, isOutOfMemory);
  putFaultPage(fault);
  b.goto(isCopied);
  b.mark(isOutOfMemory);
  putFaultPage(fault);
  b.goto(out);
  b.mark(isCopied);
}

/**
 * mm/memory.c:__pte_alloc where the page table is missing. Its unlock and the next lock together
 * are a full barrier (Documentation/memory-barriers.txt), which truncate's smp_mb pairs with.
 */
export function allocatePageTable(fault: FaultProgram): void {
  const { b, size, slot } = fault;
  const mm = constant(size.slots[slot]!.mm);
  b.inside('__pte_alloc', () => {
    b.step('spin_lock(&mm->page_table_lock)', { kind: 'acquire', lock: pageTable(fault), mode: 'exclusive' });
    b.step('pmd_populate(mm, pmd, new)', { kind: 'store', to: { cell: cells.pageTable, index: mm }, value: constant(1), order: 'relaxed' });
    b.step('spin_unlock(&mm->page_table_lock)', { kind: 'release', lock: pageTable(fault) });
    b.step('UNLOCK and then LOCK: a full barrier', { kind: 'fence', order: 'full' });
  });
}

/** The fault up to the return to user mode, where the architecture's handler drops mmap_sem. */
export function returningToUser(program: Program): Program {
  const exit = program.locationCount;
  const steps: readonly Step[] = [{ kind: 'release', lock: { lock: locks.mmap, index: constant(0) } }];
  const returns = program.exits.map((from) => ({ from, to: exit, steps, origin: { text: 'up_read(&mm->mmap_sem)', calls: [] } }));
  return { ...program, locationCount: exit + 1, exits: [exit], transitions: [...program.transitions, ...returns] };
}
