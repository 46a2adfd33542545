/**
 * FL001 lock-leak: a path leaves the function with a page lock or page-table lock that nobody will
 * drop. That is so where the caller cannot reach the object, where a contract says that the lock is
 * free, or where other paths that return the same drop it. Returning locked by design is no leak.
 */

import { clauseOf, pageTerm } from '../regions/contracts.ts';
import { State } from '../regions/state.ts';
import { cameWith, isFailed, isFresh } from '../regions/terms.ts';
import type { Span } from '../base/text.ts';
import type { LockEvent, LockExit, LockStates, LockStatus, Value } from '../regions/types.ts';
import { callerCanTell, isLocalPtl, isReachable, returnClass } from './exits.ts';
import { unlockBefore } from './fixes.ts';
import type { Rule, RuleFinding, RuleSubject } from './rule.ts';
import { followedLocks, guessText, isElement, lineOf, lockName, originText, returnText } from './words.ts';

export const lockLeak: Rule = {
  code: 'FL001',
  name: 'lock-leak',
  level: 'error',
  summary: 'A path leaves the function with a page lock or page-table lock held.',
  check: (subject) => {
    const leaks = distinct(subject.states.exits.flatMap((exit) => exit.locks.flatMap((lock) => leakOf(lock, exit, subject) ?? [])));
    const taken = new Set(leaks.map(({ related }) => related[0]?.span.start));
    return [...leaks, ...distinct(subject.states.events.flatMap((event) => (event.kind === 'lost' && !taken.has(event.lock.site.start) ? lostOf(event, subject) : [])))];
  },
};

/** No exit shows it: the lock of a page that is forgotten on the way, where other paths drop it. */
function lostOf({ lock, site, isMerged }: LockEvent & { kind: 'lost' }, subject: RuleSubject): RuleFinding[] {
  const { states } = subject;
  const released = releasesOf(lock, subject);
  const isTaken = lock.origin === 'acquired' || lock.origin === 'callee';
  // Who drops locks of pages that it finds again needs no name for them.
  if (isMerged || !isTaken || released.length === 0 || states.summary.dropsFound || lock.name.includes('[')) return [];
  return [{
    span: site,
    message: `${lockName(lock)} ${originText(subject, lock)} is still held when this path comes here, and nothing names it any more (the path at line ${lineOf(subject, released[0]!)} releases it; assumed that nobody else does)${guessText(subject, lock)}; ${consequence(lock)}`,
    confidence: 'likely',
    related: relatedTo(lock, subject),
    fixes: [],
  }];
}

function leakOf(lock: LockStatus, exit: LockExit, subject: RuleSubject): RuleFinding | undefined {
  if (lock.status !== 'held' || !followedLocks.has(lock.lock)) return undefined;
  const byContract = contractLeak(lock, exit, subject);
  if (byContract !== undefined) return byContract === 'kept' ? undefined : finding(lock, exit, subject, byContract, 'proven');
  if (lock.heldOnEntry || lock.isShared || lock.origin === 'asserted' || lock.origin === 'annotated') return undefined;
  // Elements of arrays are many objects under one name.
  if (exit.isMerged || isElement(lock)) return undefined;
  if (isLocalPtl(lock, exit, subject.states)) return finding(lock, exit, subject, '', 'proven');
  if (!isReachable(lock, exit)) return lock.isOwned ? finding(lock, exit, subject, '', 'proven') : foundElsewhere(lock, exit, subject);
  const other = contrary(lock, exit, subject.states);
  if (!other) return undefined;
  const reason = ` (the path at line ${lineOf(subject, other.site)} ${returnText(subject, other)} without it; assumed that callers cannot tell the two apart)`;
  return finding(lock, exit, subject, reason, 'likely');
}

/** What a callee without source or a struct of its own has led to: this function's to unlock where another path does so. */
function foundElsewhere(lock: LockStatus, exit: LockExit, subject: RuleSubject): RuleFinding | undefined {
  const [released] = releasesOf(lock, subject);
  if (!released || subject.states.summary.dropsFound) return undefined;
  return finding(lock, exit, subject, ` (the path at line ${lineOf(subject, released)} releases it; assumed that nobody else does)`, 'likely');
}

/** `kept` where the contract wants the lock held; a reason where it is broken; undefined: not its business. */
function contractLeak(lock: LockStatus, exit: LockExit, subject: RuleSubject): string | undefined {
  const { contract, fn } = subject.states;
  if (!contract || lock.lock !== 'page') return undefined;
  const location = pageTerm(contract.page, fn.params.map(({ name }) => name), exit.returns ?? 0);
  if (lock.object !== (exit.stores.get(location) ?? location)) return undefined;
  const clause = clauseOf(contract, exit.returns, exit.facts, new State(), subject.constant);
  const isDropped = subject.states.events.some((event) => event.kind === 'release' && event.taken.object === lock.object);
  if (!clause || clause.lock === 'held' || lock.origin === 'asserted' || (lock.heldOnEntry && !isDropped)) return 'kept';
  if (lock.heldOnEntry && lock.isShared) return 'kept';
  if (clause.lock === 'released' && (lock.isShared || lock.isHanded || exit.isMerged)) return 'kept';
  return `, but ${contract.sentence}`;
}

/** An exit of the same class on which the lock was taken, or the object known, and is not held. */
function contrary(lock: LockStatus, exit: LockExit, states: LockStates): LockExit | undefined {
  const isReleased = states.events.some((event) => event.kind === 'release' && event.taken.site.start === lock.site.start && event.taken.object === lock.object);
  if (!isReleased || isHandedOut(lock, exit)) return undefined;
  const alike = states.exits.filter((other) => returnClass(other) === returnClass(exit));
  const free = alike.filter((other) => !other.isMerged && !isHeldAlike(lock, exit, other));
  if (free.length === 0 || free.some((other) => callerCanTell(exit, other, states) || isToldByStore(lock, exit, other))) return undefined;
  return free[0];
}

/** Nothing is returned, and the object is left where the caller looks: what becomes of its lock is the caller's. */
function isHandedOut({ object }: LockStatus, { returns, stores }: LockExit): boolean {
  return returns === undefined && [...stores].some(([location, value]) => value === object && !isFresh(location));
}

/** Where the locked object was stored, or the pointer that came with it, the other path leaves something else: NULL. */
function isToldByStore(lock: LockStatus, exit: LockExit, other: LockExit): boolean {
  return [...exit.stores].some(([location, value]) => {
    const there = other.stores.get(location);
    return (value === lock.object || cameWith(value, lock.object)) && there !== undefined && there !== value && !isLikeIt(lock, there);
  });
}

/** Of another page table, as good as this one: no caller goes by which of the two it is. */
function isLikeIt({ lock }: LockStatus, there: Value): boolean {
  return lock === 'pageTable' && typeof there === 'string' && isFresh(there) && !isFailed(there);
}

/** The other exit holds this lock, or the lock of whatever stands in the object's place there. */
function isHeldAlike(lock: LockStatus, exit: LockExit, other: LockExit): boolean {
  const places = [...exit.stores].filter(([, value]) => value === lock.object).map(([location]) => other.stores.get(location) ?? location);
  const objects = new Set<unknown>([lock.object, ...places, ...(exit.returns === lock.object ? [other.returns] : [])]);
  return other.locks.some((each) => each.status !== 'free' && objects.has(each.object));
}

function finding(lock: LockStatus, exit: LockExit, subject: RuleSubject, reason: string, confidence: RuleFinding['confidence']): RuleFinding {
  return {
    span: exit.site,
    message: `${lockName(lock)} ${originText(subject, lock)} is still held when this path ${returnText(subject, exit)}${reason}${guessText(subject, lock)}; ${consequence(lock)}`,
    confidence: lock.isGuess ? 'likely' : confidence,
    related: relatedTo(lock, subject),
    fixes: unlockBefore(lock, exit.site, subject),
  };
}

function consequence({ lock }: LockStatus): string {
  return lock === 'page' ? 'the next one to lock it hangs' : 'the next sleep or fault deadlocks';
}

function releasesOf(lock: LockStatus, { states }: RuleSubject): Span[] {
  return states.events.flatMap((event) => (event.kind === 'release' && event.taken.site.start === lock.site.start ? [event.site] : []));
}

function relatedTo(lock: LockStatus, subject: RuleSubject): RuleFinding['related'] {
  return [
    { span: lock.site, message: `${lockName(lock)} is taken here` },
    ...releasesOf(lock, subject).slice(0, 1).map((span) => ({ span, message: 'another path releases it here' })),
  ];
}

/** One finding for one lock site at one exit, though many paths lead there. */
function distinct(findings: readonly RuleFinding[]): RuleFinding[] {
  const byPlace = new Map<string, RuleFinding>();
  for (const each of findings) {
    const key = `${each.span.start} ${each.related[0]?.span.start}`;
    if (byPlace.get(key)?.confidence !== 'proven') byPlace.set(key, each);
  }
  return [...byPlace.values()];
}
