/**
 * One file's text → `FileFacts`. Functions come from the rewrite alone, without a parse; only files
 * whose text names a handler table are parsed. Where a branch of a conditional had to be chosen the
 * other one is read too, so that both variants are known, each with its condition.
 */

import { LineIndex } from '../../base/text.ts';
import { digest, type DigestOptions } from '../../syntax/digest/digest.ts';
import type { ConditionalBranch } from '../../syntax/digest/conditionals.ts';
import type { WordTable } from '../../syntax/digest/words.ts';
import { outlineOf, type OutlinedFunction } from '../../syntax/outline.ts';
import { parseFile } from '../../syntax/parseFile.ts';
import type { SyntaxParser } from '../../syntax/parser.ts';
import { Conditions } from './conditions.ts';
import { factsOfTables, mentionsTables, mergeTables } from './extractTables.ts';
import { noFacts, type FileFacts, type FunctionFact } from './facts.ts';

/** `(…) {` somewhere: a header without it defines no function. Comments in between are rare enough to be let through. */
const definesSomething = /\)[^;{}()"]*\{/;

/** `words`: what the file's own words are known to be; default: the kernel's. */
export function extractFacts(path: string, text: string, parser: SyntaxParser, words?: WordTable): FileFacts {
  const hasTables = mentionsTables(text);
  if (!hasTables && path.endsWith('.h') && !definesSomething.test(text)) return noFacts;
  const firstChoice: DigestOptions = words ? { words } : {};
  const otherChoice: DigestOptions = { ...firstChoice, unknownSymbol: false };
  const outline = outlineOf(text, firstChoice);
  const others = hasChoice(outline.conditionals) ? outlineOf(text, otherChoice).functions : [];
  const lines = new LineIndex(text);
  const conditions = new Conditions(text, outline.conditionals);
  const functions = merged(outline.functions, others).map((fn): FunctionFact => ({
    name: fn.name, line: lines.lineAt(fn.nameSpan.start), offset: fn.nameSpan.start, isStatic: fn.isStatic, condition: conditions.at(fn.nameSpan.start),
  }));
  if (!hasTables) return functions.length === 0 ? noFacts : { functions, tables: [], uses: [] };
  const read = (options: DigestOptions): ReturnType<typeof factsOfTables> => {
    const syntax = parseFile(path, text, parser, { digest: (source) => digest(source, options) });
    return factsOfTables(syntax, { text, lines, conditions });
  };
  const first = read(firstChoice);
  const { tables, uses } = hasChoice(outline.conditionals) ? mergeTables(first, read(otherChoice)) : first;
  return { functions, tables, uses };
}

/** Whether a branch was blanked that some configuration has. */
function hasChoice(conditionals: readonly ConditionalBranch[]): boolean {
  return conditionals.some((branch) => !branch.isKept);
}

function merged(first: readonly OutlinedFunction[], second: readonly OutlinedFunction[]): readonly OutlinedFunction[] {
  if (second.length === 0) return first;
  const known = new Set(first.map((fn) => fn.nameSpan.start));
  const added = second.filter((fn) => !known.has(fn.nameSpan.start));
  return added.length === 0 ? first : [...first, ...added].sort((a, b) => a.nameSpan.start - b.nameSpan.start);
}
