import { describe, expect, it } from 'vitest';
import { cells, type MachineSize } from '../../../server/src/model/machine.ts';
import type { MemoryModel, Model, Program } from '../../../server/src/model/types.ts';
import { type FlagTest, flagFault, type GuardedInvalidation, guardedInvalidation, seqlockFault } from '../../../server/src/simulator/builtin/guardedFault.ts';
import { lockedFault, type LockedMutation } from '../../../server/src/simulator/builtin/lockedFault.ts';
import { nopageFault, type NopageMutation } from '../../../server/src/simulator/builtin/nopageFault.ts';
import { type EnvironmentMutation, type Era, profileOfEra } from '../../../server/src/simulator/environment/profile.ts';
import { adversaries } from '../../../server/src/simulator/environment/registry.ts';
import { buildScenario, type ScenarioOptions } from '../../../server/src/simulator/scenario.ts';
import { check, noReductions } from './support.ts';

const size: MachineSize = { pages: 3, indices: 1, slots: [{ mm: 0, index: 0 }] };
const twoSlots: MachineSize = { pages: 3, indices: 1, slots: [{ mm: 0, index: 0 }, { mm: 1, index: 0 }] };

interface Against extends Partial<ScenarioOptions> {
  readonly era: Era;
  readonly adversary: ScenarioOptions['adversary'];
  readonly environment?: readonly EnvironmentMutation[];
}

function scenario(fault: Program, { era, environment = [], ...rest }: Against): Model {
  return buildScenario({ fault, size, profile: { ...profileOfEra(era), mutations: new Set(environment) }, ...rest });
}

function nopage(adversary: string, mutations: readonly NopageMutation[] = [], environment: readonly EnvironmentMutation[] = []): Model {
  return scenario(nopageFault({ size, mutations }), { era: 'nopage', adversary, environment });
}

function locked(adversary: string, mutations: readonly LockedMutation[] = [], environment: readonly EnvironmentMutation[] = [], access: 'read' | 'cow' | 'mkwrite' = 'read'): Model {
  return scenario(lockedFault({ size, mutations, access }), { era: 'fault', adversary, environment });
}

describe('(i) the open-coded seqlock of 2.6.20', () => {
  it.each(['truncate', 'fault', 'invalidate-clean', 'reclaim'])('holds against %s, for reads and private writes', (adversary) => {
    for (const access of ['read', 'cow'] as const) {
      expect(check(scenario(nopageFault({ size, access }), { era: 'nopage', adversary }))).toBe('holds');
    }
  });

  it('holds for two faults against truncate', () => {
    const faults = { size: twoSlots, moreFaults: [nopageFault({ size: twoSlots, slot: 1 })] };
    expect(check(scenario(nopageFault({ size: twoSlots }), { era: 'nopage', adversary: 'truncate', ...faults }))).toBe('holds');
  });

  it.each<[string, readonly NopageMutation[], readonly EnvironmentMutation[], string]>([
    ['the count is not checked', ['noCountCheck'], [], 'violated I1 in 29 steps'],
    ['i_size is read before the count (no smp_rmb)', ['sizeBeforeCount'], [], 'violated I1 in 31 steps'],
    ['the count is checked before the page-table lock', ['countBeforePageTableLock'], [], 'violated I1 in 31 steps'],
    ['the count moves before i_size (no smp_wmb)', [], ['countBeforeSize'], 'violated I1 in 31 steps'],
    ['the count never moves', [], ['noCount'], 'violated I1 in 28 steps'],
    ['the count moves after the ptes are zapped (no smp_mb)', [], ['countAfterSweep'], 'violated I1 in 31 steps'],
  ])('fails where %s', (_, mutations, environment, verdict) => {
    expect(check(nopage('truncate', mutations, environment))).toBe(verdict);
  });

  it('fails against invalidate, gated by page_mapped or not, and against hole punch', () => {
    expect(check(nopage('invalidate'))).toBe('violated I1 in 23 steps');
    expect(check(nopage('invalidate', [], ['unconditionalUnmap']))).toBe('violated I1 in 29 steps');
    expect(check(nopage('punch-hole'))).toBe('violated I1 in 30 steps');
  });

  it('loses a reference where a sibling may overwrite the pte', () => {
    expect(check(nopage('fault', ['noPteNoneTest']))).toBe('violated I6 in 30 steps');
  });
});

describe('the barriers of the open-coded seqlock, under the weak memory model', () => {
  /** The page table is missing at first, so that truncate may pass the pte by without its lock. */
  const run = (mutations: readonly NopageMutation[], environment: readonly EnvironmentMutation[], memory: MemoryModel): string => {
    const profile = { ...profileOfEra('nopage'), peeksAtPageTables: true, mutations: new Set(environment) };
    const model = buildScenario({ fault: nopageFault({ size, mutations, allocatesPageTable: true }), size, adversary: 'truncate', profile, startStates: ['uptodate'] });
    const initialStates = model.initialStates.map((start) => ({ ...start, cells: [...start.cells, { cell: cells.pageTable, index: 0, value: 0 }] }));
    return check({ ...model, initialStates }, { memory });
  };

  it('suffice', () => {
    expect(run([], [], 'weak')).toBe('holds');
  });

  it.each<[string, readonly NopageMutation[], readonly EnvironmentMutation[]]>([
    ['smp_rmb of the fault', ['noReadBarrier'], []],
    ['smp_wmb of truncate', [], ['noWriteBarrier']],
    ['smp_mb of truncate', [], ['noFullBarrier']],
  ])('are all needed: %s', (_, mutations, environment) => {
    expect(run(mutations, environment, 'sc')).toBe('holds');
    expect(run(mutations, environment, 'weak')).toMatch(/^violated I1 in /);
  });
});

describe('(ii) a real seqlock', () => {
  const seqlock = (isGated: boolean, more: Partial<ScenarioOptions> = {}): Model => {
    const used = more.size ?? size;
    return scenario(seqlockFault({ size: used }), {
      era: 'nopage', adversary: { name: 'invalidate', program: guardedInvalidation({ size: used, guard: 'seqlock', isGated }) }, ...more,
    });
  };

  it('holds where the unmap is unconditional', () => {
    expect(check(seqlock(false))).toBe('holds');
    expect(check(seqlock(false), { memory: 'weak' })).toBe('holds');
    expect(check(seqlock(false, { size: twoSlots, moreFaults: [seqlockFault({ size: twoSlots, slot: 1 })] }))).toBe('holds');
  });

  it('fails where the unmap is gated by page_mapped, as it was posted', () => {
    expect(check(seqlock(true))).toMatch(/^violated I1 in /);
  });
});

describe('(iii) a page flag', () => {
  const flag = (test: FlagTest, guard: GuardedInvalidation['guard'], isGated: boolean): string =>
    check(scenario(flagFault({ size, test }), { era: 'nopage', adversary: { name: 'invalidate', program: guardedInvalidation({ size, guard, isGated }) } }));

  it('holds where it is tested under the page lock', () => {
    expect(flag('pageLock', 'flagAfterRemoval', true)).toBe('holds');
  });

  it('holds without the page lock where it is set before an unconditional unmap and tested under the page-table lock', () => {
    expect(flag('pageTableLock', 'flagBeforeUnmap', false)).toBe('holds');
  });

  it.each<[FlagTest, GuardedInvalidation['guard'], boolean]>([
    ['afterLookup', 'flagAfterRemoval', true],
    ['afterLookup', 'flagBeforeUnmap', true],
    ['afterLookup', 'flagBeforeUnmap', false],
    ['pageTableLock', 'flagBeforeUnmap', true],
  ])('fails: tested %s, %s, gated %s', (test, guard, isGated) => {
    expect(flag(test, guard, isGated)).toMatch(/^violated I1 in /);
  });
});

describe('(iv) the page lock held across the fault, 2.6.24', () => {
  it.each(adversaries('fault'))('holds against %s, for reads, private writes and page_mkwrite', (adversary) => {
    for (const access of ['read', 'cow', 'mkwrite'] as const) expect(check(locked(adversary, [], [], access))).toBe('holds');
  });

  it.each(['truncate', 'invalidate', 'punch-hole', 'fault'])('holds against %s under the weak memory model', (adversary) => {
    for (const access of ['read', 'cow'] as const) expect(check(locked(adversary, [], [], access), { memory: 'weak' })).toBe('holds');
  });

  it('holds for two faults at once', () => {
    const more = (access: 'read' | 'cow'): Partial<ScenarioOptions> => ({ size: twoSlots, moreFaults: [lockedFault({ size: twoSlots, slot: 1, access })] });
    const first = lockedFault({ size: twoSlots });
    expect(check(scenario(first, { era: 'fault', adversary: 'truncate', ...more('cow') }))).toBe('holds');
    expect(check(scenario(first, { era: 'fault', adversary: 'invalidate', ...more('read') }))).toBe('holds');
    expect(check(scenario(first, { era: 'fault', adversary: 'truncate', environment: ['noFirstSweep'], ...more('cow') }))).toBe('holds');
  });

  it('needs truncate to unmap under the page lock', () => {
    const profile = { ...profileOfEra('fault'), removalUnmapsUnderPageLock: false };
    expect(check(buildScenario({ fault: lockedFault({ size }), size, adversary: 'truncate', profile }))).toBe('violated I1 in 34 steps');
  });

  it('does not need the first sweep', () => {
    expect(check(locked('truncate', [], ['noFirstSweep'], 'cow'))).toBe('holds');
    expect(check(locked('truncate', [], ['noFirstSweep', 'noLastSweep']))).toBe('holds');
  });

  it.each<[string, string, readonly LockedMutation[], readonly EnvironmentMutation[], 'read' | 'cow' | 'mkwrite', string]>([
    ['copies made meanwhile survive without the last sweep', 'truncate', [], ['noLastSweep'], 'cow', 'I4'],
    ['copies survive without either sweep', 'truncate', [], ['noFirstSweep', 'noLastSweep'], 'cow', 'I4'],
    ['a page is mapped beyond end of file without the second look at i_size', 'truncate', ['noSizeRecheck'], [], 'read', 'I4'],
    ['a page dangles without the look at page->mapping', 'invalidate', ['noMappingRecheck'], [], 'read', 'I1'],
    ['a page dangles where the lock is dropped early', 'invalidate', ['earlyUnlock'], [], 'read', 'I1'],
    ['a copy beyond end of file survives where the lock is dropped early', 'truncate', ['earlyUnlock'], [], 'cow', 'I4'],
    ['a page dangles without the look at page->mapping after page_mkwrite', 'invalidate', ['noMkwriteRecheck'], [], 'mkwrite', 'I1'],
  ])('%s', (_, adversary, mutations, environment, access, property) => {
    expect(check(locked(adversary, mutations, environment, access))).toContain(`violated ${property} in `);
  });
});

describe('reductions', () => {
  it('change no verdict and no length of a trace by more than the steps that were fused', () => {
    expect(check(nopage('invalidate'), noReductions)).toBe('violated I1 in 23 steps');
    expect(check(nopage('truncate'), noReductions)).toBe('holds');
    expect(check(locked('truncate', ['noSizeRecheck']), noReductions)).toMatch(/^violated I4 in /);
    expect(check(locked('truncate'), noReductions)).toBe('holds');
  });
});
