/** What the threads of an index build say to each other: plain data. */

import type { FileFacts } from '../index/facts.ts';
import type { IndexWords } from '../index/indexWords.ts';
import type { BuildCounts, Progress } from './buildIndex.ts';

/** `extract` reads files for a build; `coordinate` runs a whole build away from a busy thread. */
export type ThreadRole =
  | { readonly role: 'extract'; readonly isBackground: boolean; readonly words: IndexWords }
  | { readonly role: 'coordinate'; readonly job: IndexJob; readonly cancelFlag: SharedArrayBuffer };

export interface IndexJob {
  readonly root: string;
  /** Where images are kept; undefined: nowhere. */
  readonly cacheDirectory: string | undefined;
  /** Threads that read files. */
  readonly jobs: number;
  /** By what a file's record is told to be current. */
  readonly stamps: 'time' | 'content';
  /** Threads give way to others. */
  readonly isBackground: boolean;
}

export interface ExtractRequest {
  readonly id: number;
  /** Absolute. */
  readonly paths: readonly string[];
}

export interface ExtractAnswer {
  readonly id: number;
  /** As `paths`; undefined where a file could not be read. */
  readonly facts: readonly (FileFacts | undefined)[];
}

export type CoordinatorMessage =
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** `image` is shared memory. */
  | { readonly kind: 'cached'; readonly image: Uint8Array }
  | { readonly kind: 'done'; readonly image: Uint8Array; readonly counts: BuildCounts }
  | { readonly kind: 'note'; readonly note: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };
