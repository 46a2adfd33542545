/**
 * What every feature of one server session shares. Features take it as an argument and keep no
 * global state; two servers in one process do not meet.
 */

import type { Connection } from 'vscode-languageserver';
import type { Engine } from '../engine/types.ts';
import type { Documents } from './documents.ts';
import type { Log } from './log.ts';
import type { Settings } from './settings.ts';
import type { ProtoContext } from './toProto.ts';
import type { WorkerHost } from './workerHost.ts';

/** What this client can do, read once from `initialize`. */
export interface ClientAbilities {
  readonly hasConfiguration: boolean;
  readonly canRegisterConfiguration: boolean;
  readonly canRegisterWatchers: boolean;
  /** Pull diagnostics are used only where the server can also ask for a fresh pull. */
  readonly pullsDiagnostics: boolean;
  readonly canRefreshLenses: boolean;
  readonly hoverMarkdown: boolean;
  readonly workDoneProgress: boolean;
  /** Our own VS Code client shows results itself and wants `faultline/status`. */
  readonly isFaultlineClient: boolean;
}

export interface Session {
  readonly connection: Connection;
  readonly abilities: ClientAbilities;
  readonly documents: Documents;
  /** Local rules; on real kernel files they take longer than a keystroke may wait. */
  readonly rules: WorkerHost;
  /** Whatever runs the simulator. */
  readonly simulation: WorkerHost;
  readonly log: Log;
  readonly proto: ProtoContext;
  /** The engine of this thread, for hovers and lists; undefined where it could not be made. Never rejects. */
  readonly engine: Promise<Engine | undefined>;
  readonly settingsOf: (uri: string) => Promise<Settings>;
}
