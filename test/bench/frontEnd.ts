/** The front end after an edit, against parsing the whole file again. */

import { readFileSync } from 'node:fs';
import { digest } from '../../server/src/syntax/digest/digest.ts';
import { parseSource } from '../../server/src/syntax/parseFile.ts';
import type { SyntaxParser } from '../../server/src/syntax/parser.ts';

export interface EditTimes {
  /** Milliseconds, medians. */
  readonly edit: number;
  readonly slowestEdit: number;
  readonly whole: number;
  /** tree-sitter alone on the rewritten text, nothing lowered. */
  readonly parseOnly: number;
}

/** One-character insertions and deletions all over the file, each on the text that the last one left. */
export function editTimes(file: string, parser: SyntaxParser, edits: number): EditTimes {
  const original = readFileSync(file, 'utf8');
  let parsed = parseSource(file, original, parser);
  const times: number[] = [];
  for (let index = 0; index < edits; index++) {
    const at = (index * 7919) % parsed.text.length;
    const { text } = parsed;
    const next = index % 2 === 0 ? `${text.slice(0, at)}x${text.slice(at)}` : text.slice(0, at) + text.slice(at + 1);
    times.push(elapsed(() => (parsed = parseSource(file, next, parser, {}, parsed))));
    if (index % 10 === 9) parsed = parseSource(file, original, parser, {}, parsed);
  }
  const digested = digest(original).text;
  const repeated = Array.from({ length: 9 });
  return {
    edit: median(times),
    slowestEdit: Math.max(...times),
    whole: median(repeated.map(() => elapsed(() => parseSource(file, original, parser)))),
    parseOnly: median(repeated.map(() => elapsed(() => parser.parse(digested).delete()))),
  };
}

function elapsed(run: () => unknown): number {
  const started = performance.now();
  run();
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}
