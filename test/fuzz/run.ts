/**
 * `npm run fuzz -- [--minutes N] [--seed N] [--keep DIR]`: mutates the corpus under coverage guidance,
 * 10 minutes by default. A text that breaks a promise, hangs or kills the process is written to DIR
 * (default test/fuzz/regressions), which `npm test` replays from then on; the exit code is then 1.
 */

import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encodeSeed } from './corpus.ts';
import type { BatchReport } from './worker.ts';

/** A batch that takes longer hangs: it is 25 texts of at most 6 kB. */
const HANG_MS = 60_000;
/** Before its first batch a worker compiles all that it runs; other programs may want the machine as well. */
const START_MS = 300_000;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' }, keep: { type: 'string', default: join(import.meta.dirname, 'regressions') } },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error('--minutes must be a number above 0');
const current = join(mkdtempSync(join(tmpdir(), 'faultline-fuzz-')), 'current.json');
const stopAt = Date.now() + minutes * 60_000;
const found = new Set<string>();
let seed = Number(values.seed ?? Date.now() % 2 ** 32);
let runs = 0;
let saidAt = Date.now();

console.log(`fuzzing for ${minutes} minutes, seed ${seed}`);
while (Date.now() < stopAt) {
  await runWorker(seed);
  seed++;
}
console.log(`${runs} texts, ${found.size} broken promises`);
process.exitCode = found.size > 0 ? 1 : 0;

/** Runs one process until the time is over, or something breaks. */
function runWorker(workerSeed: number): Promise<void> {
  const worker = fork(join(import.meta.dirname, 'worker.ts'), [String(workerSeed), current], { execArgv: ['--import', 'tsx', '--max-old-space-size=2048'] });
  return new Promise((resolve) => {
    let reason = '';
    let watchdog = setTimeout(() => hang(), START_MS);
    const end = setTimeout(() => stop(worker), Math.max(0, stopAt - Date.now()));
    const hang = (): void => {
      reason = `no answer within ${HANG_MS / 1000} s`;
      stop(worker);
    };
    worker.on('message', (message) => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => hang(), HANG_MS);
      const report = message as BatchReport;
      tell(report);
      if (report.broken) keep(report.broken.text, report.broken.reason);
    });
    worker.on('exit', (code, signal) => {
      clearTimeout(watchdog);
      clearTimeout(end);
      if (reason === '' && signal !== 'SIGKILL') reason = `the process died: ${signal ?? `code ${String(code)}`}`;
      if (reason !== '' && !existsSync(current)) throw new Error(`the worker ended before its first text: ${reason}`);
      if (reason !== '') keep(JSON.parse(readFileSync(current, 'utf8')) as string, reason);
      resolve();
    });
  });
}

function stop(worker: ChildProcess): void {
  worker.kill('SIGKILL');
}

function tell({ runs: more, corpus, blocks }: BatchReport): void {
  runs += more;
  if (Date.now() - saidAt < 30_000) return;
  saidAt = Date.now();
  console.log(`${runs} texts, ${corpus} kept, ${blocks} blocks`);
}

/** One file for each reason: what breaks the same promise at the same place is told once. */
function keep(text: string, reason: string): void {
  const key = reason.split('\n').slice(0, 3).join('\n').replace(/\d+/g, 'n');
  if (found.has(key)) return;
  found.add(key);
  const name = `${createHash('sha256').update(key).digest('hex').slice(0, 8)}.c`;
  mkdirSync(values.keep, { recursive: true });
  writeFileSync(join(values.keep, name), encodeSeed(text));
  console.error(`${join(values.keep, name)}: ${reason}`);
}
