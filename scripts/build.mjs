/**
 * Bundles everything that the `bin` and the extension run into dist/, with the parsers beside it.
 * An entry whose source is not there yet is named and skipped. `--sourcemap` for debugging;
 * the packaged extension carries none.
 */

import { build } from 'esbuild';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const sourcemap = process.argv.includes('--sourcemap');

/** CommonJS dependencies that are bundled into an ES module still call require for Node's own modules. */
const requireBanner = "import { createRequire as faultlineCreateRequire } from 'node:module'; const require = faultlineCreateRequire(import.meta.url);";

const nodeModule = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  minify: false,
  sourcemap,
  legalComments: 'none',
  logLevel: 'warning',
  // Native parsers are loaded where they are installed; the bundle falls back to WebAssembly.
  external: ['tree-sitter', 'tree-sitter-c'],
  // Its main file is UMD, whose requires a bundler cannot see.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  banner: { js: requireBanner },
};

const entries = [
  { source: 'client/src/extension.ts', out: 'extension.cjs', options: { format: 'cjs', external: ['vscode'], banner: {} } },
  { source: 'client/webview/main.ts', out: 'resultView.js', options: { platform: 'browser', target: 'es2022', format: 'iife', banner: {}, external: [] } },
  { source: 'client/webview/resultView.css', out: 'resultView.css', options: { platform: 'browser', banner: {}, external: [] } },
  { source: 'server/src/lsp/main.ts', out: 'server.js', options: {} },
  { source: 'server/src/lsp/workerMain.ts', out: 'worker.js', options: {} },
  { source: 'server/src/engine/indexing/threadMain.ts', out: 'indexThread.js', options: {} },
  { source: 'server/src/cli/main.ts', out: 'cli.js', options: { banner: { js: `#!/usr/bin/env node\n${requireBanner}` } }, executable: true },
];

/** WebAssembly files that the bundles look for in their own directory. */
const wasmFiles = ['web-tree-sitter/tree-sitter.wasm', 'tree-sitter-c/tree-sitter-c.wasm'];

async function bundle({ source, out, options, executable }) {
  if (!existsSync(join(root, source))) {
    console.log(`build: ${source} is not there, dist/${out} left out`);
    return;
  }
  await build({ ...nodeModule, ...options, entryPoints: [join(root, source)], outfile: join(dist, out) });
  if (executable) await chmod(join(dist, out), 0o755);
}

async function copyWasm(file) {
  const require = createRequire(join(root, 'package.json'));
  await copyFile(require.resolve(file), join(dist, file.slice(file.lastIndexOf('/') + 1)));
}

await mkdir(dist, { recursive: true });
const outcomes = await Promise.allSettled([...entries.map(bundle), ...wasmFiles.map(copyWasm)]);
for (const outcome of outcomes.filter(({ status }) => status === 'rejected')) {
  // esbuild has printed its own errors already.
  if (!Array.isArray(outcome.reason?.errors)) console.error(outcome.reason);
  process.exitCode = 1;
}
