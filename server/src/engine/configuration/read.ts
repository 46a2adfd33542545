/**
 * The text of a `.faultline.json` to declarations. It is strict JSON of the schema in
 * grammars/faultline.schema.json. Anything wrong makes the whole file count for nothing, so that a
 * half-understood one never changes an answer; every problem has its place.
 */

import { findNodeAtLocation, getLocation, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { LineIndex } from '../../base/text.ts';
import { problemsOf, type Declarations } from '../../ops/declared.ts';
import { isPrimitive } from '../../ops/vocabulary.ts';
import { schemaProblems } from './schemaProblems.ts';
import type { Configuration, ConfigurationProblem } from './types.ts';

/** Far above any real one; a file of that name that is larger is something else. */
export const maxConfigurationLength = 1_000_000;
const maxProblems = 50;

type Path = readonly (string | number)[];

/** `text`: undefined where the file is not text. */
export function readConfiguration(file: string, text: string | undefined): Configuration {
  if (text === undefined) return broken(file, 'it cannot be read, or is not text');
  if (text.length > maxConfigurationLength) return broken(file, `it is too large: ${text.length} characters, at most ${maxConfigurationLength} are read`);
  if (text.includes('\0')) return broken(file, 'it is not text');
  try {
    return checked(file, text.replace(/^\ufeff/, ' '));
  } catch (error) {
    if (error instanceof RangeError) return broken(file, 'it is nested too deeply');
    throw error;
  }
}

function checked(file: string, text: string): Configuration {
  const source = new Source(file, text);
  const problems = source.syntaxProblems();
  if (problems.length > 0) return { file, declarations: {}, problems };
  const value: unknown = JSON.parse(text);
  const wrong = [...source.repeated(), ...schemaProblems(value).map(({ path, message, isKey }) => source.problem(path, message, isKey))];
  if (wrong.length > 0) return { file, declarations: {}, problems: ordered(wrong) };
  const declarations = value as Declarations;
  const meaningless = problemsOf(declarations, isPrimitive).map(({ path, message }) => source.problem(path, message, false));
  return meaningless.length > 0 ? { file, declarations: {}, problems: ordered(meaningless) } : { file, declarations, problems: [] };
}

/** One line for a terminal: `dir/.faultline.json:4:7: functions.my_lock.takes: ...`. */
export function configurationProblemText({ file, line, column, path, message }: ConfigurationProblem): string {
  return `${file}:${line}:${column}: ${path === '' || message.startsWith(path) ? '' : `${path}: `}${message}`;
}

function broken(file: string, message: string): Configuration {
  return { file, declarations: {}, problems: [{ file, line: 1, column: 1, endLine: 1, endColumn: 1, path: '', message }] };
}

function ordered(problems: readonly ConfigurationProblem[]): ConfigurationProblem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column).slice(0, maxProblems);
}

/** The text with the place of each of its values. */
class Source {
  private readonly lines: LineIndex;
  private readonly root: Node | undefined;
  private readonly errors: ParseError[] = [];

  constructor(private readonly file: string, private readonly text: string) {
    this.lines = new LineIndex(text);
    this.root = parseTree(text, this.errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  }

  syntaxProblems(): ConfigurationProblem[] {
    const [first] = this.errors;
    if (first) return [this.at(first.offset, first.offset + first.length, pathText(getLocation(this.text, first.offset).path.filter((part) => part !== '')), `it is not JSON: ${sentenceOf(first)}`)];
    try {
      JSON.parse(this.text);
      return [];
    } catch (error) {
      return [this.at(0, 0, '', `it is not JSON: ${error instanceof Error ? error.message : String(error)}`)];
    }
  }

  /** Keys that stand twice in one object: only the last would count. */
  repeated(): ConfigurationProblem[] {
    const found: ConfigurationProblem[] = [];
    const visit = (node: Node): void => {
      const seen = new Set<unknown>();
      for (const child of node.children ?? []) {
        const key = child.type === 'property' ? child.children?.[0] : undefined;
        if (key && seen.has(key.value)) found.push(this.at(key.offset, key.offset + key.length, String(key.value), `"${String(key.value)}" stands here twice`));
        if (key) seen.add(key.value);
        visit(child);
      }
    };
    if (this.root) visit(this.root);
    return found;
  }

  /** `isKey`: the problem is the key at the path, not its value. */
  problem(path: Path, message: string, isKey: boolean): ConfigurationProblem {
    const node = this.nodeAt(path);
    const key = node?.parent?.type === 'property' ? node.parent.children?.[0] : undefined;
    const shown = isKey || (node && !this.isOneLine(node)) ? (key ?? node) : node;
    if (shown?.parent === undefined) return this.at(0, 1, pathText(path), message);
    return this.at(shown.offset, shown.offset + shown.length, pathText(path), message);
  }

  private nodeAt(path: Path): Node | undefined {
    return this.root && findNodeAtLocation(this.root, [...path]);
  }

  private isOneLine({ offset, length }: Node): boolean {
    return this.lines.lineAt(offset) === this.lines.lineAt(offset + length);
  }

  private at(start: number, end: number, path: string, message: string): ConfigurationProblem {
    const from = this.lines.position(start);
    const to = this.lines.position(end);
    return { file: this.file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column, path, message };
  }
}

function pathText(path: Path): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
}

/** `CommaExpected` as words. */
function sentenceOf({ error }: ParseError): string {
  return printParseErrorCode(error).replace(/(?!^)[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).toLowerCase();
}
