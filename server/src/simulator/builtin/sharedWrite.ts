/**
 * A shared write fault on a filesystem with ->page_mkwrite, up to the store itself: the reservation
 * is made with the page locked, but in 2.6.24 the lock is dropped before the core takes it again
 * (mm/memory.c:__do_fault, the XXX there); since 2.6.30 it is kept until the page is dirty.
 */

import { cells, countMapping, type MachineSize, makePte, pageCell, storePte } from '../../model/machine.ts';
import type { Model, Program, Step } from '../../model/types.ts';
import { and, binary, cell, constant, local } from '../../model/values.ts';
import type { EnvironmentProfile } from '../environment/profile.ts';
import type { StartState } from '../environment/startStates.ts';
import { storedBytesAreOnTheirWay } from '../invariants/durability.ts';
import { dirtyPagesAreReserved } from '../invariants/reservation.ts';
import { buildScenario } from '../scenario.ts';
import { type FaultProgram, faultProgram, ifPageGone, ifPteNone, lockFaultPage, lockPageTable, lookUpPage, pageTable, putFaultPage, unlockFaultPage, unlockPageTable } from './faultParts.ts';

export interface SharedWriteShape {
  readonly size: MachineSize;
  /** page_mkwrite returns with the page lock held. */
  readonly keepsLock: boolean;
}

export function sharedWriteFault({ size, keepsLock }: SharedWriteShape): Program {
  return faultProgram({ name: '__do_fault', size, slot: 0 }, (fault, out) => {
    const { b, page } = fault;
    const unlock = b.label('unlock and release');
    lookUpPage(fault);
    b.when('page found', local(page), () => undefined, () => b.goto(out));
    lockFaultPage(fault);
    ifPageGone(fault, () => b.goto(unlock));
    b.step('->page_mkwrite(vma, page): reserve, set_page_dirty', set(fault, cells.reserved), set(fault, cells.dirty));
    if (!keepsLock) {
      unlockFaultPage(fault);
      lockFaultPage(fault);
      ifPageGone(fault, () => b.goto(unlock));
    }
    lockPageTable(fault);
    ifPteNone(fault, () => mapWritable(fault, keepsLock), () => {
      unlockPageTable(fault);
      b.goto(unlock);
    });
    store(fault);
    b.goto(out);
    b.mark(unlock);
    unlockFaultPage(fault);
    putFaultPage(fault);
  });
}

function mapWritable(fault: FaultProgram, keepsLock: boolean): void {
  const { b, page } = fault;
  const entry = binary('|', makePte(local(page)), constant(3));
  b.step('set_pte_at(mm, address, page_table, entry): writable, dirty', storePte(constant(fault.slot), pageTable(fault), entry));
  b.step('page_add_file_rmap(page)', countMapping(local(page)));
  unlockPageTable(fault);
  if (!keepsLock) unlockFaultPage(fault);
  b.step('set_page_dirty(page)', set(fault, cells.dirty));
  if (keepsLock) unlockFaultPage(fault);
}

/** The instruction that faulted runs again: where the pte is still writable, it stores, and the hardware sets the dirty bit. */
function store({ b, page, slot }: FaultProgram): void {
  const pte = { cell: cells.pte, index: constant(slot) };
  b.step('the store, where the pte is still writable', {
    kind: 'if', condition: and(binary('==', binary('>>', cell(pte), constant(2)), local(page)), binary('&', cell(pte), constant(1))),
    then: [
      { kind: 'update', cell: pte, value: binary('|', cell(pte), constant(2)), order: 'relaxed' },
      { kind: 'update', cell: pageCell(cells.unsaved, local(page)), value: constant(1), order: 'relaxed' },
    ],
    otherwise: [],
  });
}

function set({ page }: FaultProgram, id: number): Step {
  return { kind: 'update', cell: pageCell(id, local(page)), value: constant(1), order: 'relaxed' };
}

/** Against writeback: I13 and I15 besides the usual. */
export function reservationModel(shape: SharedWriteShape, profile: EnvironmentProfile): Model {
  const { size } = shape;
  const startStates: readonly StartState[] = ['uptodate', 'dirty'];
  const model = buildScenario({ fault: sharedWriteFault(shape), size, adversary: 'writeback', profile, startStates });
  return { ...model, properties: [...model.properties, dirtyPagesAreReserved(size), storedBytesAreOnTheirWay(size)] };
}

