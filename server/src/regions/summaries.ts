/**
 * Summaries by return value. Made from a function's exits: what its caller can see of locks, of the
 * returned value and of memory, with few enough cases to be applied cheaply; applied by substituting
 * arguments for parameters and giving the call's own names to fresh symbols.
 */

import { pageClasses } from '../ops/vocabulary/lockNames.ts';
import { finish, renewOutArguments, type CallSite, type Run } from './calls.ts';
import { store } from './evaluate.ts';
import { assumeEqual, reduced } from './facts.ts';
import { holdUnnamed, lockKey, loseLocksOf, requireLock, shareFoundPages, shareLocksOf } from './locks.ts';
import type { State } from './state.ts';
import { fresh, isFailed, isFresh, leavesOf, mentions, substitute, substitutePlace, unknownValue, type Target } from './terms.ts';
import type { Fact, LockExit, LockStatus, Summary, SummaryCase, TakenWhen, Value } from './types.ts';

/** Beyond this number of cases with different locks the callee counts as unknown. */
const maxCases = 12;
/** A function that leaves more locks changed than this works on arrays or lists: its effect is unknown. */
const maxLocks = 6;
/** Returned values told apart for one effect on locks; more become one unknown value. */
const maxValues = 6;

export const noEffect: Summary = { parameters: [], kept: new Set(), writes: new Set(), dropsFound: false, cases: [{ returns: unknownValue, facts: [], conditions: [], locks: [], stores: [], isMerged: false, isAmbiguous: false }] };

/** `locals`: names that mean nothing to callers; what is said in terms of them is left out. */
export function summarize(parameters: readonly string[], locals: ReadonlySet<string>, exits: readonly LockExit[]): Summary {
  const kept = new Set(parameters);
  const groups = new Map<string, SummaryCase[]>();
  for (const exit of exits) {
    const found = caseOf(withoutLocals(exit, locals));
    const key = effectKey(found);
    groups.set(key, [...(groups.get(key) ?? []), found]);
  }
  const isMany = [...groups.values()].some(([first]) => (first?.locks.length ?? 0) > maxLocks);
  if (groups.size > maxCases || isMany) return { parameters, kept, writes: undefined, dropsFound: false, cases: undefined };
  return { parameters, kept, writes: undefined, dropsFound: false, cases: withAmbiguity([...groups.values()].map(joinValues)) };
}

/** Whether callers learn from the result what became of every page and page-table lock. */
export function tellsPageLocks({ cases = [] }: Summary): boolean {
  const pageLocks = cases.map(({ locks }) => locks.filter(({ lock }) => pageClasses.has(lock)));
  if (cases.length === 0 || pageLocks.some((locks) => locks.some(({ status, object }) => status === 'unknown' || object === unknownValue))) return false;
  const keys = pageLocks.map((locks) => locks.map((lock) => `${lockKey(lock)}${lock.status}`).sort().join());
  return cases.every((a, i) => cases.every((b, j) => j <= i || keys[i] === keys[j] || !returnsAlike(a, b)));
}

/** Marks the cases that return like a case of another group. */
function withAmbiguity(groups: readonly (readonly SummaryCase[])[]): SummaryCase[] {
  return groups.flatMap((group) => {
    const others = groups.filter((other) => other !== group).flat();
    return group.map((each) => ({ ...each, isAmbiguous: others.some((other) => returnsAlike(each, other)) }));
  });
}

/** Neither the returned values nor what came in tells the two apart. */
function returnsAlike(a: SummaryCase, b: SummaryCase): boolean {
  if (isContrary(a.conditions, b.conditions) || isContrary(a.facts, b.facts)) return false;
  if (typeof a.returns === 'number' && typeof b.returns === 'number') return a.returns === b.returns;
  if (typeof a.returns === 'number') return b.returns === undefined || !excludes(b, a.returns);
  if (typeof b.returns === 'number') return a.returns === undefined || !excludes(a, b.returns);
  return true;
}

function excludes(found: SummaryCase, constant: number): boolean {
  return found.facts.some(([text, fact]) => (text === found.returns && fact.unequal.includes(constant)) || (constant >= 0 && text === `(${found.returns} < 0)` && fact.unequal.includes(0)));
}

function isContrary(a: SummaryCase['facts'], b: SummaryCase['facts']): boolean {
  return a.some(([text, fact]) => b.some(([other, same]) => other === text && (fact.equal === undefined ? same.equal !== undefined && fact.unequal.includes(same.equal) : same.unequal.includes(fact.equal) || (same.equal !== undefined && same.equal !== fact.equal))));
}

/** `return &list;` of a static local: some object that callers cannot name. */
function withoutLocals(exit: LockExit, locals: ReadonlySet<string>): LockExit {
  const isLocal = (value: Value | undefined): boolean => typeof value === 'string' && leavesOf(value).names.some((name) => locals.has(name));
  if (![exit.returns, ...exit.stores.values(), ...exit.locks.map(({ object }) => object)].some(isLocal)) return exit;
  return {
    ...exit,
    returns: isLocal(exit.returns) ? '#7' : exit.returns,
    facts: new Map([...exit.facts].filter(([text]) => !isLocal(text))),
    stores: new Map([...exit.stores].filter(([at, value]) => !isLocal(at) && !isLocal(value))),
    locks: exit.locks.filter(({ object }) => !isLocal(object)),
  };
}

function caseOf(exit: LockExit): SummaryCase {
  const stores = [...exit.stores].filter(([location, value]) => !isFresh(location) && isTelling(value, exit));
  const visible = new Set([...stores.map(([, value]) => value), exit.returns].flatMap((value) => (typeof value === 'string' ? leavesOf(value).symbols : [])));
  const locks = exit.locks.filter((lock) => isVisible(lock, visible) && (lock.status !== 'free' || lock.heldOnEntry || isFresh(lock.object)));
  const unnamed = exit.locks.find((lock) => isUnnamedPageLock(lock, visible));
  if (unnamed) locks.push({ ...unnamed, status: 'unknown', object: unknownValue });
  const conditions = [...exit.facts].filter(([text]) => !isFresh(text));
  return renumbered({ returns: exit.returns, facts: returnFacts(exit), conditions, locks: locks.toSorted((a, b) => (a.object < b.object ? -1 : 1)), stores, isMerged: exit.isMerged, isAmbiguous: false });
}

/** The page lock, left held, of a page that callers cannot name; it may be one that they know by another name. */
function isUnnamedPageLock(lock: LockStatus, visible: ReadonlySet<string>): boolean {
  return lock.lock === 'page' && lock.status !== 'free' && !lock.heldOnEntry && !isVisible(lock, visible);
}

/** A store that callers may need: of something locked, of a constant, or of what came in. */
function isTelling(value: Value, exit: LockExit): boolean {
  return typeof value === 'number' || !isFresh(value) || exit.locks.some((lock) => lock.object === value);
}

function isVisible(lock: LockStatus, visible: ReadonlySet<string>): boolean {
  const { symbols } = leavesOf(lock.object);
  return symbols.every((symbol) => visible.has(symbol)) && !lock.object.includes(unknownValue);
}

function returnFacts(exit: LockExit): (readonly [string, Fact])[] {
  const { returns } = exit;
  if (typeof returns !== 'string' || returns === unknownValue) return [];
  return [...exit.facts].filter(([text]) => mentions(text, returns) || leavesOf(returns).symbols.some((symbol) => mentions(text, symbol)));
}

/** Fresh symbols by order of appearance, so that equal outcomes look equal. */
function renumbered(found: SummaryCase): SummaryCase {
  const numbers = new Map<string, string>();
  const text = (value: string): string => value.replace(/#[\w'.]+/g, (symbol) => {
    const known = numbers.get(symbol) ?? `#${numbers.size}`;
    numbers.set(symbol, known);
    return known;
  });
  const value = (each: Value): Value => (typeof each === 'string' ? text(each) : each);
  return {
    returns: found.returns === undefined ? undefined : value(found.returns),
    facts: found.facts.map(([each, fact]) => [text(each), fact]),
    conditions: found.conditions,
    locks: found.locks.map((lock) => ({ ...lock, object: text(lock.object) })),
    stores: found.stores.map(([location, each]) => [location, value(each)]),
    isMerged: found.isMerged,
    isAmbiguous: false,
  };
}

function effectKey(found: SummaryCase): string {
  const locks = found.locks.map((lock) => `${lockKey(lock)}${lock.status}${lock.mode}${lock.heldOnEntry}`);
  const stores = found.stores.filter(([, value]) => typeof value === 'string' && isFresh(value)).map(([location, value]) => `${location}=${value}`);
  return `${locks.join()}|${stores.join()}|${isReturned(found) ? String(found.returns) : ''}`;
}

/** The returned value is the object of a lock: it must keep its identity. */
function isReturned(found: SummaryCase): boolean {
  return found.locks.some((lock) => lock.object === found.returns);
}

/** One effect on locks: its returned values, or one unknown value where they are many. */
function joinValues(cases: readonly SummaryCase[]): SummaryCase[] {
  const fine = byReturn(cases, 'conditions');
  return fine.length <= maxValues ? fine : joinCoarsely(cases, byReturn(cases, 'values'));
}

function byReturn(cases: readonly SummaryCase[], detail: 'conditions' | 'values'): SummaryCase[] {
  const byValue = new Map<string, SummaryCase>();
  for (const each of cases) {
    const outs = each.stores.filter(([location, value]) => location.startsWith('*') && typeof value === 'number');
    const key = `${detail === 'conditions' ? printed(each.conditions) : ''}|${outs.join()}|${each.returns}|${each.facts.map(([text, fact]) => `${text}${fact.equal ?? ''}${fact.unequal.join()}`).join()}`;
    const alike = byValue.get(key);
    const conditions = alike ? common(alike.conditions, each.conditions) : each.conditions;
    byValue.set(key, { ...each, conditions, stores: [...commonStores(cases).filter((common) => !outs.some(([at]) => at === common[0])), ...outs], isMerged: each.isMerged && (alike?.isMerged ?? true) });
  }
  return [...byValue.values()];
}

function printed(facts: SummaryCase['facts']): string {
  return facts.map(([text, fact]) => `${text}${fact.equal ?? ''}!${fact.unequal.join()}`).sort().join();
}

function joinCoarsely(cases: readonly SummaryCase[], values: readonly SummaryCase[]): SummaryCase[] {
  const [first] = cases;
  if (values.length <= maxValues || !first || isReturned(first)) return values.slice(0, 16);
  const numbers = cases.every(({ returns }) => typeof returns === 'number' && returns < 0);
  const isOneSymbol = cases.every(({ returns }) => returns === first.returns);
  const facts: SummaryCase['facts'] = numbers ? [['(#9 < 0)', { unequal: [0] }], ['#9', { unequal: [0] }]] : isOneSymbol ? cases.reduce((kept, each) => common(kept, each.facts), first.facts) : [];
  const conditions = cases.reduce((kept, each) => common(kept, each.conditions), first.conditions);
  return [{ ...first, returns: isOneSymbol ? first.returns : '#9', facts, conditions, stores: commonStores(cases), isMerged: cases.every(({ isMerged }) => isMerged), isAmbiguous: false }];
}

function common(a: SummaryCase['conditions'], b: SummaryCase['conditions']): SummaryCase['conditions'] {
  return a.filter(([text, fact]) => b.some(([other, same]) => other === text && same.equal === fact.equal && same.unequal.join() === fact.unequal.join()));
}

/** Every case may happen whatever came in; one that had a condition may then not happen at all. */
export function withoutConditions(summary: Summary): Summary {
  const cases = new Map<string, SummaryCase>();
  for (const each of summary.cases ?? []) {
    const free: SummaryCase = { ...each, conditions: [], isMerged: each.isMerged || each.conditions.length > 0 };
    const key = JSON.stringify([free.returns, free.facts, free.stores, free.locks.map((lock) => [lockKey(lock), lock.status, lock.mode, lock.heldOnEntry])]);
    const alike = cases.get(key);
    cases.set(key, { ...free, isMerged: free.isMerged && (alike?.isMerged ?? true), isAmbiguous: free.isAmbiguous || (alike?.isAmbiguous ?? false) });
  }
  return { ...summary, cases: summary.cases && [...cases.values()] };
}

function commonStores(cases: readonly SummaryCase[]): SummaryCase['stores'] {
  const [first, ...others] = cases;
  return (first?.stores ?? []).filter(([location, value]) => others.every(({ stores }) => stores.some(([at, other]) => at === location && other === value)));
}

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
  for (const { lock, object } of locks.toSorted((a, b) => Number(a.lock.heldOnEntry) - Number(b.lock.heldOnEntry))) {
    // A page that the callee looked up and gives back locked is this function's to unlock.
    const isGiven = isFresh(lock.object) && lock.object === found.returns;
    if (object !== undefined && !applyStatus(lock, object, { isRequired: required.has(lock.object), isGuess: found.isAmbiguous, isGiven }, site, state, run)) return false;
  }
  for (const [about, fact] of facts) if (typeof about === 'string' && isFresh(about) && about !== unknownValue) state.facts.set(about, fact);
  finish(state, site, returns);
  return true;
}

/** A value without identity still is one value of this call. */
function returned(value: Value, site: CallSite): Value {
  return value === unknownValue ? fresh(site.id) : value;
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
  const ref = { lock: lock.lock, mode: lock.mode, object, name: shownName(lock, object, site, run) };
  const key = lockKey(ref);
  if (lock.heldOnEntry) {
    if (state.locks.get(key)?.status === 'free' && !demand.isRequired) return false;
    requireLock(state, ref, site.site, { name: `${site.name ?? 'callee'}()`, origin: 'asserted' }, run.log);
  }
  const before = state.locks.get(key);
  if (lock.status === 'held' && before?.status === 'held') return true;
  const heldOnEntry = before?.heldOnEntry ?? (lock.heldOnEntry && !isFresh(object));
  state.locks.set(key, { ...ref, status: lock.status, origin: 'callee', site: site.site, heldOnEntry, isShared: lock.isShared, isHanded: before?.isHanded ?? false, isGuess: demand.isGuess, isOwned: demand.isGiven || (before?.isOwned ?? lock.isOwned) });
  return true;
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
