/** Entry of the VS Code extension: starts the server and switches the features on, one file each. */

import * as vscode from 'vscode';
import { createContext, type FaultlineContext } from './context.ts';
import { activateLocks } from './features/locks.ts';
import { ResultView } from './features/resultView.ts';
import { activateSample } from './features/sample.ts';
import { activateServerCommands } from './features/serverCommands.ts';
import { activateSimulate, simulateFunction } from './features/simulate.ts';
import { activateStatus } from './features/status.ts';
import { activateTextViews } from './features/textViews.ts';

let active: FaultlineContext | undefined;

export async function activate(extension: vscode.ExtensionContext): Promise<void> {
  const view = new ResultView(extension.extensionUri);
  const context: FaultlineContext = createContext(extension, (uri, functionName) => simulateFunction(context, view, uri, functionName));
  active = context;
  context.subscribe(view);
  activateSimulate(context, view);
  activateLocks(context);
  activateTextViews(context);
  activateSample(context);
  activateServerCommands(context);
  activateStatus(context);
  await context.client.start();
}

export async function deactivate(): Promise<void> {
  await active?.client.dispose();
  active = undefined;
}
