/**
 * Runs that never end although every thread gets its turn (I23): parts of the state graph that
 * nothing leaves and in which somebody still moves. Fairness is as strong as can be: whatever step
 * is possible again and again from one state is taken some time. A run that goes on only because
 * two threads keep undoing each other's work in just the right order is therefore not reported;
 * what is reported ends under no schedule at all.
 */

import { components } from './components.ts';
import type { EdgeList } from './edgeList.ts';

/** An endless run: once around, from the state that is reached first. */
export interface Lasso {
  readonly entry: number;
  /** Edge numbers. */
  readonly cycle: readonly number[];
}

/** The inescapable part that is nearest to a start, or undefined where every fair run ends. */
export function findLasso(edges: EdgeList, stateCount: number): Lasso | undefined {
  const componentOf = components(edges, stateCount);
  const isLeft = new Set<number>();
  const isMoving = new Set<number>();
  for (let edge = 0; edge < edges.count; edge++) {
    const from = componentOf[edges.from[edge]!]!;
    if (from === componentOf[edges.to[edge]!]) isMoving.add(from);
    else isLeft.add(from);
  }
  const entry = componentOf.findIndex((component) => isMoving.has(component) && !isLeft.has(component));
  return entry < 0 ? undefined : { entry, cycle: around(edges, entry) };
}

/** A shortest way from a state back to itself. */
function around(edges: EdgeList, entry: number): readonly number[] {
  const leaving = edgesByState(edges);
  const reachedBy = new Map<number, number>();
  const queue = [entry];
  for (let state = queue.shift(); state !== undefined && !reachedBy.has(entry); state = queue.shift()) {
    for (const edge of leaving.get(state) ?? []) {
      const to = edges.to[edge]!;
      if (reachedBy.has(to)) continue;
      reachedBy.set(to, edge);
      queue.push(to);
    }
  }
  const cycle: number[] = [];
  for (let state = entry; cycle.length === 0 || state !== entry; state = edges.from[cycle[0]!]!) cycle.unshift(reachedBy.get(state)!);
  return cycle;
}

function edgesByState(edges: EdgeList): ReadonlyMap<number, readonly number[]> {
  const leaving = new Map<number, number[]>();
  for (let edge = 0; edge < edges.count; edge++) {
    const known = leaving.get(edges.from[edge]!);
    if (known) known.push(edge);
    else leaving.set(edges.from[edge]!, [edge]);
  }
  return leaving;
}
