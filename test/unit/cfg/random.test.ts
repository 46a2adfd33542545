/**
 * Random functions do along their graph what they do by the rules of C: the same calls, locks taken and
 * dropped, cleanups and returns, in the same order, for the same answers of the calls.
 */

import { expect, test } from 'vitest';
import { buildCfg } from '../../../server/src/cfg/build.ts';
import { printCfg } from '../../../server/src/cfg/print.ts';
import type { Cfg, CfgNode } from '../../../server/src/cfg/types.ts';
import type { Expr } from '../../../server/src/syntax/ast.ts';
import { parseFile } from '../../../server/src/syntax/parseFile.ts';
import { brokenPromise } from '../../fuzz/cfgInvariants.ts';
import { randomFrom } from '../../fuzz/mutate.ts';
import { testParser } from '../syntax/testParser.ts';
import { interpret, iterates, Run, Stop, textOf, type Item } from './randomC.ts';
import { Generator } from './randomGenerate.ts';

const parser = await testParser();
const FUNCTIONS = Number(process.env['FAULTLINE_RANDOM_FUNCTIONS'] ?? 150);
const RUNS = 12;

/** Walks a graph, answering calls from `run`. */
function walk(cfg: Cfg, run: Run): void {
  const values = new Map<string, number>();
  for (let node = cfg.nodes[cfg.entry]!; ; ) {
    run.step();
    if (node.action.kind === 'exit') {
      run.event('exit');
      return;
    }
    const label = labelOf(node, values, run);
    if (label === undefined) return;
    const edge = node.successors.find((each) => fits(each.label, label));
    if (!edge) throw new Error(`node ${node.id} has no edge for ${String(label)}`);
    node = cfg.nodes[edge.to]!;
  }
}

/** Which way control leaves a node: by `next`, by a truth, or by the value of a switch; undefined: it does not. */
function labelOf({ action }: CfgNode, values: Map<string, number>, run: Run): string | number | boolean | undefined {
  switch (action.kind) {
    case 'eval':
      evaluate(action.expr, values, run);
      return 'next';
    case 'declare':
      if (action.init) values.set(action.name, evaluate(action.init, values, run));
      return 'next';
    case 'branch':
      return evaluate(action.condition, values, run) !== 0;
    case 'switch':
      return evaluate(action.value, values, run);
    case 'iterate':
      return iterates(Number(/\d+$/.exec(nameIn(action.args[1]!))![0]), run);
    case 'guard':
      run.event(`${action.edge} ${nameIn(action.args[0]!)}`);
      return 'next';
    case 'cleanup':
      run.event(`free ${action.variable}`);
      return 'next';
    case 'return':
      if (action.value) evaluate(action.value, values, run);
      run.event('return');
      return 'next';
    case 'halt':
      run.event('BUG');
      return undefined;
    case 'unknown':
      throw new Error(action.reason);
    default:
      return 'next';
  }
}

function fits(label: CfgNode['successors'][number]['label'], wanted: string | number | boolean): boolean {
  if (typeof wanted === 'boolean') return label.kind === String(wanted);
  if (typeof wanted === 'string') return label.kind === wanted;
  if (label.kind !== 'case') return label.kind === 'default';
  const bound = (expr: Expr): number => (expr.kind === 'number' ? (expr.value ?? NaN) : NaN);
  return bound(label.low) <= wanted && wanted <= bound(label.high ?? label.low);
}

function nameIn(expr: Expr): string {
  if (expr.kind === 'unary') return nameIn(expr.operand);
  if (expr.kind !== 'name') throw new Error(`a ${expr.kind} where a name is expected`);
  return expr.name;
}

function evaluate(expr: Expr, values: Map<string, number>, run: Run): number {
  switch (expr.kind) {
    case 'number':
      return expr.value ?? NaN;
    case 'name':
      return values.get(expr.name) ?? 0;
    case 'unary':
      return expr.op === '!' ? Number(evaluate(expr.operand, values, run) === 0) : evaluate(expr.operand, values, run);
    case 'assign': {
      const value = evaluate(expr.value, values, run);
      values.set(nameIn(expr.target), value);
      return value;
    }
    case 'call':
      return call(expr, values, run);
    default:
      throw new Error(`a ${expr.kind} in a node`);
  }
}

function call(expr: Expr & { kind: 'call' }, values: Map<string, number>, run: Run): number {
  const name = nameIn(expr.callee);
  if (name === 'likely') return evaluate(expr.args[0]!, values, run);
  run.event(name);
  if (name.startsWith('c')) return run.answer() % 2;
  return /^s\d/.test(name) ? run.answer() : 0;
}

function eventsOf(walkOrInterpret: (run: Run) => void, answers: readonly number[]): { events: readonly string[]; isCut: boolean } {
  const run = new Run(answers);
  try {
    walkOrInterpret(run);
    return { events: run.events, isCut: false };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { events: run.events, isCut: true };
  }
}

function compare(body: readonly Item[], random: () => number): void {
  const text = textOf(body);
  const [fn, ...more] = parseFile('f.c', text, parser).functions;
  expect(more.length, text).toBe(0);
  const cfg = buildCfg(fn!, { transparent: new Set(['likely']), noreturn: new Set(['BUG']) });
  expect(cfg.problems, text).toEqual([]);
  expect(brokenPromise(cfg, fn!), text).toBeUndefined();
  for (let each = 0; each < RUNS; each++) {
    const answers = Array.from({ length: 60 }, () => Math.floor(random() * 10));
    const expected = eventsOf((run) => interpret(body, run), answers);
    const found = eventsOf((run) => walk(cfg, run), answers);
    // A loop without events is cut off by its steps, which the two count differently.
    const length = expected.isCut || found.isCut ? Math.min(expected.events.length, found.events.length) : Infinity;
    expect(found.events.slice(0, length), `${text}\n${printCfg(cfg, text)}`).toEqual(expected.events.slice(0, length));
  }
}

test(`${FUNCTIONS} random functions`, () => {
  for (let seed = 0; seed < FUNCTIONS; seed++) {
    const random = randomFrom(seed);
    compare(new Generator(random).body(), random);
  }
});
