/**
 * Which parameter of a fault function says that the access is a write. There is no fixed name:
 * eras pass `write_access`, `write`, or `flags` with FAULT_FLAG_WRITE. A parameter is taken for it
 * when it is masked with the write flag, when its truth guards making the pte writable, or when it
 * becomes the flags of a struct vm_fault, in the function itself or in one that it is handed on to.
 */

import { aggregateTypes, writeFlag } from '../../ops/vocabulary/fields.ts';
import type { Expr, FunctionDef, Stmt } from '../../syntax/ast.ts';
import type { Context } from './context.ts';
import { expressionsOf, walkExpr } from './scan.ts';
import type { SourceFunction } from './types.ts';

export type WriteParameter = { readonly name: string; readonly kind: 'flags' | 'truth' };

const maxDepth = 4;

export function findWriteParameter(source: SourceFunction, context: Context, depth = 0): WriteParameter | undefined {
  const names = new Set(source.fn.params.filter((param) => param.type.pointers === 0).map((param) => param.name));
  return maskedParameter(source.fn, names) ?? guardingParameter(source.fn, names, context) ?? storedParameter(source.fn, names) ?? handedOn(source, names, context, depth);
}

function maskedParameter(fn: FunctionDef, names: ReadonlySet<string>): WriteParameter | undefined {
  let found: WriteParameter | undefined;
  eachExpr(fn.body, (expr) => {
    if (expr.kind !== 'binary' || expr.op !== '&') return;
    for (const [flags, mask] of [[expr.left, expr.right], [expr.right, expr.left]] as const) {
      if (flags.kind === 'name' && names.has(flags.name) && mask.kind === 'name' && mask.name === writeFlag) found ??= { name: flags.name, kind: 'flags' };
    }
  });
  return found;
}

function guardingParameter(fn: FunctionDef, names: ReadonlySet<string>, context: Context): WriteParameter | undefined {
  let found: WriteParameter | undefined;
  eachStmt(fn.body, (stmt) => {
    if (found || stmt.kind !== 'if' || !makesWritable(stmt.then, context)) return;
    const name = testedNames(stmt.condition).find((each) => names.has(each));
    if (name !== undefined) found = { name, kind: 'truth' };
  });
  eachExpr(fn.body, (expr) => {
    if (found || expr.kind !== 'conditional' || !expr.then || !callsWritable(expr.then, context)) return;
    const name = testedNames(expr.condition).find((each) => names.has(each));
    if (name !== undefined) found = { name, kind: 'truth' };
  });
  return found;
}

/** `vmf.flags = flags;`, or `.flags = flags` where the struct is declared. */
function storedParameter(fn: FunctionDef, names: ReadonlySet<string>): WriteParameter | undefined {
  const faults = new Set<string>();
  let found: WriteParameter | undefined;
  const store = (field: string | undefined, value: Expr): void => {
    if (field === 'flags' && value.kind === 'name' && names.has(value.name)) found ??= { name: value.name, kind: 'flags' };
  };
  eachStmt(fn.body, (stmt) => {
    if (stmt.kind !== 'declare') return;
    for (const { name, type, init } of stmt.declarators) {
      if (!aggregateTypes.has(type.base) || type.pointers > 0) continue;
      faults.add(name);
      if (init?.kind === 'initializer') for (const item of init.items) store(item.field, item.value);
    }
  });
  eachExpr(fn.body, (expr) => {
    if (expr.kind !== 'assign' || expr.target.kind !== 'member' || expr.target.object.kind !== 'name') return;
    if (faults.has(expr.target.object.name)) store(expr.target.field, expr.value);
  });
  return found;
}

function handedOn(source: SourceFunction, names: ReadonlySet<string>, context: Context, depth: number): WriteParameter | undefined {
  if (depth >= maxDepth) return undefined;
  let found: WriteParameter | undefined;
  eachExpr(source.fn.body, (expr) => {
    if (found || expr.kind !== 'call' || expr.callee.kind !== 'name' || context.vocabulary.has(expr.callee.name)) return;
    if (!expr.args.some((arg) => arg.kind === 'name' && names.has(arg.name))) return;
    const callee = context.options.lookup.function(expr.callee.name, source.file);
    const inner = callee ? findWriteParameter(callee, context, depth + 1) : undefined;
    const index = inner && callee ? callee.fn.params.findIndex((param) => param.name === inner.name) : -1;
    const arg = index >= 0 ? expr.args[index] : undefined;
    if (inner && arg?.kind === 'name' && names.has(arg.name)) found = { name: arg.name, kind: inner.kind };
  });
  return found;
}

/** Names whose truth a condition asks for, through `&&`, `!!` and likely(). */
function testedNames(condition: Expr): string[] {
  switch (condition.kind) {
    case 'name':
      return [condition.name];
    case 'logical':
      return condition.op === '&&' ? [...testedNames(condition.left), ...testedNames(condition.right)] : [];
    case 'call':
      return condition.args[0] ? testedNames(condition.args[0]) : [];
    case 'binary':
      return condition.op === '!=' || condition.op === '==' ? [...testedNames(condition.left), ...testedNames(condition.right)] : [];
    default:
      return [];
  }
}

function makesWritable(stmt: Stmt, context: Context): boolean {
  return expressionsOf(stmt).some((expr) => callsWritable(expr, context));
}

function callsWritable(root: Expr, context: Context): boolean {
  let found = false;
  walkExpr(root, (expr) => {
    if (expr.kind !== 'call' || expr.callee.kind !== 'name') return;
    const result = context.vocabulary.get(expr.callee.name)?.result;
    found ||= result?.kind === 'pteWith' && (result.bits & 1) !== 0;
  });
  return found;
}

function eachExpr(body: Stmt, visit: (expr: Expr) => void): void {
  for (const expr of expressionsOf(body)) walkExpr(expr, visit);
}

function eachStmt(stmt: Stmt, visit: (stmt: Stmt) => void): void {
  visit(stmt);
  switch (stmt.kind) {
    case 'block':
      for (const each of stmt.body) eachStmt(each, visit);
      return;
    case 'if':
      eachStmt(stmt.then, visit);
      if (stmt.otherwise) eachStmt(stmt.otherwise, visit);
      return;
    case 'while':
    case 'doWhile':
    case 'for':
    case 'iterate':
    case 'switch':
      eachStmt(stmt.body, visit);
      return;
    case 'guard':
      if (stmt.body) eachStmt(stmt.body, visit);
      return;
    default:
  }
}
