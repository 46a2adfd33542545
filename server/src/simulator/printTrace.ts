/**
 * Traces as plain ASCII text: a numbered list of at most 100 columns, and the CPU0/CPU1 columns of
 * kernel commit messages, at most 75 columns, ready to paste. Text in, text out.
 */

import type { Change, TraceStep } from './types.ts';

/** What is printed of a step; the engine's report steps have this shape too. */
export interface PrintedStep {
  /** CPU number, from 0. */
  readonly cpu: number;
  readonly thread: string;
  readonly action: string;
  readonly file?: string;
  readonly line?: number;
  readonly function?: string;
  readonly changes: readonly Change[];
  /** False where the step only looked at the thread's own variables: left out of the columns. */
  readonly touchesShared?: boolean;
  readonly notes?: readonly string[];
}

export interface DiagramOptions {
  /** First line. */
  readonly title?: string;
  /** Last line: what is violated. */
  readonly violation: string;
}

const listWidth = 100;
const diagramWidth = 75;
const gap = 3;
/** Longer file names keep their end. */
const placeLimit = 40;

export function printedStep(step: TraceStep): PrintedStep {
  const { place } = step.origin;
  return {
    cpu: step.thread,
    thread: step.threadName,
    action: step.origin.text,
    changes: step.changes,
    touchesShared: step.touchesShared,
    notes: step.staleReads,
    ...(place ? { file: place.file, line: place.line, function: place.function } : {}),
  };
}

/** Numbered lines with changes indented below; the function is named where it changes. */
export function printList(steps: readonly PrintedStep[]): string {
  const threadWidth = Math.max(0, ...steps.map((step) => step.thread.length));
  const placeWidth = Math.max(0, ...steps.map((step) => placeOf(step).length));
  const functions = new Map<number, string>();
  const lines = steps.flatMap((step, at) => {
    const entered = enters(functions, step.cpu, step.function);
    const head = `${String(at + 1).padStart(3)}. CPU${step.cpu} ${step.thread.padEnd(threadWidth)}  ${placeWidth === 0 ? '' : `${placeOf(step).padEnd(placeWidth)}  `}`;
    return [
      ...(entered === undefined ? [] : [ascii(`     CPU${step.cpu} in ${entered}():`).slice(0, listWidth)]),
      ...hang(head, step.action, listWidth),
      ...step.changes.flatMap(({ what, from, to }) => hang('       ', `${what}: ${from} -> ${to}`, listWidth)),
      ...(step.notes ?? []).flatMap((note) => hang('       ! ', note, listWidth)),
    ];
  });
  return `${lines.join('\n')}\n`;
}

/** One column a CPU, time going down. Steps that touch nothing shared and change nothing are left out. */
export function printDiagram(steps: readonly PrintedStep[], options: DiagramOptions): string {
  const cpus = [...new Set(steps.map((step) => step.cpu))].sort((a, b) => a - b);
  const width = Math.floor((diagramWidth - gap * (cpus.length - 1)) / Math.max(1, cpus.length));
  const heads = cpus.map((cpu) => ascii(`CPU${cpu} (${steps.find((step) => step.cpu === cpu)!.thread})`).slice(0, width));
  const row = (cells: readonly string[]): string => cells.map((cell) => cell.padEnd(width + gap)).join('').trimEnd();
  const functions = new Map<number, string>();
  const body = steps.filter(isWorthAColumn).flatMap((step) => {
    const indent = ' '.repeat(cpus.indexOf(step.cpu) * (width + gap));
    return cellLines(step, enters(functions, step.cpu, nameOf(step).context), width).map((line) => indent + line);
  });
  const title = options.title === undefined ? [] : [...hang('', options.title, diagramWidth), ''];
  const lines = [...title, row(heads), row(heads.map((head) => '-'.repeat(head.length))), ...body, '', ...hang('*** ', options.violation, diagramWidth)];
  return `${lines.join('\n')}\n`;
}

function isWorthAColumn(step: PrintedStep): boolean {
  return step.touchesShared !== false || (step.notes ?? []).length > 0;
}

function cellLines(step: PrintedStep, entered: string | undefined, width: number): readonly string[] {
  const { context, action } = nameOf(step);
  const indent = context === undefined ? '' : '  ';
  const short = step.changes.filter((change) => mattersToOthers.test(change.what)).map(({ what, to }) => `${what} = ${to}`);
  return [
    ...(entered === undefined ? [] : hang('', `${entered}()`, width)),
    ...hang(indent, action, width),
    ...(short.length === 0 ? [] : hang(`${indent}  [`, `${short.join(', ')}]`, width)),
    ...(step.notes ?? []).flatMap((note) => hang(`${indent}  ! `, note, width)),
  ];
}

/** Changes that tell the story; counts and locks are clear from the actions. */
const mattersToOthers = /^(pte|i_size|truncate_count|cache\[|page \d+ (mapping|flag)$|seqlock)/;

/** Steps of the environment name their function in their words: `unmap_mapping_range: truncate_count++`. */
function nameOf(step: PrintedStep): { readonly context: string | undefined; readonly action: string } {
  if (step.function !== undefined) return { context: step.function, action: step.action };
  const match = /^(\w+): (.*)$/s.exec(step.action);
  return match ? { context: match[1]!, action: match[2]! } : { context: undefined, action: step.action };
}

/** The function's name where the CPU was in another one before. */
function enters(functions: Map<number, string>, cpu: number, name: string | undefined): string | undefined {
  const isSame = functions.get(cpu) === name;
  if (name === undefined) functions.delete(cpu);
  else functions.set(cpu, name);
  return isSame ? undefined : name;
}

function placeOf(step: PrintedStep): string {
  if (step.file === undefined) return '';
  const place = ascii(`${step.file}:${step.line ?? 0}`);
  return place.length <= placeLimit ? place : `...${place.slice(3 - placeLimit)}`;
}

/** Wraps `text` after `head`, further lines aligned below its start; ASCII only. */
function hang(head: string, text: string, width: number): string[] {
  const isLong = head.length > width - 24 && head.length > 8;
  const start = isLong ? 8 : head.length;
  const lines: string[] = isLong ? [ascii(head).slice(0, width).trimEnd()] : [];
  let line = isLong ? ' '.repeat(start) : ascii(head);
  let isEmpty = true;
  for (const word of words(ascii(text), Math.max(8, width - start - 2))) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `${' '.repeat(start + 2)}${word}`;
    } else {
      line = isEmpty ? line + word : `${line} ${word}`;
    }
    isEmpty = false;
  }
  return [...lines, line.trimEnd()];
}

/** Words of at most `width`; longer ones are cut up. */
function words(text: string, width: number): string[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .flatMap((word) => word.match(new RegExp(`.{1,${width}}`, 'g')) ?? []);
}

function ascii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e\s]/g, '?');
}
