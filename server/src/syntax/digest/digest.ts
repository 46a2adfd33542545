/**
 * Kernel C → C that tree-sitter-c parses, of equal length: offsets, lines and columns in the
 * result are those of the original. What was changed is listed, so that readers of the tree know
 * where its text is not the author's; names and texts are to be read from the original.
 *
 * Layers, in order: tokens, conditionals, brackets; then, driven by a list of work, definitions,
 * declarations, records, statements, expressions, arguments. Linear in the text, never throws.
 *
 * It does not expand macros and knows none by heart that matters: structure decides.
 */

import { argument, bracedArgument, callArguments } from './arguments.ts';
import { dropAttributes, matchBrackets } from './brackets.ts';
import type { ConditionalBranch, ConditionalOptions } from './conditionals.ts';
import { resolveConditionals } from './conditionals.ts';
import { declaration, declarators, parameters } from './declarations.ts';
import { topLevel } from './definitions.ts';
import type { Rewrite, Work } from './draft.ts';
import { Draft } from './draft.ts';
import { expression, initializer, parentheses } from './expressions.ts';
import { enumerators, recordBody } from './records.ts';
import { Room } from './room.ts';
import { statements } from './statements.ts';
import { scan } from './scanner.ts';
import { withoutNulls } from './source.ts';
import { isStill } from './still.ts';
import { kernelWords, type WordTable } from './words.ts';

export interface DigestOptions extends ConditionalOptions {
  /** Also read what is known to hold nothing to rewrite: the result is the same, later. For tests. */
  readonly readsAll?: boolean;
  /** What words are known to be; default: the kernel's. */
  readonly words?: WordTable;
}

export interface Digest {
  /** As long as the original, in UTF-16 units, with the same newlines. */
  readonly text: string;
  /** Where `text` may differ from the original, by start. Ranges may nest. */
  readonly rewrites: readonly Rewrite[];
  /** Every branch of every `#if` group, by the start of its directive. */
  readonly conditionals: readonly ConditionalBranch[];
}

/** A layer's entry point for one kind of deferred work. */
type Layer = (draft: Draft, from: number, to: number) => void;

/** By work kind (`WORK_…` in draft.ts). */
const LAYERS: readonly Layer[] = [
  statements,
  expression,
  callArguments,
  parentheses,
  initializer,
  parameters,
  declarators,
  recordBody,
  enumerators,
  bracedArgument,
  argument,
  topLevel,
  declaration,
];

/** Nothing of a digest that is returned lies in it. */
const room = new Room();

export function digest(given: string, options: DigestOptions = {}): Digest {
  const text = withoutNulls(given);
  const draft = new Draft(text, scan(text, options.words ?? kernelWords()), room);
  const { dead, branches, isMatched } = resolveConditionals(draft, options);
  if (!isMatched) matchBrackets(draft, dead);
  dropAttributes(draft);
  if (!options.readsAll) draft.isStill = isStill;
  topLevel(draft, 0, draft.count);
  for (let work = draft.takeWork(); work; work = draft.takeWork()) run(draft, work);
  if (text !== given) for (const { index } of given.matchAll(/\0/g)) draft.record(index, index + 1, 'rest');
  draft.rewrites.sort((a, b) => a.start - b.start || b.end - a.end);
  return { text: draft.finish(), rewrites: draft.rewrites, conditionals: branches };
}

function run(draft: Draft, work: Work): void {
  LAYERS[work.kind]!(draft, work.from, work.to);
}
