/** The parsers that tests run on. */

import { createRequire } from 'node:module';
import { createParser } from '../../../server/src/syntax/loadParser.ts';
import type { SyntaxParser } from '../../../server/src/syntax/parser.ts';

const require = createRequire(import.meta.url);

export const WASM_SOURCES = {
  runtimeWasm: require.resolve('web-tree-sitter/tree-sitter.wasm'),
  grammarWasm: require.resolve('tree-sitter-c/tree-sitter-c.wasm'),
};

export async function testParser(prefer: 'native' | 'wasm' = 'native'): Promise<SyntaxParser> {
  const result = await createParser({ prefer, wasm: WASM_SOURCES });
  if (result.kind === 'unavailable') throw new Error(result.reason);
  return result.parser;
}
