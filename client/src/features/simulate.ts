/**
 * Command: faultline.simulateFaultPath. Takes the fault path at the cursor, else asks which one of the
 * file; runs it with progress that can be cancelled; shows the result beside the editor.
 */

import * as vscode from 'vscode';
import type { FaultlineContext } from '../context.ts';
import { serverCommand, type FaultPath, type SimulateAnswer } from '../protocol.ts';
import { showFailure } from './failure.ts';
import type { ResultView } from './resultView.ts';

export function activateSimulate(context: FaultlineContext, view: ResultView): void {
  view.onRerun((uri, functionName) => void simulateFunction(context, view, uri, functionName));
  context.subscribe(vscode.commands.registerCommand('faultline.simulateFaultPath', () => simulateAtCursor(context, view)));
}

async function simulateAtCursor(context: FaultlineContext, view: ResultView): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== 'c') {
    void vscode.window.showInformationMessage('Faultline: open a C file first.');
    return;
  }
  const uri = editor.document.uri.toString();
  try {
    const paths = await context.execute<readonly FaultPath[]>(serverCommand.faultPaths, [uri]);
    const chosen = await choosePath(paths, editor.selection.active.line + 1);
    if (chosen !== undefined) await simulateFunction(context, view, uri, chosen);
  } catch (error) {
    showFailure(error);
  }
}

async function choosePath(paths: readonly FaultPath[], line: number): Promise<string | undefined> {
  const atCursor = paths.find((path) => path.line <= line && line <= path.endLine);
  if (atCursor) return atCursor.function;
  if (paths.length === 0) {
    void vscode.window.showInformationMessage('Faultline: this file has no page-fault path.');
    return undefined;
  }
  const items = paths.map((path) => ({ label: path.function, description: `line ${path.line}`, detail: roleWords[path.role] }));
  const picked = await vscode.window.showQuickPick(items, { title: 'Simulate Fault Path', placeHolder: 'Fault paths of this file' });
  return picked?.label;
}

const roleWords = { core: 'sets the page-table entry itself', handler: 'reached through vm_operations_struct', protection: 'makes a read-only page-table entry writable, or replaces it' } as const;

/** Runs one function and shows the result; a failure is shown in one line. */
export async function simulateFunction(context: FaultlineContext, view: ResultView, uri: string, functionName: string): Promise<void> {
  const options = { location: vscode.ProgressLocation.Notification, title: `Faultline: simulating ${functionName}`, cancellable: true };
  try {
    const answer = await vscode.window.withProgress(options, (_progress, token) => context.execute<SimulateAnswer>(serverCommand.simulate, [uri, functionName], token));
    view.show(uri, answer);
  } catch (error) {
    showFailure(error);
  }
}
