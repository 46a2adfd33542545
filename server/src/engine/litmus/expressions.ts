/** C expressions of a litmus test as values over registers, with the steps that their accesses take. */

import { assertNever } from '../../base/assert.ts';
import { binary, constant, local, not, unary } from '../../model/values.ts';
import type { LocalId, Step, ThreadIndex, Value, ValueOperator } from '../../model/types.ts';
import { memoryOperations, type MemoryOperation } from '../../ops/vocabulary/memoryOperations.ts';
import type { AssignOperator, BinaryOperator, Expr } from '../../syntax/ast.ts';
import { compileOperation } from './operations.ts';
import { cellAt, type Variables } from './variables.ts';

/** Where compiled steps go: a thread that is being built. */
export interface Emitter {
  readonly variables: Variables;
  /** Addresses by the names of the thread's parameters. */
  readonly parameters: ReadonlyMap<string, number>;
  /** One atomic step. */
  emit(steps: readonly Step[]): void;
  /** One atomic step out of several, whichever is enabled. */
  emitEither(...ways: readonly (readonly Step[])[]): void;
  temporary(): LocalId;
  register(name: string): LocalId;
  /** What the operation before did, for fences that upgrade it. */
  readonly previous: 'taken' | 'changed' | undefined;
  /** The next operation must do that. */
  expect(what: 'taken' | 'changed'): void;
  performed(what: 'taken' | 'changed' | undefined): void;
  readonly thread: ThreadIndex;
  fail(message: string): never;
}

/** An expression statement; its value is dropped. */
export function compileEffect(to: Emitter, expr: Expr): void {
  if (expr.kind === 'assign') return assign(to, expr.target, assigned(to, expr.op, expr.target, expr.value));
  if (expr.kind === 'update') return assign(to, expr.operand, binary(expr.op === '++' ? '+' : '-', compileValue(to, expr.operand), constant(1)));
  if (expr.kind === 'cast') return compileEffect(to, expr.operand);
  if (expr.kind === 'call') return void compileOperation(to, operationOf(to, expr), expr.args, false);
  compileValue(to, expr);
}

/** The value of an expression; loads inside it become steps before it, from left to right. */
export function compileValue(to: Emitter, expr: Expr): Value {
  switch (expr.kind) {
    case 'name': {
      const address = to.parameters.get(expr.name);
      return address === undefined ? local(to.register(expr.name)) : constant(address);
    }
    case 'number':
      return expr.value === undefined ? to.fail('a literal is no small number') : constant(expr.value);
    case 'cast':
      return compileValue(to, expr.operand);
    case 'unary':
      return unaryValue(to, expr);
    case 'binary':
      return operate(to, expr.op, compileValue(to, expr.left), compileValue(to, expr.right));
    case 'call':
      return compileOperation(to, operationOf(to, expr), expr.args, true);
    case 'assign':
      compileEffect(to, expr);
      return compileValue(to, expr.target);
    case 'logical':
    case 'conditional':
    case 'update':
    case 'member':
    case 'index':
    case 'sizeof':
    case 'comma':
    case 'statements':
    case 'initializer':
    case 'type':
    case 'string':
      return to.fail(`an expression of the kind '${expr.kind}' is not part of a litmus test`);
    case 'unknown':
      return to.fail(expr.reason);
    default:
      return assertNever(expr);
  }
}

/** The address that `*p`, or a pointer `p`, names. */
export function compileAddress(to: Emitter, expr: Expr, place: 'lvalue' | 'pointer'): Value {
  if (place === 'pointer') return compileValue(to, expr);
  if (expr.kind === 'unary' && expr.op === '*') return compileValue(to, expr.operand);
  return to.fail('a register is used where a shared variable is expected');
}

function operationOf(to: Emitter, { callee }: Extract<Expr, { kind: 'call' }>): MemoryOperation {
  const name = callee.kind === 'name' ? callee.name : '';
  return memoryOperations.get(name) ?? to.fail(`'${name}' is not known`);
}

function unaryValue(to: Emitter, expr: Extract<Expr, { kind: 'unary' }>): Value {
  switch (expr.op) {
    case '*': {
      const loaded = to.temporary();
      to.emit([{ kind: 'load', to: loaded, from: cellAt(to.variables, compileValue(to, expr.operand)), order: 'relaxed' }]);
      return local(loaded);
    }
    case '!':
      return not(compileValue(to, expr.operand));
    case '-':
    case '~':
      return unary(expr.op, compileValue(to, expr.operand));
    case '+':
      return compileValue(to, expr.operand);
    case '&':
      return expr.operand.kind === 'unary' && expr.operand.op === '*' ? compileValue(to, expr.operand.operand) : to.fail('the address of a register is taken');
  }
}

function assigned(to: Emitter, op: AssignOperator, target: Expr, value: Expr): Value {
  if (op === '=') return compileValue(to, value);
  return operate(to, op.slice(0, -1) as BinaryOperator, compileValue(to, target), compileValue(to, value));
}

function assign(to: Emitter, target: Expr, value: Value): void {
  if (target.kind === 'name' && !to.parameters.has(target.name)) return to.emit([{ kind: 'assign', to: to.register(target.name), value }]);
  to.emit([{ kind: 'store', to: cellAt(to.variables, compileAddress(to, target, 'lvalue')), value, order: 'relaxed' }]);
}

function operate(to: Emitter, op: BinaryOperator, left: Value, right: Value): Value {
  if (op === '/' || op === '%') return to.fail(`'${op}' is not modelled`);
  return binary(op satisfies ValueOperator, left, right);
}
