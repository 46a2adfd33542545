/**
 * workspace/executeCommand: simulate, faultPaths, regions, protocol, explain. Answers are the engine's reports
 * as JSON, with a `text` for editors that only show text. Long ones run in the worker, with progress
 * and cancellation.
 */

import { LSPErrorCodes, MessageType, ResponseError, ShowMessageNotification, type CancellationToken, type ExecuteCommandParams, type WorkDoneProgressReporter } from 'vscode-languageserver';
import { UsageError, type Engine } from '../../engine/types.ts';
import { renderExplanation } from '../../engine/explainText.ts';
import type { ExplainReport, RegionsReport, SimulateReport } from '../../engine/report.ts';
import { diagram, renderRegions, renderSimulation, summarise } from '../../engine/text.ts';
import { chooseFaultPath, parseArguments, type CommandTarget } from '../commandArguments.ts';
import { explainCommand, faultPathsCommand, protocolCommand, regionsCommand, simulateCommand } from '../commandNames.ts';
import { simulateData } from '../engineOptions.ts';
import { describeError, inBackground } from '../log.ts';
import { pathOfUri } from '../paths.ts';
import type { Session } from '../session.ts';
import type { Outcome, RunningJob } from '../workerHost.ts';
import { withProgress } from './progress.ts';

/** One scenario as text, for the clipboard; the diagram is empty where it has no counterexample. */
export interface Rendering {
  readonly text: string;
  readonly diagram: string;
}

/** The answer of `faultline.simulate`: the report, its text, and for each scenario its counterexample as text. */
export interface SimulateAnswer extends SimulateReport {
  readonly text: string;
  readonly summary: string;
  readonly renderings: readonly Rendering[];
}

export interface RequestContext {
  readonly token: CancellationToken;
  readonly progress: WorkDoneProgressReporter;
}

interface ResolvedTarget {
  readonly uri: string;
  readonly path: string;
  readonly engine: Engine;
  readonly target: CommandTarget;
}

export async function executeCommand(session: Session, { command, arguments: args }: ExecuteCommandParams, context: RequestContext): Promise<unknown> {
  const resolved = await resolveTarget(session, args ?? []);
  try {
    switch (command) {
      case simulateCommand:
        return await simulate(session, resolved, context);
      case faultPathsCommand:
        return resolved.engine.faultPaths(resolved.path);
      case regionsCommand:
        return regions(resolved);
      case protocolCommand:
        return await protocol(session, resolved, context);
      case explainCommand:
        return await explain(session, resolved, context);
      default:
        throw failure(`unknown command ${command}`);
    }
  } catch (error) {
    if (error instanceof ResponseError) throw error;
    if (!(error instanceof UsageError)) session.log.error(`${command}: ${describeError(error)}`);
    throw failure(error instanceof Error ? error.message : String(error));
  }
}

async function simulate(session: Session, resolved: ResolvedTarget, context: RequestContext): Promise<SimulateAnswer> {
  const functionName = faultPathName(resolved);
  const settings = await session.settingsOf(resolved.uri);
  const options = simulateData(settings, resolved.target.options);
  const report = await withProgress(session, context, `Simulating ${functionName}`, (cancelled) =>
    finish(session.simulation.run({ kind: 'simulate', path: resolved.path, functionName, options }, 'urgent'), cancelled),
  );
  const summary = summarise(report);
  if (!session.abilities.isFaultlineClient) inBackground(session.log, 'showMessage', session.connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message: summary }));
  return { ...report, text: renderSimulation(report), summary, renderings: renderings(report) };
}

function renderings(report: SimulateReport): readonly Rendering[] {
  return report.scenarios.map((scenario) => ({
    text: renderSimulation({ ...report, scenarios: [scenario] }),
    diagram: scenario.trace ? `${diagram(scenario).join('\n')}\n` : '',
  }));
}

async function protocol(session: Session, resolved: ResolvedTarget, context: RequestContext): Promise<{ readonly function: string; readonly text: string }> {
  const functionName = faultPathName(resolved);
  const settings = await session.settingsOf(resolved.uri);
  const options = simulateData(settings, resolved.target.options);
  const text = await withProgress(session, context, `Reading the protocol of ${functionName}`, (cancelled) =>
    finish(session.simulation.run({ kind: 'protocol', path: resolved.path, functionName, options }, 'urgent'), cancelled),
  );
  return { function: functionName, text };
}

/** Of the line at a position, or of a named function. */
async function explain(session: Session, resolved: ResolvedTarget, context: RequestContext): Promise<ExplainReport & { readonly text: string }> {
  const { functionName, line } = resolved.target;
  if (functionName === undefined && line === undefined) throw failure('a function or a position is needed');
  const target = functionName === undefined ? { line: (line ?? 0) + 1 } : { function: functionName };
  const settings = await session.settingsOf(resolved.uri);
  const options = simulateData(settings, resolved.target.options);
  const report = await withProgress(session, context, 'Trying what breaks without it', (cancelled) =>
    finish(session.simulation.run({ kind: 'explain', path: resolved.path, target, options }, 'urgent'), cancelled),
  );
  return { ...report, text: renderExplanation(report) };
}

function regions({ engine, path, target }: ResolvedTarget): RegionsReport & { readonly text: string } {
  const whole = engine.regions(path, target.functionName);
  const report = target.functionName === undefined && target.line !== undefined ? narrow(whole, target.line + 1) : whole;
  return { ...report, text: renderRegions(report) };
}

/** The function that starts last at or before the line: reports have no function ends. */
function narrow(report: RegionsReport, line: number): RegionsReport {
  const around = report.functions.filter((found) => found.line <= line).sort((a, b) => b.line - a.line)[0];
  return { ...report, functions: around ? [around] : [] };
}

function faultPathName({ engine, path, target }: ResolvedTarget): string {
  const paths = engine.faultPaths(path);
  const chosen = chooseFaultPath(target, paths);
  if (typeof chosen === 'string') return chosen;
  if (chosen) return chosen.function;
  const names = paths.map((candidate) => candidate.function).join(', ');
  throw failure(paths.length === 0 ? 'this file has no fault path' : `no fault path at that position; the file has ${names}`);
}

async function resolveTarget(session: Session, args: readonly unknown[]): Promise<ResolvedTarget> {
  const parsed = parseArguments(args);
  if (parsed.kind === 'problem') throw failure(parsed.message);
  const { uri } = parsed.target;
  const path = pathOfUri(uri);
  const unfit = session.documents.get(uri)?.unfit;
  const engine = await session.engine;
  if (path === undefined) throw failure(`${uri} is not a file`);
  if (unfit !== undefined) throw failure(`not analysed: ${unfit}`);
  if (!engine) throw failure('the engine could not be started; see the log');
  return { uri, path, engine, target: parsed.target };
}

async function finish<T>(job: RunningJob<T>, cancelled: CancellationToken): Promise<T> {
  const listener = cancelled.onCancellationRequested(() => job.cancel());
  if (cancelled.isCancellationRequested) job.cancel();
  const outcome: Outcome<T> = await job.outcome;
  listener.dispose();
  switch (outcome.kind) {
    case 'done':
      return outcome.value;
    case 'cancelled':
      throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
    case 'failed':
      throw failure(outcome.message);
  }
}

function failure(message: string): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestFailed, message);
}
