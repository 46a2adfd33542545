/** The rest of the environment as hand-written models: fork, mremap, writeback, speculative references. */

import { describe, expect, it } from 'vitest';
import { add, cells, locks, machineCells, machineLocks, type MachineSize, pageCell, pageLock, removeFromCache, zapPte } from '../../../server/src/model/machine.ts';
import { ProgramBuilder } from '../../../server/src/model/programBuilder.ts';
import type { InitialState, LockRef, Model, Program, Step, Value } from '../../../server/src/model/types.ts';
import { binary, cell, constant, equal, local, not, or } from '../../../server/src/model/values.ts';
import { noDanglingPte } from '../../../server/src/simulator/invariants/danglingPte.ts';
import { atEnd, check, toyCell, toyModel } from './support.ts';

/** The parent's pte (or mremap's source) is slot 0, the child's (or the destination) slot 1. */
const size: MachineSize = { pages: 1, indices: 1, slots: [{ mm: 0, index: 0 }, { mm: 1, index: 0 }] };
const [source, target] = [constant(0), constant(1)];
const lockOf = (slot: number): LockRef => ({ lock: locks.pageTable, index: constant(slot) });
const acquire = (lock: LockRef): Step => ({ kind: 'acquire', lock, mode: 'exclusive' });
const release = (lock: LockRef): Step => ({ kind: 'release', lock });
const one = constant(1);

const mapped: InitialState = {
  description: 'the page is mapped once',
  cells: [{ cell: cells.pte, index: 0, value: 4 }, { cell: cells.mapcount, index: 1, value: 1 }, { cell: cells.refcount, index: 1, value: 2 }],
};

/** Zaps the slots in rmap order, then removes the page. */
function invalidate(order: readonly number[], takesIMmap: boolean): Program {
  const b = new ProgramBuilder('invalidate');
  const scratch = b.local('pte', { max: 7, format: 'pte' });
  b.step('lock_page(page)', acquire(pageLock(one)));
  if (takesIMmap) b.step('spin_lock(i_mmap_lock)', acquire({ lock: locks.iMmap }));
  for (const slot of order) b.step(`zap pte ${slot}`, zapPte(constant(slot), lockOf(slot), false, scratch));
  if (takesIMmap) b.step('spin_unlock(i_mmap_lock)', release({ lock: locks.iMmap }));
  b.step('remove', acquire({ lock: locks.tree }), removeFromCache(one, size), release({ lock: locks.tree }));
  b.step('unlock_page(page)', release(pageLock(one)));
  return b.build();
}

function fork(): Program {
  const b = new ProgramBuilder('fork');
  const pte = b.local('pte', { max: 7, format: 'pte' });
  b.step('copy_pte_range', acquire(lockOf(1)), acquire(lockOf(0)),
    { kind: 'load', to: pte, from: { cell: cells.pte, index: source }, order: 'relaxed' },
    { kind: 'if', condition: local(pte), then: [
      { kind: 'store', to: { cell: cells.pte, index: target }, value: local(pte), order: 'relaxed' },
      add(pageCell(cells.refcount, one), 1), add(pageCell(cells.mapcount, one), 1),
    ], otherwise: [] },
    release(lockOf(0)), release(lockOf(1)));
  return b.build();
}

function mremap(takesIMmap: boolean): Program {
  const b = new ProgramBuilder('mremap');
  const pte = b.local('pte', { max: 7, format: 'pte' });
  if (takesIMmap) b.step('spin_lock(i_mmap_lock)', acquire({ lock: locks.iMmap }));
  b.step('move_ptes', acquire(lockOf(0)), acquire(lockOf(1)),
    { kind: 'load', to: pte, from: { cell: cells.pte, index: source }, order: 'relaxed' },
    { kind: 'store', to: { cell: cells.pte, index: source }, value: constant(0), order: 'relaxed' },
    { kind: 'store', to: { cell: cells.pte, index: target }, value: local(pte), order: 'relaxed' },
    release(lockOf(1)), release(lockOf(0)));
  if (takesIMmap) b.step('spin_unlock(i_mmap_lock)', release({ lock: locks.iMmap }));
  return b.build();
}

function against(first: Program, second: Program): Model {
  return toyModel([first, second], { cells: machineCells(size), locks: machineLocks(size), initialStates: [mapped], properties: [noDanglingPte(size)] });
}

describe('the order in which reverse mapping visits ptes', () => {
  it('protects fork: parent before child', () => {
    expect(check(against(fork(), invalidate([0, 1], false)))).toBe('holds');
    expect(check(against(fork(), invalidate([1, 0], false)))).toBe('violated I1 in 5 steps');
  });

  it('does not protect mremap, which needs i_mmap_lock', () => {
    expect(check(against(mremap(false), invalidate([1, 0], true)))).toBe('violated I1 in 7 steps');
    expect(check(against(mremap(true), invalidate([1, 0], true)))).toBe('holds');
  });
});

const dirtyFlag = { cell: 0 };
const reserved = { cell: 1 };
const writable = { cell: 2 };
const set = (ref: { cell: number }, value: number): Step => ({ kind: 'store', to: ref, value: constant(value), order: 'relaxed' });

/** page_mkwrite makes the reservation; the page lock is kept until the page is dirty, or dropped in between. */
function sharedWrite(keepsLock: boolean): Program {
  const b = new ProgramBuilder('fault');
  b.step('lock_page(page)', acquire({ lock: 0 }));
  b.step('page_mkwrite: reserve, dirty', set(reserved, 1), set(dirtyFlag, 1));
  if (!keepsLock) {
    b.step('unlock_page(page)', release({ lock: 0 }));
    b.step('lock_page(page)', acquire({ lock: 0 }));
  }
  b.step('set_pte_at: writable', set(writable, 1));
  if (!keepsLock) b.step('unlock_page(page)', release({ lock: 0 }));
  b.step('set_page_dirty(page)', set(dirtyFlag, 1));
  if (keepsLock) b.step('unlock_page(page)', release({ lock: 0 }));
  return b.build();
}

function writeback(): Program {
  const b = new ProgramBuilder('writeback');
  const isDirty = b.local('dirty', { max: 1 });
  b.step('lock_page(page)', acquire({ lock: 0 }));
  b.step('page_mkclean(page)', set(writable, 0));
  b.step('clear_page_dirty_for_io(page)', { kind: 'load', to: isDirty, from: dirtyFlag, order: 'relaxed' },
    { kind: 'if', condition: local(isDirty), then: [set(dirtyFlag, 0), set(reserved, 0)], otherwise: [] });
  b.step('unlock_page(page)', release({ lock: 0 }));
  return b.build();
}

describe('page_mkwrite against writeback', () => {
  const model = (keepsLock: boolean): Model => {
    const isDirty = cell(dirtyFlag);
    const lock = { name: 'page lock', length: 1, elementName: () => 'page lock', isSpinning: false };
    return toyModel([sharedWrite(keepsLock), writeback()], {
      cells: [toyCell('dirty', 1), toyCell('reserved', 1), toyCell('writable', 1)], locks: [lock],
      properties: [atEnd('I15', or(not(isDirty), cell(reserved))), atEnd('I14', or(not(cell(writable)), isDirty))],
    });
  };

  it('leaves a dirty page without a reservation where the lock is dropped between', () => {
    expect(check(model(false))).toBe('violated I15 in 11 steps');
    expect(check(model(true))).toBe('holds');
  });
});

describe('reclaim against a speculative reference', () => {
  /** find_get_page without tree_lock: load, take a reference unless it is 0, look again. */
  const speculative = (reloads: boolean): Program => {
    const b = new ProgramBuilder('lookup');
    const [page, got] = [b.local('page', { max: 1 }), b.local('got', { max: 1 })];
    const refs = cell({ cell: 1 });
    b.step('page = slot', { kind: 'load', to: page, from: { cell: 0 }, order: 'relaxed' });
    b.when('page', local(page), () => {
      b.step('get_page_unless_zero', { kind: 'if', condition: binary('>', refs, constant(0)), then: [bump(1), { kind: 'assign', to: got, value: constant(1) }], otherwise: [] });
      b.when('got it', local(got), () => {
        if (reloads) b.step('page != slot?', { kind: 'load', to: page, from: { cell: 0 }, order: 'relaxed' });
        b.when('still there', local(page), () => b.step('use', { kind: 'check', property: 'freed', message: 'a freed page is used', condition: binary('>', cell({ cell: 1 }), constant(0)) }));
        b.step('put', bump(-1));
      });
    });
    return b.build();
  };
  const bump = (amount: number): Step => ({ kind: 'update', cell: { cell: 1 }, value: binary('+', cell({ cell: 1 }), constant(amount)), order: 'relaxed' });

  /** Frees the page where only the cache and reclaim itself hold it. */
  const reclaim = (freezes: boolean): Program => {
    const b = new ProgramBuilder('reclaim');
    const isOurs = b.local('ours', { max: 1 });
    const isTwo: Value = equal(cell({ cell: 1 }), constant(2));
    const to = freezes ? constant(0) : cell({ cell: 1 });
    b.step('references == 2?', { kind: 'if', condition: isTwo, then: [{ kind: 'update', cell: { cell: 1 }, value: to, order: 'full' }, { kind: 'assign', to: isOurs, value: constant(1) }], otherwise: [] });
    b.when('ours', local(isOurs), () => b.step('delete and free', set({ cell: 0 }, 0), { kind: 'update', cell: { cell: 1 }, value: constant(0), order: 'relaxed' }));
    return b.build();
  };

  it('must freeze the reference count, for a check may be overtaken', () => {
    const model = (freezes: boolean): Model => toyModel([speculative(true), reclaim(freezes)], {
      cells: [toyCell('slot', 1, { initial: [1] }), toyCell('references', 3, { initial: [2] })],
    });
    expect(check(model(true))).toBe('holds');
    expect(check(model(false))).toMatch(/^(violated freed in|bounded)/);
  });
});
