/**
 * The entry of a build's threads. Files are parsed by the WASM backend, whose memory is given back
 * with each tree; the native one leaves its trees to the garbage collector, which does not see them.
 */

import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { must } from '../../base/assert.ts';
import { CancelledError, type Cancellation } from '../../base/cancellation.ts';
import { createParser } from '../../syntax/loadParser.ts';
import { nodeHost } from '../nodeHost.ts';
import { wasmSources } from '../wasmFiles.ts';
import { WordTables } from '../index/indexWords.ts';
import { factsOfFile } from './buildIndex.ts';
import type { CoordinatorMessage, ExtractAnswer, ExtractRequest, IndexJob, ThreadRole } from './protocol.ts';
import { runIndexJob } from './runIndexJob.ts';
import { threadExtractor } from './threads.ts';

/** As nice(1) counts. */
const backgroundPriority = 10;
/** At most so often is progress told. */
const progressEveryMs = 200;

const port = must(parentPort, 'this file runs as a worker thread');
const role = workerData as ThreadRole;

if (role.role === 'extract') await extract(port, role);
else await coordinate(port, role.job, flagged(role.cancelFlag));

async function extract(to: MessagePort, role: ThreadRole & { role: 'extract' }): Promise<void> {
  if (role.isBackground) giveWay();
  const wasm = wasmSources(fileURLToPath(new URL('.', import.meta.url)));
  const result = await createParser({ prefer: 'wasm', ...(wasm ? { wasm } : {}) });
  if (result.kind !== 'parser') throw new Error(`no C parser can be loaded: ${result.reason}`);
  const { parser } = result;
  const words = new WordTables(role.words);
  to.on('message', ({ id, paths }: ExtractRequest) => {
    const answer: ExtractAnswer = { id, facts: paths.map((path) => factsOfFile(nodeHost.files, path, parser, words)) };
    to.postMessage(answer);
  });
}

async function coordinate(to: MessagePort, job: IndexJob, cancellation: Cancellation): Promise<void> {
  if (job.isBackground) giveWay();
  const tell = (message: CoordinatorMessage): void => to.postMessage(message);
  let toldAt = -Infinity;
  try {
    const { image, counts } = await runIndexJob(job, {
      host: nodeHost.files,
      now: nodeHost.now,
      cancellation,
      startExtractor: (words) => threadExtractor(new URL(import.meta.url), job.isBackground, words),
      onProgress: (progress) => {
        const now = nodeHost.now();
        if (now - toldAt < progressEveryMs) return;
        toldAt = now;
        tell({ kind: 'progress', progress });
      },
      onCached: (cached) => tell({ kind: 'cached', image: cached }),
      onUnwritable: (reason) => tell({ kind: 'note', note: `the index is not kept: ${reason}` }),
    });
    tell({ kind: 'done', image, counts });
  } catch (error) {
    tell(error instanceof CancelledError ? { kind: 'cancelled' } : { kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
  to.close();
}

/** On Linux the priority is that of the calling thread; elsewhere it may be refused. */
function giveWay(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, backgroundPriority);
  } catch {
    // The thread runs at the process's own priority.
  }
}

function flagged(flag: SharedArrayBuffer): Cancellation {
  const view = new Int32Array(flag);
  return {
    get isCancelled() {
      return Atomics.load(view, 0) !== 0;
    },
  };
}
