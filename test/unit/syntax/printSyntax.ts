/** Prints lowered statements one a line, for whole-result comparison in tests. */

import { assertNever } from '../../../server/src/base/assert.ts';
import type { Expr, FunctionDef, Stmt } from '../../../server/src/syntax/ast.ts';
import { printExpr, printType } from '../../../server/src/cfg/printExpr.ts';

export function printFunction(fn: FunctionDef, text: string): string {
  const params = fn.params.map((param) => `${param.name}: ${printType(param.type)}`).join(', ');
  const annotations = fn.annotations.map(
    ({ macro, argument, argumentExpr }) => ` ${macro}(${argument})${argumentExpr ? ` = ${printExpr(argumentExpr)}` : ''}`,
  );
  const head = `${fn.isStatic ? 'static ' : ''}${printType(fn.returnType)} ${fn.name}(${params})${annotations.join('')}`;
  return [head, ...fn.body.body.flatMap((stmt) => printStmt(stmt, text))].join('\n');
}

/** The lines of one statement; inner statements are indented. */
export function printStmt(stmt: Stmt, text: string): string[] {
  const show = (expr: Expr | undefined) => (expr ? printExpr(expr, text) : '-');
  const inside = (inner: Stmt) => (inner.kind === 'block' ? inner.body : [inner]).flatMap((each) => printStmt(each, text)).map((line) => `  ${line}`);
  const list = (args: readonly Expr[]) => args.map(show).join(', ');
  switch (stmt.kind) {
    case 'expr':
      return [show(stmt.expr)];
    case 'declare':
      return stmt.declarators.map(
        ({ name, type, init, cleanup }) =>
          `${stmt.isStatic ? 'static ' : ''}let ${name}: ${printType(type)}${init ? ` = ${show(init)}` : ''}${cleanup === undefined ? '' : ` cleanup ${cleanup}`}`,
      );
    case 'if':
      return [`if ${show(stmt.condition)}`, ...inside(stmt.then), ...(stmt.otherwise ? ['else', ...inside(stmt.otherwise)] : [])];
    case 'while':
      return [`while ${show(stmt.condition)}`, ...inside(stmt.body)];
    case 'doWhile':
      return ['do', ...inside(stmt.body), `while ${show(stmt.condition)}`];
    case 'for':
      return [
        `for ${stmt.init ? printStmt(stmt.init, text).join(', ') : '-'}; ${show(stmt.condition)}; ${show(stmt.step)}`,
        ...inside(stmt.body),
      ];
    case 'iterate':
      return [`iterate ${stmt.macro}(${list(stmt.args)})`, ...inside(stmt.body)];
    case 'guard':
      return [`guard ${stmt.lockClass}(${list(stmt.args)})`, ...(stmt.body ? inside(stmt.body) : []), ...(stmt.otherwise ? ['else', ...stmt.otherwise.flatMap(inside)] : [])];
    case 'switch':
      return [`switch ${show(stmt.value)}`, ...inside(stmt.body)];
    case 'case':
      return [stmt.low ? `case ${show(stmt.low)}${stmt.high ? ` ... ${show(stmt.high)}` : ''}` : 'default'];
    case 'label':
      return [`${stmt.name}:`];
    case 'goto':
      return [`goto ${stmt.label}`];
    case 'computedGoto':
    case 'asmGoto':
      return [`${stmt.kind} ${stmt.labels.join(' ')}`];
    case 'return':
      return [`return ${show(stmt.value)}`];
    case 'break':
    case 'continue':
    case 'empty':
      return [stmt.kind];
    case 'block':
      return ['{', ...inside(stmt), '}'];
    case 'unknown':
      return [`unknown: ${stmt.reason}`];
    default:
      return assertNever(stmt);
  }
}
