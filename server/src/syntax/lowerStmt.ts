/**
 * Statements: a tree's node → zero or more `Stmt`. A label and the statement after it, a case and
 * its statements, a preprocessor branch: all of them flatten into the list of the enclosing block.
 */

import type { Expr, Stmt } from './ast.ts';
import { MAX_DEPTH, sliceOf, spanOf, type LowerContext } from './lowerContext.ts';
import { asmLabels } from './lowerJumps.ts';
import { lowerDeclaration } from './lowerDeclare.ts';
import { lowerArguments, lowerExpr } from './lowerExpr.ts';
import { expandedStatements, failStatements } from './lowerHidden.ts';
import { callWithoutSemicolon, lowerHeadArguments, macroLoop, macroStatement, wordAt } from './lowerMacros.ts';
import { isConditional, takenBranch } from './lowerPreproc.ts';
import { childOf, namedParts, soundChildren, type RawNode } from './nodes.ts';

type Lowering = (ctx: LowerContext, node: RawNode) => Stmt | undefined;

/** Raw tree-sitter leaves a loop macro as a call without `;`; only these names are taken for one. */
const ITERATOR_NAME = /(?:^|_)for_?each(?:_|$)|^list_for_/i;

const LOWERINGS: ReadonlyMap<string, Lowering> = new Map<string, Lowering>([
  ['compound_statement', lowerBlock],
  ['expression_statement', lowerExpressionStatement],
  ['declaration', lowerDeclaration],
  ['if_statement', lowerIf],
  ['while_statement', lowerWhile],
  ['do_statement', lowerDo],
  ['for_statement', lowerFor],
  ['switch_statement', lowerSwitch],
  ['goto_statement', lowerGoto],
  ['return_statement', lowerReturn],
  ['break_statement', (ctx, node) => ({ kind: 'break', span: spanOf(ctx, node) })],
  ['continue_statement', (ctx, node) => ({ kind: 'continue', span: spanOf(ctx, node) })],
]);

/** Node types that do nothing when control passes them. */
const INERT: ReadonlySet<string> = new Set([
  'type_definition', 'struct_specifier', 'union_specifier', 'enum_specifier', 'preproc_def', 'preproc_function_def',
  'preproc_call', 'preproc_include', 'attribute_declaration', 'type_identifier', 'primitive_type', 'sized_type_specifier',
]);

/** The statements between a block's braces, flat. */
export function lowerBlockBody(ctx: LowerContext, block: RawNode): Stmt[] {
  return lowerList(ctx, block.children);
}

/** A block as a statement. */
export function lowerBlock(ctx: LowerContext, node: RawNode): Stmt & { kind: 'block' } {
  return { kind: 'block', body: lowerBlockBody(ctx, node), span: spanOf(ctx, node) };
}

/** Appends to `out`: a list may be longer than what one call takes as arguments. */
function lowerList(ctx: LowerContext, nodes: readonly RawNode[], out: Stmt[] = []): Stmt[] {
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at];
    const next = nodes[at + 1];
    if (!node?.isNamed) continue;
    const loop = next ? lowerRawLoop(ctx, node, next) : undefined;
    if (loop) {
      out.push(loop);
      at++;
    } else lowerInto(ctx, node, out);
  }
  return out;
}

/** `list_for_each(…)` without `;` and the statement after it, as unrewritten text parses. */
function lowerRawLoop(ctx: LowerContext, node: RawNode, body: RawNode): Stmt | undefined {
  if (node.type !== 'expression_statement' || !node.children[node.children.length - 1]?.isMissing) return undefined;
  const call = node.children[0];
  const list = call ? childOf(call, 'argument_list') : undefined;
  const macro = wordAt(ctx, node.start);
  if (!list || !ITERATOR_NAME.test(macro)) return undefined;
  const span = { start: node.start + ctx.shift, end: body.end + ctx.shift };
  return macroLoop(macro, lowerArguments(ctx, list), lowerSingle(ctx, body, node), span);
}

/** Lowers one node into `out`; several statements where the tree nests what C has side by side. */
function lowerInto(ctx: LowerContext, node: RawNode, out: Stmt[]): void {
  if (INERT.has(node.type)) return;
  if (ctx.depth >= MAX_DEPTH) {
    ctx.unread.push(spanOf(ctx, node));
    out.push(unknown(ctx, node, 'nested too deeply'));
    return;
  }
  ctx.depth++;
  const lowering = LOWERINGS.get(node.type);
  const expanded = node.type === 'expression_statement' && ctx.hidden.macros.size > 0 ? expandedStatements(ctx, node) : undefined;
  if (expanded) for (const stmt of expanded) out.push(stmt);
  else if (lowering) {
    const stmt = lowering(ctx, node);
    if (stmt) out.push(stmt);
  } else if (node.type === 'labeled_statement') lowerLabel(ctx, node, out);
  else if (node.type === 'case_statement') lowerCase(ctx, node, out);
  else if (isConditional(node)) lowerList(ctx, takenBranch(ctx, node), out);
  else if (node.type === 'attributed_statement') lowerList(ctx, node.children, out);
  else out.push(lowerOdd(ctx, node));
  ctx.depth--;
}

function lowerOdd(ctx: LowerContext, node: RawNode): Stmt {
  if (node.type === 'function_definition') {
    ctx.swallowed.push(node);
    return unknown(ctx, node, 'a function definition inside another');
  }
  // `add(DIV_ROUND_UP(n * sizeof(x), y));` reads as a type to the grammar.
  const call = node.type === 'macro_type_specifier' ? ctx.parseExpression(sliceOf(ctx, node), node.start + ctx.shift) : undefined;
  if (call) return { kind: 'expr', expr: call, span: spanOf(ctx, node) };
  return unknown(ctx, node, node.type === 'ERROR' ? 'syntax error' : node.type.replaceAll('_', ' '));
}

function unknown(ctx: LowerContext, node: RawNode, reason: string): Stmt {
  return { kind: 'unknown', reason, span: spanOf(ctx, node) };
}

/** The one statement that is the body of an `if` or a loop. */
function lowerSingle(ctx: LowerContext, node: RawNode | undefined, within: RawNode): Stmt {
  if (!node) return unknown(ctx, within, 'syntax error');
  const out: Stmt[] = [];
  lowerInto(ctx, node, out);
  const [only] = out;
  if (only && out.length === 1) return only;
  return out.length === 0 ? { kind: 'empty', span: spanOf(ctx, node) } : { kind: 'block', body: out, span: spanOf(ctx, node) };
}

function lowerExpressionStatement(ctx: LowerContext, node: RawNode): Stmt {
  const part = namedParts(node)[0];
  if (!part) return { kind: 'empty', span: spanOf(ctx, node) };
  const labels = part.type === 'gnu_asm_expression' ? asmLabels(sliceOf(ctx, part)) : [];
  if (labels.length > 0) return { kind: 'asmGoto', labels, span: spanOf(ctx, node) };
  const expr = callWithoutSemicolon(ctx, part) ?? lowerExpr(ctx, part, node);
  return macroStatement(ctx, expr, node) ?? { kind: 'expr', expr, span: spanOf(ctx, node) };
}

function lowerIf(ctx: LowerContext, node: RawNode): Stmt {
  const [condition, then] = namedParts(node);
  const clause = childOf(node, 'else_clause');
  const otherwise = clause ? lowerSingle(ctx, namedParts(clause)[0], clause) : undefined;
  const head = lowerExpr(ctx, condition, node);
  return { kind: 'if', condition: head, then: lowerSingle(ctx, then, node), otherwise, span: spanOf(ctx, node) };
}

function lowerWhile(ctx: LowerContext, node: RawNode): Stmt {
  const [condition, bodyNode] = namedParts(node);
  const macro = wordAt(ctx, node.start);
  const body = lowerSingle(ctx, bodyNode, node);
  const span = spanOf(ctx, node);
  const fail = macro === 'scoped_cond_guard' ? failStatements(ctx, node) : undefined;
  if (macro !== 'while') return macroLoop(macro, lowerHeadArguments(ctx, condition), body, span, fail);
  return { kind: 'while', condition: lowerExpr(ctx, condition, node), body, span };
}

/** `do { … } while_each_thread(g, t);` has the macro's call as its condition. */
function lowerDo(ctx: LowerContext, node: RawNode): Stmt {
  const [bodyNode, head] = namedParts(node);
  const keyword = childOf(node, 'while');
  const macro = keyword ? wordAt(ctx, keyword.start) : 'while';
  const body = lowerSingle(ctx, bodyNode, node);
  const condition = macro === 'while' || !keyword ? lowerExpr(ctx, head, node) : macroCall(ctx, macro, keyword, head);
  return { kind: 'doWhile', body, condition, span: spanOf(ctx, node) };
}

function macroCall(ctx: LowerContext, macro: string, keyword: RawNode, head: RawNode | undefined): Expr {
  const start = keyword.start + ctx.shift;
  const callee: Expr = { kind: 'name', name: macro, span: { start, end: start + macro.length } };
  const end = (head?.end ?? keyword.end) + ctx.shift;
  return { kind: 'call', callee, args: lowerHeadArguments(ctx, head), span: { start, end } };
}

function lowerFor(ctx: LowerContext, node: RawNode): Stmt {
  const parts: (RawNode | undefined)[] = [undefined, undefined, undefined];
  let slot = -1;
  let body: RawNode | undefined;
  for (const child of soundChildren(node)) {
    if (child.type === '(') slot = 0;
    else if (child.type === ';') slot++;
    else if (child.type === ')') slot = 3;
    else if (child.isNamed && slot === 3) body = child;
    else if (child.isNamed) {
      parts[slot] = child;
      // A declaration brings its own semicolon.
      if (child.type === 'declaration') slot++;
    }
  }
  const [init, condition, step] = parts;
  return {
    kind: 'for',
    init: init ? lowerForInit(ctx, init) : undefined,
    condition: condition ? lowerExpr(ctx, condition, node) : undefined,
    step: step ? lowerExpr(ctx, step, node) : undefined,
    body: lowerSingle(ctx, body, node),
    span: spanOf(ctx, node),
  };
}

function lowerForInit(ctx: LowerContext, node: RawNode): Stmt | undefined {
  if (node.type === 'declaration') return lowerDeclaration(ctx, node);
  return { kind: 'expr', expr: lowerExpr(ctx, node, node), span: spanOf(ctx, node) };
}

function lowerSwitch(ctx: LowerContext, node: RawNode): Stmt {
  const [value, body] = namedParts(node);
  return { kind: 'switch', value: lowerExpr(ctx, value, node), body: lowerSingle(ctx, body, node), span: spanOf(ctx, node) };
}

function lowerLabel(ctx: LowerContext, node: RawNode, out: Stmt[]): void {
  const label = node.children[0] ?? node;
  out.push({ kind: 'label', name: sliceOf(ctx, label), span: spanOf(ctx, label) });
  lowerList(ctx, node.children.slice(1).filter((child) => !isEmptyByRecovery(child)), out);
}

/** The `;` that the parser adds between a label and a closing brace. */
function isEmptyByRecovery(node: RawNode): boolean {
  return node.start === node.end;
}

function lowerCase(ctx: LowerContext, node: RawNode, out: Stmt[]): void {
  const colon = node.children.findIndex((child) => child.type === ':');
  const head = node.children.slice(1, colon < 0 ? 1 : colon);
  const headEnd = node.children[colon]?.end ?? node.end;
  const span = { start: node.start + ctx.shift, end: headEnd + ctx.shift };
  const [low, high] = caseBounds(ctx, node, head);
  out.push({ kind: 'case', low, high, span });
  lowerList(ctx, node.children.slice(colon + 1), out);
}

/** `low ... high` is `low | high` in rewritten text and an ERROR node otherwise. */
function caseBounds(ctx: LowerContext, node: RawNode, head: readonly RawNode[]): [Expr | undefined, Expr | undefined] {
  const [value, error] = head;
  if (!value) return [undefined, undefined];
  const [left, op, right] = value.type === 'binary_expression' ? soundChildren(value) : [];
  if (op && ctx.original[op.start] === '.') return [lowerExpr(ctx, left, node), lowerExpr(ctx, right, node)];
  const isRange = error?.type === 'ERROR' && ctx.original.startsWith('...', error.start);
  return [lowerExpr(ctx, value, node), isRange ? lowerExpr(ctx, namedParts(error)[0], error) : undefined];
}

function lowerGoto(ctx: LowerContext, node: RawNode): Stmt {
  const label = childOf(node, 'statement_identifier');
  if (ctx.original.slice(node.start, label?.start ?? node.end).includes('*')) return { kind: 'computedGoto', labels: ctx.addressed, span: spanOf(ctx, node) };
  if (!label || node.children.some((child) => child.type === 'ERROR')) return unknown(ctx, node, 'syntax error');
  return { kind: 'goto', label: sliceOf(ctx, label), span: spanOf(ctx, node) };
}

function lowerReturn(ctx: LowerContext, node: RawNode): Stmt {
  const value = namedParts(node)[0];
  return { kind: 'return', value: value ? lowerExpr(ctx, value, node) : undefined, span: spanOf(ctx, node) };
}
