/** Shows one step of a counterexample in the source: cursor, line highlight and a label behind the line. */

import * as vscode from 'vscode';
import type { RevealMessage } from './viewMessages.ts';

export class StepReveal implements vscode.Disposable {
  private readonly decoration = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('editor.stackFrameHighlightBackground'),
    overviewRulerColor: new vscode.ThemeColor('charts.yellow'),
    overviewRulerLane: vscode.OverviewRulerLane.Full,
  });
  private latest = 0;

  async reveal({ file, line, column, label, preserveFocus }: RevealMessage, viewColumn: vscode.ViewColumn | undefined): Promise<void> {
    const request = ++this.latest;
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
    const at = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
    const editor = await vscode.window.showTextDocument(document, {
      viewColumn: columnFor(document, viewColumn),
      preserveFocus,
      selection: new vscode.Range(at, at),
    });
    if (request !== this.latest) return;
    this.undecorate();
    const range = document.lineAt(document.validatePosition(at)).range;
    editor.setDecorations(this.decoration, [{ range, renderOptions: { after: { contentText: `  ${label}`, color: new vscode.ThemeColor('editorCodeLens.foreground') } } }]);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  clear(): void {
    this.latest++;
    this.undecorate();
  }

  private undecorate(): void {
    for (const editor of vscode.window.visibleTextEditors) editor.setDecorations(this.decoration, []);
  }

  dispose(): void {
    this.decoration.dispose();
  }
}

/** Where the file is visible already, else the first column that is not the result view's own. */
function columnFor(document: vscode.TextDocument, viewColumn: vscode.ViewColumn | undefined): vscode.ViewColumn {
  const visible = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  if (visible?.viewColumn !== undefined) return visible.viewColumn;
  return viewColumn === vscode.ViewColumn.One ? vscode.ViewColumn.Two : vscode.ViewColumn.One;
}
