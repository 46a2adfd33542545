/** Strongly connected components of a state graph (Tarjan 1972), without recursion. */

import type { EdgeList } from './edgeList.ts';

/** The component of each state, numbered as they are found; a state that no edge leaves is one by itself. */
export function components(edges: EdgeList, stateCount: number): Int32Array {
  return new Tarjan(edges, stateCount).run();
}

class Tarjan {
  private readonly first: Int32Array;
  private readonly targets: Int32Array;
  private readonly index: Int32Array;
  private readonly low: Int32Array;
  private readonly component: Int32Array;
  private readonly open: number[] = [];
  private numbered = 0;
  private found = 0;

  constructor(edges: EdgeList, private readonly stateCount: number) {
    this.first = new Int32Array(stateCount + 1);
    this.targets = new Int32Array(edges.count);
    for (let edge = 0; edge < edges.count; edge++) this.first[edges.from[edge]! + 1]!++;
    for (let state = 0; state < stateCount; state++) this.first[state + 1]! += this.first[state]!;
    const next = this.first.slice();
    for (let edge = 0; edge < edges.count; edge++) this.targets[next[edges.from[edge]!]!++] = edges.to[edge]!;
    this.index = new Int32Array(stateCount).fill(-1);
    this.low = new Int32Array(stateCount);
    this.component = new Int32Array(stateCount).fill(-1);
  }

  run(): Int32Array {
    for (let state = 0; state < this.stateCount; state++) {
      if (this.index[state]! < 0) this.visit(state);
    }
    return this.component;
  }

  private visit(root: number): void {
    const cursor = [this.first[root]!];
    const stack = [root];
    this.enter(root);
    while (stack.length > 0) {
      const state = stack[stack.length - 1]!;
      const at = cursor[cursor.length - 1]!;
      if (at < this.first[state + 1]!) {
        cursor[cursor.length - 1] = at + 1;
        const target = this.targets[at]!;
        if (this.index[target]! < 0) {
          this.enter(target);
          stack.push(target);
          cursor.push(this.first[target]!);
        } else if (this.component[target]! < 0) {
          this.low[state] = Math.min(this.low[state]!, this.index[target]!);
        }
        continue;
      }
      stack.pop();
      cursor.pop();
      const parent = stack[stack.length - 1];
      if (parent !== undefined) this.low[parent] = Math.min(this.low[parent]!, this.low[state]!);
      if (this.low[state] === this.index[state]) this.close(state);
    }
  }

  private enter(state: number): void {
    this.index[state] = this.low[state] = this.numbered++;
    this.open.push(state);
  }

  private close(root: number): void {
    for (let state = this.open.pop()!; ; state = this.open.pop()!) {
      this.component[state] = this.found;
      if (state === root) break;
    }
    this.found++;
  }
}
