/** Callback contracts in both directions: the effects of a call through a member, and a handler's own entry. */

import type { Span } from '../base/text.ts';
import type { CallbackContract, ContractClause, ContractPage } from '../ops/vocabulary/contracts.ts';
import { finish, renewOutArguments, type CallSite, type Run } from './calls.ts';
import { load, store } from './evaluate.ts';
import { assumeEqual, assumeTruth, truthOf } from './facts.ts';
import { bornFree, dropLock, lockKey, loseLock, loseLocksOf, requireLock, takeLock, type LockRef } from './locks.ts';
import type { State } from './state.ts';
import { fresh, member, pointee, term, unknownValue } from './terms.ts';
import type { Fact, RegionOptions, Value } from './types.ts';

/** A call through `->member`: what the contract says of the page, one state for each clause. */
export function applyContract(contract: CallbackContract, site: CallSite, state: State, run: Run): State[] {
  const { page } = contract;
  if (site.values.length === 0) return finish(state, site, fresh(site.id));
  const object = pageTerm(page, site.values, fresh(site.id));
  if (contract.entry === 'held') demandEntry(contract, object, site, state, run);
  for (const value of site.values) if (contract.entry !== 'held' && typeof value === 'string') loseLocksOf(state, value);
  if (page.kind !== 'faultPage') renewOutArguments(site, state, run);
  else if (page.isSet) state.mem.set(object, fresh(site.id, '.page'));
  if (page.kind === 'outArgument') store(state, object, fresh(site.id, '.out'), run.names);
  if (contract.outWithout) assumeOut(contract.outWithout, site, state, run);
  const ways: State[] = [];
  for (const [index, clause] of contract.exit.entries()) {
    const way = state.clone();
    const value = clauseValue(clause, way, site, run.options);
    if (value === undefined || !excludesEarlier(contract.exit.slice(0, index), value, way, run.options)) continue;
    applyClause(clause, pageTerm(page, site.values, value), page, site, way, run);
    ways.push(...finish(way, site, value));
  }
  return ways;
}

function assumeOut({ index, bit }: NonNullable<CallbackContract['outWithout']>, site: CallSite, state: State, run: Run): void {
  const value = load(state, pointee(site.values[index] ?? unknownValue));
  const mask = run.options.constant(bit);
  if (mask !== undefined && typeof value === 'string') assumeTruth(state, term(`(${value} & ${mask})`), false);
}

function demandEntry(contract: CallbackContract, object: string, site: CallSite, state: State, run: Run): void {
  requireLock(state, pageRef(object, `${contract.member} page`), site.site, { name: `->${contract.member}`, origin: 'asserted' }, run.log);
}

function applyClause(clause: ContractClause, object: string, page: ContractPage, site: CallSite, state: State, run: Run): void {
  const located = page.kind === 'argument' || page.kind === 'result' ? object : String(state.vars.get(object) ?? state.mem.get(object) ?? object);
  const ref = pageRef(located, shown(page, site, run));
  const status = state.locks.get(lockKey(ref))?.status;
  if (clause.isRare) loseRare(ref, site, state);
  else if (clause.lock === 'held' && status !== 'held') takeLock(state, ref, site.site, { origin: 'contract', isOwned: page.kind !== 'argument' }, run.log);
  else if (clause.lock === 'released' || (clause.lock === 'free' && status === 'held')) dropLock(state, ref, site.site, run.log);
  else if (clause.lock === 'free') bornFree(state, ref, site.site);
}

/** What such a way leaves is not known; the page's lock has a status, so that callers learn which page is there now. */
function loseRare(ref: LockRef, site: CallSite, state: State): void {
  loseLocksOf(state, ref.object);
  loseLock(state, ref, site.site);
}

function shown(page: ContractPage, site: CallSite, run: Run): string {
  if (page.kind === 'result') return run.nameOf(site.call);
  const arg = site.call.args[indexIn(page, site.call.args.length)];
  const text = arg ? run.nameOf(arg) : 'page';
  if (page.kind === 'faultPage') return text.startsWith('&') ? `${text.slice(1)}.page` : `${text}->page`;
  return page.kind === 'outArgument' && text.startsWith('&') ? text.slice(1) : text;
}

function clauseValue(clause: ContractClause, state: State, site: CallSite, options: RegionOptions): Value | undefined {
  const symbol = fresh(site.id);
  const { returns } = clause;
  switch (returns.kind) {
    case 'always':
      return symbol;
    case 'bit': {
      const bit = options.constant(returns.name);
      if (bit === undefined) return undefined;
      const excluded = returns.without.reduce((bits, name) => bits | (options.constant(name) ?? 0), 0);
      return assumeTruth(state, term(`(${symbol} & ${bit})`), true) && assumeTruth(state, term(`(${symbol} & ${excluded})`), false) ? symbol : undefined;
    }
    case 'zero':
      return 0;
    case 'negative':
      return assumeTruth(state, term(`(${symbol} < 0)`), true) ? symbol : undefined;
    case 'equals':
      return options.constant(returns.name);
  }
}

/** The value is none that an earlier clause speaks of. */
function excludesEarlier(earlier: readonly ContractClause[], value: Value, state: State, options: RegionOptions): boolean {
  return earlier.every(({ returns }) => {
    if (returns.kind === 'zero') return assumeTruth(state, value, true);
    if (returns.kind === 'bit') return assumeTruth(state, term(`(${value} & ${options.constant(returns.name) ?? 0})`), false);
    if (returns.kind === 'equals') return assumeEqual(state, value, options.constant(returns.name) ?? NaN, false);
    return true;
  });
}

/** The page that a contract speaks of, from the arguments (or parameters' names). */
export function pageTerm(page: ContractPage, values: readonly Value[], result: Value): string {
  if (page.kind === 'result') return String(result);
  const value = values[indexIn(page, values.length)] ?? unknownValue;
  if (page.kind === 'faultPage') return member(value, 'page');
  if (page.kind === 'outArgument') return pointee(value);
  return typeof value === 'number' ? unknownValue : value;
}

/** Since 4.11 a fault is the only argument of what it was the second of. */
function indexIn({ kind, index }: Exclude<ContractPage, { kind: 'result' }>, count: number): number {
  return kind === 'faultPage' ? Math.min(index, count - 1) : index;
}

function pageRef(object: string, name: string): LockRef {
  return { lock: 'page', mode: 'exclusive', object, name };
}

/** The handler's own entry, by its contract. */
export function enterContract(contract: CallbackContract, parameters: readonly string[], state: State, site: Span): void {
  const object = pageTerm(contract.page, parameters, unknownValue);
  if (object === unknownValue || contract.entry === 'unknown') return;
  const status = contract.entry;
  state.locks.set(lockKey({ lock: 'page', object }), {
    ...pageRef(object, object), status, origin: 'contract', site, heldOnEntry: status === 'held', isShared: false, isHanded: false, isGuess: false, isOwned: false,
  });
}

/** The clause that speaks of a returned value; undefined where the path does not tell which. */
export function clauseOf(contract: CallbackContract, returns: Value | undefined, facts: ReadonlyMap<string, Fact>, state: State, constant: RegionOptions['constant']): ContractClause | undefined {
  for (const [text, fact] of facts) state.facts.set(text, fact);
  for (const clause of contract.exit) {
    const isFitting = fits(clause, returns ?? 0, state, constant);
    if (isFitting === undefined) return undefined;
    if (isFitting) return clause;
  }
  return undefined;
}

function fits({ returns, isRare }: ContractClause, value: Value, state: State, constant: RegionOptions['constant']): boolean | undefined {
  const truth = truthOf(state, value);
  switch (returns.kind) {
    case 'always':
      return true;
    case 'zero':
      return truth === undefined ? undefined : !truth;
    case 'negative':
      return typeof value === 'number' ? value < 0 : truthOf(state, term(`(${value} < 0)`));
    case 'equals': {
      const expected = constant(returns.name);
      if (expected === undefined || typeof value === 'number') return value === expected;
      return truthOf(state, term(`(${value} < 0)`)) === true ? false : undefined;
    }
    case 'bit': {
      const bit = constant(returns.name);
      // What this kernel has no name for is no rare case of it.
      if (bit === undefined) return isRare === true ? false : undefined;
      return typeof value === 'number' ? (value & bit) !== 0 : truthOf(state, term(`(${value} & ${bit})`));
    }
  }
}
