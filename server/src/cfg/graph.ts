/**
 * A graph under construction. New nodes join the open ends of what came before; loops, gotos and
 * joins link explicitly. `finish` drops what control cannot reach and nodes without effect, and
 * numbers the rest in the order of construction with the exit last.
 */

import type { Span } from '../base/text.ts';
import type { CfgNode, Edge, EdgeLabel, NodeAction, NodeId } from './types.ts';

/** An edge whose target is not yet known. */
export interface OpenEnd {
  readonly from: NodeId;
  readonly label: EdgeLabel;
}

/** The two ways out of a condition. */
export interface BranchEnds {
  readonly whenTrue: readonly OpenEnd[];
  readonly whenFalse: readonly OpenEnd[];
}

interface DraftNode {
  readonly action: NodeAction;
  readonly span: Span;
  readonly successors: Edge[];
}

const NEXT: EdgeLabel = { kind: 'next' };
/** Marks of `followSkips`. */
const UNSEEN = -1;
const ON_PATH = -2;

export class GraphDraft {
  private readonly nodes: DraftNode[] = [];
  /** Where control stands; empty where it cannot come. */
  private open: OpenEnd[] = [];

  get isReachable(): boolean {
    return this.open.length > 0;
  }

  /** Adds a node after the open ends and leaves its `next` edge open. */
  add(action: NodeAction, span: Span): NodeId {
    const id = this.nodes.length;
    this.nodes.push({ action, span, successors: [] });
    this.link(this.take(), id);
    this.open = [{ from: id, label: NEXT }];
    return id;
  }

  /** Adds a node whose ways out the caller makes with `end`. */
  addFork(action: NodeAction, span: Span): NodeId {
    const id = this.add(action, span);
    this.open = [];
    return id;
  }

  /** The open ends, which the caller now has to link or resume. */
  take(): OpenEnd[] {
    const taken = this.open;
    this.open = [];
    return taken;
  }

  /** Lets control stand at these ends as well. */
  resume(...ends: readonly (readonly OpenEnd[])[]): void {
    for (const list of ends) for (const end of list) this.open.push(end);
  }

  link(ends: readonly OpenEnd[], to: NodeId): void {
    for (const { from, label } of ends) this.nodes[from]!.successors.push({ to, label });
  }

  /** The finished nodes; `exit` is the last one, reachable or not. */
  finish(entry: NodeId, exit: NodeId): CfgNode[] {
    const target = this.skipTargets();
    const reached = this.reachableFrom(target[entry]!, target);
    reached.delete(exit);
    const order = [...reached].sort((a, b) => a - b).concat(exit);
    const numberOf = new Map(order.map((id, index) => [id, index]));
    return order.map((id, index) => {
      const { action, span, successors } = this.nodes[id]!;
      const edges = successors.map(({ to, label }) => ({ to: numberOf.get(target[to]!)!, label }));
      return { id: index, action, span, successors: inSourceOrder(edges) };
    });
  }

  /** For each node the first one at or after it that has an effect; an empty endless loop keeps one node. */
  private skipTargets(): Int32Array {
    const target = new Int32Array(this.nodes.length).fill(UNSEEN);
    for (let id = 0; id < target.length; id++) {
      if (target[id] === UNSEEN) this.followSkips(id, target);
    }
    return target;
  }

  private followSkips(id: NodeId, target: Int32Array): void {
    const path: NodeId[] = [];
    let at = id;
    while (target[at] === UNSEEN) {
      const node = this.nodes[at]!;
      const next = node.successors[0];
      if (node.action.kind !== 'skip' || !next) {
        target[at] = at;
        break;
      }
      path.push(at);
      target[at] = ON_PATH;
      at = next.to;
    }
    const last = target[at] === ON_PATH ? leastOf(path.slice(path.indexOf(at))) : target[at]!;
    for (const each of path) target[each] = last;
  }

  private reachableFrom(entry: NodeId, target: Int32Array): Set<NodeId> {
    const reached = new Set<NodeId>([entry]);
    const pending = [entry];
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      for (const { to } of this.nodes[id]!.successors) {
        const next = target[to]!;
        if (reached.has(next)) continue;
        reached.add(next);
        pending.push(next);
      }
    }
    return reached;
  }
}

function leastOf(ids: readonly NodeId[]): NodeId {
  return ids.reduce((least, id) => Math.min(least, id));
}

/** `true` before `false`, cases as they stand in the source, `default` last. */
function inSourceOrder(edges: readonly Edge[]): readonly Edge[] {
  return edges.length < 2 ? edges : edges.toSorted((a, b) => rank(a.label) - rank(b.label));
}

function rank(label: EdgeLabel): number {
  if (label.kind === 'case') return label.low.span.start;
  return label.kind === 'true' ? 0 : Number.MAX_SAFE_INTEGER;
}
