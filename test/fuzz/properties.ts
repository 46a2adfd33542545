/**
 * What holds for every text: the rewrite keeps lengths and newlines, nothing throws, both parser
 * backends see the same where there is no syntax error, twice gives the same, spans nest, graphs are whole.
 */

import { buildCfg } from '../../server/src/cfg/build.ts';
import { cfgToDot } from '../../server/src/cfg/dot.ts';
import { printCfg } from '../../server/src/cfg/print.ts';
import { createEngine } from '../../server/src/engine/engine.ts';
import { noreturnCalls, transparentCalls } from '../../server/src/ops/vocabulary.ts';
import { digest } from '../../server/src/syntax/digest/digest.ts';
import { parseFile, parseSource } from '../../server/src/syntax/parseFile.ts';
import type { FileSyntax } from '../../server/src/syntax/ast.ts';
import type { SyntaxParser, SyntaxTree } from '../../server/src/syntax/parser.ts';
import { brokenPromise } from './cfgInvariants.ts';

export interface Parsers {
  readonly native: SyntaxParser;
  readonly wasm: SyntaxParser;
}

const CFG_OPTIONS = { transparent: transparentCalls, noreturn: noreturnCalls };

/** The first promise that does not hold for `text`, or undefined. What is thrown is a broken one as well. */
export function brokenPromiseOf(text: string, parsers: Parsers): string | undefined {
  try {
    return brokenRewrite(text) ?? brokenSyntax(text, parsers);
  } catch (error) {
    return `throws ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}

/** Whether the local rules, with lock regions below them, answer for `text` at all. */
export function brokenCheckOf(text: string, parsers: Parsers): string | undefined {
  const files = { readText: (path: string) => (path === '/f.c' ? text : undefined), list: () => [], stamp: (path: string) => (path === '/f.c' ? '1' : undefined) };
  const engine = createEngine({ files, now: () => 0 }, parsers.wasm);
  try {
    engine.check('/f.c', { level: 'likely', simulate: false, kernel: undefined, memory: 'sc', maxStates: 1000, timeoutMs: 1000, cancellation: { isCancelled: false } });
    return undefined;
  } catch (error) {
    return `check throws ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}

function brokenRewrite(text: string): string | undefined {
  const result = digest(text);
  if (result.text.length !== text.length) return 'the rewrite changes the length';
  for (let at = 0; at < text.length; at++) {
    if ((text.charCodeAt(at) === 10) !== (result.text.charCodeAt(at) === 10)) return `the rewrite moves the newline at ${at}`;
  }
  const again = digest(text);
  if (again.text !== result.text || JSON.stringify(again) !== JSON.stringify(result)) return 'the rewrite differs the second time';
  return result.rewrites.some(({ start, end }) => start < 0 || start > end || end > text.length) ? 'a rewrite lies outside the text' : undefined;
}

function brokenSyntax(text: string, { native, wasm }: Parsers): string | undefined {
  const digested = digest(text).text;
  const first = native.parse(digested);
  const second = wasm.parse(digested);
  try {
    // The two runtimes are of different versions, whose recovery from errors differs.
    if (first.root.hasError !== second.root.hasError) return 'only one of the parsers sees an error';
    if (!first.root.hasError && shapeOf(first) !== shapeOf(second)) return 'the two parsers see different trees';
    const file = parseFile('f.c', text, native);
    if (jsonOf(file) !== jsonOf(parseFile('f.c', text, native))) return 'parsing differs the second time';
    return brokenFile(file, text) ?? brokenFile(parseFile('f.c', text, wasm), text);
  } finally {
    second.delete();
  }
}

function brokenFile(file: FileSyntax, text: string): string | undefined {
  for (const fn of file.functions) {
    if (fn.span.start < 0 || fn.span.end > text.length || fn.span.start >= fn.span.end) return `the span of ${fn.name} is no range of the text`;
    const cfg = buildCfg(fn, CFG_OPTIONS);
    const broken = brokenPromise(cfg, fn);
    if (broken !== undefined) return `${fn.name}: ${broken}`;
    if (printCfg(cfg, text) !== printCfg(buildCfg(fn, CFG_OPTIONS), text)) return `the graph of ${fn.name} differs the second time`;
    cfgToDot(cfg, { source: text, file: 'f.c' });
  }
  return undefined;
}

/** Whether parsing `text` after `before`, reusing what it can, gives what parsing from scratch gives. */
export function brokenEditOf(before: string, text: string, { wasm }: Parsers): string | undefined {
  try {
    const edited = parseSource('f.c', text, wasm, {}, parseSource('f.c', before, wasm)).syntax;
    return jsonOf(edited) === jsonOf(parseFile('f.c', text, wasm)) ? undefined : `differs from scratch after an edit of ${JSON.stringify(before)}`;
  } catch (error) {
    return `an edit throws ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}

function jsonOf(file: FileSyntax): string {
  return JSON.stringify(file, (_key, value: unknown) => (value instanceof Map ? [...(value as Map<unknown, unknown>)] : value));
}

/** Types and extents of all nodes, in order. */
function shapeOf(tree: SyntaxTree): string {
  return tree.walk((cursor) => {
    const parts: string[] = [];
    for (;;) {
      parts.push(`${cursor.nodeType} ${cursor.startIndex} ${cursor.endIndex} ${String(cursor.nodeIsMissing)}`);
      if (cursor.gotoFirstChild()) continue;
      while (!cursor.gotoNextSibling()) if (!cursor.gotoParent()) return parts.join('\n');
    }
  });
}
