/** What functions do to memory, through those they call: parameters that they may keep, fields that they may write. */

import type { Expr, FunctionDef } from '../syntax/ast.ts';
import { inertFamilies, keepingFamily } from '../ops/vocabulary/lockNames.ts';
import type { Vocabulary } from '../ops/vocabulary.ts';
import { followedCallees, needsOf, type Callee } from './callees.ts';
import { Fixpoint, type Rule } from './fixpoint.ts';
import { assignedFields, keptParameters } from './kept.ts';
import { callsOf } from './liveness.ts';
import { maxFiles, type Depth, type FunctionSource, type RegionLookup } from './lookup.ts';
import { isCarrier } from './reach.ts';

type Names = ReadonlySet<string>;

const none: Names = new Set();

export class MemoryFacts {
  private readonly kept = new Fixpoint<FunctionDef, Names>(maxFiles);
  private readonly written = new Fixpoint<FunctionDef, Names | undefined>(maxFiles);

  constructor(private readonly lookup: RegionLookup, private readonly vocabulary: Vocabulary) {}

  /** Parameters that the function, or one that it hands them to, may store. */
  keptBy(source: FunctionSource, depth: Depth): Names {
    return this.kept.ask(source.fn, this.keptRule({ source, depth }), depth.files);
  }

  private keptRule({ source, depth }: Callee): Rule<FunctionDef, Names> {
    const parameters = new Set(source.fn.params.filter(({ type }) => isCarrier(type.base)).map(({ name }) => name));
    return {
      compute: () => keptParameters(source.cfg, parameters, {
        keepsArgument: (callee, index) => this.keepsArgument(callee, index, source, depth),
        sameAs: (callee) => {
          const result = this.vocabulary.get(callee)?.result;
          return result?.kind === 'argument' ? result.index : undefined;
        },
      }),
      bottom: () => none,
      top: () => parameters,
      isSame: isSameSet,
      needs: () => needsOf(followedCallees(source, depth, this.lookup, this.vocabulary), (callee) => this.keptRule(callee)),
    };
  }

  /** Names of fields that the function, or one that it calls, assigns; undefined: any. */
  writtenBy(source: FunctionSource, depth: Depth): Names | undefined {
    return this.written.ask(source.fn, this.writtenRule({ source, depth }), depth.files);
  }

  private writtenRule({ source, depth }: Callee): Rule<FunctionDef, Names | undefined> {
    return {
      compute: () => this.computeWritten(source, depth),
      bottom: () => none,
      top: () => undefined,
      isSame: isSameSet,
      needs: () => needsOf(followedCallees(source, depth, this.lookup, this.vocabulary), (callee) => this.writtenRule(callee)),
    };
  }

  private keepsArgument(callee: string, index: number, from: FunctionSource, depth: Depth): boolean {
    if (this.isPrimitive(callee)) return false;
    const own = this.lookup.ownFunction(callee, from.file);
    const other = own ? undefined : this.lookup.otherFunction(callee, from.file);
    if (other && depth.files >= maxFiles) this.kept.cut();
    const source = own ?? (depth.files < maxFiles ? other : undefined);
    if (!source) return keepingFamily.test(callee) || !inertFamilies.some((family) => family.test(callee));
    const name = source.fn.params[index]?.name;
    return name === undefined || this.keptBy(source, { ...depth, files: depth.files + (own ? 0 : 1) }).has(name);
  }

  private computeWritten(source: FunctionSource, depth: Depth): Names | undefined {
    const fields = new Set(assignedFields(source.cfg));
    for (const call of callsOf(source.cfg)) {
      const below = this.writtenByCall(call, source, depth);
      if (!below) return undefined;
      for (const field of below) fields.add(field);
    }
    return fields;
  }

  private writtenByCall(call: Expr & { kind: 'call' }, from: FunctionSource, depth: Depth): Names | undefined {
    const handsOn = call.args.some((arg) => arg.kind === 'name' && from.fn.params.some(({ name, type }) => name === arg.name && type.pointers > 0));
    if (!handsOn) return none;
    if (call.callee.kind !== 'name') return undefined;
    const { name } = call.callee;
    if (this.isPrimitive(name)) return none;
    const own = this.lookup.ownFunction(name, from.file);
    if (own) return this.writtenBy(own, depth);
    const other = this.lookup.otherFunction(name, from.file);
    if (other && depth.files >= maxFiles) this.written.cut();
    if (other && depth.files < maxFiles) return this.writtenBy(other, { ...depth, files: depth.files + 1 });
    return inertFamilies.some((family) => family.test(name)) ? none : undefined;
  }

  /** A name of the vocabulary whose source, where at hand, is not looked at. */
  private isPrimitive(name: string): boolean {
    const entry = this.vocabulary.get(name);
    return entry !== undefined && !entry.yieldsToSource;
  }
}

function isSameSet(a: Names | undefined, b: Names | undefined): boolean {
  if (!a || !b) return a === b;
  return a.size === b.size && [...a].every((name) => b.has(name));
}
