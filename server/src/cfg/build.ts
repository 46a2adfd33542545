/**
 * `FunctionDef` → `Cfg`. Never throws on any function: what the graph cannot represent is an
 * `unknown` node that control passes, and a problem that says why.
 */

import type { Span } from '../base/text.ts';
import { assertNever } from '../base/assert.ts';
import type { Declarator, Expr, FunctionDef, Stmt } from '../syntax/ast.ts';
import { addBranch, addEffect, valueOf } from './conditions.ts';
import { Flow, type Target } from './flow.ts';
import type { OpenEnd } from './graph.ts';
import type { Cfg, CfgOptions, NodeId } from './types.ts';

/** The control-flow graph of one function. */
export function buildCfg(fn: FunctionDef, options: CfgOptions): Cfg {
  const flow = new Flow(options, addBlock);
  const entry = flow.graph.add({ kind: 'entry' }, fn.nameSpan);
  for (const param of fn.params) if (param.name !== '') flow.names.declare(param.name);
  addBlock(flow, fn.body.body, fn.body.span);
  const ends = [...flow.graph.take(), ...flow.returns];
  const exit = flow.graph.addFork({ kind: 'exit' }, closingBrace(fn.body.span));
  flow.graph.link(ends, exit);
  flow.resolveGotos(exit);
  const nodes = flow.graph.finish(entry, exit);
  return { functionName: fn.name, nodes, entry: 0, exit: nodes.length - 1, problems: flow.problems };
}

function closingBrace(span: Span): Span {
  return { start: Math.max(span.start, span.end - 1), end: span.end };
}

/** Statements in a scope of their own: guards and cleanups among them end with the block. */
function addBlock(flow: Flow, body: readonly Stmt[], span: Span): void {
  const outer = flow.scope;
  flow.names.openBlock();
  for (const stmt of body) addStatement(flow, stmt);
  flow.leaveTo(outer, closingBrace(span));
  flow.scope = outer;
  flow.names.closeBlock();
}

/** A body that is a scope even without braces. */
function addBody(flow: Flow, stmt: Stmt): void {
  addBlock(flow, stmt.kind === 'block' ? stmt.body : [stmt], stmt.span);
}

function addStatement(flow: Flow, stmt: Stmt): void {
  switch (stmt.kind) {
    case 'expr':
      addEffect(flow, flow.names.resolve(stmt.expr));
      return;
    case 'declare':
      for (const declarator of stmt.declarators) addDeclarator(flow, declarator, stmt.isStatic);
      return;
    case 'block':
      addBlock(flow, stmt.body, stmt.span);
      return;
    case 'if':
      addIf(flow, stmt);
      return;
    case 'while':
    case 'doWhile':
    case 'for':
    case 'iterate':
      addLoop(flow, stmt);
      return;
    case 'guard':
      addGuard(flow, stmt);
      return;
    case 'switch':
      addSwitch(flow, stmt);
      return;
    case 'case':
      addCase(flow, stmt);
      return;
    case 'label':
      flow.label(stmt.name, stmt.span);
      return;
    case 'goto':
      flow.goto(stmt.label, stmt.span);
      return;
    case 'computedGoto':
      flow.computedGoto(stmt.labels, stmt.span);
      return;
    case 'asmGoto':
      addAsmGoto(flow, stmt);
      return;
    case 'return':
      addReturn(flow, stmt);
      return;
    case 'break':
    case 'continue':
      addJump(flow, stmt);
      return;
    case 'empty':
      return;
    case 'unknown':
      flow.unknown(stmt.reason, stmt.span);
      return;
    default:
      assertNever(stmt);
  }
}

/** The assembly, then for each of its labels: there, or on. */
function addAsmGoto(flow: Flow, stmt: Stmt & { kind: 'asmGoto' }): void {
  if (!flow.graph.isReachable) return;
  flow.graph.add({ kind: 'unknown', reason: 'asm' }, stmt.span);
  for (const label of stmt.labels) flow.jumpPerhaps(label, `the asm goes to ${label}`, stmt.span);
}

/** A static local is no new variable each time control passes; it only takes its name. */
function addDeclarator(flow: Flow, declarator: Declarator, isStatic: boolean): void {
  const { type, init, cleanup, span } = declarator;
  const name = flow.names.declare(declarator.name);
  if (isStatic) return;
  const value = init && valueOf(flow, flow.names.resolve(init));
  flow.graph.add({ kind: 'declare', name, type, init: value }, span);
  if (cleanup !== undefined) flow.openScope({ kind: 'cleanup', variable: name, cleanup });
}

function addIf(flow: Flow, stmt: Stmt & { kind: 'if' }): void {
  const { whenTrue, whenFalse } = addBranch(flow, flow.names.resolve(stmt.condition));
  flow.graph.resume(whenTrue);
  addBody(flow, stmt.then);
  const afterThen = flow.graph.take();
  flow.graph.resume(whenFalse);
  if (stmt.otherwise) addBody(flow, stmt.otherwise);
  flow.graph.resume(afterThen);
}

type Loop = Stmt & { kind: 'while' | 'doWhile' | 'for' | 'iterate' };

function addLoop(flow: Flow, stmt: Loop): void {
  const outer = flow.scope;
  flow.names.openBlock();
  if (stmt.kind === 'for' && stmt.init) addStatement(flow, stmt.init);
  if (stmt.kind === 'iterate') addIterate(flow, stmt);
  else if (stmt.kind === 'doWhile') addDoWhile(flow, stmt);
  else addWhile(flow, stmt);
  flow.leaveTo(outer, closingBrace(stmt.span));
  flow.scope = outer;
  flow.names.closeBlock();
}

/**
 *   head: condition --true--> body → [step] → head
 *                  \--false--> after
 */
function addWhile(flow: Flow, stmt: Stmt & { kind: 'while' | 'for' }): void {
  const head = flow.graph.add({ kind: 'skip' }, stmt.span);
  const branch = stmt.condition ? addBranch(flow, flow.names.resolve(stmt.condition)) : { whenTrue: flow.graph.take(), whenFalse: [] };
  const target = addTargetBody(flow, branch.whenTrue, stmt.body);
  if (stmt.kind === 'for' && stmt.step) addEffect(flow, flow.names.resolve(stmt.step));
  flow.graph.link(flow.graph.take(), head);
  flow.graph.resume(branch.whenFalse, target.breaks);
}

function addDoWhile(flow: Flow, stmt: Stmt & { kind: 'doWhile' }): void {
  const head = flow.graph.add({ kind: 'skip' }, stmt.span);
  const target = addTargetBody(flow, flow.graph.take(), stmt.body);
  const { whenTrue, whenFalse } = addBranch(flow, flow.names.resolve(stmt.condition));
  flow.graph.link(whenTrue, head);
  flow.graph.resume(whenFalse, target.breaks);
}

/** The arguments stay whole, with any control flow in them: the macro evaluates them once a round. */
function addIterate(flow: Flow, stmt: Stmt & { kind: 'iterate' }): void {
  const head = flow.graph.addFork({ kind: 'iterate', macro: stmt.macro, args: stmt.args.map((arg) => flow.names.resolve(arg)) }, headSpan(stmt));
  const target = addTargetBody(flow, [{ from: head, label: { kind: 'true' } }], stmt.body);
  flow.graph.link(flow.graph.take(), head);
  flow.graph.resume([{ from: head, label: { kind: 'false' } }], target.breaks);
}

/** From the macro's name to the start of the body. */
function headSpan(stmt: Stmt & { kind: 'iterate' | 'guard' }): Span {
  return { start: stmt.span.start, end: stmt.body ? Math.max(stmt.span.start, stmt.body.span.start) : stmt.span.end };
}

/** Adds a body that `break` and `continue` leave; control then stands where `continue` goes. */
function addTargetBody(flow: Flow, ends: readonly OpenEnd[], body: Stmt): Target {
  const continues: OpenEnd[] = [];
  const target: Target = { scope: flow.scope, breaks: [], continues, switchNode: undefined, hasDefault: false };
  flow.graph.resume(ends);
  flow.targets.push(target);
  addBody(flow, body);
  flow.targets.pop();
  flow.graph.resume(continues);
  return target;
}

/**
 * The body of `scoped_guard()` is a loop to the compiler: `break` and `continue` leave it. Where the lock
 * may not be had, the body is passed over, and `scoped_cond_guard()` does something else instead:
 *
 *   [branch] --true--> enter → body → leave → after
 *          \--false--> otherwise --------------→ after
 */
function addGuard(flow: Flow, stmt: Stmt & { kind: 'guard' }): void {
  const outer = flow.scope;
  const args = stmt.args.map((arg) => valueOf(flow, flow.names.resolve(arg)));
  const { lockClass } = stmt;
  const skipped = stmt.body ? addGuardFailure(flow, stmt) : [];
  flow.graph.add({ kind: 'guard', edge: 'enter', lockClass, args }, headSpan(stmt));
  flow.openScope({ kind: 'guard', edge: 'leave', lockClass, args });
  if (!stmt.body) return;
  const target = addTargetBody(flow, flow.graph.take(), stmt.body);
  flow.graph.resume(target.breaks);
  flow.leaveTo(outer, closingBrace(stmt.span));
  flow.scope = outer;
  flow.graph.resume(skipped);
}

/** Where the lock is not had; control then stands where it is. The failure stands in the guard's loop. */
function addGuardFailure(flow: Flow, stmt: Stmt & { kind: 'guard' }): readonly OpenEnd[] {
  if (!stmt.otherwise && flow.options.isConditionalGuard?.(stmt.lockClass) !== true) return [];
  const span = headSpan(stmt);
  const condition: Expr = { kind: 'unknown', reason: `the lock of ${stmt.lockClass} was taken`, span };
  const from = flow.graph.addFork({ kind: 'branch', condition }, span);
  const body: Stmt = { kind: 'block', body: stmt.otherwise ?? [], span };
  const target = addTargetBody(flow, [{ from, label: { kind: 'false' } }], body);
  const ends = [...flow.graph.take(), ...target.breaks];
  flow.graph.resume([{ from, label: { kind: 'true' } }]);
  return ends;
}

function addSwitch(flow: Flow, stmt: Stmt & { kind: 'switch' }): void {
  const value = valueOf(flow, flow.names.resolve(stmt.value));
  const switchNode = flow.graph.addFork({ kind: 'switch', value }, stmt.value.span);
  const target: Target = { scope: flow.scope, breaks: [], continues: undefined, switchNode, hasDefault: false };
  flow.targets.push(target);
  addBody(flow, stmt.body);
  flow.targets.pop();
  flow.graph.resume(target.breaks);
  if (!target.hasDefault) flow.graph.resume([{ from: switchNode, label: { kind: 'default' } }]);
}

function addCase(flow: Flow, stmt: Stmt & { kind: 'case' }): void {
  const target = flow.targets.findLast(({ switchNode }) => switchNode !== undefined);
  if (target?.switchNode === undefined) {
    flow.problem('a case outside a switch', stmt.span);
    return;
  }
  const from: NodeId = target.switchNode;
  if (!stmt.low && target.hasDefault) flow.problem('a switch with two defaults', stmt.span);
  if (!stmt.low) target.hasDefault = true;
  flow.graph.resume([{ from, label: stmt.low ? { kind: 'case', low: stmt.low, high: stmt.high } : { kind: 'default' } }]);
}

function addReturn(flow: Flow, stmt: Stmt & { kind: 'return' }): void {
  const value = stmt.value && valueOf(flow, flow.names.resolve(stmt.value));
  flow.graph.add({ kind: 'return', value }, stmt.span);
  flow.leaveTo(undefined, stmt.span);
  for (const end of flow.graph.take()) flow.returns.push(end);
}

function addJump(flow: Flow, stmt: Stmt & { kind: 'break' | 'continue' }): void {
  const target = flow.targets.findLast(({ continues }) => stmt.kind === 'break' || continues !== undefined);
  if (!target) {
    flow.unknown(`${stmt.kind} outside a loop`, stmt.span);
    return;
  }
  flow.leaveTo(target.scope, stmt.span);
  const ends = stmt.kind === 'break' ? target.breaks : (target.continues ?? []);
  for (const end of flow.graph.take()) ends.push(end);
}
