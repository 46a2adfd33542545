/** The built-in protocols of `faultline model NAME`. */

import type { MemoryModel } from '../model/types.ts';
import type { ModelReport } from './report.ts';
import { UsageError } from './types.ts';

export const modelNames: readonly string[] = [];

export function modelReport(name: string, _options: { memory: MemoryModel; maxStates: number; timeoutMs: number; now: () => number }): ModelReport {
  throw new UsageError(`there is no built-in model '${name}'`);
}
