/** Which parameters a function may keep: stored in memory, or a part of them handed on. */

import type { Cfg } from '../cfg/types.ts';
import type { Expr } from '../syntax/ast.ts';
import { operandsOf } from './effects.ts';
import { expressionsOf } from './liveness.ts';

/** What is known of calls: which keep an argument, and which of their arguments the result is another name of. */
export interface CalleeFacts {
  readonly keepsArgument: (callee: string, index: number) => boolean;
  readonly sameAs: (callee: string) => number | undefined;
}

/** Parameters that are stored in memory, or part of which is handed to another function. */
export function keptParameters(cfg: Cfg, parameters: ReadonlySet<string>, { keepsArgument, sameAs }: CalleeFacts): ReadonlySet<string> {
  const kept = new Set<string>();
  const visit = (expr: Expr): void => {
    if (expr.kind === 'assign' && expr.target.kind !== 'name') note(expr.value);
    if (expr.kind === 'call') noteArguments(expr);
    for (const operand of operandsOf(expr)) visit(operand);
  };
  const noteArguments = ({ callee, args }: Expr & { kind: 'call' }): void => {
    for (const [index, arg] of args.entries()) {
      const isPlain = arg.kind === 'name' && parameters.has(arg.name);
      if (arg.kind === 'unary' && arg.op === '&') note(arg.operand);
      else if (isPlain && (callee.kind !== 'name' || parameters.has(callee.name) || keepsArgument(callee.name, index))) note(arg);
    }
  };
  const note = (expr: Expr): void => {
    if (expr.kind === 'name' && parameters.has(expr.name)) kept.add(expr.name);
    else if (expr.kind === 'cast' || (expr.kind === 'unary' && expr.op === '&')) note(expr.operand);
    else if (expr.kind === 'member') note(expr.object);
    else if (expr.kind === 'call' && expr.callee.kind === 'name') {
      const argument = expr.args[sameAs(expr.callee.name) ?? -1];
      if (argument) note(argument);
    }
  };
  for (const node of cfg.nodes) for (const expr of expressionsOf(node)) visit(expr);
  return kept;
}

/** Fields that are assigned, stepped, or whose address is handed on. */
export function* assignedFields(cfg: Cfg): Generator<string> {
  for (const node of cfg.nodes) for (const expr of expressionsOf(node)) yield* fieldsAssignedIn(expr);
}

function* fieldsAssignedIn(expr: Expr): Generator<string> {
  const target = expr.kind === 'assign' ? expr.target : expr.kind === 'update' || (expr.kind === 'unary' && expr.op === '&') ? expr.operand : undefined;
  if (target?.kind === 'member') yield target.field;
  for (const operand of operandsOf(expr)) yield* fieldsAssignedIn(operand);
}
