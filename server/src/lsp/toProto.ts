/**
 * The only place that builds LSP values: from the engine's reports (1-based, end exclusive, UTF-16)
 * to the protocol's types (0-based, end exclusive, UTF-16). Decides nothing.
 */

import {
  CodeActionKind,
  DiagnosticSeverity,
  DiagnosticTag,
  MarkupKind,
  type CodeAction,
  type CodeLens,
  type Command,
  type Diagnostic,
  type DiagnosticRelatedInformation,
  type Hover,
  type Position,
  type Range,
  type TextEdit as LspTextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import type { Finding, Fix, Level, RelatedPlace, TextEdit, UnreadBranch } from '../engine/report.ts';
import type { ConfigurationProblem } from '../engine/configuration/types.ts';
import type { FaultPath, HoverAnswer } from '../engine/types.ts';
import { simulateCommand } from './commandNames.ts';

/** How paths become URIs, and codes become pages: both depend on the session. */
export interface ProtoContext {
  readonly uriOf: (path: string) => string;
  /** The documentation page of a finding's code; undefined where there is none. */
  readonly docUriOf: (code: string) => string | undefined;
}

interface Extent {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export function toPosition(line: number, column: number): Position {
  return { line: Math.max(0, line - 1), character: Math.max(0, column - 1) };
}

export function toRange(extent: Extent): Range {
  return { start: toPosition(extent.startLine, extent.startColumn), end: toPosition(extent.endLine, extent.endColumn) };
}

/** The engine's 1-based line and column for a protocol position. */
export function fromPosition(position: Position): { readonly line: number; readonly column: number } {
  return { line: position.line + 1, column: position.character + 1 };
}

/** What the client hands back in code-action requests; enough to find the finding again. */
export interface DiagnosticData {
  readonly rule: string;
  readonly function: string;
  readonly confidence: string;
  readonly hasTrace: boolean;
}

/** What is wrong with a `.faultline.json`. */
export function toConfigurationDiagnostic(problem: ConfigurationProblem): Diagnostic {
  return {
    range: toRange({ startLine: problem.line, startColumn: problem.column, endLine: problem.endLine, endColumn: problem.endColumn }),
    severity: DiagnosticSeverity.Error,
    source: 'faultline',
    message: `${problem.message}\nThe file is left out as long as this is so; the built-in vocabulary is used alone.`,
  };
}

export function toDiagnostic(finding: Finding, context: ProtoContext): Diagnostic {
  const data: DiagnosticData = {
    rule: finding.rule,
    function: finding.function,
    confidence: finding.confidence,
    hasTrace: finding.trace !== undefined,
  };
  const href = context.docUriOf(finding.code);
  return {
    range: findingRange(finding),
    severity: toSeverity(finding),
    code: finding.code,
    ...(href === undefined ? {} : { codeDescription: { href } }),
    source: 'faultline',
    message: finding.message,
    relatedInformation: finding.related.map((place) => toRelated(place, context)),
    data,
  };
}

/** A hint that editors show by fading the lines. */
export function toUnreadHint({ startLine, endLine, directive }: UnreadBranch): Diagnostic {
  return {
    range: toRange({ startLine, startColumn: 1, endLine: endLine + 1, endColumn: 1 }),
    severity: DiagnosticSeverity.Hint,
    source: 'faultline',
    message: `not read: ${directive}`,
    tags: [DiagnosticTag.Unnecessary],
  };
}

export function findingRange(finding: Finding): Range {
  return toRange({ startLine: finding.line, startColumn: finding.column, endLine: finding.endLine, endColumn: finding.endColumn });
}

/** What is only likely never shows as a warning. */
function toSeverity(finding: Finding): DiagnosticSeverity {
  return finding.confidence === 'proven' ? provenSeverity[finding.level] : DiagnosticSeverity.Information;
}

const provenSeverity: Readonly<Record<Level, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

function toRelated(place: RelatedPlace, context: ProtoContext): DiagnosticRelatedInformation {
  const start = toPosition(place.line, place.column);
  return { location: { uri: context.uriOf(place.file), range: { start, end: start } }, message: place.message };
}

export function toHover(answer: HoverAnswer, isMarkdown: boolean): Hover {
  const value = isMarkdown ? answer.markdown : answer.markdown.replace(/[`*]/g, '');
  return { contents: { kind: isMarkdown ? MarkupKind.Markdown : MarkupKind.PlainText, value }, range: toRange(answer) };
}

export function toSimulateCommand(title: string, uri: string, functionName: string): Command {
  return { title, command: simulateCommand, arguments: [uri, functionName] };
}

export function toCodeLens(path: FaultPath, uri: string, title: string): CodeLens {
  const start = toPosition(path.line, 1);
  return { range: { start, end: start }, command: toSimulateCommand(title, uri, path.function) };
}

export function toFixAction(fix: Fix, diagnostic: Diagnostic, isOnlyFix: boolean, context: ProtoContext): CodeAction {
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    isPreferred: isOnlyFix,
    edit: toWorkspaceEdit(fix.edits, context),
  };
}

export function toSimulateAction(uri: string, functionName: string): CodeAction {
  const title = `Simulate fault path ${functionName}`;
  return { title, kind: CodeActionKind.Empty, command: toSimulateCommand(title, uri, functionName) };
}

function toWorkspaceEdit(edits: readonly TextEdit[], context: ProtoContext): WorkspaceEdit {
  const changes: Record<string, LspTextEdit[]> = {};
  for (const edit of edits) {
    const uri = context.uriOf(edit.file);
    (changes[uri] ??= []).push({ range: toRange(edit), newText: edit.newText });
  }
  return { changes };
}
