/** A counterexample as rows of steps, one column per CPU, each with its place in the source and what it changed. */

import type { ReportStep } from '../../server/src/engine/report.ts';
import { element, rowGroup, type RowGroup } from './dom.ts';

export interface TraceTable {
  readonly root: HTMLElement;
  readonly rows: RowGroup;
}

export interface TraceHandlers {
  readonly onSelect: (index: number) => void;
  readonly onEnter: (index: number) => void;
}

/** `outcome` stands below the last step: what is wrong there. After `irreversible` steps no run is safe. */
export function traceTable(trace: readonly ReportStep[], irreversible: number | undefined, outcome: string, { onSelect, onEnter }: TraceHandlers): TraceTable {
  const cpus = cpuColumns(trace);
  const rows = trace.map((step, index) => stepRow(withRemark(step, index + 1 === irreversible), index, cpus, entersFunction(trace, index)));
  const group = rowGroup(rows, onSelect, onEnter);
  const head = element(
    'tr',
    { role: 'row' },
    element('th', { scope: 'col', class: 'number' }, '#'),
    ...cpus.map(({ cpu, thread }) => element('th', { scope: 'col', class: `cpu cpu${cpu % 4}` }, `CPU${cpu}`, element('span', { class: 'thread' }, thread))),
  );
  const root = element('table', { class: 'trace', role: 'grid', aria: { label: 'Steps of the counterexample' } }, element('thead', {}, head), element('tbody', {}, ...rows), outcomeRow(outcome, cpus.length));
  return { root, rows: group };
}

function outcomeRow(outcome: string, cpuCount: number): HTMLElement {
  return element('tfoot', {}, element('tr', { role: 'row' }, element('td', { role: 'gridcell', class: 'number verdict violated' }, '\u2717'), element('td', { role: 'gridcell', colSpan: cpuCount }, outcome)));
}

interface CpuColumn {
  readonly cpu: number;
  readonly thread: string;
}

function cpuColumns(trace: readonly ReportStep[]): readonly CpuColumn[] {
  const threads = new Map<number, string>();
  for (const { cpu, thread } of trace) if (!threads.has(cpu)) threads.set(cpu, thread);
  return [...threads].map(([cpu, thread]) => ({ cpu, thread })).sort((a, b) => a.cpu - b.cpu);
}

/** Whether the CPU was in another function before: the name is shown only then. */
function entersFunction(trace: readonly ReportStep[], index: number): boolean {
  const step = trace[index];
  const before = trace.slice(0, index).findLast((other) => other.cpu === step?.cpu);
  return before === undefined || before.function !== step?.function || before.file !== step?.file;
}

function withRemark(step: ReportStep, isIrreversible: boolean): ReportStep {
  return isIrreversible ? { ...step, notes: [...(step.notes ?? []), 'From here no run is safe.'] } : step;
}

function stepRow(step: ReportStep, index: number, cpus: readonly CpuColumn[], isEntry: boolean): HTMLElement {
  const cells = cpus.map(({ cpu }) => (cpu === step.cpu ? stepCell(step, isEntry) : element('td', { role: 'gridcell', class: 'other' })));
  const label = `Step ${index + 1}, CPU${step.cpu}, ${step.action}${step.line === undefined ? '' : `, line ${step.line}`}`;
  return element('tr', { class: 'step', role: 'row', tabIndex: -1, aria: { label } }, element('td', { role: 'gridcell', class: 'number' }, String(index + 1)), ...cells);
}

function stepCell(step: ReportStep, isEntry: boolean): HTMLElement {
  return element(
    'td',
    { role: 'gridcell', class: `cpu cpu${step.cpu % 4}` },
    element('code', { class: 'action' }, ...breakable(step.action)),
    placeOf(step, isEntry),
    ...step.changes.map(({ what, from, to }) =>
      element('div', { class: 'change' }, `${what}: `, element('span', { class: 'from' }, from), ' \u2192 ', element('span', { class: 'to' }, to)),
    ),
    ...(step.notes ?? []).map((note) => element('div', { class: 'note' }, note)),
  );
}

function placeOf({ file, line, function: functionName }: ReportStep, isEntry: boolean): HTMLElement | undefined {
  if (file === undefined || line === undefined) return isEntry ? element('span', { class: 'place builtin' }, 'built-in environment') : undefined;
  const inFunction = functionName === undefined || !isEntry ? '' : `${functionName}() `;
  return element('span', { class: 'place', title: `${file}:${line}` }, `${inFunction}${shortPath(file)}:${line}`);
}

/** Names that are longer break after an underscore. */
const longWord = 22;

/** Where a narrow column may break an action: after `->`, and in long names after `_`. The clipboard gets the server's own text. */
function breakable(action: string): (Node | string)[] {
  const names = action.replaceAll('->', '-\u2060>').split(/(?<=[\s>])/);
  return names.flatMap((name) => {
    const pieces = name.length > longWord ? name.split(/(?<=_)/) : [name];
    return pieces.flatMap((piece) => [piece, element('wbr', {})]);
  });
}

/** The directory and the name: `mm/memory.c`. */
export function shortPath(file: string): string {
  return file.split(/[/\\]/).slice(-2).join('/');
}
