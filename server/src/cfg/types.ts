/**
 * The control-flow graph of one function. A node evaluates at most one expression; `&&`, `||`,
 * `?:`, `!` and statement expressions that decide control are split into branches, and where one
 * of them sits inside a value (`x = a && f();`) its result travels in a temporary named `$1`, `$2`…
 * (a `declare`-less local). `likely()`-style wrappers named in `CfgOptions.transparent` are looked
 * through. Loops, goto, switch with fallthrough and case ranges, iterator macros and scope guards
 * are edges; nothing of C's structure is left.
 */

import type { Span } from '../base/text.ts';
import type { Expr, TypeName } from '../syntax/ast.ts';

export type NodeId = number;

export type EdgeLabel =
  | { readonly kind: 'next' }
  | { readonly kind: 'true' }
  | { readonly kind: 'false' }
  /** A case of a switch; `high` for a case range. */
  | { readonly kind: 'case'; readonly low: Expr; readonly high: Expr | undefined }
  | { readonly kind: 'default' };

export interface Edge {
  readonly to: NodeId;
  readonly label: EdgeLabel;
}

export type NodeAction =
  | { readonly kind: 'entry' }
  | { readonly kind: 'exit' }
  /** A node without effect: a join, a label. */
  | { readonly kind: 'skip' }
  | { readonly kind: 'eval'; readonly expr: Expr }
  /** A local comes into scope; with `init` its value is set. */
  | { readonly kind: 'declare'; readonly name: string; readonly type: TypeName; readonly init: Expr | undefined }
  /** Two edges, `true` and `false`. The condition holds no top-level `&&`, `||`, `!`. */
  | { readonly kind: 'branch'; readonly condition: Expr }
  | { readonly kind: 'switch'; readonly value: Expr }
  /** An iterator macro's head: `true` enters the body once more, `false` leaves. */
  | { readonly kind: 'iterate'; readonly macro: string; readonly args: readonly Expr[] }
  /** A scope guard takes (`enter`) or drops (`leave`) its lock. */
  | { readonly kind: 'guard'; readonly edge: 'enter' | 'leave'; readonly lockClass: string; readonly args: readonly Expr[] }
  /** A variable declared with a cleanup leaves its scope. */
  | { readonly kind: 'cleanup'; readonly variable: string; readonly cleanup: string }
  | { readonly kind: 'return'; readonly value: Expr | undefined }
  /** Control ends here: a call that does not return (`BUG()`, `panic()`). No successors. */
  | { readonly kind: 'halt'; readonly expr: Expr }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface CfgNode {
  readonly id: NodeId;
  readonly action: NodeAction;
  /** What the node stands for in the source; synthetic nodes have the span of what made them. */
  readonly span: Span;
  readonly successors: readonly Edge[];
}

export interface Cfg {
  readonly functionName: string;
  readonly nodes: readonly CfgNode[];
  readonly entry: NodeId;
  /** The one exit that every `return` and the end of the body lead to. */
  readonly exit: NodeId;
  /** Set where the function holds a construct that the graph does not represent. */
  readonly problems: readonly { readonly reason: string; readonly span: Span }[];
}

export interface CfgOptions {
  /** Call-like wrappers whose value is their first argument: `likely`, `unlikely`. */
  readonly transparent: ReadonlySet<string>;
  /** Calls that never return: `BUG`, `panic`. */
  readonly noreturn: ReadonlySet<string>;
  /** Guard classes that may come back without their lock: `mutex_intr`; a `scoped_guard()` of one may pass its body over. */
  readonly isConditionalGuard?: (lockClass: string) => boolean;
}
