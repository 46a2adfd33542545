/**
 * Page tables that may be taken away while a fault runs (6.x, khugepaged): a pte pointer is NULL
 * exactly where the table is not there, and a pte is set only in one that is. Where nothing takes
 * them away, NULL is a free choice and none of this applies.
 */

import type { Effect } from '../../ops/types.ts';
import { cells, locks } from '../machine.ts';
import type { LocalId, Step } from '../types.ts';
import { cell, constant, local } from '../values.ts';
import type { CallSite } from './operands.ts';
import { NotModelledError } from './types.ts';

/** The one page table that a fault program works on. */
const table = { cell: cells.pageTable, index: constant(0) };
const ptl = { lock: locks.pageTable, index: constant(0) };

export function tablesVanish({ context }: CallSite): boolean {
  return context.options.tablesVanish === true;
}

/** Whether the pte pointer that a primitive returns can be NULL in this tree. */
export function mayLeadNowhere({ context, frame, primitive: { result } }: CallSite): boolean {
  if (result.kind !== 'ptePointer' || !result.mayBeNull) return false;
  if (!result.unlessMacro) return true;
  const { name, arity } = result.unlessMacro;
  const { lookup } = context.options;
  const isMacro = lookup.function(name, frame.source.file) === undefined && lookup.expansion(name, Array.from({ length: arity }, () => '0'), frame.source.file) !== undefined;
  if (isMacro && context.options.tablesVanish === true) throw new NotModelledError('in this tree page tables are not taken away while a fault runs');
  return !isMacro;
}

/** `result` is 1 where there is a table. A primitive that locks it keeps the lock then: one step, as its own retry makes it. */
export function findPageTable({ context, primitive }: CallSite, result: LocalId): void {
  const isThere: Step = { kind: 'assign', to: result, value: cell(table) };
  if (!primitive.effects.some(locksTable)) return context.emitter.add(isThere);
  context.emitter.add({ kind: 'acquire', lock: ptl, mode: 'exclusive' }, isThere, {
    kind: 'if', condition: local(result), then: [], otherwise: [{ kind: 'release', lock: ptl }],
  });
}

/** The acquire that `findPageTable` has made already. */
export function isTakenWithTable(effect: Effect, site: CallSite): boolean {
  return tablesVanish(site) && mayLeadNowhere(site) && locksTable(effect);
}

/** A pte that is set must be in a table that is there. */
export function tableCheck(site: CallSite): readonly Step[] {
  if (!tablesVanish(site)) return [];
  return [{ kind: 'check', property: 'I10', condition: cell(table), message: 'a pte is stored in a page table that is gone' }];
}

function locksTable(effect: Effect): boolean {
  return effect.kind === 'acquire' && effect.lock === 'pageTable' && effect.when === 'nonnull';
}
