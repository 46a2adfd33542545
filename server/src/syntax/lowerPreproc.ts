/**
 * Preprocessor conditionals that are still in the tree (the rewrite has chosen branches in most
 * places). Inside functions the first branch is taken, or the alternative of `#if 0`; at file
 * scope every branch counts, since each may define a function.
 */

import { sliceOf, type LowerContext } from './lowerContext.ts';
import type { RawNode } from './nodes.ts';

const CONDITIONALS: ReadonlySet<string> = new Set(['preproc_if', 'preproc_ifdef', 'preproc_elif', 'preproc_elifdef', 'preproc_else']);
const ALTERNATIVES: ReadonlySet<string> = new Set(['preproc_elif', 'preproc_elifdef', 'preproc_else']);

export function isConditional(node: RawNode): boolean {
  return CONDITIONALS.has(node.type);
}

/** The nodes of the branch that is taken inside a function. */
export function takenBranch(ctx: LowerContext, node: RawNode): readonly RawNode[] {
  const alternative = node.children.find((child) => ALTERNATIVES.has(child.type));
  const condition = node.type === 'preproc_if' || node.type === 'preproc_elif' ? node.children[1] : undefined;
  if (condition && /^0+$/.test(sliceOf(ctx, condition))) return alternative ? takenBranch(ctx, alternative) : [];
  return branchNodes(node);
}

/** The nodes of one branch: neither its condition nor the branches after it. */
export function branchNodes(node: RawNode): readonly RawNode[] {
  const head = node.type === 'preproc_else' ? 1 : 2;
  return node.children.slice(head).filter((child) => child.isNamed && !ALTERNATIVES.has(child.type));
}
