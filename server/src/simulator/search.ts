/**
 * The model checker: breadth-first search over all interleavings, exhaustive within the model.
 * It answers `holds`, `violated` with a shortest trace that has been replayed, or `bounded` with
 * the limit that was hit; a cancelled search throws `CancelledError`.
 */

import { throwIfCancelled } from '../base/cancellation.ts';
import type { Model } from '../model/types.ts';
import type { SearchEvents } from './compile/searchCode.ts';
import { counterexample, type Found } from './counterexample.ts';
import { MemoryFullError } from './errors.ts';
import type { Finding } from './path.ts';
import { defaultReductions } from './prepare.ts';
import { closed, interchangeable } from './reduce/symmetry.ts';
import { findLasso, type Lasso } from './progress.ts';
import { type Reducing, StateSpace } from './stateSpace.ts';
import { mayOrderContexts } from './weak/mayOrder.ts';
import type { AskedReduction, Reductions, SearchOptions, SearchResult, Statistics } from './types.ts';

/** At most so many states are expanded between two looks at the clock and the cancellation. */
const pollInterval = 2048;
/** With fewer threads a search takes no longer than to find out what may be moved, and to search for a violation again. */
const manyThreads = 3;

export function search(model: Model, options: SearchOptions): SearchResult {
  throwIfCancelled(options.cancellation);
  const reductions = reductionsFor(model, options);
  const groups = reductions.symmetry ? interchangeable(model) : [];
  const reducing: Reducing = { reductions, groups };
  if (keepsShownRun(options, reducing)) return new Search(model, options, reducing).run();
  const reduced = new Search(closed(model, groups), { ...options, explainsTrace: false }, reducing).runUnlessViolated();
  return reduced ?? shortest(model, options, reducing);
}

/** The order of contexts keeps a shortest run to a violation, but not all of them, among which one is chosen to be explained; the others do not. */
function keepsShownRun({ explainsTrace }: SearchOptions, { reductions, groups }: Reducing): boolean {
  return !reductions.movers && !reductions.ampleSets && groups.length === 0 && !(reductions.contextOrder && explainsTrace === true);
}

/** What is asked for, without what is not sound for the memory model or for endless runs. */
export function reductionsOf({ reductions, memory, checksProgress }: SearchOptions): Reductions {
  const wanted = { ...defaultReductions, ...reductions };
  const isSound = memory === 'sc' && checksProgress !== true;
  const contextOrder = wanted.contextOrder && memory === 'weak' && checksProgress !== true;
  const movers = wanted.movers && wanted.fuseLocalSteps && memory !== 'tso';
  return { ...wanted, movers, ampleSets: wanted.ampleSets && isSound, symmetry: wanted.symmetry && isSound, contextOrder };
}

/** And without what is not sound for the model. Unless it is said otherwise, `movers` are for those whose states are many. */
export function reductionsFor(model: Model, options: SearchOptions): Reductions {
  const movers = options.reductions?.movers ?? model.threads.length >= manyThreads;
  const reductions = reductionsOf({ ...options, reductions: { ...options.reductions, movers } });
  return { ...reductions, contextOrder: reductions.contextOrder && mayOrderContexts(model) };
}

/** Something is violated; it is searched for again without what changes how it is reached. */
function shortest(model: Model, options: SearchOptions, reducing: Reducing): SearchResult {
  const { reductions } = reducing;
  const contextOrder = reductions.contextOrder && options.explainsTrace !== true;
  const result = new Search(model, options, { reductions: { ...reductions, movers: false, ampleSets: false, symmetry: false, contextOrder }, groups: [] }).run();
  const reducedBy = askedOf(reducing);
  if (result.verdict === 'holds') {
    if (options.checksProgress !== true || result.isProgressChecked) throw new Error(`internal error: ${model.name} is violated only where reductions are on`);
    return { ...result, verdict: 'bounded', reducedBy, reason: 'some run never ends, but there is no room for the transitions to find it by' };
  }
  if (result.verdict === 'violated') return { ...result, reducedBy };
  return { ...result, reducedBy, reason: `something is violated, but the search for the run to it did not end: ${result.reason}` };
}

function askedOf({ reductions, groups }: Reducing): AskedReduction[] {
  return [
    ...(reductions.movers ? ['movers' as const] : []),
    ...(reductions.ampleSets ? ['ampleSets' as const] : []),
    ...(groups.length > 0 ? ['symmetry' as const] : []),
    ...(reductions.contextOrder ? ['contextOrder' as const] : []),
  ];
}

class Search {
  private readonly startedAt: number;
  private readonly space: StateSpace;
  private finding: Finding | undefined;
  private boundedReason: string | undefined;
  private transitions = 0;
  private depth = 0;
  /** Where the states of each depth begin; the last entry is where those of the next one will. */
  private readonly levels: number[] = [0];
  private readonly seen = new Set<number>();

  constructor(model: Model, private readonly options: SearchOptions, private readonly reducing: Reducing) {
    this.startedAt = options.now();
    this.space = new StateSpace(model, options, reducing);
    this.space.listen(this.events());
  }

  /** Undefined where something is violated: a run through exchanged threads cannot be replayed. */
  runUnlessViolated(): SearchResult | undefined {
    this.insertStartStates();
    this.explore();
    return this.hasFinding() || this.endlessRun() ? undefined : this.ended();
  }

  run(): SearchResult {
    this.insertStartStates();
    this.explore();
    if (this.finding) return this.violated(this.finding);
    const lasso = this.endlessRun();
    return lasso ? this.endless(lasso) : this.ended();
  }

  private ended(): SearchResult {
    if (this.boundedReason !== undefined) return { verdict: 'bounded', reason: this.boundedReason, ...this.statistics() };
    return { verdict: 'holds', ...this.statistics() };
  }

  private endlessRun(): Lasso | undefined {
    const { edges, table } = this.space;
    if (!edges || this.boundedReason !== undefined || !this.isProgressChecked()) return undefined;
    throwIfCancelled(this.options.cancellation);
    return findLasso(edges, table.count);
  }

  private isProgressChecked(): boolean {
    return this.options.checksProgress === true && this.space.edges?.isFull === false;
  }

  private events(): SearchEvents {
    const { model, tables } = this.space;
    return {
      violated: (state, property) => this.find({ ending: { kind: 'property', property: model.properties[property]! }, state, failing: undefined }),
      failed: (state, transition, failure) => this.find({ ending: { kind: 'failure', property: tables.propertyOf(failure) }, state, failing: transition }),
      deadlock: (state) => { this.find({ ending: { kind: 'deadlock' }, state, failing: undefined }); },
      outOfRange: (reason, value) => { this.boundedReason ??= tables.reasonOf(reason, value); },
    };
  }

  /** False for a property that is passed over. */
  private find(finding: Finding): boolean {
    if (finding.ending.kind === 'property' && !this.isWanted(finding.ending.property.id)) return false;
    if (finding.ending.kind === 'deadlock' && this.options.ignoresDeadlocks) return false;
    this.finding ??= finding;
    return true;
  }

  private isWanted(property: string): boolean {
    return this.options.onlyProperty === undefined || this.options.onlyProperty === property;
  }

  private insertStartStates(): void {
    const { space } = this;
    const { compiled, model } = space;
    for (const [start] of model.initialStates.entries()) {
      const state = compiled.insert(space.startWords(start), start);
      if (state < 0) continue;
      const property = model.properties.findIndex(({ id }, index) => this.isWanted(id) && compiled.violates[index]!(state));
      if (property >= 0) this.events().violated(state, property);
    }
  }

  /** States are expanded in the order in which they were reached; `levelEnd` is where the next depth begins. */
  private explore(): void {
    const { table } = this.space;
    let levelEnd = table.count;
    this.levels.push(levelEnd);
    for (let state = 0; state < table.count && !this.hasFinding(); ) {
      if (state === levelEnd) {
        this.depth++;
        levelEnd = table.count;
        this.levels.push(levelEnd);
      }
      if (table.count > this.options.maxStates) {
        this.giveUp(`more than ${this.options.maxStates} states`);
        return;
      }
      if (this.isOutOfTime()) return;
      this.witness(state, Math.min(levelEnd, state + pollInterval));
      const next = this.expandUpTo(state, Math.min(levelEnd, state + pollInterval));
      if (next === undefined) return;
      state = next;
    }
  }

  private giveUp(reason: string): void {
    const isEveryRunTried = !this.reducing.reductions.ampleSets;
    this.boundedReason = isEveryRunTried ? `${reason}; all runs of up to ${this.depth} steps were searched` : reason;
  }

  /** Where it stopped; undefined where there was no memory to go on. */
  private expandUpTo(from: number, to: number): number | undefined {
    try {
      return this.expandAll(from, to);
    } catch (error) {
      if (!(error instanceof MemoryFullError)) throw error;
      this.giveUp(error.message);
      return undefined;
    }
  }

  /** The hot loop. */
  private expandAll(from: number, to: number): number {
    const { table } = this.space;
    const { expand } = this.space.compiled;
    const { maxStates } = this.options;
    let taken = 0;
    let state = from;
    while (state < to && table.count <= maxStates && !this.hasFinding()) taken += expand(state++);
    this.transitions += taken;
    return state;
  }

  private hasFinding(): boolean {
    return this.finding !== undefined;
  }

  private isOutOfTime(): boolean {
    throwIfCancelled(this.options.cancellation);
    if (this.options.now() - this.startedAt <= this.options.timeoutMs) return false;
    this.giveUp(`no end within ${this.options.timeoutMs} ms`);
    return true;
  }

  /** Looks for what has not been witnessed yet in the states of a range. */
  private witness(from: number, to: number): void {
    this.space.compiled.witnesses.forEach((isSeen, index) => {
      for (let state = from; state < to && !this.seen.has(index); state++) {
        if (isSeen(state)) this.seen.add(index);
      }
    });
  }

  private violated(finding: Finding): SearchResult {
    return this.told(finding, { transitions: [], states: [] });
  }

  /** The way to the loop, and once around it. */
  private endless({ entry, cycle }: Lasso): SearchResult {
    const { space } = this;
    return this.told({ ending: { kind: 'endless', around: cycle.length }, state: entry, failing: undefined }, {
      transitions: cycle.map((edge) => space.prepared.transitions[space.edges!.via[edge]!]!),
      states: cycle.map((edge) => space.wordsOf(space.edges!.to[edge]!)),
    });
  }

  private told(finding: Finding, after: Found['after']): SearchResult {
    const statistics = this.statistics();
    const deadline = this.startedAt + this.options.timeoutMs;
    const violation = counterexample(this.space, this.options, { finding, levels: this.levels, after, deadline });
    return { verdict: 'violated', violation, ...statistics, elapsedMs: this.options.now() - this.startedAt, depth: violation.trace.length };
  }

  private statistics(): Statistics {
    const { model, table } = this.space;
    const description = (index: number): string => model.witnesses[index]!.description;
    const all = model.witnesses.map((_, index) => index);
    return {
      states: table.count,
      transitions: this.transitions,
      depth: this.depth,
      elapsedMs: this.options.now() - this.startedAt,
      witnesses: all.filter((index) => this.seen.has(index)).map(description),
      missedWitnesses: all.filter((index) => !this.seen.has(index)).map(description),
      isProgressChecked: this.isProgressChecked(),
      reducedBy: askedOf(this.reducing),
    };
  }
}
