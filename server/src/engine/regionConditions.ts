/**
 * What must have been so for a lock to be held, in the words of the source: the outcome of the call that
 * took it (`ret == 0`), or else the branch that leads to it. Necessary, not always sufficient: a path may
 * have dropped the lock since.
 */

import { printExpr } from '../cfg/printExpr.ts';
import type { Cfg, CfgNode } from '../cfg/types.ts';
import { effectsOf } from '../regions/effects.ts';
import { expressionsOf } from '../regions/liveness.ts';
import type { LockStates, LockStatus, TakenWhen } from '../regions/types.ts';
import type { Expr } from '../syntax/ast.ts';

/** Longer conditions tell a reader nothing at a glance. */
const maxLength = 60;

export function conditionOf(lock: LockStatus, states: LockStates): string | undefined {
  const taken = takerOf(lock, states.cfg);
  if (!taken) return undefined;
  const outcome = states.outcomes.get(lock.site.start);
  const text = outcome === undefined ? branchBefore(taken.node, states.cfg) : outcomeText(outcome, taken.call, taken.node);
  return text !== undefined && text.length <= maxLength ? text : undefined;
}

type CallExpr = Expr & { kind: 'call' };

function takerOf(lock: LockStatus, { nodes }: Cfg): { readonly node: CfgNode; readonly call: CallExpr } | undefined {
  for (const node of nodes) {
    for (const expr of expressionsOf(node)) {
      const call = effectsOf(expr).find((effect): effect is CallExpr => effect.kind === 'call' && effect.span.start === lock.site.start);
      if (call) return { node, call };
    }
  }
  return undefined;
}

function outcomeText(outcome: TakenWhen, call: CallExpr, node: CfgNode): string {
  const name = targetOf(node, call) ?? printExpr(call);
  switch (outcome) {
    case 'succeeded':
      return `${printExpr(call)} succeeded`;
    case 'zero':
      return `${name} == 0`;
    case 'nonzero':
      return `${name} != 0`;
    case 'nonnull':
      return `${name} != NULL`;
    case 'negative':
      return `${name} < 0`;
  }
}

/** The variable that the call's value goes to. */
function targetOf({ action }: CfgNode, call: CallExpr): string | undefined {
  if (action.kind === 'declare' && action.init === call) return action.name;
  if (action.kind === 'eval' && action.expr.kind === 'assign' && action.expr.op === '=' && action.expr.value === call) return printExpr(action.expr.target);
  return undefined;
}

/** The nearest branch from which only one side leads to the node, as it must have gone. */
function branchBefore(node: CfgNode, { nodes }: Cfg): string | undefined {
  for (let current = node; ;) {
    const sources = nodes.filter(({ successors }) => successors.some(({ to }) => to === current.id));
    const [source] = sources;
    if (!source || sources.length > 1 || source.id >= current.id) return undefined;
    if (source.action.kind === 'branch') {
      const side = source.successors.find(({ to }) => to === current.id);
      return branchText(source.action.condition, side?.label.kind === 'true');
    }
    if (source.successors.length > 1) return undefined;
    current = source;
  }
}

function branchText(condition: Expr, isTrue: boolean): string {
  const text = printExpr(condition);
  if (isTrue || text.startsWith('$')) return text.startsWith('$') ? 'some paths' : text;
  if (condition.kind === 'binary' && condition.op === '==') return `${printExpr(condition.left)} != ${printExpr(condition.right)}`;
  if (condition.kind === 'binary' && condition.op === '!=') return `${printExpr(condition.left)} == ${printExpr(condition.right)}`;
  return condition.kind === 'binary' ? `!(${text})` : `!${text}`;
}
