/** What a report says of the reductions that were asked for: which were on, and that they are ignored where they are not sound. */

import { describe, expect, it } from 'vitest';
import type { MemoryModel } from '../../../server/src/model/types.ts';
import { modelReport } from '../../../server/src/engine/builtinModels.ts';
import { simulationMarkdown } from '../../../server/src/engine/markdown.ts';
import { reductionSentences } from '../../../server/src/engine/reductions.ts';
import type { ModelReport } from '../../../server/src/engine/report.ts';
import { renderSimulation } from '../../../server/src/engine/text.ts';

const common = 'whether every run ends (I23) is not checked with them; states, depth and run of a violation are of a search without them';
const alone = `no two threads are alike, so that there is no symmetry; ${common}`;

function report(name: string, memory: MemoryModel, reduces: boolean, variant?: string): ModelReport {
  return modelReport(name, { memory, reduces, variant, maxStates: 200_000, timeoutMs: 60_000, now: () => performance.now() });
}

function verdicts({ scenarios }: ModelReport): string[] {
  return scenarios.map(({ against, access, mapping, verdict, property, reason }) => `${against} ${access} ${mapping} ${verdict} ${property} ${reason}`);
}

describe('reductions', () => {
  it('are told of each scenario, symmetry only where two threads are alike', () => {
    const { scenarios } = report('truncate-count', 'sc', true);
    expect(scenarios.map(({ against, reductions }) => [against, reductions])).toEqual(scenarios.map(({ against }) =>
      [against, against === 'fault' ? { on: ['movers', 'ampleSets', 'symmetry'], remark: common } : { on: ['movers', 'ampleSets'], remark: alone }]));
    const others = [...new Set(scenarios.map(({ against }) => against))].filter((against) => against !== 'fault');
    expect(reductionSentences(scenarios)).toEqual([
      `Reductions (against ${others.join(', ')}): steps of one thread taken together, ample sets; ${alone}`,
      `Reductions (against fault): steps of one thread taken together, ample sets, symmetry of threads; ${common}`,
    ]);
  });

  it('leave verdicts as they are, and the run to a violation, in fewer states where all holds', () => {
    const [plain, reduced] = [false, true].map((reduces) => report('truncate-count', 'sc', reduces)) as [ModelReport, ModelReport];
    expect(verdicts(reduced)).toEqual(verdicts(plain));
    expect(verdicts(plain).some((line) => line.includes('violated'))).toBe(true);
    expect(reduced.scenarios.map(({ trace }) => trace)).toEqual(plain.scenarios.map(({ trace }) => trace));
    const states = ({ scenarios }: ModelReport): number => scenarios.filter(({ verdict, against }) => verdict === 'holds' && against === 'fault').reduce((sum, each) => sum + each.states, 0);
    expect(states(reduced)).toBeLessThan(states(plain) * 0.6);
  });

  it('are ignored under tso, which is said', () => {
    const [plain, asked] = [false, true].map((reduces) => report('seqlock', 'tso', reduces)) as [ModelReport, ModelReport];
    const remark = 'asked for and ignored, they are not sound under tso';
    expect(asked.scenarios.map(({ reductions }) => reductions)).toEqual(asked.scenarios.map(() => ({ on: [], remark })));
    expect(asked.scenarios.map(({ states }) => states)).toEqual(plain.scenarios.map(({ states }) => states));
    expect(renderSimulation(asked)).toContain(`\n\nReductions: none; ${remark}\n\n`);
    expect(simulationMarkdown(asked)).toContain(`\n\nReductions: none; ${remark}\n\n`);
  });

  it('leave out states beside which a weaker one is known under weak', () => {
    const [plain, asked] = [false, true].map((reduces) => report('truncate-count', 'weak', reduces)) as [ModelReport, ModelReport];
    const remark = 'whether every run ends (I23) is not checked with them; states, depth and run of a violation are of a search without them';
    expect(asked.scenarios.map(({ reductions }) => reductions)).toEqual(asked.scenarios.map(() => ({ on: ['movers', 'contextOrder'], remark })));
    expect(asked.scenarios.map(({ verdict }) => verdict)).toEqual(plain.scenarios.map(({ verdict }) => verdict));
    expect(asked.scenarios.map(({ trace }) => trace)).toEqual(plain.scenarios.map(({ trace }) => trace));
    const states = ({ scenarios }: ModelReport): number => scenarios.reduce((sum, each) => sum + each.states, 0);
    expect(states(asked)).toBeLessThan(states(plain));
  });

  it('are not told of where they were not asked for', () => {
    const plain = report('seqlock', 'sc', false);
    expect(plain.scenarios.every((scenario) => !('reductions' in scenario))).toBe(true);
    expect(renderSimulation(plain) + simulationMarkdown(plain)).not.toContain('Reductions');
  });
});
