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

import { merged, BranchChoice, type Branch, type Flow, type Group } from './branchChoice.ts';
import { LBRACE, RPAREN, isOpener, openerOf } from './chars.ts';
import type { SymbolTruth, Truth } from './conditions.ts';
import { conditionTruth } from './conditions.ts';
import { blankDirective, directiveArgument, directiveName, rewriteDirective } from './directives.ts';
import type { Draft } from './draft.ts';
import { BracketTrail } from './bracketTrail.ts';
import type { Directive } from './scanner.ts';
import { CONTROL } from './tags.ts';

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
  readonly symbols?: { get(name: string): boolean | undefined };
  /** What a symbol counts as where one of several branches must be chosen; default true. */
  readonly unknownSymbol?: boolean;
}

const NEVER_DEFINED = new Set(['__cplusplus', '__ASSEMBLY__', '__ASSEMBLER__']);

export interface ResolvedConditionals {
  /** Marks the tokens in blanked branches; undefined where there are none. */
  readonly dead: Uint8Array | undefined;
  readonly branches: readonly ConditionalBranch[];
  /** `draft.match` is final: no token is dead and every bracket found its partner. */
  readonly isMatched: boolean;
}

/** Blanks directives and dead branches; tells which tokens are dead and which branches stayed. */
export function resolveConditionals(draft: Draft, options: ConditionalOptions): ResolvedConditionals {
  return new ConditionalPass(draft, options).run();
}

class ConditionalPass {
  private readonly trail: BracketTrail;
  private readonly groups: Group[] = [];
  private readonly branches: ConditionalBranch[] = [];
  private readonly dead: Branch[] = [];
  private readonly directives: readonly Directive[];
  private readonly symbol: SymbolTruth;
  private readonly choice: BranchChoice;
  private flow: Flow = { stack: 0, previous: -1, first: -1, last: -1, lowest: 0, isBroken: false };
  /** Open groups inside a branch known to be false, which is not read; -1 outside one. */
  private skipped = -1;
  /** Index into the brackets without a partner of the first that is not read yet. */
  private nextBracket = 0;
  /** A function's body was begun with brackets still open. */
  private hasRestarted = false;

  constructor(private readonly draft: Draft, options: ConditionalOptions) {
    const { symbols } = options;
    const unknown = options.unknownSymbol ?? true;
    this.symbol = (name) => symbols?.get(name) ?? (NEVER_DEFINED.has(name) ? false : undefined);
    this.directives = draft.tokens.directives;
    this.trail = new BracketTrail(draft.tokens.open.length, draft.room);
    this.choice = new BranchChoice(draft, this.trail, (name) => this.symbol(name) ?? unknown);
  }

  run(): ResolvedConditionals {
    const { directives } = this;
    let at = 0;
    for (let place = 0; place < directives.length; place++) {
      const directive = directives[place]!;
      const name = directiveName(this.draft, directive);
      if (this.skipped >= 0 && !this.endsSkipped(name)) continue;
      if (this.skipped < 0) this.read(at, directive.before);
      this.skipped = -1;
      at = directive.before;
      this.directive(place, directive, name);
    }
    if (this.skipped < 0) this.read(at, this.draft.count);
    while (this.groups.length > 0) this.endGroup(directives.length);
    this.branches.sort((a, b) => a.directive.start - b.directive.start);
    const isMatched = this.dead.length === 0 && !this.flow.isBroken && !this.hasRestarted && this.flow.stack === 0;
    return { dead: this.dead.length > 0 ? this.blankDead() : undefined, branches: this.branches, isMatched };
  }

  // ---- tokens --------------------------------------------------------------------------------

  private read(from: number, to: number): void {
    if (from >= to) return;
    const { flow } = this;
    const brackets = this.draft.tokens.open;
    if (flow.first < 0) flow.first = from;
    let place = this.nextBracket;
    while (place < brackets.length && brackets[place]! < from) place++;
    for (; place < brackets.length && brackets[place]! < to; place++) {
      const t = brackets[place]!;
      if (t > from) flow.previous = t - 1;
      this.bracket(t);
    }
    this.nextBracket = place;
    flow.last = to - 1;
    flow.previous = to - 1;
  }

  private bracket(t: number): void {
    const { flow, draft, trail } = this;
    const code = draft.tag[t]!;
    if (!isOpener(code)) {
      this.close(t, openerOf(code));
      return;
    }
    if (code === LBRACE && flow.stack !== 0 && startsFunctionBody(draft, t, flow.previous)) {
      flow.stack = 0;
      flow.lowest = 0;
      this.hasRestarted = true;
    }
    flow.stack = trail.push(flow.stack, t, code);
  }

  private close(t: number, opener: number): void {
    const { flow, trail } = this;
    const node = trail.find(flow.stack, opener);
    if (node === 0) {
      flow.isBroken = true;
      return;
    }
    if (node !== flow.stack) flow.isBroken = true;
    const open = trail.token(node);
    this.draft.match[t] = open;
    this.draft.match[open] = t;
    flow.stack = trail.parent(node);
    flow.lowest = Math.min(flow.lowest, trail.depth(flow.stack));
  }

  // ---- directives ----------------------------------------------------------------------------

  private directive(place: number, directive: Directive, name: string): void {
    switch (name) {
      case 'if':
      case 'ifdef':
      case 'ifndef':
        this.groups.push({ before: this.flow, branches: [], isSettled: false, isAllFalse: true });
        this.beginBranch(place, directive, name);
        break;
      case 'elif':
      case 'else':
      case 'elifdef':
      case 'elifndef':
        if (this.groups.length === 0) break;
        this.endBranch(place);
        this.beginBranch(place, directive, name);
        break;
      case 'endif':
        if (this.groups.length > 0) this.endGroup(place);
        break;
      default:
        rewriteDirective(this.draft, directive, name, this.choice.isBetweenItems(this.flow, directive.before));
        return;
    }
    blankDirective(this.draft, directive);
    this.draft.record(directive.start, directive.end, 'conditional');
  }

  private beginBranch(place: number, directive: Directive, name: string): void {
    const group = this.groups.at(-1)!;
    const argument = directiveArgument(this.draft, directive, name);
    const truth = this.branchTruth(group, name, argument);
    group.isSettled ||= truth === true;
    group.isAllFalse &&= truth === false;
    this.flow = { ...group.before, first: -1, last: -1, lowest: this.trail.depth(group.before.stack), isBroken: false };
    group.branches.push({ directive, place, name, argument, truth, end: place, after: undefined });
    if (truth === false) this.skipped = 0;
  }

  private branchTruth(group: Group, name: string, argument: string): Truth {
    if (group.isSettled) return false;
    if (name === 'else' && group.isAllFalse) return true;
    return conditionTruth(name, argument, this.symbol);
  }

  /** Counts groups inside a branch that is not read; does directive `name` end that branch? */
  private endsSkipped(name: string): boolean {
    if (this.skipped === 0 && (name === 'endif' || name.startsWith('el'))) return true;
    if (name.startsWith('if')) this.skipped++;
    else if (name === 'endif') this.skipped--;
    return false;
  }

  private endBranch(place: number): void {
    const branch = this.groups.at(-1)!.branches.at(-1)!;
    branch.end = place;
    if (branch.truth !== false) branch.after = this.flow;
  }

  private endGroup(place: number): void {
    this.endBranch(place);
    const group = this.groups.pop()!;
    const kept = this.choice.keptBranches(group);
    const keptOnes = new Set(kept);
    for (const branch of group.branches) {
      const isKept = keptOnes.has(branch);
      this.report(branch, isKept);
      if (!isKept) this.dead.push(branch);
    }
    this.flow = merged(group.before, kept);
  }

  private report(branch: Branch, isKept: boolean): void {
    const { start, end } = branch.directive;
    const stop = this.directives[branch.end]?.start ?? this.draft.source.length;
    this.branches.push({ directive: { start, end }, start: end, end: stop, isKept });
  }

  /** Blanks the dead branches with the directives in them; marks their tokens. */
  private blankDead(): Uint8Array {
    const { draft, directives } = this;
    const isDeadDirective = covered(directives.length, this.dead.map(({ place, end }) => ({ from: place + 1, to: end })));
    for (const [place, directive] of directives.entries()) if (isDeadDirective[place] === 1) blankDirective(draft, directive);
    const tokenAt = (place: number): number => directives[place]?.before ?? draft.count;
    const isDead = covered(draft.count, this.dead.map(({ place, end }) => ({ from: tokenAt(place), to: tokenAt(end) })));
    for (let t = 0; t < isDead.length; t++) if (isDead[t] === 1) draft.blank(draft.start(t), draft.end(t));
    return isDead;
  }
}

/** Ones where any of `ranges` covers. */
function covered(length: number, ranges: readonly { readonly from: number; readonly to: number }[]): Uint8Array {
  const steps = new Int32Array(length + 1);
  for (const { from, to } of ranges) {
    steps[from]!++;
    steps[to]!--;
  }
  const marks = new Uint8Array(length);
  let depth = 0;
  for (let at = 0; at < length; at++) {
    depth += steps[at]!;
    if (depth > 0) marks[at] = 1;
  }
  return marks;
}

/** A `{` in column 0 after a function's header; a control statement's block is none. */
export function startsFunctionBody(draft: Draft, brace: number, previous: number): boolean {
  if (!draft.isInColumnZero(brace) || previous < 0) return false;
  if (draft.isWord(previous)) return draft.isPlain(previous);
  if (!draft.is(previous, RPAREN)) return false;
  const open = draft.match[previous]!;
  return open < 0 || !draft.isClass(open - 1, CONTROL);
}
