/**
 * The WASM tree-sitter backend: no compiled files, memory is given back by `delete()`, and a crash
 * cannot take the process down. The runtime and the grammar come as bytes or as paths; this file
 * itself reads none.
 */

import { Language, Parser, type Node, type Tree, type TreeCursor } from 'web-tree-sitter';
import type { ParserResult, SyntaxParser, SyntaxTree } from './parser.ts';

export interface WasmSources {
  /** `web-tree-sitter/tree-sitter.wasm`: its bytes or its path. */
  readonly runtimeWasm: string | Uint8Array;
  /** `tree-sitter-c/tree-sitter-c.wasm`: its bytes or its path. */
  readonly grammarWasm: string | Uint8Array;
}

class WasmTree implements SyntaxTree {
  constructor(readonly tree: Tree) {}

  get root(): Node {
    return this.tree.rootNode;
  }

  walk<T>(visit: (cursor: TreeCursor) => T): T {
    const cursor = this.tree.walk();
    try {
      return visit(cursor);
    } finally {
      cursor.delete();
    }
  }

  delete(): void {
    this.tree.delete();
  }
}

/** The WASM parser for C, or why it does not load. The runtime is initialised once per process. */
export async function createWasmParser(sources: WasmSources): Promise<ParserResult> {
  try {
    await Parser.init(runtimeOptions(sources.runtimeWasm));
    const parser = new Parser();
    parser.setLanguage(await Language.load(sources.grammarWasm));
    return { kind: 'parser', parser: wrap(parser) };
  } catch (error) {
    return { kind: 'unavailable', reason: `wasm: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** What the runtime reads of emscripten's module options. */
function runtimeOptions(runtime: string | Uint8Array): { locateFile?: () => string; wasmBinary?: Uint8Array } {
  return typeof runtime === 'string' ? { locateFile: () => runtime } : { wasmBinary: runtime };
}

function wrap(parser: Parser): SyntaxParser {
  return {
    backend: 'wasm',
    parse(text) {
      const tree = parser.parse(text);
      if (!tree) throw new Error('internal error: the WASM parser has no language');
      return new WasmTree(tree);
    },
  };
}
