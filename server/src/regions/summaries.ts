/**
 * Summaries by return value, made from a function's exits: what its caller can see of locks, of the
 * returned value and of memory, with few enough cases to be applied cheaply.
 */

import { pageClasses } from '../ops/vocabulary/lockNames.ts';
import { isLeftFree, lockKey } from './locks.ts';
import { cameWith, fieldName, isFresh, isRootedIn, lastName, leavesOf, mentions, unknownValue } from './terms.ts';
import type { Fact, LockExit, LockStatus, Summary, SummaryCase, Value } from './types.ts';

/** Beyond this number of cases with different locks the callee counts as unknown. */
const maxCases = 12;
/** A function that leaves more locks changed than this works on arrays or lists: its effect is unknown. */
const maxLocks = 6;
/** Returned values told apart for one effect on locks; more become one unknown value. */
const maxValues = 6;

export const noEffect: Summary = { parameters: [], kept: new Set(), writes: new Set(), dropsFound: false, cases: [{ returns: unknownValue, facts: [], conditions: [], locks: [], stores: [], isMerged: false, isAmbiguous: false }] };

/** `locals`: names that mean nothing to callers; what is said in terms of them is left out. `told`: fields whose new values are given. */
export function summarize(parameters: readonly string[], locals: ReadonlySet<string>, exits: readonly LockExit[], told: ReadonlySet<string>): Summary {
  const kept = new Set(parameters);
  const cases = exits.map((exit) => caseOf(withoutLocals(exit, locals), told));
  const groups = fewGroups(cases) ?? fewGroups(withoutOthers(cases));
  return { parameters, kept, writes: undefined, dropsFound: false, cases: groups && withAmbiguity(groups.map(joinValues)) };
}

/** The cases by their effect; undefined where there are too many of them, or of locks. */
function fewGroups(cases: readonly SummaryCase[]): readonly (readonly SummaryCase[])[] | undefined {
  const groups = new Map<string, SummaryCase[]>();
  for (const each of cases) {
    const key = effectKey(each);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  const isMany = groups.size > maxCases || [...groups.values()].some(([first]) => (first?.locks.length ?? 0) > maxLocks);
  return isMany ? undefined : [...groups.values()];
}

/** Page and page-table locks as they are, and what becomes the same of a lock whatever the case; every other lock that some case leaves changed is unknown after each of them. */
function withoutOthers(cases: readonly SummaryCase[]): readonly SummaryCase[] {
  const isAlways = (lock: LockStatus): boolean => cases.every(({ locks }) => locks.some((each) => lockKey(each) === lockKey(lock) && each.status === lock.status && each.heldOnEntry === lock.heldOnEntry));
  const isOther = (lock: LockStatus): boolean => !pageClasses.has(lock.lock) && !isAlways(lock);
  const others = new Map(cases.flatMap(({ locks }) => locks.filter((lock) => isOther(lock) && !isFresh(lock.object)).map((lock) => [lockKey(lock), lock] as const)));
  const unknown = [...others.values()].map((lock): LockStatus => ({ ...lock, status: 'unknown', origin: 'callee', heldOnEntry: false, isShared: true, isGuess: true }));
  return cases.map((each) => ({ ...each, locks: [...each.locks.filter((lock) => !isOther(lock)), ...unknown] }));
}

/** Whether callers learn from the result what became of every page and page-table lock. */
export function tellsPageLocks({ cases = [] }: Summary): boolean {
  const pageLocks = cases.map(({ locks }) => locks.filter(({ lock }) => pageClasses.has(lock)));
  if (cases.length === 0 || pageLocks.some((locks) => locks.some(({ status, object }) => status === 'unknown' || object === unknownValue))) return false;
  const keys = pageLocks.map((locks) => locks.map((lock) => `${lockKey(lock)}${lock.status}`).sort().join());
  return cases.every((a, i) => cases.every((b, j) => j <= i || keys[i] === keys[j] || !returnsAlike(a, b)));
}

/** Whether a page or page-table lock is left held, or was dropped, on ways that callers do not learn of from the result. */
export function isOpenForCallers({ cases = [] }: Summary): boolean {
  return cases.some(({ locks, isAmbiguous }) => isAmbiguous && locks.some(({ lock, status, heldOnEntry }) => (status === 'held' || heldOnEntry) && pageClasses.has(lock)));
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
  if (![exit.returns, ...exit.stores.keys(), ...exit.stores.values(), ...exit.locks.map(({ object }) => object)].some(isLocal)) return exit;
  return {
    ...exit,
    returns: isLocal(exit.returns) ? '#7' : exit.returns,
    facts: new Map([...exit.facts].filter(([text]) => !isLocal(text))),
    stores: new Map([...exit.stores].filter(([at, value]) => !isLocal(at) && !isLocal(value))),
    locks: exit.locks.filter(({ object }) => !isLocal(object)),
  };
}

function caseOf(exit: LockExit, told: ReadonlySet<string>): SummaryCase {
  const stores = [...exit.stores].filter(([location, value]) => !isFresh(location) && (isTelling(location, value, exit) || told.has(fieldName(lastName(location) ?? ''))));
  const visible = new Set([...stores.map(([, value]) => value), exit.returns].flatMap((value) => (typeof value === 'string' ? leavesOf(value).symbols : [])));
  const locks = exit.locks.filter((lock) => isVisible(lock, visible) && (lock.status !== 'free' || lock.heldOnEntry || isFresh(lock.object) || (lock.origin === 'callee' && isLeftFree(lock)) || isPerhapsAnother(lock, exit)));
  const unnamed = exit.locks.find((lock) => isUnnamedPageLock(lock, visible));
  if (unnamed) locks.push({ ...unnamed, status: 'unknown', object: unknownValue });
  const conditions = [...exit.facts].filter(([text]) => !isFresh(text));
  return renumbered({ returns: exit.returns, facts: [...returnFacts(exit), ...storeFacts(stores, exit)], conditions, locks: locks.toSorted((a, b) => (a.object < b.object ? -1 : 1)), stores, isMerged: exit.isMerged, isAmbiguous: false });
}

/** For the caller it may be the lock that is left held under another name. */
function isPerhapsAnother(lock: LockStatus, exit: LockExit): boolean {
  return pageClasses.has(lock.lock) && exit.locks.some((other) => other.lock === lock.lock && other.status === 'held' && !isFresh(other.object));
}

/** The page lock, left held, of a page that callers cannot name; it may be one that they know by another name. */
function isUnnamedPageLock(lock: LockStatus, visible: ReadonlySet<string>): boolean {
  return lock.lock === 'page' && lock.status !== 'free' && lock.origin !== 'asserted' && !lock.heldOnEntry && !isVisible(lock, visible);
}

/** A store that callers may need: of something locked or what came with a lock, of a constant, or of what came in; or over the way to a lock. */
function isTelling(location: string, value: Value, exit: LockExit): boolean {
  return typeof value === 'number' || !isFresh(value) || exit.locks.some((lock) => lock.object === value || isRootedIn(lock.object, location) || (lock.status === 'held' && cameWith(value, lock.object)));
}

/** What is known of pointers and numbers that were stored: NULL or not. */
function storeFacts(stores: SummaryCase['stores'], { facts, locks, returns }: LockExit): (readonly [string, Fact])[] {
  const values = new Set(stores.map(([, value]) => value).filter((value) => value !== returns && !locks.some(({ object }) => object === value)));
  return [...facts].filter(([text]) => isFresh(text) && values.has(text));
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
