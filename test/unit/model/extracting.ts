/** Extraction of one function from inline C, for tests: the printed program without its places. */

import { LineIndex } from '../../../server/src/base/text.ts';
import { buildCfg } from '../../../server/src/cfg/build.ts';
import { extractModel } from '../../../server/src/model/extract/extract.ts';
import type { ExtractOptions, Extraction, SourceFunction, SourceLookup } from '../../../server/src/model/extract/types.ts';
import { printProgram } from '../../../server/src/model/printProgram.ts';
import { noreturnCalls, transparentCalls, vocabularyOf } from '../../../server/src/ops/vocabulary.ts';
import { createNativeParser } from '../../../server/src/syntax/nativeParser.ts';
import { parseFile } from '../../../server/src/syntax/parseFile.ts';

const file = 'test.c';

export function sourceOf(text: string): (name: string) => SourceFunction | undefined {
  const result = createNativeParser();
  if (result.kind !== 'parser') throw new Error(result.reason);
  const syntax = parseFile(file, text, result.parser);
  const lines = new LineIndex(text);
  return (name) => {
    const fn = syntax.functions.find((each) => each.name === name);
    return fn ? { file, fn, cfg: buildCfg(fn, { transparent: transparentCalls, noreturn: noreturnCalls }), lines } : undefined;
  };
}

export function extract(text: string, options: Partial<ExtractOptions> = {}): Extraction {
  const find = sourceOf(text);
  const lookup: SourceLookup = { function: (name) => find(name), composite: () => undefined, expansion: () => undefined, constant: () => undefined };
  const root = find('f');
  if (!root) throw new Error('the test has no function f');
  return extractModel(root, {
    era: 'nopage', vocabulary: vocabularyOf(options.era ?? 'nopage'), size: { pages: 2, indices: 1, slots: [{ mm: 0, index: 0 }] }, access: 'read', sharing: 'shared',
    lookup, vmOps: undefined, without: [], ...options,
  });
}

/** Steps in the order of their locations, one line a transition; places, sequence numbers of temporaries and checks left out. */
export function printed(text: string, options: Partial<ExtractOptions> = {}): string[] {
  return printProgram(extract(text, options).program)
    .split('\n')
    .filter((line) => line.startsWith('      ') || /^ {4}\S/.test(line))
    .map((line) => line.trim())
    .filter((line) => !line.startsWith('check '))
    .map((line) => line.replace(/ {2}\(.*\)$/, ''));
}
