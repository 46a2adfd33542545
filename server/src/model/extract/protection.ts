/**
 * The entry of a write-protection fault (mm/memory.c:handle_pte_fault before do_wp_page): the pte is
 * present and read-only, it was looked at under its page-table lock, and the function is called with
 * that lock held and with the pte's value. Where another thread was faster there is nothing to do.
 */

import { cells, locks, ptePage } from '../machine.ts';
import type { LocalId, LocationId, LockRef, Step, Transition } from '../types.ts';
import { and, binary, constant, local, not } from '../values.ts';
import { noteLock, type Context, type Frame } from './context.ts';
import { refuseIfLeftLocked } from './entryLock.ts';
import { groupBy } from './simplify.ts';
import { NotModelledError, type Variable } from './types.ts';

const ptl: LockRef = { lock: locks.pageTable, index: constant(0) };

/** What the root is given: variables that hold the pte's value, those that point to it, and whether its lock is among them. */
export interface GivenPte {
  readonly values: readonly Variable[];
  readonly pointers: readonly Variable[];
  readonly hasLock: boolean;
}

/** Parameters of those types, or the fault's own fields. */
export function givenPte(root: Frame, context: Context): GivenPte {
  const params = [...root.variables.values()];
  const faults = params.filter(({ cls }) => cls.kind === 'aggregate');
  return {
    values: [...params.filter(({ cls }) => cls.kind === 'pte'), ...faults.map((fault) => context.field(fault, 'orig_pte'))],
    pointers: faults.map((fault) => context.field(fault, 'pte')),
    hasLock: faults.length > 0 || params.some(({ cls }) => cls.kind === 'lockPointer'),
  };
}

/** `spinlock_t *ptl`: the page-table lock that the caller has taken. */
export function bindGivenLock(variable: Variable): void {
  noteLock(variable, 'pageTable');
}

/** Steps from a new location to `body` or, where the pte has changed, to `exit`; the cursor is left at `exit`. */
export function emitProtectionEntry(given: GivenPte, body: LocationId, exit: LocationId, context: Context): LocationId {
  const { emitter } = context;
  if (given.values.length === 0) throw new NotModelledError('it is not given the pte that it is to make writable');
  // Until 2.6.13 the lock was one of the mm, which is not handed on.
  const isEnteredLocked = given.hasLock || firstReleases(emitter.transitions, body);
  if (isEnteredLocked) context.assume('it is entered with the page-table lock held and a pte that is present and read-only, as handle_pte_fault does');
  if (isEnteredLocked) refuseIfLeftLocked(emitter.transitions, body, exit, locks.pageTable);
  const entry = emitter.newLocation();
  emitter.moveTo(entry);
  emitter.origin = { text: 'the pte is looked at under its lock: present and read-only?', calls: [] };
  const found = context.temporary('pte');
  emitter.add(...look(given.values.map((variable) => context.localOf(variable)), found));
  for (const pointer of given.pointers) emitter.add({ kind: 'assign', to: context.localOf(pointer), value: constant(1) });
  const [isSo, isNot] = [emitter.newLocation(), emitter.newLocation()];
  emitter.branch(and(ptePage(local(found)), not(binary('&', local(found), constant(1)))), isSo, isNot);
  emitter.moveTo(isSo);
  if (!isEnteredLocked) emitter.add({ kind: 'release', lock: ptl });
  emitter.flushTo(body);
  emitter.moveTo(isNot);
  emitter.add({ kind: 'release', lock: ptl });
  emitter.flushTo(exit);
  emitter.moveTo(exit);
  return entry;
}

function look(given: readonly LocalId[], found: LocalId): Step[] {
  return [
    { kind: 'acquire', lock: ptl, mode: 'exclusive' },
    { kind: 'load', to: found, from: { cell: cells.pte, index: constant(0) }, order: 'relaxed' },
    ...given.map((to): Step => ({ kind: 'assign', to, value: local(found) })),
  ];
}

/** Whether some path drops the page-table lock before it takes it. */
function firstReleases(transitions: readonly Transition[], entry: LocationId): boolean {
  const outgoing = groupBy(transitions, (transition) => transition.from);
  const seen = new Set([entry]);
  const queue = [entry];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const { steps, to } of outgoing.get(at) ?? []) {
      const first = steps.find((step) => (step.kind === 'acquire' || step.kind === 'release' || step.kind === 'tryAcquire') && step.lock.lock === locks.pageTable);
      if (first?.kind === 'release') return true;
      if (first || seen.has(to)) continue;
      seen.add(to);
      queue.push(to);
    }
  }
  return false;
}
