/**
 * What the server and its workers say to each other: plain data only. Both sides are
 * built together; `protocolVersion` catches a stale worker file beside a newer server.
 */

import type { CheckReport, ExplainReport, SimulateReport } from '../engine/report.ts';
import type { CheckOptions, ExplainTarget, SimulateOptions } from '../engine/types.ts';

export const protocolVersion = 4;

/** Options as data; the worker adds the cancellation from the shared flag. */
export type CheckData = Omit<CheckOptions, 'cancellation'>;
export type SimulateData = Omit<SimulateOptions, 'cancellation'>;

export interface CheckJob {
  readonly kind: 'check';
  readonly path: string;
  readonly options: CheckData;
}

export interface SimulateJob {
  readonly kind: 'simulate';
  readonly path: string;
  readonly functionName: string;
  readonly options: SimulateData;
}

export interface ProtocolJob {
  readonly kind: 'protocol';
  readonly path: string;
  readonly functionName: string;
  readonly options: SimulateData;
}

export interface ExplainJob {
  readonly kind: 'explain';
  readonly path: string;
  readonly target: ExplainTarget;
  readonly options: SimulateData;
}

export type Job = CheckJob | SimulateJob | ProtocolJob | ExplainJob;

export interface JobResults {
  readonly check: CheckReport;
  readonly simulate: SimulateReport;
  readonly protocol: string;
  readonly explain: ExplainReport;
}

export type ResultOf<J extends Job> = JobResults[J['kind']];

/** One change of the overlay since the last job. */
export type FileChange =
  | { readonly kind: 'opened'; readonly path: string; readonly text: string; readonly version: number }
  | { readonly kind: 'closed'; readonly path: string }
  | { readonly kind: 'changedOnDisk'; readonly path: string }
  /** A new index of the tree at `path`; `image` is shared memory. */
  | { readonly kind: 'indexed'; readonly path: string; readonly image: Uint8Array }
  /** The text of the kernel's `.config`; undefined: there is none. */
  | { readonly kind: 'configured'; readonly path: string; readonly text: string | undefined };

export interface JobRequest {
  readonly id: number;
  readonly changes: readonly FileChange[];
  readonly job: Job;
  /** One Int32: not 0 means cancelled. */
  readonly cancelFlag: SharedArrayBuffer;
}

export type WorkerAnswer =
  | { readonly kind: 'ready'; readonly version: number }
  | { readonly kind: 'done'; readonly id: number; readonly value: JobResults[Job['kind']] }
  | { readonly kind: 'cancelled'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string; readonly isUsage: boolean; readonly detail: string };
