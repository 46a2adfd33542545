/** A worker's thread (rules or simulation): started by the server, speaks `workerProtocol.ts`. */

import { parentPort } from 'node:worker_threads';
import { must } from '../base/assert.ts';
import { createServerEngine, disk, now } from './engineSource.ts';
import { runWorker } from './workerLoop.ts';
import type { JobRequest } from './workerProtocol.ts';

const port = must(parentPort, 'this file runs as a worker thread');

await runWorker(
  {
    post: (answer) => port.postMessage(answer),
    onRequest: (handler) => port.on('message', (request: JobRequest) => handler(request)),
  },
  { createEngine: createServerEngine, disk, now },
);
