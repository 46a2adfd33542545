/**
 * The index of each kernel tree that is open as a folder: built and kept current by threads of its
 * own, with progress that can be cancelled. This thread only hands the finished image on; it is shared
 * memory. A cancelled build keeps what it has read, and the next start goes on from there.
 */

import { basename } from 'node:path';
import type { WorkDoneProgressServerReporter } from 'vscode-languageserver';
import { CancelledError } from '../../base/cancellation.ts';
import type { BuildCounts, Progress } from '../../engine/indexing/buildIndex.ts';
import type { IndexJob } from '../../engine/indexing/protocol.ts';
import type { BackgroundBuild, BuildEvents } from '../../engine/indexing/threads.ts';
import { findKernelRoot, joinPath } from '../../engine/paths.ts';
import type { FileHost } from '../../engine/types.ts';
import { describeError, inBackground } from '../log.ts';
import { uriOfPath } from '../paths.ts';
import type { Session } from '../session.ts';

export type StartBuild = (job: IndexJob, events: BuildEvents) => BackgroundBuild;

export interface IndexingParts {
  readonly startBuild: StartBuild;
  readonly disk: FileHost;
  readonly cacheDirectory: string;
  /** An image to answer from. `isNew`: it says other things than the one before may have said. */
  readonly publish: (root: string, image: Uint8Array, isNew: boolean) => void;
}

/** One reader leaves the other cores to the editor and to the checks. */
const readers = 1;
/** After changes on disk; a checkout of another branch changes thousands of files in a row. */
const settleMs = 3000;

export class IndexingFeature {
  private readonly roots = new Set<string>();
  private readonly queue: string[] = [];
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private current: BackgroundBuild | undefined;
  private isStopped = false;

  constructor(private readonly session: Session, private readonly parts: IndexingParts) {}

  /** Indexes the kernel tree that a folder is, or is in. */
  async folderOpened(folder: string): Promise<void> {
    const settings = await this.session.settingsOf(uriOfPath(folder));
    const root = settings.kernelRoot !== '' ? settings.kernelRoot : findKernelRoot(this.parts.disk, joinPath(folder, 'any'));
    if (!settings.index || root === undefined || this.roots.has(root)) return;
    this.roots.add(root);
    this.enqueue(root);
  }

  /** A file that no editor has open; its tree is brought up to date when the changes have ended. */
  changedOnDisk(path: string): void {
    for (const root of this.roots) {
      if (!path.startsWith(`${root}/`)) continue;
      clearTimeout(this.timers.get(root));
      this.timers.set(root, setTimeout(() => this.enqueue(root), settleMs));
    }
  }

  stop(): void {
    this.isStopped = true;
    this.queue.length = 0;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.current?.cancel();
  }

  private enqueue(root: string): void {
    if (this.isStopped) return;
    if (!this.queue.includes(root)) this.queue.push(root);
    if (!this.current) this.next();
  }

  private next(): void {
    const root = this.queue.shift();
    if (root !== undefined) inBackground(this.session.log, 'index', this.build(root));
  }

  private async build(root: string): Promise<void> {
    const { log } = this.session;
    const progress = new IndexProgress(this.session, root, () => this.current?.cancel());
    // An object, because it is set in a callback.
    const cached = { isThere: false };
    const build = this.parts.startBuild(
      { root, cacheDirectory: this.parts.cacheDirectory, jobs: readers, stamps: 'time', isBackground: true },
      {
        onProgress: (at) => progress.report(at),
        onCached: (image) => {
          cached.isThere = true;
          this.parts.publish(root, image, false);
        },
        onNote: (note) => log.warn(`${root}: ${note}`),
      },
    );
    this.current = build;
    try {
      const { image, counts } = await build.result;
      if (counts.isComplete || !cached.isThere) this.parts.publish(root, image, counts.read > 0 || !cached.isThere);
      log.info(`index of ${root}: ${described(counts)}`);
    } catch (error) {
      if (!(error instanceof CancelledError)) log.error(`index of ${root}: ${describeError(error)}`);
    } finally {
      progress.done();
      this.current = undefined;
      this.next();
    }
  }
}

function described({ files, read, reused, failed, isComplete }: BuildCounts): string {
  return `${files} files, ${read} read, ${reused} unchanged${failed.length > 0 ? `, not read: ${failed.join(', ')}` : ''}${isComplete ? '' : '; cancelled'}`;
}

/** Shown from the first report that leaves something to do, so that a warm start shows nothing. */
class IndexProgress {
  private reporter: Promise<WorkDoneProgressServerReporter | undefined> | undefined;
  private percentage = -1;

  constructor(private readonly session: Session, private readonly root: string, private readonly cancel: () => void) {}

  report({ done, total }: Progress): void {
    if (done >= total || !this.session.abilities.workDoneProgress) return;
    const percentage = Math.floor((done * 100) / total);
    if (percentage === this.percentage) return;
    this.percentage = percentage;
    this.reporter ??= this.begin();
    this.tell((reporter) => reporter.report(percentage, `${done} of ${total} files`));
  }

  done(): void {
    this.tell((reporter) => reporter.done());
  }

  private tell(what: (reporter: WorkDoneProgressServerReporter) => void): void {
    if (this.reporter) inBackground(this.session.log, 'progress', this.reporter.then((reporter) => reporter && what(reporter)));
  }

  private async begin(): Promise<WorkDoneProgressServerReporter | undefined> {
    try {
      const reporter = await this.session.connection.window.createWorkDoneProgress();
      reporter.token.onCancellationRequested(this.cancel);
      reporter.begin(`Indexing ${basename(this.root)}`, 0, undefined, true);
      return reporter;
    } catch (error) {
      this.session.log.warn(`progress: ${describeError(error)}`);
      return undefined;
    }
  }
}
