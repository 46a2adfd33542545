/** Vocabulary entries applied to a path: effects in order, split by outcome, and the result's value. */

import { isPlace, placeText } from '../ops/place.ts';
import { lockedThrough, lockFields } from '../ops/vocabulary/lockNames.ts';
import type { Effect, LockClass, Operand, Outcome, Place, Primitive, Result } from '../ops/types.ts';
import type { Expr } from '../syntax/ast.ts';
import { finish, renewOutArguments, type CallSite, type Run } from './calls.ts';
import { load, locationOf, store, valueOf } from './evaluate.ts';
import { assumeExpr } from './conditions.ts';
import { assumeEqual, assumeTruth, errorTerm, resolve, truthOf } from './facts.ts';
import { bornFree, canonical, downgradeLock, dropLock, holdSomePage, lockKey, requireLock, setStatus, shareLocksOf, takeLock, type LockRef } from './locks.ts';
import { noteOverwritten } from './lostNames.ts';
import type { State } from './state.ts';
import { failed, fresh, freshLock, member, pointee, term, unknownValue } from './terms.ts';
import type { LockStatus, TakenWhen, Value } from './types.ts';

type LockEffect = Effect & { kind: 'acquire' | 'release' | 'insert' | 'become' | 'downgrade' };

export function applyPrimitive(primitive: Primitive, site: CallSite, state: State, run: Run): State[] {
  const locks = primitive.effects.filter(isLockEffect);
  const conditional = locks.find((effect) => outcomeOf(effect) !== 'always');
  for (const effect of primitive.effects) if (effect.kind === 'nameLock') nameLock(effect, site, state, run);
  if (primitive.effects.some((effect) => effect.kind === 'assertFalse')) return assertFalse(site, state, run);
  for (const effect of primitive.effects) if (effect.kind === 'requires') demand(effect, primitive, site, state, run);
  if (primitive.effects.every(isSilent) || primitive.effects.some(isOfOutArgument)) renewOutArguments(site, state, run);
  if (primitive.effects.some((effect) => effect.kind === 'batch' && effect.does === 'lock')) holdSomePage(site.site, state);
  if (!conditional) {
    const value = plainResult(primitive, site, state, run);
    for (const effect of locks) applyLock(effect, value, site, state, run);
    share(primitive, site, state);
    bornLocks(primitive, value, site, state, run);
    return finish(state, site, value);
  }
  const outcome = outcomeOf(conditional);
  run.log.outcomes.set(site.id, takenWhen(primitive.result, outcome));
  const other = state.clone();
  const success = successValue(primitive.result, outcome, site, state, run);
  for (const effect of locks) if (outcomeOf(effect) !== oppositeOf(outcome)) applyLock(effect, success, site, state, run);
  share(primitive, site, state);
  const failure = failureValue(primitive.result, outcome, site, other, run);
  for (const effect of locks) if (outcomeOf(effect) === 'always' || outcomeOf(effect) === oppositeOf(outcome)) applyLock(effect, failure, site, other, run);
  return [...finish(state, site, success), ...finish(other, site, failure)];
}

/** The other outcome of the two; undefined: not one by name. */
function oppositeOf(outcome: Outcome): Outcome | undefined {
  const opposites = { zero: 'nonzero', nonzero: 'zero', null: 'nonnull', nonnull: 'null', always: undefined, negative: undefined } as const;
  return typeof outcome === 'object' ? undefined : opposites[outcome];
}

/** Says nothing of the locks, nor of the memory that the arguments lead to. */
function isSilent({ kind }: Effect): boolean {
  return kind === 'batch' || kind === 'fill';
}

function isOfOutArgument(effect: Effect): boolean {
  return 'object' in effect && isPlace(effect.object) && effect.object.path.includes('*');
}

function takenWhen(result: Result, outcome: Outcome): TakenWhen | undefined {
  if (result.kind === 'taken') return 'succeeded';
  return outcome === 'zero' || outcome === 'nonzero' || outcome === 'nonnull' || outcome === 'negative' ? outcome : undefined;
}

function isLockEffect(effect: Effect): effect is LockEffect {
  const { kind } = effect;
  return kind === 'acquire' || kind === 'release' || kind === 'become' || kind === 'downgrade' || (kind === 'insert' && effect.locks);
}

function outcomeOf(effect: LockEffect): Outcome {
  if (effect.kind === 'downgrade') return 'always';
  return effect.kind === 'insert' ? 'zero' : effect.when;
}

function applyLock(effect: LockEffect, result: Value, site: CallSite, state: State, run: Run): void {
  const ref = refOf(effect, result, site, state, run);
  if (effect.kind === 'become') setStatus(state, ref, effect.status, site.site, run.log);
  else if (effect.kind === 'downgrade') downgradeLock(state, ref);
  else if (effect.kind === 'release') dropLock(state, ref, site.site, run.log);
  else takeLock(state, ref, site.site, effect.object === 'result' || isFreshLock(ref, site) ? { origin: 'acquired', isOwned: true } : { origin: 'acquired' }, run.log);
}

/** The lock was named by this very call: `&ptl`. */
function isFreshLock(ref: LockRef, site: CallSite): boolean {
  return ref.object.startsWith(`${fresh(site.id)}.l`);
}

/** The lock that an effect is about, by its one name. */
function refOf(effect: Parameters<typeof namedLock>[0], result: Value, site: CallSite, state: State, run: Run): LockRef {
  const arg = typeof effect.object === 'number' ? site.call.args[effect.object] : undefined;
  return canonical(namedLock(effect, result, site, state, run), arg && ownerOf(arg, run));
}

/** `inode` of `&inode->i_rwsem`: the type of the struct, where it is a variable's. */
function ownerOf(arg: Expr, run: Run): string | undefined {
  const field = arg.kind === 'unary' && arg.op === '&' ? arg.operand : arg;
  return field.kind === 'member' && field.object.kind === 'name' ? run.names.types.get(field.object.name)?.base : undefined;
}

/** As the call names it. RCU has no object; `result` is the call's value. */
function namedLock(effect: { readonly kind: string; readonly lock?: LockClass; readonly object: Operand; readonly mode?: LockStatus['mode'] }, result: Value, site: CallSite, state: State, run: Run): LockRef {
  const lock = effect.lock ?? 'page';
  const mode = effect.mode ?? 'exclusive';
  if (lock === 'rcu') return { lock, mode, object: 'RCU', name: 'RCU' };
  if (effect.object === 'result') return { lock, mode, object: String(result), name: resultName(site, run) };
  if (isPlace(effect.object)) return placeRef(lock, mode, effect.object, site, state, run);
  const field = lockedThrough.get(site.name ?? '');
  if (field !== undefined) return placeRef(lock, mode, { argument: effect.object, path: [field] }, site, state, run);
  const value = site.values[effect.object] ?? unknownValue;
  const arg = site.call.args[effect.object];
  const isNamed = lock === 'pageTable' && arg !== undefined && namesPointer(site, effect.object, run);
  const object = isNamed ? freshLock(site.id, effect.object) : String(value);
  return { lock, mode, object: typeof value === 'number' ? unknownValue : object, name: arg ? shownName(arg, run) : lock };
}

/** The lock of what an argument leads to. */
function placeRef(lock: LockClass, mode: LockStatus['mode'], { argument, path }: Place, site: CallSite, state: State, run: Run): LockRef {
  let value = site.values[argument] ?? unknownValue;
  let location = unknownValue;
  for (const step of path) {
    if (step !== '&') location = step === '*' ? pointee(value) : member(value, step);
    value = step === '&' ? term(`&${location}`) : load(state, location);
  }
  const arg = site.call.args[argument];
  const name = arg ? placeText(run.nameOf(arg), path).replace(/^[&*]+(?=\w+$)/, '').replace(/^&(\w+)->/, '$1.').replace(/^&/, '') : lock;
  return { lock, mode, object: typeof value === 'number' ? unknownValue : value, name };
}

/** `&ptl` handed to a primitive that names the lock: the object is the lock, not the variable. */
function namesPointer(site: CallSite, index: number, run: Run): boolean {
  const primitive = site.name === undefined ? undefined : run.options.vocabulary.get(site.name);
  return primitive?.effects.some((effect) => effect.kind === 'nameLock' && effect.pointer === index) ?? false;
}

function shownName(arg: Expr, run: Run): string {
  return run.nameOf(arg.kind === 'unary' && arg.op === '&' ? arg.operand : arg);
}

function resultName(site: CallSite, run: Run): string {
  return `${run.nameOf(site.call.callee)}()`;
}

/** `*pointer := the lock`, a fresh one with its class. */
function nameLock(effect: Effect & { kind: 'nameLock' }, site: CallSite, state: State, run: Run): void {
  const symbol = freshLock(site.id, effect.pointer);
  run.log.classes.set(symbol, effect.lock);
  const arg = site.call.args[effect.pointer];
  const isAddress = arg?.kind === 'unary' && arg.op === '&';
  const location = isAddress ? locationOf(arg.operand, state, run.names) : pointee(site.values[effect.pointer] ?? unknownValue);
  noteOverwritten(state, location, site.site, run);
  store(state, location, symbol, run.names);
}

function demand(effect: Effect & { kind: 'requires' }, primitive: Primitive, site: CallSite, state: State, run: Run): void {
  const ref = refOf({ ...effect, lock: assertedClass(effect, site), mode: effect.mode ?? 'unknown' }, unknownValue, site, state, run);
  requireLock(state, ref, site.site, { name: primitive.name, origin: 'asserted' }, run.log);
}

/** `lockdep_assert_held(&inode->i_rwsem)` is for every kind of lock: which one, the field says. */
function assertedClass({ lock, object }: Effect & { kind: 'requires' }, { call }: CallSite): LockClass {
  const arg = typeof object === 'number' ? call.args[object] : undefined;
  const field = arg?.kind === 'unary' && arg.op === '&' ? arg.operand : undefined;
  return lock === 'spin' && field?.kind === 'member' ? (lockFields.get(field.field)?.by ?? lock) : lock;
}

/** `BUG_ON(c)`: control goes on only where `c` is false. `!PageLocked(p)` demands the lock. */
function assertFalse(site: CallSite, state: State, run: Run): State[] {
  const [condition] = site.call.args;
  if (!condition) return finish(state, site, 0);
  const page = lockedTest(condition, run);
  if (page) {
    const value = valueOf(page, state, run.names);
    const ref: LockRef = { lock: 'page', mode: 'exclusive', object: String(value), name: run.nameOf(page) };
    requireLock(state, ref, site.site, { name: site.name ?? 'assertion', origin: 'asserted' }, run.log);
    return finish(state, site, 0);
  }
  return assumeExpr(condition, false, state, run) ? finish(state, site, 0) : [];
}

/** The argument of `!PageLocked(x)`. */
function lockedTest(condition: Expr, run: Run): Expr | undefined {
  if (condition.kind !== 'unary' || condition.op !== '!' || condition.operand.kind !== 'call') return undefined;
  const { callee, args } = condition.operand;
  const result = callee.kind === 'name' ? run.options.vocabulary.get(callee.name)?.result : undefined;
  return result?.kind === 'flag' && result.flag === 'locked' ? args[result.object] : undefined;
}

/** The result where no outcome splits the path. */
function plainResult(primitive: Primitive, site: CallSite, state: State, run: Run): Value {
  const { result } = primitive;
  const argument = (index: number): Value => site.values[index] ?? unknownValue;
  switch (result.kind) {
    case 'argument':
      return result.isPointee ? load(state, pointee(argument(result.index))) : argument(result.index);
    case 'errorPointer':
      return argument(result.value);
    case 'isError':
      return errorValue(state, argument(result.value), result.orNull);
    case 'lockPointer': {
      const symbol = term(`${primitive.name}(${site.values.join(', ')})`);
      run.log.classes.set(symbol, result.lock);
      return symbol;
    }
    case 'pointer':
      return assumed(state, fresh(site.id), true);
    case 'ptePointer':
      return result.mayBeNull ? fresh(site.id) : assumed(state, fresh(site.id), true);
    case 'mappingOf':
      return term(`${primitive.name}(${site.values.join(', ')})`);
    case 'flag':
      return result.flag === 'locked' && isHeld(state, argument(result.object)) ? 1 : fresh(site.id);
    default:
      return fresh(site.id);
  }
}

function isHeld(state: State, page: Value): boolean {
  return state.locks.get(lockKey({ lock: 'page', object: String(page) }))?.status === 'held';
}

function errorValue(state: State, value: Value, orNull: boolean): Value {
  if (typeof value === 'number') return Number(value === 0 ? orNull : value < 0);
  if (value.endsWith('!')) return 1;
  if (orNull && truthOf(state, value) === false) return 1;
  if (orNull && truthOf(state, value) === true) return errorValue(state, value, false);
  return resolve(state, errorTerm(value, orNull));
}

function successValue(result: Result, outcome: Outcome, site: CallSite, state: State, run: Run): Value {
  const symbol = fresh(site.id);
  if (outcome === 'zero' || outcome === 'null') return 0;
  if (outcome === 'nonzero') return result.kind === 'taken' ? 1 : assumed(state, symbol, true);
  if (outcome === 'nonnull') {
    assumeTruth(state, errorTerm(symbol, false), false);
    return assumed(state, symbol, true);
  }
  if (outcome === 'negative') return assumed(state, term(`(${symbol} < 0)`), true) && symbol;
  if (typeof outcome === 'object') return run.options.constant(outcome.equals) ?? outcome.equals;
  return symbol;
}

function failureValue(result: Result, outcome: Outcome, site: CallSite, state: State, run: Run): Value {
  if (outcome === 'nonzero') return 0;
  if (outcome === 'nonnull') return failed(site.id);
  const symbol = fresh(site.id);
  if (outcome === 'zero' && result.kind === 'taken') return 1;
  const only = outcome === 'zero' ? onlyFailure(result, run) : undefined;
  if (only !== undefined) return only;
  if (outcome === 'zero') {
    assumed(state, term(`(${symbol} < 0)`), true);
    return assumed(state, symbol, true);
  }
  if (outcome === 'null') return assumed(state, symbol, true);
  if (outcome === 'negative') return assumed(state, term(`(${symbol} < 0)`), false) && symbol;
  if (typeof outcome === 'object') assumeEqual(state, symbol, run.options.constant(outcome.equals) ?? NaN, false);
  return symbol;
}

/** `0` or `VM_FAULT_RETRY`: what it is where it is not 0. Which of many errors it is, is left open. */
function onlyFailure(result: Result, run: Run): number | undefined {
  if (result.kind !== 'choice') return undefined;
  const others = result.values.filter((value) => value !== 0);
  const [value] = others;
  if (others.length !== 1 || value === undefined) return undefined;
  return typeof value === 'number' ? value : value.startsWith('-') ? undefined : run.options.constant(value);
}

function assumed(state: State, symbol: string, truth: boolean): string {
  assumeTruth(state, symbol, truth);
  return symbol;
}

/** A page fresh from the allocator or the cache: we do not hold its lock. */
function bornLocks(primitive: Primitive, value: Value, site: CallSite, state: State, run: Run): void {
  const isBorn = primitive.effects.some((effect) => (effect.kind === 'lookup' && effect.takesReference) || effect.kind === 'allocate');
  if (!isBorn || typeof value !== 'string') return;
  bornFree(state, { lock: 'page', mode: 'exclusive', object: value, name: resultName(site, run) }, site.site);
}

/** An object that goes into the cache or elsewhere is known to others. */
function share(primitive: Primitive, site: CallSite, state: State): void {
  if (!primitive.effects.some((effect) => effect.kind === 'insert')) return;
  for (const value of site.values) if (typeof value === 'string') shareLocksOf(state, value);
}
