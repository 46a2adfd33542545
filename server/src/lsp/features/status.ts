/**
 * `faultline/status`: what the server is doing with a document, for the language status item of our
 * own client. Other clients get no custom notification.
 */

import type { Connection } from 'vscode-languageserver';
import { inBackground, type Log } from '../log.ts';

export const statusNotification = 'faultline/status';

export interface DocumentStatus {
  readonly uri: string;
  readonly phase: 'idle' | 'simulating' | 'failed';
  readonly findings: number;
  readonly faultPaths: number;
  readonly functions?: { readonly total: number; readonly analysed: number; readonly notModelled: number };
  readonly message?: string;
}

export interface StatusSink {
  readonly show: (status: DocumentStatus) => void;
}

export function createStatusSink(connection: Connection, log: Log, isWanted: boolean): StatusSink {
  if (!isWanted) return { show: () => undefined };
  return { show: (status) => inBackground(log, 'status', connection.sendNotification(statusNotification, status)) };
}
