/** The effects inside one expression, in the order in which they are executed: calls, assignments, updates. */

import type { Expr } from '../syntax/ast.ts';
import { assertNever } from '../base/assert.ts';

export type Effectful = Expr & { kind: 'call' | 'assign' | 'update' };

const known = new WeakMap<Expr, readonly Effectful[]>();

/** Innermost first; operands from left to right (C leaves their order open). */
export function effectsOf(expr: Expr): readonly Effectful[] {
  let effects = known.get(expr);
  if (!effects) {
    const found: Effectful[] = [];
    collect(expr, found);
    known.set(expr, (effects = found));
  }
  return effects;
}

function collect(expr: Expr, found: Effectful[]): void {
  for (const operand of operandsOf(expr)) collect(operand, found);
  if (expr.kind === 'call' || expr.kind === 'assign' || expr.kind === 'update') found.push(expr);
}

export function operandsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'name':
    case 'number':
    case 'string':
    case 'sizeof':
    case 'type':
    case 'unknown':
    case 'statements':
      return [];
    case 'unary':
    case 'update':
    case 'cast':
      return [expr.operand];
    case 'binary':
    case 'logical':
    case 'comma':
      return [expr.left, expr.right];
    case 'conditional':
      return expr.then ? [expr.condition, expr.then, expr.otherwise] : [expr.condition, expr.otherwise];
    case 'assign':
      return [expr.target, expr.value];
    case 'call':
      return [expr.callee, ...expr.args];
    case 'member':
      return [expr.object];
    case 'index':
      return [expr.object, expr.index];
    case 'initializer':
      return expr.items.map((item) => item.value);
    default:
      return assertNever(expr);
  }
}
