/** The functions whose sources a function's calls lead to, as far as calls are followed at all. */

import type { Vocabulary } from '../ops/vocabulary.ts';
import type { FunctionDef } from '../syntax/ast.ts';
import type { Need, Rule } from './fixpoint.ts';
import { callsOf } from './liveness.ts';
import { maxFiles, type Depth, type FunctionSource, type RegionLookup } from './lookup.ts';

export interface Callee {
  readonly source: FunctionSource;
  readonly depth: Depth;
}

/** Each once. Names of the vocabulary are left out, but for those that yield to a source. */
export function* followedCallees(source: FunctionSource, depth: Depth, lookup: RegionLookup, vocabulary: Vocabulary): Generator<Callee> {
  const names = new Set<string>();
  for (const { callee } of callsOf(source.cfg)) if (callee.kind === 'name') names.add(callee.name);
  for (const name of names) {
    const entry = vocabulary.get(name);
    if (entry && !entry.yieldsToSource) continue;
    const own = lookup.ownFunction(name, source.file);
    const other = own || depth.files >= maxFiles ? undefined : lookup.otherFunction(name, source.file);
    if (own) yield { source: own, depth };
    else if (other) yield { source: other, depth: { ...depth, files: depth.files + 1 } };
  }
}

/** What a value needs of those functions. */
export function* needsOf<V>(callees: Iterable<Callee>, rule: (callee: Callee) => Rule<FunctionDef, V>): Generator<Need<FunctionDef, V>> {
  for (const callee of callees) yield { key: callee.source.fn, rule: rule(callee), level: callee.depth.files };
}
