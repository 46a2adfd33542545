/** The reductions that a user may switch on, movers, ample sets, symmetry of threads and the order of contexts: what is asked of a search, and what a report says of them. */

import type { MemoryModel } from '../model/types.ts';
import type { SearchOptions, SearchResult } from '../simulator/types.ts';
import type { ReductionReport, ScenarioReport } from './report.ts';

interface Asked {
  readonly memory: MemoryModel;
  readonly reduces?: boolean | undefined;
}

export function askedReductions({ reduces }: Asked): Pick<SearchOptions, 'reductions'> {
  const isOn = reduces === true;
  return { reductions: { movers: isOn, ampleSets: isOn, symmetry: isOn, contextOrder: isOn } };
}

export function reductionReport(asked: Asked, { reducedBy }: SearchResult): Pick<ScenarioReport, 'reductions'> {
  if (asked.reduces !== true) return {};
  if (reducedBy.length === 0) return { reductions: { on: [], remark: `asked for and ignored, they are not sound under ${asked.memory}${asked.memory === 'weak' ? ' for this model' : ''}` } };
  const remarks = [
    ...(asked.memory === 'weak' || reducedBy.includes('symmetry') ? [] : ['no two threads are alike, so that there is no symmetry']),
    'whether every run ends (I23) is not checked with them',
    'states, depth and run of a violation are of a search without them',
  ];
  return { reductions: { on: reducedBy, remark: remarks.join('; ') } };
}

const words: Readonly<Record<ReductionReport['on'][number], string>> = {
  movers: 'steps of one thread taken together',
  ampleSets: 'ample sets',
  symmetry: 'symmetry of threads',
  contextOrder: 'states beside which a weaker one is known',
};

/** A sentence for each different answer, with the adversaries that it is for where there are several; empty where none were asked for. */
export function reductionSentences(scenarios: readonly ScenarioReport[]): string[] {
  const adversaries = new Map<string, Set<string>>();
  for (const { reductions, against } of scenarios) {
    if (!reductions) continue;
    const sentence = `${reductions.on.length === 0 ? 'none' : reductions.on.map((each) => words[each]).join(', ')}; ${reductions.remark}`;
    adversaries.set(sentence, (adversaries.get(sentence) ?? new Set()).add(against));
  }
  return [...adversaries].map(([sentence, against]) => `Reductions${adversaries.size === 1 ? '' : ` (against ${[...against].join(', ')})`}: ${sentence}`);
}
