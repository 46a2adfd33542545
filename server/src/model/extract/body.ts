/**
 * One function's control-flow graph to transitions. Every CFG node gets a location; its expression
 * is evaluated from there, and its edges lead to its successors' locations.
 */

import { assertNever } from '../../base/assert.ts';
import type { Cfg, CfgNode, Edge, NodeId } from '../../cfg/types.ts';
import { pageWalks } from '../../ops/vocabulary/fields.ts';
import type { Expr } from '../../syntax/ast.ts';
import { cells } from '../machine.ts';
import type { LocationId, Value } from '../types.ts';
import { and, binary, constant, equal, local, not, or } from '../values.ts';
import { assignPlace } from './assign.ts';
import type { Context, Frame } from './context.ts';
import { evaluate, truthOf } from './evaluate.ts';
import { settledTruth } from './partly.ts';
import { unknown, type Meaning } from './types.ts';

/** Emits the body from the cursor; afterwards the cursor is where the function has returned. */
export function emitBody(frame: Frame, context: Context): void {
  new BodyEmitter(frame, context).emit();
}

class BodyEmitter {
  private readonly locations = new Map<NodeId, LocationId>();
  private readonly queue: NodeId[] = [];

  constructor(private readonly frame: Frame, private readonly context: Context) {}

  emit(): void {
    const { emitter } = this.context;
    const { cfg } = this.frame.source;
    emitter.flushTo(this.locate(cfg.entry));
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) this.emitNode(cfg.nodes[next]!);
    emitter.moveTo(this.locate(cfg.exit));
  }

  private locate(node: NodeId): LocationId {
    let location = this.locations.get(node);
    if (location === undefined) {
      location = this.context.emitter.newLocation();
      this.locations.set(node, location);
      if (node !== this.frame.source.cfg.exit) this.queue.push(node);
    }
    return location;
  }

  private emitNode(node: CfgNode): void {
    const { context, frame } = this;
    const { emitter } = context;
    emitter.moveTo(this.locate(node.id));
    emitter.origin = context.origin(frame, node.span);
    const { action } = node;
    switch (action.kind) {
      case 'entry':
      case 'skip':
        return this.goOn(node);
      case 'exit':
        return;
      case 'eval':
        evaluate(action.expr, frame, context);
        return this.goOn(node);
      case 'declare':
        this.declare(action);
        return this.goOn(node);
      case 'branch':
        return this.branch(node, evaluate(action.condition, frame, context));
      case 'switch':
        return this.dispatch(node, evaluate(action.value, frame, context));
      case 'iterate':
        return this.iterate(node, action.macro, action.args);
      case 'return':
        if (action.value) assignPlace(frame.result, evaluate(action.value, frame, context), context);
        return this.goOn(node);
      case 'halt':
        emitter.add({ kind: 'check', property: 'BUG', condition: constant(0), message: 'BUG() is reached' });
        return emitter.flushTo(this.locate(frame.source.cfg.exit));
      case 'guard':
      case 'cleanup':
      case 'unknown':
        context.assume(`${frame.source.file}: a ${action.kind === 'unknown' ? action.reason : 'scope guard'} in ${frame.source.fn.name} is left out`);
        return this.goOn(node);
      default:
        return assertNever(action);
    }
  }

  private goOn(node: CfgNode): void {
    const next = node.successors[0];
    if (next) this.context.emitter.flushTo(this.locate(next.to));
  }

  private declare(action: { name: string; type: Parameters<Context['declare']>[2]; init: Expr | undefined }): void {
    const { context, frame } = this;
    const variable = context.declare(frame, action.name, action.type);
    if (!action.init) return;
    if (action.init.kind !== 'initializer') {
      assignPlace(variable, evaluate(action.init, frame, context), context);
      return;
    }
    for (const item of action.init.items) {
      const value = evaluate(item.value, frame, context);
      if (item.field !== undefined && variable.cls.kind === 'aggregate') assignPlace(context.field(variable, item.field), value, context);
    }
  }

  /** One more round or none; a walk of the page cache finds the page of the fault's index, once it is there. */
  private iterate(node: CfgNode, macro: string, args: readonly Expr[]): void {
    const { context, frame } = this;
    const { emitter } = context;
    const walked = args[pageWalks[macro] ?? -1];
    const page = walked?.kind === 'name' ? frame.variables.get(walked.name) : undefined;
    if (page?.cls.kind !== 'page') {
      this.loseIterated(args);
      return this.free(node.successors);
    }
    const round = emitter.newLocation();
    const over = this.locate(edgeTo(node, 'false'));
    emitter.branchFreely([{ to: round, isNegated: false }, { to: over, isNegated: true }]);
    emitter.moveTo(round);
    const found = context.localOf(page);
    emitter.add({ kind: 'load', to: found, from: { cell: cells.cache, index: constant(0) }, order: 'relaxed' });
    emitter.branch(local(found), this.locate(edgeTo(node, 'true')), over);
  }

  /** The variable that an iterator macro steps through is not followed. */
  private loseIterated(args: readonly Expr[]): void {
    for (const arg of args) {
      const variable = arg.kind === 'name' ? this.frame.variables.get(arg.name) : undefined;
      if (variable?.cls.kind === 'page') assignPlace(variable, unknown, this.context);
    }
  }

  private branch(node: CfgNode, condition: Meaning): void {
    const whenTrue = edgeTo(node, 'true');
    const whenFalse = edgeTo(node, 'false');
    const truth = condition.kind === 'partly' ? settledTruth(condition, this.context) : (truthOf(condition) ?? this.stableTruth(condition));
    if (!truth) return this.free(node.successors);
    if (condition.kind === 'unknown') {
      const doomed = [whenTrue, whenFalse].filter((each) => endsInHalt(this.frame.source.cfg, each));
      if (doomed.length === 1) return this.only(doomed[0] === whenTrue ? not(truth) : truth, doomed[0] === whenTrue ? whenFalse : whenTrue);
    }
    if (truth.kind === 'const') return this.context.emitter.flushTo(this.locate(truth.value !== 0 ? whenTrue : whenFalse));
    this.context.emitter.branch(truth, this.locate(whenTrue), this.locate(whenFalse));
  }

  private only(condition: Value, to: NodeId): void {
    this.context.emitter.add({ kind: 'assume', condition });
    this.context.emitter.flushTo(this.locate(to));
  }

  /** A condition that is not followed but does not change: chosen at its first test, then kept. */
  private stableTruth(condition: Meaning): Value | undefined {
    const { context } = this;
    if (condition.kind !== 'unknown' || condition.key === undefined) return undefined;
    let id = context.stable.get(condition.key);
    if (id === undefined) {
      id = context.emitter.newLocal(`(${condition.key})`, 'number', { min: -1, max: 1, initial: -1 });
      context.stable.set(condition.key, id);
    }
    context.emitter.add({ kind: 'if', condition: equal(local(id), constant(-1)), then: [{ kind: 'choose', to: id, values: [0, 1] }], otherwise: [] });
    return equal(local(id), constant(1));
  }

  /** Both ways, except into a BUG(): that the code does not get there is taken for granted. */
  private free(edges: readonly Edge[]): void {
    const sane = edges.filter((edge) => !endsInHalt(this.frame.source.cfg, edge.to));
    this.context.emitter.branchFreely((sane.length > 0 ? sane : edges).map((edge) => ({ to: this.locate(edge.to), isNegated: edge.label.kind === 'false' })));
  }

  private dispatch(node: CfgNode, value: Meaning): void {
    const { emitter } = this.context;
    const conditions = node.successors.map((edge) => this.caseCondition(edge, value));
    if (value.kind !== 'value' || conditions.some((condition) => condition === undefined)) return this.free(node.successors);
    const matched = or(...conditions.filter((condition): condition is Value => condition !== undefined && condition !== 'default'));
    emitter.flush();
    const from = emitter.cursor;
    node.successors.forEach((edge, index) => {
      const condition = conditions[index];
      emitter.moveTo(from);
      emitter.add({ kind: 'assume', condition: condition === 'default' || condition === undefined ? not(matched) : condition });
      emitter.flushTo(this.locate(edge.to));
    });
  }

  private caseCondition(edge: Edge, value: Meaning): Value | 'default' | undefined {
    if (edge.label.kind !== 'case') return 'default';
    if (value.kind !== 'value') return undefined;
    const low = this.constantOf(edge.label.low);
    const high = edge.label.high ? this.constantOf(edge.label.high) : low;
    if (!low || !high) return undefined;
    return and(binary('>=', value.value, low), binary('<=', value.value, high));
  }

  private constantOf(expr: Expr): Value | undefined {
    const meaning = evaluate(expr, this.frame, this.context);
    return meaning.kind === 'value' && meaning.value.kind === 'const' ? meaning.value : undefined;
  }
}

const doomedNodes = new WeakMap<Cfg, ReadonlySet<NodeId>>();

/** Every way from the node comes to a BUG(). */
function endsInHalt(cfg: Cfg, node: NodeId): boolean {
  let doomed = doomedNodes.get(cfg);
  if (!doomed) doomedNodes.set(cfg, (doomed = findDoomed(cfg)));
  return doomed.has(node);
}

function findDoomed(cfg: Cfg): ReadonlySet<NodeId> {
  const doomed = new Set(cfg.nodes.filter(({ action }) => action.kind === 'halt').map(({ id }) => id));
  if (doomed.size === 0) return doomed;
  for (let before = -1; before !== doomed.size; ) {
    before = doomed.size;
    for (const { id, successors } of cfg.nodes) if (successors.length > 0 && successors.every(({ to }) => doomed.has(to))) doomed.add(id);
  }
  return doomed;
}

function edgeTo(node: CfgNode, label: 'true' | 'false'): NodeId {
  const edge = node.successors.find((each) => each.label.kind === label) ?? node.successors[0];
  if (!edge) throw new Error(`internal error: a branch without a ${label} edge`);
  return edge.to;
}

