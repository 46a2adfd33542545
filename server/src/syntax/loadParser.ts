/** Chooses a parser backend and falls back to the other one. */

import { createNativeParser } from './nativeParser.ts';
import type { ParserResult } from './parser.ts';
import { createWasmParser, type WasmSources } from './wasmParser.ts';

export interface ParserPreference {
  readonly prefer: 'native' | 'wasm';
  /** Where the WASM files are; without it only the native backend can be had. */
  readonly wasm?: WasmSources;
}

/** The preferred backend, else the other one, else the reasons why neither loads. */
export async function createParser(preference: ParserPreference): Promise<ParserResult> {
  const attempts = [() => Promise.resolve(createNativeParser()), () => loadWasm(preference.wasm)];
  if (preference.prefer === 'wasm') attempts.reverse();
  const reasons: string[] = [];
  for (const attempt of attempts) {
    const result = await attempt();
    if (result.kind === 'parser') return result;
    reasons.push(result.reason);
  }
  return { kind: 'unavailable', reason: reasons.join('; ') };
}

async function loadWasm(sources: WasmSources | undefined): Promise<ParserResult> {
  if (!sources) return { kind: 'unavailable', reason: 'wasm: no runtime and grammar given' };
  return createWasmParser(sources);
}
