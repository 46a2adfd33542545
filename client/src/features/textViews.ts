/**
 * Commands: faultline.showProtocol, faultline.explainLine. What the server says of the fault path, or of
 * the line, at the cursor, as a read-only text beside it.
 */

import * as vscode from 'vscode';
import type { FaultlineContext } from '../context.ts';
import { serverCommand, type ExplainAnswer, type ProtocolAnswer } from '../protocol.ts';
import { showFailure } from './failure.ts';

interface TextView {
  readonly command: string;
  readonly serverCommand: string;
  /** Scheme of its documents' URIs. */
  readonly scheme: string;
  readonly title: (answer: ProtocolAnswer & ExplainAnswer) => string;
}

const views: readonly TextView[] = [
  { command: 'faultline.showProtocol', serverCommand: serverCommand.protocol, scheme: 'faultline-protocol', title: (answer) => `${answer.function}.protocol` },
  { command: 'faultline.explainLine', serverCommand: serverCommand.explain, scheme: 'faultline-explanation', title: (answer) => `${answer.function} without line ${answer.line}` },
];

export function activateTextViews(context: FaultlineContext): void {
  for (const view of views) activateView(context, view);
}

function activateView(context: FaultlineContext, view: TextView): void {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  context.subscribe(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(view.scheme, { onDidChange: changed.event, provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? '' }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => void texts.delete(uri.toString())),
    vscode.commands.registerCommand(view.command, () =>
      show(context, view, (uri, text) => {
        texts.set(uri.toString(), text);
        changed.fire(uri);
      }).catch(showFailure),
    ),
  );
}

async function show(context: FaultlineContext, view: TextView, publish: (uri: vscode.Uri, text: string) => void): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return;
  const { active } = editor.selection;
  const source = editor.document.uri;
  const answer = await context.execute<ProtocolAnswer & ExplainAnswer>(view.serverCommand, [source.toString(), { line: active.line, character: active.character }]);
  const uri = vscode.Uri.from({ scheme: view.scheme, path: `${source.path}/${view.title(answer)}` });
  publish(uri, answer.text);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true });
}
