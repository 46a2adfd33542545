/** How sure a violation is: `proven` by the trace that was replayed, or `likely`, where the run rests on something that was not followed. */

import { givenPage, ownLock } from '../model/extract/context.ts';
import { ownOperation } from './ownOperations.ts';
import type { ScenarioReport } from './report.ts';

/** The first of the assumptions that a violation is not proven under; those about the adversary only where the run needs it. */
export function doubtOf({ assumptions, trace }: Pick<ScenarioReport, 'assumptions' | 'trace'>): string | undefined {
  const needsAdversary = trace === undefined || trace.some(({ cpu }) => cpu > 0);
  return assumptions.find((each) => each.includes(givenPage) || (needsAdversary && (each.startsWith(ownLock) || each.startsWith(ownOperation))));
}

/** A violated scenario says what it rests on; others are as they were. */
export function withConfidence(scenario: ScenarioReport): ScenarioReport {
  if (scenario.verdict !== 'violated') return scenario;
  const doubt = doubtOf(scenario);
  return doubt === undefined ? { ...scenario, confidence: 'proven' } : { ...scenario, confidence: 'likely', reason: `likely, not proven: it rests on this: ${doubt}` };
}

/** Of a handler that much stands around, and of what never happens to its file, what is not proven says nothing. */
export function provenOnly(scenario: ScenarioReport): ScenarioReport {
  if (scenario.verdict !== 'violated' || scenario.confidence === 'proven') return scenario;
  const { against, access, mapping, memory, states, depth, elapsedMs, witnesses, assumptions } = scenario;
  const reason = `what was found rests on this: ${doubtOf(scenario) ?? 'what is not followed'}`;
  return { against, access, mapping, memory, verdict: 'notModelled', states, depth, elapsedMs, witnesses, assumptions, reason };
}
