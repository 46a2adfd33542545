/**
 * Whether a function matters to the protocols: it uses a primitive that has an effect or tells
 * something of the machine's state, reads or writes one of its cells, calls a handler, or calls a
 * function that does. What does not matter is not inlined and cannot change a verdict.
 */

import { aggregateTypes, fieldMeanings, objectTypes } from '../../ops/vocabulary/fields.ts';
import type { Primitive } from '../../ops/types.ts';
import type { Expr } from '../../syntax/ast.ts';
import type { Context } from './context.ts';
import { pageFields } from './lost.ts';
import { nodeExpressions, walkExpr } from './scan.ts';
import type { SourceFunction } from './types.ts';

const maxDepth = 8;
/** A helper of so few CFG nodes is inlined for its result alone. */
const smallBody = 12;

const cellFields = new Set(
  Object.entries(fieldMeanings).filter(([, meaning]) => meaning.kind === 'cell').map(([key]) => key.slice(key.indexOf('.') + 1)),
);

const memos = new WeakMap<Context, Map<string, boolean>>();

export function isRelevant(source: SourceFunction, context: Context): boolean {
  if (returnsObject(source) || (source.cfg.nodes.length <= smallBody && returnsScalar(source))) return true;
  return touches(source, context, 0);
}

/** The function's own body orders memory. */
export function isBarrier(source: SourceFunction, context: Context): boolean {
  return source.cfg.nodes.length <= smallBody && source.cfg.nodes.some((node) => nodeExpressions(node.action).some((root) => {
    let found = false;
    walkExpr(root, (expr) => {
      if (expr.kind !== 'call' || expr.callee.kind !== 'name') return;
      found ||= context.vocabulary.get(expr.callee.name)?.effects.some((effect) => effect.kind === 'fence') ?? false;
    });
    return found;
  }));
}

function returnsScalar(source: SourceFunction): boolean {
  const { base, pointers } = source.fn.returnType;
  return pointers === 0 && base !== 'void';
}

function returnsObject(source: SourceFunction): boolean {
  const { base, pointers } = source.fn.returnType;
  return pointers === 1 && (base in objectTypes);
}

function touches(source: SourceFunction, context: Context, depth: number): boolean {
  let memo = memos.get(context);
  if (!memo) memos.set(context, (memo = new Map<string, boolean>()));
  const key = `${source.file}:${source.fn.name}`;
  const known = memo.get(key);
  if (known !== undefined) return known;
  memo.set(key, false);
  const result = source.cfg.nodes.some((node) => nodeExpressions(node.action).some((expr) => exprTouches(expr, source, context, depth)));
  memo.set(key, result);
  return result;
}

function exprTouches(root: Expr, source: SourceFunction, context: Context, depth: number): boolean {
  let found = false;
  walkExpr(root, (expr) => {
    if (found) return;
    if (expr.kind === 'member') found = cellFields.has(expr.field) && expr.field !== 'i_size';
    if (expr.kind === 'assign') found = leavesPage(expr.target, source);
    if (expr.kind === 'call') found = callTouches(expr, source, context, depth);
  });
  return found;
}

/** `vmf->page = …` of a fault that it is given. */
function leavesPage(target: Expr, { fn }: SourceFunction): boolean {
  if (target.kind !== 'member' || target.object.kind !== 'name' || !pageFields.includes(target.field)) return false;
  const { name } = target.object;
  return fn.params.some((param) => param.name === name && param.type.pointers === 1 && aggregateTypes.has(param.type.base));
}

function callTouches(call: Expr & { kind: 'call' }, source: SourceFunction, context: Context, depth: number): boolean {
  if (call.callee.kind !== 'name') return call.callee.kind === 'member' && isHandlerCall(call.callee);
  const primitive = context.vocabulary.get(call.callee.name);
  if (primitive) return matters(primitive);
  if (depth >= maxDepth) return false;
  const callee = context.options.lookup.function(call.callee.name, source.file);
  if (callee) return touches(callee, context, depth + 1);
  return context.options.lookup.composite(call.callee.name) !== undefined;
}

function isHandlerCall(callee: Expr & { kind: 'member' }): boolean {
  return callee.object.kind === 'member' && (callee.object.field === 'vm_ops' || callee.object.field === 'a_ops');
}

function matters(primitive: Primitive): boolean {
  const silent: ReadonlySet<Primitive['result']['kind']> = new Set(['none', 'unknown', 'argument', 'choice', 'errorPointer', 'isError']);
  const effects = primitive.effects.filter((effect) => effect.kind !== 'assertFalse' && !isForeignLock(effect));
  return effects.length > 0 || !silent.has(primitive.result.kind);
}

/** Locks that have no counterpart in the machine unless they are named by one of its fields. */
function isForeignLock(effect: Primitive['effects'][number]): boolean {
  return (effect.kind === 'acquire' || effect.kind === 'release') && ['rcu', 'mutex', 'anonVma', 'pmd', 'vma'].includes(effect.lock);
}
