/** The worker's thread with the fake engine. */

import { parentPort } from 'node:worker_threads';
import { disk } from '../../server/src/lsp/engineSource.ts';
import { runWorker } from '../../server/src/lsp/workerLoop.ts';
import type { JobRequest } from '../../server/src/lsp/workerProtocol.ts';
import { createFakeEngine } from './fakeEngine.ts';

const port = parentPort!;
await runWorker(
  { post: (answer) => port.postMessage(answer), onRequest: (handler) => port.on('message', (request: JobRequest) => handler(request)) },
  { createEngine: createFakeEngine, disk, now: () => performance.now() },
);
