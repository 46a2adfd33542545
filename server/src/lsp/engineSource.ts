/**
 * Where the server's two threads get their engine from: the WASM parser, because it gives memory back
 * at once and cannot take the process down; the native one where the WASM files are missing.
 */

import { fileURLToPath } from 'node:url';
import { createEngine } from '../engine/engine.ts';
import { nodeHost } from '../engine/nodeHost.ts';
import type { Engine, EngineHost } from '../engine/types.ts';
import { wasmSources } from '../engine/wasmFiles.ts';
import { createParser } from '../syntax/loadParser.ts';

export async function createServerEngine(host: EngineHost): Promise<Engine> {
  const wasm = wasmSources(fileURLToPath(new URL('.', import.meta.url)));
  const result = await createParser({ prefer: 'wasm', ...(wasm ? { wasm } : {}) });
  if (result.kind !== 'parser') throw new Error(`no C parser can be loaded: ${result.reason}`);
  return createEngine(host, result.parser);
}

export const disk = nodeHost.files;
export const now = nodeHost.now;
