/** Parsed files, cached by their host's stamp. One parser serves all; trees are freed at once. */

import { LineIndex } from '../base/text.ts';
import { buildCfg } from '../cfg/build.ts';
import type { Cfg } from '../cfg/types.ts';
import { noreturnCalls, transparentCalls } from '../ops/vocabulary.ts';
import type { FileSyntax, FunctionDef } from '../syntax/ast.ts';
import { digest } from '../syntax/digest/digest.ts';
import { parseFile } from '../syntax/parseFile.ts';
import type { SyntaxParser } from '../syntax/parser.ts';
import type { FileHost } from './types.ts';

export interface ParsedFile {
  readonly path: string;
  readonly text: string;
  readonly lines: LineIndex;
  readonly syntax: FileSyntax;
}

/** Larger files are refused: a tree of them would take gigabytes. mm/ and fs/ end at 0.4 MB. */
export const maxFileLength = 10_000_000;

export class SourceFiles {
  private readonly parsed = new Map<string, { stamp: string | undefined; file: ParsedFile }>();
  private readonly cfgs = new WeakMap<FunctionDef, Cfg>();

  constructor(readonly host: FileHost, readonly parser: SyntaxParser) {}

  /** The parsed file, or undefined where the host has no such text. */
  get(path: string): ParsedFile | undefined {
    const stamp = this.host.stamp(path);
    const known = this.parsed.get(path);
    if (known && stamp !== undefined && known.stamp === stamp) return known.file;
    const text = this.host.readText(path);
    if (text === undefined || text.length > maxFileLength) return undefined;
    const file = this.parse(path, text);
    this.parsed.set(path, { stamp, file });
    return file;
  }

  forget(path: string): void {
    this.parsed.delete(path);
  }

  /** Parses text that is no file of the host's: the built-in composites. */
  parse(path: string, text: string): ParsedFile {
    return { path, text, lines: new LineIndex(text), syntax: parseFile(path, text, this.parser, { digest }) };
  }

  cfg(fn: FunctionDef): Cfg {
    let cfg = this.cfgs.get(fn);
    if (!cfg) this.cfgs.set(fn, (cfg = buildCfg(fn, { transparent: transparentCalls, noreturn: noreturnCalls })));
    return cfg;
  }
}
