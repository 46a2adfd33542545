/** One thread of the front-end bench: reads its share of the files, says so, parses on `go`. */

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { digest } from '../../server/src/syntax/digest/digest.ts';
import { createParser } from '../../server/src/syntax/loadParser.ts';
import { readTree } from '../../server/src/syntax/nodes.ts';
import { parseFile } from '../../server/src/syntax/parseFile.ts';

export interface FrontEndJob {
  readonly root: string;
  readonly backend: 'native' | 'wasm';
  readonly way: 'plain' | 'digested' | 'nodes' | 'whole';
  /** This thread's part of the files, of `shares`. */
  readonly share: number;
  readonly shares: number;
}

export interface FrontEndDone {
  readonly files: number;
  readonly bytes: number;
  readonly cpuMs: number;
}

const port = parentPort!;
const job = workerData as FrontEndJob;
const require = createRequire(import.meta.url);
const result = await createParser({
  prefer: job.backend,
  wasm: { runtimeWasm: require.resolve('web-tree-sitter/tree-sitter.wasm'), grammarWasm: require.resolve('tree-sitter-c/tree-sitter-c.wasm') },
});
if (result.kind !== 'parser') throw new Error(result.reason);
const { parser } = result;

const files = ['mm', 'fs'].flatMap((top) => readdirSync(join(job.root, top), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.c')).map((name) => join(job.root, top, name)));
// Large and small files are spread evenly: every n-th by size.
const texts = files.map((path) => ({ path, text: readFileSync(path, 'utf8') })).sort((a, b) => b.text.length - a.text.length).filter((_, at) => at % job.shares === job.share);

function parse(path: string, text: string): void {
  if (job.way === 'whole') {
    parseFile(path, text, parser);
    return;
  }
  const tree = parser.parse(job.way === 'digested' ? digest(text).text : text);
  if (job.way === 'nodes') readTree(tree, parser);
  tree.delete();
}

// The compiler and the caches have seen the code at work on files of every size before the clock starts.
for (const { path, text } of texts.filter((_, at) => at % 8 === 0)) parse(path, text);
port.on('message', () => {
  const before = process.cpuUsage();
  for (const { path, text } of texts) parse(path, text);
  const { user, system } = process.cpuUsage(before);
  // The figure is the process's: each thread has counted the others' time as well.
  const done: FrontEndDone = { files: texts.length, bytes: texts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0), cpuMs: (user + system) / 1000 / job.shares };
  port.postMessage(done);
  // Ends the thread; ending it from outside takes the native binding down.
  port.close();
});
port.postMessage(undefined);
