/**
 * One file's text → `FileSyntax`, and one expression's text → `Expr`. Stages: cut into chunks, and for
 * each of them rewrite to equal length (given as `digest`), parse, read the tree into plain nodes,
 * lower. After an edit only the chunks that it touched go through them again. No text makes it fail.
 */

import { changeBetween, type Change } from '../base/change.ts';
import type { Expr, FileSyntax, Stmt } from './ast.ts';
import { chunkEnds } from './digest/chunks.ts';
import { digest } from './digest/digest.ts';
import { hiddenControlIn, joinedControl, keyOfControl, nothingHidden, type HiddenControl } from './hiddenControl.ts';
import type { LowerContext } from './lowerContext.ts';
import { lowerFile } from './lowerFile.ts';
import { lowerBlockBody } from './lowerStmt.ts';
import { movedPart, type SyntaxPart } from './moved.ts';
import { readTree, type RawTree } from './nodes.ts';
import type { SyntaxParser } from './parser.ts';

/** The rewrite before parsing. `text` must have the length of what it is given. */
export type DigestText = (text: string) => { readonly text: string };

export interface ParseOptions {
  /** Default: the rewrite of kernel C, every unknown configuration symbol taken as set. */
  readonly digest?: DigestText;
  /** What the headers of the file say of hidden control; what the file itself says is read from it. */
  readonly hidden?: HiddenControl;
}

/** What the macros of a chunk may expand to beyond its own length, in characters. Bounds expansions in expansions. */
const EXPANSION_ROOM = 50_000;

/** A parsed text and its chunks, from which a later version of the text is parsed. */
export interface ParsedSource {
  readonly text: string;
  readonly syntax: FileSyntax;
  readonly chunks: readonly Chunk[];
  /** What was known of hidden control, as a text: where it differs nothing is kept. */
  readonly hiddenKey: string;
}

/** What is parsed on its own: see `digest/chunks.ts`. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
  readonly part: SyntaxPart;
  /** The part as it was lowered, and the start of the chunk then. */
  readonly origin: { readonly start: number; readonly part: SyntaxPart };
}

/** Parses and lowers a whole file. */
export function parseFile(path: string, text: string, parser: SyntaxParser, options: ParseOptions = {}): FileSyntax {
  return parseSource(path, text, parser, options).syntax;
}

/**
 * As `parseFile`. With the file's `previous` version, parsed by the same parser with the same options,
 * only chunks that changed are parsed; functions that neither changed nor moved are the same objects.
 * The result is always that of parsing from scratch.
 */
export function parseSource(path: string, text: string, parser: SyntaxParser, options: ParseOptions = {}, previous?: ParsedSource): ParsedSource {
  const hidden = joinedControl(options.hidden, hiddenControlIn(text));
  const hiddenKey = keyOfControl(hidden);
  const change = previous && changeBetween(previous.text, text);
  const ends = chunkEnds(text, previous && change && { ...change, ends: previous.chunks.map(({ end }) => end) });
  const known = previous && change && previous.hiddenKey === hiddenKey ? new KnownChunks(previous, change) : undefined;
  const chunks = ends.map((end, at) => {
    const start = at === 0 ? 0 : ends[at - 1]!;
    const old = known?.find(text, start, end);
    return old ? placed(old, start) : parseChunk(text, start, end, parser, { ...options, hidden });
  });
  return { text, chunks, hiddenKey, syntax: { path, ...joined(chunks.map(({ part }) => part)) } };
}

/**
 * The chunks of the version before: those outside the change by where they start now, those inside it by their
 * text. Several edits far apart are one change from the first to the last; what lies between them is found so.
 */
class KnownChunks {
  private readonly untouched = new Map<number, Chunk>();
  private readonly inside: Chunk[] = [];
  private byText: Map<string, Chunk> | undefined;

  constructor(private readonly previous: ParsedSource, { prefix, suffix, delta }: Change) {
    for (const chunk of previous.chunks) {
      if (chunk.end <= prefix) this.untouched.set(chunk.start, chunk);
      else if (chunk.start + delta >= suffix) this.untouched.set(chunk.start + delta, chunk);
      else this.inside.push(chunk);
    }
  }

  find(text: string, start: number, end: number): Chunk | undefined {
    const chunk = this.untouched.get(start);
    if (chunk && chunk.end - chunk.start === end - start) return chunk;
    if (this.inside.length < 2) return undefined;
    const old = this.previous.text;
    this.byText ??= new Map(this.inside.map((each) => [old.slice(each.start, each.end), each]));
    return this.byText.get(text.slice(start, end));
  }
}

function placed(chunk: Chunk, start: number): Chunk {
  if (chunk.start === start) return chunk;
  const { origin } = chunk;
  const part = origin.start === start ? origin.part : movedPart(origin.part, start - origin.start);
  return { start, end: start + chunk.end - chunk.start, part, origin };
}

function parseChunk(text: string, start: number, end: number, parser: SyntaxParser, options: ParseOptions): Chunk {
  const original = text.slice(start, end);
  const digested = digestOf(original, options);
  const tree = parser.parse(digested);
  try {
    const part = lowerFile(contextOf(original, digested, start, parser, options), readTree(tree, parser));
    return { start, end, part, origin: { start, part } };
  } finally {
    tree.delete();
  }
}

function joined(parts: readonly SyntaxPart[]): SyntaxPart {
  return {
    functions: parts.flatMap(({ functions }) => functions),
    structInits: parts.flatMap(({ structInits }) => structInits),
    macros: parts.flatMap(({ macros }) => macros),
    enumerators: parts.flatMap(({ enumerators }) => enumerators),
    unparsed: parts.flatMap(({ unparsed }) => unparsed),
  };
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
    const raw = readTree(tree, parser);
    const ctx = contextOf(original, digested, (options.offset ?? 0) - head.length, parser, options);
    return onlyExpression(ctx, raw);
  } finally {
    tree.delete();
  }
}

/** Statements that stand alone, a macro's body; undefined where the text is none. Their spans mean nothing. */
function parseStatementsText(text: string, parser: SyntaxParser, options: ParseOptions, room: LowerContext['room']): readonly Stmt[] | undefined {
  room.left -= text.length;
  if (room.left < 0) return undefined;
  const original = `void f(void) {\n${text}\n;}`;
  const digested = digestOf(original, options);
  const tree = parser.parse(digested);
  try {
    const raw = readTree(tree, parser);
    const [definition, ...more] = raw.root.children;
    const block = definition?.children.find((child) => child.type === 'compound_statement');
    if (raw.errors.length > 0 || more.length > 0 || !block) return undefined;
    return contextOf(original, digested, 0, parser, options, room).statements(block);
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

function contextOf(
  original: string, parsed: string, shift: number, parser: SyntaxParser, options: ParseOptions, room = { left: EXPANSION_ROOM + original.length },
): LowerContext {
  const ctx: LowerContext = {
    original,
    parsed,
    shift,
    statements: (block) => lowerBlockBody(ctx, block),
    parseExpression: (text, offset) => parseExpressionText(text, parser, { ...options, offset }),
    parseStatements: (text, hidden) => parseStatementsText(text, parser, { ...options, hidden }, room),
    hidden: options.hidden ?? nothingHidden,
    room,
    swallowed: [],
    addressed: [],
    unread: [],
    depth: 0,
  };
  return ctx;
}
