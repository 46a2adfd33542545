/**
 * The state of one function's translation: the graph so far, the scopes that are open, where
 * `break` and `continue` go, labels and the gotos that wait for them, and the temporaries.
 */

import type { Span } from '../base/text.ts';
import type { Expr, Stmt } from '../syntax/ast.ts';
import { GraphDraft, type OpenEnd } from './graph.ts';
import { LocalNames } from './names.ts';
import type { Cfg, CfgOptions, NodeAction, NodeId } from './types.ts';

/** Something that happens when control leaves a block: a guard's release, a variable's cleanup. */
export interface Scope {
  readonly parent: Scope | undefined;
  readonly depth: number;
  readonly leave: NodeAction;
}

/** A statement that `break` (and, unless it is a switch, `continue`) leaves. */
export interface Target {
  readonly scope: Scope | undefined;
  readonly breaks: OpenEnd[];
  /** Undefined for a switch: `continue` means the loop around it. */
  readonly continues: OpenEnd[] | undefined;
  /** The switch node whose cases stand in the body. */
  readonly switchNode: NodeId | undefined;
  hasDefault: boolean;
}

interface Label {
  readonly node: NodeId;
  readonly scope: Scope | undefined;
}

interface PendingGoto {
  readonly ends: readonly OpenEnd[];
  readonly label: string;
  readonly scope: Scope | undefined;
  readonly span: Span;
}

/** Every way out of a scope has its own nodes: guards times returns. No person's function comes near. */
const MAX_LEAVES = 100_000;

export class Flow {
  readonly graph = new GraphDraft();
  readonly names = new LocalNames();
  readonly targets: Target[] = [];
  readonly returns: OpenEnd[] = [];
  readonly problems: Cfg['problems'][number][] = [];
  scope: Scope | undefined;
  private readonly labels = new Map<string, Label>();
  private readonly gotos: PendingGoto[] = [];
  private readonly computed = new Map<Scope | undefined, { readonly ends: OpenEnd[]; readonly labels: readonly string[]; readonly span: Span }>();
  private temporaries = 0;
  /** How many leavings of scopes the graph has. */
  private leaves = 0;

  constructor(
    readonly options: CfgOptions,
    /** Translates a list of statements in a scope of their own. */
    readonly block: (flow: Flow, body: readonly Stmt[], span: Span) => void,
  ) {}

  problem(reason: string, span: Span): void {
    this.problems.push({ reason, span });
  }

  /** A construct that the graph does not represent: control is taken to pass it. */
  unknown(reason: string, span: Span): void {
    if (!this.graph.isReachable) return;
    this.graph.add({ kind: 'unknown', reason }, span);
    this.problem(reason, span);
  }

  /** A fresh `$n`. */
  temporary(span: Span): Expr {
    this.temporaries++;
    return { kind: 'name', name: `$${this.temporaries}`, span };
  }

  openScope(leave: NodeAction): void {
    this.scope = { parent: this.scope, depth: (this.scope?.depth ?? 0) + 1, leave };
  }

  /** Adds what happens on the way from the current scope out to `outer`; `span` is what leaves. */
  leaveTo(outer: Scope | undefined, span: Span): void {
    if (!this.graph.isReachable) return;
    const depth = (this.scope?.depth ?? 0) - (outer?.depth ?? 0);
    this.leaves += depth;
    if (this.leaves > MAX_LEAVES) {
      this.unknown('too many scope guards are left on too many ways', span);
      return;
    }
    for (let scope = this.scope; scope && scope !== outer; scope = scope.parent) this.graph.add(scope.leave, span);
  }

  label(name: string, span: Span): void {
    const node = this.graph.add({ kind: 'skip' }, span);
    if (this.labels.has(name)) this.problem(`label ${name} is defined twice`, span);
    else this.labels.set(name, { node, scope: this.scope });
  }

  goto(label: string, span: Span): void {
    this.gotos.push({ ends: this.graph.take(), label, scope: this.scope, span });
  }

  /** To a label, or on: nothing in the function says which. */
  jumpPerhaps(label: string, condition: string, span: Span): void {
    const from = this.graph.addFork({ kind: 'branch', condition: { kind: 'unknown', reason: condition, span } }, span);
    this.gotos.push({ ends: [{ from, label: { kind: 'true' } }], label, scope: this.scope, span });
    this.graph.resume([{ from, label: { kind: 'false' } }]);
  }

  /** `goto *p`. Those in one scope have their ways from there in common. */
  computedGoto(labels: readonly string[], span: Span): void {
    const known = this.computed.get(this.scope);
    if (known) known.ends.push(...this.graph.take());
    else this.computed.set(this.scope, { ends: this.graph.take(), labels, span });
  }

  /**
   * Where computed gotos lead: to every label whose address is taken, and to those that nothing names, for macros
   * may take an address out of sight.
   */
  private addComputedGotos(exit: NodeId): void {
    const named = new Set(this.gotos.map(({ label }) => label));
    for (const [scope, { ends, labels, span }] of this.computed) {
      if (ends.length === 0) continue;
      this.scope = scope;
      this.graph.resume(ends);
      const addressed = new Set(labels);
      const targets = [...this.labels.keys()].filter((label) => addressed.has(label) || !named.has(label));
      this.leaves += targets.length;
      if (targets.length === 0 || this.leaves > MAX_LEAVES) {
        this.unknown('computed goto', span);
        this.graph.link(this.graph.take(), exit);
        continue;
      }
      for (const label of targets.slice(1)) this.jumpPerhaps(label, `the computed goto goes to ${label}`, span);
      this.goto(targets[0]!, span);
    }
  }

  /** Links every goto, leaving the scopes between it and its label; call once, at the end. */
  resolveGotos(exit: NodeId): void {
    this.addComputedGotos(exit);
    for (const { ends, label: name, scope, span } of this.gotos.filter((pending) => pending.ends.length > 0)) {
      const label = this.labels.get(name);
      this.graph.resume(ends);
      if (!label) {
        this.unknown(`goto ${name}: no such label`, span);
        this.graph.link(this.graph.take(), exit);
        continue;
      }
      const outer = commonScope(scope, label.scope);
      if (outer !== label.scope) this.problem(`goto ${name} enters the scope of a guard`, span);
      this.scope = scope;
      this.leaveTo(outer, span);
      this.graph.link(this.graph.take(), label.node);
    }
  }
}

/** The innermost scope that both lie in. */
function commonScope(a: Scope | undefined, b: Scope | undefined): Scope | undefined {
  while (a !== b) {
    if ((a?.depth ?? 0) >= (b?.depth ?? 0)) a = a?.parent;
    else b = b?.parent;
  }
  return a;
}
