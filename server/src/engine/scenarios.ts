/**
 * Which scenarios a fault path is put through, and one scenario's run: extract, put against the
 * adversary, search, report.
 */

import { extractModel, reachesCall } from '../model/extract/extract.ts';
import { NotModelledError, type Extraction, type ExtractOptions, type FaultEntry, type HandlerTable, type SourceFunction } from '../model/extract/types.ts';
import { followedOnly } from '../model/followed.ts';
import { cells, type MachineSize } from '../model/machine.ts';
import type { Model, Program } from '../model/types.ts';
import { writeProtectors } from '../ops/vocabulary/fields.ts';
import { profileOfEra } from '../simulator/environment/profile.ts';
import { environmentEntry, isFault } from '../simulator/environment/registry.ts';
import { isUndecided } from '../simulator/invariants/catalogue.ts';
import { progressText } from '../simulator/invariants/progress.ts';
import { buildScenario } from '../simulator/scenario.ts';
import { walkSteps } from '../simulator/steps.ts';
import type { SearchOptions, SearchResult } from '../simulator/types.ts';
import { provenOnly, withConfidence } from './confidence.ts';
import type { KernelTree } from './kernelTree.ts';
import { doubtOfOperation, ownOperation } from './ownOperations.ts';
import { askedReductions, reductionReport } from './reductions.ts';
import type { Access, Era, ScenarioReport, Sharing } from './report.ts';
import type { SimulateOptions } from './types.ts';
import { milliseconds, mostTelling, restingOnInvention, verdictOf } from './verdicts.ts';

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
  readonly entry: FaultEntry;
  /** The handler is one that only shared writes come to. */
  readonly isForSharedWrites?: boolean;
  readonly options: SimulateOptions;
  readonly now: () => number;
}

interface Combination {
  readonly access: Access;
  readonly mapping: Sharing;
}

/** Read, shared write, private write. A private read does what a shared read does. */
const combinations: readonly Combination[] = [
  { access: 'read', mapping: 'shared' },
  { access: 'write', mapping: 'shared' },
  { access: 'write', mapping: 'private' },
];

/** Against a thread that copies on write: only a private read leaves it a pte to do that to. */
const copiedCombinations: readonly Combination[] = [{ access: 'read', mapping: 'private' }];

/** What `->page_mkwrite` is asked about. */
const sharedWrites = combinations.filter(({ access, mapping }) => access === 'write' && mapping === 'shared');

/** Of a write to a read-only pte; a function that copies whatever it is given is one for private mappings. */
const protectionCombinations: readonly Combination[] = [{ access: 'write', mapping: 'private' }, { access: 'write', mapping: 'shared' }];

/** The combinations that mean something: of them, all that were asked for; where a plain fault was asked for others, those. */
function combinationsFor({ entry, isForSharedWrites, options: { access, mapping } }: ScenarioSubject, against: string): readonly Combination[] {
  const isCopied = environmentEntry(against)?.copiesPages === true;
  const copied = entry === 'protection' ? protectionCombinations.filter((each) => each.mapping === 'private') : copiedCombinations;
  const plain = isForSharedWrites === true ? sharedWrites : combinations;
  const possible = isCopied ? copied : entry === 'protection' ? protectionCombinations : plain;
  const wanted = possible.filter((each) => includes(access, each.access) && includes(mapping, each.mapping));
  if (wanted.length > 0 || isCopied || entry === 'protection' || isForSharedWrites === true) return wanted;
  return access.flatMap((one) => mapping.map((other) => ({ access: one, mapping: other })));
}

const extractions = new WeakMap<ScenarioSubject, Map<string, Extraction>>();

function extractOnce(subject: ScenarioSubject, how: ExtractOptions): Extraction {
  let known = extractions.get(subject);
  if (!known) extractions.set(subject, (known = new Map<string, Extraction>()));
  const key = `${how.access} ${how.sharing} ${how.size.pages} ${how.size.slots.length} ${how.tablesVanish === true} ${how.mayRetry === true}`;
  let extraction = known.get(key);
  if (!extraction) known.set(key, (extraction = extractModel(subject.root, how)));
  return extraction;
}

export interface Variant {
  readonly access: Access;
  readonly mapping: Sharing;
  readonly extraction: Extraction;
  /** The same for a fault that may be retried, where the code asks whether it may. */
  readonly retried: (() => Extraction) | undefined;
  readonly size: MachineSize;
}

/** Extractions of one subject by access and mapping; two that give the same program are one scenario. */
export function variants(subject: ScenarioSubject, against: string): Variant[] {
  const callers = subject.tree.callersInFile(subject.root);
  const seen = new Set<string>();
  return combinationsFor(subject, against).flatMap((choice) => {
    const size = sizeFor(choice, against, subject.entry);
    const how: ExtractOptions = {
      era: subject.era, ...readingOf(subject), size, access: choice.access, sharing: choice.mapping,
      lookup: subject.tree, vmOps: subject.vmOps, entry: subject.entry, tablesVanish: environmentEntry(against)?.takesPageTables === true,
      without: subject.options.without === undefined ? [] : [subject.options.without],
    };
    const applies = callers.length === 0 || callers.some((caller) => reachesCall(caller, subject.root.fn.name, { ...how, without: [] }));
    if (!applies) return [];
    const extraction = extractOnce(subject, how);
    const key = JSON.stringify(extraction.program.transitions.map((transition) => transition.steps));
    if (seen.has(key)) return [];
    seen.add(key);
    const retried = extraction.asksForRetry ? (): Extraction => extractOnce(subject, { ...how, mayRetry: true }) : undefined;
    return [{ ...choice, extraction, retried, size }];
  });
}

/** The vocabulary that the subject's file is read with. */
function readingOf({ tree, era }: ScenarioSubject): Pick<ExtractOptions, 'vocabulary' | 'noreturn'> {
  const noreturn = tree.workspace.hints()?.noreturn;
  return { vocabulary: tree.vocabulary(era), ...(noreturn ? { noreturn } : {}) };
}

function includes<T>(wanted: readonly T[], value: T): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

/** One cached page, one spare, one private copy for each thread that may make one, and one page for readahead or the adversary's copy. */
function sizeFor(choice: Combination, against: string, entry: FaultEntry): MachineSize {
  const faults = isFault(against) ? 2 : 1;
  const copies = choice.access === 'write' && (choice.mapping === 'private' || entry === 'protection') ? faults : 0;
  const own = { mm: 0, index: 0 };
  const slots = against === 'fault-other-mm' ? [own, { mm: 1, index: 0 }] : [own];
  const isGivenAPage = against === 'readahead' || environmentEntry(against)?.copiesPages === true;
  return { pages: 2 + copies + (isGivenAPage ? 1 : 0), indices: 1, slots };
}

/** A fault that holds is run again as one that may be retried, where its code tells the two apart. */
export function runScenario(subject: ScenarioSubject, choice: ScenarioChoice, { extraction, retried, size }: Omit<Variant, keyof ScenarioChoice>): ScenarioReport {
  const plain = runOnce(subject, choice, extraction, size);
  if (plain.verdict !== 'holds' || !retried) return plain;
  try {
    return together(plain, runOnce(subject, choice, retried(), size, extraction.program));
  } catch (error) {
    if (error instanceof NotModelledError) return withReason(plain, `${ifRetried}${error.reason}`);
    throw error;
  }
}

const ifRetried = 'of a fault that may be retried nothing is said: ';

function together(plain: ScenarioReport, retried: ScenarioReport): ScenarioReport {
  const elapsedMs = milliseconds(plain.elapsedMs + retried.elapsedMs);
  if (retried.verdict === 'violated') return { ...retried, elapsedMs };
  if (retried.verdict !== 'holds') return { ...withReason(plain, `${ifRetried}${retried.reason ?? retried.verdict}`), elapsedMs };
  return {
    ...plain, elapsedMs, states: plain.states + retried.states, depth: Math.max(plain.depth, retried.depth), assumptions: retried.assumptions,
    witnesses: [...new Set([...plain.witnesses, ...retried.witnesses])],
  };
}

function withReason(report: ScenarioReport, reason: string): ScenarioReport {
  return { ...report, reason: report.reason === undefined ? reason : `${report.reason}; ${reason}` };
}

/** `otherFault`: what a second fault runs, where it is not to be the same. */
function runOnce(subject: ScenarioSubject, choice: ScenarioChoice, extraction: Extraction, size: MachineSize, otherFault?: Program): ScenarioReport {
  const { options, now } = subject;
  const { maxBytes } = options;
  const head = { ...choice, memory: options.memory };
  const started = now();
  const { readsPagesIn } = extraction;
  const mustDirty = environmentEntry(choice.against)?.cleansPages === true && writeProtectors.some((name) => subject.tree.function(name, subject.root.file) !== undefined);
  const modelOf = (fault: Program): Model => buildScenario({ fault, size, adversary: choice.against, profile: profileOfEra(subject.era), entry: subject.entry, readsPagesIn, mustDirty, ...(otherFault ? { otherFault } : {}) });
  const searching: SearchOptions = {
    memory: options.memory, maxStates: options.maxStates, ...(maxBytes === undefined ? {} : { maxBytes }), timeoutMs: options.timeoutMs, now, cancellation: options.cancellation, explainsTrace: true,
    ...askedReductions(options),
  };
  const first = mostTelling(modelOf(extraction.program), searching);
  const followed = first.verdict === 'violated' ? followedOnly(extraction.program) : undefined;
  const proof = followed && proofWithin(modelOf(followed), searching);
  const result = proof ?? first;
  const doubt = doubtOfPages(subject, choice.against, extraction.program) ?? ownDoubt(subject, choice.against);
  const scope = [
    `scope: 2 threads, ${size.pages} pages, 1 index, ${count(size.slots.length, 'pte')}, memory model ${options.memory}; one file, ${size.slots.length === 1 ? 'vma and mm' : 'two vmas and mms'}`,
    ...(doubt ? [doubt.sentence] : []),
    ...extraction.assumptions.map((each) => shortenPaths(each, subject.tree.root)),
  ];
  const verdict = followed !== undefined && proof === undefined ? restingOnInvention(first, extraction.unfollowed) : verdictOf(result);
  const told = withConfidence({ ...head, ...verdict, elapsedMs: milliseconds(now() - started), assumptions: scope, ...reductionReport(options, result) });
  return subject.isForSharedWrites === true || doubt?.isCertain === true ? provenOnly(told) : told;
}

/** A fault that neither looks into the page cache nor asks for a size may be a device's, to whose pages nothing is done through the file. */
function doubtOfPages({ entry }: ScenarioSubject, against: string, program: Program): ReturnType<typeof doubtOfOperation> {
  if (entry === 'protection' || isFault(against) || asksForFile(program)) return undefined;
  return { sentence: `${ownOperation}: the fault neither looks into the page cache nor asks for the size of the file`, isCertain: true };
}

function asksForFile({ transitions }: Program): boolean {
  let found = false;
  for (const { steps } of transitions) walkSteps(steps, (step) => (found ||= step.kind === 'load' && (step.from.cell === cells.cache || step.from.cell === cells.iSize)));
  return found;
}

/** What the file of the handler's table says against the adversary; of a handler that stands for others it says nothing. */
function ownDoubt({ vmOps, tree }: ScenarioSubject, against: string): ReturnType<typeof doubtOfOperation> {
  const file = vmOps && vmOps.standsForOthers !== true ? tree.files.get(vmOps.file) : undefined;
  return file && doubtOfOperation(against, file.syntax);
}

/** A violation in what is followed alone. Ways that end there look like deadlocks or endless runs, which prove nothing. */
function proofWithin(model: Model, options: SearchOptions): SearchResult | undefined {
  const result = mostTelling(model, { ...options, ignoresDeadlocks: true });
  if (result.verdict !== 'violated') return undefined;
  const { id } = result.violation.property;
  return id === progressText.id || isUndecided(id) ? undefined : result;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function shortenPaths(sentence: string, root: string | undefined): string {
  return root === undefined ? sentence : sentence.replaceAll(`${root}/`, '');
}

/** A scenario that could not be extracted. */
export function notModelled(choice: ScenarioChoice, options: SimulateOptions, error: NotModelledError): ScenarioReport {
  return {
    ...choice, memory: options.memory, verdict: 'notModelled', states: 0, depth: 0, elapsedMs: 0, witnesses: [], assumptions: [], reason: error.reason,
  };
}
