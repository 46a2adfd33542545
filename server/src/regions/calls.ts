/**
 * What one call does to a path. Tried in this order: a primitive of the vocabulary, a callback's
 * contract (calls through a member), a summary of the callee's source, the vocabulary's entry for a
 * function that yields to its source, a family of calls known to leave locks alone; else the callee
 * is unknown, and the locks of what it is given are unknown too.
 */

import type { Span } from '../base/text.ts';
import type { Expr } from '../syntax/ast.ts';
import { contractOf } from '../ops/vocabulary/contracts.ts';
import { aggregateTypes, pageTypes, spinlockTypes } from '../ops/vocabulary/fields.ts';
import type { Primitive } from '../ops/types.ts';
import { inertFamilies, pageClasses, pureCalls, stateMacros, tagTests } from '../ops/vocabulary/lockNames.ts';
import type { LockLog } from './locks.ts';
import { tagTerm } from './facts.ts';
import { forgetTests, knownAnswer, mayChangeFlags, testPlace } from './flagTests.ts';
import { handLocksOf, loseLock, loseLocksOf, shareEntryLocks, shareLocksOf } from './locks.ts';
import { applyContract } from './contracts.ts';
import { load, locationOf, store, valueOf, type Names } from './evaluate.ts';
import { applyPrimitive } from './primitives.ts';
import { applySummary } from './applySummary.ts';
import { tellsPageLocks } from './summaries.ts';
import type { State } from './state.ts';
import { fresh, isFresh, lastName, member, term, unknownValue } from './terms.ts';
import type { RegionOptions, SummaryCase, Value } from './types.ts';

export type CallExpr = Expr & { kind: 'call' };

/** What the evaluation of one function carries along. */
export interface Run {
  readonly options: RegionOptions;
  readonly names: Names;
  readonly log: LockLog;
  /** Offsets whose symbols can have an older generation. */
  readonly repeated: ReadonlySet<number>;
  /** Functions whose result the locks of this function are reached by, in the words of a lock call itself. */
  readonly accessors: ReadonlySet<string>;
  /** The text of an expression, for messages. */
  readonly nameOf: (expr: Expr) => string;
}

export interface CallSite {
  readonly call: CallExpr;
  readonly name: string | undefined;
  readonly values: readonly Value[];
  readonly site: Span;
  /** The number of the fresh symbols that the call makes. */
  readonly id: number;
}

/** The ways out of a call; each state has the call's value in its temps. Consumes `state`. */
export function applyCall(call: CallExpr, state: State, run: Run): State[] {
  const id = call.span.start;
  retire(id, state, run);
  const name = call.callee.kind === 'name' ? call.callee.name : undefined;
  const values = call.args.map((arg) => valueOf(arg, state, run.names));
  const site: CallSite = { call, name, values, site: call.span, id };
  const primitive = entryFor(name, call, run);
  const place = testPlace(name, values, state);
  const known = place === undefined ? undefined : knownAnswer(place, state);
  declareState(site, state);
  if (known !== undefined) return finish(state, site, known);
  if (place === undefined && mayChangeFlags(name, primitive)) for (const value of values) if (typeof value === 'string') forgetTests(state, value);
  const ways = waysOf(site, primitive, state, run);
  if (place !== undefined) for (const way of ways) way.mem.set(place, way.temps.get(call)!);
  return ways;
}

/** `XA_STATE(xas, xa, index)` */
function declareState({ call, name, values }: CallSite, state: State): void {
  const macro = stateMacros.get(name ?? '');
  const variable = macro && call.args[macro.variable];
  const value = macro && values[macro.value];
  if (variable?.kind === 'name' && value !== undefined) state.mem.set(`${variable.name}.${macro!.field}`, value);
}

function waysOf(site: CallSite, primitive: Primitive | undefined, state: State, run: Run): State[] {
  const { call, name, values, id } = site;
  if (name !== undefined && tagTests.has(name)) return finish(state, site, values[0] === 0 ? 0 : tagTerm(values[0] ?? unknownValue));
  if (primitive && !primitive.yieldsToSource) return applyPrimitive(primitive, site, state, run);
  for (const value of values) if (typeof value === 'string') handLocksOf(state, value);
  const contract = call.callee.kind === 'member' ? contractOf(call.callee.field, run.options.era, argumentTypes(call, run)) : undefined;
  if (contract) return applyContract(contract, site, state, run);
  if (name !== undefined && pureCalls.has(name)) return finish(state, site, term(`${name}(${values.join(', ')})`));
  const summary = name === undefined || isLocal(name, run) ? undefined : run.options.summaryOf({ name, argumentTypes: argumentTypes(call, run) });
  if (name !== undefined && run.accessors.has(name) && summary?.cases?.every(isPlainResult)) return finish(state, site, term(`${name}(${values.join(', ')})`));
  if (summary?.cases && (!primitive || !changesPageLocks(primitive) || summary.cases.length === 0 || tellsPageLocks(summary))) return withShared(applySummary(summary, site, state, run), primitive, site);
  if (primitive && (!summary || changesPageLocks(primitive))) return applyPrimitive(primitive, site, state, run);
  if (name !== undefined && run.accessors.has(name) && !summary) return finish(state, site, term(`${name}(${values.join(', ')})`));
  const isInert = name !== undefined && inertFamilies.some((family) => family.test(name));
  if (!isInert) loseArguments(site, state, run);
  else for (const value of values) if (typeof value === 'string') shareLocksOf(state, value);
  renewOutArguments(site, state, run);
  return finish(state, site, fresh(id));
}

/** An object that its callee, read from source, has put into the cache locked is known to others from then on, as the vocabulary says. */
function withShared(ways: State[], primitive: Primitive | undefined, { values }: CallSite): State[] {
  if (!primitive?.effects.some(({ kind }) => kind === 'insert')) return ways;
  for (const way of ways) for (const value of values) if (typeof value === 'string') shareLocksOf(way, value);
  return ways;
}

/** Nothing is known of the way but that it ends, with a value of its own. */
function isPlainResult({ returns, locks, stores }: SummaryCase): boolean {
  return locks.length === 0 && stores.length === 0 && typeof returns === 'string' && isFresh(returns);
}

/** The vocabulary's entry for a call; one of another number of arguments is of another kernel's function. */
function entryFor(name: string | undefined, { args }: CallExpr, run: Run): Primitive | undefined {
  const entry = name === undefined ? undefined : run.options.vocabulary.get(name);
  return entry?.arity === undefined || entry.arity === args.length ? entry : undefined;
}

/** The locks that rules rest on: of those the entry says more than a summary that leaves them open. */
function changesPageLocks({ effects }: Primitive): boolean {
  return effects.some((effect) => effect.kind === 'insert' || ((effect.kind === 'acquire' || effect.kind === 'release' || effect.kind === 'become') && pageClasses.has(effect.lock)));
}

/** A symbol of this offset is about to be made; one that is there already is an older one. */
export function retire(offset: number, state: State, run: Run): void {
  if (run.repeated.has(offset)) state.retire(offset);
}

export function finish(state: State, site: CallSite, value: Value): State[] {
  state.temps.set(site.call, value);
  return [state];
}

function isLocal(name: string, run: Run): boolean {
  return run.names.types.has(name);
}

/** The base types of the arguments, where they are known. */
export function argumentTypes({ args }: CallExpr, run: Run): readonly (string | undefined)[] {
  return args.map((arg) => typeOf(arg, run));
}

/** The base type of an argument that is a plain local or parameter. */
function typeOf(arg: Expr, run: Run): string | undefined {
  if (arg.kind === 'name') return run.names.types.get(arg.name)?.base;
  if (arg.kind === 'unary' && arg.op === '&') return typeOf(arg.operand, run);
  if (arg.kind === 'cast') return arg.type.base;
  return arg.kind === 'member' ? run.names.types.get(arg.field)?.base : undefined;
}

function loseArguments(site: CallSite, state: State, run: Run): void {
  for (const [index, value] of site.values.entries()) {
    if (typeof value !== 'string') continue;
    loseLocksOf(state, value);
    shareLocksOf(state, value);
    const arg = site.call.args[index];
    const type = arg && typeOf(arg, run);
    if (type === 'void' && run.names.parameters.has(value)) shareEntryLocks(state);
    if (type === undefined || !arg) continue;
    const name = run.nameOf(arg);
    if (pageTypes.has(type)) loseLock(state, { lock: 'page', mode: 'exclusive', object: value, name }, site.site);
    else if (aggregateTypes.has(type)) loseLock(state, { lock: 'page', mode: 'exclusive', object: faultPageOf(value), name }, site.site);
    else if (spinlockTypes.has(type)) loseLock(state, { lock: 'spin', mode: 'exclusive', object: value, name }, site.site);
  }
}

/** `f(&x)`: the callee may have assigned the local. */
export function renewOutArguments(site: CallSite, state: State, run: Run, writes?: ReadonlySet<string>): void {
  for (const arg of site.call.args) {
    if (arg.kind !== 'unary' || arg.op !== '&') continue;
    const location = locationOf(arg.operand, state, run.names);
    const type = run.names.types.get(location);
    const isStruct = type !== undefined && type.pointers === 0 && type.base.startsWith('struct ');
    if (type === undefined && !state.mem.has(location)) continue;
    const before = load(state, location);
    if (typeof before === 'string') shareLocksOf(state, before);
    if (isStruct) renewFields(location, site, state, writes);
    else store(state, location, fresh(site.id, `.${location.replace(/\W/g, '_')}`), run.names);
  }
}

/** `f(&s)`: what the struct's fields hold now is not known. */
function renewFields(location: string, site: CallSite, state: State, writes: ReadonlySet<string> | undefined): void {
  for (const [field, value] of state.mem) {
    if (typeof value === 'string' && field.startsWith(`${location}.`) && writes?.has(lastName(field) ?? '') !== false) shareLocksOf(state, value);
  }
  state.moveAway(location, site.id, writes);
}

/** The page that a contract is about, as a term. */
export function argumentValue(site: CallSite, index: number): Value {
  return site.values[index] ?? '?';
}

export function faultPageOf(value: Value): string {
  return member(value, 'page');
}
