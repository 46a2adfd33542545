/** Options that say which configuration symbols are on: which branches of `#if` are read. */

import { readFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { kernelConfigOf, type KernelConfig } from '../engine/kernelConfig.ts';
import { UsageError } from '../engine/types.ts';

export interface KernelConfigFlags {
  readonly config?: string;
  readonly define?: readonly string[];
  readonly undefine?: readonly string[];
}

export function withKernelConfig(command: Command): Command {
  const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
  return command
    .addOption(new Option('--config <file>', "the kernel's .config, which decides #if branches (default: every symbol unknown)"))
    .addOption(new Option('-D, --define <symbol>', 'take a configuration symbol for set').argParser(collect))
    .addOption(new Option('-U, --undefine <symbol>', 'take a configuration symbol for not set').argParser(collect));
}

export function kernelConfig({ config, define = [], undefine = [] }: KernelConfigFlags): KernelConfig | undefined {
  return kernelConfigOf({ config: config === undefined ? undefined : readConfig(config), define, undefine });
}

function readConfig(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new UsageError(`${path} cannot be read: it does not exist or is no file`);
  }
}
