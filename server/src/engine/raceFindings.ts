/**
 * Verdicts to findings (FL100): one for each place, property and adversary, at the line where the
 * pte is set, with the shortest trace. A handler is blamed only for what the tree's core does not
 * do with its ordinary handler too; then the finding stands at the handler's name.
 */

import { faultRace } from '../rules/faultRace.ts';
import { doubtOf } from './confidence.ts';
import { type Finding, pointOfNoReturn, type RelatedPlace, type ReportStep, type ScenarioReport, type SimulateReport } from './report.ts';
import type { FaultPath } from './types.ts';

/** More related places than this bury the message; the whole trace is attached anyway. */
const maxRelated = 8;

export function raceFindings(report: SimulateReport, path: FaultPath, generic: () => readonly ScenarioReport[]): Finding[] {
  const violated = report.scenarios.filter((scenario) => scenario.verdict === 'violated' && scenario.trace);
  if (violated.length === 0) return [];
  const excused = new Set(path.role === 'handler' ? generic().filter((each) => each.verdict === 'violated').map(keyOf) : []);
  const findings = new Map<string, Finding>();
  for (const scenario of violated) {
    if (excused.has(keyOf(scenario))) continue;
    const finding = path.role !== 'handler' ? atStore(scenario, report, path) : atHandler(scenario, report, path);
    const key = `${finding.line} ${scenario.property} ${ownFaults.has(scenario.property ?? '') ? '' : scenario.against}`;
    const known = findings.get(key);
    if (!known || (finding.trace?.length ?? 0) < (known.trace?.length ?? 0)) findings.set(key, finding);
  }
  return [...findings.values()];
}

/** Mistakes that the fault path makes alone, whoever runs beside it: reported once. */
const ownFaults: ReadonlySet<string> = new Set(['I17', 'I18', 'I19', 'NULL']);

function keyOf(scenario: ScenarioReport): string {
  return `${scenario.against} ${scenario.property}`;
}

function atStore(scenario: ScenarioReport, report: SimulateReport, path: FaultPath): Finding {
  const trace = scenario.trace ?? [];
  const own = trace.filter((step) => step.cpu === 0 && step.line !== undefined);
  const store = own.findLast((step) => step.changes.some((change) => change.what.startsWith('pte') && change.to !== 'none')) ?? own.at(-1);
  // A split-out helper may stand in another file; the finding stays in the file that was asked about.
  const isHere = store?.file === report.file;
  return finding(scenario, report, { line: isHere ? store.line! : path.line, column: isHere ? (store.column ?? 1) : 1 });
}

function atHandler(scenario: ScenarioReport, report: SimulateReport, path: FaultPath): Finding {
  return finding(scenario, report, { line: path.line, column: 1 });
}

function finding(scenario: ScenarioReport, report: SimulateReport, at: { line: number; column: number }): Finding {
  const trace = scenario.trace ?? [];
  const doubt = doubtOf(scenario);
  const end = trace.find((step) => step.file === report.file && step.line === at.line);
  return {
    code: faultRace.code,
    rule: faultRace.name,
    level: 'warning',
    confidence: scenario.confidence ?? 'proven',
    file: report.file,
    line: at.line,
    column: at.column,
    endLine: at.line,
    endColumn: at.column + Math.max(1, end?.action.length ?? 1),
    function: report.function,
    message: `${sentence(scenario)}${doubt === undefined ? '' : ` (taking it that ${doubt})`}`,
    related: related(trace, scenario.irreversible),
    trace,
    ...(scenario.irreversible === undefined ? {} : { irreversible: scenario.irreversible }),
    fixes: [],
  };
}

function sentence(scenario: ScenarioReport): string {
  const access = scenario.access === 'read' ? 'a read fault' : `a write fault on a ${scenario.mapping} mapping`;
  return `${access} racing with ${scenario.against === 'fault' ? 'a second fault' : scenario.against}: ${lowerFirst(scenario.message ?? 'an invariant fails')} [${scenario.property}]`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Steps that changed shared state, and the one after which no run is safe, at their lines. */
function related(trace: readonly ReportStep[], irreversible: number | undefined): RelatedPlace[] {
  const places: RelatedPlace[] = [];
  trace.forEach((step, index) => {
    if (step.file === undefined || step.line === undefined || !(changesShared(step) || index + 1 === irreversible)) return;
    const remark = index + 1 === irreversible ? `; ${pointOfNoReturn}` : '';
    places.push({ file: step.file, line: step.line, column: step.column ?? 1, message: `step ${index + 1}, CPU${step.cpu}: ${step.action}${remark}` });
  });
  return places.slice(-maxRelated);
}

function changesShared(step: ReportStep): boolean {
  return step.changes.some((change) => /^(pte|page|cache|lock|i_size|truncate_count|tree_lock|i_mmap)/.test(change.what));
}
