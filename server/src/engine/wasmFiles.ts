/** Where the WASM parser's files are: beside the bundle, or in the packages they come from. */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { WasmSources } from '../syntax/wasmParser.ts';

/** `directory`: the bundle's own. Undefined where neither place has them. */
export function wasmSources(directory: string): WasmSources | undefined {
  const beside = { runtimeWasm: join(directory, 'tree-sitter.wasm'), grammarWasm: join(directory, 'tree-sitter-c.wasm') };
  if (existsSync(beside.runtimeWasm) && existsSync(beside.grammarWasm)) return beside;
  const require = createRequire(import.meta.url);
  try {
    return { runtimeWasm: require.resolve('web-tree-sitter/tree-sitter.wasm'), grammarWasm: require.resolve('tree-sitter-c/tree-sitter-c.wasm') };
  } catch {
    return undefined;
  }
}
