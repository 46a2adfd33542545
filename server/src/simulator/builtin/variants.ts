/**
 * Variants of the built-in protocols, for `faultline model NAME --variant V`: as they were posted, and
 * with one part left out, to show what it is for.
 */

import type { MachineSize } from '../../model/machine.ts';
import type { Model, Program } from '../../model/types.ts';
import { copyOnWriteProgram, type CopyOnWriteMutation } from '../environment/copyOnWrite.ts';
import { type EnvironmentMutation, type EnvironmentProfile, type Era, profileOfEra } from '../environment/profile.ts';
import { buildScenario } from '../scenario.ts';
import { folioFault, punchModel } from './folioFault.ts';
import { type FlagShape, type FlagTest, flagFault, type GuardedInvalidation, guardedInvalidation, guardedTruncation, seqlockFault } from './guardedFault.ts';
import { lockedFault, type LockedMutation } from './lockedFault.ts';
import type { BuiltinScenario } from './models.ts';
import { nopageFault, type NopageMutation } from './nopageFault.ts';
import { retryFault, type RetryMutation, type RetryShape, unmapModel } from './retryFault.ts';
import { reservationModel } from './sharedWrite.ts';

export interface BuiltinVariant {
  readonly name: string;
  readonly title: string;
  readonly scenario: () => BuiltinScenario;
}

const size: MachineSize = { pages: 3, indices: 1, slots: [{ mm: 0, index: 0 }] };
const reads = { access: 'read', mapping: 'shared' } as const;
const privateWrites = { access: 'write', mapping: 'private' } as const;

function profileWith(era: Era, ...mutations: readonly EnvironmentMutation[]): EnvironmentProfile {
  return { ...profileOfEra(era), mutations: new Set(mutations) };
}

function run(fault: Program, against: string, profile: EnvironmentProfile, kind: Pick<BuiltinScenario, 'access' | 'mapping'> = reads): BuiltinScenario {
  return { ...kind, against, model: buildScenario({ fault, size, adversary: against, profile }) };
}

function guarded(fault: Program, how: Omit<GuardedInvalidation, 'size'>): BuiltinScenario {
  const adversary = { name: 'invalidate', program: guardedInvalidation({ size, ...how }) };
  return { ...reads, against: 'invalidate', model: buildScenario({ fault, size, adversary, profile: profileOfEra('nopage') }) };
}

function counted(name: string, title: string, mutation: NopageMutation, against = 'truncate'): BuiltinVariant {
  return { name, title, scenario: () => run(nopageFault({ size, mutations: [mutation] }), against, profileOfEra('nopage')) };
}

function locked(name: string, title: string, mutation: LockedMutation, against: string, access: 'read' | 'mkwrite' = 'read'): BuiltinVariant {
  const kind = access === 'mkwrite' ? { access: 'write', mapping: 'shared' } as const : reads;
  return { name, title, scenario: () => run(lockedFault({ size, access, mutations: [mutation] }), against, profileOfEra('fault'), kind) };
}

function swept(name: string, title: string, ...mutations: readonly EnvironmentMutation[]): BuiltinVariant {
  return { name, title, scenario: () => run(lockedFault({ size, access: 'cow' }), 'truncate', profileWith('fault', ...mutations), privateWrites) };
}

function flagged(name: string, title: string, test: FlagTest, guard: GuardedInvalidation['guard'], isGated: boolean): BuiltinVariant {
  return { name, title, scenario: () => guarded(flagFault({ size, test }), { guard, isGated }) };
}

interface FlaggedTruncation {
  readonly shape: Omit<FlagShape, 'size'>;
  readonly sweeps: 1 | 2;
}

function flaggedTruncate(name: string, title: string, { shape, sweeps }: FlaggedTruncation): BuiltinVariant {
  const adversary = { name: 'truncate', endsMappingsBeyondSize: true, program: guardedTruncation({ size, sweeps }) };
  const model = (): Model => buildScenario({ fault: flagFault({ size, ...shape }), size, adversary, profile: profileOfEra('nopage') });
  return { name, title, scenario: () => ({ ...(shape.access === 'cow' ? privateWrites : reads), against: 'truncate', model: model() }) };
}

function copied(name: string, title: string, mutation: CopyOnWriteMutation, against: string): BuiltinVariant {
  const profile = profileOfEra('fault');
  const model = (): Model => buildScenario({ fault: copyOnWriteProgram({ size, mutations: [mutation] }, profile), size, adversary: against, profile, startStates: ['mapped'] });
  return { name, title, scenario: () => ({ ...privateWrites, against, model: model() }) };
}

/** A read fault, a write to what it maps in another thread, and truncate. */
function sweptCopies(name: string, title: string, ...mutations: readonly EnvironmentMutation[]): BuiltinVariant {
  const profile = profileWith('fault', ...mutations);
  const model = (): Model => buildScenario({ fault: lockedFault({ size }), size, adversary: 'truncate', profile, startStates: ['uptodate'], moreThreads: [copyOnWriteProgram({ size }, profile)] });
  return { name, title, scenario: () => ({ access: 'read', mapping: 'private', against: 'truncate and cow', model: model() }) };
}

/** A fault from user mode to user mode, against itself or munmap. */
function retried(name: string, title: string, mutation: RetryMutation, against: 'fault' | 'munmap'): BuiltinVariant {
  const shape: RetryShape = { size, mutations: [mutation], waits: mutation !== 'dropsForNowait' };
  if (against === 'fault') return { name, title, scenario: () => run(retryFault(shape), against, profileOfEra('folio')) };
  return { name, title, scenario: () => ({ ...reads, against, model: unmapModel(shape) }) };
}

function reserved(name: string, title: string, keepsLock: boolean): BuiltinVariant {
  const kind = { against: 'writeback', access: 'write', mapping: 'shared' } as const;
  return { name, title, scenario: () => ({ ...kind, model: reservationModel({ size, keepsLock }, profileOfEra('fault')) }) };
}

function punched(name: string, title: string, inFault: boolean, inPunch: boolean): BuiltinVariant {
  const profile: EnvironmentProfile = { ...profileOfEra('folio'), takesInvalidateLock: inPunch };
  return { name, title, scenario: () => ({ ...reads, against: 'punch-hole', model: punchModel({ size, takesInvalidateLock: inFault }, profile) }) };
}

const variants: Readonly<Record<string, readonly BuiltinVariant[]>> = {
  'truncate-count': [
    counted('no-recheck', 'the count is not compared under the page-table lock', 'noCountCheck'),
    counted('size-first', 'i_size is read before the count, which a missing smp_rmb allows', 'sizeBeforeCount'),
    counted('early-recheck', 'the count is compared before the page-table lock is taken', 'countBeforePageTableLock'),
    counted('no-pte-none', 'pte_none is not tested', 'noPteNoneTest', 'fault'),
    { name: 'count-first', title: 'truncate moves the count before i_size, which a missing smp_wmb allows', scenario: () => run(nopageFault({ size }), 'truncate', profileWith('nopage', 'countBeforeSize')) },
    { name: 'late-count', title: 'truncate moves the count after the sweep, which a missing smp_mb allows', scenario: () => run(nopageFault({ size }), 'truncate', profileWith('nopage', 'countAfterSweep')) },
    { name: 'ungated-invalidate', title: 'invalidate unmaps without asking page_mapped', scenario: () => run(nopageFault({ size }), 'invalidate', profileWith('nopage', 'unconditionalUnmap')) },
  ],
  seqlock: [
    { name: 'posted', title: 'the unmap is gated by page_mapped, as it was posted', scenario: () => guarded(seqlockFault({ size }), { guard: 'seqlock', isGated: true }) },
  ],
  'page-flag': [
    flagged('no-page-lock', 'set after the removal, tested without the page lock', 'afterLookup', 'flagAfterRemoval', true),
    flagged('early', 'set before an unconditional unmap, tested under the page-table lock', 'pageTableLock', 'flagBeforeUnmap', false),
    flagged('early-gated', 'set before a gated unmap, tested under the page-table lock', 'pageTableLock', 'flagBeforeUnmap', true),
    flagged('early-test', 'set before the unmap, tested before the page-table lock', 'afterLookup', 'flagBeforeUnmap', false),
    flaggedTruncate('no-size-recheck', 'i_size is not read again under the page lock', { shape: { test: 'pageLock' }, sweeps: 2 }),
    flaggedTruncate('posted-copy', 'a private write asks the copy that it has made already, as it was posted', { shape: { test: 'copy', access: 'cow', rechecksSize: true }, sweeps: 2 }),
    flaggedTruncate('no-last-sweep', 'truncate does not unmap again after it has removed pages, against a private write', { shape: { test: 'pageLock', access: 'cow', rechecksSize: true }, sweeps: 1 }),
  ],
  'page-lock': [
    locked('no-mapping-recheck', 'page->mapping is not tested under the page lock', 'noMappingRecheck', 'invalidate'),
    locked('no-size-recheck', 'i_size is not read again under the page lock', 'noSizeRecheck', 'truncate'),
    locked('early-unlock', 'the page lock is dropped before the pte is set', 'earlyUnlock', 'invalidate'),
    locked('no-mkwrite-recheck', 'page->mapping is not tested after page_mkwrite', 'noMkwriteRecheck', 'invalidate', 'mkwrite'),
    swept('no-first-sweep', 'truncate does not unmap before it removes pages', 'noFirstSweep'),
    swept('no-last-sweep', 'truncate does not unmap again after it has removed pages', 'noLastSweep'),
    reserved('mkwrite-unlocked', 'page_mkwrite comes back without the page lock, against writeback (2.6.24)', false),
    reserved('mkwrite-locked', 'page_mkwrite comes back with the page lock, against writeback (2.6.30)', true),
  ],
  'copy-on-write': [
    copied('no-pte-same', 'the pte is not compared after the page was copied', 'noPteSame', 'truncate'),
    copied('no-reference', 'the page is not referenced while it is copied', 'noReference', 'reclaim'),
    sweptCopies('no-first-sweep', 'truncate does not unmap before it removes pages', 'noFirstSweep'),
    sweptCopies('no-last-sweep', 'truncate does not unmap again after it has removed pages', 'noLastSweep'),
  ],
  folio: [
    punched('no-invalidate-lock', 'neither the fault nor the hole punch takes invalidate_lock', false, false),
    punched('punch-only', 'only the hole punch takes invalidate_lock', false, true),
    punched('fault-only', 'only the fault takes invalidate_lock', true, false),
    { name: 'no-table-check', title: 'the fault does not look whether pte_offset_map_lock found a page table', scenario: () => run(folioFault({ size, tables: 'unchecked' }), 'retraction', profileOfEra('folio')) },
    retried('goes-on', 'a fault that has let go of the vma to wait goes on with it', 'goesOn', 'fault'),
    retried('retry-locked', 'VM_FAULT_RETRY is returned with the folio locked', 'keepsFolioLock', 'fault'),
    retried('retry-referenced', 'VM_FAULT_RETRY is returned with the reference of the folio', 'keepsReference', 'munmap'),
    retried('no-second-lookup', 'after VM_FAULT_RETRY the vma is not looked up again', 'noSecondLookup', 'munmap'),
    retried('nowait-drops', 'mmap_lock is dropped though the caller said FAULT_FLAG_RETRY_NOWAIT', 'dropsForNowait', 'munmap'),
  ],
};

/** Those of a protocol; none where there is no such protocol. */
export function variantsOf(name: string): readonly BuiltinVariant[] {
  return Object.hasOwn(variants, name) ? variants[name]! : [];
}
