/**
 * Expressions → nodes. `addBranch` splits what decides control, `addEffect` what is evaluated for its
 * effect only, and `valueOf` takes the control flow out of a value: what it held travels in `$n`.
 * C leaves the order of arguments open; here what is split comes before the rest of its expression.
 */

import type { Span } from '../base/text.ts';
import type { Expr, TypeName } from '../syntax/ast.ts';
import type { Flow } from './flow.ts';
import type { BranchEnds, OpenEnd } from './graph.ts';
import { holdsControl, mapOperands } from './operands.ts';

/** Adds the nodes that decide `expr`; control then stands nowhere until an end is resumed. */
export function addBranch(flow: Flow, expr: Expr): BranchEnds {
  const constant = constantOf(expr);
  if (constant !== undefined) return constantEnds(flow, constant !== 0);
  if (expr.kind === 'unary' && expr.op === '!') return swapped(addBranch(flow, expr.operand));
  if (expr.kind === 'logical') return addLogical(flow, expr);
  if (expr.kind === 'conditional') return addConditional(flow, expr);
  if (expr.kind === 'call') return addCallBranch(flow, expr);
  if (expr.kind !== 'comma') return addTest(flow, expr);
  addEffect(flow, expr.left);
  return addBranch(flow, expr.right);
}

function addTest(flow: Flow, expr: Expr): BranchEnds {
  const condition = valueOf(flow, expr);
  const from = flow.graph.addFork({ kind: 'branch', condition }, expr.span);
  return { whenTrue: [{ from, label: { kind: 'true' } }], whenFalse: [{ from, label: { kind: 'false' } }] };
}

/** Looks through `likely()` and its like. */
function addCallBranch(flow: Flow, call: Expr & { kind: 'call' }): BranchEnds {
  const [first] = call.args;
  const isWrapper = call.callee.kind === 'name' && flow.options.transparent.has(call.callee.name);
  return isWrapper && first ? addBranch(flow, first) : addTest(flow, call);
}

function addLogical(flow: Flow, expr: Expr & { kind: 'logical' }): BranchEnds {
  const left = addBranch(flow, expr.left);
  const isAnd = expr.op === '&&';
  flow.graph.resume(isAnd ? left.whenTrue : left.whenFalse);
  const right = addBranch(flow, expr.right);
  return isAnd
    ? { whenTrue: right.whenTrue, whenFalse: [...left.whenFalse, ...right.whenFalse] }
    : { whenTrue: [...left.whenTrue, ...right.whenTrue], whenFalse: right.whenFalse };
}

function addConditional(flow: Flow, expr: Expr & { kind: 'conditional' }): BranchEnds {
  const head = addBranch(flow, expr.condition);
  const then = expr.then ? branchFrom(flow, head.whenTrue, expr.then) : { whenTrue: head.whenTrue, whenFalse: [] };
  const otherwise = branchFrom(flow, head.whenFalse, expr.otherwise);
  return {
    whenTrue: [...then.whenTrue, ...otherwise.whenTrue],
    whenFalse: [...then.whenFalse, ...otherwise.whenFalse],
  };
}

function branchFrom(flow: Flow, ends: readonly OpenEnd[], expr: Expr): BranchEnds {
  flow.graph.resume(ends);
  return addBranch(flow, expr);
}

function swapped(ends: BranchEnds): BranchEnds {
  return { whenTrue: ends.whenFalse, whenFalse: ends.whenTrue };
}

function constantEnds(flow: Flow, isTrue: boolean): BranchEnds {
  const ends = flow.graph.take();
  return isTrue ? { whenTrue: ends, whenFalse: [] } : { whenTrue: [], whenFalse: ends };
}

/** The value of a condition that is a literal, plain or negated. */
function constantOf(expr: Expr): number | undefined {
  if (expr.kind === 'number') return expr.value;
  if (expr.kind !== 'unary' || (expr.op !== '!' && expr.op !== '-')) return undefined;
  const operand = constantOf(expr.operand);
  if (operand === undefined) return undefined;
  return expr.op === '-' ? -operand : Number(operand === 0);
}

/** Adds an expression whose value nobody uses. */
export function addEffect(flow: Flow, expr: Expr): void {
  if (expr.kind === 'number') return;
  if (expr.kind === 'logical' || expr.kind === 'conditional') addControlEffect(flow, expr);
  else if (expr.kind === 'statements') flow.block(flow, expr.body, expr.span);
  else if (expr.kind === 'unknown') addUnknown(flow, expr);
  else if (expr.kind === 'cast' && isVoid(expr.type)) addEffect(flow, expr.operand);
  else if (expr.kind === 'comma') {
    addEffect(flow, expr.left);
    addEffect(flow, expr.right);
  } else addEval(flow, expr);
}

function isVoid(type: TypeName): boolean {
  return type.base === 'void' && type.pointers === 0;
}

function addEval(flow: Flow, expr: Expr): void {
  const value = valueOf(flow, expr);
  const isHalt = expr.kind === 'call' && (expr.isNoreturn === true || (expr.callee.kind === 'name' && flow.options.noreturn.has(expr.callee.name)));
  if (isHalt) flow.graph.addFork({ kind: 'halt', expr: value }, expr.span);
  else flow.graph.add({ kind: 'eval', expr: value }, expr.span);
}

/** Plain asm does not move control; all else that is unknown might. */
function addUnknown(flow: Flow, expr: Expr & { kind: 'unknown' }): void {
  if (expr.reason === 'asm') flow.graph.add({ kind: 'unknown', reason: expr.reason }, expr.span);
  else flow.unknown(expr.reason, expr.span);
}

function addControlEffect(flow: Flow, expr: Expr & { kind: 'logical' | 'conditional' }): void {
  if (expr.kind === 'conditional') {
    const { whenTrue, whenFalse } = addBranch(flow, expr.condition);
    addArms(flow, [whenTrue, () => expr.then && addEffect(flow, expr.then)], [whenFalse, () => addEffect(flow, expr.otherwise)]);
    return;
  }
  const { whenTrue, whenFalse } = addBranch(flow, expr.left);
  const right = () => addEffect(flow, expr.right);
  if (expr.op === '&&') addArms(flow, [whenTrue, right], [whenFalse, () => undefined]);
  else addArms(flow, [whenTrue, () => undefined], [whenFalse, right]);
}

type Arm = readonly [ends: readonly OpenEnd[], add: () => void];

/** Adds each arm at its ends; control then stands at the end of all of them. */
function addArms(flow: Flow, ...arms: readonly Arm[]): void {
  const done: OpenEnd[] = [];
  for (const [ends, add] of arms) {
    flow.graph.resume(ends);
    add();
    for (const end of flow.graph.take()) done.push(end);
  }
  flow.graph.resume(done);
}

/** The expression with its control flow taken out, whose nodes are added before. */
export function valueOf(flow: Flow, expr: Expr): Expr {
  if (!holdsControl(expr)) return expr;
  if (expr.kind === 'logical') return logicalValue(flow, expr);
  if (expr.kind === 'conditional') return conditionalValue(flow, expr);
  if (expr.kind === 'statements') return statementsValue(flow, expr);
  if (expr.kind !== 'comma') return mapOperands(expr, (operand) => valueOf(flow, operand));
  addEffect(flow, expr.left);
  return valueOf(flow, expr.right);
}

function logicalValue(flow: Flow, expr: Expr & { kind: 'logical' }): Expr {
  const result = flow.temporary(expr.span);
  const { whenTrue, whenFalse } = addBranch(flow, expr);
  const set = (value: number) => addAssign(flow, result, { kind: 'number', value, span: expr.span }, expr.span);
  addArms(flow, [whenTrue, () => set(1)], [whenFalse, () => set(0)]);
  return result;
}

function conditionalValue(flow: Flow, expr: Expr & { kind: 'conditional' }): Expr {
  const result = flow.temporary(expr.span);
  const set = (value: Expr) => addAssign(flow, result, valueOf(flow, value), value.span);
  const { then } = expr;
  // GNU `a ?: b` evaluates `a` once and tests that value.
  if (!then) set(expr.condition);
  const { whenTrue, whenFalse } = addBranch(flow, then ? expr.condition : result);
  addArms(flow, [whenTrue, () => then && set(then)], [whenFalse, () => set(expr.otherwise)]);
  return result;
}

/** `({ …; x; })`: the value is that of the last statement, taken before the block's scopes close. */
function statementsValue(flow: Flow, expr: Expr & { kind: 'statements' }): Expr {
  const last = expr.body[expr.body.length - 1];
  if (last?.kind !== 'expr') {
    flow.block(flow, expr.body, expr.span);
    return { kind: 'unknown', reason: 'a statement expression without a value', span: expr.span };
  }
  const result = flow.temporary(expr.span);
  const assign: Expr = { kind: 'assign', op: '=', target: result, value: last.expr, span: last.span };
  flow.block(flow, [...expr.body.slice(0, -1), { kind: 'expr', expr: assign, span: last.span }], expr.span);
  return result;
}

function addAssign(flow: Flow, target: Expr, value: Expr, span: Span): void {
  flow.graph.add({ kind: 'eval', expr: { kind: 'assign', op: '=', target, value, span } }, span);
}
