/** The environment programs beyond those that remove pages: exact verdicts, and what each rests on. */

import { describe, expect, it } from 'vitest';
import { cells, type MachineSize, migrationEntry } from '../../../server/src/model/machine.ts';
import { ProgramBuilder } from '../../../server/src/model/programBuilder.ts';
import type { Model, Program } from '../../../server/src/model/types.ts';
import { returningToUser } from '../../../server/src/simulator/builtin/faultParts.ts';
import { folioFault } from '../../../server/src/simulator/builtin/folioFault.ts';
import { lockedFault, type LockedMutation } from '../../../server/src/simulator/builtin/lockedFault.ts';
import { nopageFault } from '../../../server/src/simulator/builtin/nopageFault.ts';
import { type RetryMutation, retryFault, type RetryShape, unmapModel } from '../../../server/src/simulator/builtin/retryFault.ts';
import { reservationModel } from '../../../server/src/simulator/builtin/sharedWrite.ts';
import { type CopyOnWriteMutation, copyOnWriteProgram } from '../../../server/src/simulator/environment/copyOnWrite.ts';
import { invalidateCleanProgram, reclaimProgram } from '../../../server/src/simulator/environment/evict.ts';
import { invalidateProgram } from '../../../server/src/simulator/environment/invalidate.ts';
import { migrateProgram } from '../../../server/src/simulator/environment/migrate.ts';
import { forkProgram, mremapProgram } from '../../../server/src/simulator/environment/movePtes.ts';
import { type EnvironmentMutation, type EnvironmentProfile, type Era, profileOfEra } from '../../../server/src/simulator/environment/profile.ts';
import { adversaries, allAdversaries } from '../../../server/src/simulator/environment/registry.ts';
import { truncateProgram } from '../../../server/src/simulator/environment/truncate.ts';
import { munmapProgram } from '../../../server/src/simulator/environment/zapRange.ts';
import { type StartState } from '../../../server/src/simulator/environment/startStates.ts';
import { buildScenario } from '../../../server/src/simulator/scenario.ts';
import { formatValue } from '../../../server/src/simulator/names.ts';
import { search } from '../../../server/src/simulator/search.ts';
import { check, options } from './support.ts';

const size: MachineSize = { pages: 3, indices: 1, slots: [{ mm: 0, index: 0 }] };
const twoMms: MachineSize = { pages: 4, indices: 1, slots: [{ mm: 0, index: 0 }, { mm: 1, index: 0 }] };
const sameMm: MachineSize = { pages: 3, indices: 1, slots: [{ mm: 0, index: 0 }, { mm: 0, index: 0 }] };
const eras: readonly Era[] = ['nopage', 'fault', 'folio'];

function faultOf(era: Era, used: MachineSize, name = ''): Program {
  if (era === 'nopage') return nopageFault({ size: used });
  if (name === 'retraction') return folioFault({ size: used, tables: 'vanish' });
  return era === 'fault' ? lockedFault({ size: used }) : folioFault({ size: used });
}

function profileWith(era: Era, ...mutations: readonly EnvironmentMutation[]): EnvironmentProfile {
  return { ...profileOfEra(era), mutations: new Set(mutations) };
}

function scenario(first: Program, used: MachineSize, profile: EnvironmentProfile, adversary: string | Program, startStates?: readonly StartState[]): Model {
  const other = typeof adversary === 'string' ? adversary : { name: adversary.name, program: adversary };
  return buildScenario({ fault: first, size: used, profile, adversary: other, ...(startStates ? { startStates } : {}) });
}

describe('the adversaries that have to be asked for', () => {
  it('are listed by era', () => {
    expect(adversaries('nopage')).toEqual(['truncate', 'truncate-twice', 'invalidate', 'punch-hole', 'invalidate-clean', 'reclaim', 'fault']);
    const more = (era: Era): readonly string[] => allAdversaries(era).filter((name) => !adversaries(era).includes(name));
    expect(more('nopage')).toEqual(['writeback', 'readahead', 'cow', 'fault-other-mm']);
    expect(more('folio')).toEqual(['truncate-range', 'writeback', 'readahead', 'madvise', 'cow', 'retraction', 'fault-other-mm']);
  });

  it.each(eras.flatMap((era) => allAdversaries(era).filter((name) => !adversaries(era).includes(name)).map((name) => [era, name] as const)))('era %s holds against %s', (era, name) => {
    for (const memory of ['sc', 'weak'] as const) {
      const result = search(scenario(faultOf(era, twoMms, name), twoMms, profileOfEra(era), name), { ...options, memory, checksProgress: true });
      expect(`${memory} ${result.verdict} ${result.missedWitnesses.join()}`).toBe(`${memory} holds `);
    }
  });

  it.each(eras)('era %s holds against munmap, which waits for the fault', (era) => {
    const used = size;
    expect(check(scenario(returningToUser(faultOf(era, used)), used, profileOfEra(era), munmapProgram(used, profileOfEra(era))), { checksProgress: true })).toBe('holds');
  });

  it('era nopage cannot keep two processes apart from what invalidate does', () => {
    const third = faultOf('nopage', twoMms);
    expect(check(scenario(third, twoMms, profileOfEra('nopage'), 'invalidate'))).toMatch(/^violated I1 in /);
  });
});

describe('writeback', () => {
  it('takes the reservation away where page_mkwrite comes back without the page lock', () => {
    expect(check(reservationModel({ size, keepsLock: false }, profileOfEra('fault')))).toMatch(/^violated I15 in /);
    expect(check(reservationModel({ size, keepsLock: true }, profileOfEra('fault')), { checksProgress: true })).toBe('holds');
    expect(check(reservationModel({ size, keepsLock: true }, profileOfEra('fault')), { memory: 'weak' })).toBe('holds');
  });
});

describe('copy-on-write', () => {
  const profile = profileOfEra('fault');
  const cow = (...mutations: readonly CopyOnWriteMutation[]): Program => copyOnWriteProgram({ size, mutations }, profile);
  const fromMapped = (against: string, ...mutations: readonly CopyOnWriteMutation[]): string => check(scenario(cow(...mutations), size, profile, against, ['mapped']), { checksProgress: true });
  const afterRead = (fault: Program, used: EnvironmentProfile): string =>
    check(buildScenario({ fault, size, adversary: 'truncate', profile: used, startStates: ['uptodate'], moreThreads: [copyOnWriteProgram({ size }, used)] }));

  it('holds against everything that removes the page under it', () => {
    for (const against of adversaries('fault').filter((name) => name !== 'fault')) expect(`${against} ${fromMapped(against)}`).toBe(`${against} holds`);
  });

  it('unmaps a page twice without pte_same, and copies a freed one without its reference', () => {
    expect(fromMapped('truncate', 'noPteSame')).toBe('violated I7 in 24 steps');
    expect(fromMapped('reclaim', 'noReference')).toBe('violated I8 in 29 steps');
  });

  it('of what a read fault has just mapped leaves a copy beyond the end of file, unless truncate unmaps again', () => {
    expect(afterRead(lockedFault({ size }), profile)).toBe('holds');
    expect(afterRead(lockedFault({ size }), profileWith('fault', 'noFirstSweep'))).toBe('holds');
    expect(afterRead(lockedFault({ size }), profileWith('fault', 'noLastSweep'))).toBe('violated I4 in 62 steps');
    expect(afterRead(nopageFault({ size }), profileOfEra('nopage'))).toBe('holds');
  });

  it('finds a fault that sets a pte which is there already', () => {
    const used = { ...size, pages: 4 };
    const model = (fault: Program): Model => scenario(fault, used, profileOfEra('nopage'), 'cow', ['mapped']);
    expect(check(model(nopageFault({ size: used })))).toBe('holds');
    expect(check(model(nopageFault({ size: used, mutations: ['noPteNoneTest'] })))).toMatch(/^violated I6 in /);
  });
});

describe('truncate_inode_pages_range alone', () => {
  it('needs the unmap under the page lock, and the page lock kept until the pte is set', () => {
    const against = (profile: EnvironmentProfile, mutations: readonly LockedMutation[] = []): string =>
      check(scenario(lockedFault({ size, mutations }), size, profile, 'truncate-range'), { checksProgress: true });
    expect(against(profileOfEra('fault'))).toBe('holds');
    expect(against({ ...profileOfEra('fault'), removalUnmapsUnderPageLock: false })).toMatch(/^violated I1 in /);
    expect(against(profileOfEra('fault'), ['earlyUnlock'])).toMatch(/^violated I1 in /);
  });
});

describe('pages that are being written', () => {
  const removers = { 'truncate': truncateProgram, 'invalidate': invalidateProgram, 'reclaim': reclaimProgram, 'invalidate-clean': invalidateCleanProgram };
  const written = (remove: typeof truncateProgram, waitsForWriteback: boolean): string => {
    const profile = { ...profileOfEra('fault'), waitsForWriteback };
    return check(buildScenario({ fault: lockedFault({ size }), size, adversary: 'writeback', profile, startStates: ['dirty'], moreThreads: [remove(size, profile)] }), { checksProgress: true });
  };

  it.each(Object.entries(removers))('%s waits for the I/O, or lets them be', (_, remove) => {
    expect(written(remove, true)).toBe('holds');
    expect(written(remove, false)).toMatch(/^violated I8 in /);
  });
});

describe('page tables that are taken away', () => {
  const against = (tables: 'vanish' | 'unchecked'): string => check(scenario(folioFault({ size, tables }), size, profileOfEra('folio'), 'retraction'), { checksProgress: true });

  it('must be looked for again under the page-table lock', () => {
    expect(against('vanish')).toBe('holds');
    expect(against('unchecked')).toMatch(/^violated I10 in /);
  });
});

describe('a fault that lets go of the vma to wait', () => {
  const folio = profileOfEra('folio');
  const again = (...mutations: readonly RetryMutation[]): string => check(scenario(retryFault({ size, mutations }), size, folio, 'fault'), { checksProgress: true });
  const unmapped = (how: Omit<RetryShape, 'size'>): string => check(unmapModel({ size, ...how }), { checksProgress: true });

  it('holds against everything else, munmap and a second such fault', () => {
    for (const adversary of adversaries('folio')) expect(`${adversary} ${check(scenario(retryFault({ size }), size, folio, adversary), { checksProgress: true })}`).toBe(`${adversary} holds`);
    expect([unmapped({}), unmapped({ waits: false })]).toEqual(['holds', 'holds']);
  });

  it('must not go on, nor come back with the folio locked', () => {
    expect(again('goesOn')).toMatch(/^violated I22 in /);
    expect(again('keepsFolioLock')).toMatch(/^violated I18 in /);
  });

  it('must find the vma again, put the folio, and keep mmap_lock for who will not wait', () => {
    expect(unmapped({ mutations: ['noSecondLookup'] })).toMatch(/^violated I22 in /);
    expect(unmapped({ mutations: ['keepsReference'] })).toMatch(/^violated I6 in /);
    expect(unmapped({ mutations: ['dropsForNowait'], waits: false })).toMatch(/^violated I(19|22) in /);
  });
});

describe('fork and mremap', () => {
  const profile = profileWith('fault');
  const childFirst = profileWith('fault', 'childFirst');

  it('fork is kept safe by the order of reverse mapping alone', () => {
    expect(check(scenario(forkProgram(twoMms, profile), twoMms, profile, 'invalidate', ['mapped']))).toBe('holds');
    expect(check(scenario(forkProgram(twoMms, childFirst), twoMms, childFirst, 'invalidate', ['mapped']))).toMatch(/^violated I1 in /);
  });

  it('mremap needs i_mmap_lock where the target may be visited first', () => {
    expect(check(scenario(mremapProgram(sameMm, childFirst), sameMm, childFirst, 'invalidate', ['mapped']))).toBe('holds');
    expect(check(scenario(mremapProgram(sameMm, childFirst, false), sameMm, childFirst, 'invalidate', ['mapped']))).toMatch(/^violated I1 in /);
  });
});

describe('migration', () => {
  it('moves a mapped page by way of an entry that is no pte', () => {
    expect(formatValue('pte', migrationEntry)).toBe('migration entry');
    const profile = profileOfEra('fault');
    const idle = new ProgramBuilder('nothing');
    idle.step('nothing', { kind: 'fence', order: 'full' });
    const model = scenario(idle.build(), size, profile, migrateProgram(size, profile), ['mapped']);
    const moved = { description: 'the pte maps page 2', condition: { kind: 'binary' as const, op: '==' as const, left: { kind: 'cell' as const, ref: { cell: cells.pte } }, right: { kind: 'const' as const, value: 8 } } };
    const result = search({ ...model, witnesses: [moved] }, options);
    expect([result.verdict, result.witnesses]).toEqual(['holds', ['the pte maps page 2']]);
  });

  it.each(eras)('era %s holds against it', (era) => {
    const profile = profileOfEra(era);
    expect(check(scenario(faultOf(era, size), size, profile, migrateProgram(size, profile), ['uptodate', 'mapped']), { checksProgress: true })).toBe('holds');
  });
});
