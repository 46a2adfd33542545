/**
 * Hover: at a lock operation, an annotation or any statement inside a region, the locks that are
 * held there, since where and why; for a primitive also what it does, in one sentence.
 */

import type { Span } from '../base/text.ts';
import type { CfgNode } from '../cfg/types.ts';
import type { Expr, FunctionDef } from '../syntax/ast.ts';
import type { Effect, Primitive } from '../ops/types.ts';
import { constantsByEra } from '../ops/vocabulary/fields.ts';
import { effectsOf } from '../regions/effects.ts';
import { expressionsOf } from '../regions/liveness.ts';
import type { LockStates, LockStatus } from '../regions/types.ts';
import { lockName, lockWord, originText } from '../rules/words.ts';
import type { RuleSubject } from '../rules/rule.ts';
import type { KernelTree } from './kernelTree.ts';
import { allLockStatesOf } from './lockStates.ts';
import { heldOnEntry } from './regionsReport.ts';
import type { Era } from './report.ts';
import type { ParsedFile } from './sourceFiles.ts';
import type { HoverAnswer } from './types.ts';

export function hoverAt(file: ParsedFile, tree: KernelTree, era: Era, offset: number): HoverAnswer | undefined {
  const fn = file.syntax.functions.find(({ span }) => span.start <= offset && offset < span.end);
  if (!fn) return undefined;
  const states = allLockStatesOf(file, fn, tree, era);
  if (!states) return undefined;
  if (states.notAnalysed !== undefined) return answer(file, fn.nameSpan, [`Locks of \`${fn.name}\` are not known: ${states.notAnalysed}.`], offset, fn);
  const subject: RuleSubject = { states, lines: file.lines, constantName: () => undefined, constant: (name) => constantsByEra[era][name] };
  const annotation = fn.annotations.find(({ span }) => contains(span, offset));
  if (annotation) return answer(file, annotation.span, [annotationText(annotation.macro, annotation.argument)], offset, undefined);
  if (contains(fn.nameSpan, offset)) return nameHover(file, fn, subject);
  const node = innermost(states.cfg.nodes, offset);
  if (!node) return undefined;
  const call = callAt(node, offset);
  const primitive = call?.callee.kind === 'name' ? tree.vocabulary(era).get(call.callee.name) : undefined;
  const paragraphs = [...(primitive ? primitiveText(primitive) : []), ...heldText(states, node, subject)];
  return paragraphs.length === 0 ? undefined : answer(file, call?.span ?? node.span, paragraphs, offset, undefined);
}

function contains({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset < end;
}

function answer(file: ParsedFile, span: Span, paragraphs: readonly string[], offset: number, within: FunctionDef | undefined): HoverAnswer | undefined {
  if (within && !contains(within.nameSpan, offset)) return undefined;
  const start = file.lines.position(span.start);
  const end = file.lines.position(span.end);
  return { markdown: paragraphs.join('\n\n'), startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

function nameHover(file: ParsedFile, fn: FunctionDef, subject: RuleSubject): HoverAnswer | undefined {
  const { states } = subject;
  const { sure, perhaps } = heldOnEntry(states);
  const held = states.exits.map(({ locks }) => locks.filter((lock) => lock.status === 'held').map(lockName).sort().join(', '));
  const ways = [...new Set(held)].map((each) => (each === '' ? 'nothing' : each));
  const paragraphs = [
    ...(states.contract ? [`Contract: ${states.contract.sentence}.`] : []),
    ...(sure.length > 0 ? [`Entered with: ${sure.join(', ')}.`] : []),
    ...(perhaps.length > 0 ? [`Entered with, as some paths show: ${perhaps.join(', ')}.`] : []),
    ...(ways.length > 0 ? [`Returns with: ${ways.join('; or ')}.`] : []),
  ];
  return answer(file, fn.nameSpan, paragraphs, fn.nameSpan.start, undefined);
}

function annotationText(macro: string, argument: string): string {
  switch (macro) {
    case '__acquires':
      return `sparse: the function returns holding \`${argument}\`, which it was entered without.`;
    case '__releases':
      return `sparse: the function is entered holding \`${argument}\` and returns without it.`;
    case '__must_hold':
      return `sparse: the caller holds \`${argument}\` on entry and on return.`;
    default:
      return `Annotation \`${macro}\`.`;
  }
}

/** The smallest node around the offset; of several at one place the first. */
function innermost(nodes: readonly CfgNode[], offset: number): CfgNode | undefined {
  let best: CfgNode | undefined;
  for (const node of nodes) {
    if (node.action.kind === 'entry' || node.action.kind === 'exit' || !contains(node.span, offset)) continue;
    if (!best || node.span.end - node.span.start < best.span.end - best.span.start) best = node;
  }
  return best;
}

function callAt(node: CfgNode, offset: number): (Expr & { kind: 'call' }) | undefined {
  const calls = expressionsOf(node).flatMap(effectsOf).filter((effect) => effect.kind === 'call');
  return calls.find((call) => contains(call.callee.span, offset)) ?? (calls.length === 1 ? calls.find((call) => contains(call.span, offset)) : undefined);
}

function heldText(states: LockStates, node: CfgNode, subject: RuleSubject): string[] {
  const sets = states.before[node.id] ?? [];
  const locks = new Map<string, LockStatus>();
  for (const set of sets) for (const lock of set) locks.set(`${lockName(lock)} ${lock.site.start}`, lock);
  if (locks.size === 0) return sets.length > 0 ? ['No lock is held here.'] : [];
  const rows = [...locks.values()].map((lock) => {
    const isAlways = sets.every((set) => set.some((each) => each.object === lock.object && each.lock === lock.lock));
    return `- ${lockName(lock)}${lock.mode === 'shared' ? ' (shared)' : ''}, ${originText(subject, lock)}${isAlways ? '' : ', on some paths'}`;
  });
  return ['Held here:', rows.join('\n')];
}

function primitiveText(primitive: Primitive): string[] {
  const sentences = primitive.effects.flatMap((effect) => effectText(effect) ?? []);
  if (sentences.length === 0) return [];
  const sleeps = primitive.sleeps === 'yes' ? ' It may sleep.' : primitive.sleeps === 'gfp' ? ' It may sleep if its gfp mask allows it.' : '';
  return [`\`${primitive.name}\` ${sentences.join('; it ')}.${sleeps} (${primitive.source})`];
}

/** The kernel's rule for one effect, in one sentence. */
function effectText(effect: Effect): string | undefined {
  switch (effect.kind) {
    case 'acquire': {
      const shared = effect.mode === 'shared' ? ' shared' : '';
      return `${effect.isTry ? 'tries to take' : 'takes'} the ${lockWord(effect.lock)}${shared}${outcomeText(effect.when)}`;
    }
    case 'release':
      return `releases the ${lockWord(effect.lock)}, which the caller must hold${outcomeText(effect.when)}`;
    case 'become':
      return effect.status === 'unknown' ? `may drop or take the ${lockWord(effect.lock)}${outcomeText(effect.when)}` : `leaves the ${lockWord(effect.lock)} ${effect.status}${outcomeText(effect.when)}`;
    case 'downgrade':
      return `turns the ${lockWord(effect.lock)} from exclusive into shared`;
    case 'batch':
      return effect.does === 'lock' ? 'locks pages of the batch; of which is not followed' : undefined;
    case 'requires':
      return `demands that the caller holds the ${lockWord(effect.lock)}`;
    case 'waitUnlocked':
      return 'waits until the page is unlocked and takes nothing: another thread may lock it at once';
    case 'insert':
      return effect.locks ? 'puts the page into the cache, locked, where it returns 0' : 'puts the page into the cache';
    case 'remove':
      return 'takes the page out of the cache: page->mapping becomes NULL, which only the page lock keeps from happening';
    case 'lookup':
      return 'looks the page up; without its lock it can leave the cache at any time';
    case 'storePte':
      return 'stores the pte, which needs the page-table lock';
    case 'unmap':
      return 'removes the ptes of the file range; a fault in flight may set one again at once';
    case 'fence':
      return `orders ${effect.order === 'full' ? 'reads and writes' : `${effect.order}s`} before it against those after it`;
    default:
      return undefined;
  }
}

function outcomeText(when: Extract<Effect, { kind: 'acquire' }>['when']): string {
  switch (when) {
    case 'always':
      return '';
    case 'zero':
      return ' where it returns 0';
    case 'nonzero':
      return ' where it returns nonzero';
    case 'null':
      return ' where it returns NULL';
    case 'nonnull':
      return ' where it returns neither NULL nor an error pointer';
    case 'negative':
      return ' where it returns an error';
    default:
      return ` where it returns ${when.equals}`;
  }
}
