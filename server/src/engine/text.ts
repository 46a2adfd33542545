/**
 * Reports as plain ASCII text, for the terminal, for editors that only show text and for the
 * clipboard: findings as `file:line:col: level: message [CODE]`, a counterexample as a numbered list
 * (at most 100 columns) or as the CPU0/CPU1 columns of kernel commit messages (at most 75).
 */

import { choiceSentence } from './definitions.ts';
import { reductionSentences } from './reductions.ts';
import { type CheckReport, type DefinitionChoice, type Finding, pointOfNoReturn, type RegionsReport, type ReportStep, type ScenarioReport, type SimulateReport, type VerdictKind } from './report.ts';

const diagramWidth = 75;
const listWidth = 100;

export const verdictWords: Readonly<Record<VerdictKind, string>> = {
  holds: 'holds',
  violated: 'VIOLATED',
  bounded: 'not finished',
  notModelled: 'not modelled',
};

export function renderFindings(report: CheckReport): string {
  const { total, analysed, notModelled } = report.functions;
  const counts = `${report.findings.length} finding${report.findings.length === 1 ? '' : 's'} in ${total} functions; ${analysed} analysed, ${notModelled.length} not modelled`;
  return [...report.findings.flatMap(findingLines), counts].join('\n') + '\n';
}

function findingLines(finding: Finding): string[] {
  const head = `${finding.file}:${finding.line}:${finding.column}: ${finding.level}: ${finding.message} [${finding.code}]`;
  const related = finding.trace ? [] : finding.related.map((each) => `${each.file}:${each.line}:${each.column}: note: ${each.message}`);
  return [head, ...related, ...(finding.trace ? listSteps(finding.trace, finding.irreversible) : [])];
}

/** The whole answer: a table of verdicts, then every counterexample, then what it rests on. */
export function renderSimulation(report: { file?: string; function?: string; name?: string; era: string; role?: string; choice?: DefinitionChoice; scenarios: readonly ScenarioReport[] }): string {
  const subject = report.name ?? `${report.file ?? ''}: ${report.function ?? ''}`;
  const role = report.role === undefined ? '' : `${report.role}, `;
  const lines = [`${subject} (${role}era ${report.era})`, ...choiceLines(report), '', ...table(report.scenarios)];
  lines.push(...blankBefore(reductionSentences(report.scenarios).flatMap((each) => wrap(each, listWidth))));
  const shown = new Map<string, ScenarioReport>();
  for (const scenario of report.scenarios) {
    if (scenario.reason !== undefined) lines.push('', ...wrap(`${titleOf(scenario)}: ${scenario.reason}`, listWidth));
    if (!scenario.trace) continue;
    const key = `${scenario.against} ${scenario.property ?? ''}`;
    const like = shown.get(key);
    if (like) lines.push('', ...wrap(`${titleOf(scenario)}: ${verdictWords[scenario.verdict]} ${scenario.property ?? ''} as a ${like.access} fault is above (--access ${scenario.access} --mapping ${scenario.mapping} shows it)`, listWidth));
    else lines.push('', ...counterexample(scenario, scenario.trace));
    shown.set(key, like ?? scenario);
  }
  lines.push('', ...restsOn(report.scenarios));
  return `${lines.join('\n').trimEnd()}\n`;
}

/** Which of several definitions this is about; nothing for a single one. */
export function choiceLines({ file = '', function: name = '', choice }: { file?: string; function?: string; choice?: DefinitionChoice }): string[] {
  return choice ? wrap(choiceSentence(file, name, choice), listWidth) : [];
}

function blankBefore(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

function table(scenarios: readonly ScenarioReport[]): string[] {
  const rows = scenarios.map((each) => [
    each.against, `${each.access} ${each.mapping}`, each.memory,
    verdictWords[each.verdict] + (each.property === undefined ? '' : ` ${each.property}`),
    `${each.states}`, `${each.depth}`, each.elapsedMs.toFixed(1),
  ]);
  const head = ['against', 'fault', 'memory', 'verdict', 'states', 'depth', 'ms'];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string => `  ${cells.map((cell, column) => (column < 4 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  ')}`.trimEnd();
  return [line(head), ...rows.map(line)];
}

export function titleOf(scenario: ScenarioReport): string {
  return `${scenario.access} fault, ${scenario.mapping} mapping, against ${scenario.against}`;
}

function counterexample(scenario: ScenarioReport, trace: readonly ReportStep[]): string[] {
  return [...wrap(`${titleOf(scenario)}: ${verdictWords[scenario.verdict]} ${scenario.property ?? ''}`, listWidth), ...wrap(scenario.message ?? '', listWidth), ...comparison(scenario), ...listSteps(trace, scenario.irreversible)];
}

/** Only where the run shown is not known to be the best of its length. */
function comparison({ hasFewestSwitches }: ScenarioReport): string[] {
  return hasFewestSwitches === false ? ['No run is shorter; others as short may change CPUs less often.'] : [];
}

/** Scope and assumptions, once each; they qualify every verdict. */
function restsOn(scenarios: readonly ScenarioReport[]): string[] {
  const assumptions = [...new Set(scenarios.flatMap((each) => each.assumptions))];
  const witnesses = [...new Set(scenarios.flatMap((each) => each.witnesses))];
  return [
    ...(witnesses.length > 0 ? ['Seen in some run (the verdicts are not vacuous):', ...witnesses.flatMap((each) => wrap(each, listWidth, '  '))] : []),
    ...(assumptions.length > 0 ? ['Taken for granted:', ...assumptions.flatMap((each) => wrap(each, listWidth, '  '))] : []),
  ];
}

/**
 * One numbered line a step, a line for what it changed; the function is named where it changes. After
 * `irreversible` steps no run is safe.
 */
export function listSteps(trace: readonly ReportStep[], irreversible: number | undefined): string[] {
  const last = new Map<number, string>();
  const neverSafe = irreversible === 0 ? ['      no run from this start is safe'] : [];
  return [...neverSafe, ...trace.flatMap((step, index) => {
    const place = step.file === undefined || step.line === undefined ? step.thread : `${step.file}:${step.line}`;
    const lines: string[] = [];
    if (step.function !== undefined && last.get(step.cpu) !== step.function) lines.push(`      CPU${step.cpu} in ${step.function}()`);
    if (step.function !== undefined) last.set(step.cpu, step.function);
    lines.push(cut(`${String(index + 1).padStart(4)}. CPU${step.cpu} ${place}: ${step.action}`, listWidth));
    const changes = step.changes.map(({ what, from, to }) => `${what}: ${from} -> ${to}`);
    if (changes.length > 0) lines.push(...wrap(changes.join(', '), listWidth, '           '));
    lines.push(...(step.notes ?? []).flatMap((note) => wrap(note, listWidth, '           ')));
    if (index + 1 === irreversible) lines.push(`           ${pointOfNoReturn}`);
    return lines;
  })];
}

export function renderDiagrams(scenarios: readonly ScenarioReport[]): string {
  const violated = scenarios.filter((scenario, index) => scenario.trace
    && scenarios.findIndex((each) => each.trace && each.against === scenario.against && each.property === scenario.property) === index);
  const sentences = blankBefore(reductionSentences(scenarios).flatMap((each) => wrap(each, diagramWidth)));
  if (violated.length === 0) return `${[...scenarios.map((each) => `${titleOf(each)}: ${verdictWords[each.verdict]}`), ...sentences].join('\n')}\n`;
  return `${[violated.map((scenario) => diagram(scenario).join('\n')).join('\n\n'), ...sentences].join('\n')}\n`;
}

/** The column layout of kernel commit messages, for one counterexample. */
export function diagram(scenario: ScenarioReport): string[] {
  const decisive = scenario.trace?.[(scenario.irreversible ?? 0) - 1];
  const trace = (scenario.trace ?? []).filter((step) => step === decisive || step.changes.length > 0 || step.touchesShared === true || step.notes !== undefined);
  const cpus = [...new Set(trace.map((step) => step.cpu))].sort((a, b) => a - b);
  const gap = 2;
  const width = Math.floor((diagramWidth - gap * (cpus.length - 1)) / Math.max(1, cpus.length));
  const heads = cpus.map((cpu) => `CPU${cpu} (${trace.find((step) => step.cpu === cpu)?.thread ?? ''})`.slice(0, width));
  const row = (cells: readonly string[]): string => cells.map((cell) => cell.padEnd(width + gap)).join('').trimEnd();
  const lines = [`${titleOf(scenario)}:`.slice(0, diagramWidth), '', row(heads), row(heads.map((head) => '-'.repeat(head.length)))];
  for (const step of trace) {
    const indent = ' '.repeat(cpus.indexOf(step.cpu) * (width + gap));
    for (const [index, line] of wrap(broken(step.action, width, width - 4), width).entries()) lines.push(`${indent}${index === 0 ? '' : '  '}${line}`.slice(0, diagramWidth).trimEnd());
    if (step === decisive) lines.push(`${indent}  (${pointOfNoReturn})`);
  }
  return [...lines, '', ...wrap(`*** ${scenario.message ?? ''}`, diagramWidth)];
}

export function renderRegions(report: RegionsReport): string {
  const blocks = report.functions.map(({ file, function: name, line, entry, perhapsEntry = [], regions, exits, unread = [], notAnalysed, narrowedBy, unsettled }) => [
    `${file}:${line}: ${name}`,
    ...(notAnalysed === undefined ? entryText(entry, perhapsEntry) : [`  locks not known: ${notAnalysed}`]),
    ...(narrowedBy === undefined ? [] : [`  only page and page-table locks are followed into callees: ${narrowedBy}`]),
    ...(unsettled === undefined ? [] : [`  recursion: ${unsettled}`]),
    ...regions.map(({ startLine, endLine, lock, object, mode, when }) =>
      `  ${`${startLine}-${endLine}`.padEnd(11)} ${lock} of ${object}${mode ? ` (${mode})` : ''}${when === undefined ? '' : when === 'some paths' ? ', on some paths' : `, when ${when}`}`),
    ...exits.map(({ line: exitLine, returns, held }) => `  exit at ${exitLine}: returns ${returns === '' ? 'nothing' : returns}, holding ${listOrNone(held)}`),
    ...unread.map(({ startLine, endLine, directive }) => `  not read: ${startLine}-${endLine} (${directive})`),
  ].join('\n'));
  return `${blocks.join('\n\n')}\n`;
}

function entryText(entry: readonly string[], perhaps: readonly string[]): string[] {
  const sure = entry.length > 0 || perhaps.length === 0 ? [`  held on entry: ${listOrNone(entry)}`] : [];
  return [...sure, ...(perhaps.length === 0 ? [] : [`  held on entry, as some paths show: ${perhaps.join(', ')}`])];
}

/** One line, for a message box. */
export function summarise(report: SimulateReport): string {
  const counts = new Map<VerdictKind, number>();
  for (const { verdict } of report.scenarios) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const parts = (Object.keys(verdictWords) as VerdictKind[]).flatMap((kind) => {
    const count = counts.get(kind);
    return count === undefined ? [] : [`${verdictWords[kind].toLowerCase()} in ${count}`];
  });
  return `${report.function}: ${parts.length === 0 ? 'no scenario applies' : `${parts.join(', ')} of ${report.scenarios.length} scenarios`}`;
}

/** Lines of at most `width`, with a hanging indent of two. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    const isFirst = line.trim() === '';
    if (!isFirst && line.length + 1 + word.length > width - 2) {
      lines.push(line);
      line = `${indent}  ${word}`;
    } else {
      line = isFirst ? line + word : `${line} ${word}`;
    }
  }
  return line.trim() === '' ? lines : [...lines, cut(line, width)];
}

/** Words that fit the `first` line and the `others`: longer ones are broken, where C allows a line break if that is not far. */
function broken(text: string, first: number, others: number): string {
  return text.split(/\s+/).flatMap((word, at) => pieces(word, at === 0 ? first : others, others)).join(' ');
}

function pieces(word: string, room: number, others: number): string[] {
  if (word.length <= room) return [word];
  const whole = /^.*(?:[(,&|]|->)(?=.)/.exec(word.slice(0, room))?.[0] ?? '';
  const end = whole.length > room / 4 ? whole.length : room;
  return [word.slice(0, end), ...pieces(word.slice(end), others, others)];
}

function cut(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, width - 3)}...`;
}

function listOrNone(items: readonly string[]): string {
  return items.length === 0 ? 'nothing' : items.join(', ');
}
