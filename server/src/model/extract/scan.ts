/**
 * Syntactic facts about one function that extraction needs before it starts: which variables are
 * assigned, which are counted with arithmetic, and with which constants each is compared.
 */

import type { Cfg, NodeAction } from '../../cfg/types.ts';
import type { Span } from '../../base/text.ts';
import type { Expr, Stmt } from '../../syntax/ast.ts';

export interface VariableUse {
  isAssigned: boolean;
  /** `++`, `+=`, or assigned the result of arithmetic. */
  isCounted: boolean;
  /** Expressions that it is compared or masked with. */
  readonly comparedWith: Expr[];
  isTestedForTruth: boolean;
  /** `return x` */
  isReturned: boolean;
}

/** Calls `visit` on every expression inside, outermost first. */
export function walkExpr(expr: Expr, visit: (expr: Expr) => void): void {
  visit(expr);
  for (const child of childrenOf(expr)) walkExpr(child, visit);
}

function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'unary':
    case 'update':
    case 'cast':
      return [expr.operand];
    case 'binary':
    case 'logical':
    case 'comma':
      return [expr.left, expr.right];
    case 'conditional':
      return expr.then ? [expr.condition, expr.then, expr.otherwise] : [expr.condition, expr.otherwise];
    case 'assign':
      return [expr.target, expr.value];
    case 'call':
      return [expr.callee, ...expr.args];
    case 'member':
      return [expr.object];
    case 'index':
      return [expr.object, expr.index];
    case 'initializer':
      return expr.items.map((item) => item.value);
    case 'statements':
      return expr.body.flatMap(expressionsOf);
    case 'name':
    case 'number':
    case 'string':
    case 'sizeof':
    case 'type':
    case 'unknown':
      return [];
  }
}

/** The same expression with one span throughout: what a macro stands for, at its call. */
export function withSpan(expr: Expr, span: Span): Expr {
  const again = (inner: Expr): Expr => withSpan(inner, span);
  switch (expr.kind) {
    case 'unary':
    case 'update':
    case 'cast':
      return { ...expr, operand: again(expr.operand), span };
    case 'binary':
    case 'logical':
    case 'comma':
      return { ...expr, left: again(expr.left), right: again(expr.right), span };
    case 'conditional':
      return { ...expr, condition: again(expr.condition), then: expr.then ? again(expr.then) : undefined, otherwise: again(expr.otherwise), span };
    case 'assign':
      return { ...expr, target: again(expr.target), value: again(expr.value), span };
    case 'call':
      return { ...expr, callee: again(expr.callee), args: expr.args.map(again), span };
    case 'member':
      return { ...expr, object: again(expr.object), span };
    case 'index':
      return { ...expr, object: again(expr.object), index: again(expr.index), span };
    default:
      return { ...expr, span };
  }
}

/** The expressions directly in a statement and, recursively, in its parts. */
export function expressionsOf(stmt: Stmt): Expr[] {
  switch (stmt.kind) {
    case 'expr':
      return [stmt.expr];
    case 'declare':
      return stmt.declarators.flatMap((declarator) => (declarator.init ? [declarator.init] : []));
    case 'if':
      return [stmt.condition, ...expressionsOf(stmt.then), ...(stmt.otherwise ? expressionsOf(stmt.otherwise) : [])];
    case 'while':
    case 'doWhile':
      return [stmt.condition, ...expressionsOf(stmt.body)];
    case 'for':
      return [
        ...(stmt.init ? expressionsOf(stmt.init) : []), ...(stmt.condition ? [stmt.condition] : []),
        ...(stmt.step ? [stmt.step] : []), ...expressionsOf(stmt.body),
      ];
    case 'iterate':
      return [...stmt.args, ...expressionsOf(stmt.body)];
    case 'guard':
      return [...stmt.args, ...(stmt.body ? expressionsOf(stmt.body) : [])];
    case 'switch':
      return [stmt.value, ...expressionsOf(stmt.body)];
    case 'return':
      return stmt.value ? [stmt.value] : [];
    case 'block':
      return stmt.body.flatMap(expressionsOf);
    case 'case':
    case 'label':
    case 'goto':
    case 'computedGoto':
    case 'asmGoto':
    case 'break':
    case 'continue':
    case 'empty':
    case 'unknown':
      return [];
  }
}

/** The expressions that a node evaluates. */
export function nodeExpressions(action: NodeAction): readonly Expr[] {
  switch (action.kind) {
    case 'eval':
    case 'halt':
      return [action.expr];
    case 'declare':
      return action.init ? [action.init] : [];
    case 'branch':
      return [action.condition];
    case 'switch':
    case 'return':
      return action.value ? [action.value] : [];
    case 'iterate':
    case 'guard':
      return action.args;
    case 'entry':
    case 'exit':
    case 'skip':
    case 'cleanup':
    case 'unknown':
      return [];
  }
}

export function scanUses(cfg: Cfg): ReadonlyMap<string, VariableUse> {
  const uses = new Map<string, VariableUse>();
  const use = (name: string): VariableUse => {
    let found = uses.get(name);
    if (!found) uses.set(name, (found = { isAssigned: false, isCounted: false, comparedWith: [], isTestedForTruth: false, isReturned: false }));
    return found;
  };
  for (const node of cfg.nodes) {
    const { action } = node;
    if (action.kind === 'declare' && action.init && isArithmetic(action.init)) use(action.name).isCounted = true;
    if (action.kind === 'return' && action.value?.kind === 'name') use(action.value.name).isReturned = true;
    if (action.kind === 'branch' && action.condition.kind === 'name') use(action.condition.name).isTestedForTruth = true;
    if (action.kind === 'switch' && action.value.kind === 'name') {
      for (const edge of node.successors) if (edge.label.kind === 'case') use(action.value.name).comparedWith.push(edge.label.low);
    }
    for (const root of nodeExpressions(action)) walkExpr(root, (expr) => noteUse(expr, use));
  }
  return uses;
}

function noteUse(expr: Expr, use: (name: string) => VariableUse): void {
  if (expr.kind === 'update' && expr.operand.kind === 'name') use(expr.operand.name).isCounted = true;
  if (expr.kind === 'unary' && expr.op === '!' && expr.operand.kind === 'name') use(expr.operand.name).isTestedForTruth = true;
  if (expr.kind === 'assign' && expr.target.kind === 'name') noteAssignment(expr, use(expr.target.name));
  if (expr.kind === 'binary' && isComparison(expr.op)) {
    if (expr.left.kind === 'name') use(expr.left.name).comparedWith.push(expr.right);
    if (expr.right.kind === 'name') use(expr.right.name).comparedWith.push(expr.left);
  }
}

function noteAssignment(expr: Expr & { kind: 'assign' }, target: VariableUse): void {
  target.isAssigned = true;
  const keepsBits = expr.op === '=' || expr.op === '|=' || expr.op === '&=';
  if (!keepsBits || isArithmetic(expr.value)) target.isCounted = true;
}

function isComparison(op: string): boolean {
  return ['==', '!=', '<', '<=', '>', '>=', '&'].includes(op);
}

/** Arithmetic that can make ever new values: `+ - * / % << >>` over something that is not constant. */
function isArithmetic(expr: Expr): boolean {
  if (expr.kind === 'cast') return isArithmetic(expr.operand);
  return expr.kind === 'binary' && ['+', '-', '*', '/', '%', '<<', '>>'].includes(expr.op) && !isLiteral(expr);
}

function isLiteral(expr: Expr): boolean {
  if (expr.kind === 'binary') return isLiteral(expr.left) && isLiteral(expr.right);
  return expr.kind === 'number';
}
