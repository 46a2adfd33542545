/**
 * The fault of Linux 2.6.20, mm/memory.c:do_no_page with mm/filemap.c:filemap_nopage: the page
 * comes back referenced but unlocked, and truncate_count guards against truncate.
 */

import { cells, type MachineSize, putPage } from '../../model/machine.ts';
import type { Label } from '../../model/programBuilder.ts';
import type { LocalId, Program } from '../../model/types.ts';
import { binary, constant, local } from '../../model/values.ts';
import {
  type Access, allocatePageTable, breakCow, checkSize, type FaultProgram, faultProgram, findUptodatePage, ifPteNone, lockPageTable, setPte, unlockPageTable,
} from './faultParts.ts';

export type NopageMutation =
  | 'noCountCheck'
  /** smp_rmb between truncate_count and i_size is left out. */
  | 'noReadBarrier'
  /** What that allows, as reordered steps for sequential consistency. */
  | 'sizeBeforeCount'
  /** truncate_count is compared before the page-table lock is taken. */
  | 'countBeforePageTableLock'
  | 'noPteNoneTest';

export interface NopageShape {
  readonly size: MachineSize;
  readonly slot?: number;
  readonly access?: Access;
  readonly mutations?: readonly NopageMutation[];
  /** The page table may be missing and is allocated first. */
  readonly allocatesPageTable?: boolean;
}

interface NopageFault extends FaultProgram {
  readonly sequence: LocalId;
  readonly access: Access;
  readonly has: (mutation: NopageMutation) => boolean;
}

export function nopageFault(shape: NopageShape): Program {
  const { size, slot = 0, access = 'read', mutations = [] } = shape;
  return faultProgram({ name: 'do_no_page', size, slot }, (program, out) => {
    const sequence = program.b.local('sequence', { max: 15 });
    if (shape.allocatesPageTable === true) allocatePageTable(program);
    doNoPage({ ...program, sequence, access, has: (mutation) => mutations.includes(mutation) }, out);
  });
}

function doNoPage(fault: NopageFault, out: Label): void {
  const { b } = fault;
  const retry = b.label('retry');
  const sampled = b.label('sampled');
  if (fault.has('sizeBeforeCount')) checkSize(fault, () => b.goto(out));
  readCount(fault);
  b.mark(sampled);
  b.mark(retry);
  b.inside('filemap_nopage', () => findUptodatePage(fault, out, { checksSize: !fault.has('sizeBeforeCount') }));
  if (fault.access === 'cow') breakCow(fault, out);
  if (fault.has('countBeforePageTableLock')) recheckCount(fault, sampled, false);
  lockPageTable(fault);
  if (!fault.has('countBeforePageTableLock') && !fault.has('noCountCheck')) recheckCount(fault, sampled, true);
  if (fault.has('noPteNoneTest')) setPte(fault, mappedPage(fault), false);
  else ifPteNone(fault, () => setPte(fault, mappedPage(fault), true), () => dropMapped(fault));
  unlockPageTable(fault);
}

function mappedPage(fault: NopageFault): LocalId {
  return fault.access === 'cow' ? fault.copy : fault.page;
}

function dropMapped(fault: NopageFault): void {
  const page = mappedPage(fault);
  fault.b.step('page_cache_release(new_page)', putPage(local(page)), { kind: 'assign', to: page, value: constant(0) });
}

function readCount({ b, sequence, has }: NopageFault): void {
  b.step('sequence = mapping->truncate_count', { kind: 'load', to: sequence, from: { cell: cells.truncateCount }, order: 'relaxed' });
  if (!has('noReadBarrier')) b.step('smp_rmb()', { kind: 'fence', order: 'read' });
}

/** `sequence != mapping->truncate_count`: back out and try again with the new count. */
function recheckCount(fault: NopageFault, sampled: Label, isLocked: boolean): void {
  const { b, sequence, value } = fault;
  b.step('mapping->truncate_count', { kind: 'load', to: value, from: { cell: cells.truncateCount }, order: 'relaxed' });
  b.when('sequence != mapping->truncate_count', binary('!=', local(value), local(sequence)), () => {
    if (isLocked) unlockPageTable(fault);
    dropMapped(fault);
    if (fault.has('sizeBeforeCount')) checkSize(fault, () => b.finish());
    readCount(fault);
    b.goto(sampled);
  });
}
