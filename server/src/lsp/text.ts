/**
 * Reports as plain ASCII text, for editors that can only show text and for the clipboard: a summary
 * per scenario, a counterexample as a numbered list (at most 100 columns) or as the CPU0/CPU1 columns
 * of kernel commit messages (at most 75 columns).
 */

import type { RegionsReport, ReportStep, ScenarioReport, SimulateReport, VerdictKind } from '../engine/report.ts';

const diagramWidth = 75;
const listWidth = 100;

export const verdictWords: Readonly<Record<VerdictKind, string>> = {
  holds: 'holds',
  violated: 'VIOLATED',
  bounded: 'not finished',
  notModelled: 'not modelled',
};

/** How a scenario's counterexample reads as text, in both layouts. Empty strings where it has none. */
export interface Rendering {
  readonly text: string;
  readonly diagram: string;
}

export function renderSimulation(report: SimulateReport): string {
  const head = `${report.file}: ${report.function} (${report.role}, era ${report.era})`;
  return [head, '', ...report.scenarios.map(renderScenario)].join('\n').trimEnd() + '\n';
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

export function renderScenario(scenario: ScenarioReport): string {
  const lines = [scenarioHead(scenario)];
  if (scenario.message !== undefined) lines.push(...wrap(scenario.message, listWidth, '  '));
  if (scenario.reason !== undefined) lines.push(...wrap(`because ${scenario.reason}`, listWidth, '  '));
  if (scenario.trace) lines.push(...listSteps(scenario.trace));
  for (const witness of scenario.witnesses) lines.push(...wrap(`seen: ${witness}`, listWidth, '  '));
  for (const assumption of scenario.assumptions) lines.push(...wrap(`assumed: ${assumption}`, listWidth, '  '));
  return `${lines.join('\n')}\n`;
}

export function renderTrace(scenario: ScenarioReport): Rendering {
  if (!scenario.trace) return { text: '', diagram: '' };
  return { text: renderScenario(scenario), diagram: `${diagramLines(scenario, scenario.trace).join('\n')}\n` };
}

export function renderRegions(report: RegionsReport): string {
  const blocks = report.functions.map(({ file, function: name, line, entry, regions, exits }) => [
    `${file}:${line}: ${name}`,
    `  held on entry: ${listOrNone(entry)}`,
    ...regions.map(({ startLine, endLine, lock, object, mode, when }) =>
      `  ${`${startLine}-${endLine}`.padEnd(11)} ${lock} of ${object}${mode ? ` (${mode})` : ''}${when === undefined ? '' : `, when ${when}`}`),
    ...exits.map(({ line: exitLine, returns, held }) => `  exit at ${exitLine}: returns ${returns}, holding ${listOrNone(held)}`),
  ].join('\n'));
  return `${blocks.join('\n\n')}\n`;
}

function scenarioHead({ against, access, mapping, memory, verdict, property, states, depth, elapsedMs }: ScenarioReport): string {
  const what = `against ${against}, ${access} of a ${mapping} mapping, memory ${memory}`;
  return `${what}: ${verdictWords[verdict]}${property === undefined ? '' : ` (${property})`}; ${states} states, depth ${depth}, ${Math.round(elapsedMs)} ms`;
}

function listSteps(trace: readonly ReportStep[]): string[] {
  return trace.flatMap((step, index) => {
    const place = step.file === undefined || step.line === undefined ? '' : ` ${baseName(step.file)}:${step.line}`;
    const head = `${String(index + 1).padStart(4)}. CPU${step.cpu} ${step.thread}${place}  ${step.action}`;
    const changes = step.changes.map(({ what, from, to }) => `        ${what}: ${from} -> ${to}`);
    const notes = (step.notes ?? []).map((note) => `        ${note}`);
    return [head.slice(0, listWidth), ...changes, ...notes];
  });
}

function diagramLines(scenario: ScenarioReport, trace: readonly ReportStep[]): string[] {
  const threads = threadNames(trace);
  const gap = 2;
  const width = Math.floor((diagramWidth - gap * (threads.length - 1)) / Math.max(1, threads.length));
  const indent = (column: number): string => ' '.repeat(column * (width + gap));
  const heads = threads.map(({ cpu, thread }) => `CPU${cpu} (${thread})`.slice(0, width));
  const lines = [columns(heads, width + gap), columns(heads.map((head) => '-'.repeat(head.length)), width + gap)];
  for (const step of trace) {
    const column = threads.findIndex(({ cpu }) => cpu === step.cpu);
    lines.push(...wrap(step.action, width, '').map((line, index) => `${indent(column)}${index === 0 ? '' : '  '}${line}`.slice(0, diagramWidth)));
  }
  if (scenario.message !== undefined) lines.push('', ...wrap(`*** ${scenario.message}`, diagramWidth, '    '));
  return lines.map((line) => line.trimEnd());
}

function threadNames(trace: readonly ReportStep[]): readonly { readonly cpu: number; readonly thread: string }[] {
  const byCpu = new Map<number, string>();
  for (const { cpu, thread } of trace) if (!byCpu.has(cpu)) byCpu.set(cpu, thread);
  return [...byCpu].map(([cpu, thread]) => ({ cpu, thread })).sort((a, b) => a.cpu - b.cpu);
}

function columns(cells: readonly string[], width: number): string {
  return cells.map((cell) => cell.padEnd(width)).join('');
}

/** Lines of at most `width` minus two (room for a hanging indent), each starting with `indent`. */
function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(/\s+/)) {
    const isFirst = line.trim() === '';
    if (!isFirst && line.length + 1 + word.length > width - 2) {
      lines.push(line);
      line = indent + word;
    } else {
      line = isFirst ? line + word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function listOrNone(items: readonly string[]): string {
  return items.length === 0 ? 'nothing' : items.join(', ');
}
