/**
 * The server's side of a worker thread: a queue with one job under way. Jobs that a person
 * waits for go before background checks and push a running one back into the queue. A worker that
 * does not react to cancellation, or crashes, is replaced; the server never goes down with it.
 */

import type { Log } from './log.ts';
import { protocolVersion, type FileChange, type Job, type JobRequest, type ResultOf, type WorkerAnswer } from './workerProtocol.ts';

/** A thread that runs `runWorker`; made by the entry, or by a test. */
export interface WorkerPort {
  readonly post: (request: JobRequest) => void;
  readonly terminate: () => void;
}

export interface WorkerEvents {
  readonly onAnswer: (answer: WorkerAnswer) => void;
  /** The thread ended, by itself or through a crash. Not called after `terminate`. */
  readonly onGone: (reason: string) => void;
}

export type StartWorker = (events: WorkerEvents) => WorkerPort;

export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string; readonly isUsage: boolean };

export interface RunningJob<T> {
  readonly outcome: Promise<Outcome<T>>;
  readonly cancel: () => void;
}

export interface WorkerHostOptions {
  readonly startWorker: StartWorker;
  readonly log: Log;
  /** In log lines: `simulation`, `rules`. */
  readonly name: string;
  /** Every document that is open, for a worker that starts anew. */
  readonly openDocuments: () => readonly FileChange[];
}

interface QueuedJob {
  readonly job: Job;
  readonly isUrgent: boolean;
  /** Milliseconds after which the thread is taken to be stuck; undefined: the engine's own limits suffice. */
  readonly limitMs: number | undefined;
  readonly resolve: (outcome: Outcome<never>) => void;
  isCancelled: boolean;
}

interface CurrentJob {
  readonly id: number;
  readonly queued: QueuedJob;
  readonly cancelFlag: SharedArrayBuffer;
  isYielding: boolean;
  timer: NodeJS.Timeout | undefined;
  limit: NodeJS.Timeout | undefined;
}

/** After a cancellation the engine polls within milliseconds; a thread that does not is stuck. */
const cancelGraceMs = 2000;
/** Crashes in a row, with no job done between them, after which no new worker is started for background checks. */
const maxCrashesInARow = 3;

export class WorkerHost {
  private readonly queue: QueuedJob[] = [];
  private changes: FileChange[] = [];
  private current: CurrentJob | undefined;
  private worker: WorkerPort | undefined;
  private nextId = 1;
  private crashesInARow = 0;

  constructor(private readonly options: WorkerHostOptions) {}

  /** Tells the worker of a changed file before the next job. */
  fileChanged(change: FileChange): void {
    if (!this.worker) return;
    this.changes = this.changes.filter((earlier) => earlier.path !== change.path || change.kind === 'changedOnDisk');
    this.changes.push(change);
  }

  /** Urgent jobs are those that a person waits for. */
  run<J extends Job>(job: J, urgency: 'urgent' | 'background', limitMs?: number): RunningJob<ResultOf<J>> {
    let resolve: (outcome: Outcome<never>) => void = () => undefined;
    const outcome = new Promise<Outcome<ResultOf<J>>>((settle) => {
      resolve = settle;
    });
    const queued: QueuedJob = { job, isUrgent: urgency === 'urgent', limitMs, resolve, isCancelled: false };
    this.enqueue(queued);
    this.next();
    return { outcome, cancel: () => this.cancel(queued) };
  }

  stop(): void {
    for (const queued of this.queue.splice(0)) queued.resolve({ kind: 'cancelled' });
    this.finish({ kind: 'cancelled' });
    this.dropWorker();
  }

  private enqueue(queued: QueuedJob): void {
    if (!queued.isUrgent) {
      this.queue.push(queued);
      return;
    }
    const firstBackground = this.queue.findIndex((other) => !other.isUrgent);
    this.queue.splice(firstBackground < 0 ? this.queue.length : firstBackground, 0, queued);
    if (this.current && !this.current.queued.isUrgent && !this.current.isYielding) {
      this.current.isYielding = true;
      this.signalCancel(this.current);
    }
  }

  private cancel(queued: QueuedJob): void {
    if (queued.isCancelled) return;
    queued.isCancelled = true;
    const at = this.queue.indexOf(queued);
    if (at >= 0) {
      this.queue.splice(at, 1);
      queued.resolve({ kind: 'cancelled' });
    } else if (this.current?.queued === queued) {
      this.signalCancel(this.current);
    }
  }

  private signalCancel(current: CurrentJob): void {
    Atomics.store(new Int32Array(current.cancelFlag), 0, 1);
    current.timer ??= setTimeout(() => {
      this.options.log.warn(`${this.options.name} worker did not stop within ${cancelGraceMs} ms; replacing it`);
      this.dropWorker();
      this.settleCancelled(current);
    }, cancelGraceMs);
  }

  private next(): void {
    if (this.current) return;
    const queued = this.queue.shift();
    if (!queued) return;
    if (!queued.isUrgent && this.crashesInARow >= maxCrashesInARow) {
      queued.resolve({ kind: 'failed', message: `the ${this.options.name} worker crashed repeatedly and is off`, isUsage: false });
      this.next();
      return;
    }
    this.start(queued);
  }

  private start(queued: QueuedJob): void {
    const cancelFlag = new SharedArrayBuffer(4);
    const id = this.nextId++;
    this.current = { id, queued, cancelFlag, isYielding: false, timer: undefined, limit: this.limitTimer(queued) };
    try {
      if (!this.worker) {
        this.worker = this.startWorker();
        this.changes = [...this.options.openDocuments()];
      }
      const changes = this.changes;
      this.changes = [];
      this.worker.post({ id, changes, job: queued.job, cancelFlag });
    } catch (error) {
      this.gone(`could not be started: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private limitTimer({ limitMs }: QueuedJob): NodeJS.Timeout | undefined {
    return limitMs === undefined ? undefined : setTimeout(() => this.gone(`gave no answer within ${limitMs} ms`), limitMs);
  }

  private startWorker(): WorkerPort {
    let isStale = false;
    const port = this.options.startWorker({
      onAnswer: (answer) => {
        if (!isStale) this.answered(answer);
      },
      onGone: (reason) => {
        if (!isStale) this.gone(reason);
      },
    });
    return {
      post: port.post,
      terminate: () => {
        isStale = true;
        port.terminate();
      },
    };
  }

  private answered(answer: WorkerAnswer): void {
    if (answer.kind === 'ready') {
      if (answer.version !== protocolVersion) this.options.log.error(`dist/worker.js is of another build (protocol ${answer.version}, expected ${protocolVersion})`);
      return;
    }
    const current = this.current;
    if (current?.id !== answer.id) return;
    if (answer.kind === 'cancelled') {
      this.settleCancelled(current);
      return;
    }
    this.crashesInARow = 0;
    if (answer.kind === 'done') {
      this.finish({ kind: 'done', value: answer.value as never });
    } else {
      if (!answer.isUsage) this.options.log.error(`${current.queued.job.kind} ${current.queued.job.path}: ${answer.detail}`);
      this.finish({ kind: 'failed', message: answer.message, isUsage: answer.isUsage });
    }
    this.next();
  }

  /** A job that was cancelled ends; one that only made room is queued again. */
  private settleCancelled(current: CurrentJob): void {
    if (this.current !== current) return;
    if (current.isYielding && !current.queued.isCancelled) {
      clearTimers(current);
      this.current = undefined;
      this.queue.push(current.queued);
    } else {
      this.finish({ kind: 'cancelled' });
    }
    this.next();
  }

  private gone(reason: string): void {
    this.crashesInARow++;
    const job = this.current?.queued.job;
    this.options.log.error(`${this.options.name} worker ${reason}${job ? ` (during ${job.kind} of ${job.path})` : ''}`);
    this.dropWorker();
    this.finish({ kind: 'failed', message: `the ${this.options.name} worker ${reason}`, isUsage: false });
    this.next();
  }

  private finish(outcome: Outcome<never>): void {
    const current = this.current;
    this.current = undefined;
    if (!current) return;
    clearTimers(current);
    current.queued.resolve(outcome);
  }

  private dropWorker(): void {
    this.worker?.terminate();
    this.worker = undefined;
    this.changes = [];
  }
}

function clearTimers({ timer, limit }: CurrentJob): void {
  clearTimeout(timer);
  clearTimeout(limit);
}
