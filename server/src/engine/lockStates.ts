/**
 * Lock states of a tree's functions, kept while the files that they rest on stay as they are. The
 * tree's part of the work: where a callee's source is, what constants are, which handler table names
 * a function.
 */

import { LockAnalysis } from '../regions/lockAnalysis.ts';
import type { FunctionSource, RegionLookup } from '../regions/lookup.ts';
import type { LockStates } from '../regions/types.ts';
import { constantsByEra, handlerTables } from '../ops/vocabulary/fields.ts';
import type { Era, MacroForm } from '../ops/types.ts';
import type { FunctionDef } from '../syntax/ast.ts';
import type { KernelTree } from './kernelTree.ts';
import type { ParsedFile } from './sourceFiles.ts';

const tableNames: ReadonlySet<string> = new Set(Object.values(handlerTables).flatMap((name) => [name, name.replace(/^struct /, '')]));

interface Kept {
  readonly era: Era;
  /** Of the tree's index. */
  readonly generation: number;
  readonly analysis: LockAnalysis;
  readonly lookup: TreeLookup;
}

const keptByTree = new WeakMap<KernelTree, Kept>();

/** The states of one function with every lock, for showing; undefined where it reaches none. */
export function allLockStatesOf(file: ParsedFile, fn: FunctionDef, tree: KernelTree, era: Era): LockStates | undefined {
  const { analysis, lookup } = keptFor(file, tree, era);
  return analysis.allStatesOf(lookup.source(file, fn));
}

/** The states of one function for the rules; undefined where nothing that they ask for is in reach. */
export function lockStatesOf(file: ParsedFile, fn: FunctionDef, tree: KernelTree, era: Era): LockStates | undefined {
  const { analysis, lookup } = keptFor(file, tree, era);
  return analysis.statesOf(lookup.source(file, fn));
}

function keptFor(file: ParsedFile, tree: KernelTree, era: Era): Kept {
  const kept = keptByTree.get(tree);
  const generation = tree.generation(file.path);
  if (kept?.era === era && kept.generation === generation && kept.lookup.isCurrent(file)) return kept;
  const lookup = new TreeLookup(tree, era);
  lookup.isCurrent(file);
  const made: Kept = { era, generation, lookup, analysis: new LockAnalysis(lookup, era, tree.vocabulary(era), kept?.era === era ? kept.analysis : undefined) };
  keptByTree.set(tree, made);
  return made;
}

interface FileFacts {
  readonly file: ParsedFile;
  readonly functions: ReadonlyMap<string, FunctionDef>;
  /** Handler to the member that a table of this file gives it. */
  readonly members: ReadonlyMap<string, string>;
}

class TreeLookup implements RegionLookup {
  private readonly files = new Map<string, FileFacts>();
  private readonly constants = new Map<string, number | undefined>();
  private readonly others = new Map<string, FunctionSource | undefined>();
  /** The last file that was found current; asking for each of its functions again costs nothing. */
  private current: ParsedFile | undefined;

  constructor(private readonly tree: KernelTree, private readonly era: Era) {}

  /** Whether nothing that was read has changed since, this file included. */
  isCurrent(file: ParsedFile): boolean {
    if (this.current === file) return true;
    const known = this.files.get(file.path);
    if (known && known.file !== file) return false;
    for (const { file: read } of this.files.values()) if (read !== file && this.tree.files.get(read.path) !== read) return false;
    if (!known) this.files.set(file.path, factsOf(file));
    this.current = file;
    return true;
  }

  source(file: ParsedFile, fn: FunctionDef): FunctionSource {
    return { file: file.path, fn, cfg: this.tree.files.cfg(fn) };
  }

  ownFunction(name: string, path: string): FunctionSource | undefined {
    const facts = this.facts(path);
    const fn = facts?.functions.get(name);
    return facts && fn ? this.source(facts.file, fn) : undefined;
  }

  otherFunction(name: string, path: string): FunctionSource | undefined {
    const key = `${name} ${path}`;
    if (!this.others.has(key)) {
      const found = this.tree.function(name, path);
      this.others.set(key, found && found.file !== path ? { file: found.file, fn: found.fn, cfg: found.cfg } : undefined);
      if (found) this.facts(found.file);
    }
    return this.others.get(key);
  }

  constant(name: string, path: string): number | undefined {
    const known = constantsByEra[this.era][name];
    if (known !== undefined || !/^[A-Z_0-9]+$/.test(name)) return known;
    const key = `${name} ${path}`;
    if (!this.constants.has(key)) this.constants.set(key, this.tree.constant(name, path));
    return this.constants.get(key);
  }

  hasMacro({ name, arity }: MacroForm): boolean {
    return this.tree.headerMacroArity(name) === arity;
  }

  textOf({ fn, file }: FunctionSource): string {
    return this.facts(file)?.file.text.slice(fn.span.start, fn.span.end) ?? '';
  }

  /** A table of the same file says it first. */
  memberOf({ fn, file }: FunctionSource): string | undefined {
    return this.facts(file)?.members.get(fn.name) ?? this.tree.memberOf(fn, file);
  }

  private facts(path: string): FileFacts | undefined {
    const known = this.files.get(path);
    if (known) return known;
    const file = this.tree.files.get(path);
    if (!file) return undefined;
    const facts = factsOf(file);
    this.files.set(path, facts);
    return facts;
  }
}

/** Of several definitions of one name, the longest counts: the others are what is left of it where its configuration is off. */
function lengthOf(fn: FunctionDef | undefined): number {
  return fn ? fn.body.span.end - fn.body.span.start : -1;
}

function factsOf(file: ParsedFile): FileFacts {
  const functions = new Map<string, FunctionDef>();
  for (const fn of file.syntax.functions) if (lengthOf(fn) > lengthOf(functions.get(fn.name))) functions.set(fn.name, fn);
  const members = new Map<string, string>();
  for (const { structName, fields } of file.syntax.structInits) {
    if (!tableNames.has(structName)) continue;
    for (const [member, handler] of fields) members.set(handler, member);
  }
  return { file, functions, members };
}
