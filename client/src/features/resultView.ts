/**
 * The result of a simulation, beside the editor: scenarios, the counterexample, its scope. The webview
 * draws what the server answered; this side opens it without taking the focus, reveals steps in the
 * source, copies text, and says when the source has changed since the run.
 */

import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { SimulateAnswer } from '../protocol.ts';
import { StepReveal } from './stepReveal.ts';
import type { FromView, ToView } from './viewMessages.ts';

type RerunHandler = (uri: string, functionName: string) => void;

export class ResultView implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private shown: { readonly uri: string; readonly answer: SimulateAnswer } | undefined;
  private isStale = false;
  private rerun: RerunHandler = () => undefined;
  private readonly steps = new StepReveal();
  private readonly changes: vscode.Disposable;

  constructor(private readonly extensionUri: vscode.Uri) {
    this.changes = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0 && this.shown?.answer.file === document.uri.fsPath) this.markStale();
    });
  }

  onRerun(handler: RerunHandler): void {
    this.rerun = handler;
  }

  show(uri: string, answer: SimulateAnswer): void {
    this.shown = { uri, answer };
    this.isStale = false;
    this.steps.clear();
    if (this.panel) {
      this.panel.title = titleOf(answer);
      this.panel.reveal(undefined, true);
      this.post({ kind: 'report', answer, isStale: false });
    } else {
      this.panel = this.createPanel(answer);
    }
  }

  dispose(): void {
    this.panel?.dispose();
    this.changes.dispose();
    this.steps.dispose();
  }

  private createPanel(answer: SimulateAnswer): vscode.WebviewPanel {
    const dist = vscode.Uri.joinPath(this.extensionUri, 'dist');
    const panel = vscode.window.createWebviewPanel(
      'faultline.result',
      titleOf(answer),
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: [dist], enableFindWidget: true },
    );
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, 'client', 'media', 'icon.png');
    panel.webview.onDidReceiveMessage((message: FromView) => this.received(message));
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.shown = undefined;
      this.steps.clear();
    });
    panel.webview.html = pageOf(panel.webview, dist);
    return panel;
  }

  private received(message: FromView): void {
    switch (message.kind) {
      case 'ready':
        if (this.shown) this.post({ kind: 'report', answer: this.shown.answer, isStale: this.isStale });
        return;
      case 'reveal':
        void this.steps.reveal(message, this.panel?.viewColumn);
        return;
      case 'leaveSource':
        this.steps.clear();
        return;
      case 'copy':
        void vscode.env.clipboard.writeText(message.text).then(() => vscode.window.setStatusBarMessage(`Faultline: ${message.what} copied`, 3000));
        return;
      case 'rerun':
        if (this.shown) this.rerun(this.shown.uri, this.shown.answer.function);
        return;
    }
  }

  private markStale(): void {
    if (this.isStale) return;
    this.isStale = true;
    this.steps.clear();
    this.post({ kind: 'stale' });
  }

  private post(message: ToView): void {
    void this.panel?.webview.postMessage(message);
  }
}

function titleOf(answer: SimulateAnswer): string {
  return `Simulation: ${answer.function}`;
}

function pageOf(webview: vscode.Webview, dist: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const uriOf = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${uriOf('resultView.css')}">
<title>Simulation</title>
</head>
<body>
<main id="view"></main>
<script nonce="${nonce}" src="${uriOf('resultView.js')}"></script>
</body>
</html>`;
}
