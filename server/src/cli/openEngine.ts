/** The engine over the disk, with the native parser where it loads and the WASM one elsewhere. */

import { fileURLToPath } from 'node:url';
import { createEngine } from '../engine/engine.ts';
import { readIndex, userCacheDirectory } from '../engine/indexing/indexCache.ts';
import { nodeHost } from '../engine/nodeHost.ts';
import { kernelConfig, type KernelConfigFlags } from './kernelConfig.ts';
import { UsageError, type Engine } from '../engine/types.ts';
import { createParser } from '../syntax/loadParser.ts';
import type { SyntaxParser } from '../syntax/parser.ts';
import { wasmSources } from '../engine/wasmFiles.ts';

export async function openEngine(flags: KernelConfigFlags = {}): Promise<Engine> {
  return createEngine({ ...nodeHost, kernelConfig: kernelConfig(flags), indexOf: (root) => readIndex(userCacheDirectory(), root) }, await openParser());
}

export async function openParser(): Promise<SyntaxParser> {
  const wasm = wasmSources(fileURLToPath(new URL('.', import.meta.url)));
  const result = await createParser({ prefer: 'native', ...(wasm ? { wasm } : {}) });
  if (result.kind !== 'parser') throw new UsageError(`no C parser can be loaded: ${result.reason}`);
  return result.parser;
}
