/** Parsed files, cached by their host's stamp and parsed anew by chunks. One parser serves all; trees are freed at once. */

import { LineIndex } from '../base/text.ts';
import { buildCfg } from '../cfg/build.ts';
import type { Cfg } from '../cfg/types.ts';
import { isConditionalGuard, noreturnCalls, transparentCalls } from '../ops/vocabulary.ts';
import type { FileSyntax, FunctionDef } from '../syntax/ast.ts';
import { digest, type DigestOptions } from '../syntax/digest/digest.ts';
import type { WordTable } from '../syntax/digest/words.ts';
import { parseSource, type ParsedSource, type ParseOptions } from '../syntax/parseFile.ts';
import type { SyntaxParser } from '../syntax/parser.ts';
import type { SourceFunction } from '../model/extract/types.ts';
import { Conditions } from './index/conditions.ts';
import type { KernelConfig } from './kernelConfig.ts';
import type { UnreadBranch } from './report.ts';
import type { FileHost } from './types.ts';

export interface ParsedFile {
  readonly path: string;
  readonly text: string;
  readonly lines: LineIndex;
  readonly syntax: FileSyntax;
}

/** Larger files are refused: a tree of them would take gigabytes. mm/ and fs/ end at 0.4 MB. */
export const maxFileLength = 10_000_000;

/** What a workspace tells of its own macros and functions. */
export interface ReadingHints {
  readonly words?: WordTable;
  readonly noreturn?: ReadonlySet<string>;
}

export class SourceFiles {
  private readonly parsed = new Map<string, { stamp: string | undefined; file: ParsedFile; source: ParsedSource }>();
  private readonly cfgs = new WeakMap<FunctionDef, Cfg>();
  private readonly conditions = new WeakMap<ParsedFile, Conditions>();

  private readonly options: ParseOptions;
  private readonly digestOptions: DigestOptions;

  constructor(readonly host: FileHost, readonly parser: SyntaxParser, private readonly hints: ReadingHints = {}, readonly config?: KernelConfig) {
    const { words } = hints;
    this.digestOptions = { ...(words ? { words } : {}), ...(config ? { symbols: config } : {}) };
    this.options = { digest: (text) => digest(text, this.digestOptions) };
  }

  /** The parsed file, or undefined where the host has no such text. */
  get(path: string): ParsedFile | undefined {
    const stamp = this.host.stamp(path);
    const known = this.parsed.get(path);
    if (known && stamp !== undefined && known.stamp === stamp) return known.file;
    const text = this.host.readText(path);
    if (text === undefined || text.length > maxFileLength) return undefined;
    const source = parseSource(path, text, this.parser, this.options, known?.source);
    const file = fileOf(path, source);
    this.parsed.set(path, { stamp, file, source });
    return file;
  }

  /** Has the file read again when it is next asked for; what did not change in it is kept. */
  forget(path: string): void {
    const known = this.parsed.get(path);
    if (known) this.parsed.set(path, { ...known, stamp: undefined });
  }

  /** Parses text that is no file of the host's: the built-in composites. */
  parse(path: string, text: string): ParsedFile {
    return fileOf(path, parseSource(path, text, this.parser, this.options));
  }

  /** A function with its graph, which is built when it is first asked for. */
  source({ path, lines }: ParsedFile, fn: FunctionDef): SourceFunction {
    const cfg = (): Cfg => this.cfg(fn);
    return {
      file: path, fn, lines,
      get cfg() {
        return cfg();
      },
    };
  }

  /** The preprocessor condition under which a function stands; '' for none. */
  conditionOf({ file: path, fn }: SourceFunction): string {
    const file = this.get(path);
    if (!file || !/#[ \t]*if/.test(file.text)) return '';
    let conditions = this.conditions.get(file);
    if (!conditions) this.conditions.set(file, (conditions = new Conditions(file.text, digest(file.text, this.digestOptions).conditionals)));
    return conditions.at(fn.nameSpan.start);
  }

  /** Which preprocessor branches of a function were not read. */
  unread({ path, text, lines }: ParsedFile, fn: FunctionDef): UnreadBranch[] {
    if (!text.slice(fn.span.start, fn.span.end).includes('#')) return [];
    const chunk = this.parsed.get(path)?.source.chunks.find(({ start, end }) => start <= fn.span.start && fn.span.end <= end);
    const base = chunk?.start ?? 0;
    const { conditionals } = digest(text.slice(base, chunk?.end), this.digestOptions);
    return conditionals
      .filter(({ isKept, start, end }) => !isKept && base + start > fn.span.start && base + end < fn.span.end && /\S/.test(text.slice(base + start, base + end)))
      .map(({ directive, start, end }) => ({
        startLine: lines.lineAt(base + start) + 1,
        endLine: lines.lineAt(base + end) - 1,
        directive: text.slice(base + directive.start, base + directive.end).trim(),
      }));
  }

  /** Which preprocessor branches of a whole file are not read; those inside another such branch are not named again. */
  unreadBranches({ text, lines }: ParsedFile): UnreadBranch[] {
    if (!/#[ \t]*if/.test(text)) return [];
    const found: UnreadBranch[] = [];
    let end = 0;
    for (const branch of digest(text, this.digestOptions).conditionals) {
      if (branch.isKept || branch.start < end || !/\S/.test(text.slice(branch.start, branch.end))) continue;
      end = branch.end;
      found.push({
        startLine: lines.lineAt(branch.start) + 1,
        endLine: lines.lineAt(branch.end) - (branch.end < text.length ? 1 : 0),
        directive: text.slice(branch.directive.start, branch.directive.end).trim(),
      });
    }
    return found;
  }

  cfg(fn: FunctionDef): Cfg {
    let cfg = this.cfgs.get(fn);
    if (!cfg) this.cfgs.set(fn, (cfg = buildCfg(fn, { transparent: transparentCalls, noreturn: this.hints.noreturn ?? noreturnCalls, isConditionalGuard })));
    return cfg;
  }
}

function fileOf(path: string, { text, syntax }: ParsedSource): ParsedFile {
  return { path, text, lines: new LineIndex(text), syntax };
}
