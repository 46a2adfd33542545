/**
 * Generates the search's inner loop for one model: a function for each location of each thread
 * that runs the transitions leaving it, the visited set specialised to the number of words, and
 * the properties. The source is plain JavaScript that can be printed and read (`searchSource`).
 */

import type { Property, Step, ThreadIndex, Value } from '../../model/types.ts';
import { type Layout, readField } from '../layout.ts';
import { finished, type Prepared, type PreparedTransition } from '../prepare.ts';
import type { EdgeList } from '../edgeList.ts';
import type { StateTable } from '../stateTable.ts';
import type { AmpleSets } from '../reduce/ampleSets.ts';
import { walkSteps, walkValue } from '../steps.ts';
import type { StoreBuffers } from '../tso/buffers.ts';
import type { WeakViews } from '../weak/views.ts';
import { expandAlone } from './ampleCode.ts';
import { canonicalCode } from './canonicalCode.ts';
import { readCode } from './fieldCode.ts';
import type { Odometer } from './odometer.ts';
import type { Tables } from './tables.ts';
import { TransitionCode, wordNames } from './transitionCode.ts';
import { ValueCode } from './valueCode.ts';
import type { MemoryCode } from './memoryCode.ts';

/** What generated code reports. Where the answer to `violated` or `failed` is true, the state is not expanded further. */
export interface SearchEvents {
  /** A new state violates the property with that index. */
  violated(state: number, property: number): boolean;
  /** A `check`, I17, I18 or I19 failed in a transition from `state`, which leads nowhere. */
  failed(state: number, transition: number, failure: number): boolean;
  outOfRange(reason: number, value: number): void;
  deadlock(state: number): void;
}

export interface CompiledSearch {
  /** Inserts all successors of a state; gives the number of transitions taken. */
  readonly expand: (state: number) => number;
  /** By property: whether the state violates it. */
  readonly violates: readonly ((state: number) => boolean)[];
  readonly witnesses: readonly ((state: number) => boolean)[];
  /** Inserts a start state given by its words; its number, or -1 if it is there already. */
  readonly insert: (words: Int32Array, start: number) => number;
}

export interface CompileInput {
  /** Present where threads are run alone. */
  readonly ample: AmpleSets | undefined;
  /** Threads that may be exchanged. */
  readonly groups: readonly (readonly ThreadIndex[])[];
  readonly prepared: Prepared;
  readonly layout: Layout;
  readonly tables: Tables;
  readonly memory: MemoryCode | undefined;
  /** A state is known where one is that differs in its context alone, which allows as much: weak/contextOrder.ts. */
  readonly ordersContexts: boolean;
  /** Every transition taken is added to the runtime's `edges`. */
  readonly keepsEdges: boolean;
}

/** What the generated source refers to by name. */
export interface SearchRuntime {
  readonly ample: AmpleSets | undefined;
  readonly table: StateTable;
  readonly events: SearchEvents;
  readonly odometer: Odometer;
  readonly views: WeakViews | StoreBuffers | undefined;
  readonly edges: EdgeList | undefined;
}

export function compileSearch(input: CompileInput, runtime: SearchRuntime): CompiledSearch {
  // Generated from our own model data only: no text of the user's becomes code, except in comments without line breaks.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
  return new Function('table', 'events', 'odometer', 'views', 'edges', 'ample', searchSource(input))(
    runtime.table, runtime.events, runtime.odometer, runtime.views, runtime.edges, runtime.ample,
  ) as CompiledSearch;
}

export function searchSource(input: CompileInput): string {
  const { prepared, layout } = input;
  const { model } = prepared;
  const words = wordNames(layout);
  const hashed = hashedWords(input);
  const checks = new Checks(prepared, words);
  const locations = prepared.threads.flatMap((thread, index) =>
    thread.leaving.map((transitions, location) => (location === finished ? [] : locationFunction({ ...input, checks }, index, location, transitions))));
  return [
    '"use strict";',
    ...enterAllFunction(words, hashed),
    'let fresh = false;',
    ...(input.memory?.declarations() ?? []),
    ...commitFunction(words, input),
    ...model.properties.flatMap((property, index) => predicate(input, `p${index}`, violatedCode(input, property))),
    ...model.witnesses.flatMap((witness, index) => predicate(input, `q${index}`, (values) => values.condition(witness.condition))),
    ...checks.functions(),
    ...locations.flat(),
    ...flushFunctions(input),
    ...expandFunction(input),
    `const violates = [${model.properties.map((_, index) => ofState(words, `p${index}`)).join(', ')}];`,
    `const witnesses = [${model.witnesses.map((_, index) => ofState(words, `q${index}`)).join(', ')}];`,
    `function insert(words, start) { return commit(-1 - start, 0, ${words.map((_, at) => `words[${at}]`).join(', ')}); }`,
    'return { expand, violates, witnesses, insert };',
  ].join('\n');
}

/** A predicate over words as one over a state's number. */
function ofState(words: readonly string[], name: string): string {
  return `(state) => { ${loadWords(words, 'w')} return ${name}(${words.join(', ')}); }`;
}

/** Looks the words up and appends them as a new state: its number, or -1 where it is known. */
function commitFunction(words: readonly string[], input: CompileInput): readonly string[] {
  const { layout, keepsEdges, memory, ample, groups, ordersContexts } = input;
  const width = words.length;
  const oldReads = memory?.oldReads() ?? '0';
  return [
    `function commit(parent, via, ${words.join(', ')}) {`,
    ...canonicalCode(layout, groups),
    ...hash(hashedWords(input)),
    'const slots = table.slots, mask = slots.length - 1, words = table.words, tag = h & ~mask;',
    'let at = h & mask;',
    'for (let entry = slots[at]; entry !== 0; entry = slots[at]) {',
    'if ((entry & ~mask) === tag) {',
    `const known = ((entry & mask) - 1) * ${width};`,
    `if (${words.map((word, offset) => (ordersContexts && offset === layout.viewWord ? `views.order.isAtMost(words[known + ${offset}], ${word})` : `words[known + ${offset}] === ${word}`)).join(' && ')}) {`,
    ...(keepsEdges ? [`edges.add(parent, via, (entry & mask) - 1, ${oldReads});`] : []),
    ...(ample ? ['if ((entry & mask) - 1 > parent) fresh = true;'] : []),
    'return -1;',
    '}',
    '}',
    'at = (at + 1) & mask;',
    '}',
    'const state = table.count;',
    'slots[at] = tag | (state + 1);',
    `const base = state * ${width};`,
    ...words.map((word, offset) => `words[base + ${offset}] = ${word};`),
    'table.parent[state] = parent; table.via[state] = via;',
    'table.count = state + 1;',
    ...(keepsEdges ? [`edges.add(parent, via, state, ${oldReads});`] : []),
    ...(ample ? ['fresh = true;'] : []),
    'if (table.count >= table.limit && table.grow()) enterAll();',
    'return state;',
    '}',
  ];
}

/** Where a context may stand for others, states that differ in it alone are looked for in the same slots. */
function hashedWords({ layout, ordersContexts }: CompileInput): readonly string[] {
  return wordNames(layout).filter((_, at) => !ordersContexts || at !== layout.viewWord);
}

/** Sets `h`. Its low bits choose the slot, the others are kept there. */
function hash(words: readonly string[]): readonly string[] {
  return [
    'let h = 0x2545f491;',
    ...words.map((word) => `h = Math.imul(h ^ ${word}, 0x9e3779b1); h ^= h >>> 15;`),
    'h = Math.imul(h, 0x85ebca6b); h ^= h >>> 13;',
  ];
}

/** Enters all states into empty slots. */
function enterAllFunction(words: readonly string[], hashed: readonly string[]): readonly string[] {
  return [
    'function enterAll() {',
    'const slots = table.slots, mask = slots.length - 1, words = table.words, count = table.count;',
    `for (let state = 0, base = 0; state < count; state++, base += ${words.length}) {`,
    ...words.map((word, offset) => `const ${word} = words[base + ${offset}];`),
    ...hash(hashed),
    'let at = h & mask;',
    'while (slots[at] !== 0) at = (at + 1) & mask;',
    'slots[at] = (h & ~mask) | (state + 1);',
    '}',
    '}',
  ];
}

function predicate(input: CompileInput, name: string, code: (values: ValueCode) => string): readonly string[] {
  const values = new ValueCode(input.prepared, input.layout, undefined, input.memory);
  const result = code(values);
  const scratch = values.scratch.length === 0 ? '' : `let ${values.scratch.join(', ')}; `;
  return [`function ${name}(${wordNames(input.layout).join(', ')}) { ${scratch}return ${result}; }`];
}

function violatedCode(input: CompileInput, property: Property): (values: ValueCode) => string {
  return (values) => {
    const fails = `!${values.condition(property.condition)}`;
    if (property.when.kind === 'always') return fails;
    const when = property.when.kind === 'end' ? [values.done(property.when.thread)] : input.prepared.threads.map((_, thread) => values.done(thread));
    return [...when, fails].join(' && ');
  };
}

interface LocationInput extends CompileInput {
  readonly checks: Checks;
}

function locationFunction(input: LocationInput, thread: number, location: number, transitions: readonly PreparedTransition[]): readonly string[] {
  const { prepared, layout, tables, memory, checks } = input;
  const context = { prepared, layout, tables, memory, checkNewState: (transition: PreparedTransition): readonly string[] => checks.after(transition) };
  return [
    `function t${thread}_${location}(state) { // ${prepared.model.threads[thread]!.name}`,
    loadWords(wordNames(layout), 's'),
    'let taken = 0, enabled = 0, n = -1;',
    ...transitions.flatMap((transition) => [...new TransitionCode(context, transition).generate(), 'taken += enabled; enabled = 0;']),
    'return taken;',
    '}',
  ];
}

/** What is asked of a new state, by the transition that led there: only properties that read something it writes. */
class Checks {
  /** By property: what it reads. */
  private readonly reads: readonly ReadonlySet<string>[];
  /** Sets of properties that are asked together; their position is the number in the function's name. */
  private readonly sets: string[] = [];

  constructor(prepared: Prepared, private readonly words: readonly string[]) {
    this.reads = prepared.model.properties.map((property) => new Set(readsOf(prepared, property)));
  }

  after(transition: PreparedTransition): readonly string[] {
    const set = affectedProperties(this.reads, transition).join(' ');
    if (set === '') return [];
    const known = this.sets.indexOf(set);
    const number = known >= 0 ? known : this.sets.push(set) - 1;
    return [`if (n >= 0 && isWrong${number}(n, ${this.words.join(', ')})) return taken;`];
  }

  functions(): readonly string[] {
    return this.sets.map((set, number) => {
      const asked = set.split(' ').map((index) => `p${index}(${this.words.join(', ')}) && events.violated(n, ${index})`);
      return `function isWrong${number}(n, ${this.words.join(', ')}) { return ${asked.join(' || ')}; }`;
    });
  }
}

/** By thread: the oldest store in its buffer reaches memory. It may change what any property reads. */
function flushFunctions(input: CompileInput): readonly string[] {
  const { prepared, layout, memory } = input;
  const words = wordNames(layout);
  return prepared.transitions.filter((transition) => transition.isFlush).flatMap(({ thread, number }) => [
    `function flush${thread}(state) {`,
    loadWords(words, 's'),
    `let ${words.map((word, at) => `${word} = s${at}`).join(', ')};`,
    ...(memory?.begin() ?? []),
    ...(memory?.flush(thread) ?? []),
    'if (oldest < 0) return 0;',
    ...(memory?.end() ?? []),
    `const n = commit(state, ${number}, ${words.join(', ')});`,
    ...prepared.model.properties.map((_, index) => `if (n >= 0 && p${index}(${words.join(', ')}) && events.violated(n, ${index})) return 1;`),
    'return 1;',
    '}',
  ]);
}

function expandFunction(input: CompileInput): readonly string[] {
  const { prepared, layout } = input;
  const words = wordNames(layout);
  const counter = (thread: number): string => readCode(layout.counters[thread]!, 0);
  return [
    ...prepared.threads.map((thread, index) => `const T${index} = [${thread.leaving.map((_, location) => (location === finished ? 'undefined' : `t${index}_${location}`)).join(', ')}];`),
    'function expand(state) {',
    loadWords(words, 'w'),
    'let taken = 0;',
    ...prepared.threads.map((_, index) => `const c${index} = ${counter(index)};`),
    ...(input.ample ? expandAlone(prepared) : []),
    ...prepared.threads.map((_, index) => `if (c${index} !== ${finished}${input.ample ? ` && alone !== ${index}` : ''}) taken += T${index}[c${index}](state);`),
    ...prepared.transitions.filter((transition) => transition.isFlush).map(({ thread }) => `taken += flush${thread}(state);`),
    `if (taken === 0 && !(${prepared.threads.map((_, index) => `c${index} === ${finished}`).join(' && ')})) events.deadlock(state);`,
    'return taken;',
    '}',
  ];
}

/** `const w0 = …` from the table, by the function's parameter `state`. */
function loadWords(words: readonly string[], prefix: string): string {
  const reads = words.map((_, offset) => `${prefix}${offset} = words[base + ${offset}]`);
  return `const words = table.words, base = state * ${words.length}, ${reads.join(', ')};`;
}

/** Properties that the transition may turn false: those that read something it writes. */
function affectedProperties(reads: readonly ReadonlySet<string>[], transition: PreparedTransition): readonly number[] {
  const written = new Set<string>();
  for (const segment of transition.segments) walkSteps(segment, (step) => noteWrite(step, written));
  if (transition.to === finished) written.add(`done ${transition.thread}`);
  return reads.flatMap((read, index) => ([...written].some((each) => read.has(each)) ? [index] : []));
}

function noteWrite(step: Step, written: Set<string>): void {
  if (step.kind === 'store') written.add(`cell ${step.to.cell}`);
  else if (step.kind === 'update') written.add(`cell ${step.cell.cell}`);
  else if (step.kind === 'acquire' || step.kind === 'tryAcquire' || step.kind === 'release') written.add(`lock ${step.lock.lock}`);
}

function readsOf(prepared: Prepared, property: Property): readonly string[] {
  const reads: string[] = [];
  const visit = (value: Value): void => {
    if (value.kind === 'cell') reads.push(`cell ${value.ref.cell}`);
    else if (value.kind === 'held') reads.push(`lock ${value.lock.lock}`);
    else if (value.kind === 'done') reads.push(`done ${value.thread}`);
  };
  walkValue(property.condition, visit);
  if (property.when.kind === 'end') reads.push(`done ${property.when.thread}`);
  if (property.when.kind === 'quiescence') reads.push(...prepared.threads.map((_, thread) => `done ${thread}`));
  return reads;
}

/** A packed state's program counters, for messages. */
export function countersOf(layout: Layout, table: StateTable, state: number): readonly number[] {
  return layout.counters.map((field) => readField(table.words, state * layout.wordCount, field, 0));
}
