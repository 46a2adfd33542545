/**
 * Which names are still read on some way from each node: locals until they are assigned, fields,
 * globals and callees wherever they are mentioned. What a path knows about anything else is dropped.
 */

import type { Cfg, CfgNode, NodeId } from '../cfg/types.ts';
import type { Expr } from '../syntax/ast.ts';
import { effectsOf, operandsOf } from './effects.ts';
import type { LiveNames } from './state.ts';
import { fieldName } from './terms.ts';

interface Use {
  readonly reads: ReadonlySet<string>;
  readonly kills: string | undefined;
}

/** Live names before each node. `alwaysLive` are those whose address is taken; `asked`: what a call reads besides what its words say. */
export function liveNames(cfg: Cfg, alwaysLive: ReadonlySet<string>, asked: (call: Expr & { kind: 'call' }) => ReadonlySet<string>): readonly LiveNames[] {
  const uses = cfg.nodes.map((node) => useOf(node, asked));
  const live: Set<string>[] = cfg.nodes.map(() => new Set(alwaysLive));
  const sources = predecessors(cfg);
  const pending: NodeId[] = cfg.nodes.map((node) => node.id);
  const isPending = cfg.nodes.map(() => true);
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    isPending[id] = false;
    const before = live[id]!;
    const size = before.size;
    const { reads, kills } = uses[id]!;
    for (const { to } of cfg.nodes[id]!.successors) {
      for (const name of live[to]!) if (name !== kills) before.add(name);
    }
    for (const name of reads) before.add(name);
    if (before.size === size && size > 0) continue;
    for (const from of sources[id]!) {
      if (isPending[from]) continue;
      isPending[from] = true;
      pending.push(from);
    }
  }
  return live;
}

function predecessors(cfg: Cfg): readonly NodeId[][] {
  const sources: NodeId[][] = cfg.nodes.map(() => []);
  for (const node of cfg.nodes) for (const { to } of node.successors) sources[to]!.push(node.id);
  return sources;
}

/** The expressions that a node evaluates. */
export function expressionsOf(node: CfgNode): readonly Expr[] {
  const { action } = node;
  switch (action.kind) {
    case 'eval':
    case 'halt':
      return [action.expr];
    case 'declare':
      return action.init ? [action.init] : [];
    case 'branch':
      return [action.condition];
    case 'switch':
      return [action.value, ...node.successors.flatMap(({ label }) => (label.kind === 'case' ? [label.low] : []))];
    case 'iterate':
    case 'guard':
      return action.args;
    case 'return':
      return action.value ? [action.value] : [];
    default:
      return [];
  }
}

function useOf(node: CfgNode, asked: Parameters<typeof liveNames>[2]): Use {
  const reads = new Set<string>();
  for (const expr of expressionsOf(node)) {
    addReads(expr, reads);
    for (const effect of effectsOf(expr)) if (effect.kind === 'call') for (const name of asked(effect)) reads.add(name);
  }
  const { action } = node;
  if (action.kind === 'cleanup') reads.add(action.variable);
  const kills = action.kind === 'declare' ? action.name : killedBy(node);
  return { reads, kills };
}

/** `x = …` as the whole node: `x` is dead before. */
function killedBy(node: CfgNode): string | undefined {
  const [expr] = expressionsOf(node);
  if (expr?.kind !== 'assign' || expr.op !== '=' || expr.target.kind !== 'name') return undefined;
  return expr.target.name;
}

function addReads(expr: Expr, reads: Set<string>): void {
  if (expr.kind === 'name') reads.add(expr.name);
  else if (expr.kind === 'member') reads.add(fieldName(expr.field));
  else if (expr.kind === 'call' && expr.callee.kind === 'name') for (const name of impliedNames) reads.add(name);
  if (expr.kind === 'assign' && expr.op === '=' && expr.target.kind === 'name') addReads(expr.value, reads);
  else for (const operand of operandsOf(expr)) addReads(operand, reads);
}

/** Names of terms that stand for tests of a value which callers can make again: `err(page)`. */
export const repeatableTests = ['err', 'errnull', 'tagged'] as const;

const impliedNames = [...repeatableTests, 'kept'] as const;

/** Locals whose address is taken anywhere: callees may read and write them. */
export function addressedNames(cfg: Cfg): ReadonlySet<string> {
  const found = new Set<string>();
  for (const node of cfg.nodes) for (const expr of expressionsOf(node)) addAddressed(expr, found);
  return found;
}

function addAddressed(expr: Expr, found: Set<string>): void {
  if (expr.kind === 'unary' && expr.op === '&' && expr.operand.kind === 'name') found.add(expr.operand.name);
  for (const operand of operandsOf(expr)) addAddressed(operand, found);
}

/** Every call of the graph, in node order. */
export function* callsOf(cfg: Cfg): Generator<Expr & { kind: 'call' }> {
  for (const node of cfg.nodes) {
    for (const expr of expressionsOf(node)) for (const effect of effectsOf(expr)) if (effect.kind === 'call') yield effect;
  }
}
