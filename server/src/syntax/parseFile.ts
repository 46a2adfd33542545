/**
 * One file's text → `FileSyntax`, and one expression's text → `Expr`. Stages: rewrite to equal length
 * (given as `digest`), parse, read the tree into plain nodes, lower. No text makes it fail.
 */

import type { Expr, FileSyntax } from './ast.ts';
import { digest } from './digest/digest.ts';
import type { LowerContext } from './lowerContext.ts';
import { lowerFile } from './lowerFile.ts';
import { lowerBlockBody } from './lowerStmt.ts';
import { readTree, type RawTree } from './nodes.ts';
import type { SyntaxParser, SyntaxTree } from './parser.ts';

/** The rewrite before parsing. `text` must have the length of what it is given. */
export type DigestText = (text: string) => { readonly text: string };

export interface ParseOptions {
  /** Default: the rewrite of kernel C, every unknown configuration symbol taken as set. */
  readonly digest?: DigestText;
}

/** Parses and lowers a whole file. */
export function parseFile(path: string, text: string, parser: SyntaxParser, options: ParseOptions = {}): FileSyntax {
  const digested = digestOf(text, options);
  const tree = parser.parse(digested);
  try {
    return lowerTree(path, { original: text, digested }, tree, parser, options);
  } finally {
    tree.delete();
  }
}

/** As `parseFile`, for a tree that the caller keeps and edits. `tree` is of `texts.digested`. */
export function lowerTree(
  path: string, texts: { readonly original: string; readonly digested: string }, tree: SyntaxTree, parser: SyntaxParser, options: ParseOptions = {},
): FileSyntax {
  const ctx = contextOf(texts.original, texts.digested, 0, parser, options);
  return lowerFile(ctx, path, readTree(tree));
}

export interface ExpressionOptions extends ParseOptions {
  /** Where the text stands in its file; spans are moved there. Default 0. */
  readonly offset?: number;
}

/**
 * Parses an expression that stands alone: an annotation's argument, a macro's body. Undefined where
 * the text is none, or more than one. Words that the rewrite takes for attributes are passed over.
 */
export function parseExpressionText(text: string, parser: SyntaxParser, options: ExpressionOptions = {}): Expr | undefined {
  const head = 'void f(void) { (';
  // The line break ends a comment that the text may end with.
  const original = `${head}${text}\n); }`;
  const digested = digestOf(original, options);
  const tree = parser.parse(digested);
  try {
    const raw = readTree(tree);
    const ctx = contextOf(original, digested, (options.offset ?? 0) - head.length, parser, options);
    return onlyExpression(ctx, raw);
  } finally {
    tree.delete();
  }
}

function onlyExpression(ctx: LowerContext, raw: RawTree): Expr | undefined {
  const [definition, ...more] = raw.root.children;
  const block = definition?.children.find((child) => child.type === 'compound_statement');
  if (raw.errors.length > 0 || more.length > 0 || !block) return undefined;
  const [stmt, ...others] = ctx.statements(block);
  return stmt?.kind === 'expr' && others.length === 0 ? stmt.expr : undefined;
}

function digestOf(text: string, options: ParseOptions): string {
  const digested = (options.digest ?? digest)(text).text;
  if (digested.length !== text.length) throw new Error('internal error: the digest changed the length of the text');
  return digested;
}

function contextOf(original: string, parsed: string, shift: number, parser: SyntaxParser, options: ParseOptions): LowerContext {
  const ctx: LowerContext = {
    original,
    parsed,
    shift,
    statements: (block) => lowerBlockBody(ctx, block),
    parseExpression: (text, offset) => parseExpressionText(text, parser, { ...options, offset }),
    swallowed: [],
    depth: 0,
  };
  return ctx;
}
