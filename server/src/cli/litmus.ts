/** `litmus`: litmus tests under a memory model, compared with what they expect. */

import type { Command } from 'commander';
import { nodeHost } from '../engine/nodeHost.ts';
import { agrees, litmusReport, type LitmusReport } from '../engine/litmus/litmusReport.ts';
import { renderLitmus } from '../engine/litmus/text.ts';
import { UsageError } from '../engine/types.ts';
import { bytesPerMegabyte, options, type CommonFlags } from './arguments.ts';
import { filesUnder, kindOf } from './files.ts';
import { openParser } from './openEngine.ts';
import { absolute, exitCodes, print, withDisplayPaths } from './output.ts';

export function addLitmus(program: Command, finish: (code: number) => void): void {
  program
    .command('litmus')
    .description("litmus tests in herd's C; exit 0 as their Result: lines say, 1 not so, 2 usage or I/O, 3 not modelled or bounded")
    .argument('<paths...>', 'files, or directories with *.litmus files')
    .addOption(options.format('text', 'json'))
    .addOption(options.memory())
    .addOption(options.maxStates())
    .addOption(options.maxMemory())
    .addOption(options.timeout())
    .action(async (paths: string[], flags: Omit<CommonFlags, 'kernel'>) => {
      const files = paths.map(absolute).flatMap((path) => (kindOf(path) === 'directory' ? filesUnder(path, '.litmus') : [path]));
      if (files.length === 0) throw new UsageError('there are no *.litmus files');
      const how = { memory: flags.memory, maxStates: flags.maxStates, maxBytes: flags.maxMemory * bytesPerMegabyte, timeoutMs: flags.timeout * 1000, now: nodeHost.now };
      const report = withDisplayPaths(litmusReport(nodeHost.files, await openParser(), files, how));
      print(flags.format === 'json' ? JSON.stringify(report, null, 2) : renderLitmus(report));
      finish(litmusCode(report));
    });
}

export function litmusCode({ tests, memory }: LitmusReport): number {
  if (tests.some((test) => !agrees(test, memory))) return exitCodes.findings;
  return tests.some((test) => test.result === 'notModelled') ? exitCodes.unknown : exitCodes.ok;
}
