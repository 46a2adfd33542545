/** Command: faultline.openSample. Copies the racy sample where it may be edited, once per version, and opens it at its fault path. */

import * as vscode from 'vscode';
import type { FaultlineContext } from '../context.ts';
import { serverCommand, type FaultPath } from '../protocol.ts';
import { showFailure } from './failure.ts';

const sampleTree = ['examples', 'truncate-count-era'];
const sampleFile = ['mm', 'memory.c'];

export function activateSample(context: FaultlineContext): void {
  context.subscribe(vscode.commands.registerCommand('faultline.openSample', () => openSample(context).catch(showFailure)));
}

async function openSample(context: FaultlineContext): Promise<void> {
  const { extension } = context;
  const version = String((extension.extension.packageJSON as { version: unknown }).version);
  const copy = vscode.Uri.joinPath(extension.globalStorageUri, `sample-${version}`);
  const file = vscode.Uri.joinPath(copy, ...sampleFile);
  if (!(await exists(file))) await vscode.workspace.fs.copy(vscode.Uri.joinPath(extension.extensionUri, ...sampleTree), copy, { overwrite: true });
  const editor = await vscode.window.showTextDocument(file);
  const [path] = await context.execute<readonly FaultPath[]>(serverCommand.faultPaths, [file.toString()]);
  if (!path) return;
  const head = new vscode.Position(path.line - 1, 0);
  editor.selection = new vscode.Selection(head, head);
  editor.revealRange(new vscode.Range(head, head), vscode.TextEditorRevealType.AtTop);
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
