/** Which places can be executed again on one path: only there fresh symbols get another generation. */

import type { Cfg, CfgNode } from '../cfg/types.ts';
import { effectsOf } from './effects.ts';
import { expressionsOf } from './liveness.ts';

/** Offsets of calls, assignments and iterations that lie on a cycle, or at which two of them begin. */
export function repeatedOffsets(cfg: Cfg): ReadonlySet<number> {
  const isCyclic = cyclicNodes(cfg);
  const repeated = new Set<number>();
  const seen = new Set<number>();
  for (const node of cfg.nodes) {
    for (const offset of offsetsOf(node)) {
      if (isCyclic[node.id] || seen.has(offset)) repeated.add(offset);
      seen.add(offset);
    }
  }
  return repeated;
}

function* offsetsOf(node: CfgNode): Generator<number> {
  yield node.span.start;
  for (const expr of expressionsOf(node)) {
    yield expr.span.start;
    for (const effect of effectsOf(expr)) yield effect.span.start;
  }
}

/** Nodes of strongly connected components with a cycle (Tarjan 1972, without recursion). */
function cyclicNodes(cfg: Cfg): readonly boolean[] {
  const isCyclic = cfg.nodes.map(({ id, successors }) => successors.some(({ to }) => to === id));
  const order = cfg.nodes.map(() => -1);
  const low = cfg.nodes.map(() => 0);
  const isOpen = cfg.nodes.map(() => false);
  const open: number[] = [];
  let next = 0;
  for (const { id: root } of cfg.nodes) {
    if (order[root] !== -1) continue;
    const calls = [{ id: root, at: 0 }];
    while (calls.length > 0) {
      const call = calls[calls.length - 1]!;
      const { id } = call;
      if (call.at === 0) {
        order[id] = low[id] = next++;
        open.push(id);
        isOpen[id] = true;
      }
      const successor = cfg.nodes[id]!.successors[call.at++]?.to;
      if (successor !== undefined) {
        if (order[successor] === -1) calls.push({ id: successor, at: 0 });
        else if (isOpen[successor]) low[id] = Math.min(low[id]!, order[successor]!);
        continue;
      }
      calls.pop();
      const caller = calls[calls.length - 1];
      if (caller) low[caller.id] = Math.min(low[caller.id]!, low[id]!);
      if (low[id] === order[id]) close(id);
    }
  }
  return isCyclic;

  function close(root: number): void {
    const members = open.splice(open.lastIndexOf(root));
    for (const member of members) {
      isOpen[member] = false;
      if (members.length > 1) isCyclic[member] = true;
    }
  }
}
