/**
 * `npx tsx test/bench/states.ts`: full searches of 10^5 to 10^7 states without any reduction, each in a
 * process of its own, beside SPIN's pan (-O2, exact, no reduction) on the same model in Promela. Times are of the CPU, so that a loaded machine disturbs less; compare ratios only.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Model } from '../../server/src/model/types.ts';
import { noReductions } from '../../server/src/simulator/prepare.ts';
import { search } from '../../server/src/simulator/search.ts';
import { toPromela } from '../differential/promela.ts';
import { findSpin, spinFlags, verifierFlags } from '../differential/spin.ts';
import { millionStates } from './simulator.ts';

/** Which threads run, by name, and how many pages there are: fewer of them, fewer states. */
const sizes: Readonly<Record<string, { readonly threads: readonly number[]; readonly starts: number; readonly pages: number }>> = {
  small: { threads: [0, 1, 2], starts: 1, pages: 3 },
  large: { threads: [0, 1, 2, 3], starts: 1, pages: 3 },
  larger: { threads: [0, 1, 2, 3], starts: 3, pages: 3 },
  largest: { threads: [0, 1, 2, 3], starts: 3, pages: 4 },
};

interface Run {
  readonly states: number;
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

/** Promela has one start state, so only the first is searched in a comparison. */
function modelOf(size: string): Model {
  const { threads, starts, pages } = sizes[size]!;
  const whole = millionStates(pages);
  return {
    ...whole, threads: threads.map((thread) => whole.threads[thread]!), initialStates: whole.initialStates.slice(0, starts), properties: [], witnesses: [],
    exitLocks: new Map(threads.map((thread, at) => [at, whole.exitLocks.get(thread) ?? []])),
  };
}

function ours(size: string): Run {
  const before = process.memoryUsage().rss;
  const cpu = process.cpuUsage();
  const result = search(modelOf(size), { memory: 'sc', maxStates: 40_000_000, timeoutMs: 3_600_000, now: () => performance.now(), cancellation: { isCancelled: false }, reductions: noReductions });
  const { user, system } = process.cpuUsage(cpu);
  return { states: result.states, cpuSeconds: (user + system) / 1e6, megabytes: (process.resourceUsage().maxRSS * 1024 - before) / 1e6 };
}

function pan(size: string): Run | undefined {
  if (findSpin().kind === 'missing') return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'));
  writeFileSync(join(folder, 'model.pml'), toPromela(modelOf(size), { asserts: 'whereChanged' }));
  const shell = (script: string): string => execFileSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  shell(`spin ${spinFlags.join(' ')} model.pml && cc -O2 -w ${verifierFlags.join(' ')} -DMEMLIM=6000 -o pan pan.c`);
  const output = shell(`TIMEFORMAT='cpu %U %S'; { time ./pan -n -b -E -m1000000 -w24; } 2>&1`);
  rmSync(folder, { recursive: true, force: true });
  const number = (pattern: RegExp, group = 1): number => Number(pattern.exec(output)?.[group]);
  return {
    states: number(/(\S+) states, stored/), megabytes: number(/([\d.]+)\s+total actual memory usage/),
    cpuSeconds: number(/cpu ([\d.]+) ([\d.]+)/) + number(/cpu ([\d.]+) ([\d.]+)/, 2),
  };
}

export function benchStates(): void {
  for (const size of Object.keys(sizes)) {
    const output = execFileSync(process.execPath, ['--import', 'tsx', fileURLToPath(import.meta.url), size], { encoding: 'utf8' });
    const mine = JSON.parse(output) as Run;
    const theirs = sizes[size]!.starts === 1 ? pan(size) : undefined;
    console.log(`Faultline: ${line(mine)}`);
    if (theirs) console.log(`pan -O2:   ${line(theirs)}; Faultline reaches ${(mine.states / mine.cpuSeconds / (theirs.states / theirs.cpuSeconds)).toFixed(2)} times as many a second`);
  }
}

function line({ states, cpuSeconds, megabytes }: Run): string {
  return `${states} states, ${(states / cpuSeconds / 1e6).toFixed(2)} million a CPU second, ${((megabytes * 1e6) / states).toFixed(0)} bytes a state`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const size = process.argv[2];
  if (size === undefined) benchStates();
  else console.log(JSON.stringify(ours(size)));
}
