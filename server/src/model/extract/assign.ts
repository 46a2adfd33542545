/** Assignments: to variables, through pointers to them, and to the shared cells of the machine. */

import type { Expr } from '../../syntax/ast.ts';
import { unknownPage, unknownPte } from '../sentinels.ts';
import { and, binary, constant, not } from '../values.ts';
import { isSize, lockCode, noteLock, type Context, type Frame } from './context.ts';
import { cellOfMember, evaluate, isForeign, isGuess, placeOfExpr } from './evaluate.ts';
import { evaluateBinary } from './operators.ts';
import { assignPartly, assignUnknown } from './partly.ts';
import { unknown, type Meaning, type Variable } from './types.ts';

export function assign(expr: Expr & { kind: 'assign' }, frame: Frame, context: Context): Meaning {
  const place = placeOfExpr(expr.target, frame, context);
  if (place) {
    assignPlace(place, assignedMeaning(expr, context, frame, () => context.read(place)), context);
    return context.read(place);
  }
  const ref = cellOfMember(expr.target, frame, context);
  const value = evaluate(expr.value, frame, context);
  if (!ref) {
    evaluateTargetEffects(expr.target, frame, context);
    checkKept(value, context);
    return value;
  }
  if (value.kind === 'value') context.emitter.add({ kind: 'store', to: ref, value: value.value, order: 'relaxed' });
  else context.assume(`line ${context.emitter.origin.place?.line ?? 0}: a store whose value is not followed is left out`);
  return value;
}

function assignedMeaning(expr: Expr & { kind: 'assign' }, context: Context, frame: Frame, old: () => Meaning): Meaning {
  const value = evaluate(expr.value, frame, context);
  switch (expr.op) {
    case '=':
      return value;
    case '|=':
      return evaluateBinary('|', old(), value, context);
    case '&=':
      return evaluateBinary('&', old(), value, context);
    case '+=':
      return isSizeValue(old()) ? evaluateBinary('+', old(), value, context) : unknown;
    case '-=':
      return isSizeValue(old()) ? evaluateBinary('-', old(), value, context) : unknown;
    case '>>=':
      return isSizeValue(old()) ? old() : unknown;
    case '*=':
    case '/=':
    case '%=':
    case '^=':
    case '<<=':
      return unknown;
  }
}

function isSizeValue(meaning: Meaning): boolean {
  return meaning.kind === 'value' && isSize(meaning.cls);
}

/** Who holds the reference of a page that is kept in a structure of somebody's own is not followed. */
function checkKept(value: Meaning, { emitter, options }: Context): void {
  if (value.kind !== 'value' || value.cls.kind !== 'page' || value.value.kind === 'const') return;
  const isPage = and(binary('>=', value.value, constant(1)), binary('<=', value.value, constant(options.size.pages)));
  emitter.add({ kind: 'check', property: '?', condition: not(isPage), message: 'a page is kept in a structure that is not followed' });
}

/** An index or pointer expression on the left may still hold calls. */
function evaluateTargetEffects(target: Expr, frame: Frame, context: Context): void {
  if (target.kind === 'index' || target.kind === 'member') evaluate(target.object, frame, context);
}

export function assignPlace(variable: Variable, meaning: Meaning, context: Context): void {
  variable.isSet = true;
  if (variable.cls.kind === 'object') {
    if (isForeign(meaning)) variable.isOpaque = true;
    else if (isGuess(meaning)) variable.cls = { ...variable.cls, from: 'guess' };
    else if (meaning.kind === 'value' && meaning.cls.kind === 'object' && meaning.cls.from) variable.cls = { ...variable.cls, from: meaning.cls.from };
  }
  switch (variable.cls.kind) {
    case 'opaque':
      return;
    case 'aggregate':
      return loseFields(variable, context);
    case 'lockPointer':
      if (meaning.kind === 'lock') assignLock(variable, meaning, context);
      return;
    case 'page':
      return assignPage(variable, meaning, context);
    case 'scalar':
      return assignScalar(variable, meaning, context);
    case 'object':
    case 'pte':
    case 'ptePointer':
      if (meaning.kind === 'value') context.emitter.add({ kind: 'assign', to: context.localOf(variable), value: meaning.value });
      else context.emitter.add({ kind: 'assign', to: context.localOf(variable), value: constant(variable.cls.kind === 'pte' ? unknownPte : 1) });
  }
}

/** What a struct of the function's own holds is not followed from here on. */
export function loseFields(struct: Variable, context: Context): void {
  if (struct.cls.kind !== 'aggregate' || struct.cls.isOwn !== true) return;
  struct.isLost = true;
  for (const field of struct.fields.values()) if (field.cls.kind === 'scalar') assignPlace(field, unknown, context);
}

function assignLock(pointer: Variable, { lock, selector }: Meaning & { kind: 'lock' }, context: Context): void {
  noteLock(pointer, lock);
  if (pointer.isMixed) context.emitter.add({ kind: 'assign', to: context.localOf(pointer), value: selector?.code ?? constant(lockCode(lock)) });
}

function assignPage(variable: Variable, meaning: Meaning, context: Context): void {
  if (meaning.kind === 'value') {
    context.emitter.add({ kind: 'assign', to: context.localOf(variable), value: meaning.value });
    return;
  }
  variable.mayBeUnknown = true;
  context.emitter.add({ kind: 'assign', to: context.localOf(variable), value: constant(unknownPage) });
}

function assignScalar(variable: Variable, meaning: Meaning, context: Context): void {
  if (meaning.kind === 'value' && meaning.cls.kind === 'scalar' && isSize(meaning.cls)) {
    variable.cls = meaning.cls;
    context.emitter.add({ kind: 'assign', to: context.localOf(variable), value: meaning.value });
    return;
  }
  if (variable.isOpaque) {
    if (variable.isReturned && meaning.kind === 'unknown') context.noteUnfollowed();
    return;
  }
  variable.mayBeKnown ||= meaning.kind === 'value' || meaning.kind === 'partly';
  if (meaning.kind === 'partly') return assignPartly(variable, meaning, context);
  const to = context.localOf(variable);
  if (meaning.kind === 'value') {
    context.emitter.add({ kind: 'assign', to, value: meaning.value });
  } else if (variable.isReturned) {
    assignUnknown(variable, meaning.kind === 'unknown' && meaning.isPromise === true, context);
  } else if (meaning.kind === 'unknown' && variable.tested.size > 0) {
    const values = [...variable.tested];
    context.emitter.add({ kind: 'choose', to, values, ...(meaning.isPromise ? { isInvented: true } : {}) });
  } else {
    // Never compared with a constant: whatever reads it is not followed either.
    variable.isOpaque = true;
  }
}

/** Declares a parameter's value: static where it names an object, a place or a lock, else a local. */
export function bindParameter(variable: Variable, meaning: Meaning, isAssigned: boolean, context: Context): void {
  if (meaning.kind === 'lock' && !isAssigned) {
    variable.binding = meaning;
    return;
  }
  if (meaning.kind === 'place' && !isAssigned) {
    variable.binding = meaning;
    return;
  }
  if (!isAssigned && isConstantValue(meaning)) {
    variable.binding = meaning;
    return;
  }
  if (meaning.kind === 'unknown' && !isAssigned && variable.cls.kind === 'scalar') {
    variable.binding = meaning;
    return;
  }
  if (isForeign(meaning)) {
    variable.binding = meaning;
    return;
  }
  // `void *data`: whatever it is given.
  if (variable.cls.kind === 'opaque' && !isAssigned && meaning.kind === 'value' && meaning.cls.kind === 'page') {
    variable.binding = meaning;
    return;
  }
  if (meaning.kind === 'vmFlags' && !isAssigned) {
    variable.binding = meaning;
    return;
  }
  assignPlace(variable, meaning, context);
}

function isConstantValue(meaning: Meaning): boolean {
  return meaning.kind === 'value' && meaning.value.kind === 'const';
}
