/**
 * The page-cache machine: which cells and locks a model of one file has, and the kernel's primitive
 * operations on them as steps of the model language. One file; a few page-cache indices; pages;
 * ptes of one or more address spaces. Sizes are configurable and are the scope of every verdict.
 *
 * Conventions: pages are 1..pages, 0 is NULL. `i_size` counts whole pages; it may reach one page beyond
 * the indices. A pte is 0 (none) or
 * `page * 4 + dirty * 2 + writable`, or `migrationEntry`. A page is free when its reference count is 0.
 */

import type { Cell, CellRef, Lock, LockRef, Step, UpdateOrder, Value } from './types.ts';
import { and, binary, cell, constant, equal, held, local, not, or } from './values.ts';

export interface MachineSize {
  /** struct pages in all: cached, spare, and those that become private copies. */
  readonly pages: number;
  /** Page-cache slots of the file. */
  readonly indices: number;
  /** One entry per pte: which mm it is in and which index it maps. */
  readonly slots: readonly { readonly mm: number; readonly index: number }[];
}

/** Cell ids, in the order of `machineCells`. */
export const cells = {
  iSize: 0,
  truncateCount: 1,
  /** page of an index, or 0 */
  cache: 2,
  /** 0 NULL, 1 the file */
  mapping: 3,
  refcount: 4,
  mapcount: 5,
  uptodate: 6,
  dirty: 7,
  /** 0 not in use yet, 1 page cache, 2 anonymous */
  pageKind: 8,
  pte: 9,
  pageFlag: 10,
  seqWriters: 11,
  seqCount: 12,
  /** one per mm: 1 where the page table that holds its ptes is there */
  pageTable: 13,
  /** page->index */
  pageIndex: 14,
  writeback: 15,
  /** the filesystem has something attached to the page (PG_private), which holds a reference */
  private: 16,
  /** the filesystem has set space aside for writing the page back */
  reserved: 17,
  /** which generation of the block of an index the page was read from */
  contents: 18,
  /** one per index: the generation of its block; freeing the block begins a new one */
  block: 19,
  /** bytes were stored in the page that the disk does not have: what no bit of the kernel says */
  unsaved: 20,
  /** one per mm, which has one vma: 0 once that is unmapped */
  vma: 21,
} as const;

/** Lock ids, in the order of `machineLocks`. Lock order of the kernel: outermost first. */
export const locks = {
  inode: 0,
  mmap: 1,
  invalidate: 2,
  page: 3,
  iMmap: 4,
  /** one per mm */
  pageTable: 5,
  tree: 6,
  /** one per mm (each has one vma): the per-VMA lock of 6.4 and later */
  vma: 7,
  /** the page allocator's: what one CPU did to a page before freeing it, the next owner sees */
  zone: 8,
} as const;

/** A pte of no page that is not none: of the page that is being migrated. */
export const migrationEntry = 1;

export const pageKinds = { unused: 0, cache: 1, anonymous: 2 } as const;

export const maxTruncateCount = 15;

/** A block is freed at most once in a scenario. */
const maxBlock = 1;

export function machineCells(size: MachineSize): readonly Cell[] {
  const perPage = (name: string, max: number, format: Cell['format'], isRacy: boolean, first = 0): Cell => ({
    name: `page ${name}`,
    length: size.pages + 1,
    min: 0,
    max,
    initial: Array.from({ length: size.pages + 1 }, (_, page) => (page === 1 ? first : 0)),
    format,
    elementName: (page) => `page ${page} ${name}`,
    isRacy,
  });
  const maxRefs = 3 + size.slots.length * 2 + 6;
  return [
    scalar('i_size', size.indices + 1, 'number', size.indices),
    scalar('truncate_count', maxTruncateCount, 'number', 0),
    {
      name: 'page cache', length: size.indices, min: 0, max: size.pages, format: 'page', isRacy: false,
      initial: Array.from({ length: size.indices }, (_, index) => (index === 0 ? 1 : 0)),
      elementName: (index) => `cache[${index}]`,
    },
    perPage('mapping', 1, 'mapping', true, 1),
    perPage('refcount', maxRefs, 'number', false, 1),
    perPage('mapcount', size.slots.length + 2, 'number', true),
    perPage('uptodate', 1, 'flag', true, 1),
    perPage('dirty', 1, 'flag', true),
    perPage('kind', 2, 'pageKind', false, pageKinds.cache),
    {
      name: 'pte', length: size.slots.length, min: 0, max: size.pages * 4 + 3, format: 'pte', isRacy: true,
      initial: size.slots.map(() => 0),
      elementName: (slot) => (size.slots.length === 1 ? 'pte' : `pte ${slot}`),
    },
    perPage('flag', 1, 'flag', true),
    scalar('seqlock writers', 3, 'number', 0),
    scalar('seqlock sequence', maxTruncateCount, 'number', 0),
    perMm('page table', size, true),
    perPage('index', size.indices - 1, 'number', true),
    perPage('writeback', 1, 'flag', true),
    perPage('private', 1, 'flag', true),
    perPage('reservation', 1, 'flag', false),
    perPage('contents', maxBlock, 'number', false),
    {
      name: 'block', length: size.indices, min: 0, max: maxBlock, format: 'number', isRacy: true,
      initial: Array.from({ length: size.indices }, () => 0),
      elementName: (index) => `block of index ${index}`,
    },
    perPage('unsaved', 1, 'flag', false),
    perMm('vma', size, false),
  ];
}

/** Present unless a start state says otherwise. */
function perMm(name: string, size: MachineSize, isRacy: boolean): Cell {
  const length = Math.max(...size.slots.map((slot) => slot.mm)) + 1;
  const elementName = (mm: number): string => (length === 1 ? name : `${name} of mm ${mm}`);
  return { name, length, min: 0, max: 1, format: 'flag', isRacy, initial: Array.from({ length }, () => 1), elementName };
}

function scalar(name: string, max: number, format: Cell['format'], initial: number): Cell {
  return { name, length: 1, min: 0, max, initial: [initial], format, elementName: () => name, isRacy: true };
}

/** `iMmapSleeps`: i_mmap_lock is a semaphore (3.7 and later), not a spinlock. */
export function machineLocks(size: MachineSize, { iMmapSleeps = false }: { readonly iMmapSleeps?: boolean } = {}): readonly Lock[] {
  const mms = Math.max(...size.slots.map((slot) => slot.mm)) + 1;
  const single = (name: string, isSpinning: boolean): Lock => ({ name, length: 1, elementName: () => name, isSpinning });
  return [
    single('i_mutex', false),
    { name: 'mmap_sem', length: mms, elementName: (mm) => (mms === 1 ? 'mmap_sem' : `mmap_sem of mm ${mm}`), isSpinning: false },
    single('invalidate_lock', false),
    { name: 'page lock', length: size.pages + 1, elementName: (page) => `lock of page ${page}`, isSpinning: false },
    single('i_mmap_lock', !iMmapSleeps),
    { name: 'page-table lock', length: mms, elementName: (mm) => (mms === 1 ? 'page-table lock' : `page-table lock of mm ${mm}`), isSpinning: true },
    single('tree_lock', true),
    { name: 'vma lock', length: mms, elementName: (mm) => (mms === 1 ? 'vma lock' : `vma lock of mm ${mm}`), isSpinning: false },
    single('zone lock', true),
  ];
}

export function pageCell(id: number, page: Value): CellRef {
  return { cell: id, index: page };
}

export function pageLock(page: Value): LockRef {
  return { lock: locks.page, index: page };
}

/** The page that a pte value maps. */
export function ptePage(pte: Value): Value {
  return binary('>>', pte, constant(2));
}

export function makePte(page: Value): Value {
  return binary('<<', page, constant(2));
}

/** A pointer that is used must point to a page: not NULL, not an error pointer. */
export function checkPage(page: Value, size: MachineSize): Step {
  return {
    kind: 'check',
    property: 'NULL',
    condition: and(binary('>=', page, constant(1)), binary('<=', page, constant(size.pages))),
    message: 'a NULL or error pointer is used as a page',
  };
}

export function getPage(page: Value): Step[] {
  return [add(pageCell(cells.refcount, page), 1)];
}

/**
 * Drops a reference; the last one frees the page, which must then be unlocked, unmapped and out of the cache.
 * A full barrier, for it tests what it leaves: include/linux/mm.h:put_page_testzero.
 */
export function putPage(page: Value): Step[] {
  const isLast = equal(cell(pageCell(cells.refcount, page)), constant(0));
  return [
    {
      kind: 'check', property: 'I6', message: 'a reference is dropped that nobody holds',
      condition: binary('>', cell(pageCell(cells.refcount, page)), constant(0)),
    },
    add(pageCell(cells.refcount, page), -1, 'full'),
    {
      kind: 'if',
      condition: isLast,
      then: [
        {
          kind: 'check', property: 'I8', message: 'a page is freed while it is locked, mapped or in the page cache',
          condition: and(
            not(held(pageLock(page), 'anyone')),
            equal(cell(pageCell(cells.mapcount, page)), constant(0)),
            equal(cell(pageCell(cells.mapping, page)), constant(0)),
          ),
        },
        ...freePage(page),
      ],
      otherwise: [],
    },
  ];
}

/** Gives a page that nobody refers to back to the allocator. */
export function freePage(page: Value): Step[] {
  const zone: LockRef = { lock: locks.zone };
  return [
    { kind: 'acquire', lock: zone, mode: 'exclusive' },
    set(pageCell(cells.pageKind, page), pageKinds.unused),
    set(pageCell(cells.uptodate, page), 0),
    set(pageCell(cells.dirty, page), 0),
    set(pageCell(cells.pageFlag, page), 0),
    { kind: 'release', lock: zone },
  ];
}

/** `to` gets a free page with one reference, or 0 where none is left or the allocation fails (`mayFail` local: 1). */
export function allocatePage(to: number, size: MachineSize): Step[] {
  let steps: Step[] = [{ kind: 'assign', to, value: constant(0) }];
  for (let page = size.pages; page >= 1; page--) {
    const ref = pageCell(cells.refcount, constant(page));
    steps = [{
      kind: 'if',
      // A frozen count is 0 too, but that page is not free yet.
      condition: and(equal(cell(ref), constant(0)), equal(cell(pageCell(cells.pageKind, constant(page))), constant(pageKinds.unused))),
      then: [{ kind: 'update', cell: ref, value: constant(1), order: 'relaxed' }, { kind: 'assign', to, value: constant(page) }],
      otherwise: steps,
    }];
  }
  const zone: LockRef = { lock: locks.zone };
  return [{ kind: 'acquire', lock: zone, mode: 'exclusive' }, ...steps, { kind: 'release', lock: zone }];
}

/** Lookup with a reference, in one tree_lock section: mm/filemap.c:find_get_page. */
export function findGetPage(to: number, index: Value): Step[] {
  return [
    { kind: 'acquire', lock: { lock: locks.tree }, mode: 'exclusive' },
    { kind: 'load', to, from: { cell: cells.cache, index }, order: 'relaxed' },
    { kind: 'if', condition: local(to), then: getPage(local(to)), otherwise: [] },
    { kind: 'release', lock: { lock: locks.tree } },
  ];
}

/** Pages have index 0 to begin with. */
function setIndex(page: Value, index: Value): Step {
  return { kind: 'store', to: pageCell(cells.pageIndex, page), value: index, order: 'relaxed' };
}

/** Inserts a page that the caller allocated: locked, with the cache's own reference. Caller holds tree_lock. */
export function insertIntoCache(page: Value, index: Value): Step[] {
  return [
    { kind: 'store', to: { cell: cells.cache, index }, value: page, order: 'relaxed' },
    { kind: 'store', to: pageCell(cells.mapping, page), value: constant(1), order: 'relaxed' },
    set(pageCell(cells.pageKind, page), pageKinds.cache),
    ...(index.kind === 'const' && index.value === 0 ? [] : [setIndex(page, index)]),
    ...getPage(page),
  ];
}

/** Takes a page out of the cache and clears its mapping; the cache's reference stays for the caller to drop. Caller holds tree_lock and the page lock (I9). */
export function removeFromCache(page: Value, size: MachineSize): Step[] {
  return [
    {
      kind: 'check', property: 'I9', message: 'a page is removed from the cache without its page lock, or without tree_lock',
      condition: and(held(pageLock(page), 'self'), held({ lock: locks.tree }, 'self')),
    },
    ...Array.from({ length: size.indices }, (_, index): Step => ({
      kind: 'if',
      condition: equal(cell({ cell: cells.cache, index: constant(index) }), page),
      then: [{ kind: 'store', to: { cell: cells.cache, index: constant(index) }, value: constant(0), order: 'relaxed' }],
      otherwise: [],
    })),
    { kind: 'store', to: pageCell(cells.mapping, page), value: constant(0), order: 'relaxed' },
  ];
}

/** Sets or clears a pte (I10: under its PTL; I11: a set one is not overwritten, since a fault found it none, unless it is there to be replaced). */
export function storePte(slot: Value, ptl: LockRef, value: Value, { replaces = false }: { readonly replaces?: boolean } = {}): Step[] {
  const old = cell({ cell: cells.pte, index: slot });
  const revalidated: readonly Step[] = replaces ? [] : [{
    kind: 'check', property: 'I11', message: 'a pte that another thread has set is overwritten',
    condition: or(equal(old, constant(0)), equal(value, constant(0))),
  }];
  return [
    { kind: 'check', property: 'I10', condition: held(ptl, 'self'), message: 'a pte is stored without its page-table lock' },
    ...revalidated,
    { kind: 'store', to: { cell: cells.pte, index: slot }, value, order: 'relaxed' },
  ];
}

/** Clears one pte in its own PTL section as zap_pte_range does; `evenCows` also takes private copies. `scratch` is a local. */
export function zapPte(slot: Value, ptl: LockRef, evenCows: boolean, scratch: number): Step[] {
  const page = ptePage(local(scratch));
  const isFile = equal(cell(pageCell(cells.mapping, page)), constant(1));
  return [
    { kind: 'acquire', lock: ptl, mode: 'exclusive' },
    { kind: 'load', to: scratch, from: { cell: cells.pte, index: slot }, order: 'relaxed' },
    {
      kind: 'if',
      condition: evenCows ? binary('>', local(scratch), constant(migrationEntry)) : and(local(scratch), isFile),
      then: [
        { kind: 'store', to: { cell: cells.pte, index: slot }, value: constant(0), order: 'relaxed' },
        { kind: 'if', condition: binary('&', local(scratch), constant(2)), then: [set(pageCell(cells.dirty, page), 1)], otherwise: [] },
        uncountMapping(page),
        ...putPage(page),
      ],
      otherwise: [],
    },
    { kind: 'assign', to: scratch, value: constant(0) },
    { kind: 'release', lock: ptl },
  ];
}

/** One more pte maps the page: a full barrier, for it tests what it leaves (mm/rmap.c:page_add_file_rmap). */
export function countMapping(page: Value): Step {
  return add(pageCell(cells.mapcount, page), 1, 'full');
}

/** One pte less maps the page: mm/rmap.c:page_remove_rmap. */
export function uncountMapping(page: Value): Step {
  return add(pageCell(cells.mapcount, page), -1, 'full');
}

/** Atomic addition, without ordering unless said. */
export function add(ref: CellRef, amount: number, order: UpdateOrder = 'relaxed'): Step {
  return { kind: 'update', cell: ref, value: binary('+', cell(ref), constant(amount)), order };
}

function set(ref: CellRef, value: number): Step {
  return { kind: 'update', cell: ref, value: constant(value), order: 'relaxed' };
}
