/** The preprocessor condition under which an offset stands, from the branches that the rewrite lists. */

import type { ConditionalBranch } from '../../syntax/digest/conditionals.ts';

interface Branch {
  readonly start: number;
  readonly end: number;
  /** The enclosing branch, or -1. */
  readonly parent: number;
  /** '' where it says nothing: an include guard, an empty expression. */
  readonly condition: string;
  /** That all branches of the group up to this one are not taken. */
  readonly noneSoFar: string;
}

export class Conditions {
  private readonly branches: Branch[] = [];

  /** `conditionals` by the start of their directives. */
  constructor(private readonly text: string, conditionals: readonly ConditionalBranch[]) {
    const byEnd = new Map<number, number>();
    const open: number[] = [];
    for (const { directive, start, end } of conditionals) {
      while (open.length > 0 && this.branches[open.at(-1)!]!.end <= directive.start) open.pop();
      const before = byEnd.get(directive.start);
      const noneBefore = before === undefined ? '' : this.branches[before]!.noneSoFar;
      const own = this.isGuard(directive, start) ? '' : conditionOf(text.slice(directive.start, directive.end));
      const condition = both(noneBefore, own);
      const noneSoFar = own === '' ? noneBefore : both(noneBefore, negated(own));
      byEnd.set(end, this.branches.length);
      this.branches.push({ start, end, parent: open.at(-1) ?? -1, condition, noneSoFar });
      open.push(this.branches.length - 1);
    }
  }

  at(offset: number): string {
    let condition = '';
    for (let place = this.lastBefore(offset); place >= 0;) {
      const branch = this.branches[place]!;
      if (branch.start <= offset && offset < branch.end) condition = both(branch.condition, condition);
      place = branch.parent;
    }
    return condition;
  }

  /** `#ifndef X` with `#define X` right after it. */
  private isGuard(directive: { readonly start: number; readonly end: number }, start: number): boolean {
    const name = /^#\s*ifndef\s+(\w+)/.exec(this.text.slice(directive.start, directive.end))?.[1];
    return name !== undefined && new RegExp(`^\\s*#\\s*define\\s+${name}\\b`).test(this.text.slice(start, start + 200));
  }

  private lastBefore(offset: number): number {
    let [low, high] = [0, this.branches.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.branches[middle]!.start <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** `#ifdef A` is `defined(A)`; `#else` has no condition of its own. */
function conditionOf(directive: string): string {
  const plain = directive.replace(/\/\*[^]*?\*\/|\/\/[^\n]*/g, ' ').replace(/\\\r?\n/g, ' ').replace(/\s+/g, ' ').trim();
  const [, name = '', argument = ''] = /^# ?(\w+) ?(.*)$/.exec(plain) ?? [];
  const symbol = argument.split(' ')[0]!;
  if (name === 'ifdef' || name === 'elifdef') return `defined(${symbol})`;
  if (name === 'ifndef' || name === 'elifndef') return `!defined(${symbol})`;
  return name === 'if' || name === 'elif' ? argument : '';
}

function negated(condition: string): string {
  const simple = /^!?defined\(\w+\)$/.test(condition);
  if (!simple) return `!(${condition})`;
  return condition.startsWith('!') ? condition.slice(1) : `!${condition}`;
}

function both(left: string, right: string): string {
  if (left === '' || right === '') return left + right;
  return `${guarded(left)} && ${guarded(right)}`;
}

function guarded(condition: string): string {
  return /\|\||\?/.test(condition) && !isParenthesised(condition) ? `(${condition})` : condition;
}

/** Whether every `||` is inside parentheses already. */
function isParenthesised(condition: string): boolean {
  let depth = 0;
  for (let at = 0; at < condition.length; at++) {
    const char = condition[at];
    if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (depth === 0 && (char === '?' || condition.startsWith('||', at))) return false;
  }
  return true;
}
