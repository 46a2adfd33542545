/**
 * Threads of an index build, from the side that starts them. Plain node:worker_threads: the pools on
 * npm load an entry file of their own at run time, which a bundle does not have.
 */

import { Worker } from 'node:worker_threads';
import { CancelledError } from '../../base/cancellation.ts';
import type { FileFacts } from '../index/facts.ts';
import type { IndexWords } from '../index/indexWords.ts';
import type { BuiltIndex, Extractor, Progress } from './buildIndex.ts';
import type { CoordinatorMessage, ExtractAnswer, ExtractRequest, IndexJob, ThreadRole } from './protocol.ts';

/** A heap that is collected before it is large; no file of 6.12 needs a tenth of it. */
const extractorLimits = { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 16 } as const;

/** `entry`: the bundle of `threadMain.ts`. */
export function threadExtractor(entry: URL, isBackground: boolean, words: IndexWords): Extractor {
  const role: ThreadRole = { role: 'extract', isBackground, words };
  const thread = new Worker(entry, { workerData: role, resourceLimits: extractorLimits });
  let waiting: { resolve: (facts: readonly (FileFacts | undefined)[]) => void; reject: (error: Error) => void } | undefined;
  let gone: Error | undefined;
  let id = 0;
  const end = (error: Error): void => {
    gone ??= error;
    waiting?.reject(gone);
    waiting = undefined;
  };
  thread.on('message', (answer: ExtractAnswer) => {
    if (answer.id !== id) return;
    waiting?.resolve(answer.facts);
    waiting = undefined;
  });
  thread.on('error', end);
  thread.on('exit', (code) => end(new Error(`an index thread ended with code ${code}`)));
  return {
    extract: (paths) =>
      new Promise((resolve, reject) => {
        if (gone) return reject(gone);
        waiting = { resolve, reject };
        const request: ExtractRequest = { id: ++id, paths };
        thread.postMessage(request);
      }),
    stop: () => void thread.terminate(),
  };
}

export interface BuildEvents {
  readonly onProgress: (progress: Progress) => void;
  /** The kept image, before it is brought up to date; shared memory. */
  readonly onCached: (image: Uint8Array) => void;
  /** Something went wrong that the build survived. */
  readonly onNote: (note: string) => void;
}

export interface BackgroundBuild {
  readonly result: Promise<BuiltIndex>;
  readonly cancel: () => void;
}

/** A build that this thread only listens to. Rejects with `CancelledError` where it was cancelled before it had anything. */
export function buildInBackground(entry: URL, job: IndexJob, events: BuildEvents): BackgroundBuild {
  const cancelFlag = new SharedArrayBuffer(4);
  const role: ThreadRole = { role: 'coordinate', job, cancelFlag };
  const thread = new Worker(entry, { workerData: role });
  const result = new Promise<BuiltIndex>((resolve, reject) => {
    thread.on('message', (message: CoordinatorMessage) => {
      switch (message.kind) {
        case 'progress':
          return events.onProgress(message.progress);
        case 'cached':
          return events.onCached(message.image);
        case 'note':
          return events.onNote(message.note);
        case 'done':
          return resolve(message);
        case 'cancelled':
          return reject(new CancelledError());
        case 'failed':
          return reject(new Error(message.message));
      }
    });
    thread.on('error', reject);
    thread.on('exit', (code) => reject(new Error(`the index thread ended with code ${code}`)));
  });
  return { result, cancel: () => Atomics.store(new Int32Array(cancelFlag), 0, 1) };
}
