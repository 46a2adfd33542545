/**
 * Builds or updates the index of a tree: takes over what is current of the earlier one, and has the
 * rest read by extractors, which may be threads. A file that makes an extractor crash is read alone
 * the second time, and left out with a note if it does so again. What a cancelled build has got so
 * far is a valid image; the next build goes on from there.
 */

import { CancelledError, type Cancellation } from '../../base/cancellation.ts';
import { maxFileLength } from '../sourceFiles.ts';
import { joinPath } from '../paths.ts';
import type { FileHost } from '../types.ts';
import type { SyntaxParser } from '../../syntax/parser.ts';
import { extractFacts } from '../index/extractFacts.ts';
import { noFacts, type FileFacts } from '../index/facts.ts';
import { ImageBuilder } from '../index/image.ts';
import { keyOfWords, noIndexWords, WordTables, type IndexWords } from '../index/indexWords.ts';
import type { TreeIndex } from '../index/treeIndex.ts';
import { gatherWords } from './gatherWords.ts';
import { treeFiles, type StampedFile } from './treeFiles.ts';

/** Files in one request: enough that messages cost nothing, few enough that cancelling is quick. */
const batchSize = 32;

const checkpointMs = 20_000;

export interface Extractor {
  /** Facts in the order of `paths`. Rejects where the extractor broke down; it then takes no more work. */
  extract(paths: readonly string[]): Promise<readonly (FileFacts | undefined)[]>;
  stop(): void;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
}

export interface BuildCounts {
  readonly files: number;
  /** Taken over from the earlier index. */
  readonly reused: number;
  readonly read: number;
  /** Paths that no extractor survived. */
  readonly failed: readonly string[];
  readonly isComplete: boolean;
}

export interface BuildParts {
  readonly root: string;
  readonly host: FileHost;
  readonly previous: TreeIndex | undefined;
  readonly jobs: number;
  readonly startExtractor: (words: IndexWords) => Extractor;
  readonly onProgress: (progress: Progress) => void;
  readonly cancellation: Cancellation;
  /** Milliseconds. */
  readonly now: () => number;
  /** Gets what there is every so often, in case the process ends before the build does. */
  readonly onCheckpoint: (image: Uint8Array) => void;
  readonly allocate?: (bytes: number) => ArrayBufferLike;
}

export interface BuiltIndex {
  readonly image: Uint8Array;
  readonly counts: BuildCounts;
}

export async function buildIndex(parts: BuildParts): Promise<BuiltIndex> {
  const configurations: string[] = [];
  const files = treeFiles(parts.host, parts.root, parts.cancellation, (path) => configurations.push(path));
  const words = gatherWords(parts.host, parts.root, files, configurations, parts.previous?.words);
  // What was read with other words may be read differently now.
  const previous = parts.previous && keyOfWords(parts.previous.words) === keyOfWords(words) ? parts.previous : undefined;
  if (previous && isCurrent(previous, files, parts.root)) {
    const { image, fileCount } = previous.image;
    return { image, counts: { files: fileCount, reused: fileCount, read: 0, failed: [], isComplete: true } };
  }
  const build = new Build({ ...parts, previous }, files, words);
  await build.run();
  return build.finish();
}

/** Whether an index is of exactly these files as they are. */
function isCurrent(index: TreeIndex, files: readonly StampedFile[], root: string): boolean {
  return index.image.fileCount === files.length && files.every(({ path, stamp }) => index.stampOf(joinPath(root, path)) === stamp);
}

class Build {
  private readonly builder: ImageBuilder;
  private readonly queue: (readonly StampedFile[])[] = [];
  private readonly failed: string[] = [];
  private reused = 0;
  private read = 0;
  private savedAt: number;

  constructor(private readonly parts: BuildParts, private readonly files: readonly StampedFile[], private readonly words: IndexWords) {
    this.builder = new ImageBuilder(words);
    const stale: StampedFile[] = [];
    this.savedAt = parts.now();
    for (const file of files) {
      const path = joinPath(parts.root, file.path);
      if (parts.previous?.stampOf(path) === file.stamp) this.keep(file, parts.previous.recordOf(path)!.facts);
      else stale.push(file);
    }
    for (let at = 0; at < stale.length; at += batchSize) this.queue.push(stale.slice(at, at + batchSize));
    this.queue.reverse();
  }

  async run(): Promise<void> {
    this.report();
    const lanes = Math.min(this.parts.jobs, this.queue.length);
    await Promise.all(Array.from({ length: lanes }, () => this.lane()));
  }

  finish(): BuiltIndex {
    const image = this.builder.finish(this.parts.allocate);
    const isComplete = this.builder.fileCount + this.failed.length === this.files.length;
    return { image, counts: { files: this.builder.fileCount, reused: this.reused, read: this.read, failed: this.failed, isComplete } };
  }

  private keep(file: StampedFile, facts: FileFacts): void {
    this.builder.add(file.path, file.stamp, facts);
    this.reused++;
  }

  /** One extractor, and its successors if it breaks down, until the queue is empty. */
  private async lane(): Promise<void> {
    let extractor = this.parts.startExtractor(this.words);
    try {
      for (let batch = this.next(); batch; batch = this.next()) {
        if (await this.extract(extractor, batch)) continue;
        extractor.stop();
        extractor = this.parts.startExtractor(this.words);
      }
    } finally {
      extractor.stop();
    }
  }

  private next(): readonly StampedFile[] | undefined {
    return this.parts.cancellation.isCancelled ? undefined : this.queue.pop();
  }

  private async extract(extractor: Extractor, batch: readonly StampedFile[]): Promise<boolean> {
    try {
      const facts = await extractor.extract(batch.map((file) => joinPath(this.parts.root, file.path)));
      for (const [at, file] of batch.entries()) this.builder.add(file.path, file.stamp, facts[at] ?? noFacts);
      this.read += batch.length;
      this.report();
      this.checkpoint();
      return true;
    } catch (error) {
      if (error instanceof CancelledError) throw error;
      if (batch.length === 1) this.failed.push(batch[0]!.path);
      else for (const file of batch) this.queue.push([file]);
      return false;
    }
  }

  private checkpoint(): void {
    const now = this.parts.now();
    if (now - this.savedAt < checkpointMs || this.queue.length === 0) return;
    this.parts.onCheckpoint(this.builder.finish());
    this.savedAt = this.parts.now();
  }

  private report(): void {
    this.parts.onProgress({ done: this.reused + this.read, total: this.files.length });
  }
}

/** The facts of a file as a host has it; undefined where there is no such text. */
export function factsOfFile(host: FileHost, path: string, parser: SyntaxParser, words?: WordTables): FileFacts | undefined {
  const text = host.readText(path);
  return text === undefined || text.length > maxFileLength ? undefined : extractFacts(path, text, parser, words?.of(path));
}

/** An extractor on this thread. */
export function localExtractor(host: FileHost, parser: SyntaxParser, words: IndexWords = noIndexWords): Extractor {
  const tables = new WordTables(words);
  return {
    extract: (paths) => Promise.resolve(paths.map((path) => factsOfFile(host, path, parser, tables))),
    stop: () => undefined,
  };
}
