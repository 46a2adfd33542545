/**
 * The language status item of the active C file, from the server's `faultline/status`, and the context
 * key faultline.hasFaultPaths.
 */

import * as vscode from 'vscode';
import { State } from 'vscode-languageclient/node';
import { cDocuments, type FaultlineContext } from '../context.ts';
import { statusNotification, type DocumentStatus } from '../protocol.ts';

export function activateStatus({ client, subscribe }: FaultlineContext): void {
  const item = vscode.languages.createLanguageStatusItem('faultline.status', cDocuments);
  const statuses = new Map<string, DocumentStatus>();
  item.name = 'Faultline';
  item.command = { command: 'faultline.showOutput', title: 'Show Output' };
  const update = (): void => {
    const uri = vscode.window.activeTextEditor?.document.uri.toString();
    const status = uri === undefined ? undefined : statuses.get(uri);
    draw(item, client.state, status);
    void vscode.commands.executeCommand('setContext', 'faultline.hasFaultPaths', (status?.faultPaths ?? 0) > 0);
  };
  update();
  subscribe(
    item,
    client.onNotification(statusNotification, (status: DocumentStatus) => {
      statuses.set(vscode.Uri.parse(status.uri).toString(), status);
      update();
    }),
    client.onDidChangeState(({ newState }) => {
      if (newState !== State.Running) statuses.clear();
      update();
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => void statuses.delete(uri.toString())),
    vscode.window.onDidChangeActiveTextEditor(update),
  );
}

function draw(item: vscode.LanguageStatusItem, state: State, status: DocumentStatus | undefined): void {
  item.busy = state === State.Starting || status?.phase === 'simulating';
  item.severity = vscode.LanguageStatusSeverity.Information;
  if (state !== State.Running) {
    item.text = state === State.Starting ? 'Faultline: starting' : 'Faultline: stopped';
    item.detail = '';
    if (state === State.Stopped) item.severity = vscode.LanguageStatusSeverity.Error;
    return;
  }
  item.text = status ? `Faultline: ${count(status.faultPaths, 'fault path')}, ${count(status.findings, 'finding')}` : 'Faultline';
  item.detail = status ? detailOf(status) : '';
  if (status?.phase === 'failed') item.severity = vscode.LanguageStatusSeverity.Warning;
}

function detailOf({ phase, message, functions }: DocumentStatus): string {
  if (phase === 'simulating') return 'simulating';
  if (phase === 'failed') return message ?? 'failed';
  if (!functions) return '';
  const unmodelled = functions.notModelled === 0 ? '' : `, ${functions.notModelled} not modelled`;
  return `${functions.analysed} of ${functions.total} functions analysed${unmodelled}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
