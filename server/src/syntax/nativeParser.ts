/**
 * The native tree-sitter backend. The binding stays outside the bundle (it is a compiled file), so
 * it is required at run time; where its binary does not load, the reason comes back as data.
 */

import { createRequire } from 'node:module';
import type NativeParser from 'tree-sitter';
import type { ParserResult, SyntaxParser, SyntaxTree } from './parser.ts';

type ParserClass = new () => NativeParser;

class NativeTree implements SyntaxTree {
  constructor(readonly tree: NativeParser.Tree) {}

  get root(): NativeParser.SyntaxNode {
    return this.tree.rootNode;
  }

  walk<T>(visit: (cursor: NativeParser.TreeCursor) => T): T {
    return visit(this.tree.walk());
  }

  delete(): void {
    // The binding frees a tree when it is collected.
  }
}

/** The native parser for C, or the loader's message where the binary does not fit the machine. */
export function createNativeParser(): ParserResult {
  try {
    const require = createRequire(import.meta.url);
    const Parser = require('tree-sitter') as ParserClass;
    const parser = new Parser();
    parser.setLanguage(require('tree-sitter-c') as NativeParser.Language);
    return { kind: 'parser', parser: wrap(parser) };
  } catch (error) {
    return { kind: 'unavailable', reason: `native: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function wrap(parser: NativeParser): SyntaxParser {
  return {
    backend: 'native',
    parse(text) {
      // The default buffer of 32 kB makes the binding refuse longer texts.
      return new NativeTree(parser.parse(text, null, { bufferSize: text.length * 2 + 1024 }));
    },
  };
}
