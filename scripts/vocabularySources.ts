/**
 * Where each name of the vocabulary is defined in real trees, by era; written to
 * server/src/ops/vocabulary/sources.json. `npm run vocabulary-sources -- ERA=DIR ...`; a name that
 * is in none of them stands in `unseen` of that file, with a reason that is written by hand.
 */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allPrimitives } from '../server/src/ops/vocabulary.ts';
import type { Era } from '../server/src/ops/types.ts';

export type Sources = Readonly<Record<string, Readonly<Partial<Record<Era, string>>>>>;

export interface SourceTable {
  readonly defined: Sources;
  /** Names that no tree at hand has, and why they are in the vocabulary. */
  readonly unseen: Readonly<Record<string, string>>;
}

export const sourcesPath = join(import.meta.dirname, '../server/src/ops/vocabulary/sources.json');
export const eras: readonly Era[] = ['nopage', 'fault', 'folio'];
const folders = ['include', 'mm', 'fs', 'kernel', 'lib', 'block', 'drivers/dma-buf', 'arch/x86/include', 'arch/x86/mm', 'arch/i386/mm', 'arch/x86_64/mm', 'arch/arm/include', 'arch/arm64/include', 'arch/ia64/include', 'drivers/base', 'security', 'virt'];

/** What a line that begins a definition, declaration or macro looks like. */
const definition = /^[ \t]*#[ \t]*define[ \t]+(\w+)|^(?:[A-Za-z_][\w \t*(),]*?[ \t*])?(\w+)[ \t]*\(/gm;
/** Macros that paste names: PAGEFLAG(Uptodate, uptodate, ...). */
const pasted = /^[ \t]*(?:__|TEST|SET|CLEAR|TESTSET|TESTCLEAR)*(?:PAGE|FOLIO)_?\w*(?:FLAG|TEST|SET|CLEAR)\w*\(\s*(\w+)(?:\s*,\s*(\w+))?/gm;

/** Names that a tree defines or declares, each with the first file that does; headers come first. */
export function definitionsIn(root: string, wanted: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>();
  for (const folder of folders) {
    for (const path of filesUnder(root, folder)) {
      const text = readFileSync(join(root, path), 'utf8');
      for (const name of namesIn(text)) if (wanted.has(name) && !found.has(name)) found.set(name, path);
    }
  }
  return found;
}

const traced = /^[ \t]*(?:TRACE_EVENT|DEFINE_EVENT)(?:_\w+)?\((?:[\w \t]+,\s*)?(\w+),/gm;

function* namesIn(text: string): Generator<string> {
  for (const [, event] of text.matchAll(traced)) yield `trace_${event!}`;
  for (const match of text.matchAll(definition)) yield (match[1] ?? match[2])!;
  for (const [, first, second] of text.matchAll(pasted)) {
    const flags = second === undefined ? [first!] : [first!, second];
    for (const flag of flags) {
      for (const prefix of ['', 'Set', 'Clear', '__Set', '__Clear', 'TestSet', 'TestClear']) yield `${prefix}Page${flag}`;
      for (const prefix of ['folio_test_', 'folio_set_', 'folio_clear_', '__folio_set_', '__folio_clear_']) yield `${prefix}${flag}`;
    }
  }
}

function filesUnder(root: string, folder: string): string[] {
  const directory = join(root, folder);
  if (!existsSync(directory)) return [];
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => /\.[ch]$/.test(name)).sort();
  return names.map((name) => `${folder}/${name}`);
}

/** Names of the vocabulary by era; those of the built-in readings are no kernel's. */
export function namesOf(era: Era): ReadonlySet<string> {
  return new Set(allPrimitives.filter((each) => !each.eras || each.eras.includes(era)).map(({ name }) => name));
}

function main(args: readonly string[]): void {
  const trees = args.map((arg) => arg.split('=') as [Era, string]);
  const known = existsSync(sourcesPath) ? (JSON.parse(readFileSync(sourcesPath, 'utf8')) as SourceTable) : { defined: {}, unseen: {} };
  const defined: Record<string, Partial<Record<Era, string>>> = {};
  for (const [era, root] of trees) {
    for (const [name, path] of definitionsIn(root, namesOf(era))) (defined[name] ??= {})[era] ??= path;
  }
  const names = [...new Set(allPrimitives.map(({ name }) => name))].sort();
  const unseen = Object.fromEntries(names.filter((name) => !defined[name]).map((name) => [name, known.unseen[name] ?? '?']));
  const lines = names.filter((name) => defined[name]).map((name) => `    ${JSON.stringify(name)}: ${JSON.stringify(defined[name])}`);
  const missing = Object.entries(unseen).map(([name, reason]) => `    ${JSON.stringify(name)}: ${JSON.stringify(reason)}`);
  writeFileSync(sourcesPath, `{\n  "defined": {\n${lines.join(',\n')}\n  },\n  "unseen": {\n${missing.join(',\n')}\n  }\n}\n`);
}

if (process.argv[1] === import.meta.filename) main(process.argv.slice(2));
