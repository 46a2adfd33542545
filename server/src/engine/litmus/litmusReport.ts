/** `faultline litmus`: runs litmus tests under a memory model and compares with what they expect. */

import { neverCancelled } from '../../base/cancellation.ts';
import type { MemoryModel, Model, Value } from '../../model/types.ts';
import { and, not } from '../../model/values.ts';
import { search } from '../../simulator/search.ts';
import type { SearchOptions, SearchResult, TraceStep } from '../../simulator/types.ts';
import type { SyntaxParser } from '../../syntax/parser.ts';
import type { FileHost } from '../types.ts';
import { LitmusError } from './errors.ts';
import { readLitmusFile } from './litmusFile.ts';
import { litmusModel, reaches, type LitmusModel } from './litmusModel.ts';

export type LitmusAnswer = 'Never' | 'Sometimes' | 'Always' | 'notModelled';

export interface LitmusResult {
  readonly file: string;
  readonly name: string;
  readonly result: LitmusAnswer;
  /** What the test's own `Result:` line says, which is about the kernel's memory model. */
  readonly expected?: string;
  readonly states: number;
  readonly reason?: string;
  /** A shortest run that ends as the condition asks. */
  readonly run?: readonly string[];
}

export interface LitmusReport {
  readonly version: 1;
  readonly memory: MemoryModel;
  readonly tests: readonly LitmusResult[];
}

export interface LitmusOptions {
  readonly memory: MemoryModel;
  readonly maxStates: number;
  readonly maxBytes?: number;
  readonly timeoutMs: number;
  readonly now: () => number;
}

export function litmusReport(files: FileHost, parser: SyntaxParser, paths: readonly string[], options: LitmusOptions): LitmusReport {
  const how: SearchOptions = { ...options, cancellation: neverCancelled };
  return { version: 1, memory: options.memory, tests: paths.map((path) => runTest(path, files.readText(path) ?? '', parser, how)) };
}

/**
 * The answer agrees with the test, which speaks of the kernel's model. `sc` and `tso` are stronger:
 * they may forbid what it allows, never the other way round.
 */
export function agrees({ result, expected, reason }: LitmusResult, memory: MemoryModel): boolean {
  if (expected === undefined || result === 'notModelled' || expected === result) return true;
  if (expected === deadlock) return reason === noFinalState;
  return memory !== 'weak' && result === 'Never';
}

/** What the kernel's tests call it when no run passes the filter: a loop that never ends. */
const deadlock = 'DEADLOCK';
const noFinalState = 'no run passes the filter: a loop that it stands for never ends';

function runTest(path: string, text: string, parser: SyntaxParser, options: SearchOptions): LitmusResult {
  let name = path.slice(path.lastIndexOf('/') + 1).replace(/\.litmus$/, '');
  let expected: string | undefined;
  try {
    const file = readLitmusFile(text);
    ({ name, expected } = file);
    const about = { file: path, name, ...(expected === undefined ? {} : { expected }) };
    return { ...about, ...answer(litmusModel(path, file, parser), options) };
  } catch (error) {
    if (!(error instanceof LitmusError)) throw error;
    return { file: path, name, result: 'notModelled', ...(expected === undefined ? {} : { expected }), states: 0, reason: error.message };
  }
}

type Answer = Omit<LitmusResult, 'file' | 'name' | 'expected'>;

function answer({ model, filter, condition }: LitmusModel, options: SearchOptions): Answer {
  const yes = reached(model, and(filter, condition), options);
  if (yes.kind === 'unknown') return notModelled(yes);
  const no = reached(model, and(filter, not(condition)), options);
  if (no.kind === 'unknown') return notModelled(no);
  const states = Math.max(yes.states, no.states);
  if (yes.kind === 'run') return { result: no.kind === 'run' ? 'Sometimes' : 'Always', states, run: yes.run };
  return { result: 'Never', states, ...(no.kind === 'none' ? { reason: noFinalState } : {}) };
}

type Reached =
  | { readonly kind: 'run'; readonly states: number; readonly run: readonly string[] }
  | { readonly kind: 'none'; readonly states: number }
  | { readonly kind: 'unknown'; readonly states: number; readonly reason: string };

/** Whether some run ends so. A thread that is stuck ends no run; neither does one that fails. */
function reached(model: Model, condition: Value, options: SearchOptions): Reached {
  if (condition.kind === 'const' && condition.value === 0) return { kind: 'none', states: 0 };
  return outcome(search(reaches(model, condition), options));
}

function outcome(result: SearchResult): Reached {
  const { states } = result;
  switch (result.verdict) {
    case 'holds':
      return { kind: 'none', states };
    case 'bounded':
      return { kind: 'unknown', states, reason: `bounded: ${result.reason}` };
    case 'violated': {
      const { property, trace, message } = result.violation;
      if (property.id === 'exists') return { kind: 'run', states, run: trace.filter((step) => step.touchesShared && step.origin.text !== '').map(describe) };
      return { kind: 'unknown', states, reason: `${property.title}: ${message}` };
    }
  }
}

function notModelled({ states, reason }: Extract<Reached, { kind: 'unknown' }>): Answer {
  return { result: 'notModelled', states, reason };
}

function describe({ threadName, origin, staleReads }: TraceStep): string {
  const line = origin.place ? `:${origin.place.line}` : '';
  const notes = staleReads.length === 0 ? '' : `  (${staleReads.join('; ')})`;
  return `${threadName}${line}: ${origin.text}${notes}`;
}

