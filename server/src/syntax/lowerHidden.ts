/**
 * Uses of macros that hide control → the statements or the expression that they stand for. What cannot
 * be expanded stays a call whose node says so.
 */

import type { Expr, Stmt } from './ast.ts';
import { argumentsAt, expandedText, placedIn } from './expandMacro.ts';
import type { HiddenControl } from './hiddenControl.ts';
import { spanOf, type LowerContext } from './lowerContext.ts';
import type { RawNode } from './nodes.ts';

const WORD = /[A-Za-z_]\w*/y;

interface Use {
  readonly name: string;
  readonly text: string | undefined;
  /** Where the use ends in the source. */
  readonly end: number;
}

/** What `MACRO(…);` or `MACRO;` does; undefined where the statement is no such macro. */
export function expandedStatements(ctx: LowerContext, node: RawNode): readonly Stmt[] | undefined {
  const use = useAt(ctx, node);
  if (!use || /[^\s;]/.test(ctx.original.slice(use.end, node.end))) return undefined;
  const span = spanOf(ctx, node);
  const stmts = use.text === undefined ? undefined : ctx.parseStatements(`${use.text};`, without(ctx.hidden, use.name));
  return (stmts && placedIn(stmts, span)) ?? [{ kind: 'unknown', reason: `${use.name}() hides a jump or a return`, span }];
}

/** The value of a macro that is an expression: `({ if (x) return y; … })`. */
export function expandedExpression(ctx: LowerContext, name: string, node: RawNode): Expr | undefined {
  const use = useAt(ctx, node);
  if (use?.name !== name) return undefined;
  const span = spanOf(ctx, node);
  const stmts = use.text === undefined ? undefined : ctx.parseStatements(`(${use.text});`, without(ctx.hidden, name));
  const only = stmts?.filter(({ kind }) => kind !== 'empty');
  const expr = only?.length === 1 && only[0]?.kind === 'expr' ? placedIn(only[0].expr, span) : undefined;
  return expr ?? { kind: 'unknown', reason: `${name}() hides a jump or a return`, span };
}

/** What `scoped_cond_guard(class, …, args)` does where it does not get its lock: its second argument. */
export function failStatements(ctx: LowerContext, node: RawNode): readonly Stmt[] | undefined {
  const open = ctx.original.indexOf('(', node.start);
  const second = open < 0 ? undefined : argumentsAt(ctx.original, open, node.end)?.args[1];
  if (!second) return undefined;
  const stmts = ctx.parseStatements(`${ctx.original.slice(second.start, second.end)};`, ctx.hidden)?.filter(({ kind }) => kind !== 'empty');
  return stmts && placedIn(stmts, { start: second.start + ctx.shift, end: second.end + ctx.shift });
}

function useAt(ctx: LowerContext, node: RawNode): Use | undefined {
  WORD.lastIndex = node.start;
  const name = WORD.exec(ctx.original)?.[0] ?? '';
  const macros = ctx.hidden.macros.get(name);
  if (!macros || ctx.hidden.active?.includes(name)) return undefined;
  const after = node.start + name.length;
  const bare = macros.find(({ params }) => !params);
  if (bare) return { name, text: bare.body, end: after };
  const open = after + (/^\s*/.exec(ctx.original.slice(after, node.end))?.[0].length ?? 0);
  const call = ctx.original[open] === '(' ? argumentsAt(ctx.original, open, node.end + 1) : undefined;
  if (!call) return undefined;
  const args = call.args.map(({ start, end }) => ctx.original.slice(start, end));
  return { name, text: firstOf(macros, (macro) => expandedText(macro, args)), end: call.end };
}

/** Of several definitions the first whose parameters fit. */
function firstOf<T, R>(items: readonly T[], map: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const result = map(item);
    if (result !== undefined) return result;
  }
  return undefined;
}

/** A macro is not expanded in its own expansion. */
function without(hidden: HiddenControl, name: string): HiddenControl {
  return { ...hidden, active: [...(hidden.active ?? []), name] };
}
