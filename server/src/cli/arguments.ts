/** Arguments and options to the engine's own types; what is wrong becomes one clear line. */

import { InvalidArgumentError, Option } from 'commander';
import type { MemoryModel } from '../model/types.ts';
import type { Access, Era, Sharing } from '../engine/report.ts';
import { UsageError, type CheckOptions, type FunctionChoice, type SimulateOptions } from '../engine/types.ts';
import { neverCancelled } from '../base/cancellation.ts';
import type { KernelConfigFlags } from './kernelConfig.ts';
import { absolute } from './output.ts';

/** What commander hands over; every field has a default or is absent. */
export interface CommonFlags extends KernelConfigFlags {
  readonly format: string;
  readonly memory: MemoryModel;
  readonly maxStates: number;
  readonly timeout: number;
  /** In MB. */
  readonly maxMemory: number;
  readonly kernel?: string;
}

export interface ReductionFlag {
  readonly reduction?: 'on' | 'off';
}

export interface SimulateFlags extends CommonFlags, ReductionFlag {
  readonly against: string;
  readonly access?: Access;
  readonly mapping?: Sharing;
  readonly era: Era | 'auto';
  readonly without?: number;
}

export interface CheckFlags extends CommonFlags {
  readonly level: 'proven' | 'likely';
  readonly simulate: boolean;
}

export interface Target {
  readonly file: string;
  readonly function: FunctionChoice | undefined;
}

/** `FILE:FUNCTION`, `FILE:LINE`, `FILE:FUNCTION:LINE` for one of several of that name, or `FILE` where the function may be left out. */
export function parseTarget(text: string): Target {
  const [, file, name, line] = /^(.+?)(?::([A-Za-z_]\w*))?(?::([1-9]\d*))?$/.exec(text) ?? [];
  if (file === undefined || (name ?? line) === undefined) return { file: absolute(text), function: undefined };
  if (line === undefined) return { file: absolute(file), function: name };
  return { file: absolute(file), function: { ...(name === undefined ? {} : { name }), line: Number(line) } };
}

export function requireFunction(target: Target, text: string): FunctionChoice {
  if (target.function === undefined) throw new UsageError(`'${text}' names no function; write FILE:FUNCTION or FILE:LINE`);
  return target.function;
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('it must be a number above 0.');
  return value;
}

export const bytesPerMegabyte = 2 ** 20;

export const options = {
  format: (...choices: string[]) => new Option('--format <format>', 'how to print').choices(choices).default('text'),
  memory: () => new Option('--memory <model>', 'memory model').choices(['sc', 'tso', 'weak']).default('weak'),
  maxStates: () => new Option('--max-states <n>', 'stop a scenario after so many states').argParser(positiveNumber).default(2_000_000),
  maxMemory: () => new Option('--max-memory <mb>', 'stop a scenario before its states take so many megabytes').argParser(positiveNumber).default(1024),
  reduction: () => new Option('--reduction <on|off>', 'search fewer of the orders that come to the same, and not for endless runs; ignored with --memory tso').choices(['on', 'off']).default('off'),
  timeout: () => new Option('--timeout <seconds>', 'stop a scenario after so long').argParser(positiveNumber).default(60),
  kernel: () => new Option('--kernel <dir>', 'root of the kernel tree (default: the nearest one above the file)'),
  against: () => new Option('--against <names>', 'adversaries, separated by commas, or all; by default those that remove pages, and a second fault').default(''),
  access: () => new Option('--access <kind>', 'only reads or only writes').choices(['read', 'write']),
  mapping: () => new Option('--mapping <kind>', 'only shared or only private mappings').choices(['shared', 'private']),
  era: () => new Option('--era <era>', 'kernel era').choices(['auto', 'nopage', 'fault', 'folio']).default('auto'),
  without: () => new Option('--without <line>', 'delete the statement on that line first').argParser(positiveNumber),
  level: () => new Option('--level <level>', 'least confidence to show').choices(['proven', 'likely']).default('proven'),
} as const;

export function simulateOptions(flags: SimulateFlags): SimulateOptions {
  return {
    against: flags.against.split(',').map((each) => each.trim()).filter((each) => each !== ''),
    memory: flags.memory,
    access: flags.access ? [flags.access] : [],
    mapping: flags.mapping ? [flags.mapping] : [],
    era: flags.era,
    kernel: flags.kernel === undefined ? undefined : absolute(flags.kernel),
    without: flags.without,
    maxStates: flags.maxStates,
    maxBytes: flags.maxMemory * bytesPerMegabyte,
    timeoutMs: flags.timeout * 1000,
    reduces: flags.reduction === 'on',
    cancellation: neverCancelled,
  };
}

export function checkOptions(flags: CheckFlags): CheckOptions {
  return {
    level: flags.level,
    simulate: flags.simulate,
    kernel: flags.kernel === undefined ? undefined : absolute(flags.kernel),
    memory: flags.memory,
    maxStates: flags.maxStates,
    maxBytes: flags.maxMemory * bytesPerMegabyte,
    timeoutMs: flags.timeout * 1000,
    cancellation: neverCancelled,
  };
}
