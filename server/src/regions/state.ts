/**
 * The abstract state of one path: values of locals and memory as terms, facts about terms, locks.
 * Mutable while one path is followed; `clone` before two ways part.
 */

import type { Expr } from '../syntax/ast.ts';
import { fieldName, isFresh, lastName, leavesOf, unknownValue } from './terms.ts';
import { Table } from './table.ts';
import type { Fact, LockStatus, Value } from './types.ts';

/** Names that are still read on some way from a node: locals (killed by assignment) and fields. */
export type LiveNames = ReadonlySet<string>;

/** Facts beyond this number are forgotten, oldest first: a path then knows less, which is safe. */
const maxFacts = 32;

export class State {
  vars = new Table<Value>();
  mem = new Table<Value>();
  facts = new Table<Fact>();
  locks = new Table<LockStatus>();
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
    return `${this.locks.key(printLock)}|${this.vars.key(printValue)}|${this.mem.key(printValue)}|${this.facts.key(printFact)}`;
  }

  /**
   * What must agree for two states to be joined: the locks, which names their objects have, and what
   * is known to be NULL or not (`detail: 'null'`; those facts decide most cleanups). `coarse` forgets
   * where a lock was taken or released.
   */
  propertyKey(detail: 'coarse' | 'locks' | 'null'): string {
    if (detail === 'null') {
      const known = [...this.facts].filter(([text, fact]) => plainTerm.test(text) && (fact.equal === 0 || fact.unequal.includes(0)));
      return `${this.propertyKey('locks')}|${known.map(([text, fact]) => `${text}${fact.equal === 0 ? '=' : '!'}`).sort().join()}`;
    }
    const bound = [...this.vars, ...this.mem].filter(([, value]) => typeof value === 'string' && this.isLockObject(value));
    const locks = detail === 'coarse' ? [...this.locks].map(([key, { status }]) => `${key}${status}`).sort().join() : this.locks.key(printLock);
    return `${locks}|${bound.map(([name, value]) => `${name}=${value}`).sort().join()}`;
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
    this.vars = new Table([...this.vars].map(([name, each]) => [name, value(each)]));
    this.mem = new Table([...this.mem].map(([at, each]) => [text(at), value(each)]));
    this.facts = new Table([...this.facts].map(([each, fact]) => [text(each), fact]));
    this.temps = new Map([...this.temps].map(([each, found]) => [each, value(found)]));
    const locks = new Table<LockStatus>();
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
    for (const [key, lock] of this.locks) if (lock.status !== 'held' && (isLost(lock.object, symbols) || !isRemembered(lock))) this.locks.delete(key);
    for (const text of this.facts.keys()) {
      if (this.facts.size <= maxFacts) break;
      this.facts.delete(text);
    }
  }

  /** Memory is kept where it is read again, or where callers ask for it: what holds a locked object. */
  private isWanted(location: string, value: Value, live: LiveNames): boolean {
    const root = /^([\w$]+)[.[]/.exec(location)?.[1];
    if (root !== undefined && !live.has(root)) return false;
    if (typeof value === 'string' && this.isLockObject(value)) return true;
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
    for (const lock of this.locks.values()) if (lock.status === 'held') note(lock.object);
    return symbols;
  }

  private mentionsFresh(symbol: string): boolean {
    for (const value of this.vars.values()) if (typeof value === 'string' && value.includes(symbol)) return true;
    for (const [at, value] of this.mem) if (at.includes(symbol) || (typeof value === 'string' && value.includes(symbol))) return true;
    for (const key of this.locks.keys()) if (key.includes(symbol)) return true;
    for (const text of this.facts.keys()) if (text.includes(symbol)) return true;
    return false;
  }

  private isLockObject(value: string): boolean {
    for (const lock of this.locks.values()) if (lock.object === value) return true;
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
  joined.facts = new Table();
  for (const [text, fact] of into.facts) {
    const same = other.facts.get(text);
    if (same && factKey(same) === factKey(fact) && !text.includes(prefix)) joined.facts.set(text, fact);
  }
  return joined;
}

function joinValues(a: Table<Value>, b: Table<Value>, prefix: string): Table<Value> {
  const joined = new Table<Value>();
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

/** A released lock is remembered where rules ask for it; others are as if never taken. */
function isRemembered(lock: LockStatus): boolean {
  return lock.heldOnEntry || lock.lock === 'page' || lock.lock === 'pageTable';
}

function isLost(object: string, symbols: ReadonlySet<string>): boolean {
  return isFresh(object) && leavesOf(object).symbols.some((symbol) => !symbols.has(symbol));
}

function printValue(name: string, value: Value): string {
  return `${name}=${value}`;
}

function printLock(key: string, lock: LockStatus): string {
  return `${key}:${lock.status}${lock.mode}${lock.origin}${lock.site.start}${lock.heldOnEntry ? 'E' : ''}${lock.isShared ? 'S' : ''}${lock.isHanded ? 'H' : ''}${lock.isGuess ? 'G' : ''}`;
}

function printFact(text: string, fact: Fact): string {
  return `${text}${factKey(fact)}`;
}

function factKey(fact: Fact): string {
  return fact.equal === undefined ? `!${fact.unequal.length < 2 ? String(fact.unequal[0]) : fact.unequal.toSorted((a, b) => a - b).join()}` : `=${fact.equal}`;
}
