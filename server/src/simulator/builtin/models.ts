/**
 * The built-in protocols of `faultline model NAME`: hand-written, each with the scenarios that show
 * what it protects from, and what it does not.
 */

import type { MachineSize } from '../../model/machine.ts';
import type { Model, Program } from '../../model/types.ts';
import { copyOnWriteProgram } from '../environment/copyOnWrite.ts';
import { type Era, profileOfEra } from '../environment/profile.ts';
import { adversaries } from '../environment/registry.ts';
import { buildScenario } from '../scenario.ts';
import type { Access } from './faultParts.ts';
import { folioFault, punchModel } from './folioFault.ts';
import { flagFault, guardedInvalidation, guardedTruncation, seqlockFault } from './guardedFault.ts';
import { lockedFault } from './lockedFault.ts';
import { nopageFault } from './nopageFault.ts';
import { type RetryShape, unmapModel } from './retryFault.ts';

export interface BuiltinScenario {
  readonly against: string;
  readonly access: 'read' | 'write';
  readonly mapping: 'shared' | 'private';
  readonly model: Model;
}

export interface BuiltinModel {
  readonly name: string;
  readonly title: string;
  readonly era: Era;
  readonly scenarios: readonly BuiltinScenario[];
}

/** One cached page, one spare, one private copy. */
const size: MachineSize = { pages: 3, indices: 1, slots: [{ mm: 0, index: 0 }] };
/** Room for a second thread's copy. */
const largeSize: MachineSize = { ...size, pages: 4 };

const builders: Readonly<Record<string, () => BuiltinModel>> = {
  'truncate-count': () => ({
    name: 'truncate-count', title: 'truncate_count as an open-coded seqlock (2.6.20)', era: 'nopage',
    scenarios: [
      ...againstAll('nopage', 'shared', 'read', () => nopageFault({ size })),
      ...againstAll('nopage', 'private', 'write', (used) => nopageFault({ size: used, access: 'cow' })),
    ],
  }),
  seqlock: () => ({
    name: 'seqlock', title: 'a real seqlock, unmapping unconditionally (December 2005)', era: 'nopage',
    scenarios: [guarded(seqlockFault({ size }), guardedInvalidation({ size, guard: 'seqlock', isGated: false }))],
  }),
  'page-flag': () => ({
    name: 'page-flag', title: 'a page flag, tested under the page lock (March 2006)', era: 'nopage',
    scenarios: [
      guarded(flagFault({ size, test: 'pageLock', rechecksSize: true }), guardedInvalidation({ size, guard: 'flagAfterRemoval', isGated: true })),
      flaggedAgainstTruncate('read'), flaggedAgainstTruncate('cow'),
    ],
  }),
  'page-lock': () => ({
    name: 'page-lock', title: 'the page lock held across the fault (2.6.24)', era: 'fault',
    scenarios: [
      ...againstAll('fault', 'shared', 'read', () => lockedFault({ size })),
      ...againstAll('fault', 'shared', 'write', () => lockedFault({ size, access: 'mkwrite' })),
      ...againstAll('fault', 'private', 'write', (used) => lockedFault({ size: used, access: 'cow' })),
    ],
  }),
  'copy-on-write': () => ({
    name: 'copy-on-write', title: 'a write to a private, read-only mapped page of the file, do_wp_page (2.6.24)', era: 'fault',
    scenarios: [...adversaries('fault').map(copied), copiedAfterFault('truncate'), copiedAfterFault('invalidate')],
  }),
  folio: () => ({
    name: 'folio', title: 'folio lock and invalidate_lock (6.12)', era: 'folio',
    scenarios: [
      ...againstAll('folio', 'shared', 'read', () => folioFault({ size })).map(folioScenario),
      folioRead('retraction', folioFault({ size, tables: 'vanish' })), unmapped({}), unmapped({ waits: false }),
    ],
  }),
};

export const builtinModelNames: readonly string[] = Object.keys(builders);

/** Undefined where there is no model of that name. */
export function builtinModel(name: string): BuiltinModel | undefined {
  return Object.hasOwn(builders, name) ? builders[name]!() : undefined;
}

function againstAll(
  era: Era, mapping: BuiltinScenario['mapping'], access: BuiltinScenario['access'], fault: (used: MachineSize) => Program,
): readonly BuiltinScenario[] {
  return adversaries(era).map((against) => {
    const used = against === 'fault' && mapping === 'private' ? largeSize : size;
    const model = buildScenario({ fault: fault(used), size: used, adversary: against, profile: profileOfEra(era) });
    return { against, access, mapping, model };
  });
}

/** From a pte that is there already. */
function copied(against: string): BuiltinScenario {
  const profile = profileOfEra('fault');
  const used = against === 'fault' ? largeSize : size;
  const fault = copyOnWriteProgram({ size: used }, profile);
  return { against, access: 'write', mapping: 'private', model: buildScenario({ fault, size: used, adversary: against, profile, startStates: ['mapped'] }) };
}

/** A read fault, a write to what it maps in another thread, and the adversary. */
function copiedAfterFault(against: string): BuiltinScenario {
  const profile = profileOfEra('fault');
  const model = buildScenario({ fault: lockedFault({ size }), size, adversary: against, profile, startStates: ['uptodate'], moreThreads: [copyOnWriteProgram({ size }, profile)] });
  return { against: `${against} and cow`, access: 'read', mapping: 'private', model };
}

function guarded(fault: Program, invalidation: Program): BuiltinScenario {
  const adversary = { name: 'invalidate', program: invalidation };
  return { against: 'invalidate', access: 'read', mapping: 'shared', model: buildScenario({ fault, size, adversary, profile: profileOfEra('nopage') }) };
}

function flaggedAgainstTruncate(access: Access): BuiltinScenario {
  const adversary = { name: 'truncate', endsMappingsBeyondSize: true, program: guardedTruncation({ size, sweeps: 2 }) };
  const model = buildScenario({ fault: flagFault({ size, test: 'pageLock', access, rechecksSize: true }), size, adversary, profile: profileOfEra('nopage') });
  return { against: 'truncate', ...(access === 'read' ? { access: 'read', mapping: 'shared' } : { access: 'write', mapping: 'private' }), model };
}

function folioRead(against: string, fault: Program): BuiltinScenario {
  return { against, access: 'read', mapping: 'shared', model: buildScenario({ fault, size, adversary: against, profile: profileOfEra('folio') }) };
}

/** munmap, and somebody who locks the folio meanwhile so that the fault has to wait. */
function unmapped(how: Omit<RetryShape, 'size'>): BuiltinScenario {
  return { against: how.waits === false ? 'munmap, no waiting' : 'munmap', access: 'read', mapping: 'shared', model: unmapModel({ size, ...how }) };
}

function folioScenario(scenario: BuiltinScenario): BuiltinScenario {
  return scenario.against === 'punch-hole' ? { ...scenario, model: punchModel({ size }, profileOfEra('folio')) } : scenario;
}
