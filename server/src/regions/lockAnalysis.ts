/**
 * Lock regions over many functions, bottom-up and on demand: a callee's summary is made from its own
 * regions when a caller first asks. Recursion ends as unknown. Functions that reach no lock operation
 * in scope are not analysed at all. One state of the sources;
 * results that still hold pass on to the next.
 */

import type { Cfg } from '../cfg/types.ts';
import type { Expr, FunctionDef } from '../syntax/ast.ts';
import { contractOf, type CallbackContract } from '../ops/vocabulary/contracts.ts';
import { guardLocks, inertFamilies, keepingFamily, lockCarriers, lockFields, pageClasses } from '../ops/vocabulary/lockNames.ts';
import type { Effect, Era, LockClass } from '../ops/types.ts';
import { modelVocabulary, type Vocabulary } from '../ops/vocabulary.ts';
import { computeRegions, showRegions } from './computeRegions.ts';
import { assignedFields, keptParameters } from './kept.ts';
import { callsOf } from './liveness.ts';
import { movedStates, summaryKey, type KeptStates } from './reuse.ts';
import type { CalleeQuery, LockStates, RegionOptions, Summary } from './types.ts';

/** A function with its graph, and the file that it stands in. */
export interface FunctionSource {
  readonly file: string;
  readonly fn: FunctionDef;
  readonly cfg: Cfg;
}

/** Where sources come from. */
export interface RegionLookup {
  /** A function of that very file. */
  ownFunction(name: string, file: string): FunctionSource | undefined;
  /** A function that a call from `file` reaches in another file. */
  otherFunction(name: string, file: string): FunctionSource | undefined;
  constant(name: string, file: string): number | undefined;
  /** The function's text, from its first specifier to its closing brace. */
  textOf(source: FunctionSource): string;
  /** The handler table's member that names the function. */
  memberOf(source: FunctionSource): string | undefined;
}

/** Calls into other files are followed so deep; beyond, a callee is unknown. */
const maxFiles = 3;
/** Calls are followed so deep in all. */
const maxDepth = 24;
/** Functions of so few nodes are read even if they touch no lock: for what they return. */
const smallFunction = 8;

const lockEffects: ReadonlySet<Effect['kind']> = new Set(['acquire', 'release', 'requires', 'insert', 'become', 'downgrade', 'batch']);

/**
 * `pages`: only functions from which a page lock or page-table lock can be reached are followed, which
 * is what the rules need; `all`: every lock, for annotations and for showing regions.
 */
export type Scope = 'pages' | 'all';

const nothing: ReadonlySet<string> = new Set();

interface Depth {
  readonly calls: number;
  readonly files: number;
  readonly scope: Scope;
}

/** What is known of functions within one scope. */
class Memory {
  readonly states = new WeakMap<FunctionDef, LockStates>();
  readonly touched = new WeakMap<FunctionDef, boolean>();
  /** By file and name, over edits. */
  results = new Map<string, KeptStates>();
}

export class LockAnalysis {
  private readonly memory: Readonly<Record<Scope, Memory>> = { pages: new Memory(), all: new Memory() };
  private readonly running = new Set<FunctionDef>();
  private readonly kept = new WeakMap<FunctionDef, ReadonlySet<string>>();
  private readonly written = new WeakMap<FunctionDef, ReadonlySet<string> | undefined>();
  private readonly plain = new WeakMap<FunctionDef, Summary>();

  /** `previous`: the analysis of the sources before an edit, whose results are used where they still hold. */
  constructor(private readonly lookup: RegionLookup, private readonly era: Era, private readonly vocabulary: Vocabulary, previous?: LockAnalysis) {
    if (!previous) return;
    this.memory.pages.results = previous.memory.pages.results;
    this.memory.all.results = previous.memory.all.results;
  }

  /** The lock states of a function for the rules; undefined where nothing that they ask for is in reach. */
  statesOf(source: FunctionSource): LockStates | undefined {
    const scope: Scope = source.fn.annotations.length > 0 || this.asserts(source) ? 'all' : 'pages';
    return scope === 'all' || this.touches(source, { calls: 0, files: 0, scope }) ? this.analyse(source, { calls: 0, files: 0, scope }) : undefined;
  }

  /** The lock states of a function with every lock; undefined where it reaches none. */
  allStatesOf(source: FunctionSource): LockStates | undefined {
    const depth: Depth = { calls: 0, files: 0, scope: 'all' };
    if (!this.touches(source, depth) && source.fn.annotations.length === 0) return undefined;
    const states = showRegions(source, this.optionsFor(source, depth, new Map()));
    return states.notAnalysed === undefined ? states : (this.narrowed(source, states.notAnalysed) ?? states);
  }

  /** For showing, where following every lock into callees was too much: only page and page-table locks are followed into them. */
  private narrowed(source: FunctionSource, reason: string): LockStates | undefined {
    const options = this.optionsFor(source, { calls: 0, files: 0, scope: 'pages' }, new Map());
    const narrowed = showRegions(source, options);
    const states = narrowed.notAnalysed === undefined ? narrowed : showRegions(source, this.byEntries(options));
    return states.notAnalysed === undefined ? { ...states, narrowedBy: reason } : undefined;
  }

  /** Whether it demands a lock itself: `lockdep_assert_held(&x)`. */
  private asserts({ cfg }: FunctionSource): boolean {
    return [...callsOf(cfg)].some(({ callee }) => callee.kind === 'name' && this.ownEffects(callee.name).some(({ kind }) => kind === 'requires'));
  }

  private analyse(source: FunctionSource, depth: Depth): LockStates {
    const { states: memory } = this.memory[depth.scope];
    const known = memory.get(source.fn);
    if (known) return known;
    this.running.add(source.fn);
    const states = this.reused(source, depth) ?? this.computed(source, depth);
    this.running.delete(source.fn);
    memory.set(source.fn, states);
    return states;
  }

  private computed(source: FunctionSource, depth: Depth): LockStates {
    const callees = new Map<string, KeptStates['callees'][number]>();
    const found = this.computedWithin(source, this.optionsFor(source, depth, callees));
    const states: LockStates = { ...found, summary: { ...found.summary, kept: this.keptBy(source, depth), writes: this.writtenBy(source, depth) } };
    const text = this.lookup.textOf(source);
    const { results } = this.memory[depth.scope];
    results.set(`${source.file} ${source.fn.name}`, { text, member: this.lookup.memberOf(source), start: source.fn.span.start, callees: [...callees.values()], states });
    return states;
  }

  /** Where the ways through the callees' sources are too many, the entries that models use stand in for those that have one. */
  private computedWithin(source: FunctionSource, options: RegionOptions): LockStates {
    const found = computeRegions(source, options);
    return found.notAnalysed === undefined ? found : computeRegions(source, this.byEntries(options));
  }

  private byEntries(options: RegionOptions): RegionOptions {
    const vocabulary = modelVocabulary(this.vocabulary);
    return { ...options, vocabulary, summaryOf: (query) => (vocabulary.has(query.name) ? undefined : options.summaryOf(query)) };
  }

  /** The states from before an edit, where nothing that they rest on has changed. */
  private reused(source: FunctionSource, depth: Depth): LockStates | undefined {
    const kept = this.memory[depth.scope].results.get(`${source.file} ${source.fn.name}`);
    if (!kept || kept.text !== this.lookup.textOf(source) || kept.member !== this.lookup.memberOf(source)) return undefined;
    const isSame = kept.callees.every(({ query, key }) => summaryKey(this.summaryOf(query, source, depth)) === key);
    return isSame ? movedStates(kept, source.fn, source.cfg) : undefined;
  }

  private optionsFor(source: FunctionSource, depth: Depth, callees: Map<string, KeptStates['callees'][number]>): RegionOptions {
    const member = this.lookup.memberOf(source);
    const contract: CallbackContract | undefined = member === undefined ? undefined : contractOf(member, this.era);
    return {
      era: this.era,
      vocabulary: this.vocabulary,
      constant: (name) => this.lookup.constant(name, source.file),
      summaryOf: (query) => {
        const summary = this.summaryOf(query, source, depth);
        callees.set(`${query.name} ${query.argumentTypes.join()}`, { query, key: summaryKey(summary) });
        return summary;
      },
      contract,
    };
  }

  /** A name of the vocabulary whose source, where at hand, is not looked at. */
  private isPrimitive(name: string): boolean {
    return this.vocabulary.has(name) && !this.yields(name);
  }

  private yields(name: string): boolean {
    return this.vocabulary.get(name)?.yieldsToSource ?? false;
  }

  private summaryOf(callee: CalleeQuery, from: FunctionSource, depth: Depth): Summary | undefined {
    const own = this.lookup.ownFunction(callee.name, from.file);
    const isInteresting = callee.argumentTypes.some(isCarrier) || this.yields(callee.name);
    const other = own || depth.files >= maxFiles || !isInteresting ? undefined : this.lookup.otherFunction(callee.name, from.file);
    const source = own ?? other;
    if (!source) return undefined;
    const parameters = source.fn.params.map(({ name }) => name);
    if (this.running.has(source.fn) || depth.calls >= maxDepth) return this.recursive(source, parameters, depth);
    if (!this.touches(source, depth) && source.cfg.nodes.length > smallFunction) return this.plainSummary(source, parameters, depth);
    return this.analyse(source, { ...depth, calls: depth.calls + 1, files: depth.files + (own ? 0 : 1) }).summary;
  }

  /** A call that leads back to itself: unknown, if it can touch a lock at all. */
  private recursive(source: FunctionSource, parameters: readonly string[], depth: Depth): Summary {
    return this.touches(source, depth) ? { parameters, kept: new Set(parameters), writes: undefined, dropsFound: false, cases: undefined } : this.plainSummary(source, parameters, depth);
  }

  /** Names of fields that the function, or one that it calls, assigns; undefined: any. */
  private writtenBy(source: FunctionSource, depth: Depth): ReadonlySet<string> | undefined {
    if (this.written.has(source.fn)) return this.written.get(source.fn);
    this.written.set(source.fn, new Set());
    const fields = new Set(assignedFields(source.cfg));
    let isAny = false;
    for (const call of callsOf(source.cfg)) {
      const below = this.writtenByCall(call, source, depth);
      if (below) for (const field of below) fields.add(field);
      else isAny = true;
    }
    const written = isAny ? undefined : fields;
    this.written.set(source.fn, written);
    return written;
  }

  private writtenByCall(call: Expr & { kind: 'call' }, from: FunctionSource, depth: Depth): ReadonlySet<string> | undefined {
    const handsOn = call.args.some((arg) => arg.kind === 'name' && from.fn.params.some(({ name, type }) => name === arg.name && type.pointers > 0));
    if (!handsOn) return nothing;
    if (call.callee.kind !== 'name') return undefined;
    const { name } = call.callee;
    if (this.isPrimitive(name)) return nothing;
    const own = this.lookup.ownFunction(name, from.file);
    if (own) return this.writtenBy(own, depth);
    return inertFamilies.some((family) => family.test(name)) ? nothing : undefined;
  }

  /** Parameters that the function, or one that it hands them to, may store. */
  private keptBy(source: FunctionSource, depth: Depth): ReadonlySet<string> {
    const known = this.kept.get(source.fn);
    if (known) return known;
    this.kept.set(source.fn, new Set());
    const parameters = new Set(source.fn.params.filter(({ type }) => isCarrier(type.base)).map(({ name }) => name));
    const found = keptParameters(source.cfg, parameters, {
      keepsArgument: (callee, index) => this.keepsArgument(callee, index, source, depth),
      sameAs: (callee) => {
        const result = this.vocabulary.get(callee)?.result;
        return result?.kind === 'argument' ? result.index : undefined;
      },
    });
    this.kept.set(source.fn, found);
    return found;
  }

  private keepsArgument(callee: string, index: number, from: FunctionSource, depth: Depth): boolean {
    if (this.isPrimitive(callee)) return false;
    const own = this.lookup.ownFunction(callee, from.file);
    const source = own ?? (depth.files < maxFiles ? this.lookup.otherFunction(callee, from.file) : undefined);
    if (!source) return keepingFamily.test(callee) || !inertFamilies.some((family) => family.test(callee));
    const name = source.fn.params[index]?.name;
    return name === undefined || this.keptBy(source, { ...depth, files: depth.files + (own ? 0 : 1) }).has(name);
  }

  /** A function without locks: returns anything, and may keep its arguments. */
  private plainSummary(source: FunctionSource, parameters: readonly string[], depth: Depth): Summary {
    const { fn } = source;
    const known = this.plain.get(fn);
    if (known) return known;
    const kept = this.keptBy(source, depth);
    const summary: Summary = { parameters, kept, writes: this.writtenBy(source, depth), dropsFound: false, cases: [{ returns: '#0', facts: [], conditions: [], locks: [], stores: [], isMerged: false, isAmbiguous: false }] };
    this.plain.set(fn, summary);
    return summary;
  }

  /** Whether a lock operation in scope is in reach through functions with source. */
  private touches(source: FunctionSource, depth: Depth): boolean {
    const { touched } = this.memory[depth.scope];
    const known = touched.get(source.fn);
    if (known !== undefined) return known;
    touched.set(source.fn, false);
    const found = this.hasLockOperation(source, depth);
    touched.set(source.fn, found);
    return found;
  }

  private hasLockOperation(source: FunctionSource, depth: Depth): boolean {
    if (depth.scope === 'all' && source.cfg.nodes.some(({ action }) => action.kind === 'guard' && action.lockClass in guardLocks)) return true;
    const calls = [...callsOf(source.cfg)];
    return calls.some((call) => this.isLockOperation(call, depth.scope)) || calls.some((call) => this.leadsToLocks(call, source, depth));
  }

  private isLockOperation(call: Expr & { kind: 'call' }, scope: Scope): boolean {
    if (call.callee.kind === 'member') return contractOf(call.callee.field, this.era) !== undefined;
    if (call.callee.kind !== 'name') return false;
    return this.ownEffects(call.callee.name).some((effect) => isLockEffect(effect, call, scope));
  }

  /** What a function with a body demands, its body says. */
  private ownEffects(name: string): readonly Effect[] {
    const entry = this.vocabulary.get(name);
    return entry?.yieldsToSource ? entry.effects.filter(({ kind }) => kind !== 'requires') : (entry?.effects ?? []);
  }

  private leadsToLocks(call: Expr & { kind: 'call' }, source: FunctionSource, depth: Depth): boolean {
    if (call.callee.kind !== 'name' || this.isPrimitive(call.callee.name)) return false;
    const { name } = call.callee;
    const own = this.lookup.ownFunction(name, source.file);
    if (own) return this.touches(own, depth);
    const isInteresting = depth.files < maxFiles && call.args.some((arg) => isCarrier(argumentType(arg, source)));
    const other = isInteresting ? this.lookup.otherFunction(name, source.file) : undefined;
    return other !== undefined && this.touches(other, { ...depth, files: depth.files + 1 });
  }
}

function isLockEffect(effect: Effect, call: Expr & { kind: 'call' }, scope: Scope): boolean {
  if (!lockEffects.has(effect.kind)) return false;
  if (scope === 'all' || effect.kind === 'insert') return true;
  if (effect.kind === 'batch') return effect.does === 'lock' || effect.does === 'requireLock';
  if (effect.kind !== 'acquire' && effect.kind !== 'release' && effect.kind !== 'requires' && effect.kind !== 'become') return false;
  return pageClasses.has(effect.lock) || (typeof effect.object === 'number' && pageClasses.has(namedLock(call.args[effect.object]) ?? 'spin'));
}

/** The class that an argument's name tells: `ptl`, `&mm->page_table_lock`. */
function namedLock(arg: Expr | undefined): LockClass | undefined {
  if (arg?.kind === 'unary') return namedLock(arg.operand);
  if (arg?.kind === 'member') return lockFields.get(arg.field);
  return arg?.kind === 'name' ? lockFields.get(arg.name) : undefined;
}

function isCarrier(type: string | undefined): boolean {
  return type !== undefined && lockCarriers.has(type);
}

function argumentType(arg: Expr, { fn, cfg }: FunctionSource): string | undefined {
  if (arg.kind === 'unary' && arg.op === '&') return argumentType(arg.operand, { file: '', fn, cfg });
  if (arg.kind !== 'name') return undefined;
  const param = fn.params.find(({ name }) => name === arg.name);
  if (param) return param.type.base;
  for (const { action } of cfg.nodes) if (action.kind === 'declare' && action.name === arg.name) return action.type.base;
  return undefined;
}
