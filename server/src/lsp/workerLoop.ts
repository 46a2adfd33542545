/**
 * A worker's side: one job at a time, in the order of arrival. An exception of the
 * engine becomes an answer; only a crash of the thread itself ends the loop.
 */

import { CancelledError, type Cancellation } from '../base/cancellation.ts';
import { UsageError, type Engine, type EngineHost, type FileHost } from '../engine/types.ts';
import { kernelConfigOf, type KernelConfig } from '../engine/kernelConfig.ts';
import { IndexImage } from '../engine/index/image.ts';
import { TreeIndex } from '../engine/index/treeIndex.ts';
import { OverlayFiles } from './files.ts';
import { protocolVersion, type FileChange, type Job, type JobRequest, type JobResults, type WorkerAnswer } from './workerProtocol.ts';

export type EngineFactory = (host: EngineHost) => Engine | Promise<Engine>;

/** The worker's end of the message channel. */
export interface WorkerChannel {
  readonly post: (answer: WorkerAnswer) => void;
  readonly onRequest: (handler: (request: JobRequest) => void) => void;
}

export interface WorkerParts {
  readonly disk: FileHost;
  readonly now: () => number;
  readonly createEngine: EngineFactory;
}

export async function runWorker(channel: WorkerChannel, parts: WorkerParts): Promise<void> {
  const files = new OverlayFiles(parts.disk);
  const engine = await parts.createEngine({ files, now: parts.now });
  channel.onRequest((request) => {
    channel.post(answer(files, engine, request));
  });
  channel.post({ kind: 'ready', version: protocolVersion });
}

function applyChange(files: OverlayFiles, engine: Engine, change: FileChange): void {
  if (change.kind === 'indexed') return useIndex(files, engine, change.path, change.image);
  if (change.kind === 'configured') return engine.useKernelConfig(configOf(change.text));
  if (change.kind === 'opened') files.set(change.path, change.text, change.version);
  else if (change.kind === 'closed') files.remove(change.path);
  engine.changed(change.path);
}

/** The text of a `.config`, or none. */
export function configOf(text: string | undefined): KernelConfig | undefined {
  return kernelConfigOf({ config: text, define: [], undefine: [] });
}

/** What an editor has open differs from the disk that was indexed. */
export function useIndex(files: OverlayFiles, engine: Engine, root: string, bytes: Uint8Array): void {
  const image = IndexImage.read(bytes);
  if (!image) return;
  engine.useIndex(root, new TreeIndex(image, root));
  for (const path of files.paths()) engine.changed(path);
}

function answer(files: OverlayFiles, engine: Engine, { id, job, cancelFlag, changes }: JobRequest): WorkerAnswer {
  const cancellation = sharedCancellation(cancelFlag);
  try {
    for (const change of changes) applyChange(files, engine, change);
    if (cancellation.isCancelled) return { kind: 'cancelled', id };
    const value = runJob(engine, job, cancellation);
    return { kind: 'done', id, value };
  } catch (error) {
    if (error instanceof CancelledError) return { kind: 'cancelled', id };
    const message = error instanceof Error ? error.message : String(error);
    const detail = error instanceof Error ? (error.stack ?? message) : message;
    return { kind: 'failed', id, message, isUsage: error instanceof UsageError, detail };
  }
}

function runJob(engine: Engine, job: Job, cancellation: Cancellation): JobResults[Job['kind']] {
  switch (job.kind) {
    case 'check':
      return engine.check(job.path, { ...job.options, cancellation });
    case 'simulate':
      return engine.simulate(job.path, job.functionName, { ...job.options, cancellation });
    case 'explain':
      return engine.explain(job.path, job.target, { ...job.options, cancellation });
    case 'protocol':
      return engine.protocol(job.path, job.functionName, { ...job.options, cancellation });
  }
}

function sharedCancellation(flag: SharedArrayBuffer): Cancellation {
  const view = new Int32Array(flag);
  return {
    get isCancelled() {
      return Atomics.load(view, 0) !== 0;
    },
  };
}
