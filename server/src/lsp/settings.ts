/**
 * The `faultline.*` settings: one table gives names, defaults and validation. A test keeps the table
 * equal to what package.json offers. A value of the wrong kind is named in `problems` and replaced
 * by its default; it never fails.
 */

import type { Confidence } from '../engine/report.ts';
import type { MemoryModel } from '../model/types.ts';

export type SimulateWhen = 'onSave' | 'onType' | 'off';

export interface Settings {
  readonly memoryModel: MemoryModel;
  readonly level: Confidence;
  /** When fault paths are simulated for diagnostics. Opening a file counts as saving it. */
  readonly simulate: SimulateWhen;
  /** Root of the kernel tree; empty: the nearest one above the file. */
  readonly kernelRoot: string;
  /** Path of a kernel's `.config`, which decides branches of `#if`; empty: every symbol is unknown. */
  readonly config: string;
  /** States per scenario before the verdict is `bounded`. */
  readonly maxStates: number;
  /** Seconds per scenario before the verdict is `bounded`. */
  readonly timeout: number;
  /** MB for the states of a scenario before the verdict is `bounded`. */
  readonly maxMemory: number;
  readonly diagnostics: boolean;
  /** Whether preprocessor branches that are not read are faded. */
  readonly unreadBranches: boolean;
  readonly hover: boolean;
  readonly codeLens: boolean;
  /** Whether kernel trees that are open as folders are indexed. */
  readonly index: boolean;
}

type Spec<T> =
  | { readonly key: string; readonly kind: 'choice'; readonly choices: readonly T[]; readonly default: T }
  | { readonly key: string; readonly kind: 'text' | 'boolean'; readonly default: T }
  | { readonly key: string; readonly kind: 'number'; readonly minimum: number; readonly maximum: number; readonly default: T };

type SettingTable = { readonly [Name in keyof Settings]: Spec<Settings[Name]> };

/** `key` is the part after `faultline.`. */
export const settingTable: SettingTable = {
  memoryModel: { key: 'memoryModel', kind: 'choice', choices: ['weak', 'tso', 'sc'], default: 'weak' },
  level: { key: 'level', kind: 'choice', choices: ['proven', 'likely'], default: 'proven' },
  simulate: { key: 'simulate', kind: 'choice', choices: ['onSave', 'onType', 'off'], default: 'onSave' },
  kernelRoot: { key: 'kernelRoot', kind: 'text', default: '' },
  config: { key: 'config', kind: 'text', default: '' },
  maxStates: { key: 'maxStates', kind: 'number', minimum: 1000, maximum: 100_000_000, default: 2_000_000 },
  timeout: { key: 'timeout', kind: 'number', minimum: 1, maximum: 3600, default: 20 },
  maxMemory: { key: 'maxMemory', kind: 'number', minimum: 1, maximum: 65_536, default: 1024 },
  diagnostics: { key: 'diagnostics.enabled', kind: 'boolean', default: true },
  unreadBranches: { key: 'unreadBranches.enabled', kind: 'boolean', default: true },
  hover: { key: 'hover.enabled', kind: 'boolean', default: true },
  codeLens: { key: 'codeLens.enabled', kind: 'boolean', default: true },
  index: { key: 'index.enabled', kind: 'boolean', default: true },
};

export interface ReadSettings {
  readonly settings: Settings;
  readonly problems: readonly string[];
}

/** Settings from what the client sent for the section `faultline`, nested or with dotted names. */
export function readSettings(section: unknown): ReadSettings {
  const problems: string[] = [];
  const read = <T>(spec: Spec<T>): T => {
    const value = lookUp(section, spec.key);
    if (value === undefined || value === null) return spec.default;
    if (isValid(spec, value)) return value;
    problems.push(`setting faultline.${spec.key}: ${JSON.stringify(value)} is not ${expectation(spec)}; using ${JSON.stringify(spec.default)}`);
    return spec.default;
  };
  const settings: Settings = {
    memoryModel: read(settingTable.memoryModel),
    level: read(settingTable.level),
    simulate: read(settingTable.simulate),
    kernelRoot: read(settingTable.kernelRoot),
    config: read(settingTable.config),
    maxStates: read(settingTable.maxStates),
    timeout: read(settingTable.timeout),
    maxMemory: read(settingTable.maxMemory),
    diagnostics: read(settingTable.diagnostics),
    unreadBranches: read(settingTable.unreadBranches),
    hover: read(settingTable.hover),
    codeLens: read(settingTable.codeLens),
    index: read(settingTable.index),
  };
  return { settings, problems };
}

export const defaultSettings: Settings = readSettings(undefined).settings;

function isValid<T>(spec: Spec<T>, value: unknown): value is T {
  switch (spec.kind) {
    case 'choice':
      return (spec.choices as readonly unknown[]).includes(value);
    case 'text':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'number':
      return typeof value === 'number' && value >= spec.minimum && value <= spec.maximum;
  }
}

function expectation<T>(spec: Spec<T>): string {
  switch (spec.kind) {
    case 'choice':
      return `one of ${spec.choices.map((choice) => JSON.stringify(choice)).join(', ')}`;
    case 'text':
      return 'a text';
    case 'boolean':
      return 'true or false';
    case 'number':
      return `a number from ${spec.minimum} to ${spec.maximum}`;
  }
}

function lookUp(section: unknown, key: string): unknown {
  if (!isRecord(section)) return undefined;
  if (key in section) return section[key];
  let value: unknown = section;
  for (const part of key.split('.')) value = isRecord(value) ? value[part] : undefined;
  return value;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
