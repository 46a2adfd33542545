/**
 * The front end over 6.12's mm/ and fs/ against plain tree-sitter on the unmodified text, in one run:
 * each way once with one thread and once with two, on texts that are in memory already. `plain` is
 * the parser alone, `digested` the rewrite and the parser, `nodes` the parser and what makes plain nodes of its tree,
 * `whole` all of it: rewritten, parsed, made nodes, lowered to functions and statements.
 *
 *     FAULTLINE_KERNEL_6_12=… npx tsx test/bench/frontEndRates.ts [native|wasm]
 */

import { build } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { FrontEndDone, FrontEndJob } from './frontEndThread.ts';

const ways = ['plain', 'digested', 'nodes', 'whole'] as const;

export async function benchFrontEnd(root: string, backend: FrontEndJob['backend'] = 'native'): Promise<void> {
  // Inside the repository, so that the parsers are found.
  const directory = mkdtempSync(join(import.meta.dirname, '../../dist/bench-'));
  const entry = join(directory, 'frontEndThread.mjs');
  try {
    await build({
      entryPoints: [join(import.meta.dirname, 'frontEndThread.ts')], outfile: entry, bundle: true, platform: 'node', target: 'node20', format: 'esm',
      external: ['tree-sitter', 'tree-sitter-c', 'web-tree-sitter'], logLevel: 'error',
      banner: { js: "import { createRequire as cr } from 'node:module'; const require = cr(import.meta.url);" },
    });
    const rates = new Map<string, Rates>();
    for (const way of ways) for (const threads of [1, 2]) rates.set(`${way} ${threads}`, await measure(entry, { root, backend, way }, threads));
    const ratio = (a: string, b: string, of: keyof Rates): string => (rates.get(a)![of] / rates.get(b)![of]).toFixed(2);
    console.log(`  against plain parsing, by CPU: rewrite and parse ${ratio('digested 1', 'plain 1', 'cpu')}, whole front end ${ratio('whole 1', 'plain 1', 'cpu')}; whole front end against plain parsing and nodes ${ratio('whole 1', 'nodes 1', 'cpu')}`);
    console.log(`  two threads against one, by the clock: ${ways.map((way) => `${way} ${ratio(`${way} 2`, `${way} 1`, 'clock')}`).join(', ')} (of use only on an idle machine)`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** MB/s of all threads together, and MB for each second of CPU. */
interface Rates {
  readonly clock: number;
  readonly cpu: number;
}

async function measure(entry: string, job: Omit<FrontEndJob, 'share' | 'shares'>, threads: number): Promise<Rates> {
  const running = Array.from({ length: threads }, (_, share) => start(entry, { ...job, share, shares: threads }));
  await Promise.all(running.map(({ ready }) => ready));
  const started = performance.now();
  for (const { go } of running) go();
  const done = await Promise.all(running.map((each) => each.done));
  const seconds = (performance.now() - started) / 1000;
  const sum = (which: keyof FrontEndDone): number => done.reduce((total, each) => total + each[which], 0);
  const rate = sum('bytes') / 1e6 / seconds;
  const cpuSeconds = sum('cpuMs') / 1000;
  console.log(
    `  ${job.backend} ${job.way.padEnd(8)} ${threads} thread${threads > 1 ? 's' : ' '}: ${rate.toFixed(2)} MB/s over ${sum('files')} files, ${(sum('bytes') / 1e6).toFixed(1)} MB; ` +
    `${cpuSeconds.toFixed(1)} s of CPU; ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB resident`,
  );
  return { clock: rate, cpu: sum('bytes') / 1e6 / cpuSeconds };
}

function start(entry: string, job: FrontEndJob): { ready: Promise<void>; go: () => void; done: Promise<FrontEndDone> } {
  const thread = new Worker(pathToFileURL(entry), { workerData: job });
  const message = <T>(): Promise<T> => new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
  });
  const ready = message<undefined>();
  const done = ready.then(() => message<FrontEndDone>());
  return { ready, go: () => thread.postMessage('go'), done };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const root = process.env['FAULTLINE_KERNEL_6_12'];
  if (root === undefined) throw new Error('FAULTLINE_KERNEL_6_12 is not set');
  await benchFrontEnd(root, process.argv[2] === 'wasm' ? 'wasm' : 'native');
}
