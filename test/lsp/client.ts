/** A language client for tests: a real child process on stdio, and promises for what it sends. */

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter, type MessageConnection } from 'vscode-languageserver/node';
import type { ClientCapabilities, InitializeResult, PublishDiagnosticsParams } from 'vscode-languageserver';

export interface ClientOptions {
  readonly capabilities?: ClientCapabilities;
  readonly initializationOptions?: unknown;
  /** The folder that is open; default none. */
  readonly rootUri?: string;
  /** What workspace/configuration answers for the section `faultline`. */
  readonly settings?: Record<string, unknown>;
}

export class TestClient {
  readonly logs: string[] = [];
  readonly notifications: { method: string; params: unknown }[] = [];
  readonly requests: string[] = [];
  readonly diagnostics: PublishDiagnosticsParams[] = [];
  settings: Record<string, unknown>;
  initialized!: InitializeResult;
  private readonly waiters: (() => void)[] = [];

  private constructor(
    readonly process: ChildProcess,
    readonly connection: MessageConnection,
    options: ClientOptions,
  ) {
    this.settings = options.settings ?? {};
    connection.onNotification((method, params) => {
      this.notifications.push({ method, params });
      if (method === 'window/logMessage') this.logs.push((params as { message: string }).message);
      if (method === 'textDocument/publishDiagnostics') this.diagnostics.push(params as PublishDiagnosticsParams);
      for (const wake of this.waiters.splice(0)) wake();
    });
    connection.onUnhandledProgress((params) => void this.notifications.push({ method: '$/progress', params }));
    connection.onRequest((method, params) => {
      this.requests.push(method);
      for (const wake of this.waiters.splice(0)) wake();
      return method === 'workspace/configuration' ? (params as { items: unknown[] }).items.map(() => this.settings) : null;
    });
  }

  static async start(serverFile: string, options: ClientOptions = {}): Promise<TestClient> {
    if (!existsSync(serverFile)) throw new Error(`${serverFile} is missing: npm run build makes it (npm test builds first)`);
    const child = spawn(process.execPath, [serverFile, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const connection = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
    const client = new TestClient(child, connection, options);
    connection.listen();
    const gone = new Promise<never>((_, reject) => child.once('exit', (code) => reject(new Error(`the server ended before it answered, with ${code}`))));
    gone.catch(() => undefined);
    const initialized = connection.sendRequest<InitializeResult>('initialize', {
      processId: process.pid,
      rootUri: options.rootUri ?? null,
      capabilities: options.capabilities ?? { workspace: { configuration: true } },
      ...(options.initializationOptions === undefined ? {} : { initializationOptions: options.initializationOptions }),
    });
    client.initialized = await Promise.race([initialized, gone]);
    await connection.sendNotification('initialized', {});
    return client;
  }

  async open(uri: string, text: string, version = 1): Promise<void> {
    await this.connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'c', version, text } });
  }

  /** Replaces one range, as an editor does while typing. */
  async edit(uri: string, version: number, startLine: number, startCharacter: number, endLine: number, endCharacter: number, text: string): Promise<void> {
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ range: { start: { line: startLine, character: startCharacter }, end: { line: endLine, character: endCharacter } }, text }],
    });
  }

  async execute<T>(command: string, ...args: unknown[]): Promise<T> {
    return this.connection.sendRequest('workspace/executeCommand', { command, arguments: args });
  }

  /** The first published diagnostics of a document that satisfy the condition, now or later. */
  async published(uri: string, isWanted: (params: PublishDiagnosticsParams) => boolean, limitMs = 10_000): Promise<PublishDiagnosticsParams> {
    return this.until(() => this.diagnostics.findLast((params) => params.uri === uri && isWanted(params)), `diagnostics of ${uri}`, limitMs);
  }

  async until<T>(look: () => T | undefined, what: string, limitMs = 10_000): Promise<T> {
    const end = Date.now() + limitMs;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      const left = end - Date.now();
      if (left <= 0) throw new Error(`waited ${limitMs} ms for ${what}; log:\n${this.logs.join('\n')}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.waiters.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Orderly end; the exit code of the process. */
  async stop(): Promise<number | null> {
    const exited = new Promise<number | null>((resolve) => this.process.once('exit', (code) => resolve(code)));
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    return exited;
  }

  kill(): void {
    this.connection.dispose();
    this.process.kill('SIGKILL');
  }
}
