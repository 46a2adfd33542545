/** The functions of a tree, and the places where it has errors. */

import type { SyntaxNode, SyntaxTree } from '../../server/src/syntax/parser.ts';

export interface FoundFunction {
  readonly name: string;
  /** The definition up to the end of its name, as its author wrote it: it may begin with a macro. */
  readonly header: string;
  /** 1-based line of the name. */
  readonly nameLine: number;
  readonly endLine: number;
  readonly hasError: boolean;
}

export interface ErrorPlace {
  readonly line: number;
  readonly what: string;
}

/** Nodes that cannot hold a function definition. */
const LEAVES = new Set([
  'declaration', 'expression_statement', 'type_definition', 'comment', 'preproc_def', 'preproc_include',
  'preproc_function_def', 'preproc_call', 'compound_statement',
]);
const SNIPPET = 60;

/** Every function definition outside other functions' sound bodies, in order. */
export function findFunctions(tree: SyntaxTree, original: string): FoundFunction[] {
  const found: FoundFunction[] = [];
  const pending: SyntaxNode[] = [tree.root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type === 'function_definition') found.push(describe(node, original));
    if (node.type === 'function_definition' && !node.hasError) continue;
    for (let i = node.childCount - 1; i >= 0; i--) {
      const child = node.child(i);
      if (!child?.isNamed || (LEAVES.has(child.type) && !(child.type === 'compound_statement' && child.hasError))) continue;
      pending.push(child);
    }
  }
  return found;
}

/** The ERROR and MISSING nodes of a tree. */
export function errorPlaces(tree: SyntaxTree, text: string): ErrorPlace[] {
  const places: ErrorPlace[] = [];
  const pending: SyntaxNode[] = [tree.root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (!node.hasError) continue;
    if (node.isError || node.isMissing) {
      const snippet = JSON.stringify(text.slice(node.startIndex, Math.min(node.endIndex, node.startIndex + SNIPPET)));
      places.push({ line: node.startPosition.row + 1, what: node.isMissing ? `MISSING ${node.type}` : `ERROR ${snippet}` });
    }
    for (let i = node.childCount - 1; i >= 0; i--) {
      const child = node.child(i);
      if (child) pending.push(child);
    }
  }
  return places;
}

function describe(node: SyntaxNode, original: string): FoundFunction {
  const name = nameOf(node);
  return {
    name: name ? original.slice(name.startIndex, name.endIndex) : '',
    header: name ? original.slice(node.startIndex, name.endIndex) : '',
    nameLine: (name ?? node).startPosition.row + 1,
    endLine: node.endPosition.row + 1,
    hasError: node.hasError,
  };
}

/** The identifier inside the declarator. */
function nameOf(definition: SyntaxNode): SyntaxNode | undefined {
  let node = childOf(definition, (type) => type.endsWith('declarator'));
  while (node) {
    const name = childOf(node, (type) => type === 'identifier' || type === 'field_identifier' || type === 'type_identifier');
    const inner = childOf(node, (type) => type.endsWith('declarator'));
    if (inner && inner.startIndex <= (name?.startIndex ?? inner.startIndex)) node = inner;
    else return name;
  }
  return undefined;
}

function childOf(node: SyntaxNode, accepts: (type: string) => boolean): SyntaxNode | undefined {
  for (let i = 0; i < node.childCount; i++) {
    const child = node.child(i);
    if (child && accepts(child.type)) return child;
  }
  return undefined;
}
