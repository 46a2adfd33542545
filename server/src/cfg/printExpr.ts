/** Expressions as one line of C-like text, for printed graphs and messages; literals from `text`. */

import { assertNever } from '../base/assert.ts';
import type { Expr, InitItem, TypeName } from '../syntax/ast.ts';

/** Compound operands come in parentheses; a statement expression is `({...})`. */
export function printExpr(expr: Expr, text?: string): string {
  const show = (operand: Expr) => printExpr(operand, text);
  const nested = (operand: Expr) => (isCompound(operand) ? `(${show(operand)})` : show(operand));
  switch (expr.kind) {
    case 'name':
      return expr.name;
    case 'number':
      return expr.value === undefined ? asWritten(expr, text, /^['\d.\w]/, '<number>') : String(expr.value);
    case 'string':
      return asWritten(expr, text, /^\w*"/, '"..."');
    case 'unary':
      return `${expr.op}${nested(expr.operand)}`;
    case 'update':
      return expr.isPrefix ? `${expr.op}${nested(expr.operand)}` : `${nested(expr.operand)}${expr.op}`;
    case 'binary':
    case 'logical':
      return `${nested(expr.left)} ${expr.op} ${nested(expr.right)}`;
    case 'conditional':
      return `${nested(expr.condition)} ? ${expr.then ? `${nested(expr.then)} ` : ''}: ${nested(expr.otherwise)}`;
    case 'assign':
      return `${nested(expr.target)} ${expr.op} ${show(expr.value)}`;
    case 'call':
      return `${nested(expr.callee)}(${expr.args.map(show).join(', ')})`;
    case 'member':
      return `${nested(expr.object)}${expr.isArrow ? '->' : '.'}${expr.field}`;
    case 'index':
      return `${nested(expr.object)}[${show(expr.index)}]`;
    case 'cast':
      return `(${printType(expr.type)})${nested(expr.operand)}`;
    case 'sizeof':
      return asWritten(expr, text, /^\w*(?:sizeof|align)/, 'sizeof(...)');
    case 'comma':
      return `${nested(expr.left)}, ${nested(expr.right)}`;
    case 'statements':
      return '({...})';
    case 'initializer':
      return `{ ${expr.items.map((item) => printItem(item, text)).join(', ')} }`;
    case 'type':
      return printType(expr.type);
    case 'unknown':
      return `<${expr.reason}>`;
    default:
      return assertNever(expr);
  }
}

/** `struct page *`, `char *[]`. */
export function printType(type: TypeName): string {
  const stars = type.pointers > 0 ? ` ${'*'.repeat(type.pointers)}` : '';
  return `${type.base}${stars}${type.isArray ? '[]' : ''}`;
}

function printItem(item: InitItem, text: string | undefined): string {
  const value = printExpr(item.value, text);
  return item.field === undefined ? value : `.${item.field} = ${value}`;
}

/** The source of a literal; code that a macro made has none, and its span begins with something else. */
function asWritten(expr: Expr, text: string | undefined, start: RegExp, otherwise: string): string {
  const written = text?.slice(expr.span.start, expr.span.end) ?? '';
  return start.test(written) ? written.replace(/\s+/g, ' ') : otherwise;
}

function isCompound(expr: Expr): boolean {
  return (
    expr.kind === 'binary' || expr.kind === 'logical' || expr.kind === 'conditional' || expr.kind === 'assign' ||
    expr.kind === 'comma' || expr.kind === 'cast'
  );
}
