/** How failures of what the user asked for are shown: one line, and nothing at all for a cancellation. */

import * as vscode from 'vscode';

const requestCancelled = -32800;

export function showFailure(error: unknown): void {
  if (error instanceof vscode.CancellationError) return;
  if (typeof error === 'object' && error !== null && 'code' in error && error.code === requestCancelled) return;
  const message = error instanceof Error ? error.message : String(error);
  void vscode.window.showWarningMessage(`Faultline: ${message}`, 'Show Output').then((choice) => {
    if (choice !== undefined) void vscode.commands.executeCommand('faultline.showOutput');
  });
}
