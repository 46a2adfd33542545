/**
 * Declarations inside functions → `declare` statements. Prototypes and local types declare nothing
 * that runs and give no statement. `__free(class)` and `__cleanup(f)` are read from the source,
 * since the parser's text has them blanked.
 */

import type { Declarator, Stmt } from './ast.ts';
import { lowerExpr } from './lowerExpr.ts';
import { sliceOf, spanOf, type LowerContext } from './lowerContext.ts';
import { baseName, declaratorsOf, declaredType, shapeOf, typeNodeOf, type DeclaratorShape } from './lowerTypes.ts';
import { namedParts, soundChildren, type RawNode } from './nodes.ts';

const CLEANUP = /\b__(?:free|cleanup)\s*\(\s*(\w+)\s*\)/;

/** The statement of a `declaration` node; undefined where no variable is declared. */
export function lowerDeclaration(ctx: LowerContext, node: RawNode): Stmt | undefined {
  const specifier = typeNodeOf(node);
  const base = baseName(ctx, specifier);
  if (base === '__label__') return undefined;
  const text = sliceOf(ctx, node);
  const hasCleanup = text.includes('__free') || text.includes('__cleanup');
  const isMacroCall = specifier?.type === 'macro_type_specifier' && declaratorsOf(node).every((each) => shapeOf(each).isFunction);
  if (isMacroCall) return { kind: 'unknown', reason: 'a macro that the grammar takes for a type', span: spanOf(ctx, node) };
  const nodes = declaratorsOf(node);
  const shared = hasCleanup && specifier && nodes[0] ? CLEANUP.exec(ctx.original.slice(specifier.end, nodes[0].start))?.[1] : undefined;
  const declarators = nodes
    .map((declarator) => lowerDeclarator(ctx, declarator, base, hasCleanup))
    .map((declarator) => (declarator && shared !== undefined ? { ...declarator, cleanup: declarator.cleanup ?? shared } : declarator))
    .filter((declarator) => declarator !== undefined);
  if (declarators.length === 0) return undefined;
  return { kind: 'declare', declarators, isStatic: hasStaticLifetime(ctx, node), span: spanOf(ctx, node) };
}

function lowerDeclarator(ctx: LowerContext, node: RawNode, base: string, hasCleanup: boolean): Declarator | undefined {
  const isInit = node.type === 'init_declarator';
  const [inner, , value] = isInit ? soundChildren(node) : [node];
  const shape = shapeOf(inner ?? node);
  const name = shape.isFunction ? wrappedName(ctx, shape) : shape.name;
  if (!name || name.end === name.start) return undefined;
  return {
    name: sliceOf(ctx, name),
    type: declaredType(base, shape),
    init: isInit ? lowerExpr(ctx, value, node) : undefined,
    cleanup: hasCleanup ? (cleanupAfter(ctx, name.end, value?.start) ?? cleanupBefore(ctx, node.start, name.start)) : undefined,
    span: spanOf(ctx, node),
  };
}

/**
 * `spinlock_t *uninitialized_var(ptl);` looks like a prototype, but its parameter is the variable.
 * Prototypes inside functions are rare; one of a single unnamed typedef that is no `…_t` is taken
 * for a variable.
 */
function wrappedName(ctx: LowerContext, shape: DeclaratorShape): RawNode | undefined {
  const [only, ...others] = shape.parameters ? namedParts(shape.parameters) : [];
  const [name, ...more] = only?.type === 'parameter_declaration' ? only.children : [];
  const isLone = others.length === 0 && more.length === 0 && name?.type === 'type_identifier';
  return isLone && !/_t$/.test(sliceOf(ctx, name)) ? name : undefined;
}

/** The cleanup between a declarator's name and its initializer or the declaration's end. */
function cleanupAfter(ctx: LowerContext, from: number, to: number | undefined): string | undefined {
  const stop = to ?? ctx.original.slice(from).search(/[;=,]/) + from;
  return CLEANUP.exec(ctx.original.slice(from, stop))?.[1];
}

/** The cleanup between a declarator's `*` and its name. */
function cleanupBefore(ctx: LowerContext, from: number, to: number): string | undefined {
  return CLEANUP.exec(ctx.original.slice(from, to))?.[1];
}

/** `static` and `extern` variables do not come into being where their declaration stands. */
function hasStaticLifetime(ctx: LowerContext, node: RawNode): boolean {
  return node.children.some(
    (child) => child.type === 'storage_class_specifier' && /^(?:static|extern)$/.test(sliceOf(ctx, child)),
  );
}
