/**
 * Scalars that a function returns and that some ways leave unfollowed. They are handed on as they are, with
 * `unknownScalar` for what is not followed; where one is looked at, that becomes a choice, and only that.
 */

import { unknownScalar } from '../sentinels.ts';
import type { LocalId, Value } from '../types.ts';
import { binary, constant, equal, local, not, or } from '../values.ts';
import { constantMeaning, type Context } from './context.ts';
import type { Meaning, Variable } from './types.ts';

type Partly = Meaning & { kind: 'partly' };

/** Stores a value that is not followed into a variable that can tell so. */
export function assignUnknown(variable: Variable, isPromise: boolean, context: Context): void {
  markPartly(variable, isPromise);
  context.noteUnfollowed();
  context.emitter.add({ kind: 'assign', to: context.localOf(variable), value: constant(unknownScalar) });
}

/** Hands a value on: as it is to what a function returns, else as a choice among what the variable is compared with. */
export function assignPartly(variable: Variable, meaning: Partly, context: Context): void {
  const to = context.localOf(variable);
  const source = meaning.variable;
  // Two variables that are both tested have to agree.
  if (variable.tested.size > 0 && source && source.tested.size > 0) choose(context.localOf(source), [...source.tested], meaning, context);
  context.emitter.add({ kind: 'assign', to, value: meaning.value });
  if (variable.tested.size > 0 && !variable.isReturned) choose(to, [...variable.tested], meaning, context);
  else markPartly(variable, meaning.isPromise === true);
}

/** The truth of a value, chosen where it is not followed. */
export function settledTruth(meaning: Partly, context: Context): Value {
  return settled(meaning, (value) => not(equal(value, constant(0))), 1, context);
}

/** What an operator makes of such a value: a condition, or bits of `mask`, chosen where it is not followed. */
export function settledResult(meaning: Partly, make: (value: Value) => Value, mask: number, context: Context): Meaning {
  return constantMeaning(settled(meaning, make, mask, context));
}

/** Bits of two values, one of them such a value: what is not followed stays so. */
export function withBits(meaning: Partly, other: Partly | Value, context: Context): Meaning {
  const to = context.temporary();
  const isPartly = other.kind === 'partly';
  const isLost = isPartly ? or(isUnknown(meaning.value), isUnknown(other.value)) : isUnknown(meaning.value);
  const isPromise = meaning.isPromise ?? (isPartly ? other.isPromise : undefined);
  context.emitter.add(
    { kind: 'assign', to, value: binary('|', meaning.value, isPartly ? other.value : other) },
    { kind: 'if', condition: isLost, then: [{ kind: 'assign', to, value: constant(unknownScalar) }], otherwise: [] },
  );
  return { kind: 'partly', value: local(to), ...(isPromise ? { isPromise } : {}) };
}

/** A variable keeps what was chosen for it, so that its next test agrees. */
function settled(meaning: Partly, make: (value: Value) => Value, mask: number, context: Context): Value {
  const { variable } = meaning;
  if (variable && variable.tested.size > 0) {
    choose(context.localOf(variable), [...variable.tested], meaning, context);
    return make(meaning.value);
  }
  const to = context.temporary();
  const isSettled = not(isUnknown(meaning.value));
  context.emitter.add({ kind: 'assign', to, value: constant(unknownScalar) });
  context.emitter.add({ kind: 'if', condition: isSettled, then: [{ kind: 'assign', to, value: make(meaning.value) }], otherwise: [] });
  choose(to, [0, mask], meaning, context);
  return local(to);
}

/** In a way of its own, which can be left out: `model/followed.ts`. */
function choose(to: LocalId, values: readonly number[], { isPromise }: Partly, { emitter }: Context): void {
  const { origin } = emitter;
  emitter.origin = { ...origin, isAside: true };
  emitter.flush();
  const from = emitter.cursor;
  const join = emitter.newLocation();
  emitter.add({ kind: 'assume', condition: isUnknown(local(to)) }, { kind: 'choose', to, values, ...(isPromise ? { isInvented: true } : {}) });
  emitter.flushTo(join);
  emitter.moveTo(from);
  emitter.add({ kind: 'assume', condition: not(isUnknown(local(to))) });
  emitter.flushTo(join);
  emitter.moveTo(join);
  emitter.origin = origin;
}

function isUnknown(value: Value): Value {
  return equal(value, constant(unknownScalar));
}

function markPartly(variable: Variable, isPromise: boolean): void {
  variable.mayBeUnknown = true;
  if (isPromise) variable.isPromise = true;
}
