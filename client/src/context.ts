/**
 * What every feature gets: the language client, and a place for disposables. The server is the
 * bundled one, over IPC, so that nothing it prints can break the protocol.
 */

import * as vscode from 'vscode';
import { ExecuteCommandRequest, LanguageClient, State, TransportKind, type LanguageClientOptions, type ServerOptions } from 'vscode-languageclient/node';
import { serverCommand } from './protocol.ts';

/** Structural, because the client library and the editor have classes of their own for it. */
interface Disposing {
  dispose(): unknown;
}

export interface FaultlineContext {
  readonly client: LanguageClient;
  readonly extension: vscode.ExtensionContext;
  /** Runs a command of the server; rejects with its one-line reason. */
  readonly execute: <T>(command: string, args: readonly unknown[], token?: vscode.CancellationToken) => Promise<T>;
  readonly subscribe: (...disposables: Disposing[]) => void;
}

export const cDocuments: vscode.DocumentSelector = { scheme: 'file', language: 'c' };

/** `simulate` is what the lens and the light bulb do: the server names its own command for every editor alike. */
export function createContext(extension: vscode.ExtensionContext, simulate: (uri: string, functionName: string) => Promise<void>): FaultlineContext {
  const module = extension.asAbsolutePath('dist/server.js');
  const serverOptions: ServerOptions = {
    run: { module, transport: TransportKind.ipc },
    debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--nolazy', '--inspect=6011'] } },
  };
  const clientOptions: LanguageClientOptions = {
    documentSelector: [{ scheme: 'file', language: 'c' }, { scheme: 'file', pattern: '**/.faultline.json' }],
    outputChannelName: 'Faultline',
    initializationOptions: { client: 'faultline-vscode', cacheDirectory: extension.globalStorageUri.fsPath },
    middleware: {
      executeCommand: async (command, args, next) => {
        const [uri, functionName] = args as unknown[];
        if (command !== serverCommand.simulate || typeof uri !== 'string' || typeof functionName !== 'string') return (await next(command, args)) as unknown;
        return simulate(uri, functionName);
      },
    },
  };
  const client = new LanguageClient('faultline', 'Faultline', serverOptions, clientOptions);
  return {
    client,
    extension,
    execute: async <T>(command: string, args: readonly unknown[], token?: vscode.CancellationToken) => {
      if (client.state !== State.Running) await client.start();
      const params = { command, arguments: [...args] };
      return (await (token ? client.sendRequest(ExecuteCommandRequest.type, params, token) : client.sendRequest(ExecuteCommandRequest.type, params))) as T;
    },
    subscribe: (...disposables) => void extension.subscriptions.push(...disposables),
  };
}
