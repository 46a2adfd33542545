/** Commands: faultline.restartServer, faultline.showOutput. */

import * as vscode from 'vscode';
import type { FaultlineContext } from '../context.ts';

export function activateServerCommands({ client, subscribe }: FaultlineContext): void {
  subscribe(
    vscode.commands.registerCommand('faultline.restartServer', () => client.restart()),
    vscode.commands.registerCommand('faultline.showOutput', () => client.outputChannel.show(true)),
  );
}
