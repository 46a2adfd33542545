/**
 * `computeRegions`: the locks of one function, path by path. Input: its syntax and graph, the era's
 * vocabulary, summaries of its callees. Output: locks before each node, events, exits, its own
 * summary. It may miss what unknown callees do to locks that they are not given, and correlations
 * that joined states have lost; exits and events say when that was so.
 */

import type { Cfg } from '../cfg/types.ts';
import { printExpr } from '../cfg/printExpr.ts';
import type { FunctionDef, TypeName } from '../syntax/ast.ts';
import { annotatedLocks } from './annotations.ts';
import { decisiveNames } from './asked.ts';
import type { Run } from './calls.ts';
import { enterContract } from './contracts.ts';
import { lockAccessors } from './accessors.ts';
import { addressedNames, repeatableTests } from './liveness.ts';
import { lockKey } from './locks.ts';
import { repeatedOffsets } from './repeats.ts';
import { returnName, solve, type Solution } from './solve.ts';
import { State } from './state.ts';
import { isOpenForCallers, summarize } from './summaries.ts';
import type { Table } from './table.ts';
import { leavesOf } from './terms.ts';
import { toldFields } from './told.ts';
import type { LockExit, LockStates, LockStatus, RegionOptions, Summary, Value } from './types.ts';

/** Larger graphs are given up; the largest of mm/ and fs/ has about 1,200 nodes. */
const maxNodes = 3000;

/** Why a function is given up that has a way to its end in the graph, and in the analysis none. */
export const neverEnds = 'no path through it seems to end';

export interface RegionSource {
  readonly fn: FunctionDef;
  readonly cfg: Cfg;
}

export function computeRegions(source: RegionSource, options: RegionOptions): LockStates {
  const { fn, cfg } = source;
  const unfit = unfitness(source);
  if (unfit !== undefined) return notAnalysed(source, options.contract, unfit);
  const states = solved(source, options, new Set());
  const told = toldFields(cfg, new Set(parameterNames(fn)), options.writes);
  if (told.size === 0 || states.notAnalysed !== undefined || !isOpenForCallers(states.summary)) return states;
  const finer = solved(source, options, told);
  return finer.notAnalysed === undefined ? finer : states;
}

/** `told`: fields that are followed to the exits, for callers. */
function solved(source: RegionSource, options: RegionOptions, told: ReadonlySet<string>): LockStates {
  const { fn, cfg } = source;
  const run: Run = {
    options,
    names: { parameters: new Set(parameterNames(fn)), types: typesOf(source), constant: options.constant },
    log: { events: new Map(), classes: new Map(), dropsFound: false, outcomes: new Map() },
    repeated: repeatedOffsets(cfg),
    accessors: lockAccessors(cfg, options.vocabulary),
    nameOf: (expr) => printExpr(expr),
  };
  const entry = new State();
  if (options.contract) enterContract(options.contract, fn.params.map(({ name }) => name), entry, fn.nameSpan);
  const annotations = annotatedLocks(fn, entry, run);
  for (const { macro, lock } of annotations) if (macro !== '__acquires') entry.locks.set(lockKey(lock), lock);
  for (const lock of options.entry ?? []) entry.locks.set(lockKey(lock), lock);
  const addressed = addressedNames(cfg);
  const decisive = decisiveNames(cfg, run);
  const solution = solve(cfg, entry, run, new Set([...addressed, ...[...addressed].map((name) => `&${name}`), ...parameterNames(fn), ...decisive, ...told, ...repeatableTests, '$site']));
  if (solution.reason !== undefined) return notAnalysed(source, options.contract, solution.reason);
  const exits = exitsOf(source, solution);
  if (exits.length === 0 && isLeft(cfg)) return notAnalysed(source, options.contract, neverEnds);
  return {
    fn, cfg, notAnalysed: undefined, annotations, contract: options.contract,
    before: solution.before.map(heldSets),
    events: [...run.log.events.values()],
    outcomes: run.log.outcomes,
    exits: exits.map((exit) => withoutFacts(exit, decisive)),
    summary: { ...summarize(parameterNames(fn), localsOf(source), exits, told), dropsFound: run.log.dropsFound },
  };
}

/**
 * As `computeRegions`, for showing: locks that every path finds held on entry, as its releases say,
 * are followed from there.
 */
export function showRegions(source: RegionSource, options: RegionOptions): LockStates {
  const states = computeRegions(source, options);
  const [first, ...others] = states.exits;
  const entry = (first?.locks ?? [])
    .filter((lock) => lock.heldOnEntry && lock.origin === 'acquired' && others.every((exit) => exit.locks.some((each) => each.heldOnEntry && lockKey(each) === lockKey(lock))))
    .map((lock): LockStatus => ({ ...lock, status: 'held', site: source.fn.nameSpan, isShared: false, isHanded: false }));
  return entry.length === 0 ? states : computeRegions(source, { ...options, entry });
}

/** Why the graph does not say what the function does. */
function unfitness({ fn, cfg }: RegionSource): string | undefined {
  if (fn.unparsed.length > 0) return 'a part of it did not parse';
  if (cfg.nodes.length > maxNodes) return `more than ${maxNodes} steps`;
  const [problem] = cfg.problems;
  if (problem) return problem.reason;
  return undefined;
}

/** Whether the graph has a way to its exit. */
function isLeft({ nodes, exit }: Cfg): boolean {
  return nodes.some(({ successors }) => successors.some(({ to }) => to === exit));
}

/** States that say nothing but why. */
export function notAnalysed(source: RegionSource, contract: RegionOptions['contract'], reason: string, summary: Summary = unknownSummary(source)): LockStates {
  const { fn, cfg } = source;
  return { fn, cfg, notAnalysed: reason, before: cfg.nodes.map(() => []), events: [], outcomes: new Map(), exits: [], annotations: [], contract, summary };
}

/** Of a function of which nothing is known: every lock that its arguments lead to is unknown after it. */
export function unknownSummary({ fn }: { readonly fn: FunctionDef }): Summary {
  const parameters = fn.params.map(({ name }) => name);
  return { parameters, kept: new Set(parameters), writes: undefined, dropsFound: false, cases: undefined };
}

function typesOf({ fn, cfg }: RegionSource): ReadonlyMap<string, TypeName> {
  const types = new Map(fn.params.map(({ name, type }) => [name, type]));
  for (const { action } of cfg.nodes) if (action.kind === 'declare') types.set(action.name, action.type);
  return types;
}

/** What callers know of the values that they pass tells a callee's ways apart. */
function parameterNames(fn: FunctionDef): string[] {
  return fn.params.map(({ name }) => name);
}

function localsOf({ fn, cfg }: RegionSource): ReadonlySet<string> {
  const parameters = new Set(fn.params.map(({ name }) => name));
  return new Set(cfg.nodes.flatMap(({ action }) => (action.kind === 'declare' && !parameters.has(action.name) ? [action.name] : [])));
}

function heldSets(states: ReadonlyMap<string, Table<LockStatus>>): readonly (readonly LockStatus[])[] {
  const sets = new Map<string, readonly LockStatus[]>();
  for (const locks of states.values()) {
    const held = [...locks.values()].filter((lock) => lock.status === 'held');
    sets.set(held.map((lock) => `${lockKey(lock)} ${lock.site.start}`).sort().join(), held);
  }
  return [...sets.values()];
}

/** What was kept of fields for the summary's sake: a rule is not to take it for what a caller goes by. */
function withoutFacts(exit: LockExit, fields: ReadonlySet<string>): LockExit {
  const ofLocks = new Set(exit.locks.flatMap(({ object }) => leavesOf(object).names));
  const facts = [...exit.facts].filter(([text]) => !leavesOf(text).names.some((name) => fields.has(name) && !ofLocks.has(name)));
  return facts.length === exit.facts.size ? exit : { ...exit, facts: new Map(facts) };
}

function exitsOf({ cfg }: RegionSource, solution: Solution): LockExit[] {
  return solution.exits.map((state) => {
    const at = state.vars.get('$site');
    const returned = cfg.nodes.find((node) => node.action.kind === 'return' && node.span.start === at);
    return {
      site: returned?.span ?? cfg.nodes[cfg.exit]!.span,
      returns: returnedValue(state),
      isInferred: typeof state.vars.get(returnName) === 'string' && typeof returnedValue(state) === 'number',
      facts: new Map(state.facts),
      locks: [...state.locks.values()],
      stores: new Map(state.mem),
      isMerged: state.isMerged,
    };
  });
}

function returnedValue(state: State): Value | undefined {
  const value = state.vars.get(returnName);
  return typeof value === 'string' ? (state.facts.get(value)?.equal ?? value) : value;
}
