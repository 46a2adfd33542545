/**
 * The language server: glues the protocol to the features. `createServer` registers handlers and
 * starts nothing; the entry calls `connection.listen()`. Every handler has its own boundary: an
 * exception of the engine becomes a log line or an error answer, never the end of the server.
 */

import {
  CodeActionKind,
  CodeLensRefreshRequest,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  TextDocumentSyncKind,
  type ClientCapabilities,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  type ServerCapabilities,
} from 'vscode-languageserver';
import type { Engine, FileHost } from '../engine/types.ts';
import { serverCommands } from './commandNames.ts';
import { Documents } from './documents.ts';
import { configurationName } from '../engine/configuration/types.ts';
import { codeActions } from './features/codeActions.ts';
import { codeLenses } from './features/codeLens.ts';
import { executeCommand } from './features/commands.ts';
import { ConfigurationFeature, isConfiguration } from './features/configuration.ts';
import { DiagnosticsFeature } from './features/diagnostics.ts';
import { hover } from './features/hover.ts';
import { KernelConfigFeature } from './features/kernelConfig.ts';
import { IndexingFeature, type IndexingParts, type StartBuild } from './features/indexing.ts';
import { createStatusSink } from './features/status.ts';
import { OverlayFiles } from './files.ts';
import { describeError, inBackground, type Log } from './log.ts';
import { pathOfUri } from './paths.ts';
import type { ClientAbilities, Session } from './session.ts';
import { isRecord } from './settings.ts';
import { SettingsCache } from './settingsCache.ts';
import { WorkerHost, type StartWorker } from './workerHost.ts';
import { useIndex, type EngineFactory } from './workerLoop.ts';
import type { FileChange } from './workerProtocol.ts';

/** What the server needs of its surroundings; the entry gives the real ones, tests others. */
export interface ServerParts {
  readonly createEngine: EngineFactory;
  readonly disk: FileHost;
  readonly now: () => number;
  readonly startWorker: StartWorker;
  /** Builds indexes; without it none is made. */
  readonly startBuild?: StartBuild;
  /** Where indexes are kept if the client names no place. */
  readonly cacheDirectory: string;
  /** The documentation page of a finding's code. */
  readonly docUriOf: (code: string) => string | undefined;
  readonly version: string;
}

/** What a worker is to be told of the kernel's configuration; there is none before the client has been heard. */
interface Configured {
  changes: () => FileChange[];
}

export function createServer(connection: Connection, parts: ServerParts): void {
  const log = connectionLog(connection);
  const files = new OverlayFiles(parts.disk);
  const documents = new Documents(files, log);
  const images = new Map<string, Uint8Array>();
  const configured: Configured = { changes: () => [] };
  const indexed = (): FileChange[] => [...images].map(([path, image]) => ({ kind: 'indexed', path, image }));
  const makeHost = (name: string): WorkerHost => new WorkerHost({
    startWorker: parts.startWorker,
    log,
    name,
    openDocuments: () => [
      ...configured.changes(),
      ...indexed(),
      ...documents.all().map(({ path, version }): FileChange => ({ kind: 'opened', path, version, text: files.readText(path) ?? '' })),
    ],
  });

  connection.onInitialize((params): InitializeResult => {
    const abilities = abilitiesOf(params);
    const settings = new SettingsCache(connection, log, abilities, params.initializationOptions);
    const session: Session = {
      connection, abilities, documents, log,
      rules: makeHost('rules'),
      simulation: makeHost('simulation'),
      proto: { uriOf: (path) => documents.uriOf(path), docUriOf: parts.docUriOf },
      engine: startEngine(parts, files, log),
      settingsOf: (uri) => settings.of(uri),
    };
    const publish = (root: string, image: Uint8Array, isNew: boolean): void => {
      images.set(root, image);
      inBackground(log, 'index', session.engine.then((engine) => engine && useIndex(files, engine, root, image)));
      for (const host of [session.rules, session.simulation]) host.fileChanged({ kind: 'indexed', path: root, image });
      if (isNew) diagnostics.refreshAll();
    };
    const indexing = indexingOf(session, params.initializationOptions, parts, publish);
    const diagnostics = registerHandlers(session, settings, indexing, parts, configured);
    connection.onInitialized(() => {
      inBackground(log, 'registration', registerDynamically(session));
      openFolders(session, indexing, foldersOf(params));
      if (params.capabilities.workspace?.workspaceFolders !== true) return;
      connection.workspace.onDidChangeWorkspaceFolders(({ added }) => openFolders(session, indexing, added.map(({ uri }) => uri)));
    });
    return { capabilities: capabilities(abilities), serverInfo: { name: 'faultline', version: parts.version } };
  });
}

async function startEngine(parts: ServerParts, files: FileHost, log: Log): Promise<Engine | undefined> {
  try {
    return await parts.createEngine({ files, now: parts.now });
  } catch (error) {
    log.error(`the engine could not be started, nothing will be analysed: ${describeError(error)}`);
    return undefined;
  }
}

function indexingOf(session: Session, options: unknown, parts: ServerParts, publish: IndexingParts['publish']): IndexingFeature | undefined {
  const named = isRecord(options) ? options['cacheDirectory'] : undefined;
  const cacheDirectory = typeof named === 'string' && named !== '' ? named : parts.cacheDirectory;
  return parts.startBuild && new IndexingFeature(session, { startBuild: parts.startBuild, disk: parts.disk, cacheDirectory, publish });
}

function openFolders({ log }: Session, indexing: IndexingFeature | undefined, uris: readonly string[]): void {
  for (const path of uris.map(pathOfUri)) if (path !== undefined && indexing) inBackground(log, 'index', indexing.folderOpened(path));
}

/** The folders that are open at the start. */
// eslint-disable-next-line @typescript-eslint/no-deprecated -- all that clients without workspace folders send
function foldersOf({ workspaceFolders, rootUri }: InitializeParams): readonly string[] {
  return workspaceFolders?.map(({ uri }) => uri) ?? (rootUri === null ? [] : [rootUri]);
}

function registerHandlers(session: Session, settings: SettingsCache, indexing: IndexingFeature | undefined, { disk }: ServerParts, configured: Configured): DiagnosticsFeature {
  const { connection, documents, rules, simulation, log, abilities } = session;
  const status = createStatusSink(connection, log, abilities.isFaultlineClient);
  const diagnostics = new DiagnosticsFeature(session, status);
  const config = new KernelConfigFeature(session, disk, () => diagnostics.refreshAll());
  configured.changes = () => config.changes();
  const configuration = new ConfigurationFeature(session, () => diagnostics.refreshAll());
  const tellAll = (path: string, isOnDisk: boolean): void => {
    inBackground(log, 'change', session.engine.then((engine) => engine?.changed(path)));
    const open = isOnDisk ? undefined : documents.all().find((document) => document.path === path);
    const text = open && open.unfit === undefined ? documents.text(open.uri) : undefined;
    const change: FileChange = open ? { kind: 'opened', path, text: text ?? '', version: open.version } : { kind: isOnDisk ? 'changedOnDisk' : 'closed', path };
    rules.fileChanged(change);
    simulation.fileChanged(change);
  };

  documents.listen(connection, {
    opened: (document) => {
      tellAll(document.path, false);
      if (isConfiguration(document.path)) return configuration.opened(document);
      config.lookAgain(document.uri);
      diagnostics.opened(document);
      configuration.usedBy(document);
    },
    changed: (document, edits) => {
      tellAll(document.path, false);
      if (isConfiguration(document.path)) return configuration.changed(document.path, document);
      diagnostics.changed(document, edits);
    },
    saved: (document) => {
      if (isConfiguration(document.path)) return;
      config.lookAgain(document.uri);
      diagnostics.saved(document);
    },
    closed: (document) => {
      tellAll(document.path, false);
      if (isConfiguration(document.path)) return configuration.changed(document.path, undefined);
      diagnostics.closed(document);
    },
  });

  connection.onHover((params) => hover(session, params));
  connection.onCodeLens((params) => codeLenses(session, params));
  connection.onCodeAction((params) => codeActions(session, diagnostics.findings(params.textDocument.uri), params));
  connection.onExecuteCommand((params, token, progress) => executeCommand(session, params, { token, progress }));
  connection.languages.diagnostics.on(({ textDocument, previousResultId }, token) => diagnostics.pull(textDocument.uri, previousResultId, token));

  connection.onDidChangeConfiguration(({ settings: pushed }) => {
    settings.changed(pushed);
    for (const { uri } of documents.all()) config.lookAgain(uri);
    diagnostics.refreshAll();
    if (abilities.canRefreshLenses) inBackground(log, 'codeLens/refresh', connection.sendRequest(CodeLensRefreshRequest.type));
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const change of changes) {
      const path = pathOfUri(change.uri);
      if (path === undefined || documents.get(change.uri)) continue;
      tellAll(path, true);
      if (isConfiguration(path)) configuration.changed(path, undefined);
      indexing?.changedOnDisk(path);
    }
  });
  connection.onShutdown(() => {
    diagnostics.stopAll();
    configuration.stopAll();
    rules.stop();
    simulation.stop();
    indexing?.stop();
  });
  return diagnostics;
}

async function registerDynamically({ connection, abilities }: Session): Promise<void> {
  if (abilities.canRegisterConfiguration) await connection.client.register(DidChangeConfigurationNotification.type, { section: 'faultline' });
  if (abilities.canRegisterWatchers) {
    await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: '**/*.{c,h}' }, { globPattern: `**/${configurationName}` }] });
  }
}

function capabilities(abilities: ClientAbilities): ServerCapabilities {
  return {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    hoverProvider: true,
    codeLensProvider: { resolveProvider: false },
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.Empty] },
    executeCommandProvider: { commands: [...serverCommands], workDoneProgress: true },
    ...(abilities.pullsDiagnostics
      ? { diagnosticProvider: { identifier: 'faultline', interFileDependencies: true, workspaceDiagnostics: false } }
      : {}),
  };
}

function abilitiesOf({ capabilities: client, initializationOptions }: InitializeParams): ClientAbilities {
  const { workspace, textDocument, window }: ClientCapabilities = client;
  return {
    hasConfiguration: workspace?.configuration === true,
    canRegisterConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    canRegisterWatchers: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    pullsDiagnostics: textDocument?.diagnostic !== undefined && workspace?.diagnostics?.refreshSupport === true,
    canRefreshLenses: workspace?.codeLens?.refreshSupport === true,
    hoverMarkdown: textDocument?.hover?.contentFormat?.includes('markdown') ?? false,
    workDoneProgress: window?.workDoneProgress === true,
    isFaultlineClient: isRecord(initializationOptions) && initializationOptions['client'] === 'faultline-vscode',
  };
}

function connectionLog(connection: Connection): Log {
  return {
    info: (message) => connection.console.info(message),
    warn: (message) => connection.console.warn(message),
    error: (message) => connection.console.error(message),
  };
}

