/**
 * A whole build over the disk: the kept index first, which can answer at once, then what has changed
 * since, then the cache. A cache that cannot be written costs the next start its warmth, nothing else.
 */

import { createHash } from 'node:crypto';
import type { Cancellation } from '../../base/cancellation.ts';
import { IndexImage } from '../index/image.ts';
import type { IndexWords } from '../index/indexWords.ts';
import { contentStamp, TreeIndex } from '../index/treeIndex.ts';
import type { FileHost } from '../types.ts';
import { buildIndex, type BuiltIndex, type Extractor, type Progress } from './buildIndex.ts';
import { readImage, writeImage } from './indexCache.ts';
import type { IndexJob } from './protocol.ts';

export interface JobParts {
  readonly host: FileHost;
  readonly now: () => number;
  readonly startExtractor: (words: IndexWords) => Extractor;
  readonly cancellation: Cancellation;
  readonly onProgress: (progress: Progress) => void;
  /** The kept image, before it is brought up to date. */
  readonly onCached: (image: Uint8Array) => void;
  /** The cache cannot be written; why. */
  readonly onUnwritable: (reason: string) => void;
}

export async function runIndexJob(job: IndexJob, parts: JobParts): Promise<BuiltIndex> {
  const kept = job.cacheDirectory === undefined ? undefined : readImage(job.cacheDirectory, job.root);
  const image = kept && IndexImage.read(kept);
  if (image) parts.onCached(image.image);
  const previous = image && new TreeIndex(image, job.root);
  const save = (built: Uint8Array): void => {
    if (job.cacheDirectory !== undefined) keep(job.cacheDirectory, job.root, built, parts);
  };
  const built = await buildIndex({
    ...parts, root: job.root, jobs: job.jobs, previous,
    host: job.stamps === 'content' ? contentStamped(parts.host) : parts.host,
    allocate: (bytes) => new SharedArrayBuffer(bytes),
    onCheckpoint: save,
  });
  if (built.image !== image?.image) save(built.image);
  return built;
}

function keep(directory: string, root: string, image: Uint8Array, { onUnwritable }: JobParts): void {
  try {
    writeImage(directory, root, image);
  } catch (error) {
    onUnwritable(error instanceof Error ? error.message : String(error));
  }
}

/** A file is current while its text is the same, whatever its time says; every file is read to know. */
function contentStamped(host: FileHost): FileHost {
  return {
    readText: (path) => host.readText(path),
    list: (directory) => host.list(directory),
    stamp: (path) => {
      const text = host.stamp(path) === undefined ? undefined : host.readText(path);
      return text === undefined ? undefined : `${contentStamp}${createHash('sha1').update(text).digest('base64')}`;
    },
  };
}
