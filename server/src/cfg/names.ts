/**
 * Lexical scoping of locals. The graph has no blocks, so a local that hides a parameter or another
 * local gets a name of its own there: the second `page` is `page$2`. All other names stay.
 */

import type { Expr } from '../syntax/ast.ts';
import { mapOperands } from './operands.ts';

interface Local {
  readonly graphName: string;
  readonly depth: number;
}

export class LocalNames {
  private visible = new Map<string, Local>();
  private readonly outer: Map<string, Local>[] = [];
  private readonly uses = new Map<string, number>();
  /** How many visible locals have another name in the graph. */
  private hasRenamed = false;

  openBlock(): void {
    this.outer.push(this.visible);
    this.visible = new Map(this.visible);
  }

  closeBlock(): void {
    this.visible = this.outer.pop() ?? new Map<string, Local>();
  }

  /** Brings a local into scope and gives its name in the graph. */
  declare(name: string): string {
    const depth = this.outer.length;
    const hidden = this.visible.get(name);
    // Twice in one block: two branches of an #if, of which one is compiled.
    if (hidden?.depth === depth) return hidden.graphName;
    const use = (this.uses.get(name) ?? 0) + (hidden ? 1 : 0);
    this.uses.set(name, use);
    const graphName = hidden ? `${name}$${use + 1}` : name;
    if (hidden) this.hasRenamed = true;
    this.visible.set(name, { graphName, depth });
    return graphName;
  }

  /** The expression with the graph's names; statement expressions are resolved when they are added. */
  resolve(expr: Expr): Expr {
    return this.hasRenamed ? this.rename(expr) : expr;
  }

  private rename(expr: Expr): Expr {
    if (expr.kind !== 'name') return mapOperands(expr, (operand) => this.rename(operand));
    const local = this.visible.get(expr.name);
    return local && local.graphName !== expr.name ? { ...expr, name: local.graphName } : expr;
  }
}
