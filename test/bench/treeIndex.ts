/**
 * The index of a whole tree: from nothing, again with nothing changed, and until the first answer of
 * a fresh process. Time, and the peak memory of the whole process.
 *
 *     npm run build && npx tsx test/bench/treeIndex.ts DIR [THREADS]
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readIndex } from '../../server/src/engine/indexing/indexCache.ts';

const cli = resolve(import.meta.dirname, '../../dist/cli.js');

interface Report {
  readonly root: string;
  readonly files: number;
  readonly functions: number;
  readonly tables: number;
  readonly imageBytes: number;
  readonly elapsedMs: number;
  readonly peakMemoryBytes: number;
}

export function benchIndex(directory: string, threads = 2): void {
  const cache = mkdtempSync(join(tmpdir(), 'faultline-bench-'));
  try {
    const run = (what: string): Report => {
      const report = JSON.parse(execFileSync(process.execPath, [cli, 'index', directory, '--format', 'json', '--jobs', String(threads), '--cache', cache], { encoding: 'utf8' })) as Report;
      console.log(`  index, ${what}: ${(report.elapsedMs / 1000).toFixed(2)} s, peak ${(report.peakMemoryBytes / 1e6).toFixed(0)} MB; ${report.files} files, ${report.functions} functions, ${report.tables} tables, ${(report.imageBytes / 1e6).toFixed(1)} MB kept`);
      return report;
    };
    const { root } = run(`from nothing, ${threads} threads`);
    run('every file looked at, none changed');
    const started = performance.now();
    const index = readIndex(cache, root);
    const answers = index?.functionsNamed('filemap_fault').length ?? NaN;
    const roles = index?.rolesOf('filemap_fault', `${root}/mm/filemap.c`).length ?? NaN;
    console.log(`  index, kept one read and asked: ${(performance.now() - started).toFixed(0)} ms; filemap_fault is defined ${answers} times and serves ${roles} tables`);
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  benchIndex(resolve(process.argv[2] ?? '.'), Number(process.argv[3] ?? 2));
}
