/**
 * Which function of a file is meant. A file may define a name several times, under conditions that exclude each
 * other; those that no configuration rules out are all read, and one of them is to be chosen.
 */

import type { FunctionDef } from '../syntax/ast.ts';
import type { DefinitionChoice } from './report.ts';
import type { ParsedFile } from './sourceFiles.ts';
import { UsageError, type FunctionChoice } from './types.ts';

/** The longest definition of a name: others are as a rule what is left of it where its configuration is off. */
export function definitionOf(file: ParsedFile, name: string): FunctionDef | undefined {
  let longest: FunctionDef | undefined;
  for (const fn of file.syntax.functions) if (fn.name === name && lengthOf(fn) > lengthOf(longest)) longest = fn;
  return longest;
}

function lengthOf(fn: FunctionDef | undefined): number {
  return fn ? fn.body.span.end - fn.body.span.start : -1;
}

/** Throws UsageError where the file has no such function. */
export function chosenFunction(file: ParsedFile, choice: FunctionChoice): FunctionDef {
  const found = typeof choice === 'string' ? definitionOf(file, choice) : functionAtLine(file, choice.line, choice.name);
  if (!found) throw new UsageError(`${file.path} has no function ${typeof choice === 'string' ? choice : (choice.name ?? '')}`);
  return found;
}

/** The function whose lines hold `line` (1-based); of a given name, if there is one. */
export function functionAtLine(file: ParsedFile, line: number, name?: string): FunctionDef {
  const span = file.lines.lineSpan(line);
  const fn = span && file.syntax.functions.find((each) => each.span.start <= span.end && span.start < each.span.end && (name === undefined || each.name === name));
  if (fn) return fn;
  if (name === undefined) throw new UsageError(`${file.path}:${line} is in no function`);
  const lines = linesOf(file, name);
  throw new UsageError(lines.length === 0 ? `${file.path} has no function ${name}` : `${file.path} has ${name} at line ${lines.join(' and ')}, not at ${line}`);
}

/** That there are several definitions of the function's name, and which one this is; undefined for a single one. */
export function choiceOf(file: ParsedFile, fn: FunctionDef): DefinitionChoice | undefined {
  const line = file.lines.lineAt(fn.nameSpan.start);
  const others = linesOf(file, fn.name).filter((each) => each !== line);
  return others.length === 0 ? undefined : { line, others };
}

/** The choice as a sentence, with what to write for the others. */
export function choiceSentence(file: string, name: string, { line, others }: DefinitionChoice): string {
  const targets = others.map((each) => `${file}:${name}:${each}`).join(', ');
  return `${name} is defined ${others.length + 1} times in this file; this is the definition at line ${line}. For the other${others.length > 1 ? 's' : ''}: ${targets}`;
}

function linesOf(file: ParsedFile, name: string): number[] {
  return file.syntax.functions.filter((each) => each.name === name).map((each) => file.lines.lineAt(each.nameSpan.start));
}
