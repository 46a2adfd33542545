/**
 * The rows of the acceptance table: protocols and their variants, the verdict that an independent
 * model of each gave (sequentially consistent, one step where ours has several: no branch steps, a
 * page-table section or unlock merged with its neighbour) with its shortest trace, and our model.
 */

import { cells, type MachineSize, pageCell } from '../../../server/src/model/machine.ts';
import { ProgramBuilder } from '../../../server/src/model/programBuilder.ts';
import type { MemoryModel, Model, Program, Property } from '../../../server/src/model/types.ts';
import { binary, cell, constant, equal, implies, local } from '../../../server/src/model/values.ts';
import { folioFault, type FolioShape, punchModel } from '../../../server/src/simulator/builtin/folioFault.ts';
import { type FlagTest, flagFault, type GuardedInvalidation, guardedInvalidation, seqlockFault } from '../../../server/src/simulator/builtin/guardedFault.ts';
import { lockedFault, type LockedMutation, type LockedShape } from '../../../server/src/simulator/builtin/lockedFault.ts';
import { nopageFault, type NopageMutation } from '../../../server/src/simulator/builtin/nopageFault.ts';
import { reservationModel } from '../../../server/src/simulator/builtin/sharedWrite.ts';
import { forkProgram, mremapProgram } from '../../../server/src/simulator/environment/movePtes.ts';
import { type EnvironmentMutation, type EnvironmentProfile, type Era, profileOfEra } from '../../../server/src/simulator/environment/profile.ts';
import { buildScenario, type ScenarioOptions } from '../../../server/src/simulator/scenario.ts';
import { toyCell, toyModel } from './support.ts';

export interface VerdictRow {
  readonly name: string;
  /** `OK`, or what is violated and in how many steps of the reference. */
  readonly reference: string;
  /** Ours under sc: `holds`, or the invariant and the steps of the shortest trace. */
  readonly expected: string;
  readonly model: () => Model;
}

export const memory: MemoryModel = 'sc';

const size: MachineSize = { pages: 3, indices: 1, slots: [{ mm: 0, index: 0 }] };
const twoMms: MachineSize = { pages: 3, indices: 1, slots: [{ mm: 0, index: 0 }, { mm: 1, index: 0 }] };
const oneMm: MachineSize = { pages: 3, indices: 1, slots: [{ mm: 0, index: 0 }, { mm: 0, index: 0 }] };

function profileWith(era: Era, mutations: readonly EnvironmentMutation[] = [], more: Partial<EnvironmentProfile> = {}): EnvironmentProfile {
  return { ...profileOfEra(era), mutations: new Set(mutations), ...more };
}

type How = Partial<Omit<ScenarioOptions, 'profile'>> & { readonly environment?: readonly EnvironmentMutation[]; readonly profile?: Partial<EnvironmentProfile> };

function scenario(era: Era, fault: Program, adversary: ScenarioOptions['adversary'], { environment = [], profile = {}, ...rest }: How = {}): Model {
  return buildScenario({ fault, size, adversary, ...rest, profile: profileWith(era, environment, profile) });
}

function nopage(adversary: string, mutations: readonly NopageMutation[] = [], environment: readonly EnvironmentMutation[] = [], access: 'read' | 'cow' = 'read'): Model {
  return scenario('nopage', nopageFault({ size, mutations, access }), adversary, { environment });
}

function two(fault: (slot: number, used: MachineSize) => Program): Pick<ScenarioOptions, 'fault' | 'size'> & Partial<Pick<ScenarioOptions, 'moreFaults'>> {
  return { size: twoMms, fault: fault(0, twoMms), moreFaults: [fault(1, twoMms)] };
}

function seqlock(isGated: boolean, isTwo = false): Model {
  const used = isTwo ? twoMms : size;
  const adversary = { name: 'invalidate', program: guardedInvalidation({ size: used, guard: 'seqlock', isGated }) };
  const more = isTwo ? { moreFaults: [seqlockFault({ size: used, slot: 1 })] } : {};
  return scenario('nopage', seqlockFault({ size: used }), adversary, { size: used, ...more });
}

function flag(test: FlagTest, guard: GuardedInvalidation['guard'], isGated: boolean): Model {
  return scenario('nopage', flagFault({ size, test }), { name: 'invalidate', program: guardedInvalidation({ size, guard, isGated }) });
}

function locked(adversary: string, access: NonNullable<LockedShape['access']> = 'read', mutations: readonly LockedMutation[] = [], environment: readonly EnvironmentMutation[] = [], profile: Partial<EnvironmentProfile> = {}): Model {
  return scenario('fault', lockedFault({ size, mutations, access }), adversary, { environment, profile });
}

function lockedTwo(adversary: string, second: 'read' | 'cow', environment: readonly EnvironmentMutation[] = []): Model {
  const { fault, ...rest } = two((slot, used) => lockedFault({ size: used, slot, access: slot === 1 ? second : 'read' }));
  return scenario('fault', fault, adversary, { ...rest, environment });
}

/** Not one of I1 to I23: the reference asks it to show that it does not hold, with invalidate_lock or without. */
function withEmptyCache(model: Model): Model {
  const isEmpty = equal(cell({ cell: cells.cache, index: constant(0) }), constant(0));
  const property: Property = {
    id: 'cache beyond EOF', title: 'no page is cached beyond the end of file', explanation: 'A page is cached beyond the end of file.',
    when: { kind: 'quiescence' }, condition: implies(equal(cell({ cell: cells.iSize }), constant(0)), isEmpty),
  };
  return { ...model, properties: [...model.properties, property] };
}

function punch(shape: Partial<FolioShape>, takesInvalidateLock: boolean): Model {
  return punchModel({ size, ...shape }, profileWith('folio', [], { takesInvalidateLock }));
}

function reverseMap(used: MachineSize, program: (profile: EnvironmentProfile) => Program, environment: readonly EnvironmentMutation[]): Model {
  const profile = profileWith('fault', environment);
  return buildScenario({ fault: program(profile), size: used, profile, adversary: 'invalidate', startStates: ['mapped'] });
}

/** A reference taken without tree_lock: the slot, the count unless it is 0, the slot again. */
function speculativeLookup(): Program {
  const b = new ProgramBuilder('lookup');
  const page = b.local('page', { max: 1, format: 'page' });
  const got = b.local('got', { max: 1 });
  const again = b.local('again', { max: 1, format: 'page' });
  const slot = { cell: cells.cache, index: constant(0) };
  const count = pageCell(0, constant(1));
  const bump = (amount: number) => ({ kind: 'update' as const, cell: count, value: binary('+', cell(count), constant(amount)), order: 'relaxed' as const });
  b.step('folio = xas_load(&xas)', { kind: 'load', to: page, from: { ...slot, cell: 1 }, order: 'relaxed' });
  b.when('folio', local(page), () => {
    b.step('folio_try_get(folio)', { kind: 'if', condition: binary('>', cell(count), constant(0)), then: [bump(1), { kind: 'assign', to: got, value: constant(1) }], otherwise: [] });
    b.when('got it', local(got), () => {
      b.step('folio == xas_reload(&xas)?', { kind: 'load', to: again, from: { ...slot, cell: 1 }, order: 'relaxed' });
      b.when('still there', local(again), () => b.step('use the folio', { kind: 'check', property: 'I8', message: 'a freed page is used', condition: binary('>', cell(count), constant(0)) }));
      b.step('folio_put(folio)', bump(-1));
    });
  });
  return b.build();
}

type Reclaim = 'put' | 'freeze' | 'free outright';

/** Counts the references (2: the cache's and its own), then removes and lets go in one of three ways. */
function reclaimAgainstLookup(how: Reclaim): Model {
  const b = new ProgramBuilder('reclaim');
  const isOurs = b.local('ours', { max: 1 });
  const count = pageCell(0, constant(1));
  const set = (value: number) => ({ kind: 'update' as const, cell: count, value: constant(value), order: 'relaxed' as const });
  b.step('references == 2?', {
    kind: 'if', condition: equal(cell(count), constant(2)),
    then: [...(how === 'freeze' ? [set(0)] : []), { kind: 'assign', to: isOurs, value: constant(1) }], otherwise: [],
  });
  b.when('ours', local(isOurs), () => {
    const letGo = how === 'put' ? { kind: 'update' as const, cell: count, value: binary('-', cell(count), constant(2)), order: 'relaxed' as const } : set(0);
    b.step('remove from the page cache, let go', { kind: 'store', to: { cell: 1, index: constant(0) }, value: constant(0), order: 'relaxed' }, letGo);
  });
  return toyModel([speculativeLookup(), b.build()], {
    cells: [toyCell('references', 4, { length: 2, initial: [0, 2] }), toyCell('cache', 1, { initial: [1] })],
  });
}

const row = (name: string, reference: string, expected: string, model: () => Model): VerdictRow => ({ name, reference, expected, model });

export const verdictRows: readonly VerdictRow[] = [
  row('(i) truncate, read', 'OK', 'holds', () => nopage('truncate')),
  row('(i) truncate, private write', 'OK', 'holds', () => nopage('truncate', [], [], 'cow')),
  row('(i) truncate, two faults', 'OK', 'holds', () => { const { fault, ...rest } = two((slot, used) => nopageFault({ size: used, slot })); return scenario('nopage', fault, 'truncate', rest); }),
  row('(i) truncate, count not checked', 'dangling in 12', 'I1 in 29', () => nopage('truncate', ['noCountCheck'])),
  row('(i) truncate, i_size read before count (no smp_rmb)', 'dangling in 12', 'I1 in 31', () => nopage('truncate', ['sizeBeforeCount'])),
  row('(i) truncate, count before i_size (no smp_wmb)', 'dangling in 12', 'I1 in 31', () => nopage('truncate', [], ['countBeforeSize'])),
  row('(i) truncate, count never moves', 'dangling in 11', 'I1 in 28', () => nopage('truncate', [], ['noCount'])),
  row('(i) truncate, count after the sweep (no smp_mb)', 'dangling in 12', 'I1 in 31', () => nopage('truncate', [], ['countAfterSweep'])),
  row('(i) truncate, count checked before the page-table lock', 'dangling in 12', 'I1 in 31', () => nopage('truncate', ['countBeforePageTableLock'])),
  row('(i) invalidate inside i_size', 'dangling in 9', 'I1 in 23', () => nopage('invalidate')),
  row('(i) invalidate, unmap not gated by page_mapped', 'dangling in 13', 'I1 in 29', () => nopage('invalidate', [], ['unconditionalUnmap'])),
  row('(i) two threads, one pte, no pte_none test', 'leak in 12', 'I6 in 30', () => nopage('fault', ['noPteNoneTest'])),
  row('(i) two threads, one pte, with the test', 'OK', 'holds', () => nopage('fault')),
  row('(ii) invalidate, unmap gated, as posted', 'dangling in 11', 'I1 in 24', () => seqlock(true)),
  row('(ii) invalidate, unmap unconditional', 'OK', 'holds', () => seqlock(false)),
  row('(ii) invalidate, unmap unconditional, two faults', 'OK', 'holds', () => seqlock(false, true)),
  row('(iii) set after removal, tested under the page lock', 'OK', 'holds', () => flag('pageLock', 'flagAfterRemoval', true)),
  row('(iii) set after removal, no page lock in the fault', 'dangling in 8', 'I1 in 22', () => flag('afterLookup', 'flagAfterRemoval', true)),
  row('(iii) set before a gated unmap, no page lock', 'dangling in 9', 'I1 in 23', () => flag('afterLookup', 'flagBeforeUnmap', true)),
  row('(iii) set before the unmap, tested before the page-table lock', 'dangling in 13', 'I1 in 24', () => flag('afterLookup', 'flagBeforeUnmap', false)),
  row('(iii) set before the unmap, tested under the page-table lock', 'OK', 'holds', () => flag('pageTableLock', 'flagBeforeUnmap', false)),
  row('(iii) set before a gated unmap, tested under the page-table lock', 'dangling in 8', 'I1 in 23', () => flag('pageTableLock', 'flagBeforeUnmap', true)),
  row('(iv) truncate, read', 'OK', 'holds', () => locked('truncate')),
  row('(iv) truncate, private write', 'OK', 'holds', () => locked('truncate', 'cow')),
  row('(iv) truncate, read and private write', 'OK', 'holds', () => lockedTwo('truncate', 'cow')),
  row('(iv) invalidate, two faults', 'OK', 'holds', () => lockedTwo('invalidate', 'read')),
  row('(iv) truncate does not unmap under the page lock', 'dangling in 18', 'I1 in 34', () => locked('truncate', 'read', [], [], { removalUnmapsUnderPageLock: false })),
  row('(iv) private write, no last sweep', 'beyond EOF in 20', 'I4 in 46', () => locked('truncate', 'cow', [], ['noLastSweep'])),
  row('(iv) private write, no first sweep', 'OK', 'holds', () => locked('truncate', 'cow', [], ['noFirstSweep'])),
  row('(iv) private write, neither sweep', 'beyond EOF in 18', 'I4 in 40', () => locked('truncate', 'cow', [], ['noFirstSweep', 'noLastSweep'])),
  row('(iv) read, neither sweep', 'OK', 'holds', () => locked('truncate', 'read', [], ['noFirstSweep', 'noLastSweep'])),
  row('(iv) read and private write, no first sweep', 'OK', 'holds', () => lockedTwo('truncate', 'cow', ['noFirstSweep'])),
  row('(iv) i_size not read again under the page lock', 'beyond EOF in 24', 'I4 in 39', () => locked('truncate', 'read', ['noSizeRecheck'])),
  row('(iv) page->mapping not tested under the page lock', 'dangling in 14', 'I1 in 25', () => locked('invalidate', 'read', ['noMappingRecheck'])),
  row('(iv) page lock dropped before the pte is set', 'dangling in 13', 'I1 in 25', () => locked('invalidate', 'read', ['earlyUnlock'])),
  row('(iv) page lock dropped before the copy is mapped', 'beyond EOF in 22', 'I4 in 50', () => locked('truncate', 'cow', ['earlyUnlock'])),
  row('(iv) page_mkwrite unlocked, mapping tested after', 'OK', 'holds', () => locked('invalidate', 'mkwrite')),
  row('(iv) page_mkwrite unlocked, mapping not tested', 'dangling in 14', 'I1 in 30', () => locked('invalidate', 'mkwrite', ['noMkwriteRecheck'])),
  row('(iv) page_mkwrite and truncate, mapping tested after', 'OK', 'holds', () => locked('truncate', 'mkwrite')),
  row('(iv) cached beyond EOF at the end, no invalidate_lock', 'cached in 18', 'cache beyond EOF in 39', () => withEmptyCache(locked('truncate'))),
  row('(v) cached beyond EOF at the end, invalidate_lock both sides', 'cached in 18', 'cache beyond EOF in 46', () => withEmptyCache(scenario('folio', folioFault({ size }), 'truncate'))),
  row('(v) punch, no invalidate_lock', 'stale in 17', 'I16 in 27', () => punch({ takesInvalidateLock: false }, false)),
  row('(v) punch, block looked up before the insert, no invalidate_lock', 'stale in 17', 'I16 in 27', () => punch({ takesInvalidateLock: false, looksUpBlockFirst: true }, false)),
  row('(v) punch, invalidate_lock on both sides', 'OK', 'holds', () => punch({}, true)),
  row('(v) punch, invalidate_lock only in the punch', 'stale in 17', 'I16 in 29', () => punch({ takesInvalidateLock: false }, true)),
  row('(v) punch, invalidate_lock only in the fault', 'stale in 17', 'I16 in 27', () => punch({}, false)),
  row('fork, parent visited first', 'OK', 'holds', () => reverseMap(twoMms, (profile) => forkProgram(twoMms, profile), [])),
  row('fork, child visited first', 'dangling in 5', 'I1 in 16', () => reverseMap(twoMms, (profile) => forkProgram(twoMms, profile), ['childFirst'])),
  row('mremap without i_mmap_lock, target visited first', 'dangling in 8', 'I1 in 16', () => reverseMap(oneMm, (profile) => mremapProgram(oneMm, profile, false), ['childFirst'])),
  row('mremap with i_mmap_lock, target visited first', 'OK', 'holds', () => reverseMap(oneMm, (profile) => mremapProgram(oneMm, profile), ['childFirst'])),
  row('page_mkwrite against writeback, lock dropped between (2.6.24)', 'unreserved in 11', 'I15 in 34', () => reservationModel({ size, keepsLock: false }, profileWith('fault'))),
  row('page_mkwrite against writeback, lock kept (2.6.30)', 'OK', 'holds', () => reservationModel({ size, keepsLock: true }, profileWith('fault'))),
  row('reclaim counts and puts, against a speculative reference', 'OK', 'holds', () => reclaimAgainstLookup('put')),
  row('reclaim freezes, against a speculative reference', 'OK', 'holds', () => reclaimAgainstLookup('freeze')),
  row('reclaim counts and frees outright, against a speculative reference', 'not in the reference', 'I8 in 10', () => reclaimAgainstLookup('free outright')),
];
