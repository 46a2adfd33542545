/** Summaries by return value, applied: arguments for parameters, the call's own names for fresh symbols. */

import { finish, renewOutArguments, type CallSite, type Run } from './calls.ts';
import { store } from './evaluate.ts';
import { assumeEqual, reduced, taggedValue } from './facts.ts';
import { canonical, holdUnnamed, lockKey, loseLocksOf, requireLock, shareFoundPages, shareLocksOf } from './locks.ts';
import type { State } from './state.ts';
import { fresh, isFailed, isFresh, substitute, substitutePlace, unknownValue, type Target } from './terms.ts';
import type { Fact, LockStatus, Summary, SummaryCase, TakenWhen, Value } from './types.ts';

/** The ways out of a call of a summarized function. Consumes `state`. */
export function applySummary(summary: Summary, site: CallSite, state: State, run: Run): State[] {
  const cases = summary.cases ?? [];
  for (const value of site.values) if (typeof value === 'string') shareIfStored(summary, value, site, state);
  if (summary.dropsFound) {
    shareFoundPages(state);
    run.log.dropsFound = true;
  }
  run.log.outcomes.set(site.id, takenWhen(cases));
  const callee = { summary, required: requiredObjects(cases) };
  return cases.flatMap((each) => {
    const way = cases.length === 1 ? state : state.clone();
    return applyCase(each, callee, site, way, run) ? [way] : [];
  });
}

/** The result on which the callee returns with a lock that it was not given, where one kind of result tells. */
function takenWhen(cases: readonly SummaryCase[]): TakenWhen | undefined {
  const takes = cases.filter(({ locks }) => locks.some(({ status, heldOnEntry }) => status === 'held' && !heldOnEntry));
  const others = cases.filter((each) => !takes.includes(each));
  if (takes.length === 0 || others.length === 0) return undefined;
  if (takes.every(({ returns }) => returns === 0) && others.every((each) => isNonzero(each))) return 'zero';
  if (takes.every((each) => isNonzero(each)) && others.every(({ returns }) => returns === 0 || isFailed(returns ?? ''))) {
    return takes.some(({ returns, locks }) => locks.some(({ object }) => object === returns)) ? 'nonnull' : 'nonzero';
  }
  return undefined;
}

function isNonzero({ returns, facts, locks }: SummaryCase): boolean {
  if (typeof returns === 'number') return returns !== 0;
  if (locks.some(({ status, object }) => status === 'held' && object === returns)) return true;
  return facts.some(([text, fact]) => text === returns && (fact.unequal.includes(0) || (fact.equal ?? 0) !== 0));
}

function applyCase(found: SummaryCase, { summary, required }: { readonly summary: Summary; readonly required: ReadonlySet<string> }, site: CallSite, state: State, run: Run): boolean {
  const before = { vars: state.vars.copy(), mem: state.mem.copy() };
  const target: Target = {
    valueOf: (symbol) => actual(symbol, summary.parameters, site),
    load: (place) => before.vars.get(place) ?? before.mem.get(place),
  };
  const valueOf = (value: Value): Value => (typeof value === 'string' ? substitute(value, target) : value);
  if (!found.conditions.every(([text, fact]) => canHold(valueOf(text), fact, state))) return false;
  // The callee's objects are those before its stores.
  const locks = found.locks.map((lock) => ({ lock, object: objectOf(valueOf(lock.object), state) }));
  const stores = found.stores.map(([location, value]) => [substitutePlace(location, target), valueOf(value)] as const);
  const facts = found.facts.map(([text, fact]) => [valueOf(text), fact] as const);
  const returns = found.returns === undefined ? unknownValue : returned(reduced(state, valueOf(found.returns)), site);
  state.isMerged ||= found.isMerged;
  renewOutArguments(site, state, run, summary.writes);
  for (const [at, value] of stores) if (typeof at === 'string') store(state, at, value, run.names);
  const unnamed = found.locks.find(({ object }) => object === unknownValue);
  if (unnamed) holdUnnamed(unnamed, state);
  for (const { lock, object } of locks.toSorted((a, b) => a.lock.site.start - b.lock.site.start)) {
    // A page that the callee looked up and gives back locked is this function's to unlock.
    const isGiven = isFresh(lock.object) && lock.object === found.returns;
    if (object !== undefined && !applyStatus(lock, object, { isRequired: required.has(lock.object), isGuess: found.isAmbiguous, isGiven }, site, state, run)) return false;
  }
  for (const { lock, object } of locks) if (object !== undefined) shareIfTwo(lock, object, locks, state);
  if (found.isAmbiguous) guessUntouched(found, summary, { objectOf: (lock) => objectOf(valueOf(lock.object), state) }, site, state);
  for (const [about, fact] of facts) {
    if (typeof about !== 'string' || !isFresh(about) || about === unknownValue) continue;
    state.facts.set(about, fact);
    forgetEntryLock(taggedValue(about, fact), state);
  }
  finish(state, site, returns);
  return true;
}

/** What is no page has no lock; callers that know that their mapping has no such entries unlock it unasked. */
function forgetEntryLock(entry: string | undefined, state: State): void {
  const key = lockKey({ lock: 'page', object: entry ?? unknownValue });
  const lock = state.locks.get(key);
  if (lock) state.locks.set(key, { ...lock, status: 'unknown', isShared: true });
}

/** That the callee leaves a lock alone, of which another way through it that returns alike makes something else. */
function guessUntouched(found: SummaryCase, { cases = [] }: Summary, { objectOf: nameOf }: { readonly objectOf: (lock: LockStatus) => string | undefined }, { site }: CallSite, state: State): void {
  for (const { locks } of cases) {
    for (const lock of locks) {
      if (found.locks.some((each) => lockKey(each) === lockKey(lock))) continue;
      const object = nameOf(lock);
      const key = object === undefined ? undefined : lockKey(canonical({ ...lock, object }));
      const before = key === undefined ? undefined : state.locks.get(key);
      if (key !== undefined && before && !before.isGuess && before.status !== lock.status && before.status !== 'unknown') state.locks.set(key, { ...before, isGuess: true, guess: site });
    }
  }
}

/** The callee knows one lock by two names, and leaves them in two ways: the later one counts, and no finding rests on it. */
function shareIfTwo(lock: LockStatus, object: string, locks: readonly { readonly lock: LockStatus; readonly object: string | undefined }[], state: State): void {
  const isTwo = locks.some((other) => other.object === object && other.lock.lock === lock.lock && other.lock.status !== lock.status);
  if (isTwo) shareLocksOf(state, object);
}

/** Computed values beyond this length get a short name: places that they are a part of would lose their identity. */
const maxComputed = 48;

/** A value without identity still is one value of this call. */
function returned(value: Value, site: CallSite): Value {
  const isLong = typeof value === 'string' && value.length > maxComputed && / (?:[-+*/%]|<<|>>) /.test(value);
  return value === unknownValue || isLong ? fresh(site.id) : value;
}

/** Objects whose locks an annotation or assertion of the callee demands on every way through it. */
function requiredObjects(cases: readonly SummaryCase[]): ReadonlySet<string> {
  const [first, ...others] = cases;
  const demanded = (first?.locks ?? []).filter((lock) => lock.heldOnEntry && lock.origin !== 'acquired' && lock.origin !== 'callee');
  return new Set(demanded.map(({ object }) => object).filter((object) => others.every(({ locks }) => locks.some((lock) => lock.object === object && lock.heldOnEntry))));
}

/** Whether a condition on what came in can be so on this path; if so, the path now knows it. */
function canHold(value: Value, fact: Fact, state: State): boolean {
  if (value === unknownValue) return true;
  const known = reduced(state, value);
  if (fact.equal !== undefined) return assumeEqual(state, known, fact.equal, true);
  return fact.unequal.every((constant) => assumeEqual(state, known, constant, false));
}

/**
 * A way on which the callee finds a lock held cannot be taken where it is provably free; where every
 * way demands it in so many words, that is an event.
 */
function applyStatus(lock: LockStatus, object: string, demand: { readonly isRequired: boolean; readonly isGuess: boolean; readonly isGiven: boolean }, site: CallSite, state: State, run: Run): boolean {
  const ref = canonical({ lock: lock.lock, mode: lock.mode, object, name: shownName(lock, object, site, run) });
  const key = lockKey(ref);
  // As where a release of its own is of a page that it finds: `dropLock`.
  if (lock.heldOnEntry && lock.status === 'free' && lock.lock === 'page' && isFresh(object) && !state.locks.has(key)) run.log.dropsFound = true;
  if (lock.heldOnEntry) {
    if (state.locks.get(key)?.status === 'free' && !demand.isRequired) return false;
    requireLock(state, ref, site.site, { name: `${site.name ?? 'callee'}()`, origin: 'asserted' }, run.log);
  }
  const before = state.locks.get(key);
  if (lock.status === 'held' && (before?.status === 'held' || isAsserted(lock))) return true;
  const heldOnEntry = before?.heldOnEntry ?? (lock.heldOnEntry && !isFresh(object));
  state.locks.set(key, { ...ref, status: lock.status, origin: 'callee', site: site.site, heldOnEntry, isShared: lock.isShared, isHanded: before?.isHanded ?? false, isGuess: demand.isGuess, isOwned: demand.isGiven || (before?.isOwned ?? lock.isOwned) });
  return true;
}

/** It came in held and goes out so: as the demand for it has left it. */
function isAsserted(lock: LockStatus): boolean {
  return lock.heldOnEntry && (lock.origin === 'asserted' || lock.origin === 'annotated');
}

/** The object on this path; undefined where it has no name. */
function objectOf(value: Value, state: State): string | undefined {
  return typeof value === 'number' || value === unknownValue || value.startsWith('&0') ? undefined : loaded(value, state);
}

/** `vmf->page` after the substitution may be a local's field, or a location with a known value. */
function loaded(object: string, state: State): string {
  const known = state.vars.get(object) ?? state.mem.get(object);
  return typeof known === 'string' ? known : object;
}

function shownName(lock: LockStatus, object: string, site: CallSite, run: Run): string {
  if (isFresh(object)) return `${run.nameOf(site.call.callee)}()`;
  return object.startsWith('&') ? object.slice(1) : object === '' ? lock.name : object;
}

function actual(symbol: string, parameters: readonly string[], site: CallSite): Value | undefined {
  if (symbol.startsWith('#')) return `#${site.id}${symbol === '#0' ? '' : `.s${symbol.slice(1).replace('!', '')}`}${symbol.endsWith('!') ? '!' : ''}`;
  const index = parameters.indexOf(symbol);
  return index < 0 ? undefined : (site.values[index] ?? unknownValue);
}

/** The callee keeps its argument somewhere, or its locks cannot be told. */
function shareIfStored(summary: Summary, value: string, site: CallSite, state: State): void {
  if (!summary.cases) loseLocksOf(state, value);
  const index = site.values.indexOf(value);
  const parameter = summary.parameters[index];
  const isStored = parameter !== undefined && summary.kept.has(parameter);
  if (isStored) shareLocksOf(state, value);
}
