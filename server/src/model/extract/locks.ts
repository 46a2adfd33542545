/**
 * Locks that a primitive takes and drops: which lock of the machine an operand names, and on which
 * results. A lock that the environment never takes has no effect.
 */

import { assertNever } from '../../base/assert.ts';
import type { Effect, LockClass, Operand, Outcome } from '../../ops/types.ts';
import { locks, pageLock } from '../machine.ts';
import type { LockRef, Step, Value } from '../types.ts';
import { binary, constant, equal, held, local, not } from '../values.ts';
import { assignPlace } from './assign.ts';
import { lockCode } from './context.ts';
import { argument, page, resolve, type CallSite } from './operands.ts';
import { isTakenWithTable } from './pageTables.ts';
import { NotModelledError } from './types.ts';

/** The page-table lock of the fault's pte. */
const ptl: LockRef = { lock: locks.pageTable, index: constant(0) };

export function acquire(effect: Effect & { kind: 'acquire' }, site: CallSite): void {
  const { emitter } = site.context;
  if (isTakenWithTable(effect, site)) return;
  if (!effect.isTry) {
    return onOutcome(effect.when, site, () => {
      for (const { ref, selector } of locksOf(effect.lock, effect.object, site)) under(selector, site, () => site.context.emitter.add({ kind: 'acquire', lock: ref, mode: effect.mode }));
    });
  }
  const [first] = locksOf(effect.lock, effect.object, site);
  if (!first) return;
  if (first.selector) throw new NotModelledError(`which lock ${site.primitive.name} tries to take is not followed`);
  site.result = site.context.temporary('flag');
  emitter.add({ kind: 'tryAcquire', lock: first.ref, mode: effect.mode, to: site.result });
}

export function release(effect: Effect & { kind: 'release' }, site: CallSite): void {
  for (const lock of locksOf(effect.lock, effect.object, site)) under(lock.selector, site, () => when(effect.when, site, [...knownHolder(lock.ref, site), { kind: 'release', lock: lock.ref }]));
}

/** Where a call that is not followed may have taken the lock, its release says nothing. */
function knownHolder(lock: LockRef, { context, primitive }: CallSite): readonly Step[] {
  const [taker] = context.ownLocks;
  if (taker === undefined || lock.lock === locks.pageTable || lock.lock === locks.page) return [];
  return [{ kind: 'check', property: '?', condition: held(lock, 'self'), message: `whether ${taker} has taken the lock that ${primitive.name} drops is not followed` }];
}

export function nameLock(pointer: number, lock: LockClass, site: CallSite): void {
  const target = site.args[pointer];
  if (target?.kind === 'place') assignPlace(target.place, { kind: 'lock', lock }, site.context);
}

export function when(outcome: Outcome, site: CallSite, steps: readonly Step[]): void {
  const { emitter } = site.context;
  if (outcome === 'always') return emitter.add(...steps);
  emitter.addWhen(conditionOf(outcome, site), steps);
}

function conditionOf(outcome: Exclude<Outcome, 'always'>, site: CallSite): Value {
  if (site.result === undefined) throw new NotModelledError(`on which results ${site.primitive.name} takes or drops a lock is not followed`);
  return outcomeCondition(outcome, local(site.result), site);
}

function outcomeCondition(outcome: Exclude<Outcome, 'always'>, result: Value, site: CallSite): Value {
  if (typeof outcome === 'object') return equal(result, constant(resolve(outcome.equals, site)));
  switch (outcome) {
    case 'zero':
    case 'null':
      return not(result);
    case 'nonzero':
      return binary('!=', result, constant(0));
    case 'nonnull':
      return binary('>', result, constant(0));
    case 'negative':
      return binary('<', result, constant(0));
  }
}

/** A lock that an operand may name: `selector` is the condition under which it is this one. */
interface NamedLock {
  readonly ref: LockRef;
  readonly selector?: Value;
}

/** Which object a lock is of is asked only where it is taken: there is no page where a lookup fails. */
function onOutcome(outcome: Outcome, site: CallSite, emit: () => void): void {
  under(outcome === 'always' ? undefined : conditionOf(outcome, site), site, emit);
}

function under(condition: Value | undefined, site: CallSite, emit: () => void): void {
  if (!condition || (condition.kind === 'const' && condition.value !== 0)) return emit();
  const { emitter } = site.context;
  const [then, join] = [emitter.newLocation(), emitter.newLocation()];
  emitter.branch(condition, then, join);
  emitter.moveTo(then);
  emit();
  emitter.flushTo(join);
  emitter.moveTo(join);
}

/** The locks that an operand may name; none for a lock that the environment never takes. */
function locksOf(lock: LockClass, operand: Operand, site: CallSite): readonly NamedLock[] {
  const named = isGeneric(lock) ? argument(operand, site) : undefined;
  if (named?.kind !== 'lock' || !named.selector) {
    const ref = lockOf(lock, operand, site);
    return ref ? [{ ref }] : [];
  }
  const { selector } = named;
  return selector.classes.flatMap((each) => {
    const ref = lockCode(each) === 0 ? undefined : lockOf(each, operand, site);
    return ref ? [{ ref, selector: equal(selector.code, constant(lockCode(each))) }] : [];
  });
}

function isGeneric(lock: LockClass): boolean {
  return lock === 'spin' || lock === 'rwsem' || lock === 'mutex';
}

/** The lock that an operand names, or undefined for a lock that the environment never takes. */
function lockOf(lock: LockClass, operand: Operand, site: CallSite): LockRef | undefined {
  switch (lock) {
    case 'page':
      return pageLock(page(operand, site));
    case 'pageTable':
      return ptl;
    case 'iMmap':
      return { lock: locks.iMmap };
    case 'tree':
      return { lock: locks.tree };
    case 'inode':
      return { lock: locks.inode };
    case 'invalidate':
      return { lock: locks.invalidate };
    case 'mmap':
      return { lock: locks.mmap, index: constant(0) };
    case 'spin':
    case 'rwsem':
    case 'mutex': {
      const named = argument(operand, site);
      if (named?.kind === 'lock' && named.lock !== lock) {
        site.context.namedLocks.add(named.lock);
        return lockOf(named.lock, operand, site);
      }
      site.context.assume('locks that the environment does not take are left out');
      return undefined;
    }
    case 'rcu':
    case 'vma':
    case 'anonVma':
    case 'pmd':
      return undefined;
    default:
      return assertNever(lock);
  }
}
