/** Bundles the server with the fake engine, once per test file, into a directory of its own. */

import { build } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FakeServer {
  readonly file: string;
  readonly remove: () => void;
}

export async function bundleFakeServer(): Promise<FakeServer> {
  const directory = mkdtempSync(join(tmpdir(), 'faultline-lsp-'));
  await build({
    entryPoints: { server: join(import.meta.dirname, 'fakeMain.ts'), fakeWorker: join(import.meta.dirname, 'fakeWorker.ts') },
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['tree-sitter', 'tree-sitter-c'],
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
    banner: { js: "import { createRequire as cr } from 'node:module'; const require = cr(import.meta.url);" },
    logLevel: 'error',
  });
  return { file: join(directory, 'server.mjs'), remove: () => rmSync(directory, { recursive: true, force: true }) };
}
