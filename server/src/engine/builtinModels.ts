/** The built-in protocols of `faultline model NAME`: hand-written programs through the same search and report. */

import { neverCancelled } from '../base/cancellation.ts';
import type { MemoryModel } from '../model/types.ts';
import { builtinModel, builtinModelNames, type BuiltinScenario } from '../simulator/builtin/models.ts';
import { variantsOf } from '../simulator/builtin/variants.ts';
import type { SearchOptions } from '../simulator/types.ts';
import { explainTrials, trialOf, type ExplainLimits } from './explain.ts';
import { askedReductions, reductionReport } from './reductions.ts';
import type { ExplainReport, ModelReport, ScenarioReport } from './report.ts';
import { UsageError } from './types.ts';
import { milliseconds, mostTelling, verdictOf } from './verdicts.ts';

export const modelNames = builtinModelNames;

export interface ModelOptions {
  readonly memory: MemoryModel;
  /** One of the protocol's variants instead of the protocol as it must be. */
  readonly variant?: string | undefined;
  readonly maxStates: number;
  readonly maxBytes?: number;
  readonly timeoutMs: number;
  /** As in `SimulateOptions`. */
  readonly reduces?: boolean;
  readonly now: () => number;
}

/** Throws UsageError where there is no model of that name, or no such variant of it. */
export function modelReport(name: string, options: ModelOptions): ModelReport {
  const builtin = builtinModel(name);
  if (!builtin) throw new UsageError(`there is no built-in model '${name}'; known: ${modelNames.join(', ')}`);
  const how: Running = { ...options, cancellation: neverCancelled };
  if (options.variant !== undefined) {
    const known = variantsOf(name);
    const variant = known.find((each) => each.name === options.variant);
    if (!variant) throw new UsageError(`there is no variant '${options.variant}' of ${name}; known: ${known.map((each) => each.name).join(', ')}`);
    return { version: 1, name: `${name}, ${variant.name}`, era: builtin.era, scenarios: [run(variant.scenario(), `${builtin.title}, but ${variant.title}`, how)] };
  }
  return { version: 1, name, era: builtin.era, scenarios: builtin.scenarios.map((scenario) => run(scenario, builtin.title, how)) };
}

/** What breaks without each step of a built-in protocol, its adversaries' steps included; `wants` chooses pieces. */
export function modelExplanation(name: string, options: ModelOptions, wants?: ExplainLimits['wants']): ExplainReport {
  const builtin = builtinModel(name);
  if (!builtin) throw new UsageError(`there is no built-in model '${name}'; known: ${modelNames.join(', ')}`);
  const how: SearchOptions = { ...options, cancellation: neverCancelled };
  const trials = builtin.scenarios.map(({ model, ...choice }) => trialOf(choice, model, how, model.threads.map(({ name: thread, program }) => ({ thread, program }))));
  const { scenarios, pieces } = explainTrials(trials, { firstOnly: false, ...(wants ? { wants } : {}) });
  return { version: 1, name, era: builtin.era, memory: options.memory, scenarios, pieces };
}

type Running = SearchOptions & Pick<ModelOptions, 'reduces'>;

function run({ against, access, mapping, model }: BuiltinScenario, title: string, options: Running): ScenarioReport {
  const started = options.now();
  const result = mostTelling(model, { ...options, ...askedReductions(options), explainsTrace: true });
  const assumptions = [`scope: ${model.threads.length} threads, memory model ${options.memory}; ${title}`];
  return { against, access, mapping, memory: options.memory, ...verdictOf(result), elapsedMs: milliseconds(options.now() - started), assumptions, ...reductionReport(options, result) };
}
