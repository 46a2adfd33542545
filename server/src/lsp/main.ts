/**
 * The language server's process: `node dist/server.js --stdio` (or `--node-ipc`, which VS Code uses).
 * `faultline lsp --stdio` ends here too.
 */

import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { userCacheDirectory } from '../engine/indexing/indexCache.ts';
import { buildInBackground } from '../engine/indexing/threads.ts';
import { createServerEngine, disk, now } from './engineSource.ts';
import { createServer } from './server.ts';
import { startThread } from './workerThread.ts';
import { version } from './version.ts';

const connection = createConnection(ProposedFeatures.all);
createServer(connection, {
  createEngine: createServerEngine,
  disk,
  now,
  startWorker: (events) => startThread(new Worker(new URL('./worker.js', import.meta.url)), events),
  startBuild: (job, events) => buildInBackground(new URL('./indexThread.js', import.meta.url), job, events),
  cacheDirectory: userCacheDirectory(),
  docUriOf,
  version,
});
connection.listen();

/** Rules are documented in docs/rules of the package, one page a code. */
function docUriOf(code: string): string | undefined {
  if (!/^[A-Za-z0-9-]+$/.test(code)) return undefined;
  const page = fileURLToPath(new URL(`../docs/rules/${code}.md`, import.meta.url));
  return existsSync(page) ? pathToFileURL(page).href : undefined;
}
