/** Command: faultline.showProtocol. The program that was extracted from the fault path at the cursor, as a read-only text beside it. */

import * as vscode from 'vscode';
import type { FaultlineContext } from '../context.ts';
import { serverCommand, type ProtocolAnswer } from '../protocol.ts';
import { showFailure } from './failure.ts';

const scheme = 'faultline-protocol';

export function activateProtocol(context: FaultlineContext): void {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  context.subscribe(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, { onDidChange: changed.event, provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? '' }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => void texts.delete(uri.toString())),
    vscode.commands.registerCommand('faultline.showProtocol', () =>
      showProtocol(context, (uri, text) => {
        texts.set(uri.toString(), text);
        changed.fire(uri);
      }).catch(showFailure),
    ),
  );
}

async function showProtocol(context: FaultlineContext, publish: (uri: vscode.Uri, text: string) => void): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return;
  const { active } = editor.selection;
  const source = editor.document.uri;
  const answer = await context.execute<ProtocolAnswer>(serverCommand.protocol, [source.toString(), { line: active.line, character: active.character }]);
  const uri = vscode.Uri.from({ scheme, path: `${source.path}/${answer.function}.protocol` });
  publish(uri, answer.text);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true });
}
