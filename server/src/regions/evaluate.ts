/**
 * Expressions without effects → values. Calls and assignments inside were executed before and left
 * their values in `state.temps`. What has no term is `?`.
 */

import { assertNever } from '../base/assert.ts';
import type { Expr, TypeName } from '../syntax/ast.ts';
import { embeddedPage } from '../ops/vocabulary/lockNames.ts';
import { binaryValue, resolve, truthOf } from './facts.ts';
import type { State } from './state.ts';
import { member, pointee, term, unknownValue } from './terms.ts';
import type { Value } from './types.ts';

/** The function's names, for evaluation. */
export interface Names {
  readonly parameters: ReadonlySet<string>;
  /** Parameters and locals with their types. */
  readonly types: ReadonlyMap<string, TypeName>;
  readonly constant: (name: string) => number | undefined;
}

export function valueOf(expr: Expr, state: State, names: Names): Value {
  switch (expr.kind) {
    case 'name':
      return nameValue(expr.name, state, names);
    case 'number':
      return expr.value ?? unknownValue;
    case 'unary':
      return unaryValue(expr, state, names);
    case 'binary':
      return binaryValue(state, expr.op, valueOf(expr.left, state, names), valueOf(expr.right, state, names));
    case 'member':
    case 'index':
      return load(state, locationOf(expr, state, names));
    case 'cast':
      return valueOf(expr.operand, state, names);
    case 'comma':
      return valueOf(expr.right, state, names);
    case 'call':
    case 'assign':
    case 'update':
      return state.temps.has(expr) ? resolve(state, state.temps.get(expr)!) : unknownValue;
    case 'type':
      return term(expr.type.base);
    case 'string':
    case 'logical':
    case 'conditional':
    case 'sizeof':
    case 'statements':
    case 'initializer':
    case 'unknown':
      return unknownValue;
    default:
      return assertNever(expr);
  }
}

function nameValue(name: string, state: State, names: Names): Value {
  const known = state.vars.get(name);
  if (known !== undefined) return resolve(state, known);
  const type = names.types.get(name);
  if (type === undefined) return name.startsWith('$') ? unknownValue : resolve(state, state.mem.get(name) ?? names.constant(name) ?? name);
  if (type.isArray) return `&${name}`;
  return names.parameters.has(name) ? resolve(state, name) : unknownValue;
}

function unaryValue(expr: Expr & { kind: 'unary' }, state: State, names: Names): Value {
  if (expr.op === '&') return addressOf(expr.operand, state, names);
  const value = valueOf(expr.operand, state, names);
  switch (expr.op) {
    case '!': {
      const truth = truthOf(state, value);
      return truth === undefined ? term(`(${value} == 0)`) : Number(!truth);
    }
    case '-':
      return typeof value === 'number' ? -value : term(`(-${value})`);
    case '~':
      return typeof value === 'number' ? ~value : term(`(~${value})`);
    case '+':
      return value;
    case '*':
      return load(state, pointee(value));
    default:
      return assertNever(expr.op);
  }
}

function addressOf(expr: Expr, state: State, names: Names): Value {
  if (expr.kind === 'member' && isEmbeddedPage(expr, names)) return valueOf(expr.object, state, names);
  if (expr.kind === 'unary' && expr.op === '*') return valueOf(expr.operand, state, names);
  return term(`&${locationOf(expr, state, names)}`);
}

/** `&folio->page`: the folio itself, seen as its first page. */
function isEmbeddedPage(expr: Expr & { kind: 'member' }, names: Names): boolean {
  const base = expr.object.kind === 'name' ? names.types.get(expr.object.name)?.base : undefined;
  return base !== undefined && embeddedPage[base] === expr.field;
}

/** The place that an lvalue denotes: a local's name, or a path through memory. */
export function locationOf(expr: Expr, state: State, names: Names): string {
  switch (expr.kind) {
    case 'name':
      return expr.name;
    case 'member':
      return expr.isArrow ? member(valueOf(expr.object, state, names), expr.field) : term(`${locationOf(expr.object, state, names)}.${expr.field}`);
    case 'index':
      return indexLocation(expr, state, names);
    case 'unary':
      return expr.op === '*' ? pointee(valueOf(expr.operand, state, names)) : unknownValue;
    case 'cast':
      return locationOf(expr.operand, state, names);
    default:
      return unknownValue;
  }
}

function indexLocation(expr: Expr & { kind: 'index' }, state: State, names: Names): string {
  const base = valueOf(expr.object, state, names);
  return term(`${typeof base === 'string' && base.startsWith('&') ? base.slice(1) : base}[${valueOf(expr.index, state, names)}]`);
}

export function load(state: State, location: string): Value {
  if (location === unknownValue) return unknownValue;
  return resolve(state, state.vars.get(location) ?? state.mem.get(location) ?? location);
}

/** Stores into a local (`locals` has its name) or memory. */
export function store(state: State, location: string, value: Value, names: Names): void {
  if (location === unknownValue) return;
  if (names.types.has(location) || location.startsWith('$')) {
    state.vars.set(location, value);
    for (const at of state.mem.keys()) if (at.startsWith(`${location}.`)) state.mem.delete(at);
  } else state.mem.set(location, value);
}
