/** Runs a fault path through the engine and puts the whole answer into a few comparable lines. */

import { neverCancelled } from '../../server/src/base/cancellation.ts';
import { createEngine } from '../../server/src/engine/engine.ts';
import type { Finding, ReportStep, ScenarioReport } from '../../server/src/engine/report.ts';
import type { CheckOptions, Engine, FileHost, SimulateOptions } from '../../server/src/engine/types.ts';
import type { SyntaxParser } from '../../server/src/syntax/parser.ts';
import { testParser } from '../unit/syntax/testParser.ts';

export const adversaries = ['truncate', 'invalidate', 'fault'] as const;

/** Far above what any of these needs; a run that meets one of the limits is `bounded` and fails its test. */
const limits = { maxStates: 2_000_000, timeoutMs: 60_000, kernel: undefined, cancellation: neverCancelled } as const;

export const simulateDefaults: SimulateOptions = {
  ...limits, against: adversaries, memory: 'sc', access: [], mapping: [], era: 'auto', without: undefined,
};

let parser: SyntaxParser | undefined;

export async function engineOver(files: FileHost): Promise<Engine> {
  parser ??= await testParser();
  return createEngine({ files, now: () => performance.now() }, parser);
}

export async function simulate(files: FileHost, path: string, name: string, options: Partial<SimulateOptions> = {}): Promise<readonly ScenarioReport[]> {
  const engine = await engineOver(files);
  return engine.simulate(path, name, { ...simulateDefaults, ...options }).scenarios;
}

/** `truncate, read shared: holds`, `invalidate, read shared: violated I1`; reasons where there is one. */
export function verdictLine(scenario: ScenarioReport): string {
  const what = scenario.property === undefined ? scenario.verdict : `${scenario.verdict} ${scenario.property}`;
  return `${scenario.against}, ${scenario.access} ${scenario.mapping}: ${what}${scenario.reason === undefined ? '' : ` (${scenario.reason})`}`;
}

export async function verdicts(files: FileHost, path: string, name: string, options: Partial<SimulateOptions> = {}): Promise<string[]> {
  return (await simulate(files, path, name, options)).map(verdictLine);
}

export async function violations(files: FileHost, path: string, name: string, options: Partial<SimulateOptions> = {}): Promise<string[]> {
  return (await simulate(files, path, name, options)).filter(({ verdict }) => verdict !== 'holds').map(verdictLine);
}

export function holdsAgainst(...names: readonly string[]): string[] {
  return names.flatMap((against) => [`${against}, read shared: holds`, `${against}, write shared: holds`, `${against}, write private: holds`]);
}

/** The counterexample of one scenario. */
export function traceOf(scenarios: readonly ScenarioReport[], line: string): readonly ReportStep[] {
  const found = scenarios.find((scenario) => verdictLine(scenario) === line);
  if (!found?.trace) throw new Error(`no trace of '${line}' among:\n${scenarios.map(verdictLine).join('\n')}`);
  return found.trace;
}

/** Source lines that CPU0 goes through, each once in a row, as `memory.c:52`. */
export function ownLines(trace: readonly ReportStep[]): string[] {
  const places = trace.filter((step) => step.cpu === 0 && step.file !== undefined).map((step) => `${step.file!.slice(step.file!.lastIndexOf('/') + 1)}:${step.line!}`);
  return places.filter((place, index) => place !== places[index - 1]);
}

/** Where the last pte was set: `memory.c:78`. */
export function storeLine(trace: readonly ReportStep[]): string | undefined {
  const stores = trace.filter((step) => step.cpu === 0 && step.changes.some((change) => change.what === 'pte' && change.to !== 'none'));
  return ownLines(stores).at(-1);
}

const checkDefaults: CheckOptions = { ...limits, level: 'proven', simulate: true, memory: 'weak' };

/** `FL100 75: a read fault racing with truncate [I1]`, in the order reported. */
export async function findings(files: FileHost, path: string, options: Partial<CheckOptions> = {}): Promise<string[]> {
  const engine = await engineOver(files);
  return engine.check(path, { ...checkDefaults, ...options }).findings.map(findingLine);
}

function findingLine(finding: Finding): string {
  const race = /^(.*?): .*(\[\w+\])$/.exec(finding.message);
  return `${finding.code} ${finding.line}: ${race && finding.trace ? `${race[1]!} ${race[2]!}` : finding.message}`;
}
