/**
 * mm/migrate.c: the page of index 0 moves to another struct page. Its ptes become migration
 * entries, the cache slot is switched once nobody else refers to the page, the entries become ptes
 * of the new page. Whoever finds an entry must wait for the old page's lock.
 */

import { add, allocatePage, cells, countMapping, insertIntoCache, locks, type MachineSize, migrationEntry, pageCell, pageLock, ptePage, putPage, removeFromCache, uncountMapping } from '../../model/machine.ts';
import type { LocalId, Program, Step } from '../../model/types.ts';
import { binary, cell, constant, equal, local, not } from '../../model/values.ts';
import { dropPage, environmentProgram, ifRemoved, lockPage, lookUp, pageTableLock, setUptodate, type Surroundings, takeIMmap, unlockPage } from './parts.ts';
import type { EnvironmentProfile } from './profile.ts';

export function migrateProgram(size: MachineSize, profile: EnvironmentProfile): Program {
  return environmentProgram('migrate', size, profile, (around) => {
    const { b, page } = around;
    const fresh = b.local('new_page', { max: size.pages, format: 'page' });
    lookUp(around, 'isolate a page', 0);
    b.when('a page is cached', local(page), () => b.inside('unmap_and_move', () => {
      b.step('new_page = alloc_page(…)', allocatePage(fresh, size));
      b.when('a new page', local(fresh), () => movePage(around, fresh));
      dropPage(around);
    }));
  });
}

function movePage(around: Surroundings, fresh: LocalId): void {
  const { b, page, answer } = around;
  lockPage(around);
  b.step('lock_page(new_page)', { kind: 'acquire', lock: pageLock(local(fresh)), mode: 'exclusive' });
  ifRemoved(around, () => undefined, () => {
    forPtes(around, 'try_to_unmap: a migration entry for', isOf(around), [
      { kind: 'store', to: slotRef(0), value: constant(0), order: 'relaxed' },
      uncountMapping(local(page)), ...putPage(local(page)),
    ], constant(migrationEntry));
    b.step('migrate_page_move_mapping', switchSlot(around, fresh));
    b.when('nobody else referred to it', local(answer), () => {
      b.step('page_cache_release(page), the reference of the page cache', putPage(local(page)));
      forPtes(around, 'remove_migration_ptes: a pte of the new page for', isEntry(around), [
        add(pageCell(cells.refcount, local(fresh)), 1), countMapping(local(fresh)),
      ], binary('<<', local(fresh), constant(2)));
    }, () => {
      forPtes(around, 'remove_migration_ptes: the old pte for', isEntry(around), [
        add(pageCell(cells.refcount, local(page)), 1), countMapping(local(page)),
      ], binary('<<', local(page), constant(2)));
    });
  });
  b.step('unlock_page(new_page)', { kind: 'release', lock: pageLock(local(fresh)) });
  unlockPage(around);
  b.step('page_cache_release(new_page)', putPage(local(fresh)), { kind: 'assign', to: fresh, value: constant(0) });
}

const slotRef = (slot: number) => ({ cell: cells.pte, index: constant(slot) });

function isOf({ page, pte }: Surroundings): (slot: number) => ReturnType<typeof equal> {
  return () => equal(ptePage(local(pte)), local(page));
}

function isEntry({ pte }: Surroundings): (slot: number) => ReturnType<typeof equal> {
  return () => equal(local(pte), constant(migrationEntry));
}

/** Every pte that `applies` gets the value, each in its own page-table section, with the effects on the counts. */
function forPtes(
  around: Surroundings, text: string, applies: (slot: number) => ReturnType<typeof equal>, effects: readonly Step[], value: ReturnType<typeof constant>,
): void {
  const { b, pte, size } = around;
  takeIMmap(around, () => size.slots.forEach((_, slot) => {
    const ptl = pageTableLock(around, slot);
    b.step(`${text} slot ${slot}`,
      { kind: 'acquire', lock: ptl, mode: 'exclusive' },
      { kind: 'load', to: pte, from: slotRef(slot), order: 'relaxed' },
      {
        kind: 'if', condition: applies(slot),
        then: [...effects.filter((step) => step.kind !== 'store'), { kind: 'store', to: slotRef(slot), value, order: 'relaxed' }],
        otherwise: [],
      },
      { kind: 'assign', to: pte, value: constant(0) },
      { kind: 'release', lock: ptl });
  }));
}

/** Under tree_lock: the slot goes to the new page where only the cache and the migration refer to the old one. */
function switchSlot({ page, answer, size }: Surroundings, fresh: LocalId): readonly Step[] {
  const tree = { lock: locks.tree };
  return [
    { kind: 'acquire', lock: tree, mode: 'exclusive' },
    { kind: 'assign', to: answer, value: equal(cell(pageCell(cells.refcount, local(page))), constant(2)) },
    {
      kind: 'if', condition: not(local(answer)), then: [],
      otherwise: [
        ...removeFromCache(local(page), size), ...insertIntoCache(local(fresh), constant(0)),
        setUptodate(fresh, 1),
        { kind: 'update', cell: pageCell(cells.contents, local(fresh)), value: cell(pageCell(cells.contents, local(page))), order: 'relaxed' },
        { kind: 'update', cell: pageCell(cells.dirty, local(fresh)), value: cell(pageCell(cells.dirty, local(page))), order: 'relaxed' },
        { kind: 'update', cell: pageCell(cells.dirty, local(page)), value: constant(0), order: 'relaxed' },
      ],
    },
    { kind: 'release', lock: tree },
  ];
}
