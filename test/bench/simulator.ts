/**
 * How many states a second the search reaches, on a model of about a million states: two faults of
 * the page-lock protocol in two address spaces, a truncate and reclaim. Prints one line a run:
 * distinct states and transitions a second, the words a state takes, and the whole time.
 *
 *     npx tsx test/bench/simulator.ts
 */

import { pathToFileURL } from 'node:url';
import { neverCancelled } from '../../server/src/base/cancellation.ts';
import { machineCells, type MachineSize } from '../../server/src/model/machine.ts';
import type { MemoryModel, Model } from '../../server/src/model/types.ts';
import { lockedFault } from '../../server/src/simulator/builtin/lockedFault.ts';
import { profileOfEra } from '../../server/src/simulator/environment/profile.ts';
import { reclaimProgram } from '../../server/src/simulator/environment/evict.ts';
import { buildScenario } from '../../server/src/simulator/scenario.ts';
import { search } from '../../server/src/simulator/search.ts';

/** The model; with a fourth page it has about ten million states. */
export function millionStates(pages = 3): Model {
  const size: MachineSize = { pages, indices: 1, slots: [{ mm: 0, index: 0 }, { mm: 1, index: 0 }] };
  const profile = profileOfEra('fault');
  const base = buildScenario({ fault: lockedFault({ size }), size, adversary: 'truncate', profile });
  const more = [
    { name: 'fault 2', program: lockedFault({ size, slot: 1 }), arguments: new Map<number, number>() },
    { name: 'reclaim', program: reclaimProgram(size, profile), arguments: new Map<number, number>() },
  ];
  const [mayKeep] = [...base.exitLocks.values()];
  return { ...base, cells: machineCells(size), threads: [...base.threads, ...more], exitLocks: new Map([[0, mayKeep!], [2, mayKeep!]]) };
}

/** Prints the figures of `runs` searches; the first one includes the compiler's warm-up. */
export function benchSearch(memory: MemoryModel = 'sc', runs = 3): void {
  const model = millionStates();
  for (let run = 0; run < runs; run++) {
    const cpu = process.cpuUsage();
    const result = search(model, { memory, maxStates: 20_000_000, timeoutMs: 300_000, now: () => performance.now(), cancellation: neverCancelled });
    const { user, system } = process.cpuUsage(cpu);
    const cpuMs = (user + system) / 1000;
    const perSecond = (count: number): string => `${((count / cpuMs) * 1000).toExponential(2)} `;
    const verdict = result.verdict === 'bounded' ? result.reason : result.verdict;
    console.log(`${memory}: ${verdict}, ${result.states} states, ${perSecond(result.states)}states/s, ${perSecond(result.transitions)}transitions/s, depth ${result.depth}, ${cpuMs.toFixed(0)} ms of CPU, ${result.elapsedMs.toFixed(0)} ms elapsed`);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  benchSearch(process.argv[2] === 'weak' ? 'weak' : 'sc');
}
