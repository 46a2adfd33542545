/**
 * A tree-sitter tree as plain objects: every node is read from the backend once, in one cursor walk,
 * and the tree can be deleted afterwards. Comments are left out; ERROR and MISSING nodes are listed.
 * Accessors below are by position and type, which tells all of C apart without field names.
 */

import type { SyntaxCursor, SyntaxParser, SyntaxTree } from './parser.ts';

export interface RawNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly isNamed: boolean;
  readonly isMissing: boolean;
  readonly children: readonly RawNode[];
}

export interface RawTree {
  readonly root: RawNode;
  /** ERROR and MISSING nodes in source order, outer before inner. */
  readonly errors: readonly RawNode[];
  /** Macro definitions and enumerators, wherever they stand, in source order. */
  readonly definitions: readonly RawNode[];
}

interface NodeType {
  readonly name: string;
  readonly isNamed: boolean;
  /** Never has children, so that the walk need not ask. */
  readonly isLeaf: boolean;
  readonly isDefinition: boolean;
}

const LEAF_TYPES: ReadonlySet<string> = new Set([
  'identifier', 'field_identifier', 'type_identifier', 'statement_identifier', 'number_literal', 'primitive_type',
  'comment', 'preproc_arg', 'preproc_directive', 'string_content', 'character', 'escape_sequence', 'system_lib_string',
  'true', 'false',
]);

const DEFINITION_TYPES: ReadonlySet<string> = new Set(['preproc_def', 'preproc_function_def', 'enumerator']);

const NO_CHILDREN: readonly RawNode[] = [];

/** Node types by the parser's numbers for them, read once for all trees of a parser. */
const typesByParser = new WeakMap<SyntaxParser, NodeType[]>();

/** Reads a whole tree of `parser`. Iterative, so that no nesting depth of the input can overflow the stack. */
export function readTree(tree: SyntaxTree, parser: SyntaxParser): RawTree {
  let types = typesByParser.get(parser);
  if (!types) typesByParser.set(parser, (types = []));
  const known = types;
  return tree.walk((cursor) => new TreeReader(cursor, known).read());
}

class TreeReader {
  private readonly errors: RawNode[] = [];
  private readonly definitions: RawNode[] = [];

  constructor(private readonly cursor: SyntaxCursor, private readonly types: NodeType[]) {}

  read(): RawTree {
    const { cursor } = this;
    const root = this.node();
    const result = { root, errors: this.errors, definitions: this.definitions };
    const parents: RawNode[][] = [];
    let siblings = root.children as RawNode[];
    if (!cursor.gotoFirstChild()) return result;
    for (;;) {
      const type = this.type();
      if (type.name !== 'comment') {
        const node = this.node(type);
        siblings.push(node);
        if (!type.isLeaf && cursor.gotoFirstChild()) {
          parents.push(siblings);
          siblings = node.children as RawNode[];
          continue;
        }
      }
      while (!cursor.gotoNextSibling()) {
        const up = parents.pop();
        if (!up) return result;
        cursor.gotoParent();
        siblings = up;
      }
    }
  }

  private node(type: NodeType = this.type()): RawNode {
    const { cursor } = this;
    const start = cursor.startIndex;
    const end = cursor.endIndex;
    const isMissing = start === end && cursor.nodeIsMissing;
    const children = type.isLeaf ? NO_CHILDREN : [];
    const node = { type: type.name, start, end, isNamed: type.isNamed, isMissing, children };
    if (isMissing || type.name === 'ERROR') this.errors.push(node);
    if (type.isDefinition) this.definitions.push(node);
    return node;
  }

  private type(): NodeType {
    const id = this.cursor.nodeTypeId;
    return (this.types[id] ??= this.readType());
  }

  private readType(): NodeType {
    const name = this.cursor.nodeType;
    const isNamed = this.cursor.nodeIsNamed;
    return { name, isNamed, isLeaf: !isNamed || LEAF_TYPES.has(name), isDefinition: DEFINITION_TYPES.has(name) };
  }
}

/** The first child of one of the types. */
export function childOf(node: RawNode, ...types: readonly string[]): RawNode | undefined {
  return node.children.find((child) => types.includes(child.type));
}

/** Children that are operands or parts: named, and neither errors nor preprocessor lines. */
export function namedParts(node: RawNode): RawNode[] {
  return node.children.filter((child) => child.isNamed && child.type !== 'ERROR');
}

/** The operands of a comma expression; a node of another kind is its own only one. */
export function commaParts(node: RawNode): RawNode[] {
  const parts: RawNode[] = [];
  let at: RawNode | undefined = node;
  while (at?.type === 'comma_expression') {
    const [left, right] = namedParts(at);
    if (left) parts.push(left);
    at = right;
  }
  if (at) parts.push(at);
  return parts;
}

/** The children without what did not parse: for reading by position. */
export function soundChildren(node: RawNode): readonly RawNode[] {
  return node.children.some((child) => child.type === 'ERROR')
    ? node.children.filter((child) => child.type !== 'ERROR')
    : node.children;
}
