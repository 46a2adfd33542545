/**
 * The port to tree-sitter: what the native binding and the WASM one have in common, so that no
 * other file knows which of them runs. Both load the same grammar version and give identical trees,
 * except below a syntax error: the runtimes are of different versions, whose recovery differs.
 * All indices and columns are UTF-16 code units. Backends:
 * `nativeParser.ts`, `wasmParser.ts`; `loadParser.ts` chooses.
 */

/** A 0-based row and column, as tree-sitter counts. */
export interface Point {
  readonly row: number;
  readonly column: number;
}

/** A node as either backend hands it out; reading one property is a call into the backend. */
export interface SyntaxNode {
  readonly type: string;
  readonly startIndex: number;
  readonly endIndex: number;
  readonly startPosition: Point;
  readonly endPosition: Point;
  readonly isNamed: boolean;
  readonly isMissing: boolean;
  readonly isError: boolean;
  readonly hasError: boolean;
  readonly childCount: number;
  readonly parent: SyntaxNode | null;
  child(index: number): SyntaxNode | null;
}

/** The cheapest way over a whole tree: one native object that moves. */
export interface SyntaxCursor {
  readonly nodeType: string;
  readonly nodeTypeId: number;
  readonly nodeIsNamed: boolean;
  readonly nodeIsMissing: boolean;
  readonly startIndex: number;
  readonly endIndex: number;
  gotoFirstChild(): boolean;
  gotoNextSibling(): boolean;
  gotoParent(): boolean;
}

export interface SyntaxTree {
  readonly root: SyntaxNode;
  /** Runs `visit` with a cursor at the root; the cursor must not be kept. */
  walk<T>(visit: (cursor: SyntaxCursor) => T): T;
  /** Gives WASM memory back; the native backend leaves it to the garbage collector. */
  delete(): void;
}

export interface SyntaxParser {
  readonly backend: 'native' | 'wasm';
  /** Never fails on any text: what does not fit the grammar becomes ERROR and MISSING nodes. */
  parse(text: string): SyntaxTree;
}

/** A parser, or why there is none. */
export type ParserResult =
  | { readonly kind: 'parser'; readonly parser: SyntaxParser }
  | { readonly kind: 'unavailable'; readonly reason: string };
