/** A litmus test as a model: its threads, its start values, and what its condition asks. */

import { LineIndex } from '../../base/text.ts';
import { buildCfg } from '../../cfg/build.ts';
import type { Cfg } from '../../cfg/types.ts';
import { nodeExpressions, walkExpr } from '../../model/extract/scan.ts';
import { and, cell, constant, equal, not, or } from '../../model/values.ts';
import type { Model, Property, Step, Value } from '../../model/types.ts';
import { memoryOperations } from '../../ops/vocabulary/memoryOperations.ts';
import { noreturnCalls, transparentCalls } from '../../ops/vocabulary.ts';
import type { Expr, FunctionDef } from '../../syntax/ast.ts';
import { parseFile } from '../../syntax/parseFile.ts';
import type { SyntaxParser } from '../../syntax/parser.ts';
import { termsOf, type Condition } from './condition.ts';
import { LitmusError } from './errors.ts';
import type { LitmusFile } from './litmusFile.ts';
import { threadProgram } from './threadProgram.ts';
import { addressOf, cellAt, cellsOf, type Result, resultCell, type Variables } from './variables.ts';

export interface LitmusModel {
  /** Without properties. */
  readonly model: Model;
  /** The final state is one that the filter lets pass. */
  readonly filter: Value;
  readonly condition: Value;
}

/** Throws LitmusError for what is not modelled. */
export function litmusModel(path: string, file: LitmusFile, parser: SyntaxParser): LitmusModel {
  const lines = new LineIndex(file.code);
  const syntax = parseFile(path, file.code, parser);
  const [unparsed] = syntax.unparsed;
  if (unparsed) throw new LitmusError(`line ${lines.lineAt(unparsed.start)} did not parse`);
  const definitions = inOrder(syntax.functions);
  const cfgs = definitions.map((definition) => buildCfg(definition, { transparent: transparentCalls, noreturn: noreturnCalls }));
  const variables = findVariables(file, definitions, cfgs);
  const threads = definitions.map((definition, thread) => {
    const own = variables.results.filter((result) => result.thread === thread);
    const { program } = threadProgram(thread, { file: path, lines, definition, cfg: cfgs[thread]! }, variables, registersOf(file, variables, thread), (register) =>
      own.map((result): Step => ({ kind: 'store', to: resultCell(variables, result), value: register(result.register), order: 'relaxed' })));
    return { name: `P${thread}`, program, arguments: new Map<number, number>() };
  });
  const startOf = (name: string): number => numberOf(variables, file.start.find((each) => each.thread === undefined && each.name === name)?.value ?? 0);
  const condition = (each: Condition): Value => valueOf(variables, each);
  return {
    model: {
      name: file.name,
      cells: cellsOf(variables, startOf),
      locks: [{ name: 'lock', length: Math.max(1, variables.locks.length), elementName: (index) => variables.locks[index] ?? 'lock', isSpinning: true }],
      threads,
      initialStates: [{ description: 'start', cells: [] }],
      properties: [],
      witnesses: [],
      exitLocks: new Map(threads.map((_, thread) => [thread, [0]])),
    },
    filter: file.filter ? condition(file.filter) : constant(1),
    condition: condition(file.condition),
  };
}

/** Asks whether some run ends in a state with that condition: the search then finds it as a violation. */
export function reaches(model: Model, condition: Value): Model {
  const property: Property = { id: 'exists', title: 'exists', when: { kind: 'quiescence' }, condition: not(condition), explanation: 'the run ends as the test asks' };
  return { ...model, properties: [property] };
}

function inOrder(functions: readonly FunctionDef[]): readonly FunctionDef[] {
  const ordered = functions.map((_, thread) => functions.find((each) => each.name === `P${thread}`));
  if (ordered.length === 0 || ordered.some((each) => !each)) throw new LitmusError('its threads are not P0, P1, …');
  return ordered.flatMap((each) => (each ? [each] : []));
}

function findVariables(file: LitmusFile, definitions: readonly FunctionDef[], cfgs: readonly Cfg[]): Variables {
  const params = definitions.flatMap((definition) => definition.params);
  const terms = [...termsOf(file.condition), ...(file.filter ? termsOf(file.filter) : [])];
  const locks = new Set(params.filter((param) => param.type.base === 'spinlock_t').map((param) => param.name));
  const named = [
    ...file.start.flatMap(({ thread, name, value }) => [...(thread === undefined ? [name] : []), ...(typeof value === 'string' ? [value] : [])]),
    ...params.map((param) => param.name),
    ...terms.flatMap(({ thread, name, value }) => [...(thread === undefined ? [name] : []), ...(typeof value === 'string' ? [value] : [])]),
  ];
  const bad = params.find((param) => param.type.pointers === 0 && !param.type.isArray);
  if (bad) throw new LitmusError(`the parameter '${bad.name}' is no pointer`);
  const parameters = new Set(params.map((param) => param.name));
  const expressions = expressionsIn(cfgs);
  const pointers = expressions.flatMap((expr) => followed(expr) ?? []);
  return {
    names: [...new Set(named)].filter((name) => !locks.has(name)),
    locks: [...locks],
    isArray: pointers.some((expr) => expr.kind !== 'name' || !parameters.has(expr.name)),
    hasLockStates: expressions.some((expr) => expr.kind === 'call' && expr.callee.kind === 'name' && memoryOperations.get(expr.callee.name)?.kind === 'isLocked'),
    threadCount: definitions.length,
    results: uniqueResults(terms.flatMap(({ thread, name }) => (thread === undefined ? [] : [{ thread, register: name }])), definitions.length),
  };
}

function uniqueResults(results: readonly Result[], threadCount: number): readonly Result[] {
  const unknown = results.find(({ thread }) => thread >= threadCount);
  if (unknown) throw new LitmusError(`the condition speaks of thread ${unknown.thread}, which there is not`);
  return results.filter((one, at) => results.findIndex((other) => other.thread === one.thread && other.register === one.register) === at);
}

/** Every expression of the threads, parts included. */
function expressionsIn(cfgs: readonly Cfg[]): readonly Expr[] {
  const found: Expr[] = [];
  for (const node of cfgs.flatMap((cfg) => cfg.nodes)) {
    for (const root of nodeExpressions(node.action)) walkExpr(root, (expr) => void found.push(expr));
  }
  return found;
}

/** What an expression follows as a pointer, if anything. */
function followed(expr: Expr): Expr | undefined {
  if (expr.kind === 'unary' && expr.op === '*') return expr.operand;
  if (expr.kind !== 'call' || expr.callee.kind !== 'name') return undefined;
  const operation = memoryOperations.get(expr.callee.name);
  switch (operation?.kind) {
    case 'load':
    case 'store':
      return operation.place === 'pointer' ? expr.args[0] : undefined;
    case 'atomic':
      return expr.args[operation.pointer];
    case 'compareExchange':
    case 'addUnless':
      return expr.args[0];
    default:
      return undefined;
  }
}

function registersOf(file: LitmusFile, variables: Variables, thread: number): ReadonlyMap<string, number> {
  return new Map(file.start.flatMap((each) => (each.thread === thread ? [[each.name, numberOf(variables, each.value)] as const] : [])));
}

function numberOf(variables: Variables, value: number | string): number {
  return typeof value === 'number' ? value : addressOf(variables, value);
}

function valueOf(variables: Variables, condition: Condition): Value {
  switch (condition.kind) {
    case 'true':
      return constant(1);
    case 'not':
      return not(valueOf(variables, condition.operand));
    case 'and':
      return and(valueOf(variables, condition.left), valueOf(variables, condition.right));
    case 'or':
      return or(valueOf(variables, condition.left), valueOf(variables, condition.right));
    case 'equals': {
      const { thread, name, value } = condition;
      const ref = thread === undefined ? cellAt(variables, constant(addressOf(variables, name))) : resultCell(variables, { thread, register: name });
      return equal(cell(ref), constant(numberOf(variables, value)));
    }
  }
}

