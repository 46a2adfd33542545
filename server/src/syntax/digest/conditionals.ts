/**
 * Preprocessor conditionals. Conditional directives are blanked; of their branches
 *
 *  - certainly false ones (`#if 0`, `__cplusplus`, a symbol configured off) are blanked;
 *  - at file scope and in record bodies all others stay, if each is whole declarations: both
 *    definitions of an `#ifdef` pair are read;
 *  - inside functions and initialisers one of several stays, for a function is read as one
 *    configuration; a lone branch stays if its brackets balance;
 *  - where branches split a construct, one stays, chosen by the same rule in the whole file.
 *
 * A single pass over the tokens with persistent bracket stacks: linear, however deep the nesting.
 */

import {
  COLON, COMMA, EQUALS, LBRACE, LBRACKET, LPAREN, RBRACE, RPAREN, SEMICOLON, isCloser, isOpener, openerOf,
} from './chars.ts';
import type { SymbolTruth, Truth } from './conditions.ts';
import { conditionTruth } from './conditions.ts';
import { blankDirective, directiveArgument, directiveName, rewriteDirective } from './directives.ts';
import type { Draft } from './draft.ts';
import { BracketTrail } from './bracketTrail.ts';
import { DIRECTIVE, PUNCTUATION, WORD } from './tokens.ts';
import { CASE, CONTROL, ELSE, PLAIN, RECORD } from './words.ts';

/** One branch of an `#if` group, from the end of its directive to the start of the next. */
export interface ConditionalBranch {
  readonly directive: { readonly start: number; readonly end: number };
  readonly start: number;
  readonly end: number;
  /** False where the branch was blanked. */
  readonly isKept: boolean;
}

export interface ConditionalOptions {
  /** Configuration symbols known to be on or off. */
  readonly symbols?: ReadonlyMap<string, boolean>;
  /** What a symbol counts as where one of several branches must be chosen; default true. */
  readonly unknownSymbol?: boolean;
}

/** Where the pass stands: the open brackets, and what the current branch has seen so far. */
interface Flow {
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

interface Branch {
  readonly directive: number;
  readonly name: string;
  readonly argument: string;
  readonly truth: Truth;
  end: number;
  /** The flow at its end; undefined for a branch known to be false, which is not read. */
  after: Flow | undefined;
}

interface Group {
  readonly before: Flow;
  readonly branches: Branch[];
  /** A branch is certainly true; all later ones are dead. */
  isSettled: boolean;
  /** Every branch so far is certainly false. */
  isAllFalse: boolean;
}

const NEVER_DEFINED = new Set(['__cplusplus', '__ASSEMBLY__', '__ASSEMBLER__']);
const UPPER_CASE = /^[A-Z0-9_]+$/;

/** Blanks directives and dead branches; tells which tokens are dead and which branches stayed. */
export function resolveConditionals(draft: Draft, options: ConditionalOptions): { dead: Uint8Array; branches: ConditionalBranch[] } {
  return new ConditionalPass(draft, options).run();
}

class ConditionalPass {
  private readonly trail = new BracketTrail();
  private readonly groups: Group[] = [];
  private readonly branches: ConditionalBranch[] = [];
  /** +1 where a dead range starts, -1 where it ends. */
  private readonly deadSteps: Int32Array;
  private readonly nextToken: Int32Array;
  private readonly symbol: SymbolTruth;
  private readonly chosenSymbol: SymbolTruth;
  private flow: Flow = { stack: 0, previous: -1, first: -1, last: -1, lowest: 0, isBroken: false };

  constructor(private readonly draft: Draft, options: ConditionalOptions) {
    const { symbols } = options;
    const unknown = options.unknownSymbol ?? true;
    this.symbol = (name) => symbols?.get(name) ?? (NEVER_DEFINED.has(name) ? false : undefined);
    this.chosenSymbol = (name) => this.symbol(name) ?? unknown;
    this.deadSteps = new Int32Array(draft.count + 1);
    this.nextToken = nextTokens(draft);
    draft.match = new Int32Array(draft.count).fill(-1);
  }

  run(): { dead: Uint8Array; branches: ConditionalBranch[] } {
    const { draft } = this;
    for (let t = 0; t < draft.count;) {
      const next = this.passOrdinary(t);
      if (next < draft.count) t = draft.kind(next) === DIRECTIVE ? this.directive(next) : this.bracket(next);
      else t = next;
    }
    while (this.groups.length > 0) this.endGroup(draft.count);
    this.branches.sort((a, b) => a.directive.start - b.directive.start);
    return { dead: this.blankDead(), branches: this.branches };
  }

  // ---- tokens --------------------------------------------------------------------------------

  /** Passes the tokens from `t` on that neither open, close nor direct; returns the next one. */
  private passOrdinary(t: number): number {
    const { kind, cls, count } = this.draft.tokens;
    let next = t;
    for (; next < count; next++) {
      if (kind[next] === DIRECTIVE) break;
      const code = cls[next]!;
      if (code >= LPAREN && kind[next] === PUNCTUATION && (isOpener(code) || isCloser(code))) break;
    }
    if (next > t) this.pass(t, next - 1);
    return next;
  }

  private pass(first: number, last: number): void {
    const { flow } = this;
    if (flow.first < 0) flow.first = first;
    flow.last = last;
    flow.previous = last;
  }

  private bracket(t: number): number {
    const { flow, draft, trail } = this;
    const code = draft.tokens.cls[t]!;
    if (isOpener(code)) {
      if (code === LBRACE && flow.stack !== 0 && startsFunctionBody(draft, t, flow.previous)) {
        flow.stack = 0;
        flow.lowest = 0;
      }
      flow.stack = trail.push(flow.stack, t, code);
    } else this.close(t, openerOf(code));
    this.pass(t, t);
    return t + 1;
  }

  private close(t: number, opener: number): void {
    const { flow, trail } = this;
    const node = trail.find(flow.stack, opener);
    if (node === 0) {
      flow.isBroken = true;
      return;
    }
    if (node !== flow.stack) flow.isBroken = true;
    this.draft.match[t] = trail.token(node);
    flow.stack = trail.parent(node);
    flow.lowest = Math.min(flow.lowest, trail.depth(flow.stack));
  }

  // ---- directives ----------------------------------------------------------------------------

  private directive(t: number): number {
    const { draft } = this;
    const name = directiveName(draft, t);
    switch (name) {
      case 'if':
      case 'ifdef':
      case 'ifndef':
        this.groups.push({ before: this.flow, branches: [], isSettled: false, isAllFalse: true });
        return this.beginBranch(t, name);
      case 'elif':
      case 'else':
      case 'elifdef':
      case 'elifndef':
        if (this.groups.length === 0) break;
        this.endBranch(t);
        return this.beginBranch(t, name);
      case 'endif':
        if (this.groups.length === 0) break;
        this.endGroup(t);
        this.blankConditional(t);
        return t + 1;
      default:
        rewriteDirective(draft, t, name, this.isBetweenItems(t));
        return t + 1;
    }
    this.blankConditional(t);
    return t + 1;
  }

  private blankConditional(t: number): void {
    blankDirective(this.draft, t);
    this.draft.record(this.draft.start(t), this.draft.end(t), 'conditional');
  }

  private beginBranch(t: number, name: string): number {
    const group = this.groups.at(-1)!;
    const argument = directiveArgument(this.draft, t);
    const truth = this.branchTruth(group, name, argument);
    group.isSettled ||= truth === true;
    group.isAllFalse &&= truth === false;
    this.blankConditional(t);
    this.flow = { ...group.before, first: -1, last: -1, lowest: this.trail.depth(group.before.stack), isBroken: false };
    group.branches.push({ directive: t, name, argument, truth, end: t + 1, after: undefined });
    return truth === false ? this.skipBranch(t + 1) : t + 1;
  }

  private branchTruth(group: Group, name: string, argument: string): Truth {
    if (group.isSettled) return false;
    if (name === 'else' && group.isAllFalse) return true;
    return conditionTruth(name, argument, this.symbol);
  }

  /** The directive that ends the branch which starts at `t`. */
  private skipBranch(t: number): number {
    const { draft } = this;
    let depth = 0;
    for (let u = t; u < draft.count; u++) {
      if (draft.kind(u) !== DIRECTIVE) continue;
      const name = directiveName(draft, u);
      if (name.startsWith('if')) depth++;
      else if (name === 'endif' && depth-- === 0) return u;
      else if (depth === 0 && name.startsWith('el')) return u;
    }
    return draft.count;
  }

  private endBranch(t: number): void {
    const branch = this.groups.at(-1)!.branches.at(-1)!;
    branch.end = t;
    if (branch.truth !== false) branch.after = this.flow;
  }

  private endGroup(t: number): void {
    this.endBranch(t);
    const group = this.groups.pop()!;
    const kept = this.keptBranches(group);
    const keptOnes = new Set(kept);
    for (const branch of group.branches) {
      const isKept = keptOnes.has(branch);
      this.report(branch, isKept);
      if (isKept) continue;
      this.deadSteps[branch.directive + 1]!++;
      this.deadSteps[branch.end]!--;
    }
    this.flow = merged(group.before, kept);
  }

  private report(branch: Branch, isKept: boolean): void {
    const { draft } = this;
    const directive = { start: draft.start(branch.directive), end: draft.end(branch.directive) };
    const end = branch.end < draft.count ? draft.start(branch.end) : draft.source.length;
    this.branches.push({ directive, start: directive.end, end, isKept });
  }

  // ---- the choice ----------------------------------------------------------------------------

  private keptBranches(group: Group): readonly Branch[] {
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
    let before = name - 1;
    while (before >= first && draft.kind(before) === DIRECTIVE) before--;
    if (before < first) return true;
    const code = draft.punctuation(before);
    return code === SEMICOLON || code === RBRACE || code === RPAREN;
  }

  /** May a directive stay at `t`, between two declarations or statements? */
  private isBetweenItems(t: number): boolean {
    const { draft } = this;
    const { previous, stack } = this.flow;
    const next = this.nextToken[t]!;
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

  private blankDead(): Uint8Array {
    const { draft } = this;
    const dead = new Uint8Array(draft.count);
    let depth = 0;
    for (let t = 0; t < dead.length; t++) {
      depth += this.deadSteps[t]!;
      if (depth <= 0) continue;
      dead[t] = 1;
      draft.blank(draft.start(t), draft.end(t));
    }
    return dead;
  }
}

/** A `{` in column 0 after a function's header; a control statement's block is none. */
export function startsFunctionBody(draft: Draft, brace: number, previous: number): boolean {
  if (!draft.isInColumnZero(brace) || previous < 0) return false;
  if (draft.kind(previous) === WORD) return draft.wordClass(previous) === PLAIN;
  if (!draft.is(previous, RPAREN)) return false;
  const open = draft.match[previous]!;
  return open < 0 || !draft.isClass(open - 1, CONTROL);
}

/** Does token `t` go on with what stood before it? */
function continuesItem(draft: Draft, t: number): boolean {
  const code = draft.punctuation(t);
  return draft.isClass(t, ELSE) || code === EQUALS || code === COMMA || code === RPAREN;
}

/** The flow after a group of which `kept` stay: that of the last one with tokens. */
function merged(before: Flow, kept: readonly Branch[]): Flow {
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

/** For each token, the first one after it that is no directive. */
function nextTokens(draft: Draft): Int32Array {
  const next = new Int32Array(draft.count);
  for (let t = draft.count - 1, following = draft.count; t >= 0; t--) {
    next[t] = following;
    if (draft.kind(t) !== DIRECTIVE) following = t;
  }
  return next;
}
