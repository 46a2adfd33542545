/** `faultline index DIR`: builds or updates the index of the tree that a directory is in. */

import { availableParallelism } from 'node:os';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { neverCancelled } from '../base/cancellation.ts';
import { IndexImage } from '../engine/index/image.ts';
import type { BuildCounts, Progress } from '../engine/indexing/buildIndex.ts';
import { cachePath, userCacheDirectory } from '../engine/indexing/indexCache.ts';
import { runIndexJob } from '../engine/indexing/runIndexJob.ts';
import { threadExtractor } from '../engine/indexing/threads.ts';
import { nodeHost } from '../engine/nodeHost.ts';
import { findKernelRoot, joinPath } from '../engine/paths.ts';
import { UsageError } from '../engine/types.ts';
import { options } from './arguments.ts';
import { absolute, complain, print } from './output.ts';

interface IndexFlags {
  readonly format: string;
  readonly jobs: number;
  readonly cache?: string;
  readonly byContent: boolean;
}

/** The JSON form, version 1: fields may be added, never changed. */
interface IndexReport extends BuildCounts {
  readonly version: 1;
  readonly root: string;
  readonly functions: number;
  readonly tables: number;
  readonly uses: number;
  readonly cacheFile: string;
  /** Whether the index was written there; else the reason is on standard error. */
  readonly isKept: boolean;
  readonly imageBytes: number;
  readonly elapsedMs: number;
  /** Of the whole process, all threads. */
  readonly peakMemoryBytes: number;
}

export function addIndex(program: Command): void {
  program
    .command('index')
    .description('build or update the index of the kernel tree that a directory is in; exit 0, 2 usage or I/O')
    .argument('[dir]', 'a directory of the tree', '.')
    .addOption(options.format('text', 'json'))
    .addOption(new Option('--jobs <n>', 'threads that read files').argParser(wholeNumber).default(availableParallelism()))
    .option('--cache <dir>', 'where the index is kept (default: the user\'s cache directory)')
    .option('--by-content', 'tell changed files by their content instead of time and size', false)
    .action(async (dir: string, flags: IndexFlags) => {
      const report = await buildReport(absolute(dir), flags);
      print(flags.format === 'json' ? JSON.stringify(report, null, 2) : textOf(report));
    });
}

async function buildReport(directory: string, flags: IndexFlags): Promise<IndexReport> {
  if (nodeHost.files.list(directory).length === 0) throw new UsageError(`${directory} is no directory, or an empty one`);
  const started = nodeHost.now();
  const root = findKernelRoot(nodeHost.files, joinPath(directory, 'any')) ?? directory;
  const cacheDirectory = flags.cache === undefined ? userCacheDirectory() : absolute(flags.cache);
  const job = { root, cacheDirectory, jobs: flags.jobs, stamps: flags.byContent ? 'content' : 'time', isBackground: false } as const;
  let isKept = true;
  const { image, counts } = await runIndexJob(job, {
    host: nodeHost.files, now: nodeHost.now, cancellation: neverCancelled,
    startExtractor: (words) => threadExtractor(new URL('./indexThread.js', import.meta.url), false, words),
    onProgress: process.stderr.isTTY && flags.format === 'text' ? showProgress : () => undefined,
    onCached: () => undefined,
    onUnwritable: (reason) => {
      isKept = false;
      complain(`the index is not kept: ${reason}`);
    },
  });
  const read = IndexImage.read(image)!;
  const count = (which: 'tables' | 'uses'): number => read.tables.reduce((sum, each) => sum + each[which].length, 0);
  return {
    version: 1, root, ...counts, functions: read.functionCount, tables: count('tables'), uses: count('uses'), cacheFile: cachePath(cacheDirectory, root), isKept,
    imageBytes: image.length, elapsedMs: Math.round(nodeHost.now() - started), peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  };
}

function showProgress({ done, total }: Progress): void {
  process.stderr.write(`\r${done} of ${total} files${done === total ? '\n' : ''}`);
}

function textOf(report: IndexReport): string {
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
  return [
    `${report.root}: ${report.files} files (${report.read} read, ${report.reused} unchanged), ${report.functions} functions, ${report.tables} handler tables, ${report.uses} uses`,
    `${(report.elapsedMs / 1000).toFixed(1)} s, peak memory ${megabytes(report.peakMemoryBytes)}, index ${megabytes(report.imageBytes)} ${report.isKept ? `in ${report.cacheFile}` : '(not kept)'}`,
    ...report.failed.map((path) => `not read, it ended the reader: ${path}`),
  ].join('\n');
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 64) throw new InvalidArgumentError('it must be a whole number from 1 to 64.');
  return value;
}
