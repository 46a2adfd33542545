/**
 * The fixpoint over one function's graph: abstract states at each node, kept apart by everything
 * they know until there are too many at a node; from then on those with equal locks are joined
 * (ESP: Das, Lerner, Seigle, PLDI 2002). Gives up with a reason rather than run on.
 */

import type { Cfg, CfgNode, Edge } from '../cfg/types.ts';
import type { Expr } from '../syntax/ast.ts';
import { assertNever } from '../base/assert.ts';
import { guardLocks } from '../ops/vocabulary/lockNames.ts';
import { askedBy } from './asked.ts';
import { applyCall, retire, type Run } from './calls.ts';
import { assumeExpr } from './conditions.ts';
import { effectsOf, type Effectful } from './effects.ts';
import { assumeEqual, assumeTruth, binaryValue, truthOf } from './facts.ts';
import { locationOf, load, store, valueOf } from './evaluate.ts';
import { liveNames } from './liveness.ts';
import { noteLost } from './lostNames.ts';
import { canonical, dropLock, keepObject, takeLock, type LockRef } from './locks.ts';
import { joinStates, State, type Detail, type LiveNames } from './state.ts';
import { fresh, isFresh, term, unknownValue } from './terms.ts';
import type { Table } from './table.ts';
import type { LockStatus, Value } from './types.ts';

/** States kept apart at one node before those with equal locks are joined. */
const maxApart = 32;
/** After so many steps states are joined sooner: the function would take too long otherwise. */
const patience = 1_500;
const maxApartLate = 4;
/** Joined states at one node that are still kept apart by what is NULL. */
const maxDetailed = 48;
/** Joined states at one node beyond which only locks that are held keep states apart. */
const maxCoarse = 96;
/** States at one node after joining; more, and the function is given up. */
const maxJoined = 128;
/** After so many steps only locks that are held keep states apart: it would not come to an end otherwise. */
const endurance = 10_000;
/** Steps in one function. The largest of mm/ and fs/ stay below. */
const maxSteps = 20_000;

/** Where `return` leaves its value. */
export const returnName = '$return';

export interface Solution {
  /** By node, the locks of every state that came there. */
  readonly before: readonly ReadonlyMap<string, Table<LockStatus>>[];
  readonly exits: readonly State[];
  /** Set where the function was given up. */
  readonly reason: string | undefined;
}

export function solve(cfg: Cfg, entry: State, run: Run, alwaysLive: ReadonlySet<string>): Solution {
  return new Solver(cfg, run, liveNames(cfg, new Set([...alwaysLive, returnName]), (call) => askedBy(call, run))).run(entry);
}

class Solver {
  private readonly apart: Map<string, State>[];
  private readonly joined: Map<string, State>[];
  private readonly pending: State[][];
  private readonly before: Map<string, Table<LockStatus>>[];
  /** Nodes where ways meet: only there states are compared; every loop has one. */
  private readonly isMeeting: boolean[];
  private lowest = 0;
  private steps = 0;

  constructor(private readonly cfg: Cfg, private readonly context: Run, private readonly live: readonly LiveNames[]) {
    this.apart = cfg.nodes.map(() => new Map<string, State>());
    this.joined = cfg.nodes.map(() => new Map<string, State>());
    this.before = cfg.nodes.map(() => new Map<string, Table<LockStatus>>());
    this.pending = cfg.nodes.map(() => []);
    const sources = cfg.nodes.map(() => 0);
    for (const { successors } of cfg.nodes) for (const { to } of successors) sources[to]!++;
    this.isMeeting = sources.map((count, id) => count > 1 || id === cfg.exit);
  }

  run(entry: State): Solution {
    this.arrive(this.cfg.entry, entry);
    for (let id = this.next(); id !== undefined; id = this.next()) {
      if (++this.steps > maxSteps) return this.solution(`more than ${maxSteps} steps`);
      if (this.joined[id]!.size > maxJoined) return this.solution(`more than ${maxJoined} combinations of locks at one place`);
      const state = this.pending[id]!.pop()!;
      for (const { edge, state: way } of stepNode(this.cfg.nodes[id]!, state, this.context)) this.arrive(edge.to, way);
    }
    return this.solution(undefined);
  }

  private solution(reason: string | undefined): Solution {
    const { exit } = this.cfg;
    return { before: this.before, exits: [...this.apart[exit]!.values(), ...this.joined[exit]!.values()], reason };
  }

  private next(): number | undefined {
    for (; this.lowest < this.pending.length; this.lowest++) if (this.pending[this.lowest]!.length > 0) return this.lowest;
    return undefined;
  }

  private arrive(node: number, state: State): void {
    if (!this.isMeeting[node]) {
      this.push(node, state);
      return;
    }
    if (node !== this.cfg.exit) noteLost(state, this.live[node]!, this.cfg.nodes[node]!.span, this.context);
    state.prune(this.live[node]!);
    const key = state.key();
    const known = this.apart[node]!;
    if (known.has(key)) return;
    if (this.steps > endurance || known.size >= (this.steps < patience ? maxApart : maxApartLate)) {
      this.arriveJoined(node, state);
      return;
    }
    known.set(key, state);
    this.push(node, state.clone());
  }

  private arriveJoined(node: number, state: State): void {
    const joinedHere = this.joined[node]!;
    const property = state.propertyKey(this.detailAt(joinedHere.size));
    const known = joinedHere.get(property);
    const joined = known ? joinStates(known, state, node) : state;
    if (known && joined.key() === known.key()) return;
    joinedHere.set(property, joined);
    this.push(node, joined.clone());
  }

  private detailAt(size: number): Detail {
    if (this.steps > endurance || size >= maxCoarse) return 'held';
    return size < maxDetailed ? 'null' : 'coarse';
  }

  private push(node: number, state: State): void {
    const key = state.locks.key();
    if (!this.before[node]!.has(key)) this.before[node]!.set(key, state.locks.copy());
    this.pending[node]!.push(state);
    this.lowest = Math.min(this.lowest, node);
  }
}

interface Way {
  readonly edge: Edge;
  readonly state: State;
}

/** The ways out of a node. Consumes `state`. */
function stepNode(node: CfgNode, state: State, run: Run): Way[] {
  const { action } = node;
  switch (action.kind) {
    case 'entry':
    case 'skip':
    case 'exit':
    case 'unknown':
    case 'cleanup':
    case 'halt':
      return along(node, [state]);
    case 'eval':
      return along(node, evaluate(action.expr, state, run).filter((each) => passesAssertion(action.expr, each, run)));
    case 'declare':
      return along(node, declare(action.name, action.init, state, run));
    case 'return':
      return along(node, returnValue(node, action.value, state, run));
    case 'branch':
      return evaluate(action.condition, state, run).flatMap((each) => branch(node, action.condition, each, run));
    case 'switch':
      return evaluate(action.value, state, run).flatMap((each) => chooseCase(node, action.value, each, run));
    case 'iterate':
      return iterate(node, action.args, state, run);
    case 'guard':
      return along(node, [guard(action, node, state, run)]);
    default:
      return assertNever(action);
  }
}

function along(node: CfgNode, states: readonly State[]): Way[] {
  if (node.successors.length === 1) return states.map((state) => ({ edge: node.successors[0]!, state }));
  return node.successors.flatMap((edge) => states.map((state) => ({ edge, state: state.clone() })));
}

/** Executes the calls and assignments of an expression; their values stay in each state's temps. */
function evaluate(expr: Expr, state: State, run: Run): State[] {
  let states = [state];
  for (const effect of effectsOf(expr)) states = states.flatMap((each) => applyEffect(effect, each, run));
  return states;
}

function applyEffect(effect: Effectful, state: State, run: Run): State[] {
  if (effect.kind === 'call') return applyCall(effect, state, run);
  const target = effect.kind === 'assign' ? effect.target : effect.operand;
  const location = locationOf(target, state, run.names);
  const before = effect.kind === 'update' ? valueOf(effect.operand, state, run.names) : unknownValue;
  const value = effect.kind === 'update' ? stepped(effect, before, state, run) : assigned(effect, location, state, run);
  const isLocal = run.names.types.has(location) || location.startsWith('$');
  if (!isLocal && typeof value === 'string') noteStore(location, value, state);
  if (!isLocal && effect.kind === 'assign') noteCopy(effect.value, state, run);
  store(state, location, value, run.names);
  state.temps.set(effect, effect.kind === 'update' && !effect.isPrefix ? before : value);
  return [state];
}

/** A page stored where its location cannot be named again is known to others. */
function noteStore(location: string, value: string, state: State): void {
  if (location === unknownValue || location.includes('[') || isFresh(location)) keepObject(state, value);
}

/** `*ctrl = ctl;`: what the fields of a struct of this function lead to is known to others with the copy. */
function noteCopy(value: Expr, state: State, run: Run): void {
  if (value.kind !== 'name') return;
  const type = run.names.types.get(value.name);
  if (!type || type.pointers > 0 || !type.base.startsWith('struct ')) return;
  for (const [at, stored] of state.mem) if (at.startsWith(`${value.name}.`) && typeof stored === 'string') keepObject(state, stored);
}

/** `p++`, `p += n`: another value, but a pointer that was not NULL still is not, and a counter that began at 0 is 0 no more. */
function stepped({ op, span }: Expr & { kind: 'update' | 'assign' }, before: Value, state: State, run: Run): Value {
  const isNonzero = typeof before === 'string' ? truthOf(state, before) === true : op === '++' && before === 0;
  const value = updated(span.start, state, run);
  if (isNonzero) assumeTruth(state, value, true);
  return value;
}

/** `WARN_ON(c);` as a statement: control goes on as if `c` were false, which is what its author expects. */
function passesAssertion(expr: Expr, state: State, run: Run): boolean {
  if (expr.kind !== 'call' || expr.callee.kind !== 'name') return true;
  const primitive = run.options.vocabulary.get(expr.callee.name);
  const [condition] = expr.args;
  const isAssertion = primitive?.result.kind === 'argument' && primitive.effects.length === 0;
  return !isAssertion || !condition || assumeExpr(condition, false, state, run);
}

function updated(id: number, state: State, run: Run): Value {
  retire(id, state, run);
  return fresh(id);
}

function assigned(effect: Expr & { kind: 'assign' }, location: string, state: State, run: Run): Value {
  const value = valueOf(effect.value, state, run.names);
  if (effect.op === '=') return identified(value, effect.span.start, state, run);
  const before = location === unknownValue ? unknownValue : effect.target.kind === 'name' ? valueOf(effect.target, state, run.names) : load(state, location);
  if (effect.op === '&=' || effect.op === '|=' || effect.op === '^=') {
    return identified(binaryValue(state, effect.op === '&=' ? '&' : effect.op === '|=' ? '|' : '^', before, value), effect.span.start, state, run);
  }
  return effect.op === '+=' ? stepped(effect, before, state, run) : updated(effect.span.start, state, run);
}

/** A value without identity gets one where it is kept. */
function identified(value: Value, id: number, state: State, run: Run): Value {
  if (value !== unknownValue) return value;
  retire(id, state, run);
  return fresh(id);
}

function declare(name: string, init: Expr | undefined, state: State, run: Run): State[] {
  if (!init) {
    state.vars.delete(name);
    return [state];
  }
  return evaluate(init, state, run).map((each) => {
    if (init.kind === 'initializer') {
      for (const { field, value } of init.items) if (field !== undefined) store(each, `${name}.${field}`, valueOf(value, each, run.names), run.names);
    } else store(each, name, identified(valueOf(init, each, run.names), init.span.start, each, run), run.names);
    return each;
  });
}

function returnValue(node: CfgNode, value: Expr | undefined, state: State, run: Run): State[] {
  state.vars.set('$site', node.span.start);
  if (!value) return [state];
  return evaluate(value, state, run).map((each) => {
    // The variable's own term, so that exits can tell a constant from what a test made of a value.
    const own = value.kind === 'name' ? each.vars.get(value.name) : undefined;
    each.vars.set(returnName, own ?? identified(valueOf(value, each, run.names), value.span.start, each, run));
    return each;
  });
}

function branch(node: CfgNode, condition: Expr, state: State, run: Run): Way[] {
  return node.successors.flatMap((edge) => {
    const way = edge === node.successors[0] ? state.clone() : state;
    return assumeExpr(condition, edge.label.kind === 'true', way, run) ? [{ edge, state: way }] : [];
  });
}

function chooseCase(node: CfgNode, expr: Expr, state: State, run: Run): Way[] {
  const value = valueOf(expr, state, run.names);
  return node.successors.flatMap((edge) => {
    const way = state.clone();
    return fitsCase(node, edge, value, way, run) ? [{ edge, state: way }] : [];
  });
}

function fitsCase(node: CfgNode, { label }: Edge, value: Value, way: State, run: Run): boolean {
  if (label.kind === 'case') {
    const low = label.high ? unknownValue : valueOf(label.low, way, run.names);
    return typeof low !== 'number' || assumeEqual(way, value, low, true);
  }
  if (label.kind !== 'default') return true;
  return node.successors.every(({ label: other }) => {
    const low = other.kind === 'case' && !other.high ? valueOf(other.low, way, run.names) : unknownValue;
    return typeof low !== 'number' || assumeEqual(way, value, low, false);
  });
}

/** Each round gives the loop's variables values that are not known. */
function iterate(node: CfgNode, args: readonly Expr[], state: State, run: Run): Way[] {
  const id = node.span.start;
  retire(id, state, run);
  const states = args.reduce((each, arg) => each.flatMap((one) => evaluate(arg, one, run)), [state]);
  for (const each of states) {
    for (const [index, arg] of args.entries()) {
      if (arg.kind !== 'name') continue;
      const type = run.names.types.get(arg.name);
      if (type && type.pointers === 0 && type.base.startsWith('struct ')) each.moveAway(arg.name, id, undefined);
      else if (index === 0 || (type && !run.names.parameters.has(arg.name))) store(each, arg.name, fresh(id, `.i${index}`), run.names);
    }
  }
  return along(node, states);
}

function guard(action: CfgNode['action'] & { kind: 'guard' }, node: CfgNode, state: State, run: Run): State {
  const known = guardLocks[action.lockClass];
  if (!known) return state;
  const [arg] = action.args;
  const value = arg ? valueOf(arg, state, run.names) : known.lock === 'rcu' ? 'RCU' : unknownValue;
  const ref: LockRef = canonical({ ...known, object: String(value), name: arg ? run.nameOf(arg).replace(/^&/, '') : action.lockClass });
  if (action.edge === 'enter') takeLock(state, ref, node.span, { origin: 'acquired' }, run.log);
  else dropLock(state, ref, node.span, run.log);
  return state;
}

/** A term of the entry: no fresh symbol in it. */
export function isEntryTerm(text: string): boolean {
  return !isFresh(text) && term(text) !== unknownValue;
}
