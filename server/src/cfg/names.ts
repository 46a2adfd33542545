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
  private readonly visible = new Map<string, Local>();
  /** For each open block the locals that its own hide, to be shown again when it closes. */
  private readonly hidden: [name: string, local: Local | undefined][][] = [[]];
  private readonly uses = new Map<string, number>();
  /** Some visible local has, or had, another name in the graph. */
  private hasRenamed = false;

  openBlock(): void {
    this.hidden.push([]);
  }

  closeBlock(): void {
    for (const [name, local] of this.hidden.pop()?.reverse() ?? []) {
      if (local) this.visible.set(name, local);
      else this.visible.delete(name);
    }
  }

  /** Brings a local into scope and gives its name in the graph. */
  declare(name: string): string {
    const depth = this.hidden.length;
    const hidden = this.visible.get(name);
    // Twice in one block: two branches of an #if, of which one is compiled.
    if (hidden?.depth === depth) return hidden.graphName;
    const use = (this.uses.get(name) ?? 0) + (hidden ? 1 : 0);
    this.uses.set(name, use);
    const graphName = hidden ? `${name}$${use + 1}` : name;
    if (hidden) this.hasRenamed = true;
    this.hidden.at(-1)?.push([name, hidden]);
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
