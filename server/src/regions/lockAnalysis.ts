/**
 * Lock regions over many functions, bottom-up and on demand: a callee's summary is made from its own
 * regions when a caller first asks; functions that call each other in a circle are computed until
 * their summaries agree. Functions that reach no lock operation in scope are not analysed at all. One
 * state of the sources; results that still hold pass on to the next.
 */

import type { FunctionDef } from '../syntax/ast.ts';
import { objectTypes } from '../ops/vocabulary/fields.ts';
import { contractOf, type CallbackContract } from '../ops/vocabulary/contracts.ts';
import type { Era } from '../ops/types.ts';
import { modelVocabulary, vocabularyIn, type Vocabulary } from '../ops/vocabulary.ts';
import { computeRegions, neverEnds, notAnalysed, showRegions, unknownSummary } from './computeRegions.ts';
import { followedCallees, needsOf, type Callee } from './callees.ts';
import { Fixpoint, type Rule } from './fixpoint.ts';
import { maxFiles, type Depth, type FunctionSource, type RegionLookup, type Scope } from './lookup.ts';
import { MemoryFacts } from './memoryFacts.ts';
import { isCarrier, Reach } from './reach.ts';
import { movedStates, summaryKey, type KeptStates } from './reuse.ts';
import { withoutConditions } from './summaries.ts';
import type { CalleeQuery, LockStates, RegionOptions, Summary } from './types.ts';

/** Functions of so few nodes are read even if they touch no lock: for what they return. */
const smallFunction = 8;

/** What is known of functions within one scope. */
class Memory {
  readonly states = new Fixpoint<FunctionDef, LockStates>(maxFiles);
  /** By file and name, over edits. */
  results = new Map<string, KeptStates>();
}

export class LockAnalysis {
  private readonly memory: Readonly<Record<Scope, Memory>> = { pages: new Memory(), all: new Memory() };
  private readonly vocabulary: Vocabulary;
  private readonly reach: Reach;
  private readonly facts: MemoryFacts;
  private readonly plain = new WeakMap<FunctionDef, Summary>();

  /** `previous`: the analysis of the sources before an edit, whose results are used where they still hold. */
  constructor(private readonly lookup: RegionLookup, private readonly era: Era, vocabulary: Vocabulary, previous?: LockAnalysis) {
    this.vocabulary = vocabularyIn(vocabulary, (form) => lookup.hasMacro(form));
    this.reach = new Reach(lookup, era, this.vocabulary);
    this.facts = new MemoryFacts(lookup, this.vocabulary);
    if (!previous) return;
    this.memory.pages.results = previous.memory.pages.results;
    this.memory.all.results = previous.memory.all.results;
  }

  /** The lock states of a function for the rules; undefined where nothing that they ask for is in reach. */
  statesOf(source: FunctionSource): LockStates | undefined {
    const scope: Scope = source.fn.annotations.length > 0 || this.reach.asserts(source) ? 'all' : 'pages';
    return scope === 'all' || this.reach.touches(source, { files: 0, scope }) ? this.analyse(source, { files: 0, scope }) : undefined;
  }

  /** The lock states of a function with every lock; undefined where it reaches none. */
  allStatesOf(source: FunctionSource): LockStates | undefined {
    const depth: Depth = { files: 0, scope: 'all' };
    if (!this.reach.touches(source, depth) && source.fn.annotations.length === 0) return undefined;
    const states = showRegions(source, this.optionsFor(source, depth, new Map()));
    if (states.notAnalysed !== undefined) return this.narrowed(source, states.notAnalysed) ?? states;
    const { states: memory } = this.memory.all;
    const asCallee = memory.known(source.fn);
    if (asCallee?.notAnalysed === neverEnds) return asCallee;
    return memory.isWidened(source.fn) ? { ...states, unsettled } : states;
  }

  /** For showing, where following every lock into callees was too much: only page and page-table locks are followed into them. */
  private narrowed(source: FunctionSource, reason: string): LockStates | undefined {
    const options = this.optionsFor(source, { files: 0, scope: 'pages' }, new Map());
    const narrowed = showRegions(source, options);
    const states = narrowed.notAnalysed === undefined ? narrowed : showRegions(source, this.byEntries(options));
    return states.notAnalysed === undefined ? { ...states, narrowedBy: reason } : undefined;
  }

  /** Within a circle of calls: what is taken for the function so far. */
  private analyse(source: FunctionSource, depth: Depth): LockStates {
    const { states } = this.memory[depth.scope];
    const found = states.ask(source.fn, this.rule({ source, depth }), depth.files);
    return states.isWidened(source.fn) ? { ...found, unsettled } : found;
  }

  private rule({ source, depth }: Callee): Rule<FunctionDef, LockStates> {
    return {
      compute: () => this.reused(source, depth) ?? this.computed(source, depth),
      bottom: () => notAnalysed(source, undefined, assumption, this.summaryWith([], source, depth)),
      top: () => notAnalysed(source, undefined, assumption),
      isSame: (a, b) => summaryKey(a.summary) === summaryKey(b.summary),
      coarser: (found) => ({ ...found, summary: withoutConditions(found.summary) }),
      needs: () => needsOf(this.touchedCallees(source, depth), (callee) => this.rule(callee)),
    };
  }

  private *touchedCallees(source: FunctionSource, depth: Depth): Generator<Callee> {
    for (const callee of followedCallees(source, depth, this.lookup, this.vocabulary)) if (this.isRead(callee)) yield callee;
  }

  /** Whether its own analysis says more than that it may return anything. */
  private isRead({ source, depth }: Callee): boolean {
    return source.cfg.nodes.length <= smallFunction || this.reach.touches(source, depth);
  }

  private computed(source: FunctionSource, depth: Depth): LockStates {
    const callees = new Map<string, KeptStates['callees'][number]>();
    const found = this.computedWithin(source, this.optionsFor(source, depth, callees), depth);
    const cases = this.isEndless(found, depth) ? [] : found.summary.cases;
    const states: LockStates = { ...found, summary: { ...this.summaryWith(cases, source, depth), dropsFound: found.summary.dropsFound } };
    const text = this.lookup.textOf(source);
    const { results } = this.memory[depth.scope];
    results.set(`${source.file} ${source.fn.name}`, { text, member: this.lookup.memberOf(source), start: source.fn.span.start, callees: [...callees.values()], states });
    return states;
  }

  /** Where the ways through the callees' sources are too many, the entries that models use stand in for those that have one. */
  private computedWithin(source: FunctionSource, options: RegionOptions, depth: Depth): LockStates {
    const found = computeRegions(source, options);
    return found.notAnalysed === undefined || this.isEndless(found, depth) ? found : computeRegions(source, this.byEntries(options));
  }

  /** In a circle of calls, no way through it has come to an end yet. */
  private isEndless({ notAnalysed: reason }: LockStates, { scope }: Depth): boolean {
    return reason === neverEnds && this.memory[scope].states.isAssuming;
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
    const contract: CallbackContract | undefined = member === undefined ? undefined : contractOf(member, this.era, source.fn.params.map(({ type }) => type.base));
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
      writes: this.facts.writtenBy(source, depth),
    };
  }

  private yields(name: string): boolean {
    return this.vocabulary.get(name)?.yieldsToSource ?? false;
  }

  private summaryOf(callee: CalleeQuery, from: FunctionSource, depth: Depth): Summary | undefined {
    const own = this.lookup.ownFunction(callee.name, from.file);
    const isInteresting = callee.argumentTypes.some(isCarrier) || this.yields(callee.name);
    const isTest = !isInteresting && depth.scope === 'all' && callee.argumentTypes.some((type) => type !== undefined && type in objectTypes);
    const found = own || !(isInteresting || isTest) ? undefined : this.lookup.otherFunction(callee.name, from.file);
    if (found && depth.files >= maxFiles) this.memory[depth.scope].states.cut();
    const other = depth.files >= maxFiles ? undefined : found;
    const source = own ?? (isTest && !other?.file.endsWith('.h') ? undefined : other);
    if (!source) return undefined;
    if (!this.isRead({ source, depth })) return this.plainSummary(source, depth);
    const states = this.analyse(source, { ...depth, files: depth.files + (own ? 0 : 1) });
    // That no way through a circle of calls ends is more likely not understood than so.
    return states.notAnalysed === neverEnds && !this.memory[depth.scope].states.isOpen(source.fn) ? unknownSummary(source) : states.summary;
  }

  /** A function without locks: returns anything, and may keep its arguments. */
  private plainSummary(source: FunctionSource, depth: Depth): Summary {
    const known = this.plain.get(source.fn);
    if (known && known.kept === this.facts.keptBy(source, depth) && known.writes === this.facts.writtenBy(source, depth)) return known;
    const summary = this.summaryWith([{ returns: '#0', facts: [], conditions: [], locks: [], stores: [], isMerged: false, isAmbiguous: false }], source, depth);
    this.plain.set(source.fn, summary);
    return summary;
  }

  private summaryWith(cases: Summary['cases'], source: FunctionSource, depth: Depth): Summary {
    return { ...unknownSummary(source), kept: this.facts.keptBy(source, depth), writes: this.facts.writtenBy(source, depth), cases };
  }
}

/** The reason of a value that stands for a function whose circle of calls is being computed; never shown. */
const assumption = 'its circle of calls is being computed';
const unsettled = 'what the calls that lead back to it do to locks did not settle, so they are not followed';
