/** The language server's process with the fake engine: everything but the engine is real. */

import { Worker } from 'node:worker_threads';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { nodeHost } from '../../server/src/engine/nodeHost.ts';
import { createServer } from '../../server/src/lsp/server.ts';
import { startThread } from '../../server/src/lsp/workerThread.ts';
import { createFakeEngine } from './fakeEngine.ts';

const connection = createConnection(ProposedFeatures.all);
createServer(connection, {
  createEngine: createFakeEngine,
  disk: nodeHost.files,
  now: nodeHost.now,
  startWorker: (events) => startThread(new Worker(new URL('./fakeWorker.mjs', import.meta.url)), events),
  cacheDirectory: '/nowhere',
  docUriOf: (code) => `https://example.invalid/rules/${code}`,
  version: '0.0.0-fake',
});
connection.listen();
