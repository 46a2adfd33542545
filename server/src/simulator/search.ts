/**
 * The model checker: breadth-first search over all interleavings, exhaustive within the model.
 * It answers `holds`, `violated` with a shortest trace that has been replayed, or `bounded` with
 * the limit that was hit; a cancelled search throws `CancelledError`.
 */

import { throwIfCancelled } from '../base/cancellation.ts';
import type { Model, ThreadIndex } from '../model/types.ts';
import { BufferCode } from './compile/bufferCode.ts';
import type { MemoryCode } from './compile/memoryCode.ts';
import { Odometer } from './compile/odometer.ts';
import { compileSearch, type CompiledSearch, type SearchEvents } from './compile/searchCode.ts';
import { Tables } from './compile/tables.ts';
import { ViewCode } from './compile/viewCode.ts';
import { EdgeList } from './edgeList.ts';
import { type Layout, layOut, startValue, writeField } from './layout.ts';
import { defaultReductions, prepare, type Prepared } from './prepare.ts';
import { findAmpleSets } from './reduce/ampleSets.ts';
import { closed, interchangeable } from './reduce/symmetry.ts';
import { findLasso, type Lasso } from './progress.ts';
import type { Ending, Path } from './replay.ts';
import { StateTable } from './stateTable.ts';
import type { Reductions, SearchOptions, SearchResult, Statistics } from './types.ts';
import { describeViolation } from './violation.ts';
import { StoreBuffers } from './tso/buffers.ts';
import { findBufferedCells } from './tso/bufferedCells.ts';
import { findHistories } from './weak/history.ts';
import { withEarlyStores } from './weak/reorder.ts';
import { WeakViews } from './weak/views.ts';

/** At most so many states are expanded between two looks at the clock and the cancellation. */
const pollInterval = 2048;

export function search(model: Model, options: SearchOptions): SearchResult {
  throwIfCancelled(options.cancellation);
  const reductions = reductionsOf(options);
  const groups = reductions.symmetry ? interchangeable(model) : [];
  if (!reductions.ampleSets && groups.length === 0) return new Search(model, options, { reductions, groups }).run();
  const reduced = new Search(closed(model, groups), options, { reductions, groups }).runUnlessViolated();
  return reduced ?? shortest(model, options, reductions);
}

/** What is asked for, without what is not sound for the memory model or for endless runs. */
export function reductionsOf({ reductions, memory, checksProgress }: SearchOptions): Reductions {
  const wanted = { ...defaultReductions, ...reductions };
  const isSound = memory === 'sc' && checksProgress !== true;
  return { ...wanted, ampleSets: wanted.ampleSets && isSound, symmetry: wanted.symmetry && isSound };
}

/** Ample sets and symmetry change how a violation is reached, so it is searched for again without them. */
function shortest(model: Model, options: SearchOptions, reductions: Reductions): SearchResult {
  const result = new Search(model, options, { reductions: { ...reductions, ampleSets: false, symmetry: false }, groups: [] }).run();
  if (result.verdict === 'holds') throw new Error(`internal error: ${model.name} is violated only where reductions are on`);
  return result;
}

interface Reducing {
  readonly reductions: Reductions;
  /** Threads that may be exchanged. */
  readonly groups: readonly (readonly ThreadIndex[])[];
}

/** A violation as the search sees it: by numbers, before replay. */
interface Finding {
  readonly ending: Ending;
  readonly state: number;
  /** The transition that fails from `state`, for checks and I17 to I19. */
  readonly failing: number | undefined;
}

class Search {
  private readonly startedAt: number;
  private readonly model: Model;
  private readonly prepared: Prepared;
  private readonly layout: Layout;
  private readonly table: StateTable;
  private readonly tables: Tables;
  private readonly compiled: CompiledSearch;
  private finding: Finding | undefined;
  private boundedReason: string | undefined;
  private transitions = 0;
  private depth = 0;
  private readonly seen = new Set<number>();
  private readonly edges: EdgeList | undefined;

  constructor(asked: Model, private readonly options: SearchOptions, { reductions, groups }: Reducing) {
    this.startedAt = options.now();
    const model = options.memory === 'weak' ? withEarlyStores(asked) : asked;
    this.model = model;
    this.prepared = prepare(model, reductions, options.memory);
    this.layout = layOut(this.prepared, options.memory !== 'sc');
    this.table = new StateTable(this.layout.wordCount);
    this.tables = new Tables(model);
    this.edges = options.checksProgress === true ? new EdgeList() : undefined;
    const { memory, views } = this.memoryCode();
    const ample = reductions.ampleSets ? findAmpleSets(this.prepared) : undefined;
    this.compiled = compileSearch(
      { prepared: this.prepared, layout: this.layout, tables: this.tables, memory, keepsEdges: this.edges !== undefined, ample, groups },
      { table: this.table, events: this.events(), odometer: new Odometer(), views, edges: this.edges, ample },
    );
  }

  private memoryCode(): { readonly memory: MemoryCode | undefined; readonly views: WeakViews | StoreBuffers | undefined } {
    const { model, prepared, layout, tables } = this;
    switch (this.options.memory) {
      case 'sc':
        return { memory: undefined, views: undefined };
      case 'tso': {
        const views = new StoreBuffers(model.threads.length);
        return { memory: new BufferCode(model, layout, findBufferedCells(model), tables, views), views };
      }
      case 'weak': {
        const histories = findHistories(prepared);
        const views = new WeakViews(histories);
        return { memory: new ViewCode(model, layout, histories, tables, views), views };
      }
    }
  }

  /** Undefined where something is violated: a run through exchanged threads cannot be replayed. */
  runUnlessViolated(): SearchResult | undefined {
    this.insertStartStates();
    this.explore();
    return this.hasFinding() ? undefined : this.unviolated();
  }

  run(): SearchResult {
    this.insertStartStates();
    this.explore();
    if (this.finding) return this.violated(this.finding);
    return this.unviolated();
  }

  private unviolated(): SearchResult {
    if (this.boundedReason !== undefined) return { verdict: 'bounded', reason: this.boundedReason, ...this.statistics() };
    const lasso = this.endlessRun();
    return lasso ? this.endless(lasso) : { verdict: 'holds', ...this.statistics() };
  }

  private endlessRun(): Lasso | undefined {
    if (!this.edges || this.edges.isFull) return undefined;
    throwIfCancelled(this.options.cancellation);
    return findLasso(this.edges, this.table.count);
  }

  private events(): SearchEvents {
    return {
      violated: (state, property) => this.find({ ending: { kind: 'property', property: this.model.properties[property]! }, state, failing: undefined }),
      failed: (state, transition, failure) => this.find({ ending: { kind: 'failure', property: this.tables.propertyOf(failure) }, state, failing: transition }),
      deadlock: (state) => this.find({ ending: { kind: 'deadlock' }, state, failing: undefined }),
      outOfRange: (reason, value) => (this.boundedReason ??= this.tables.reasonOf(reason, value)),
    };
  }

  private find(finding: Finding): void {
    this.finding ??= finding;
  }

  private insertStartStates(): void {
    for (const [start] of this.model.initialStates.entries()) {
      const state = this.compiled.insert(this.startWords(start), start);
      if (state < 0) continue;
      const property = this.compiled.firstViolated(state);
      if (property >= 0) this.events().violated(state, property);
    }
  }

  private startWords(start: number): Int32Array {
    const { prepared, layout, model } = this;
    const words = new Int32Array(layout.wordCount);
    layout.cells.forEach((field, cell) => {
      for (let index = 0; index < field.length; index++) writeField(words, 0, field, index, startValue(model, start, cell, index));
    });
    prepared.threads.forEach((thread, id) => {
      writeField(words, 0, layout.counters[id]!, 0, thread.entry);
      thread.startLocals.forEach((value, local) => writeField(words, 0, layout.locals[id]![local]!, 0, value));
    });
    return words;
  }

  /** States are expanded in the order in which they were reached; `levelEnd` is where the next depth begins. */
  private explore(): void {
    const { table } = this;
    let levelEnd = table.count;
    for (let state = 0; state < table.count && !this.hasFinding(); ) {
      if (state === levelEnd) {
        this.depth++;
        levelEnd = table.count;
      }
      if (table.count > this.options.maxStates) {
        this.boundedReason = `more than ${this.options.maxStates} states`;
        return;
      }
      if (this.isOutOfTime()) return;
      this.witness(state, Math.min(levelEnd, state + pollInterval));
      state = this.expandUpTo(state, Math.min(levelEnd, state + pollInterval));
    }
  }

  /** The hot loop: expands `from` up to `to`; where it stopped. */
  private expandUpTo(from: number, to: number): number {
    const { table } = this;
    const { expand } = this.compiled;
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
    this.boundedReason = `no end within ${this.options.timeoutMs} ms`;
    return true;
  }

  /** Looks for what has not been witnessed yet in the states of a range. */
  private witness(from: number, to: number): void {
    this.compiled.witnesses.forEach((isSeen, index) => {
      for (let state = from; state < to && !this.seen.has(index); state++) {
        if (isSeen(state)) this.seen.add(index);
      }
    });
  }

  private violated(finding: Finding): SearchResult {
    const path = this.pathTo(finding);
    const violation = describeViolation(this.prepared, this.layout, this.options.memory, path, finding.ending);
    return { verdict: 'violated', violation, ...this.statistics(), depth: violation.trace.length };
  }

  /** The way to the loop, and once around it. */
  private endless({ entry, cycle }: Lasso): SearchResult {
    const path = this.pathTo({ ending: { kind: 'endless', around: cycle.length }, state: entry, failing: undefined });
    const around = {
      transitions: cycle.map((edge) => this.prepared.transitions[this.edges!.via[edge]!]!),
      states: cycle.map((edge) => this.wordsOf(this.edges!.to[edge]!)),
    };
    const whole: Path = { ...path, transitions: [...path.transitions, ...around.transitions], states: [...path.states, ...around.states] };
    const violation = describeViolation(this.prepared, this.layout, this.options.memory, whole, { kind: 'endless', around: cycle.length });
    return { verdict: 'violated', violation, ...this.statistics(), depth: violation.trace.length };
  }

  private wordsOf(state: number): Int32Array {
    return this.table.words.slice(state * this.layout.wordCount, (state + 1) * this.layout.wordCount);
  }

  private pathTo(finding: Finding): Path {
    const { table, prepared } = this;
    const transitions = finding.failing === undefined ? [] : [prepared.transitions[finding.failing]!];
    const states: Int32Array[] = [];
    let state = finding.state;
    for (; table.parent[state]! >= 0; state = table.parent[state]!) {
      transitions.unshift(prepared.transitions[table.via[state]!]!);
      states.unshift(this.wordsOf(state));
    }
    return { start: -1 - table.parent[state]!, transitions, states };
  }

  private statistics(): Statistics {
    const description = (index: number): string => this.model.witnesses[index]!.description;
    const all = this.model.witnesses.map((_, index) => index);
    return {
      states: this.table.count,
      transitions: this.transitions,
      depth: this.depth,
      elapsedMs: this.options.now() - this.startedAt,
      witnesses: all.filter((index) => this.seen.has(index)).map(description),
      missedWitnesses: all.filter((index) => !this.seen.has(index)).map(description),
      isProgressChecked: this.edges?.isFull === false,
    };
  }
}
