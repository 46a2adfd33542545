/** What every lowering function needs: the two texts, and the ways round the import cycles. */

import type { Span } from '../base/text.ts';
import type { Expr, Stmt } from './ast.ts';
import type { HiddenControl } from './hiddenControl.ts';
import type { RawNode } from './nodes.ts';

/** Deeper than any code that a person wrote; keeps every later recursion off the stack's end. */
export const MAX_DEPTH = 400;

export interface LowerContext {
  /** The source as written; every name, number and type is read from it. */
  readonly original: string;
  /** What the parser saw: of the same length, rewritten where kernel C is not plain C. */
  readonly parsed: string;
  /** Added to every offset, where `original` is a piece of a larger text. */
  readonly shift: number;
  /** Lowers the statements inside a compound statement. */
  statements(block: RawNode): Stmt[];
  /** Parses text that the tree does not hold; undefined where it is no expression. */
  parseExpression(text: string, offset: number): Expr | undefined;
  /** Parses statements that the tree does not hold; undefined where they are none. `hidden` counts in them. */
  parseStatements(text: string, hidden: HiddenControl): readonly Stmt[] | undefined;
  /** Macros and functions that move control without a keyword where they are used. */
  readonly hidden: HiddenControl;
  /** How many more characters macros may expand to; shared by all that is read of one chunk. */
  readonly room: { left: number };
  /** Function definitions that error recovery put inside another function's body. */
  readonly swallowed: RawNode[];
  /** Labels whose address is taken in the function that is being lowered; complete when it is. */
  addressed: string[];
  /** What was nested too deeply to be read; for the function that is being lowered. */
  readonly unread: Span[];
  /** Current nesting of lowered nodes. */
  depth: number;
}

export function spanOf(ctx: LowerContext, node: RawNode): Span {
  return ctx.shift === 0 ? { start: node.start, end: node.end } : { start: node.start + ctx.shift, end: node.end + ctx.shift };
}

/** A node's text as written. */
export function sliceOf(ctx: LowerContext, node: RawNode): string {
  return ctx.original.slice(node.start, node.end);
}

/** Whether the node's first and last character are the ends of words in the source as well. */
export function isWholeWord(ctx: LowerContext, node: RawNode): boolean {
  return !isWordAt(ctx.original, node.start - 1) && !isWordAt(ctx.original, node.end);
}

function isWordAt(text: string, index: number): boolean {
  return /\w/.test(text.charAt(index));
}
