/** `check` over files and directories: one report of all. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError, type CheckOptions, type Engine } from '../engine/types.ts';
import type { CheckReport, Finding, NotModelledFunction } from '../engine/report.ts';
import { absolute, complain } from './output.ts';

/** Files that cannot be read inside a directory are named and passed over; one named itself is an error. */
export function checkFiles(engine: Engine, paths: readonly string[], options: CheckOptions): CheckReport {
  const findings: Finding[] = [];
  const notModelled: NotModelledFunction[] = [];
  let [total, analysed, elapsedMs] = [0, 0, 0];
  for (const path of paths.map(absolute)) {
    const isDirectory = kindOf(path) === 'directory';
    for (const file of isDirectory ? sourcesUnder(path) : [path]) {
      const report = checkOne(engine, file, options, isDirectory);
      if (!report) continue;
      findings.push(...report.findings);
      notModelled.push(...report.functions.notModelled);
      total += report.functions.total;
      analysed += report.functions.analysed;
      elapsedMs += report.elapsedMs;
    }
  }
  return { version: 1, findings, functions: { total, analysed, notModelled }, elapsedMs };
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

function kindOf(path: string): 'directory' | 'file' {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw new UsageError(`${path} does not exist`);
  return stats.isDirectory() ? 'directory' : 'file';
}

function sourcesUnder(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .sort((a, b) => a.name.localeCompare(b.name))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' || entry.name.startsWith('.') ? [] : sourcesUnder(path);
      return entry.isFile() && entry.name.endsWith('.c') ? [path] : [];
    });
}
