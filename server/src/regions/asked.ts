/**
 * Which fields decide what becomes of locks. A path that forgets them after their last mention cannot
 * tell at the unlock why it locked, nor tell its caller; and a callee may ask for fields that its
 * caller never mentions. `if (vma->vm_flags & VM_MAYSHARE) down_read(...)` in a function of its own.
 */

import type { Cfg, CfgNode } from '../cfg/types.ts';
import type { Expr } from '../syntax/ast.ts';
import { pageClasses, pureCalls } from '../ops/vocabulary/lockNames.ts';
import { argumentTypes, type CallExpr, type Run } from './calls.ts';
import { effectsOf, operandsOf } from './effects.ts';
import { expressionsOf } from './liveness.ts';
import { lockKey } from './locks.ts';
import { fieldName, isFresh, leavesOf } from './terms.ts';
import type { Summary } from './types.ts';

type Names = ReadonlySet<string>;

const nothing: Names = new Set();
/** Functions of so few steps are wrappers of a test or of a lock: what they return or take is told by what they ask. */
const wrapperSize = 24;
/** A callee that asks for more fields than this decides by too much to be followed to its caller's other calls. */
const maxAsked = 3;

/** Fields (`.name`) and globals that decide on which of its ways a callee goes, and lead to its locks. */
export function askedBy(call: CallExpr, run: Run): Names {
  const summary = summaryOf(call, run);
  const { cases = [], parameters = [] } = summary ?? {};
  const asked = new Set<string>();
  if (cases.length > 1) for (const { conditions } of cases) for (const [text] of conditions) addLeaves(text, parameters, asked);
  if (asked.size > maxAsked) asked.clear();
  for (const { returns, locks } of cases) {
    if (typeof returns === 'string' && !isFresh(returns)) addLeaves(returns, parameters, asked);
    for (const { object } of locks) if (!isFresh(object)) addLeaves(object, parameters, asked);
  }
  return asked;
}

function addLeaves(text: string, parameters: readonly string[], names: Set<string>): void {
  for (const leaf of leavesOf(text).names) if (!parameters.includes(leaf)) names.add(leaf);
}

/** Fields and globals that decide what a wrapper returns, and which locks it takes or drops; of any function, which locks it must come with. */
export function decisiveNames(cfg: Cfg, run: Run): Names {
  if (cfg.nodes.length > wrapperSize) return demandingNames(cfg, run);
  const names = new Set<string>();
  for (const node of cfg.nodes) {
    if (node.action.kind === 'branch') addFields(node.action.condition, names);
    for (const call of callsIn(node)) for (const name of askedBy(call, run)) names.add(name);
  }
  return names;
}

/** What callees ask by which it is one lock or another (but of a page) that their callers hold: those callers are told, too. Of pages it would part too many paths. */
function demandingNames(cfg: Cfg, run: Run): Names {
  const names = new Set<string>();
  for (const call of cfg.nodes.flatMap(callsIn)) if (demandsByCase(summaryOf(call, run))) for (const name of askedBy(call, run)) names.add(name);
  return names.size > maxAsked ? nothing : names;
}

function demandsByCase(summary: Summary | undefined): boolean {
  const demands = (summary?.cases ?? []).filter(({ conditions }) => conditions.length > 0).map(({ locks }) => locks.filter(({ heldOnEntry, lock }) => heldOnEntry && !pageClasses.has(lock)).map(lockKey).join());
  return new Set(demands).size > 1;
}

function callsIn(node: CfgNode): readonly CallExpr[] {
  return expressionsOf(node).flatMap((expr) => effectsOf(expr).filter((effect): effect is CallExpr => effect.kind === 'call'));
}

/** The summary that a call will be evaluated by; undefined: another way than by a summary. */
function summaryOf(call: CallExpr, run: Run): Summary | undefined {
  const name = call.callee.kind === 'name' ? call.callee.name : undefined;
  if (name === undefined || run.names.types.has(name) || pureCalls.has(name)) return undefined;
  const entry = run.options.vocabulary.get(name);
  return entry && !entry.yieldsToSource ? undefined : run.options.summaryOf({ name, argumentTypes: argumentTypes(call, run) });
}

function addFields(expr: Expr, names: Set<string>): void {
  if (expr.kind === 'member') names.add(fieldName(expr.field));
  for (const operand of operandsOf(expr)) addFields(operand, names);
}
