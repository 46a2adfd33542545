/**
 * A stack of open brackets whose every state stays readable: a state is a node number (0 is the
 * empty stack), pushing makes a node, popping goes to the parent. Snapshots cost nothing.
 */

import { LBRACE } from './chars.ts';
import type { Room } from './room.ts';

/** How far a closing bracket looks for its partner past unclosed ones. */
const MAX_SEARCH = 32;

export class BracketTrail {
  private count = 1;
  private readonly tokens: Int32Array;
  private readonly codes: Uint8Array;
  private readonly parents: Int32Array;
  private readonly depths: Int32Array;
  /** The nearest node, itself included, that is a `{`. */
  private readonly braces: Int32Array;

  /** At most so many brackets will be pushed. */
  constructor(capacity: number, room: Room) {
    const nodes = capacity + 1;
    this.tokens = room.words('trail tokens', nodes);
    this.codes = room.bytes('trail codes', nodes);
    this.parents = room.words('trail parents', nodes);
    this.depths = room.words('trail depths', nodes);
    this.braces = room.words('trail braces', nodes);
    this.tokens[0] = -1;
    for (const each of [this.codes, this.parents, this.depths, this.braces]) each[0] = 0;
  }

  push(parent: number, token: number, code: number): number {
    const node = this.count++;
    this.tokens[node] = token;
    this.codes[node] = code;
    this.parents[node] = parent;
    this.depths[node] = this.depths[parent]! + 1;
    this.braces[node] = code === LBRACE ? node : this.braces[parent]!;
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
