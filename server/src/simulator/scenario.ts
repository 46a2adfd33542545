/**
 * Puts a fault program against an adversary: the model that `simulate` checks. The fault is
 * thread 0 (slot 0, mm 0, index 0); the adversary is thread 1.
 */

import { cells, locks, machineCells, machineLocks, type MachineSize, pageCell, pageKinds } from '../model/machine.ts';
import type { CellId, LockId, Model, Program, Property, Thread, Value, Witness } from '../model/types.ts';
import { and, binary, cell, constant, done, equal, not, or } from '../model/values.ts';
import { environmentEntry, isFault } from './environment/registry.ts';
import { allStartStates, mappedPte, startState, type StartState } from './environment/startStates.ts';
import type { EnvironmentProfile } from './environment/profile.ts';
import { ModelError } from './errors.ts';
import { coherentMappings } from './invariants/coherence.ts';
import { noDanglingPte } from './invariants/danglingPte.ts';
import { nothingBeyondEndOfFile } from './invariants/endOfFile.ts';
import { freePagesAreUnused } from './invariants/freePages.ts';
import { mappedPagesAreIdentified } from './invariants/identity.ts';
import { mapCountSuffices, noMapCountLeaks } from './invariants/mapCount.ts';
import { forAllPages, ofPage, pageOf, pteOf } from './invariants/ptes.ts';
import { noReferenceLeaks, referencesSuffice } from './invariants/references.ts';
import { withSleepChecks } from './invariants/sleeping.ts';
import { mappedPagesAreUptodate } from './invariants/uptodate.ts';
import { writableMeansDirty } from './invariants/writableDirty.ts';
import { inOtherMm } from './retarget.ts';
import { walkSteps } from './steps.ts';

/** The witness without which a scenario has tested nothing. */
export const pteWitness = 'the pte was set';

/** A program of the caller's; what it may do is said as of a known one. */
export interface OwnAdversary {
  readonly name: string;
  readonly program: Program;
  /** I4 is asked once it has finished. */
  readonly endsMappingsBeyondSize?: boolean;
}

export interface ScenarioOptions {
  readonly fault: Program;
  readonly size: MachineSize;
  /** One of `adversaries(era)`, or a program of the caller's (`name` is what the trace shows). */
  readonly adversary: string | OwnAdversary;
  readonly profile: EnvironmentProfile;
  /** What the fault finds: no pte (default), or a read-only one that it is to make writable. */
  readonly entry?: 'missing' | 'protection';
  /** Its handler reads pages from the file: it has to ask for PG_uptodate, whether it does or not. */
  readonly readsPagesIn?: boolean;
  /** Writeback write-protects ptes: the fault has to dirty what it makes writable, whether it does or not. */
  readonly mustDirty?: boolean;
  /** By default cached and uptodate, cached and not uptodate, not cached; and dirty where something is to clean it. */
  readonly startStates?: readonly StartState[];
  /** What the other thread of a scenario against a fault runs; by default the same. */
  readonly otherFault?: Program;
  /** Further faults, as threads 2, 3, … */
  readonly moreFaults?: readonly Program[];
  /** Further threads, after those, by the names of their programs. */
  readonly moreThreads?: readonly Program[];
}

function startStatesFor({ adversary, entry: fault }: ScenarioOptions): readonly StartState[] {
  const entry = typeof adversary === 'string' ? environmentEntry(adversary) : undefined;
  if (fault === 'protection') return entry?.cleansPages === true ? ['mapped', 'mappedDirty'] : ['mapped'];
  const cleaned: readonly StartState[] = entry?.cleansPages === true ? ['dirty'] : [];
  return [...(entry?.startStates ?? allStartStates), ...cleaned];
}

/** Throws `ModelError` for an adversary that does not exist. */
export function buildScenario(options: ScenarioOptions): Model {
  const { fault, size, profile, moreFaults = [], moreThreads = [] } = options;
  const adversary = adversaryThread(options);
  const isSecondFault = typeof options.adversary === 'string' && isFault(options.adversary);
  const mayKeep: readonly LockId[] = [locks.mmap];
  return withSleepChecks({
    name: `${fault.name} against ${adversary.name} (${profile.era})`,
    cells: machineCells(size),
    locks: machineLocks(size, { iMmapSleeps: profile.unmapSharesIMmap }),
    threads: [{ name: 'fault', program: fault, arguments: new Map() }, adversary, ...moreFaults.map(faultThread), ...moreThreads.map(threadOf)],
    initialStates: (options.startStates ?? startStatesFor(options)).map((state) => startState(state, size)),
    properties: scenarioProperties(options),
    witnesses: scenarioWitnesses(options, adversary.name),
    exitLocks: new Map([[0, mayKeep], ...(isSecondFault ? [[1, mayKeep] as const] : []), ...moreFaults.map((_, at) => [at + 2, mayKeep] as const)]),
  });
}

function faultThread(program: Program, at: number): Thread {
  return { name: `fault ${at + 2}`, program, arguments: new Map() };
}

function threadOf(program: Program): Thread {
  return { name: program.name, program, arguments: new Map() };
}

function adversaryThread({ fault, otherFault = fault, size, profile, adversary }: ScenarioOptions): Thread {
  if (typeof adversary !== 'string') return { name: adversary.name, program: adversary.program, arguments: new Map() };
  if (adversary === 'fault') return { name: 'second fault', program: otherFault, arguments: new Map() };
  if (isFault(adversary)) return { name: 'fault in another mm', program: inOtherMm(otherFault, size, 1), arguments: new Map() };
  const entry = environmentEntry(adversary);
  if (!entry) throw new ModelError(`there is no adversary '${adversary}'`);
  return { name: adversary, program: entry.build(size, profile), arguments: new Map() };
}

function scenarioProperties({ fault, size, adversary, readsPagesIn, mustDirty }: ScenarioOptions): readonly Property[] {
  const entry = typeof adversary === 'string' ? environmentEntry(adversary) : undefined;
  const shrinks = (typeof adversary === 'string' ? entry : adversary)?.endsMappingsBeyondSize === true;
  const properties: readonly (Property | undefined)[] = [
    noDanglingPte(size),
    mappedPagesAreIdentified(size),
    coherentMappings(size),
    // Pages of a driver that never asks for PG_uptodate need not have it.
    readsPagesIn === true || reads(fault, cells.uptodate) ? mappedPagesAreUptodate(size) : undefined,
    shrinks ? nothingBeyondEndOfFile(size, 1) : undefined,
    mapCountSuffices(size),
    referencesSuffice(size),
    freePagesAreUnused(size),
    noReferenceLeaks(size),
    // Before 2.6.19 the dirty bit of the pte was enough; who dirties all the same is asked whether always.
    entry?.cleansPages === true && (mustDirty === true || dirties(fault)) ? writableMeansDirty(size) : undefined,
    noMapCountLeaks(size),
  ];
  return properties.filter((property) => property !== undefined);
}

function dirties(program: Program): boolean {
  let found = false;
  for (const { steps } of program.transitions) walkSteps(steps, (step) => (found ||= step.kind === 'update' && step.cell.cell === cells.dirty && step.value.kind === 'const' && step.value.value === 1));
  return found;
}

function reads(program: Program, cell: CellId): boolean {
  let found = false;
  for (const { steps } of program.transitions) walkSteps(steps, (step) => (found ||= step.kind === 'load' && step.from.cell === cell));
  return found;
}

function scenarioWitnesses(options: ScenarioOptions, name: string): readonly Witness[] {
  const { size, adversary } = options;
  const startsMapped = (options.startStates ?? startStatesFor(options)).every((state) => state === 'mapped' || state === 'mappedDirty');
  const isSet = size.slots.map((_, slot) => and(pteOf(slot), startsMapped && slot === 0 ? binary('!=', pteOf(slot), constant(mappedPte)) : constant(1)));
  const witnesses: Witness[] = [
    { description: pteWitness, condition: or(...isSet) },
    { description: `${name} finished while the fault was in flight`, condition: and(done(1), not(done(0))) },
  ];
  const removes = typeof adversary !== 'string' || environmentEntry(adversary)?.removesPages === true;
  if (typeof adversary === 'string' && environmentEntry(adversary)?.copiesPages === true) witnesses.push({ description: `${name} put its copy in place of the page`, condition: isAnyCopyMapped(size) });
  if (typeof adversary === 'string' && environmentEntry(adversary)?.takesPageTables === true) witnesses.push({ description: `${name} took the page table while the fault was in flight`, condition: and(not(done(0)), not(cell({ cell: cells.pageTable }))) });
  if (removes) witnesses.push({ description: `${name} removed the page while the fault was in flight`, condition: and(not(done(0)), isAnyPageRemoved(size)) });
  return witnesses;
}

/** Some pte maps an anonymous page. */
function isAnyCopyMapped(size: MachineSize): Value {
  return or(...size.slots.map((_, slot) => and(pteOf(slot), equal(cell(pageCell(cells.pageKind, pageOf(slot))), constant(pageKinds.anonymous)))));
}

/** A page of the page cache has lost its mapping but somebody still refers to it. */
function isAnyPageRemoved(size: MachineSize): Value {
  return not(forAllPages(size, (page) => or(
    binary('!=', ofPage(cells.pageKind, page), constant(pageKinds.cache)),
    binary('!=', ofPage(cells.mapping, page), constant(0)),
  )));
}
