/**
 * A stack of open brackets whose every state stays readable: a state is a node number (0 is the
 * empty stack), pushing makes a node, popping goes to the parent. Snapshots cost nothing.
 */

import { LBRACE } from './chars.ts';

/** How far a closing bracket looks for its partner past unclosed ones. */
const MAX_SEARCH = 32;

export class BracketTrail {
  private readonly tokens: number[] = [-1];
  private readonly codes: number[] = [0];
  private readonly parents: number[] = [0];
  private readonly depths: number[] = [0];
  /** The nearest node, itself included, that is a `{`. */
  private readonly braces: number[] = [0];

  push(parent: number, token: number, code: number): number {
    const node = this.tokens.length;
    this.tokens.push(token);
    this.codes.push(code);
    this.parents.push(parent);
    this.depths.push(this.depths[parent]! + 1);
    this.braces.push(code === LBRACE ? node : this.braces[parent]!);
    return node;
  }

  /** The node that a closing bracket closes, or 0; only `}` looks past an open `{`'s inside. */
  find(top: number, opener: number): number {
    if (opener === LBRACE) return this.braces[top]!;
    let node = top;
    for (let steps = 0; steps < MAX_SEARCH && node !== 0; steps++) {
      if (this.codes[node] === opener) return node;
      if (this.codes[node] === LBRACE) return 0;
      node = this.parents[node]!;
    }
    return 0;
  }

  token(node: number): number {
    return this.tokens[node]!;
  }

  code(node: number): number {
    return this.codes[node]!;
  }

  parent(node: number): number {
    return this.parents[node]!;
  }

  depth(node: number): number {
    return this.depths[node]!;
  }
}
