/**
 * The states of one model while they are searched: the table they are kept in, and the generated code
 * that expands them. Whoever expands states says who listens to what is found on the way.
 */

import type { Model, ThreadIndex } from '../model/types.ts';
import { BufferCode } from './compile/bufferCode.ts';
import type { MemoryCode } from './compile/memoryCode.ts';
import { Odometer } from './compile/odometer.ts';
import { compileSearch, type CompiledSearch, type SearchEvents } from './compile/searchCode.ts';
import { Tables } from './compile/tables.ts';
import { ViewCode } from './compile/viewCode.ts';
import { EdgeList } from './edgeList.ts';
import { type Layout, layOut, startValue, writeField } from './layout.ts';
import { MemoryBudget } from './memoryBudget.ts';
import { prepare, type Prepared } from './prepare.ts';
import { findAmpleSets } from './reduce/ampleSets.ts';
import { StateTable } from './stateTable.ts';
import type { Reductions, SearchOptions } from './types.ts';
import { StoreBuffers } from './tso/buffers.ts';
import { findBufferedCells } from './tso/bufferedCells.ts';
import { findHistories } from './weak/history.ts';
import { withEarlyStores } from './weak/reorder.ts';
import { WeakViews } from './weak/views.ts';

export interface Reducing {
  readonly reductions: Reductions;
  /** Threads that may be exchanged. */
  readonly groups: readonly (readonly ThreadIndex[])[];
}

export class StateSpace {
  readonly model: Model;
  readonly prepared: Prepared;
  readonly layout: Layout;
  readonly table: StateTable;
  readonly tables: Tables;
  readonly compiled: CompiledSearch;
  /** Kept where somebody asks for progress or for an explained trace. */
  readonly edges: EdgeList | undefined;
  readonly budget: MemoryBudget;
  private listener: SearchEvents | undefined;

  constructor(asked: Model, private readonly options: SearchOptions, { reductions, groups }: Reducing) {
    this.model = options.memory === 'weak' ? withEarlyStores(asked) : asked;
    this.prepared = prepare(this.model, reductions, options.memory);
    this.layout = layOut(this.prepared, options.memory !== 'sc');
    this.budget = new MemoryBudget(options.maxBytes ?? Infinity);
    this.table = new StateTable(this.layout.wordCount, this.budget);
    this.tables = new Tables(this.model);
    const { checksProgress = false, explainsTrace = false } = options;
    const edges = checksProgress || explainsTrace ? new EdgeList(checksProgress, this.budget) : undefined;
    this.edges = edges;
    this.budget.relieve = () => edges?.drop();
    const { memory, views } = this.memoryCode(reductions);
    const ample = reductions.ampleSets ? findAmpleSets(this.prepared) : undefined;
    this.compiled = compileSearch(
      { prepared: this.prepared, layout: this.layout, tables: this.tables, memory, keepsEdges: this.edges !== undefined, ample, groups, ordersContexts: reductions.contextOrder },
      { table: this.table, events: this.relay(), odometer: new Odometer(), views, edges: this.edges, ample },
    );
  }

  private memoryCode({ shortHistories }: Reductions): { readonly memory: MemoryCode | undefined; readonly views: WeakViews | StoreBuffers | undefined } {
    const { model, prepared, layout, tables } = this;
    switch (this.options.memory) {
      case 'sc':
        return { memory: undefined, views: undefined };
      case 'tso': {
        const views = new StoreBuffers(model.threads.length, this.budget);
        return { memory: new BufferCode(model, layout, findBufferedCells(model), tables, views), views };
      }
      case 'weak': {
        const histories = findHistories(prepared, shortHistories);
        const views = new WeakViews(histories, this.budget);
        return { memory: new ViewCode(model, layout, histories, tables, views), views };
      }
    }
  }

  private relay(): SearchEvents {
    return {
      violated: (state, property) => this.listener!.violated(state, property),
      failed: (state, transition, failure) => this.listener!.failed(state, transition, failure),
      deadlock: (state) => { this.listener!.deadlock(state); },
      outOfRange: (reason, value) => { this.listener!.outOfRange(reason, value); },
    };
  }

  /** Who hears of what is found from now on. */
  listen(listener: SearchEvents): void {
    this.listener = listener;
  }

  startWords(start: number): Int32Array {
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

  wordsOf(state: number): Int32Array {
    return this.table.words.slice(state * this.layout.wordCount, (state + 1) * this.layout.wordCount);
  }

  /** Forgets all states, but keeps their room. */
  clear(): void {
    this.table.clear();
  }
}
