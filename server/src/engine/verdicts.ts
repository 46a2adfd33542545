/** From the simulator's answers to the report's: one verdict, its words, its trace. */

import type { Unfollowed } from '../model/extract/types.ts';
import type { Model } from '../model/types.ts';
import { isUndecided } from '../simulator/invariants/catalogue.ts';
import { pteWitness } from '../simulator/scenario.ts';
import { reductionsFor, search } from '../simulator/search.ts';
import type { SearchOptions, SearchResult, Violation } from '../simulator/types.ts';
import type { ScenarioReport } from './report.ts';
import { shownTrace } from './shownTrace.ts';

/**
 * The search's answer; where it is a violation of another invariant but ptes can dangle too, the
 * shortest run to that, because it is what the other one leads to. Endless runs are looked for where
 * no reduction is on that would hide them.
 */
export function mostTelling(model: Model, options: SearchOptions): SearchResult {
  const { movers, ampleSets, symmetry, contextOrder } = reductionsFor(model, { ...options, reductions: { movers: false, contextOrder: false, ...options.reductions } });
  const first = search(model, { ...options, checksProgress: !movers && !ampleSets && !symmetry && !contextOrder });
  if (first.verdict !== 'violated' || first.violation.property.id === danglingPte) return first;
  const second = search(model, { ...options, onlyProperty: danglingPte, maxStates: Math.min(options.maxStates, first.states * 4 + maxExtraStates) });
  return second.verdict === 'violated' && second.violation.property.id === danglingPte ? { ...second, reducedBy: first.reducedBy } : first;
}

/** The second look is a courtesy: it gets a few times the states of the first. */
const maxExtraStates = 5000;

/** The invariant of the kernel's own reports: no pte maps a page that has left the page cache. */
const danglingPte = 'I1';

type Verdict = Pick<ScenarioReport, 'verdict' | 'states' | 'depth' | 'witnesses'> & Partial<ScenarioReport>;

export function verdictOf(result: SearchResult): Verdict {
  const numbers = { states: result.states, depth: result.depth, witnesses: result.witnesses };
  switch (result.verdict) {
    case 'holds':
      return holdsOrVacuous(result, numbers);
    case 'bounded':
      return { verdict: 'bounded', ...numbers, reason: result.reason };
    case 'violated': {
      const { violation } = result;
      if (isUndecided(violation.property.id)) return { verdict: 'notModelled', ...numbers, reason: `${violation.message}${whereOf(violation)}` };
      return { verdict: 'violated', ...numbers, property: violation.property.id, message: messageOf(violation), ...shownTrace(violation) };
    }
  }
}

/** A violation that no run shows in which what handlers return is followed: not one of the code. */
export function restingOnInvention(result: SearchResult, unfollowed: readonly Unfollowed[]): Verdict {
  const { states, depth, witnesses } = result;
  const trace = result.verdict === 'violated' ? result.violation.trace : [];
  const lines = new Set(trace.flatMap(({ origin: { place } }) => (place ? [`${place.file}:${place.line}`] : [])));
  const { place, what = 'what a handler returns' } = unfollowed.findLast((each) => lines.has(`${each.place.file}:${each.place.line}`)) ?? unfollowed[0] ?? {};
  return { verdict: 'notModelled', states, depth, witnesses, reason: `${what} is not followed${place ? ` (line ${place.line})` : ''}` };
}

/** Where the run stood when it came upon what is not followed. */
function whereOf({ trace }: Violation): string {
  const place = trace.at(-1)?.origin.place;
  return place ? ` (${place.function}, line ${place.line})` : '';
}

/** A search in which no run set a pte has tested nothing; that is said instead of `holds`. What reductions leave out is said with them. */
function holdsOrVacuous(result: SearchResult, numbers: Pick<ScenarioReport, 'states' | 'depth' | 'witnesses'>): Verdict {
  const missed = result.missedWitnesses;
  if (missed.includes(pteWitness)) return { verdict: 'notModelled', ...numbers, reason: 'no run sets the pte, so that nothing was tested' };
  const remarks = [
    ...(missed.length === 0 ? [] : [`never reached: ${missed.join('; ')}`]),
    ...(result.isProgressChecked || result.reducedBy.length > 0 ? [] : ['whether every run ends (I23) was not checked: too many transitions to keep']),
  ];
  return { verdict: 'holds', ...numbers, ...(remarks.length === 0 ? {} : { reason: remarks.join('; ') }) };
}

/** What it means, then what exactly is so in the last state (the part after the first `;`). */
function messageOf({ property, message }: Violation): string {
  const details = message.slice(message.indexOf(';') + 1).trim();
  return details === '' || details === property.explanation ? property.explanation : `${property.explanation} (${details})`;
}

/** To a tenth, as reports show it. */
export function milliseconds(elapsed: number): number {
  return Math.round(elapsed * 10) / 10;
}
