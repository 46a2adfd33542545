/** The commands of `faultline`, each a thin call of the engine. */

import { Command, CommanderError } from 'commander';
import { createRequire } from 'node:module';
import type { CheckReport, ModelReport, SimulateReport } from '../engine/report.ts';
import { renderDiagrams, renderFindings, renderRegions, renderSimulation } from '../engine/text.ts';
import { simulationMarkdown } from '../engine/markdown.ts';
import { toSarif } from '../engine/sarif.ts';
import { UsageError, type Engine } from '../engine/types.ts';
import { modelExplanation, modelReport, modelNames } from '../engine/builtinModels.ts';
import { bytesPerMegabyte, checkOptions, options, parseTarget, requireFunction, simulateOptions, type CheckFlags, type CommonFlags, type SimulateFlags } from './arguments.ts';
import { addCfg } from './cfg.ts';
import { addExplain, renderExplain } from './explain.ts';
import { checkFiles } from './check.ts';
import { ConfigurationCheck } from './configuration.ts';
import { addIndex } from './indexCommand.ts';
import { addLitmus } from './litmus.ts';
import { withKernelConfig, type KernelConfigFlags } from './kernelConfig.ts';
import { openEngine } from './openEngine.ts';
import { complain, exitCodes, print, withDisplayPaths } from './output.ts';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/** Runs one command line; the result is the process's exit code. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  let code: number = exitCodes.ok;
  const program = buildProgram((result) => (code = result));
  try {
    await program.parseAsync([...argv]);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (error instanceof UsageError) {
      complain(error.message);
      return exitCodes.usage;
    }
    throw error;
  }
}

function buildProgram(finish: (code: number) => void): Command {
  const program = new Command('faultline')
    .description('Checks Linux-kernel page-fault locking in C source and replays what goes wrong.')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'faultline: ')) });
  addCheck(program, finish);
  addSimulate(program, finish);
  addExplain(program, finish);
  addViews(program, finish);
  addModel(program, finish);
  addLitmus(program, finish);
  addIndex(program);
  program
    .command('lsp')
    .description('the language server, for any editor')
    .option('--stdio', 'over standard input and output (the only transport)')
    .action(async () => {
      const { startServer } = await import('./lspEntry.ts');
      await startServer();
    });
  return program;
}

function addCheck(program: Command, finish: (code: number) => void): void {
  withKernelConfig(program.command('check'))
    .description('findings in files or directories; exit 0 none, 1 findings, 2 usage, I/O or an unusable .faultline.json')
    .argument('[paths...]', 'files or directories', ['.'])
    .addOption(options.format('text', 'json', 'sarif'))
    .addOption(options.level())
    .addOption(options.memory())
    .addOption(options.maxStates())
    .addOption(options.maxMemory())
    .addOption(options.timeout())
    .addOption(options.kernel())
    .option('--no-simulate', 'local rules only')
    .action(async (paths: string[], flags: CheckFlags) => {
      const checked = checkFiles(await openEngine(flags), paths, checkOptions(flags));
      const report = withDisplayPaths(checked.report);
      print(renderCheck(report, flags.format));
      finish(!checked.isConfigured ? exitCodes.usage : report.findings.length > 0 ? exitCodes.findings : exitCodes.ok);
    });
}

function renderCheck(report: CheckReport, format: string): string {
  if (format === 'json') return JSON.stringify(report, null, 2);
  if (format === 'sarif') return JSON.stringify(toSarif(report, version), null, 2);
  return renderFindings(report);
}

function addSimulate(program: Command, finish: (code: number) => void): void {
  simulation(program.command('simulate'))
    .description('run a fault path against its environment; exit 0 all hold, 1 violated, 2 usage or I/O, 3 not modelled or bounded')
    .argument('<file:function>')
    .addOption(options.format('text', 'json', 'diagram', 'markdown'))
    .addOption(options.reduction())
    .action(async (text: string, flags: SimulateFlags) => {
      const target = parseTarget(text);
      const engine = await openEngine(flags);
      const how = simulateOptions(flags);
      const isConfigured = new ConfigurationCheck(engine, how.kernel).isGood(target.file);
      const report = withDisplayPaths(engine.simulate(target.file, requireFunction(target, text), how));
      print(renderReport(report, flags.format));
      finish(isConfigured ? simulationCode(report) : exitCodes.usage);
    });
}

function simulation(command: Command): Command {
  return withKernelConfig(command)
    .addOption(options.against())
    .addOption(options.access())
    .addOption(options.mapping())
    .addOption(options.memory())
    .addOption(options.era())
    .addOption(options.without())
    .addOption(options.maxStates())
    .addOption(options.maxMemory())
    .addOption(options.timeout())
    .addOption(options.kernel());
}

function renderReport(report: SimulateReport | ModelReport, format: string): string {
  if (format === 'json') return JSON.stringify(report, null, 2);
  if (format === 'markdown') return simulationMarkdown(report);
  return format === 'diagram' ? renderDiagrams(report.scenarios) : renderSimulation(report);
}

export function simulationCode(report: Pick<SimulateReport, 'scenarios'>): number {
  const verdicts = new Set(report.scenarios.map((scenario) => scenario.verdict));
  if (verdicts.has('violated')) return exitCodes.findings;
  return verdicts.has('notModelled') || verdicts.has('bounded') ? exitCodes.unknown : exitCodes.ok;
}

function addViews(program: Command, finish: (code: number) => void): void {
  withKernelConfig(program.command('regions'))
    .description('locks held, line by line')
    .argument('<file[:function]>')
    .addOption(options.format('text', 'json'))
    .action(async (text: string, flags: Pick<CommonFlags, 'format'> & KernelConfigFlags) => {
      const target = parseTarget(text);
      const engine = await openEngine(flags);
      const isConfigured = new ConfigurationCheck(engine, undefined).isGood(target.file);
      const report = withDisplayPaths(engine.regions(target.file, target.function));
      print(flags.format === 'json' ? JSON.stringify(report, null, 2) : renderRegions(report));
      if (!isConfigured) finish(exitCodes.usage);
    });
  addCfg(program);
  simulation(program.command('protocol'))
    .description('the extracted program with its assumptions')
    .argument('<file:function>')
    .addOption(options.format('text', 'json'))
    .action(async (text: string, flags: SimulateFlags) => {
      const target = parseTarget(text);
      const engine: Engine = await openEngine(flags);
      const how = simulateOptions(flags);
      const isConfigured = new ConfigurationCheck(engine, how.kernel).isGood(target.file);
      const protocol = engine.protocol(target.file, requireFunction(target, text), how);
      print(flags.format === 'json' ? JSON.stringify({ version: 1, protocol }) : protocol);
      if (!isConfigured) finish(exitCodes.usage);
    });
}

function addModel(program: Command, finish: (code: number) => void): void {
  program
    .command('model')
    .description(`a built-in protocol against its environment: ${modelNames.join(', ')}`)
    .argument('<name>')
    .addOption(options.format('text', 'json', 'diagram', 'markdown'))
    .addOption(options.memory())
    .addOption(options.maxStates())
    .addOption(options.maxMemory())
    .addOption(options.timeout())
    .addOption(options.reduction())
    .option('--variant <name>', 'a variant: as posted, or with a part left out; an unknown name lists them')
    .option('--explain', 'what breaks without each of its steps')
    .action((name: string, flags: SimulateFlags & { readonly explain?: boolean; readonly variant?: string }) => {
      const how = { variant: flags.variant, memory: flags.memory, maxStates: flags.maxStates, maxBytes: flags.maxMemory * bytesPerMegabyte, timeoutMs: flags.timeout * 1000, reduces: flags.reduction === 'on', now: () => performance.now() };
      if (flags.explain === true) {
        if (flags.variant !== undefined) throw new UsageError('--explain takes the protocol as it is, without --variant');
        if (how.reduces) throw new UsageError('--explain searches without reductions; leave --reduction out');
        if (flags.format === 'diagram') throw new UsageError('--explain has no diagram; use text, json or markdown');
        print(renderExplain(modelExplanation(name, how), flags.format));
        finish(exitCodes.ok);
        return;
      }
      const report = modelReport(name, how);
      print(renderReport(report, flags.format));
      finish(simulationCode(report));
    });
}
