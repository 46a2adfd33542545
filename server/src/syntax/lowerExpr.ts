/**
 * Expressions: a tree's node → `Expr`. Names, numbers and types are read from the source as written;
 * where the parser saw something else there (a squashed type, a replaced operator) the node says
 * so. Nothing throws: what has no form of its own becomes `unknown` with its reason.
 */

import type { AssignOperator, BinaryOperator, Expr, InitItem, UnaryOperator } from './ast.ts';
import { MAX_DEPTH, sliceOf, spanOf, type LowerContext } from './lowerContext.ts';
import { charValue, numberValue } from './lowerLiterals.ts';
import { isTag, isTypeText, typeFromDescriptor, typeFromText } from './lowerTypes.ts';
import { expandedExpression } from './lowerHidden.ts';
import { asmLabels, isLabelAddress } from './lowerJumps.ts';
import { childOf, namedParts, soundChildren, type RawNode } from './nodes.ts';

type Lowering = (ctx: LowerContext, node: RawNode) => Expr;

const LOWERINGS: ReadonlyMap<string, Lowering> = new Map<string, Lowering>([
  ['identifier', lowerName],
  ['field_identifier', lowerName],
  ['type_identifier', lowerName],
  ['primitive_type', lowerName],
  ['null', lowerName],
  ['true', (ctx, node) => ({ kind: 'number', value: 1, span: spanOf(ctx, node) })],
  ['false', (ctx, node) => ({ kind: 'number', value: 0, span: spanOf(ctx, node) })],
  ['number_literal', (ctx, node) => ({ kind: 'number', value: numberValue(sliceOf(ctx, node)), span: spanOf(ctx, node) })],
  ['char_literal', (ctx, node) => ({ kind: 'number', value: charValue(sliceOf(ctx, node)), span: spanOf(ctx, node) })],
  ['string_literal', (ctx, node) => ({ kind: 'string', span: spanOf(ctx, node) })],
  ['concatenated_string', (ctx, node) => ({ kind: 'string', span: spanOf(ctx, node) })],
  ['parenthesized_expression', lowerInner],
  ['extension_expression', lowerInner],
  ['unary_expression', lowerUnary],
  ['pointer_expression', lowerUnary],
  ['update_expression', lowerUpdate],
  ['binary_expression', lowerBinary],
  ['conditional_expression', lowerConditional],
  ['assignment_expression', lowerAssign],
  ['comma_expression', lowerComma],
  ['call_expression', lowerCall],
  ['field_expression', lowerMember],
  ['subscript_expression', lowerIndex],
  ['cast_expression', lowerCast],
  ['compound_literal_expression', lowerCast],
  ['sizeof_expression', (ctx, node) => ({ kind: 'sizeof', span: spanOf(ctx, node) })],
  ['alignof_expression', (ctx, node) => ({ kind: 'sizeof', span: spanOf(ctx, node) })],
  ['offsetof_expression', lowerOffsetof],
  ['initializer_list', lowerInitializer],
  ['compound_statement', (ctx, node) => ({ kind: 'statements', body: ctx.statements(node), span: spanOf(ctx, node) })],
  ['type_descriptor', (ctx, node) => ({ kind: 'type', type: typeFromDescriptor(ctx, node), span: spanOf(ctx, node) })],
  ['gnu_asm_expression', (ctx, node) => unknown(ctx, node, asmLabels(sliceOf(ctx, node)).length > 0 ? 'asm goto' : 'asm')],
  ['generic_expression', (ctx, node) => unknown(ctx, node, '_Generic')],
]);

export function lowerExpr(ctx: LowerContext, node: RawNode | undefined, within: RawNode): Expr {
  if (!node) return unknown(ctx, within, 'syntax error');
  if (node.isMissing) return unknown(ctx, node, 'missing operand');
  const lowering = LOWERINGS.get(node.type);
  if (!lowering) return unknown(ctx, node, node.type === 'ERROR' ? 'syntax error' : node.type.replaceAll('_', ' '));
  if (ctx.depth >= MAX_DEPTH) {
    ctx.unread.push(spanOf(ctx, node));
    return unknown(ctx, node, 'nested too deeply');
  }
  ctx.depth++;
  const expr = lowering(ctx, node);
  ctx.depth--;
  return expr;
}

function unknown(ctx: LowerContext, node: RawNode, reason: string): Expr {
  return { kind: 'unknown', reason, span: spanOf(ctx, node) };
}

function lowerName(ctx: LowerContext, node: RawNode): Expr {
  const text = sliceOf(ctx, node);
  const span = spanOf(ctx, node);
  if (isTag(text)) return { kind: 'type', type: typeFromText(restOfArgument(ctx, node)), span };
  if (isTypeText(text)) return { kind: 'type', type: typeFromText(text), span };
  if (!/^[\w$]+$/.test(text)) return unknown(ctx, node, 'an argument that is no expression');
  return { kind: 'name', name: text, span };
}

/** `struct` alone: the type goes on behind a line break, where no identifier of equal length fits. */
function restOfArgument(ctx: LowerContext, node: RawNode): string {
  const end = ctx.original.slice(node.start).search(/[,)]/);
  return ctx.original.slice(node.start, end < 0 ? node.end : node.start + end);
}

function lowerInner(ctx: LowerContext, node: RawNode): Expr {
  return lowerExpr(ctx, namedParts(node)[0], node);
}

function lowerUnary(ctx: LowerContext, node: RawNode): Expr {
  const [op, operand] = soundChildren(node);
  if (operand && isLabelAddress(ctx, node)) ctx.addressed.push(sliceOf(ctx, operand));
  return { kind: 'unary', op: op?.type as UnaryOperator, operand: lowerExpr(ctx, operand, node), span: spanOf(ctx, node) };
}

function lowerUpdate(ctx: LowerContext, node: RawNode): Expr {
  const [first, second] = soundChildren(node);
  const isPrefix = first?.isNamed === false;
  const op = (isPrefix ? first.type : second?.type) as '++' | '--';
  return { kind: 'update', op, isPrefix, operand: lowerExpr(ctx, isPrefix ? second : first, node), span: spanOf(ctx, node) };
}

function lowerBinary(ctx: LowerContext, node: RawNode): Expr {
  const [leftNode, opNode, rightNode] = soundChildren(node);
  const op = opNode?.type ?? '';
  if (opNode && sliceOf(ctx, opNode) !== op) return unknown(ctx, node, 'an operator that is not C');
  const left = lowerExpr(ctx, leftNode, node);
  const right = lowerExpr(ctx, rightNode, node);
  const span = spanOf(ctx, node);
  if (op === '&&' || op === '||') return { kind: 'logical', op, left, right, span };
  return { kind: 'binary', op: op as BinaryOperator, left, right, span };
}

function lowerConditional(ctx: LowerContext, node: RawNode): Expr {
  const parts = soundChildren(node);
  const colon = parts.findIndex((part) => part.type === ':');
  const thenNode = parts[2] !== undefined && colon > 2 ? parts[2] : undefined;
  return {
    kind: 'conditional',
    condition: lowerExpr(ctx, parts[0], node),
    then: thenNode ? lowerExpr(ctx, thenNode, node) : undefined,
    otherwise: lowerExpr(ctx, parts[colon + 1], node),
    span: spanOf(ctx, node),
  };
}

function lowerAssign(ctx: LowerContext, node: RawNode): Expr {
  const [target, op, value] = soundChildren(node);
  return {
    kind: 'assign',
    op: (op?.type ?? '=') as AssignOperator,
    target: lowerExpr(ctx, target, node),
    value: lowerExpr(ctx, value, node),
    span: spanOf(ctx, node),
  };
}

function lowerComma(ctx: LowerContext, node: RawNode): Expr {
  const [left, right] = namedParts(node);
  return { kind: 'comma', left: lowerExpr(ctx, left, node), right: lowerExpr(ctx, right, node), span: spanOf(ctx, node) };
}

function lowerCall(ctx: LowerContext, node: RawNode): Expr {
  const callee = lowerExpr(ctx, namedParts(node)[0], node);
  const list = childOf(node, 'argument_list');
  const name = callee.kind === 'name' ? callee.name : '';
  const expanded = ctx.hidden.macros.has(name) ? expandedExpression(ctx, name, node) : undefined;
  if (expanded) return expanded;
  const isNoreturn = ctx.hidden.noreturn.has(name);
  return { kind: 'call', callee, args: list ? lowerArguments(ctx, list) : [], ...(isNoreturn ? { isNoreturn } : {}), span: spanOf(ctx, node) };
}

/** The arguments between a list's parentheses; one that did not parse is `type` or `unknown`. */
export function lowerArguments(ctx: LowerContext, list: RawNode): Expr[] {
  const args: Expr[] = [];
  let group: RawNode[] = [];
  const close = () => {
    const [only] = group;
    if (only) args.push(group.length === 1 ? lowerExpr(ctx, only, list) : lowerOddArgument(ctx, group));
    group = [];
  };
  for (const child of list.children) {
    if (child.isNamed) group.push(child);
    else if (child.type === ',') close();
  }
  close();
  return args;
}

function lowerOddArgument(ctx: LowerContext, group: readonly RawNode[]): Expr {
  const start = group[0]?.start ?? 0;
  const end = group[group.length - 1]?.end ?? start;
  const text = ctx.original.slice(start, end);
  const span = { start: start + ctx.shift, end: end + ctx.shift };
  if (/^[A-Za-z_][\w\s*]*$/.test(text)) return { kind: 'type', type: typeFromText(text), span };
  return { kind: 'unknown', reason: 'syntax error', span };
}

function lowerMember(ctx: LowerContext, node: RawNode): Expr {
  const parts = soundChildren(node);
  const field = parts[2];
  return {
    kind: 'member',
    object: lowerExpr(ctx, parts[0], node),
    field: field ? sliceOf(ctx, field) : '',
    isArrow: parts[1]?.type === '->',
    span: spanOf(ctx, node),
  };
}

function lowerIndex(ctx: LowerContext, node: RawNode): Expr {
  const [object, index] = namedParts(node);
  return { kind: 'index', object: lowerExpr(ctx, object, node), index: lowerExpr(ctx, index, node), span: spanOf(ctx, node) };
}

/** `(T)x`, and `(T){ … }` with the initializer as its operand. */
function lowerCast(ctx: LowerContext, node: RawNode): Expr {
  const [type, operand] = namedParts(node);
  if (type?.type !== 'type_descriptor') return unknown(ctx, node, 'syntax error');
  return { kind: 'cast', type: typeFromDescriptor(ctx, type), operand: lowerExpr(ctx, operand, node), span: spanOf(ctx, node) };
}

/** The same form as the digested `offsetof`, which parses as a call. */
function lowerOffsetof(ctx: LowerContext, node: RawNode): Expr {
  const keyword = node.children[0] ?? node;
  const callee: Expr = { kind: 'name', name: 'offsetof', span: spanOf(ctx, keyword) };
  return { kind: 'call', callee, args: namedParts(node).map((part) => lowerExpr(ctx, part, node)), span: spanOf(ctx, node) };
}

function lowerInitializer(ctx: LowerContext, node: RawNode): Expr {
  return { kind: 'initializer', items: namedParts(node).map((part) => lowerInitItem(ctx, part)), span: spanOf(ctx, node) };
}

/** `.a.b = v` has the field `a.b`; an array entry `[i] = v` has none. */
function lowerInitItem(ctx: LowerContext, node: RawNode): InitItem {
  if (node.type !== 'initializer_pair') return { field: undefined, value: lowerExpr(ctx, node, node) };
  const parts = namedParts(node);
  const fields = parts.slice(0, -1).map((part) => designatedField(ctx, part));
  const value = lowerExpr(ctx, parts[parts.length - 1], node);
  const isField = fields.length > 0 && fields.every((field) => field !== undefined);
  return { field: isField ? fields.join('.') : undefined, value };
}

function designatedField(ctx: LowerContext, designator: RawNode): string | undefined {
  if (designator.type === 'field_identifier') return sliceOf(ctx, designator);
  const name = designator.type === 'field_designator' ? childOf(designator, 'field_identifier') : undefined;
  return name ? sliceOf(ctx, name) : undefined;
}
