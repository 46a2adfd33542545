/** Taking, dropping and demanding locks on one path, with the events that rules read. */

import type { Span } from '../base/text.ts';
import type { LockClass } from '../ops/types.ts';
import { exclusiveLocks, lockFields, objectLocks, pageClasses } from '../ops/vocabulary/lockNames.ts';
import { assumeEqual } from './facts.ts';
import type { State } from './state.ts';
import { isFresh, isRootedIn, lastName, mentions, unknownValue } from './terms.ts';
import type { LockEvent, LockOrigin, LockStatus, TakenWhen } from './types.ts';

/** A lock operation's lock: class, object as a term, and its name in the source. */
export interface LockRef {
  readonly lock: LockClass;
  readonly mode: LockStatus['mode'];
  readonly object: string;
  readonly name: string;
}

/** Events and the classes of lock terms that `pte_lockptr()` and its like have named. */
export interface LockLog {
  readonly events: Map<string, LockEvent>;
  readonly classes: Map<string, LockClass>;
  /** A page lock was dropped that nothing here took or was given. */
  dropsFound: boolean;
  readonly outcomes: Map<number, TakenWhen | undefined>;
}

const addressed: ReadonlySet<LockClass> = new Set(['spin', 'mutex', 'rwsem', 'pageTable', 'pmd', 'tree', 'anonVma']);

/** One lock, one key: locks that are named by address share their keys whatever class an operation gives them. */
export function lockKey(ref: { readonly lock: LockClass; readonly object: string }): string {
  return `${addressed.has(ref.lock) ? 'at' : ref.lock} ${ref.object}`;
}

const fieldAddress = /^&(.+)(->|\.)(\w+)$/;

/**
 * `down_write(&inode->i_rwsem)` takes what `inode_lock(inode)` takes: the same class, of the same
 * object; `i_pages.xa_lock` in two steps. `owner`: the type of the struct that has the field, where it is known.
 */
export function canonical<T extends LockRef>(ref: T, owner?: string): T {
  const [, base = '', access, name = ''] = fieldAddress.exec(ref.object) ?? [];
  const field = lockFields.get(name);
  if (!field || field.by !== ref.lock || !objectLocks.has(field.lock) || (owner !== undefined && owner !== field.owner)) return ref;
  return canonical({ ...ref, lock: field.lock, object: access === '.' ? `&${base}` : base });
}

/** The class that its object's name or maker tells; the key's group does not change. */
function refined(ref: LockRef, log: LockLog): LockClass {
  if (!addressed.has(ref.lock)) return ref.lock;
  const field = lockFields.get(lastName(ref.object) ?? '') ?? lockFields.get(ref.name);
  return log.classes.get(ref.object) ?? (field?.by === ref.lock && !objectLocks.has(field.lock) ? field.lock : ref.lock);
}

/** Some locks have one mode only. */
export function modeOf(lock: LockClass, mode: LockStatus['mode']): LockStatus['mode'] {
  return exclusiveLocks.has(lock) ? 'exclusive' : mode;
}

/** Locks that one thread may take again while it holds them. */
function isRecursive(lock: LockClass, mode: LockStatus['mode']): boolean {
  return lock === 'rcu' || mode === 'shared';
}

export function takeLock(state: State, ref: LockRef, site: Span, how: { readonly origin: LockOrigin; readonly isOwned?: boolean }, log: LockLog): void {
  if (ref.object === unknownValue) return;
  const key = lockKey(ref);
  const before = state.locks.get(key);
  const lock: LockStatus = { ...ref, lock: refined(ref, log), status: 'held', origin: how.origin, site, heldOnEntry: before?.heldOnEntry ?? false, isShared: state.facts.has(keptTerm(ref.object)), isHanded: false, isGuess: false, isOwned: how.isOwned ?? before?.isOwned ?? false };
  if (before?.status === 'held' && !isRecursive(lock.lock, ref.mode)) noteEvent(log, { kind: 'doubleAcquire', site, lock: before, isMerged: state.isMerged });
  state.locks.set(key, lock);
  // A lock that could be taken has an address: `if (ptl) spin_unlock(ptl)`.
  if (addressed.has(lock.lock)) assumeEqual(state, ref.object, 0, false);
  noteEvent(log, { kind: 'acquire', site, lock });
}

export function dropLock(state: State, ref: LockRef, site: Span, log: LockLog): void {
  if (ref.object === unknownValue) {
    if (ref.lock === 'page') log.dropsFound = true;
    return loseAll(state, ref.lock);
  }
  const taken = takenAlike(state, ref);
  if (taken) ref = { ...ref, object: taken.object };
  const key = lockKey(ref);
  const before = state.locks.get(key);
  const lock = before?.lock ?? refined(ref, log);
  if (lock === 'rcu' && !before) return;
  if (lock === 'page' && !before && isFresh(ref.object)) log.dropsFound = true;
  if (before?.status === 'held') noteEvent(log, { kind: 'release', site, taken: before });
  if (before?.status === 'free' && lock !== 'rcu') noteEvent(log, { kind: 'releaseNotHeld', site, lock: before, isMerged: state.isMerged });
  // Released after a callee that may have touched it: unless it was taken here, it came in held.
  const cameIn = before === undefined || (before.status === 'unknown' && before.origin === 'callee');
  const heldOnEntry = (before?.heldOnEntry ?? false) || (cameIn && !isFresh(ref.object));
  state.locks.set(key, { ...ref, lock, status: 'free', origin: before?.origin ?? 'acquired', site, heldOnEntry, isShared: before?.isShared ?? false, isHanded: before?.isHanded ?? false, isGuess: false, isOwned: before?.isOwned ?? false });
}

/** The lock is so from now on, whatever it was; no event. */
export function setStatus(state: State, ref: LockRef, status: LockStatus['status'], site: Span, log: LockLog): void {
  if (ref.object === unknownValue) return;
  const key = lockKey(ref);
  const before = state.locks.get(key);
  if (!before && status === 'unknown') return loseLock(state, ref, site);
  if (before?.status === status || (!before && status === 'free' && !isLeftFree(ref))) return;
  const lock = before?.lock ?? refined(ref, log);
  state.locks.set(key, { ...ref, lock, status, origin: before?.origin ?? (status === 'free' ? 'callee' : 'acquired'), site, heldOnEntry: before?.heldOnEntry ?? false, isShared: before?.isShared ?? false, isHanded: before?.isHanded ?? false, isGuess: false, isOwned: before?.isOwned ?? false });
}

/** Callers are told that the lock is free afterwards, though nothing here says whether it was held. */
export function isLeftFree({ lock, object }: { readonly lock: LockClass; readonly object: string }): boolean {
  return pageClasses.has(lock) && !isFresh(object);
}

export function downgradeLock(state: State, ref: LockRef): void {
  const key = lockKey(ref);
  const before = state.locks.get(key);
  if (before?.status === 'held') state.locks.set(key, { ...before, mode: 'shared' });
}

/** The lock of some page is held from here: of which one cannot be told. */
export function holdSomePage(site: Span, state: State): void {
  holdUnnamed({ lock: 'page', mode: 'exclusive', object: unknownValue, name: unknownValue, status: 'unknown', origin: 'callee', site, heldOnEntry: false, isShared: true, isHanded: true, isGuess: true, isOwned: false }, state);
}

/** A callee has returned with the lock of some page. */
export function holdUnnamed(unnamed: LockStatus, state: State): void {
  state.locks.set(lockKey(unnamed), unnamed);
  for (const [key, lock] of state.locks) if (lock.lock === 'page' && lock.status === 'free') state.locks.set(key, { ...lock, status: 'unknown' });
}

/** `spin_unlock(&f(x)->lock)`: what `f` returns is not known, but the same words were locked before. */
function takenAlike(state: State, ref: LockRef): LockStatus | undefined {
  if (!isFresh(ref.object) || !ref.name.includes('(') || state.locks.has(lockKey(ref))) return undefined;
  for (const lock of state.locks.values()) if (lock.status === 'held' && lock.name === ref.name && isFresh(lock.object)) return lock;
  return undefined;
}

/** Someone drops a lock of an object that is not known: it may be any lock of the class. */
function loseAll(state: State, lock: LockClass): void {
  for (const [key, held] of state.locks) {
    if (held.status === 'held' && (held.lock === lock || addressed.has(lock) === addressed.has(held.lock))) state.locks.set(key, { ...held, status: 'unknown' });
  }
}

/** The lock is demanded here; from now on it counts as held. */
export function requireLock(state: State, ref: LockRef, site: Span, by: { readonly name: string; readonly origin: LockOrigin }, log: LockLog): void {
  if (ref.object === unknownValue) return;
  const key = lockKey(ref);
  const before = state.locks.get(key);
  if (before?.status === 'held') {
    if (before.mode === 'unknown' && ref.mode !== 'unknown') state.locks.set(key, { ...before, mode: ref.mode });
    return;
  }
  if (before?.status === 'free') noteEvent(log, { kind: 'requireNotHeld', site, lock: before, by: by.name, isMerged: state.isMerged });
  const heldOnEntry = before === undefined && !isFresh(ref.object);
  // That the lock of a page which was found somewhere is held says not by whom.
  const status = before === undefined && !heldOnEntry && by.origin === 'asserted' ? 'unknown' : 'held';
  const lock = refined(ref, log);
  state.locks.set(key, { ...ref, lock, mode: modeOf(lock, ref.mode), status, origin: by.origin, site, heldOnEntry, isShared: before?.isShared ?? false, isHanded: before?.isHanded ?? false, isGuess: false, isOwned: false });
}

/** A fresh object that nobody else has: its lock is free. */
export function bornFree(state: State, ref: LockRef, site: Span): void {
  state.locks.set(lockKey(ref), { ...ref, status: 'free', origin: 'acquired', site, heldOnEntry: false, isShared: false, isHanded: false, isGuess: false, isOwned: true });
}

/**
 * A callee that nobody knows was given `value`: a page lock that it leads to may be dropped, now or by
 * I/O, and a page-table lock by a function that ends the fault. Other locks are taken for as they were, because functions that change their caller's locks are
 * few; no rule rests on that.
 */
export function loseLocksOf(state: State, value: string): void {
  for (const [key, lock] of state.locks) {
    if (!isRootedIn(lock.object, value)) continue;
    if (lock.lock === 'page' || lock.lock === 'pageTable' || lock.status !== 'held') state.locks.set(key, { ...lock, status: 'unknown' });
    else state.locks.set(key, { ...lock, isShared: true });
  }
}

/** The lock of an object is whatever an unknown callee left it as. */
export function loseLock(state: State, ref: LockRef, site: Span): void {
  const key = lockKey(ref);
  const before = state.locks.get(key);
  if (before || ref.object === unknownValue) return;
  state.locks.set(key, { ...ref, status: 'unknown', origin: 'callee', site, heldOnEntry: false, isShared: true, isHanded: true, isGuess: false, isOwned: false });
}

/** The fact that an object was stored where its place cannot be named again. */
function keptTerm(object: string): string {
  return `kept(${object})`;
}

/** As `shareLocksOf`, also for locks that are taken later. */
export function keepObject(state: State, value: string): void {
  shareLocksOf(state, value);
  if (/^#[\w'.]+$/.test(value)) state.facts.set(keptTerm(value), { equal: 1, unequal: [] });
}

/** A callee was given what the caller keeps for it, of no known type: that may lead to what the caller holds locked. */
export function shareEntryLocks(state: State): void {
  for (const [key, lock] of state.locks) if (lock.heldOnEntry && lock.origin === 'contract' && lock.status === 'held') state.locks.set(key, { ...lock, isShared: true });
}

/** A callee drops page locks of what it finds itself: those of pages that were found or made here may be among them. */
export function shareFoundPages(state: State): void {
  for (const [key, lock] of state.locks) if (lock.lock === 'page' && lock.status === 'held' && isFresh(lock.object)) state.locks.set(key, { ...lock, isShared: true });
}

/** Another function sees the object. */
export function handLocksOf(state: State, value: string): void {
  for (const [key, lock] of state.locks) {
    if (!lock.isHanded && lock.status === 'held' && mentions(value, lock.object)) state.locks.set(key, { ...lock, isHanded: true });
  }
}

/** The object became known to someone else, who may drop its lock later. */
export function shareLocksOf(state: State, value: string): void {
  for (const [key, lock] of state.locks) {
    if (!lock.isShared && lock.status === 'held' && mentions(value, lock.object)) state.locks.set(key, { ...lock, isShared: true });
  }
}

export function noteEvent(log: LockLog, event: LockEvent): void {
  const key = `${event.kind} ${event.site.start} ${event.kind === 'release' ? event.taken.site.start : event.lock.site.start}`;
  const known = log.events.get(key);
  const isBetter = known && 'isMerged' in known && 'isMerged' in event && known.isMerged && !event.isMerged;
  if (!known || isBetter) log.events.set(key, event);
}
