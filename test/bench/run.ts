/**
 * `npm run bench`: what a user waits for. Times are medians in milliseconds of this machine and this
 * run; compare them only with each other. Real kernel trees are named in the environment:
 * FAULTLINE_KERNEL_2_6_20, FAULTLINE_KERNEL_6_12. Without them the examples are measured.
 */

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Bench } from 'tinybench';
import { createEngine } from '../../server/src/engine/engine.ts';
import { nodeHost } from '../../server/src/engine/nodeHost.ts';
import type { SimulateOptions } from '../../server/src/engine/types.ts';
import { createParser } from '../../server/src/syntax/loadParser.ts';
import { createNativeParser } from '../../server/src/syntax/nativeParser.ts';
import { TestClient } from '../lsp/client.ts';
import { editTimes } from './frontEnd.ts';
import { benchFrontEnd } from './frontEndRates.ts';
import { benchOtherTools } from './otherTools.ts';
import { benchSearch } from './simulator.ts';
import { benchStates } from './states.ts';
import { benchIndex } from './treeIndex.ts';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const era = (name: string): string => join(root, 'examples', name, 'mm/memory.c');
const old = treeFile('FAULTLINE_KERNEL_2_6_20') ?? era('truncate-count-era');
const modern = treeFile('FAULTLINE_KERNEL_6_12') ?? era('page-lock-era');

function treeFile(variable: string): string | undefined {
  const tree = process.env[variable];
  const file = tree === undefined ? '' : join(tree, 'mm/memory.c');
  return existsSync(file) ? file : undefined;
}

/** From opening to the first published diagnostics, and from a one-character edit to the next. */
async function diagnostics(file: string, edits: number): Promise<void> {
  const client = await TestClient.start(join(root, 'dist/server.js'), { settings: { simulate: 'off' } });
  const uri = pathToFileURL(file).href;
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n');
  const line = lines.findIndex((each, index) => index > lines.length / 2 && each.startsWith('\t'));
  const opened = performance.now();
  await client.open(uri, text);
  await client.published(uri, () => true, 120_000);
  const open = performance.now() - opened;
  const times: number[] = [];
  for (let version = 2; version < edits + 2; version++) {
    const started = performance.now();
    await client.edit(uri, version, line, 0, line, 0, ' ');
    await client.published(uri, (params) => params.version === version, 60_000);
    times.push(performance.now() - started);
  }
  await client.stop();
  report('diagnostics on open', file, open);
  report(`diagnostics after a one-character edit (median of ${edits}, debounce included)`, file, median(times));
}

async function verdicts(file: string, name: string): Promise<void> {
  const parser = createNativeParser();
  if (parser.kind !== 'parser') throw new Error(parser.reason);
  const options = (against: string): SimulateOptions => ({
    against: [against], memory: 'weak', access: ['read'], mapping: ['shared'], era: 'auto', kernel: undefined, without: undefined,
    maxStates: 5_000_000, timeoutMs: 60_000, cancellation: { isCancelled: false },
  });
  const cold = performance.now();
  const engine = createEngine(nodeHost, parser.parser);
  engine.simulate(file, name, options('truncate'));
  report(`first verdict of ${name} against truncate, cold`, file, performance.now() - cold);
  const bench = new Bench({ time: 1000 });
  for (const against of ['truncate', 'invalidate', 'fault']) bench.add(against, () => void engine.simulate(file, name, options(against)));
  await bench.run();
  for (const task of bench.tasks) {
    const { result } = task;
    if ('latency' in result) report(`verdict of ${name} against ${task.name}, read fault, weak, warm`, file, result.latency.p50);
  }
}

/** On the server's parser. */
async function edits(file: string, count: number): Promise<void> {
  const require = createRequire(import.meta.url);
  const loaded = await createParser({
    prefer: 'wasm',
    wasm: { runtimeWasm: require.resolve('web-tree-sitter/tree-sitter.wasm'), grammarWasm: require.resolve('tree-sitter-c/tree-sitter-c.wasm') },
  });
  if (loaded.kind !== 'parser') throw new Error(loaded.reason);
  const { edit, slowestEdit, whole, parseOnly } = editTimes(file, loaded.parser, count);
  report(`tree and functions after a one-character edit (median of ${count}; slowest ${slowestEdit.toFixed(1)})`, file, edit);
  report(`tree and functions from scratch (${(whole / edit).toFixed(1)} times an edit)`, file, whole);
  report('tree-sitter alone, from scratch', file, parseOnly);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function report(what: string, file: string, milliseconds: number): void {
  console.log(`${milliseconds.toFixed(1).padStart(10)} ms  ${what}  (${file.startsWith(root) ? file.slice(root.length + 1) : file.split('/').slice(-3).join('/')})`);
}

await edits(modern, 300);
await diagnostics(modern, 15);
await diagnostics(old, 15);
await verdicts(old, 'do_no_page');
benchSearch();
benchStates();
const whole = process.env['FAULTLINE_KERNEL_6_12'];
benchIndex(whole ?? join(root, 'examples/page-lock-era'));
if (whole !== undefined) await benchFrontEnd(whole);
if (whole !== undefined) benchOtherTools(whole, ['mm', 'fs']);
else console.log('sparse and spatch: skipped, they are compared on a real tree only (FAULTLINE_KERNEL_6_12)');
