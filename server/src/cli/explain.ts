/** `explain`: what breaks without each lock, barrier, check and store. */

import type { Command } from 'commander';
import { explanationTable, renderExplanation } from '../engine/explainText.ts';
import type { ExplainReport } from '../engine/report.ts';
import { UsageError, type ExplainTarget } from '../engine/types.ts';
import { options, parseTarget, simulateOptions, type SimulateFlags } from './arguments.ts';
import { openEngine } from './openEngine.ts';
import { exitCodes, print, withDisplayPaths } from './output.ts';

export function addExplain(program: Command, finish: (code: number) => void): void {
  program
    .command('explain')
    .description('what breaks without a line, or without each step of a fault path; exit 0 explained, 2 usage or I/O, 3 no scenario holds')
    .argument('<file:line|file:function>')
    .addOption(options.format('text', 'json', 'markdown'))
    .addOption(options.against())
    .addOption(options.access())
    .addOption(options.mapping())
    .addOption(options.memory())
    .addOption(options.era())
    .addOption(options.maxStates())
    .addOption(options.maxMemory())
    .addOption(options.timeout())
    .addOption(options.kernel())
    .action(async (text: string, flags: SimulateFlags) => {
      const { file, target } = placeOf(text);
      const report = withDisplayPaths((await openEngine(flags)).explain(file, target, simulateOptions(flags)));
      print(renderExplain(report, flags.format));
      finish(report.scenarios.some(({ verdict }) => verdict === 'holds') ? exitCodes.ok : exitCodes.unknown);
    });
}

export function renderExplain(report: ExplainReport, format: string): string {
  if (format === 'json') return JSON.stringify(report, null, 2);
  return format === 'markdown' ? explanationTable(report) : renderExplanation(report);
}

function placeOf(text: string): { file: string; target: ExplainTarget } {
  const target = parseTarget(text);
  if (typeof target.function === 'object' && target.function.name === undefined) return { file: target.file, target: { line: target.function.line } };
  if (target.function === undefined) throw new UsageError(`'${text}' names neither a line nor a function; write FILE:LINE or FILE:FUNCTION`);
  return { file: target.file, target: { function: target.function } };
}
