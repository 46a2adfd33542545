/** The operands of an expression that are evaluated with it: looking through them, replacing them. */

import { assertNever } from '../base/assert.ts';
import type { Expr } from '../syntax/ast.ts';

/** Whether control flow sits anywhere in an expression. */
export function holdsControl(expr: Expr): boolean {
  if (expr.kind === 'logical' || expr.kind === 'conditional' || expr.kind === 'statements' || expr.kind === 'comma') return true;
  return operandsOf(expr).some(holdsControl);
}

/** The operands that are evaluated with an expression, in source order. */
function operandsOf(expr: Expr): readonly Expr[] {
  const operands: Expr[] = [];
  mapOperands(expr, (operand) => {
    operands.push(operand);
    return operand;
  });
  return operands;
}

/** The same expression over other operands. */
export function mapOperands(expr: Expr, map: (operand: Expr) => Expr): Expr {
  switch (expr.kind) {
    case 'name':
    case 'number':
    case 'string':
    case 'sizeof':
    case 'type':
    case 'unknown':
    case 'statements':
      return expr;
    case 'unary':
    case 'update':
    case 'cast':
      return { ...expr, operand: map(expr.operand) };
    case 'binary':
    case 'logical':
    case 'comma':
      return { ...expr, left: map(expr.left), right: map(expr.right) };
    case 'conditional':
      return { ...expr, condition: map(expr.condition), then: expr.then && map(expr.then), otherwise: map(expr.otherwise) };
    case 'assign':
      return { ...expr, target: map(expr.target), value: map(expr.value) };
    case 'call':
      return { ...expr, callee: map(expr.callee), args: expr.args.map(map) };
    case 'member':
      return { ...expr, object: map(expr.object) };
    case 'index':
      return { ...expr, object: map(expr.object), index: map(expr.index) };
    case 'initializer':
      return { ...expr, items: expr.items.map(({ field, value }) => ({ field, value: map(value) })) };
    default:
      return assertNever(expr);
  }
}
