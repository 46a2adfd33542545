/** Every invariant of the catalogue, broken once and kept once: dropping one makes its row fail. */

import { describe, expect, it } from 'vitest';
import { add, cells, findGetPage, locks, machineCells, machineLocks, type MachineSize, makePte, pageCell, pageKinds, pageLock, putPage, removeFromCache, storePte } from '../../../server/src/model/machine.ts';
import { type Label, ProgramBuilder } from '../../../server/src/model/programBuilder.ts';
import type { InitialState, LockRef, Model, Program, Property, Step } from '../../../server/src/model/types.ts';
import { constant, local, not } from '../../../server/src/model/values.ts';
import { punchModel } from '../../../server/src/simulator/builtin/folioFault.ts';
import { lockedFault, type LockedMutation } from '../../../server/src/simulator/builtin/lockedFault.ts';
import { reclaimProgram } from '../../../server/src/simulator/environment/evict.ts';
import { type EnvironmentMutation, profileOfEra } from '../../../server/src/simulator/environment/profile.ts';
import { invariants } from '../../../server/src/simulator/invariants/catalogue.ts';
import { coherentMappings } from '../../../server/src/simulator/invariants/coherence.ts';
import { storedBytesAreOnTheirWay } from '../../../server/src/simulator/invariants/durability.ts';
import { freePagesAreUnused } from '../../../server/src/simulator/invariants/freePages.ts';
import { mappedPagesAreIdentified } from '../../../server/src/simulator/invariants/identity.ts';
import { mapCountSuffices } from '../../../server/src/simulator/invariants/mapCount.ts';
import { noReferenceLeaks, referencesSuffice } from '../../../server/src/simulator/invariants/references.ts';
import { dirtyPagesAreReserved } from '../../../server/src/simulator/invariants/reservation.ts';
import { checkVmaUse } from '../../../server/src/simulator/invariants/retry.ts';
import { maySleep, withSleepChecks } from '../../../server/src/simulator/invariants/sleeping.ts';
import { mappedPagesAreUptodate } from '../../../server/src/simulator/invariants/uptodate.ts';
import { writableMeansDirty } from '../../../server/src/simulator/invariants/writableDirty.ts';
import { buildScenario } from '../../../server/src/simulator/scenario.ts';
import { search } from '../../../server/src/simulator/search.ts';
import { check, options, toyModel } from './support.ts';

const size: MachineSize = { pages: 2, indices: 1, slots: [{ mm: 0, index: 0 }] };
const twoMms: MachineSize = { pages: 2, indices: 1, slots: [{ mm: 0, index: 0 }, { mm: 1, index: 0 }] };
const secondIndex: MachineSize = { pages: 2, indices: 2, slots: [{ mm: 0, index: 1 }] };

const one = constant(1);
const ptl: LockRef = { lock: locks.pageTable, index: constant(0) };
const tree: LockRef = { lock: locks.tree };
const pageOne = pageLock(one);
const take = (lock: LockRef): Step => ({ kind: 'acquire', lock, mode: 'exclusive' });
const drop = (lock: LockRef): Step => ({ kind: 'release', lock });
const set = (cell: number, value: number): Step => ({ kind: 'update', cell: pageCell(cell, one), value: constant(value), order: 'relaxed' });
const store = (slot: number, pte: number): Step => ({ kind: 'store', to: { cell: cells.pte, index: constant(slot) }, value: constant(pte), order: 'relaxed' });
const pteOfPage = (page: number, bits = 0): number => page * 4 + bits;

/** Each list of steps is one transition; a program of the steps. */
function program(name: string, ...steps: readonly (Step | readonly Step[])[]): Program {
  const b = new ProgramBuilder(name);
  b.local('page', { max: 2, format: 'page' });
  steps.forEach((step, number) => b.step(`step ${number}`, step instanceof Array ? step : [step]));
  return b.build();
}

function machine(used: MachineSize, programs: readonly Program[], properties: readonly (Property | undefined)[] = [], start: InitialState['cells'] = []): Model {
  return toyModel(programs, {
    cells: machineCells(used), locks: machineLocks(used), properties: properties.filter((each) => each !== undefined),
    initialStates: [{ description: 'start', cells: start }],
  });
}

const run = (...steps: readonly (Step | readonly Step[])[]): Model => machine(size, [program('thread', ...steps)]);

function locked(adversary: string, mutations: readonly LockedMutation[], environment: readonly EnvironmentMutation[] = [], access: 'read' | 'cow' = 'read'): Model {
  const used = { ...size, pages: 3 };
  return buildScenario({ fault: lockedFault({ size: used, mutations, access }), size: used, adversary, profile: { ...profileOfEra('fault'), mutations: new Set(environment) } });
}

/** A lookup that dirties the page and goes, while reclaim looks at it. */
function reclaimAgainstDirtying(environment: readonly EnvironmentMutation[]): Model {
  const dirtying = program('write', findGetPage(0, constant(0)), [{ kind: 'if', condition: local(0), then: [set(cells.dirty, 1)], otherwise: [] }], [
    { kind: 'if', condition: local(0), then: putPage(local(0)), otherwise: [] }]);
  return machine(size, [dirtying, reclaimProgram(size, { ...profileOfEra('nopage'), mutations: new Set(environment) })]);
}

/** Two threads that take two locks in the same or in opposite order. */
function twoLocks(second: readonly [LockRef, LockRef]): Model {
  const both = (name: string, [outer, inner]: readonly [LockRef, LockRef]): Program => program(name, take(outer), take(inner), drop(inner), drop(outer));
  return machine(size, [both('fault', [pageOne, ptl]), both('unmap', second)]);
}

/** Waits until the page is uptodate, which another thread makes it: a loop that reads the flag again, or does not. */
function waitForUptodate(readsAgain: boolean): Model {
  const b = new ProgramBuilder('fault');
  const flag = b.local('flag', { max: 1 });
  const done = b.label('done');
  const read = (): void => b.step('PageUptodate(page)?', { kind: 'load', to: flag, from: pageCell(cells.uptodate, one), order: 'relaxed' });
  read();
  b.forever((again: Label) => {
    b.when('PageUptodate', local(flag), () => b.goto(done));
    if (readsAgain) read();
    else b.step('cpu_relax()', { kind: 'fence', order: 'full' });
    b.goto(again);
  });
  b.mark(done);
  return machine(size, [b.build(), program('read', set(cells.uptodate, 1))], [], [{ cell: cells.uptodate, index: 1, value: 0 }]);
}

const mapped: InitialState['cells'] = [{ cell: cells.mapcount, index: 1, value: 1 }, { cell: cells.refcount, index: 1, value: 2 }];
const withPte = (bits: number): InitialState['cells'] => [...mapped, { cell: cells.pte, index: 0, value: pteOfPage(1, bits) }];
const idle = program('thread', set(cells.pageFlag, 0));
const isPunched = (takesInvalidateLock: boolean): Model => punchModel({ size: { ...size, pages: 3 }, takesInvalidateLock }, profileOfEra('folio'));

/** By code: a model that breaks it, and one as like it as can be that does not. */
const rows: readonly (readonly [string, Model, Model])[] = [
  ['I1', locked('invalidate', ['noMappingRecheck']), locked('invalidate', [])],
  ['I2',
    machine(secondIndex, [program('thread', store(0, pteOfPage(1)))], [mappedPagesAreIdentified(secondIndex)]),
    machine(secondIndex, [program('thread', store(0, pteOfPage(1)))], [mappedPagesAreIdentified(secondIndex)], [
      { cell: cells.cache, index: 0, value: 0 }, { cell: cells.cache, index: 1, value: 1 }, { cell: cells.pageIndex, index: 1, value: 1 }])],
  ['I3',
    machine(twoMms, [program('thread', store(0, pteOfPage(1)), store(1, pteOfPage(2)))], [coherentMappings(twoMms)], [{ cell: cells.pageKind, index: 2, value: pageKinds.cache }]),
    machine(twoMms, [program('thread', store(0, pteOfPage(1)), store(1, pteOfPage(2)))], [coherentMappings(twoMms)], [{ cell: cells.pageKind, index: 2, value: pageKinds.anonymous }])],
  ['I4', locked('truncate', [], ['noLastSweep'], 'cow'), locked('truncate', [], [], 'cow')],
  ['I5',
    machine(size, [program('thread', [take(ptl), ...storePte(constant(0), ptl, makePte(one)), drop(ptl)])], [mappedPagesAreUptodate(size)], [{ cell: cells.uptodate, index: 1, value: 0 }]),
    machine(size, [program('thread', take(pageOne), [take(ptl), ...storePte(constant(0), ptl, makePte(one)), drop(ptl)], set(cells.uptodate, 1), drop(pageOne))], [mappedPagesAreUptodate(size)], [{ cell: cells.uptodate, index: 1, value: 0 }])],
  ['I6',
    machine(size, [program('thread', findGetPage(0, constant(0)))], [noReferenceLeaks(size)]),
    machine(size, [program('thread', findGetPage(0, constant(0)), putPage(local(0)))], [noReferenceLeaks(size), referencesSuffice(size)])],
  ['I7',
    machine(size, [program('thread', take(ptl), store(0, pteOfPage(1)), drop(ptl), add(pageCell(cells.mapcount, one), 1))], [mapCountSuffices(size)]),
    machine(size, [program('thread', take(ptl), store(0, pteOfPage(1)), add(pageCell(cells.mapcount, one), 1), drop(ptl))], [mapCountSuffices(size)])],
  ['I8',
    machine(size, [program('thread', add(pageCell(cells.refcount, one), -1))], [freePagesAreUnused(size)]),
    run(take(pageOne), [take(tree), ...removeFromCache(one, size), drop(tree)], drop(pageOne), putPage(one))],
  ['I9', run([take(tree), ...removeFromCache(one, size), drop(tree)]), run(take(pageOne), [take(tree), ...removeFromCache(one, size), drop(tree)], drop(pageOne))],
  ['I10', run(storePte(constant(0), ptl, makePte(one))), run(take(ptl), storePte(constant(0), ptl, makePte(one)), drop(ptl))],
  ['I11',
    run(take(ptl), storePte(constant(0), ptl, makePte(one)), storePte(constant(0), ptl, makePte(constant(2))), drop(ptl)),
    run(take(ptl), storePte(constant(0), ptl, makePte(one)), storePte(constant(0), ptl, constant(0)), drop(ptl))],
  ['I12', reclaimAgainstDirtying(['dirtyBeforeReferences']), reclaimAgainstDirtying([])],
  ['I13',
    machine(size, [program('thread', set(cells.unsaved, 1), set(cells.dirty, 1), set(cells.dirty, 0))], [storedBytesAreOnTheirWay(size)]),
    machine(size, [program('thread', set(cells.unsaved, 1), set(cells.dirty, 1), set(cells.writeback, 1), set(cells.dirty, 0))], [storedBytesAreOnTheirWay(size)])],
  ['I14', machine(size, [idle], [writableMeansDirty(size)], withPte(3)), machine(size, [idle], [writableMeansDirty(size)], withPte(2))],
  ['I15',
    machine(size, [program('fault', take(ptl), store(0, pteOfPage(1, 1)), drop(ptl), set(cells.reserved, 1))], [dirtyPagesAreReserved(size)]),
    machine(size, [program('fault', take(ptl), store(0, pteOfPage(1, 1)), set(cells.reserved, 1), drop(ptl), set(cells.dirty, 1))], [dirtyPagesAreReserved(size)])],
  ['I16', isPunched(false), isPunched(true)],
  ['I17', run(take(pageOne)), run(take(pageOne), drop(pageOne))],
  ['I18', run(take(pageOne), take(pageOne)), run(take(pageOne), take(pageLock(constant(2))), drop(pageLock(constant(2))), drop(pageOne))],
  ['I19', run(drop(pageOne)), run(take(pageOne), drop(pageOne))],
  ['I20', withSleepChecks(run(take(ptl), take(pageOne), drop(pageOne), drop(ptl))), withSleepChecks(run(take(pageOne), take(ptl), drop(ptl), drop(pageOne)))],
  ['I21', twoLocks([ptl, pageOne]), twoLocks([pageOne, ptl])],
  ['I22',
    run({ kind: 'acquire', lock: { lock: locks.mmap, index: constant(0) }, mode: 'shared' }, drop({ lock: locks.mmap, index: constant(0) }), checkVmaUse(constant(0))),
    run({ kind: 'acquire', lock: { lock: locks.vma, index: constant(0) }, mode: 'shared' }, checkVmaUse(constant(0)), drop({ lock: locks.vma, index: constant(0) }))],
  ['I23', waitForUptodate(false), waitForUptodate(true)],
];

describe('every invariant', () => {
  it('has a row', () => {
    expect(rows.map(([id]) => id)).toEqual(invariants.map(({ id }) => id).filter((id) => id !== 'NULL'));
  });

  it.each(rows)('%s is seen to be broken, and to hold', (id, broken, kept) => {
    expect(check(broken, { checksProgress: true })).toMatch(new RegExp(`^violated ${id} in `));
    expect(check(kept, { checksProgress: true })).toBe('holds');
  });

  it('says what it means in a sentence, where it is asked, and what keeps it', () => {
    for (const text of invariants) {
      expect(text.explanation).toMatch(/^[A-Z].*\.$/);
      expect([text.asked, text.kernel, text.title].every((each) => each.length > 5)).toBe(true);
    }
  });
});

describe('sleeping under a spinlock', () => {
  const lockTypes = machineLocks(size);

  it('counts waiting for a page to be unlocked, and steps that say that they may sleep', () => {
    const wait: Step = { kind: 'assume', condition: not({ kind: 'held', lock: pageOne, by: 'anyone' }) };
    expect(check(withSleepChecks(run(take(ptl), wait, drop(ptl))))).toBe('violated I20 in 2 steps');
    expect(check(run(take(ptl), maySleep(lockTypes, 'alloc_page(GFP_KERNEL)'), drop(ptl)))).toBe('violated I20 in 2 steps');
  });

  it('is no sleep to take i_mmap_lock under it where that spins, and one where it is a semaphore', () => {
    const model = (iMmapSleeps: boolean): Model => withSleepChecks({ ...run(take(ptl), take({ lock: locks.iMmap }), drop({ lock: locks.iMmap }), drop(ptl)), locks: machineLocks(size, { iMmapSleeps }) });
    expect(check(model(false))).toBe('holds');
    expect(check(model(true))).toBe('violated I20 in 2 steps');
  });
});

describe('a deadlock', () => {
  it('is told as a circle, with what each CPU holds and waits for', () => {
    const result = search(twoLocks([ptl, pageOne]), options);
    expect(result.verdict === 'violated' && result.violation.message).toBe(
      'deadlock; CPU0 -> CPU1 -> CPU0: CPU0 (fault) holds lock of page 1 and waits for page-table lock, held by CPU1, at "step 1"; '
      + 'CPU1 (unmap) holds page-table lock and waits for lock of page 1, held by CPU0, at "step 1"');
  });
});

describe('an endless loop', () => {
  it('is told with who goes around where; a loop that a turn of another thread ends is none', () => {
    const result = search(waitForUptodate(false), { ...options, checksProgress: true });
    expect(result.verdict === 'violated' && result.violation.message).toBe('endless; CPU0 (fault) comes back to "cpu_relax()" every 2 steps');
    expect(search(waitForUptodate(false), options)).toMatchObject({ verdict: 'holds', isProgressChecked: false });
  });
});
