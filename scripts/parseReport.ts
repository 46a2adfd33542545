/**
 * How well kernel C parses: `npm run parse-report -- DIR [--format json] [--raw] [--show] [--wasm]`.
 *
 * Rewrites and parses every .c file under DIR, counts functions and those with an ERROR or MISSING
 * node, and compares with the functions that universal-ctags finds: same name, same extent.
 * `--raw` parses the text as it is; `--show` lists what failed; `--wasm` takes the parser that gives memory
 * back at once, for directories of hundreds of megabytes.
 */

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { digest } from '../server/src/syntax/digest/digest.ts';
import { createParser } from '../server/src/syntax/loadParser.ts';
import type { SyntaxParser } from '../server/src/syntax/parser.ts';
import type { Tag } from './parseReport/ctags.ts';
import { functionTags, trueTags } from './parseReport/ctags.ts';
import { cFiles } from './parseReport/files.ts';
import type { FoundFunction } from './parseReport/functions.ts';
import { errorPlaces, findFunctions } from './parseReport/functions.ts';

interface Arguments {
  readonly dir: string;
  readonly isJson: boolean;
  readonly isRaw: boolean;
  readonly shows: boolean;
  readonly isWasm: boolean;
}

/** The JSON form, version 1: fields may be added, never changed. */
interface Report {
  readonly version: 1;
  readonly dir: string;
  files: number;
  bytes: number;
  functions: number;
  functionsWithErrors: number;
  ctagsFunctions: number;
  foundOfCtags: number;
  elapsedMs: number;
}

interface Times {
  digestMs: number;
  parseMs: number;
}

/** Trees are freed by the collector only, so a minor collection is run after this much source. */
const BYTES_PER_COLLECTION = 500_000;
const require = createRequire(import.meta.url);
const wasm = { runtimeWasm: require.resolve('web-tree-sitter/tree-sitter.wasm'), grammarWasm: require.resolve('tree-sitter-c/tree-sitter-c.wasm') };
/** ctags and the tree may see a definition's first line apart by attributes before the name. */
const LINE_SLACK = 3;

await main();

async function main(): Promise<void> {
  const options = readArguments(process.argv.slice(2));
  if (!options) fail('usage: npm run parse-report -- DIR [--format text|json] [--raw] [--show] [--wasm]');
  const parser = await createParser({ prefer: options.isWasm ? 'wasm' : 'native', wasm });
  if (!existsSync(options.dir)) fail(`no such file or directory: ${options.dir}`);
  if (parser.kind !== 'parser') fail(`no parser: ${parser.reason}`);
  const started = performance.now();
  const tags = functionTags(options.dir);
  const report: Report = {
    version: 1, dir: options.dir, files: 0, bytes: 0, functions: 0, functionsWithErrors: 0,
    ctagsFunctions: 0, foundOfCtags: 0, elapsedMs: 0,
  };
  const times: Times = { digestMs: 0, parseMs: 0 };
  const notes: string[] = [];
  const collect = garbageCollector();
  let collectedAt = 0;
  for (const path of cFiles(options.dir)) {
    addFile(report, times, notes, { path, parser: parser.parser, isRaw: options.isRaw, tags: tags?.get(path) ?? [] });
    if (report.bytes - collectedAt < BYTES_PER_COLLECTION) continue;
    collect();
    collectedAt = report.bytes;
  }
  report.elapsedMs = Math.round(performance.now() - started);
  if (options.shows) for (const note of notes) console.error(note);
  if (options.isJson) console.log(JSON.stringify(report));
  else printText(report, times, tags !== undefined);
}

interface FileJob {
  readonly path: string;
  readonly parser: SyntaxParser;
  readonly isRaw: boolean;
  readonly tags: readonly Tag[];
}

function addFile(report: Report, times: Times, notes: string[], job: FileJob): void {
  const bytes = readFileSync(job.path);
  const text = bytes.toString('utf8');
  const begun = performance.now();
  const digested = job.isRaw ? text : digest(text).text;
  const rewritten = performance.now();
  const tree = job.parser.parse(digested);
  times.digestMs += rewritten - begun;
  times.parseMs += performance.now() - rewritten;
  const functions = findFunctions(tree, text);
  const broken = functions.filter((found) => found.hasError);
  const tags = trueTags(job.tags, text);
  const missing = tags.filter((tag) => !matches(functions, tag));
  report.files++;
  report.bytes += bytes.length;
  report.functions += functions.length;
  report.functionsWithErrors += broken.length;
  report.ctagsFunctions += tags.length;
  report.foundOfCtags += tags.length - missing.length;
  for (const tag of missing) notes.push(`${job.path}:${tag.line}: not found: ${tag.name} (to line ${tag.endLine})`);
  if (broken.length > 0) notes.push(...errorPlaces(tree, digested).map(({ line, what }) => `${job.path}:${line}: ${what}`));
  tree.delete();
}

/** By name and extent; a function that a macro defines goes by the macro's name in ctags. */
function matches(functions: readonly FoundFunction[], tag: Tag): boolean {
  return functions.some((found) => {
    if (found.endLine !== tag.endLine || Math.abs(found.nameLine - tag.line) > LINE_SLACK) return false;
    return found.name === tag.name || new RegExp(`^(static\\s+)?${tag.name}\\b`).test(found.header);
  });
}

function printText(report: Report, times: Times, hasTags: boolean): void {
  const share = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(3)} %`);
  const speed = (ms: number): string => `${(report.bytes / 1000 / ms).toFixed(1)} MB/s`;
  console.log(`${report.dir}: ${report.files} files, ${(report.bytes / 1e6).toFixed(1)} MB`);
  console.log(`functions: ${report.functions}, with errors: ${report.functionsWithErrors} (${share(report.functionsWithErrors, report.functions)})`);
  if (hasTags) console.log(`of ctags: ${report.foundOfCtags} of ${report.ctagsFunctions} (${share(report.foundOfCtags, report.ctagsFunctions)})`);
  else console.log('of ctags: universal-ctags is not installed; nothing to compare with');
  console.log(`rewrite ${speed(times.digestMs)}, parse ${speed(times.parseMs)}, both ${speed(times.digestMs + times.parseMs)}`);
}

function readArguments(args: readonly string[]): Arguments | undefined {
  let dir: string | undefined;
  let isJson = false;
  let isRaw = false;
  let shows = false;
  let isWasm = false;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === '--raw') isRaw = true;
    else if (arg === '--show') shows = true;
    else if (arg === '--wasm') isWasm = true;
    else if (arg === '--format' && (args[at + 1] === 'json' || args[at + 1] === 'text')) isJson = args[++at] === 'json';
    else if (arg === '--format=json') isJson = true;
    else if (arg.startsWith('--') || dir !== undefined) return undefined;
    else dir = arg;
  }
  return dir === undefined ? undefined : { dir, isJson, isRaw, shows, isWasm };
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

/** `gc`, which node hides unless asked. A major collection would throw away compiled code. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: { readonly type: 'minor' }) => void;
  return () => collect({ type: 'minor' });
}
