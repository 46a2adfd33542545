/**
 * Which branches of an `#if` group stay: each that is whole declarations or statements in a place for them,
 * else the one that a rule for the whole file chooses. See `conditionals.ts`, which reads them.
 */

import type { BracketTrail } from './bracketTrail.ts';
import { COLON, COMMA, EQUALS, LBRACE, LBRACKET, RBRACE, RPAREN, SEMICOLON } from './chars.ts';
import type { SymbolTruth, Truth } from './conditions.ts';
import { conditionTruth } from './conditions.ts';
import type { Draft } from './draft.ts';
import type { Directive } from './scanner.ts';
import { CASE, CONTROL, ELSE, RECORD } from './tags.ts';

/** Where the pass stands: the open brackets, and what the current branch has seen so far. */
export interface Flow {
  /** The top of the bracket stack. */
  stack: number;
  /** The token before, or -1. */
  previous: number;
  /** First and last token of the branch, or -1. */
  first: number;
  last: number;
  /** The lowest stack depth inside the branch. */
  lowest: number;
  /** A closing bracket did not fit. */
  isBroken: boolean;
}

export interface Branch {
  readonly directive: Directive;
  /** The directive's place in the list of directives. */
  readonly place: number;
  readonly name: string;
  readonly argument: string;
  readonly truth: Truth;
  /** The place of the directive that ends the branch, or the number of directives. */
  end: number;
  /** The flow at its end; undefined for a branch known to be false, which is not read. */
  after: Flow | undefined;
}

export interface Group {
  readonly before: Flow;
  readonly branches: Branch[];
  /** A branch is certainly true; all later ones are dead. */
  isSettled: boolean;
  /** Every branch so far is certainly false. */
  isAllFalse: boolean;
}

const UPPER_CASE = /^[A-Z0-9_]+$/;

export class BranchChoice {
  /** `chosenSymbol`: what each symbol counts as where one of several branches must be chosen. */
  constructor(private readonly draft: Draft, private readonly trail: BracketTrail, private readonly chosenSymbol: SymbolTruth) {}

  /** The branches of a group that stay. */
  keptBranches(group: Group): readonly Branch[] {
    const live = group.branches.filter((branch) => branch.after);
    const filled = live.filter((branch) => branch.after!.first >= 0);
    if ((filled.length < 2 || this.isOutsideFunctions(group.before)) && filled.every((branch) => this.standsAlone(group, branch))) return live;
    const lone = group.branches.length === 1 ? live[0] : undefined;
    if (lone && this.isBalanced(group, lone)) return [lone];
    const chosen = live.find((branch) => branch.truth ?? conditionTruth(branch.name, branch.argument, this.chosenSymbol) ?? true);
    return chosen ? [chosen] : [];
  }

  /** At file scope or directly inside a struct, union or enum body. */
  private isOutsideFunctions(flow: Flow): boolean {
    return flow.stack === 0 || (this.trail.code(flow.stack) === LBRACE && this.isRecordBody(this.trail.token(flow.stack)));
  }

  private isRecordBody(brace: number): boolean {
    let t = brace - 1;
    for (let steps = 0; steps < 4 && this.draft.isPlain(t); steps++) t--;
    return this.draft.isClass(t, RECORD);
  }

  private isBalanced(group: Group, branch: Branch): boolean {
    const after = branch.after!;
    const { stack } = group.before;
    return !after.isBroken && after.stack === stack && after.lowest >= this.trail.depth(stack);
  }

  /** Is the branch whole statements, declarations or list entries, in a place for them? */
  private standsAlone(group: Group, branch: Branch): boolean {
    const { draft, trail } = this;
    const { previous, stack } = group.before;
    const { first, last } = branch.after!;
    if (!this.isBalanced(group, branch)) return false;
    const isTop = stack === 0;
    if (!isTop && trail.code(stack) !== LBRACE) return false;
    const before = previous < 0 ? SEMICOLON : draft.punctuation(previous);
    const end = draft.punctuation(last);
    if (end === COMMA) return before === LBRACE || before === COMMA;
    const isItemPlace = before === SEMICOLON || before === LBRACE || before === RBRACE || before === COLON || (isTop && before === RPAREN);
    if (!isItemPlace) return false;
    if (end === SEMICOLON || end === RBRACE) return !continuesItem(draft, first);
    if (end === COLON) return draft.isClass(first, CASE);
    if (!isTop) return false;
    if (end === RPAREN) return this.endsInBareCall(last, first);
    return first === last && draft.isWord(last) && UPPER_CASE.test(draft.word(last));
  }

  /** Does the branch end in `MACRO(…)` that begins a declaration of its own? */
  private endsInBareCall(last: number, first: number): boolean {
    const { draft } = this;
    const name = draft.match[last]! - 1;
    if (name < first || !draft.isPlain(name)) return false;
    if (name === first) return true;
    const code = draft.punctuation(name - 1);
    return code === SEMICOLON || code === RBRACE || code === RPAREN;
  }

  /** May a directive stay before token `next`, between two declarations or statements? */
  isBetweenItems({ previous, stack }: Flow, next: number): boolean {
    const { draft } = this;
    const before = previous < 0 ? SEMICOLON : draft.punctuation(previous);
    if (stack !== 0) return before === SEMICOLON && this.trail.code(stack) === LBRACE && draft.wordClass(next) !== ELSE && draft.wordClass(next) !== CONTROL;
    if (before === RPAREN) return !draft.is(next, LBRACE);
    if (before === RBRACE) return !this.isDeclaratorAfterBody(next);
    return before === SEMICOLON;
  }

  private isDeclaratorAfterBody(t: number): boolean {
    const { draft } = this;
    const after = draft.punctuation(t + 1);
    return draft.isPlain(t) && (after === SEMICOLON || after === EQUALS || after === LBRACKET);
  }
}

/** Does token `t` go on with what stood before it? */
function continuesItem(draft: Draft, t: number): boolean {
  const code = draft.punctuation(t);
  return draft.isClass(t, ELSE) || code === EQUALS || code === COMMA || code === RPAREN;
}

/** The flow after a group of which `kept` stay: that of the last one with tokens. */
export function merged(before: Flow, kept: readonly Branch[]): Flow {
  const flow = { ...before };
  for (const { after } of kept) {
    if (!after) continue;
    flow.lowest = Math.min(flow.lowest, after.lowest);
    flow.isBroken ||= after.isBroken;
    if (after.first < 0) continue;
    if (flow.first < 0) flow.first = after.first;
    flow.last = after.last;
    flow.stack = after.stack;
    flow.previous = after.previous;
  }
  return flow;
}
