/**
 * mm/memory.c:do_wp_page in a private mapping: a write finds a read-only pte of a page of the file
 * and puts a copy in its place. The page-table lock is dropped while the page is copied, so that
 * only pte_same tells whether the pte is still there; the page lock is not taken. Anonymous pages,
 * which may be written in place, are left alone; so is a pte that is not there (a plain fault).
 */

import { add, allocatePage, cells, countMapping, type MachineSize, makePte, pageCell, pageKinds, ptePage, putPage, storePte, uncountMapping } from '../../model/machine.ts';
import type { Label } from '../../model/programBuilder.ts';
import type { LocalId, LockRef, Program, Step } from '../../model/types.ts';
import { and, binary, cell, constant, equal, local, not } from '../../model/values.ts';
import { checkNotFreed } from '../invariants/freePages.ts';
import { checkMapped } from '../invariants/mapCount.ts';
import { environmentProgram, pageTableLock, type Surroundings, withMmapLock } from './parts.ts';
import type { EnvironmentProfile } from './profile.ts';

export type CopyOnWriteMutation =
  /** The pte is not compared after the page-table lock was taken again. */
  | 'noPteSame'
  /** The page is not referenced while it is copied. */
  | 'noReference';

export interface CopyOnWriteShape {
  readonly size: MachineSize;
  readonly slot?: number;
  readonly mutations?: readonly CopyOnWriteMutation[];
}

interface CopyOnWrite extends Surroundings {
  readonly slot: number;
  readonly ptl: LockRef;
  /** The pte that the write found. */
  readonly original: LocalId;
  readonly copy: LocalId;
  readonly has: (mutation: CopyOnWriteMutation) => boolean;
}

export function copyOnWriteProgram({ size, slot = 0, mutations = [] }: CopyOnWriteShape, profile: EnvironmentProfile): Program {
  return environmentProgram('cow', size, profile, (around) => {
    const { b } = around;
    const cow: CopyOnWrite = {
      ...around, slot, ptl: pageTableLock(around, slot),
      original: b.local('orig_pte', { max: size.pages * 4 + 3, format: 'pte' }),
      copy: b.local('new_page', { max: size.pages, format: 'page' }),
      has: (mutation) => mutations.includes(mutation),
    };
    const out = b.label('out');
    withMmapLock(around, 'shared', () => {
      b.inside('do_wp_page', () => breakCow(cow, out));
      b.mark(out);
    }, size.slots[slot]!.mm);
  });
}

function breakCow(cow: CopyOnWrite, out: Label): void {
  const { b, copy, page, size } = cow;
  const release = b.label('release');
  takeWriteProtected(cow, out);
  b.step('new_page = alloc_page_vma(...)', allocatePage(copy, size));
  b.when('no page', not(local(copy)), () => b.goto(release));
  b.step('copy_user_highpage(new_page, old_page)', checkNotFreed(local(page)),
    { kind: 'update', cell: pageCell(cells.pageKind, local(copy)), value: constant(pageKinds.anonymous), order: 'relaxed' });
  lockPtes(cow);
  ifSame(cow, () => {
    replacePte(cow);
    unlockPtes(cow);
    b.step('page_cache_release(old_page), the reference of the pte', putPage(local(page)));
  }, () => {
    unlockPtes(cow);
    b.step('page_cache_release(new_page)', putPage(local(copy)));
  });
  b.mark(release);
  if (cow.has('noReference')) return;
  b.step('page_cache_release(old_page)', putPage(local(page)));
}

/** `page` becomes that of a present read-only pte of the file, with a reference; else it jumps to `out`. */
function takeWriteProtected(cow: CopyOnWrite, out: Label): void {
  const { b, page, original } = cow;
  lockPtes(cow);
  b.step('orig_pte = *page_table', loadPte(cow, original));
  b.when('pte_present and not pte_write', and(ptePage(local(original)), not(binary('&', local(original), constant(1)))), () => undefined, () => leave(cow, out));
  b.step('old_page = vm_normal_page(vma, address, orig_pte)', { kind: 'assign', to: page, value: ptePage(local(original)) });
  b.step('PageAnon(old_page)?', { kind: 'assign', to: cow.answer, value: equal(cell(pageCell(cells.pageKind, local(page))), constant(pageKinds.anonymous)) });
  b.when('PageAnon(old_page)', local(cow.answer), () => leave(cow, out));
  if (!cow.has('noReference')) b.step('page_cache_get(old_page)', add(pageCell(cells.refcount, local(page)), 1));
  unlockPtes(cow);
}

function leave(cow: CopyOnWrite, out: Label): void {
  unlockPtes(cow);
  cow.b.goto(out);
}

/** `pte_same(*page_table, orig_pte)`. */
function ifSame(cow: CopyOnWrite, then: () => void, otherwise: () => void): void {
  const { b, pte, original } = cow;
  if (cow.has('noPteSame')) {
    then();
    return;
  }
  b.step('pte_same(*page_table, orig_pte)?', loadPte(cow, pte));
  b.when('pte_same', equal(local(pte), local(original)), then, otherwise);
}

function replacePte({ b, slot, ptl, copy, page }: CopyOnWrite): void {
  const entry = binary('|', makePte(local(copy)), constant(3));
  b.step('ptep_clear_flush(vma, address, page_table)', storePte(constant(slot), ptl, constant(0)));
  b.step('set_pte_at(mm, address, page_table, entry): the copy, writable and dirty', storePte(constant(slot), ptl, entry));
  b.step('page_add_new_anon_rmap(new_page)', countMapping(local(copy)));
  b.step('page_remove_rmap(old_page)', checkMapped(local(page)), uncountMapping(local(page)));
}

function loadPte({ slot }: CopyOnWrite, to: LocalId): Step {
  return { kind: 'load', to, from: { cell: cells.pte, index: constant(slot) }, order: 'relaxed' };
}

function lockPtes({ b, ptl }: CopyOnWrite): void {
  b.step('pte_offset_map_lock(mm, pmd, address, &ptl)', { kind: 'acquire', lock: ptl, mode: 'exclusive' });
}

function unlockPtes({ b, ptl }: CopyOnWrite): void {
  b.step('pte_unmap_unlock(page_table, ptl)', { kind: 'release', lock: ptl });
}
