/**
 * From a replayed run to the steps that a report shows: without those that change nothing a reader
 * knows, and with what settles a condition joined to the condition.
 */

import type { Origin } from '../model/types.ts';
import type { Change, TraceStep, Violation } from '../simulator/types.ts';
import { builtInFile } from './kernelTree.ts';
import type { ReportStep, ScenarioReport } from './report.ts';

/** A step, with those before it that belong to it; `end` counts the run's steps up to here. */
interface Joined {
  readonly step: TraceStep;
  readonly end: number;
}

export function shownTrace({ trace, irreversible, hasFewestSwitches }: Violation): Pick<ScenarioReport, 'trace' | 'irreversible' | 'hasFewestSwitches'> {
  const steps = joined(trace);
  const shown = steps.filter(({ step }) => !isIdle(step));
  const decisive = steps.find(({ end }) => end >= (irreversible ?? Infinity));
  const isTold = irreversible === 0 || (decisive !== undefined && shown.includes(decisive));
  return {
    trace: shown.map(({ step }) => reportStep(step)),
    ...(isTold ? { irreversible: irreversible === 0 ? 0 : shown.indexOf(decisive!) + 1 } : {}),
    ...(hasFewestSwitches === undefined ? {} : { hasFewestSwitches }),
  };
}

/** What settles a condition and the condition itself are one step to a reader. */
function joined(trace: readonly TraceStep[]): Joined[] {
  const steps: Joined[] = [];
  let changes: readonly Change[] = [];
  trace.forEach((each, index) => {
    changes = inOne(changes, each.changes);
    const next = trace[index + 1];
    if (each.origin.isAside === true && !each.touchesShared && next && next.thread === each.thread && isSamePlace(next.origin, each.origin)) return;
    steps.push({ step: { ...each, changes }, end: index + 1 });
    changes = [];
  });
  return steps;
}

function isSamePlace(one: Origin, other: Origin): boolean {
  const key = ({ place, calls }: Origin): string => JSON.stringify([place, calls]);
  return key(one) === key(other);
}

/** What two steps change together. */
function inOne(first: readonly Change[], second: readonly Change[]): readonly Change[] {
  const both = new Map(first.map((change) => [change.what, change]));
  for (const { what, from, to } of second) both.set(what, { what, from: both.get(what)?.from ?? from, to });
  return [...both.values()].filter(({ from, to }) => from !== to);
}

/** An assignment of the value that a variable has already: nothing to show. Conditions are no assignments. */
function isIdle(step: TraceStep): boolean {
  const visible = step.changes.some(isVisible);
  return !visible && !step.touchesShared && step.staleReads.length === 0 && step.isAssignment;
}

/** Temporaries and remembered choices of the extraction are nobody's variables. */
function isVisible(change: { readonly what: string }): boolean {
  return !change.what.startsWith('#') && !change.what.startsWith('(');
}

function reportStep(step: TraceStep): ReportStep {
  const { place } = step.origin;
  return {
    cpu: step.thread,
    thread: step.threadName,
    action: step.origin.text,
    ...(place && place.file !== builtInFile ? { file: place.file, line: place.line, column: place.column, function: place.function } : {}),
    changes: step.changes.filter(isVisible),
    ...(step.touchesShared ? { touchesShared: true } : {}),
    ...(step.staleReads.length > 0 ? { notes: step.staleReads } : {}),
  };
}
