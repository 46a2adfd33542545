/** `check` over files and directories: one report of all. */

import { UsageError, type CheckOptions, type Engine } from '../engine/types.ts';
import type { CheckReport, Finding, NotModelledFunction } from '../engine/report.ts';
import { ConfigurationCheck } from './configuration.ts';
import { filesUnder, kindOf } from './files.ts';
import { absolute, complain } from './output.ts';

/** One report; `isConfigured`: every `.faultline.json` on the way could be used. Files that cannot be read inside a directory are named and passed over; one named itself is an error. */
export function checkFiles(engine: Engine, paths: readonly string[], options: CheckOptions): { report: CheckReport; isConfigured: boolean } {
  const configuration = new ConfigurationCheck(engine, options.kernel);
  let isConfigured = true;
  const findings: Finding[] = [];
  const notModelled: NotModelledFunction[] = [];
  let [total, analysed, elapsedMs] = [0, 0, 0];
  for (const path of paths.map(absolute)) {
    const isDirectory = kindOf(path) === 'directory';
    for (const file of isDirectory ? filesUnder(path, '.c') : [path]) {
      isConfigured = configuration.isGood(file) && isConfigured;
      const report = checkOne(engine, file, options, isDirectory);
      if (!report) continue;
      findings.push(...report.findings);
      notModelled.push(...report.functions.notModelled);
      total += report.functions.total;
      analysed += report.functions.analysed;
      elapsedMs += report.elapsedMs;
    }
  }
  return { report: { version: 1, findings, functions: { total, analysed, notModelled }, elapsedMs }, isConfigured };
}

function checkOne(engine: Engine, file: string, options: CheckOptions, mayFail: boolean): CheckReport | undefined {
  try {
    return engine.check(file, options);
  } catch (error) {
    if (!(error instanceof UsageError) || !mayFail) throw error;
    complain(error.message);
    return undefined;
  }
}
