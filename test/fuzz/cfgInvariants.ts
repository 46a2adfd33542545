/** What holds for every graph, whatever the text was. */

import type { Cfg, CfgNode } from '../../server/src/cfg/types.ts';
import type { FunctionDef } from '../../server/src/syntax/ast.ts';

/** The first promise that a graph breaks, or undefined. */
export function brokenPromise(cfg: Cfg, fn: FunctionDef): string | undefined {
  if (cfg.entry !== 0 || cfg.exit !== cfg.nodes.length - 1) return 'entry is not the first node or exit not the last';
  for (const [index, node] of cfg.nodes.entries()) {
    const broken = node.id === index ? brokenNode(node, cfg, fn) : 'is not numbered by its place';
    if (broken !== undefined) return `node ${index} (${node.action.kind}) ${broken}`;
  }
  const lost = unreached(cfg);
  return lost === undefined ? undefined : `node ${lost} cannot be reached`;
}

function brokenNode({ action, span, successors }: CfgNode, cfg: Cfg, fn: FunctionDef): string | undefined {
  if (successors.some(({ to }) => !(to > 0 && to < cfg.nodes.length))) return 'has an edge to no node, or to the entry';
  if (span.start > span.end || span.start < fn.span.start || span.end > fn.span.end) return 'lies outside the function';
  const labels = successors.map(({ label }) => label.kind).join(' ');
  switch (action.kind) {
    case 'exit':
    case 'halt':
      return labels === '' ? undefined : `goes on: ${labels}`;
    case 'branch':
    case 'iterate':
      return labels === 'true false' ? undefined : `leaves by: ${labels}`;
    case 'switch':
      // Damaged text may have several defaults; that is then said.
      return /^(case )*default$/.test(labels) || (/^(case )*default( default)+$/.test(labels) && cfg.problems.length > 0) ? undefined : `leaves by: ${labels}`;
    case 'unknown': {
      if (action.reason === 'asm') return labels === 'next' ? undefined : `leaves by: ${labels}`;
      const isStated = cfg.problems.some((problem) => problem.reason === action.reason);
      return isStated && /^next( next)*$/.test(labels) ? undefined : `is no stated problem, or leaves by: ${labels}`;
    }
    default:
      return labels === 'next' ? undefined : `leaves by: ${labels}`;
  }
}

/** A node that no way from the entry leads to; the exit may be one. */
function unreached(cfg: Cfg): number | undefined {
  const seen = new Set<number>([cfg.entry, cfg.exit]);
  const pending = [cfg.entry];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    for (const { to } of cfg.nodes[id]!.successors) {
      if (seen.has(to)) continue;
      seen.add(to);
      pending.push(to);
    }
  }
  return cfg.nodes.find(({ id }) => !seen.has(id))?.id;
}
