/**
 * Macros that are statements: iterators (the rewrite made them `while` loops), scope guards
 * (`guard(mutex)(&lock);`, `scoped_guard(rcu) { … }`) and `CLASS(name, var)(args)`.
 */

import type { Expr, Stmt } from './ast.ts';
import { lowerExpr } from './lowerExpr.ts';
import { spanOf, type LowerContext } from './lowerContext.ts';
import { namedParts, type RawNode } from './nodes.ts';

/** The word in the source where the parser saw the keyword of a loop. */
export function wordAt(ctx: LowerContext, offset: number): string {
  const pattern = /[A-Za-z_]\w*/y;
  pattern.lastIndex = offset;
  return pattern.exec(ctx.original)?.[0] ?? '';
}

/** A loop head's arguments: the comma expression that the parser saw, taken apart again. */
export function lowerHeadArguments(ctx: LowerContext, head: RawNode | undefined): Expr[] {
  const args: Expr[] = [];
  let at = head ? namedParts(head)[0] : undefined;
  while (at?.type === 'comma_expression') {
    const [left, right] = namedParts(at);
    args.push(lowerExpr(ctx, left, at));
    at = right;
  }
  if (at) args.push(lowerExpr(ctx, at, at));
  return args;
}

/**
 * `list_for_each_entry(…) body`, `scoped_guard(class, …) body`, or `scoped_cond_guard(class, otherwise, …)
 * body`, where `otherwise` is what its second argument does.
 */
export function macroLoop(macro: string, args: readonly Expr[], body: Stmt, span: Stmt['span'], otherwise?: readonly Stmt[]): Stmt {
  const [first, ...rest] = args;
  if (macro === 'scoped_guard' && first?.kind === 'name') {
    return { kind: 'guard', lockClass: first.name, args: rest, body, span };
  }
  if (macro === 'scoped_cond_guard' && first?.kind === 'name' && otherwise) {
    return { kind: 'guard', lockClass: first.name, args: rest.slice(1), body, otherwise, span };
  }
  if (macro.startsWith('scoped_cond_guard')) return { kind: 'unknown', reason: `${macro}()`, span };
  return { kind: 'iterate', macro, args, body, span };
}

/** What a call that stands as a statement means, if it is more than a call. */
export function macroStatement(ctx: LowerContext, call: Expr, node: RawNode): Stmt | undefined {
  if (call.kind !== 'call' || call.callee.kind !== 'call' || call.callee.callee.kind !== 'name') return undefined;
  const macro = call.callee.callee.name;
  const [first, second] = call.callee.args;
  const span = spanOf(ctx, node);
  if (macro === 'guard' && first?.kind === 'name') {
    return { kind: 'guard', lockClass: first.name, args: call.args, body: undefined, span };
  }
  if (macro === 'CLASS' && first?.kind === 'name' && second?.kind === 'name') {
    return classVariable(first.name, second.name, call, span);
  }
  return undefined;
}

/** As <linux/cleanup.h> expands it. */
function classVariable(name: string, variable: string, call: Expr & { kind: 'call' }, span: Stmt['span']): Stmt {
  const callee: Expr = { kind: 'name', name: `class_${name}_constructor`, span: call.callee.span };
  const init: Expr = { kind: 'call', callee, args: call.args, span: call.span };
  const type = { base: `class_${name}_t`, pointers: 0, isArray: false };
  return {
    kind: 'declare',
    declarators: [{ name: variable, type, init, cleanup: `class_${name}_destructor`, span }],
    isStatic: false,
    span,
  };
}
