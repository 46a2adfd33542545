/**
 * C expressions to meanings. Evaluating emits the steps that the expression makes (loads, calls);
 * the meaning is what is left of it. What is not followed becomes `unknown`, with a key where equal
 * keys mean equal values in one run.
 */

import { assertNever } from '../../base/assert.ts';
import type { Expr } from '../../syntax/ast.ts';
import type { FieldMeaning, ObjectKind } from '../../ops/types.ts';
import { fieldMeanings, objectAccessors, objectNames, optionalMembers, retryFlags } from '../../ops/vocabulary/fields.ts';
import { cells, pageCell } from '../machine.ts';
import type { CellRef, Value } from '../types.ts';
import { binary, constant, equal, local, not, unary } from '../values.ts';
import { assign } from './assign.ts';
import { evaluateCall } from './calls.ts';
import { classOf, constantMeaning, type Context, type Frame } from './context.ts';
import { requirePage } from './operands.ts';
import { evaluateBinary } from './operators.ts';
import { settledTruth } from './partly.ts';
import { loadPte } from './results.ts';
import { unknown, type Meaning, type ValueClass, type Variable } from './types.ts';

const faultIndex = constant(0);
const retryNames: ReadonlySet<string> = new Set(Object.values(retryFlags));

export function evaluate(expr: Expr, frame: Frame, context: Context): Meaning {
  switch (expr.kind) {
    case 'name':
      return evaluateName(expr.name, frame, context);
    case 'number':
      return expr.value === undefined ? unknown : constantMeaning(constant(expr.value | 0));
    case 'unary':
      return evaluateUnary(expr, frame, context);
    case 'update':
      return evaluateUpdate(expr, frame, context);
    case 'binary':
      return evaluateBinary(expr.op, evaluate(expr.left, frame, context), evaluate(expr.right, frame, context), context);
    case 'assign':
      return assign(expr, frame, context);
    case 'call':
      return evaluateCall(expr, frame, context);
    case 'member':
      return evaluateMember(expr, frame, context);
    case 'cast':
      return evaluateCast(expr, frame, context);
    case 'comma':
      evaluate(expr.left, frame, context);
      return evaluate(expr.right, frame, context);
    case 'index':
      evaluate(expr.object, frame, context);
      evaluate(expr.index, frame, context);
      return unknown;
    case 'logical':
      return evaluateLogical(expr, frame, context);
    case 'conditional':
    case 'statements':
      // The CFG has split these; what is left of them decides nothing that is followed.
      return unknown;
    case 'string':
      return constantMeaning(constant(1), { kind: 'opaque' });
    case 'sizeof':
    case 'initializer':
    case 'type':
    case 'unknown':
      return unknown;
    default:
      return assertNever(expr);
  }
}

/** `a && b` inside a macro, where the CFG has not split it: both sides are read, which no side effect forbids. */
function evaluateLogical(expr: Expr & { kind: 'logical' }, frame: Frame, context: Context): Meaning {
  const left = truthOf(evaluate(expr.left, frame, context));
  const right = truthOf(evaluate(expr.right, frame, context));
  return left && right ? constantMeaning(binary(expr.op, left, right)) : unknown;
}

function evaluateName(name: string, frame: Frame, context: Context): Meaning {
  const variable = frame.variables.get(name);
  if (variable) return context.read(variable);
  const object = objectNames[name];
  if (object) return reachedThrough(undefined, object);
  const value = context.constantValue(name, frame);
  context.asksForRetry ||= retryNames.has(name);
  if (value !== undefined) return constantMeaning(constant(value));
  // An unresolved name is a constant or a global that nothing here changes.
  return { kind: 'unknown', key: name };
}

function evaluateUnary(expr: Expr & { kind: 'unary' }, frame: Frame, context: Context): Meaning {
  if (expr.op === '&') return addressOf(expr.operand, frame, context);
  const target = expr.op === '*' ? addressed(expr.operand) : undefined;
  if (target) return evaluate(target, frame, context);
  const operand = evaluate(expr.operand, frame, context);
  switch (expr.op) {
    case '*':
      return dereference(operand, context);
    case '!':
      return operand.kind === 'partly' ? constantMeaning(not(settledTruth(operand, context))) : negate(operand);
    case '-':
    case '~':
      return operand.kind === 'value' ? { ...operand, value: unary(expr.op, operand.value) } : keyed(expr.op, operand);
    case '+':
      return operand;
    default:
      return assertNever(expr.op);
  }
}

/** What `&x`, or a cast of it, is the address of: `*(volatile int *)&x` is x. */
export function addressed(pointer: Expr | undefined): Expr | undefined {
  if (!pointer) return undefined;
  if (pointer.kind === 'cast') return addressed(pointer.operand);
  return pointer.kind === 'unary' && pointer.op === '&' ? pointer.operand : undefined;
}

function keyed(op: string, operand: Meaning): Meaning {
  return operand.kind === 'unknown' && operand.key !== undefined ? { kind: 'unknown', key: `${op}${operand.key}` } : unknown;
}

export function negate(operand: Meaning): Meaning {
  if (operand.kind === 'value') return constantMeaning(not(operand.value));
  if (operand.kind === 'place' || operand.kind === 'lock') return constantMeaning(constant(0));
  return keyed('!', operand);
}

function dereference(operand: Meaning, context: Context): Meaning {
  if (operand.kind === 'place') return context.read(operand.place);
  if (operand.kind === 'value' && operand.cls.kind === 'ptePointer') return loadPte(context);
  if (operand.kind === 'value' && (operand.cls.kind === 'page' || operand.cls.kind === 'object')) return operand;
  return unknown;
}

function addressOf(operand: Expr, frame: Frame, context: Context): Meaning {
  if (operand.kind === 'unary' && operand.op === '*') return evaluate(operand.operand, frame, context);
  const place = placeOfExpr(operand, frame, context);
  if (place) return { kind: 'place', place };
  if (operand.kind === 'member') {
    const field = memberMeaning(operand, frame, context);
    if (field?.meaning.kind === 'lock') return { kind: 'lock', lock: field.meaning.lock };
    if (field?.meaning.kind === 'object') return reachedThrough(field.owner, field.meaning.object);
    // The address of a cell is not followed; it must not be taken for the object that the cell is in.
    if (field?.meaning.kind === 'cell') return unknown;
    // `&folio->page` and the like: the struct's first concern is the page itself.
    const owner = evaluate(operand.object, frame, context);
    if (owner.kind === 'value' && (owner.cls.kind === 'page' || owner.cls.kind === 'object')) return owner;
    if (isForeign(owner)) return owner;
    if (operand.object.kind === 'name' && !operand.isArrow && !frame.variables.has(operand.object.name)) return { kind: 'unknown', key: `&${operand.object.name}` };
  }
  if (operand.kind === 'name') return { kind: 'unknown', key: `&${operand.name}` };
  return unknown;
}

/** The address of a global: an object of its own (`&swapper_space`), not the fault's. */
export function isForeign(meaning: Meaning | undefined): boolean {
  return meaning?.kind === 'unknown' && meaning.key?.startsWith('&') === true;
}

/** An object of which it is not known whether it is the fault's own. */
export function isGuess(meaning: Meaning | undefined): boolean {
  return meaning?.kind === 'unknown' || (meaning?.kind === 'value' && meaning.cls.kind === 'object' && meaning.cls.from === 'guess');
}

/** What is reached through a guess is one. */
function reachedThrough(owner: Meaning | undefined, object: ObjectKind): Meaning {
  return constantMeaning(constant(1), { kind: 'object', object, ...(isGuess(owner) ? { from: 'guess' } : {}) });
}

/** The variable that an lvalue names: a local, a field of a local struct, `*pointer` to one. */
export function placeOfExpr(expr: Expr, frame: Frame, context: Context): Variable | undefined {
  if (expr.kind === 'name') return frame.variables.get(expr.name) ?? temporaryOf(expr.name, frame, context);
  if (expr.kind === 'unary' && expr.op === '*') {
    const target = evaluate(expr.operand, frame, context);
    return target.kind === 'place' ? target.place : undefined;
  }
  if (expr.kind !== 'member') return undefined;
  const owner = aggregateOf(expr.object, frame, context);
  return owner ? context.field(owner, expr.field) : undefined;
}

/** The CFG's own temporaries (`$1`) have no declaration. */
function temporaryOf(name: string, frame: Frame, context: Context): Variable | undefined {
  return name.startsWith('$') ? context.declare(frame, name, { base: 'int', pointers: 0, isArray: false }) : undefined;
}

/** The local struct that an expression denotes, directly or by pointer. */
function aggregateOf(expr: Expr, frame: Frame, context: Context): Variable | undefined {
  const variable = expr.kind === 'name' ? frame.variables.get(expr.name) : undefined;
  if (variable?.cls.kind === 'aggregate') return variable.binding?.kind === 'place' ? variable.binding.place : variable;
  if (expr.kind === 'unary' && expr.op === '*') return aggregateOf(expr.operand, frame, context);
  if (expr.kind === 'name' && variable?.binding?.kind === 'place' && variable.binding.place.cls.kind === 'aggregate') return variable.binding.place;
  return undefined;
}

interface Member {
  readonly owner: Meaning;
  readonly meaning: FieldMeaning;
}

function memberMeaning(expr: Expr & { kind: 'member' }, frame: Frame, context: Context): Member | undefined {
  const owner = evaluate(expr.object, frame, context);
  const prefix = owner.kind === 'value' ? classPrefix(owner.cls) : undefined;
  const meaning = prefix === undefined ? undefined : fieldMeanings[`${prefix}.${expr.field}`];
  return meaning ? { owner, meaning } : undefined;
}

function classPrefix(cls: ValueClass): string | undefined {
  if (cls.kind === 'object') return cls.object;
  return cls.kind === 'page' ? 'page' : undefined;
}

function evaluateMember(expr: Expr & { kind: 'member' }, frame: Frame, context: Context): Meaning {
  const place = placeOfExpr(expr, frame, context);
  if (place) return context.read(place);
  const member = memberMeaning(expr, frame, context);
  if (member) return readField(member, expr, context);
  const owner = evaluate(expr.object, frame, context);
  if (owner.kind === 'value' && owner.cls.kind === 'object' && owner.cls.object === 'vmOps') return handlerPresence(expr.field, context);
  if (owner.kind === 'value' && owner.cls.kind === 'object' && owner.cls.object === 'aOps') return constantMeaning(constant(1), { kind: 'opaque' });
  if (owner.kind === 'value' && owner.cls.kind === 'object') return { kind: 'unknown', key: `${owner.cls.object}.${expr.field}` };
  // `folio->page`: the page itself.
  if (owner.kind === 'value' && owner.cls.kind === 'page' && expr.field === 'page') return owner;
  return unknown;
}

function handlerPresence(member: string, context: Context): Meaning {
  const { vmOps } = context.options;
  const mayHave = vmOps?.standsForOthers === true && !vmOps.fields.has(member) && optionalMembers[member] !== undefined;
  if (!vmOps || mayHave) return { kind: 'unknown', key: `vm_ops.${member}` };
  return constantMeaning(constant(vmOps.fields.has(member) ? 1 : 0), { kind: 'opaque' });
}

function readField(member: Member, expr: Expr & { kind: 'member' }, context: Context): Meaning {
  const { meaning, owner } = member;
  switch (meaning.kind) {
    case 'object':
      return reachedThrough(owner, meaning.object);
    case 'lock':
      return { kind: 'lock', lock: meaning.lock };
    case 'vmFlags':
      return { kind: 'vmFlags' };
    case 'faultIndex':
      return constantMeaning(faultIndex);
    case 'constant':
      return constantMeaning(constant(meaning.value));
    case 'cell':
      return loadCell(meaning.cell, owner, expr.field, context);
    default:
      return assertNever(meaning);
  }
}

function loadCell(name: (FieldMeaning & { kind: 'cell' })['cell'], owner: Meaning, field: string, context: Context): Meaning {
  const to = context.temporary();
  context.emitter.add({ kind: 'load', to, from: cellOf(name, owner, field, context), order: 'relaxed' });
  const cls: ValueClass =
    name === 'mapping' ? { kind: 'object', object: 'mapping', from: 'page' } : name === 'size' ? { kind: 'scalar', unit: 'size' } : { kind: 'scalar' };
  return constantMeaning(local(to), cls);
}

export function cellOf(name: (FieldMeaning & { kind: 'cell' })['cell'], owner: Meaning, field: string, context: Context): CellRef {
  switch (name) {
    case 'truncateCount':
      return { cell: cells.truncateCount };
    case 'size':
      return { cell: cells.iSize };
    case 'mapping':
    case 'pageIndex': {
      const page = requirePage(owner, `->${field}`, { add: (step) => context.emitter.add(step), size: context.options.size });
      return pageCell(cells.mapping, page);
    }
    default:
      return assertNever(name);
  }
}

/** The cell that an assignment to a member would store to, if it is one. */
export function cellOfMember(expr: Expr, frame: Frame, context: Context): CellRef | undefined {
  if (expr.kind !== 'member') return undefined;
  const member = memberMeaning(expr, frame, context);
  if (member?.meaning.kind !== 'cell') return undefined;
  return cellOf(member.meaning.cell, member.owner, expr.field, context);
}

function evaluateUpdate(expr: Expr & { kind: 'update' }, frame: Frame, context: Context): Meaning {
  const ref = cellOfMember(expr.operand, frame, context);
  if (!ref) {
    evaluate(expr.operand, frame, context);
    return unknown;
  }
  // `mapping->truncate_count++`: a plain load and store, under the lock that serialises its writers.
  const to = context.temporary();
  context.emitter.add({ kind: 'load', to, from: ref, order: 'relaxed' });
  context.emitter.add({ kind: 'store', to: ref, value: binary('+', local(to), constant(expr.op === '++' ? 1 : -1)), order: 'relaxed' });
  return constantMeaning(local(to));
}

function evaluateCast(expr: Expr & { kind: 'cast' }, frame: Frame, context: Context): Meaning {
  const operand = evaluate(expr.operand, frame, context);
  const cls = classOf(expr.type);
  if (operand.kind === 'value' && operand.cls.kind === 'scalar' && cls.kind !== 'opaque' && cls.kind !== 'scalar') return { ...operand, cls };
  return operand;
}

/** An accessor that leads from one object to another: `file_inode(file)`. */
export function accessorMeaning(name: string, from: Meaning | undefined): Meaning | undefined {
  const object = objectAccessors[name];
  return object ? reachedThrough(from, object) : undefined;
}

/** The truth of a meaning as a value, or undefined where it is not followed. */
export function truthOf(meaning: Meaning): Value | undefined {
  switch (meaning.kind) {
    case 'value':
      return meaning.cls.kind === 'ptePointer' || meaning.cls.kind === 'object' ? not(equal(meaning.value, constant(0))) : meaning.value;
    case 'place':
    case 'lock':
      return constant(1);
    case 'vmFlags':
    case 'partly':
    case 'unknown':
      return undefined;
    default:
      return assertNever(meaning);
  }
}
