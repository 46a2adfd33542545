/**
 * Macros that are statements: iterators (the rewrite made them `while` loops), scope guards
 * (`guard(mutex)(&lock);`, `scoped_guard(rcu) { … }`) and `CLASS(name, var)(args)`.
 */

import type { Expr, Stmt } from './ast.ts';
import { lowerExpr } from './lowerExpr.ts';
import { sliceOf, spanOf, type LowerContext } from './lowerContext.ts';
import { commaParts, namedParts, type RawNode } from './nodes.ts';

/** The word in the source where the parser saw the keyword of a loop. */
export function wordAt(ctx: LowerContext, offset: number): string {
  const pattern = /[A-Za-z_]\w*/y;
  pattern.lastIndex = offset;
  return pattern.exec(ctx.original)?.[0] ?? '';
}

/** A loop head's arguments: the comma expression that the parser saw, taken apart again. */
export function lowerHeadArguments(ctx: LowerContext, head: RawNode | undefined): Expr[] {
  const list = head ? namedParts(head)[0] : undefined;
  return list ? commaParts(list).map((part) => lowerExpr(ctx, part, list)) : [];
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

/** `MACRO(x)` without `;`, which the rewrite makes `MACRO,x;`, or `MACRO ;` where nothing is given: a call still. */
export function callWithoutSemicolon(ctx: LowerContext, node: RawNode): Expr | undefined {
  const [callee, ...args] = commaParts(node);
  if (callee?.type !== 'identifier') return undefined;
  const open = ctx.original.slice(callee.end, args[0]?.start ?? callee.end + 1).indexOf('(') + callee.end;
  if (open < callee.end || ctx.parsed[open] === '(') return undefined;
  const name = sliceOf(ctx, callee);
  const end = node.end + ctx.shift;
  return {
    kind: 'call',
    callee: { kind: 'name', name, span: spanOf(ctx, callee) },
    args: args.map((arg) => lowerExpr(ctx, arg, node)),
    span: { start: node.start + ctx.shift, end: args.length > 0 ? end + 1 : end + 2 },
  };
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
