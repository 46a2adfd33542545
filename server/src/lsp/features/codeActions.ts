/**
 * textDocument/codeAction: the fixes of findings, and "Simulate" where a person would look for it:
 * on the head of a fault path and on a finding. Not on every line, so that the light bulb stays rare.
 */

import { CodeActionKind, type CodeAction, type CodeActionParams, type Range } from 'vscode-languageserver';
import type { Finding } from '../../engine/report.ts';
import type { FaultPath } from '../../engine/types.ts';
import type { Session } from '../session.ts';
import { findingRange, toDiagnostic, toFixAction, toSimulateAction } from '../toProto.ts';
import { faultPathsOf } from './codeLens.ts';

export async function codeActions(session: Session, findings: readonly Finding[], { textDocument, range, context }: CodeActionParams): Promise<CodeAction[]> {
  const touched = findings.filter((finding) => overlaps(findingRange(finding), range));
  const fixes = touched.flatMap((finding) => {
    const diagnostic = toDiagnostic(finding, session.proto);
    return finding.fixes.map((fix) => toFixAction(fix, diagnostic, finding.fixes.length === 1, session.proto));
  });
  const paths = await faultPathsOf(session, textDocument.uri);
  const simulations = simulatable(paths, range, touched).map((name) => toSimulateAction(textDocument.uri, name));
  return [...fixes, ...simulations].filter((action) => isWanted(action, context.only));
}

function simulatable(paths: readonly FaultPath[], range: Range, touched: readonly Finding[]): readonly string[] {
  const named = new Set(touched.map((finding) => finding.function));
  return paths
    .filter((path) => named.has(path.function) || (path.line - 1 >= range.start.line && path.line - 1 <= range.end.line))
    .map((path) => path.function);
}

function isWanted(action: CodeAction, only: readonly string[] | undefined): boolean {
  if (!only) return true;
  const kind = action.kind ?? CodeActionKind.Empty;
  return only.some((wanted) => wanted === '' || kind === wanted || kind.startsWith(`${wanted}.`));
}

function overlaps(a: Range, b: Range): boolean {
  return isNotAfter(a.start, b.end) && isNotAfter(b.start, a.end);
}

function isNotAfter(a: Range['start'], b: Range['start']): boolean {
  return a.line < b.line || (a.line === b.line && a.character <= b.character);
}
