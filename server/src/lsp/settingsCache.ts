/** The settings of each document: asked of the client once per change, or taken from what it pushed. */

import type { Connection } from 'vscode-languageserver';
import { describeError, type Log } from './log.ts';
import type { ClientAbilities } from './session.ts';
import { isRecord, readSettings, type Settings } from './settings.ts';

export class SettingsCache {
  private readonly byUri = new Map<string, Promise<Settings>>();
  private pushed: unknown;
  private readonly reported = new Set<string>();

  constructor(
    private readonly connection: Connection,
    private readonly log: Log,
    private readonly abilities: ClientAbilities,
    initializationOptions: unknown,
  ) {
    this.pushed = isRecord(initializationOptions) ? initializationOptions['settings'] : undefined;
  }

  of(uri: string): Promise<Settings> {
    const known = this.byUri.get(uri);
    if (known) return known;
    const asked = this.ask(uri);
    this.byUri.set(uri, asked);
    return asked;
  }

  /** `settings` is what workspace/didChangeConfiguration carried: the whole tree or only our section. */
  changed(settings: unknown): void {
    this.byUri.clear();
    this.reported.clear();
    if (isRecord(settings)) this.pushed = 'faultline' in settings ? settings['faultline'] : settings;
  }

  private async ask(uri: string): Promise<Settings> {
    const { settings, problems } = readSettings(this.abilities.hasConfiguration ? await this.fetch(uri) : this.pushed);
    for (const problem of problems) {
      if (!this.reported.has(problem)) this.log.warn(problem);
      this.reported.add(problem);
    }
    return settings;
  }

  private async fetch(uri: string): Promise<unknown> {
    try {
      return (await this.connection.workspace.getConfiguration({ scopeUri: uri, section: 'faultline' })) as unknown;
    } catch (error) {
      this.log.warn(`workspace/configuration: ${describeError(error)}`);
      return this.pushed;
    }
  }
}
