/**
 * The abstract state of one path: values of locals and memory as terms, facts about terms, locks.
 * Mutable while one path is followed; `clone` before two ways part.
 */

import type { Expr } from '../syntax/ast.ts';
import { cameWith, fieldName, isFresh, isRootedIn, lastName, leavesOf, unknownValue } from './terms.ts';
import { Table } from './table.ts';
import type { Fact, LockStatus, Value } from './types.ts';

/** Names that are still read on some way from a node: locals (killed by assignment), fields, and `&name` for locals that callees may read. */
export type LiveNames = ReadonlySet<string>;

/** Facts beyond this number are forgotten, oldest first: a path then knows less, which is safe. */
const maxFacts = 32;

/**
 * What must agree for two states to be joined. `held`: the locks that are held and not known to
 * others, and which names their objects have. `coarse`: also all other locks, but not where they were
 * taken or released. `locks`: that too. `null`: also what is known to be NULL or not; those facts
 * decide most cleanups.
 */
export type Detail = 'held' | 'coarse' | 'locks' | 'null';

export class State {
  vars = Table.of<Value>(String);
  mem = Table.of<Value>(String);
  facts = Table.of<Fact>(factKey);
  locks = Table.of<LockStatus>(printLock);
  /** Values of the calls and assignments inside the expression that is being evaluated. */
  temps = new Map<Expr, Value>();
  isMerged = false;

  clone(): State {
    const copy = new State();
    copy.vars = this.vars.copy();
    copy.mem = this.mem.copy();
    copy.facts = this.facts.copy();
    copy.locks = this.locks.copy();
    copy.temps = new Map(this.temps);
    copy.isMerged = this.isMerged;
    return copy;
  }

  /** Equal keys, equal states. */
  key(): string {
    return `${this.locks.key()}|${this.vars.key()}|${this.mem.key()}|${this.facts.key()}`;
  }

  propertyKey(detail: Detail): string {
    if (detail === 'null') {
      const known = [...this.facts].filter(([text, fact]) => plainTerm.test(text) && (fact.equal === 0 || fact.unequal.includes(0)));
      return `${this.propertyKey('locks')}|${known.map(([text, fact]) => `${text}${fact.equal === 0 ? '=' : '!'}`).sort().join()}`;
    }
    const counted = detail === 'held' ? [...this.locks].filter(([, lock]) => lock.status === 'held' && !lock.isShared) : [...this.locks];
    const objects = new Set(counted.map(([, { object }]) => object));
    const bound = [...this.vars, ...this.mem].filter(([, value]) => typeof value === 'string' && objects.has(value));
    const locks = detail === 'coarse' || detail === 'held' ? counted.map(([key, { status }]) => `${key}${status}`).sort().join() : this.locks.key();
    return `${detail === 'held' ? 'held ' : ''}${locks}|${bound.map(([name, value]) => `${name}=${value}`).sort().join()}|${this.vars.get('$site') ?? ''}`;
  }

  /** Another generation of the fresh symbol `#offset` is about to begin: what is there is the old one. */
  retire(offset: number): void {
    const symbol = `#${offset}`;
    if (!this.mentionsFresh(symbol)) return;
    const current = new RegExp(`${symbol}(?![\\d'])`, 'g');
    const older = new RegExp(`${symbol}'(?!')`, 'g');
    this.forgetOldest(symbol);
    const text = (value: string): string => value.replace(older, `${symbol}''`).replace(current, `${symbol}'`);
    this.mapText(text);
  }

  /**
   * The fields of a struct (those in `fields`, or all) get values that are not known: what they were
   * goes on under another name.
   */
  moveAway(struct: string, id: number, fields: ReadonlySet<string> | undefined): void {
    const isMoved = (field: string): boolean => fields?.has(field) !== false;
    const known = [...this.mem].filter(([at]) => at.startsWith(`${struct}.`) && isMoved(lastName(at) ?? ''));
    for (const [at] of known) this.mem.delete(at);
    const shape = new RegExp(`(?<![\\w$.>])${struct.replace(/[$.[\]()*]/g, '\\$&')}\\.(\\w+)`, 'g');
    this.mapText((text) => (text.includes(`${struct}.`) ? text.replace(shape, (whole, field: string) => (isMoved(field) ? `#${id}.o${field}` : whole)) : text));
    for (const [at] of known) this.mem.set(at, `#${id}.${at.replace(/\W/g, '_')}`);
  }

  /** The oldest generation takes in the next one: whose lock it was cannot be told any more. */
  private forgetOldest(symbol: string): void {
    const oldest = new RegExp(`${symbol}''`);
    for (const [key, lock] of this.locks) if (oldest.test(lock.object)) this.locks.set(key, { ...lock, status: 'unknown' });
  }

  /** Rewrites every term. Where two locks or facts fall together, the first one stays. */
  mapText(text: (term: string) => string): void {
    const value = (each: Value): Value => (typeof each === 'string' ? text(each) : each);
    this.vars = Table.of<Value>(String, [...this.vars].map(([name, each]) => [name, value(each)]));
    this.mem = Table.of<Value>(String, [...this.mem].map(([at, each]) => [text(at), value(each)]));
    this.facts = Table.of<Fact>(factKey, [...this.facts].map(([each, fact]) => [text(each), fact]));
    this.temps = new Map([...this.temps].map(([each, found]) => [each, value(found)]));
    const locks = Table.of<LockStatus>(printLock);
    for (const [key, lock] of this.locks) {
      const moved = text(key);
      const other = locks.get(moved);
      if (other?.status === 'held') locks.set(moved, { ...other, isShared: true });
      else locks.set(moved, moved === key ? lock : { ...lock, object: text(lock.object) });
    }
    this.locks = locks;
  }

  /** Forgets what nobody on any way from here can ask for. */
  prune(live: LiveNames): void {
    if (this.temps.size > 0) this.temps = new Map();
    for (const name of this.vars.keys()) if (!live.has(name)) this.vars.delete(name);
    for (const [location, value] of this.mem) if (!this.isWanted(location, value, live)) this.mem.delete(location);
    const symbols = this.reachableSymbols();
    for (const text of this.facts.keys()) if (!isAskable(text, live, symbols)) this.facts.delete(text);
    for (const [key, lock] of this.locks) if (isForgotten(lock, symbols)) this.locks.delete(key);
    for (const text of this.facts.keys()) {
      if (this.facts.size <= maxFacts) break;
      this.facts.delete(text);
    }
  }

  /** Memory is kept where it is read again, or where callers ask for it: what holds a locked object. */
  private isWanted(location: string, value: Value, live: LiveNames): boolean {
    const test = /^(\w+)\(.*, \d+\)$/.exec(location)?.[1];
    if (test !== undefined) return live.has(test);
    const root = /^([\w$]+)[.[]/.exec(location)?.[1];
    if (root !== undefined && !live.has(root)) return false;
    if (typeof value === 'string' && this.isLockObject(value)) return true;
    // Callees that are given the struct reach what came in through it.
    if (typeof value === 'string' && !isFresh(value) && root !== undefined && live.has(`&${root}`)) return true;
    // What stood there before is still in use by that name.
    if (root === undefined && this.isNameInUse(location)) return true;
    const isOut = location.startsWith('*');
    return isOut || live.has(fieldName(lastName(location) ?? ''));
  }

  /** Symbols and names that values still lead to. */
  private reachableSymbols(): Set<string> {
    const symbols = new Set<string>();
    const note = (value: Value): void => {
      if (typeof value !== 'string') return;
      const leaves = leavesOf(value);
      for (const symbol of leaves.symbols) symbols.add(symbol);
      for (const name of leaves.names) symbols.add(name);
    };
    for (const value of this.vars.values()) note(value);
    for (const [at, value] of this.mem) {
      note(at);
      note(value);
    }
    for (const lock of this.locks.values()) if (lock.status === 'held' && !lock.isShared) note(lock.object);
    return symbols;
  }

  private mentionsFresh(symbol: string): boolean {
    for (const value of this.vars.values()) if (typeof value === 'string' && value.includes(symbol)) return true;
    for (const [at, value] of this.mem) if (at.includes(symbol) || (typeof value === 'string' && value.includes(symbol))) return true;
    for (const key of this.locks.keys()) if (key.includes(symbol)) return true;
    for (const text of this.facts.keys()) if (text.includes(symbol)) return true;
    return false;
  }

  private isNameInUse(location: string): boolean {
    for (const lock of this.locks.values()) if (isRootedIn(lock.object, location)) return true;
    for (const value of this.vars.values()) if (typeof value === 'string' && isRootedIn(value, location)) return true;
    return false;
  }

  private isLockObject(value: string): boolean {
    for (const { object, status } of this.locks.values()) if (object === value || (status === 'held' && cameWith(value, object))) return true;
    return false;
  }

}

/**
 * Joins `other` into `into`, which has the same property key. Values that differ become the join's
 * own symbol (`#j<node>.<name>`); facts that differ are lost. May over-report correlations as free.
 */
export function joinStates(into: State, other: State, node: number): State {
  const joined = into.clone();
  joined.isMerged = true;
  const prefix = `#j${node}.`;
  joined.vars = joinValues(into.vars, other.vars, prefix);
  joined.mem = joinValues(into.mem, other.mem, `${prefix}m`);
  joined.locks = joinLocks(into.locks, other.locks);
  joined.facts = Table.of<Fact>(factKey);
  for (const [text, fact] of into.facts) {
    const same = other.facts.get(text);
    if (same && factKey(same) === factKey(fact) && !text.includes(prefix)) joined.facts.set(text, fact);
  }
  return joined;
}

/** Locks on which the two disagree are unknown; one that is held in only one of them is known to others. */
function joinLocks(a: Table<LockStatus>, b: Table<LockStatus>): Table<LockStatus> {
  if (a.key() === b.key()) return a.copy();
  const joined = a.copy();
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    const left = a.get(key);
    const right = b.get(key);
    if (left === undefined || left.status !== right?.status) joined.set(key, { ...(left ?? right)!, status: 'unknown', isShared: true });
    else if (printLock(left) !== printLock(right)) joined.set(key, { ...left, ...flagsOfEither(left, right) });
  }
  return joined;
}

function flagsOfEither(a: LockStatus, b: LockStatus): Pick<LockStatus, 'mode' | 'heldOnEntry' | 'isShared' | 'isHanded' | 'isGuess' | 'isOwned'> {
  return {
    mode: a.mode === b.mode ? a.mode : 'unknown',
    heldOnEntry: a.heldOnEntry || b.heldOnEntry,
    isShared: a.isShared || b.isShared,
    isHanded: a.isHanded || b.isHanded,
    isGuess: a.isGuess || b.isGuess,
    isOwned: a.isOwned && b.isOwned,
  };
}

function joinValues(a: Table<Value>, b: Table<Value>, prefix: string): Table<Value> {
  const joined = Table.of<Value>(String);
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    const left = a.get(name);
    const right = b.get(name);
    const isWord = /^[\w$]+$/.test(name);
    joined.set(name, left === right && left !== undefined ? left : isWord ? `${prefix}${name.replace('$', '_')}` : unknownValue);
  }
  return joined;
}

const constantName = /^[A-Z][A-Z0-9_]*$/;

/** A value, not a condition over values. */
const plainTerm = /^[^( ]+$/;

function isAskable(text: string, live: LiveNames, symbols: ReadonlySet<string>): boolean {
  const leaves = leavesOf(text);
  return leaves.symbols.every((symbol) => symbols.has(symbol)) && leaves.names.every((name) => live.has(name) || symbols.has(name) || constantName.test(name));
}

/**
 * A lock that nothing asks for again: its object cannot be named any more, and it is free, or others
 * know the object and drop it; or it is released, and not of the locks whose balance rules follow.
 */
function isForgotten(lock: LockStatus, symbols: ReadonlySet<string>): boolean {
  if (lock.status === 'held') return lock.isShared && isLost(lock.object, symbols);
  return isLost(lock.object, symbols) || !isRemembered(lock);
}

function isRemembered(lock: LockStatus): boolean {
  return lock.heldOnEntry || lock.lock === 'page' || lock.lock === 'pageTable';
}

function isLost(object: string, symbols: ReadonlySet<string>): boolean {
  return isFresh(object) && leavesOf(object).symbols.some((symbol) => !symbols.has(symbol));
}

function printLock(lock: LockStatus): string {
  return `${lock.status}${lock.mode}${lock.origin}${lock.site.start}${lock.heldOnEntry ? 'E' : ''}${lock.isShared ? 'S' : ''}${lock.isHanded ? 'H' : ''}${lock.isGuess ? 'G' : ''}`;
}

function factKey(fact: Fact): string {
  return fact.equal === undefined ? `!${fact.unequal.length < 2 ? String(fact.unequal[0]) : fact.unequal.toSorted((a, b) => a - b).join()}` : `=${fact.equal}`;
}
