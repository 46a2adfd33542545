/**
 * Arguments of the server's commands, as any editor may send them: positional
 * `[uri, functionOrPosition?, options?]` or one object `{ uri, function?, position?, options? }`.
 */

import type { Access, Era, Sharing } from '../engine/report.ts';
import type { FaultPath } from '../engine/types.ts';
import type { MemoryModel } from '../model/types.ts';
import { isRecord } from './settings.ts';
import type { SimulateData } from './workerProtocol.ts';

export interface CommandTarget {
  readonly uri: string;
  readonly functionName: string | undefined;
  /** 0-based line of a position, as the protocol has it. */
  readonly line: number | undefined;
  readonly options: Partial<SimulateData>;
}

export type ParsedArguments =
  | { readonly kind: 'target'; readonly target: CommandTarget }
  | { readonly kind: 'problem'; readonly message: string };

export function parseArguments(args: readonly unknown[]): ParsedArguments {
  const [first, second, third] = args;
  const whole = isRecord(first) ? first : { uri: first, ...(typeof second === 'string' ? { function: second } : { position: second }), options: third };
  const { uri, function: functionName, position, options } = whole;
  if (typeof uri !== 'string') return problem('the first argument must be a document URI');
  if (functionName !== undefined && functionName !== null && typeof functionName !== 'string') return problem('the function must be a name');
  const line = isRecord(position) && typeof position['line'] === 'number' ? position['line'] : undefined;
  if (position !== undefined && position !== null && line === undefined) return problem('the position must be { line, character }');
  const parsed = parseOptions(options);
  if (typeof parsed === 'string') return problem(parsed);
  return { kind: 'target', target: { uri, functionName: functionName ?? undefined, line, options: parsed } };
}

/** The named fault path, else the one around the line, else the only one of the file. */
export function chooseFaultPath(target: CommandTarget, paths: readonly FaultPath[]): FaultPath | string | undefined {
  if (target.functionName !== undefined) return paths.find((path) => path.function === target.functionName) ?? target.functionName;
  if (target.line === undefined) return paths.length === 1 ? paths[0] : undefined;
  const line = target.line + 1;
  return paths.find((path) => path.line <= line && line <= path.endLine);
}

function problem(message: string): ParsedArguments {
  return { kind: 'problem', message };
}

const memoryModels: readonly MemoryModel[] = ['sc', 'tso', 'weak'];
const accesses: readonly Access[] = ['read', 'write'];
const sharings: readonly Sharing[] = ['shared', 'private'];
const eras: readonly SimulateData['era'][] = ['auto', 'nopage', 'fault', 'folio'] satisfies readonly (Era | 'auto')[];

type OptionParser = (value: unknown) => Partial<SimulateData> | undefined;

const optionParsers: Readonly<Record<string, OptionParser>> = {
  against: (value) => (isListOf(value, isText) ? { against: value } : undefined),
  memory: (value) => (isOneOf(value, memoryModels) ? { memory: value } : undefined),
  access: (value) => (isListOf(value, (item): item is Access => isOneOf(item, accesses)) ? { access: value } : undefined),
  mapping: (value) => (isListOf(value, (item): item is Sharing => isOneOf(item, sharings)) ? { mapping: value } : undefined),
  era: (value) => (isOneOf(value, eras) ? { era: value } : undefined),
  kernel: (value) => (isText(value) ? { kernel: value } : undefined),
  without: (value) => (isPositive(value) ? { without: value } : undefined),
  maxStates: (value) => (isPositive(value) ? { maxStates: value } : undefined),
  maxBytes: (value) => (isPositive(value) ? { maxBytes: value } : undefined),
  timeoutMs: (value) => (isPositive(value) ? { timeoutMs: value } : undefined),
};

function parseOptions(options: unknown): Partial<SimulateData> | string {
  if (options === undefined || options === null) return {};
  if (!isRecord(options)) return 'the options must be an object';
  let parsed: Partial<SimulateData> = {};
  for (const [name, value] of Object.entries(options)) {
    const parser = Object.hasOwn(optionParsers, name) ? optionParsers[name] : undefined;
    if (!parser) return `unknown option ${name} (known: ${Object.keys(optionParsers).join(', ')})`;
    const part = parser(value);
    if (!part) return `option ${name} cannot be ${JSON.stringify(value)}`;
    parsed = { ...parsed, ...part };
  }
  return parsed;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function isOneOf<T>(value: unknown, choices: readonly T[]): value is T {
  return (choices as readonly unknown[]).includes(value);
}

function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isItem);
}
