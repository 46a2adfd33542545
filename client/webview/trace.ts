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

export function traceTable(trace: readonly ReportStep[], { onSelect, onEnter }: TraceHandlers): TraceTable {
  const cpus = cpuColumns(trace);
  const rows = trace.map((step, index) => stepRow(step, index, cpus));
  const group = rowGroup(rows, onSelect, onEnter);
  const head = element(
    'tr',
    { role: 'row' },
    element('th', { scope: 'col', class: 'number' }, '#'),
    ...cpus.map(({ cpu, thread }) => element('th', { scope: 'col', class: `cpu cpu${cpu % 4}` }, `CPU${cpu}`, element('span', { class: 'thread' }, thread))),
  );
  const root = element('table', { class: 'trace', role: 'grid', aria: { label: 'Steps of the counterexample' } }, element('thead', {}, head), element('tbody', {}, ...rows));
  return { root, rows: group };
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

function stepRow(step: ReportStep, index: number, cpus: readonly CpuColumn[]): HTMLElement {
  const cells = cpus.map(({ cpu }) => (cpu === step.cpu ? stepCell(step) : element('td', { role: 'gridcell', class: 'other' })));
  const label = `Step ${index + 1}, CPU${step.cpu}, ${step.action}${step.line === undefined ? '' : `, line ${step.line}`}`;
  return element('tr', { class: 'step', role: 'row', tabIndex: -1, aria: { label } }, element('td', { role: 'gridcell', class: 'number' }, String(index + 1)), ...cells);
}

function stepCell(step: ReportStep): HTMLElement {
  return element(
    'td',
    { role: 'gridcell', class: `cpu cpu${step.cpu % 4}` },
    element('code', { class: 'action' }, unbroken(step.action)),
    placeOf(step),
    ...step.changes.map(({ what, from, to }) =>
      element('div', { class: 'change' }, `${what}: `, element('span', { class: 'from' }, from), ' \u2192 ', element('span', { class: 'to' }, to)),
    ),
    ...(step.notes ?? []).map((note) => element('div', { class: 'note' }, note)),
  );
}

function placeOf({ file, line, function: functionName }: ReportStep): HTMLElement {
  if (file === undefined || line === undefined) return element('span', { class: 'place builtin' }, 'built-in environment');
  const inFunction = functionName === undefined ? '' : `${functionName}() `;
  return element('span', { class: 'place', title: `${file}:${line}` }, `${inFunction}${shortPath(file)}:${line}`);
}

/** Keeps `->` on one line; the clipboard gets the server's own text. */
function unbroken(action: string): string {
  return action.replaceAll('->', '-\u2060>');
}

/** The directory and the name: `mm/memory.c`. */
export function shortPath(file: string): string {
  return file.split(/[/\\]/).slice(-2).join('/');
}
