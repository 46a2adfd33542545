/**
 * Which scenarios a fault path is put through, and one scenario's run: extract, put against the
 * adversary, search, report.
 */

import { extractModel, reachesCall } from '../model/extract/extract.ts';
import type { NotModelledError, Extraction, ExtractOptions, HandlerTable, SourceFunction } from '../model/extract/types.ts';
import type { MachineSize } from '../model/machine.ts';
import type { Model } from '../model/types.ts';
import { profileOfEra } from '../simulator/environment/profile.ts';
import { buildScenario } from '../simulator/scenario.ts';
import { search } from '../simulator/search.ts';
import type { SearchOptions, SearchResult, TraceStep, Violation } from '../simulator/types.ts';
import { builtInFile, type KernelTree } from './kernelTree.ts';
import type { Access, Era, ReportStep, ScenarioReport, Sharing } from './report.ts';
import type { SimulateOptions } from './types.ts';

export interface ScenarioChoice {
  readonly against: string;
  readonly access: Access;
  readonly mapping: Sharing;
}

/** What a run needs besides the choice. */
export interface ScenarioSubject {
  readonly root: SourceFunction;
  readonly tree: KernelTree;
  readonly era: Era;
  readonly vmOps: HandlerTable | undefined;
  readonly options: SimulateOptions;
  readonly now: () => number;
}

/** Read, shared write, private write. A private read does what a shared read does. */
const combinations: readonly { readonly access: Access; readonly mapping: Sharing }[] = [
  { access: 'read', mapping: 'shared' },
  { access: 'write', mapping: 'shared' },
  { access: 'write', mapping: 'private' },
];

const extractions = new WeakMap<ScenarioSubject, Map<string, Extraction>>();

function extractOnce(subject: ScenarioSubject, how: ExtractOptions): Extraction {
  let known = extractions.get(subject);
  if (!known) extractions.set(subject, (known = new Map()));
  const key = `${how.access} ${how.sharing} ${how.size.pages}`;
  let extraction = known.get(key);
  if (!extraction) known.set(key, (extraction = extractModel(subject.root, how)));
  return extraction;
}

/** Extractions of one subject by access and mapping; two that give the same program are one scenario. */
export function variants(subject: ScenarioSubject, against: string): { access: Access; mapping: Sharing; extraction: Extraction; size: MachineSize }[] {
  const { access, mapping } = subject.options;
  const wanted = combinations.filter((each) => includes(access, each.access) && includes(mapping, each.mapping));
  const chosen = wanted.length > 0 ? wanted : access.flatMap((one) => mapping.map((other) => ({ access: one, mapping: other })));
  const callers = subject.tree.callersInFile(subject.root);
  const seen = new Set<string>();
  return chosen.flatMap((choice) => {
    const size = sizeFor(choice, against);
    const how: ExtractOptions = {
      era: subject.era, size, access: choice.access, sharing: choice.mapping,
      lookup: subject.tree, vmOps: subject.vmOps,
      without: subject.options.without === undefined ? [] : [subject.options.without],
    };
    const applies = callers.length === 0 || callers.some((caller) => reachesCall(caller, subject.root.fn.name, { ...how, without: [] }));
    if (!applies) return [];
    const extraction = extractOnce(subject, how);
    const key = JSON.stringify(extraction.program.transitions.map((transition) => transition.steps));
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ ...choice, extraction, size }];
  });
}

function includes<T>(wanted: readonly T[], value: T): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

/** One cached page, one spare, and one private copy for each thread that may make one. */
function sizeFor(choice: { access: Access; mapping: Sharing }, against: string): MachineSize {
  const copies = choice.access === 'write' && choice.mapping === 'private' ? (against === 'fault' ? 2 : 1) : 0;
  return { pages: 2 + copies, indices: 1, slots: [{ mm: 0, index: 0 }] };
}

export function runScenario(subject: ScenarioSubject, choice: ScenarioChoice, extraction: Extraction, size: MachineSize): ScenarioReport {
  const { options, now } = subject;
  const head = { ...choice, memory: options.memory };
  const started = now();
  const model = buildScenario({ fault: extraction.program, size, adversary: choice.against, profile: profileOfEra(subject.era) });
  const result = mostTelling(model, {
    memory: options.memory, maxStates: options.maxStates, timeoutMs: options.timeoutMs, now, cancellation: options.cancellation,
  });
  const scope = [
    `scope: 2 threads, ${size.pages} pages, 1 index, 1 pte, memory model ${options.memory}; one file, vma and mm`,
    ...extraction.assumptions.map((each) => shortenPaths(each, subject.tree.root)),
  ];
  return { ...head, ...verdictOf(result), elapsedMs: round(now() - started), assumptions: scope };
}

/**
 * The search's answer; where it is a violation of another invariant but ptes can dangle too, the
 * shortest run to that, because it is what the other one leads to.
 */
function mostTelling(model: Model, options: SearchOptions): SearchResult {
  const first = search(model, options);
  if (first.verdict !== 'violated' || first.violation.property.id === danglingPte) return first;
  const only = model.properties.filter((property) => property.id === danglingPte);
  const second = search({ ...model, properties: only }, options);
  return second.verdict === 'violated' && second.violation.property.id === danglingPte ? second : first;
}

/** The invariant of the kernel's own reports: no pte maps a page that has left the page cache. */
const danglingPte = 'I1';

type Verdict = Pick<ScenarioReport, 'verdict' | 'states' | 'depth' | 'witnesses'> & Partial<ScenarioReport>;

function verdictOf(result: SearchResult): Verdict {
  const numbers = { states: result.states, depth: result.depth, witnesses: result.witnesses };
  switch (result.verdict) {
    case 'holds':
      return result.missedWitnesses.length === 0
        ? { verdict: 'holds', ...numbers }
        : { verdict: 'holds', ...numbers, reason: `never reached: ${result.missedWitnesses.join('; ')}` };
    case 'bounded':
      return { verdict: 'bounded', ...numbers, reason: result.reason };
    case 'violated': {
      const { violation } = result;
      if (violation.property.id === '?') return { verdict: 'notModelled', ...numbers, reason: violation.message };
      return {
        verdict: 'violated', ...numbers, property: violation.property.id, message: messageOf(violation),
        trace: violation.trace.filter((step) => !isIdle(step)).map(reportStep),
      };
    }
  }
}

/** What it means, then what exactly is so in the last state (the part after the first `;`). */
function messageOf({ property, message }: Violation): string {
  const details = message.slice(message.indexOf(';') + 1).trim();
  return details === '' || details === property.explanation ? property.explanation : `${property.explanation} (${details})`;
}

/** An assignment of the value that a variable has already: nothing to show. Conditions are no assignments. */
function isIdle(step: TraceStep): boolean {
  const visible = step.changes.some((change) => !change.what.startsWith('#'));
  return !visible && !step.touchesShared && step.staleReads.length === 0 && step.isAssignment;
}

function reportStep(step: TraceStep): ReportStep {
  const { place } = step.origin;
  return {
    cpu: step.thread,
    thread: step.threadName,
    action: step.origin.text,
    ...(place && place.file !== builtInFile ? { file: place.file, line: place.line, column: place.column, function: place.function } : {}),
    // Temporaries of the extraction are nobody's variables.
    changes: step.changes.filter((change) => !change.what.startsWith('#')),
    ...(step.touchesShared ? { touchesShared: true } : {}),
    ...(step.staleReads.length > 0 ? { notes: step.staleReads } : {}),
  };
}

function shortenPaths(sentence: string, root: string | undefined): string {
  return root === undefined ? sentence : sentence.replaceAll(`${root}/`, '');
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

/** A scenario that could not be extracted. */
export function notModelled(choice: ScenarioChoice, options: SimulateOptions, error: NotModelledError): ScenarioReport {
  return {
    ...choice, memory: options.memory, verdict: 'notModelled', states: 0, depth: 0, elapsedMs: 0, witnesses: [], assumptions: [], reason: error.reason,
  };
}
