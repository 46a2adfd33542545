/** The worker's thread with the fake engine. */

import { parentPort } from 'node:worker_threads';
import { nodeHost } from '../../server/src/engine/nodeHost.ts';
import { runWorker } from '../../server/src/lsp/workerLoop.ts';
import type { JobRequest } from '../../server/src/lsp/workerProtocol.ts';
import { createFakeEngine } from './fakeEngine.ts';

const port = parentPort!;
await runWorker(
  { post: (answer) => port.postMessage(answer), onRequest: (handler) => port.on('message', (request: JobRequest) => handler(request)) },
  { createEngine: createFakeEngine, disk: nodeHost.files, now: nodeHost.now },
);
