/**
 * `npx tsx test/bench/acceptance.ts [weak]`: how long a verdict takes in a process that is warm, for each row of
 * the acceptance table: the model built, compiled, searched and, where it is violated, its trace replayed. Under sc
 * also beside SPIN from end to end (spin -a, cc -O2, pan) on some of the rows, each pair of runs one after the other.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { memory as usual, verdictRows } from '../unit/simulator/verdictTable.ts';
import { options } from '../unit/simulator/support.ts';
import { search } from '../../server/src/simulator/search.ts';
import { toPromela } from '../differential/promela.ts';
import { findSpin, spinFlags, verifierFlags } from '../differential/spin.ts';

const memory = process.argv[2] === 'weak' ? 'weak' : usual;
const rounds = 9;

function once(row: (typeof verdictRows)[number]): { readonly ms: number; readonly states: number; readonly isDone: boolean } {
  const started = performance.now();
  const { states, verdict } = search(row.model(), { ...options, memory, timeoutMs: 2000 });
  return { ms: performance.now() - started, states, isDone: verdict !== 'bounded' };
}

const finished = verdictRows.filter((row) => {
  const { isDone } = once(row);
  if (!isDone) console.log(`${row.name}: not finished within 2 s`);
  return isDone;
});
const figures = finished.map((row) => {
  const runs = Array.from({ length: rounds }, () => once(row)).sort((a, b) => a.ms - b.ms);
  return { name: row.name, states: runs[0]!.states, median: runs[rounds >> 1]!.ms, best: runs[0]!.ms };
});
for (const { name, states, median, best } of figures) {
  console.log(`${name.padEnd(72)} ${String(states).padStart(7)} states ${median.toFixed(1).padStart(7)} ms, best ${best.toFixed(1)}`);
}
const within = figures.filter(({ median }) => median <= 50).length;
console.log(`${memory}: ${within} of ${verdictRows.length} within 50 ms at the median; slowest ${Math.max(...figures.map(({ median }) => median)).toFixed(1)} ms`);

/** Milliseconds of spin -a, cc -O2 and pan on the row's model, first start state. */
function spinOnce(row: (typeof verdictRows)[number], folder: string): number {
  const model = row.model();
  writeFileSync(join(folder, 'model.pml'), toPromela({ ...model, initialStates: model.initialStates.slice(0, 1), properties: [] }, { asserts: 'whereChanged' }));
  const started = performance.now();
  execFileSync('bash', ['-c', `spin ${spinFlags.join(' ')} model.pml && cc -O2 -w ${verifierFlags.join(' ')} -o pan pan.c && ./pan -n -E -m100000`], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  return performance.now() - started;
}

if (memory === 'sc' && findSpin().kind !== 'missing') {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'));
  for (const row of verdictRows.filter(({ expected }) => expected === 'holds').slice(0, 8)) {
    const pairs = Array.from({ length: 3 }, () => ({ ours: once(row).ms, spin: spinOnce(row, folder) }));
    const ratios = pairs.map(({ ours, spin }) => spin / ours).sort((a, b) => a - b);
    console.log(`${row.name.padEnd(72)} SPIN end to end takes ${ratios[1]!.toFixed(0)} times as long (${ratios[0]!.toFixed(0)} to ${ratios[2]!.toFixed(0)})`);
  }
  rmSync(folder, { recursive: true, force: true });
}
