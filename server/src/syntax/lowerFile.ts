/**
 * File scope: functions, initialised structs, macros and enumerators, wherever conditionals,
 * `extern "C"` or error recovery put them.
 */

import type { Span } from '../base/text.ts';
import type { FileSyntax, FunctionDef, MacroDef, Param, StructInit, TypeName } from './ast.ts';
import { nameAsWritten } from './digest/macroFunctions.ts';
import { endOfLogicalLine } from './hiddenControl.ts';
import { annotationsIn } from './lowerAnnotations.ts';
import { sliceOf, spanOf, type LowerContext } from './lowerContext.ts';
import { lowerExpr } from './lowerExpr.ts';
import { isConditional } from './lowerPreproc.ts';
import { lowerBlock } from './lowerStmt.ts';
import { baseName, declaredType, declaratorsOf, paramsOf, shapeOf, typeNodeOf, type DeclaratorShape } from './lowerTypes.ts';
import type { SyntaxPart } from './moved.ts';
import { childOf, namedParts, soundChildren, type RawNode, type RawTree } from './nodes.ts';

/** Everything that the tree of a file, or of a chunk of one, holds, in source order. */
export function lowerFile(ctx: LowerContext, tree: RawTree): SyntaxPart {
  const functions: FunctionDef[] = [];
  const structInits: StructInit[] = [];
  const unparsed = outermost(tree.errors.map((error) => spanOf(ctx, error)));
  const pending: RawNode[] = [tree.root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type === 'function_definition') lowerFunctionInto(ctx, node, unparsed, functions);
    else if (node.type === 'declaration') for (const init of structInitsOf(ctx, node)) structInits.push(init);
    const inside = mayHoldItems(node) ? node.children : ctx.swallowed.splice(0);
    // Backwards, so that the stack gives them back in source order.
    for (let at = inside.length - 1; at >= 0; at--) pending.push(inside[at]!);
  }
  functions.sort((a, b) => a.span.start - b.span.start);
  const macros = tree.definitions.map((node) => macroOf(ctx, node)).filter((macro) => macro !== undefined);
  const enumerators = tree.definitions.map((node) => enumeratorOf(ctx, node)).filter((entry) => entry !== undefined);
  return { functions, structInits, macros, enumerators, unparsed };
}

const CONTAINERS: ReadonlySet<string> = new Set([
  'translation_unit', 'linkage_specification', 'declaration_list', 'ERROR', 'compound_statement', 'labeled_statement',
]);

function mayHoldItems(node: RawNode): boolean {
  return CONTAINERS.has(node.type) || isConditional(node);
}

function enumeratorOf(ctx: LowerContext, node: RawNode): FileSyntax['enumerators'][number] | undefined {
  const [name, value] = node.type === 'enumerator' ? namedParts(node) : [];
  return name && { name: sliceOf(ctx, name), value: value && lowerExpr(ctx, value, node), span: spanOf(ctx, node) };
}

/** Error spans without those inside another one. */
function outermost(spans: readonly Span[]): Span[] {
  const kept: Span[] = [];
  for (const span of spans) {
    const last = kept[kept.length - 1];
    if (!last || span.end > last.end || (span.start === span.end && span.start >= last.end)) kept.push(span);
  }
  return kept;
}

function lowerFunctionInto(ctx: LowerContext, node: RawNode, unparsed: readonly Span[], out: FunctionDef[]): void {
  const block = childOf(node, 'compound_statement');
  const declarator = declaratorsOf(node)[0];
  const shape = declarator && shapeOf(declarator);
  if (!block || !shape?.name || !shape.parameters) return;
  ctx.unread.length = 0;
  ctx.addressed = [];
  const body = lowerBlock(ctx, block);
  const span = spanOf(ctx, node);
  const nameSpan = nameAsWritten(ctx.original, shape.name);
  const damaged = within(unparsed, span).filter((error) => !isBetween(error, shape.parametersEnd, block, ctx.shift));
  out.push({
    name: ctx.original.slice(nameSpan.start, nameSpan.end),
    nameSpan: { start: nameSpan.start + ctx.shift, end: nameSpan.end + ctx.shift },
    returnType: returnTypeOf(ctx, node, shape),
    params: functionParams(ctx, node, shape.parameters),
    isStatic: isStatic(ctx, node, shape),
    annotations: isOldStyle(node) ? [] : annotationsIn(ctx, shape.parametersEnd, block.start),
    body,
    span,
    unparsed: damaged.concat(ctx.unread.splice(0)),
  });
}

/** Those of `spans`, which are in order and apart, that lie in `outer`. */
function within(spans: readonly Span[], outer: Span): Span[] {
  let low = 0;
  for (let high = spans.length; low < high;) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.start < outer.start) low = middle + 1;
    else high = middle;
  }
  const found: Span[] = [];
  for (let at = low; at < spans.length && spans[at]!.start <= outer.end; at++) if (spans[at]!.end <= outer.end) found.push(spans[at]!);
  return found;
}

/** Whether an error lies among the annotations, which are read without the tree. */
function isBetween(error: Span, parametersEnd: number, block: RawNode, shift: number): boolean {
  return error.start >= parametersEnd + shift && error.end <= block.start + shift;
}

function isStatic(ctx: LowerContext, node: RawNode, shape: DeclaratorShape): boolean {
  const head = ctx.original.slice(node.start, shape.name?.start ?? node.start);
  return /\bstatic\b/.test(head);
}

/** The rewrite blanks the `*` of an old-style definition: they are those before its name. One without a type returns int. */
function returnTypeOf(ctx: LowerContext, node: RawNode, shape: DeclaratorShape): TypeName {
  const specifier = typeNodeOf(node);
  const type = declaredType(baseName(ctx, specifier), shape);
  if (!isOldStyle(node) || !specifier || !shape.name) return type;
  if (ctx.parsed.slice(specifier.start, specifier.end) !== sliceOf(ctx, specifier)) return { ...type, base: 'int' };
  return { ...type, pointers: ctx.original.slice(specifier.end, shape.name.start).split('*').length - 1 };
}

/** A K&R definition has its parameters' declarations between the list and the body. */
function isOldStyle(node: RawNode): boolean {
  return node.children.some((child) => child.type === 'declaration');
}

function functionParams(ctx: LowerContext, node: RawNode, list: RawNode): Param[] {
  const params = paramsOf(ctx, list);
  if (!isOldStyle(node)) return params;
  const declared = new Map<string, Param['type']>();
  for (const declaration of node.children.filter((child) => child.type === 'declaration')) {
    const base = baseName(ctx, typeNodeOf(declaration));
    for (const shape of declaratorsOf(declaration).map(shapeOf)) {
      if (shape.name) declared.set(sliceOf(ctx, shape.name), declaredType(base, shape));
    }
  }
  return params.map((param) => ({ ...param, type: declared.get(param.name) ?? param.type }));
}

function structInitsOf(ctx: LowerContext, node: RawNode): StructInit[] {
  const specifier = typeNodeOf(node);
  if (!specifier) return [];
  const base = baseName(ctx, specifier);
  const inits: StructInit[] = [];
  for (const declarator of declaratorsOf(node)) {
    const [inner, , list] = declarator.type === 'init_declarator' ? soundChildren(declarator) : [];
    if (!inner || list?.type !== 'initializer_list') continue;
    const shape = shapeOf(inner);
    if (!shape.name || shape.isArray || shape.pointers > 0) continue;
    const fields = fieldsOf(ctx, list);
    inits.push({ structName: base.replace(/^(?:struct|union) /, ''), variable: sliceOf(ctx, shape.name), fields, span: spanOf(ctx, node) });
  }
  return inits;
}

function fieldsOf(ctx: LowerContext, list: RawNode): ReadonlyMap<string, string> {
  const initializer = lowerExpr(ctx, list, list);
  const fields = new Map<string, string>();
  if (initializer.kind !== 'initializer') return fields;
  for (const { field, value } of initializer.items) {
    const target = value.kind === 'unary' && value.op === '&' ? value.operand : value;
    if (field !== undefined && target.kind === 'name') fields.set(field, target.name);
  }
  return fields;
}

function macroOf(ctx: LowerContext, node: RawNode): MacroDef | undefined {
  const name = node.type === 'enumerator' ? undefined : childOf(node, 'identifier');
  if (!name) return undefined;
  const list = childOf(node, 'preproc_params');
  const params = list?.children.filter((child) => child.isNamed || child.type === '...').map((child) => sliceOf(ctx, child));
  const bodyStart = (list ?? name).end;
  const bodyEnd = endOfLogicalLine(ctx.original, bodyStart);
  const span = { start: node.start + ctx.shift, end: bodyEnd + ctx.shift };
  return { name: sliceOf(ctx, name), params, body: ctx.original.slice(bodyStart, bodyEnd).trim(), span };
}
