/** The local rules over one file: each function's lock states, then every rule; findings in source order. */

import { neverCancelled, throwIfCancelled, type Cancellation } from '../base/cancellation.ts';
import type { Span } from '../base/text.ts';
import { constantsByEra } from '../ops/vocabulary/fields.ts';
import type { LockStates } from '../regions/types.ts';
import { localRules } from '../rules/registry.ts';
import type { Rule, RuleFinding, RuleSubject } from '../rules/rule.ts';
import type { FunctionDef } from '../syntax/ast.ts';
import type { KernelTree } from './kernelTree.ts';
import { lockStatesOf } from './lockStates.ts';
import type { Era, Finding, Fix, NotModelledFunction, Place, TextEdit } from './report.ts';
import type { ParsedFile } from './sourceFiles.ts';

export interface LocalChecks {
  readonly findings: readonly Finding[];
  /** Functions of the file, those whose locks were followed (or that have none), and the others. */
  readonly total: number;
  readonly analysed: number;
  readonly notModelled: readonly NotModelledFunction[];
}

/** `cancellation` is polled between functions. */
export function runLocalChecks(file: ParsedFile, tree: KernelTree, era: Era, cancellation: Cancellation = neverCancelled): LocalChecks {
  const findings: Finding[] = [];
  const notModelled: NotModelledFunction[] = [];
  for (const fn of file.syntax.functions) {
    throwIfCancelled(cancellation);
    const states = lockStatesOf(file, fn, tree, era);
    if (!states) continue;
    if (states.notAnalysed !== undefined) notModelled.push({ file: file.path, function: fn.name, line: file.lines.lineAt(fn.nameSpan.start), reason: states.notAnalysed });
    else findings.push(...functionFindings(file, fn, states, subjectOf(file, states, tree, era)));
  }
  const total = file.syntax.functions.length;
  return { findings: findings.sort((a, b) => a.line - b.line || a.column - b.column), total, analysed: total - notModelled.length, notModelled };
}

function subjectOf(file: ParsedFile, states: LockStates, tree: KernelTree, era: Era): RuleSubject {
  return {
    states,
    lines: file.lines,
    constantName: (value) => errorNames(era).get(value),
    constant: (name) => constantsByEra[era][name] ?? tree.constant(name, file.path),
  };
}

/** `-12` is `-ENOMEM`. */
function errorNames(era: Era): ReadonlyMap<number, string> {
  return new Map(Object.entries(constantsByEra[era]).flatMap(([name, value]) => (/^E[A-Z]+$/.test(name) ? [[-value, `-${name}`] as const] : [])));
}

function functionFindings(file: ParsedFile, fn: FunctionDef, _states: LockStates, subject: RuleSubject): Finding[] {
  return localRules.flatMap((rule) => rule.check(subject).map((found) => findingOf(rule, found, fn, file)));
}

function findingOf(rule: Rule, found: RuleFinding, fn: FunctionDef, file: ParsedFile): Finding {
  const end = file.lines.position(found.span.end);
  return {
    code: rule.code,
    rule: rule.name,
    level: rule.level,
    confidence: found.confidence,
    ...placeOf(file, found.span),
    endLine: end.line,
    endColumn: end.column,
    function: fn.name,
    message: found.message,
    related: found.related.map(({ span, message }) => ({ ...placeOf(file, span), message })),
    fixes: found.fixes.map((fix): Fix => ({ title: fix.title, edits: fix.edits.map(({ span, newText }) => editOf(file, span, newText)) })),
  };
}

function placeOf(file: ParsedFile, span: Span): Place {
  const { line, column } = file.lines.position(span.start);
  return { file: file.path, line, column };
}

function editOf(file: ParsedFile, span: Span, newText: string): TextEdit {
  const start = file.lines.position(span.start);
  const end = file.lines.position(span.end);
  return { file: file.path, startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column, newText };
}
