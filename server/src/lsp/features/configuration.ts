/**
 * `.faultline.json`: its problems are diagnostics on the file itself, open or not, from when a C
 * document that it counts for is opened. A change of it renews what rests on it.
 */

import { basename } from 'node:path';
import { configurationProblemText } from '../../engine/configuration/read.ts';
import { configurationName, type Configuration } from '../../engine/configuration/types.ts';
import type { OpenDocument } from '../documents.ts';
import { describeError, inBackground } from '../log.ts';
import type { Session } from '../session.ts';
import { toConfigurationDiagnostic } from '../toProto.ts';

/** Long enough to type a word of JSON: everything is checked anew afterwards. */
const typingDelayMs = 600;

export function isConfiguration(path: string): boolean {
  return basename(path) === configurationName;
}

export class ConfigurationFeature {
  /** Paths of configurations that have been shown with problems. */
  private readonly shown = new Set<string>();
  private readonly timers = new Map<string, NodeJS.Timeout>();

  /** `renew`: called when what documents are read with has changed. */
  constructor(private readonly session: Session, private readonly renew: () => void) {}

  /** A C document was opened: is the configuration that counts for it in order? */
  usedBy(document: OpenDocument): void {
    this.later(async () => {
      const engine = await this.session.engine;
      const configuration = engine?.configurationFor(document.path, (await this.kernelRoot(document.uri)) || undefined);
      if (configuration) await this.show(configuration, undefined);
    });
  }

  /** The configuration itself was opened, edited, saved or closed in the editor, or changed on disk. */
  changed(path: string, document: OpenDocument | undefined): void {
    clearTimeout(this.timers.get(path));
    this.timers.set(path, setTimeout(() => this.later(() => this.reread(path, document)), typingDelayMs));
  }

  /** Opened: shown, but nothing has changed. */
  opened(document: OpenDocument): void {
    this.later(async () => {
      const engine = await this.session.engine;
      if (engine) await this.show(engine.configuration(document.path), document.unfit);
    });
  }

  stopAll(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  private async reread(path: string, document: OpenDocument | undefined): Promise<void> {
    this.timers.delete(path);
    const engine = await this.session.engine;
    if (!engine) return;
    await this.show(engine.configuration(path), document?.unfit);
    this.renew();
  }

  private async show(configuration: Configuration, unfit: string | undefined): Promise<void> {
    const { file } = configuration;
    const whole = { file, line: 1, column: 1, endLine: 1, endColumn: 1, path: '' };
    const problems = unfit === undefined ? configuration.problems : [{ ...whole, message: `it is not read: ${unfit}` }];
    if (problems.length === 0 && !this.shown.has(file)) return;
    if (problems.length > 0) {
      if (!this.shown.has(file)) this.session.log.warn(`${configurationProblemText(problems[0]!)}; the built-in vocabulary is used alone`);
      this.shown.add(file);
    } else this.shown.delete(file);
    await this.session.connection.sendDiagnostics({ uri: this.session.proto.uriOf(file), diagnostics: problems.map(toConfigurationDiagnostic) });
  }

  private async kernelRoot(uri: string): Promise<string> {
    return (await this.session.settingsOf(uri)).kernelRoot;
  }

  private later(activity: () => Promise<void>): void {
    inBackground(this.session.log, configurationName, activity().catch((error: unknown) => this.session.log.error(describeError(error))));
  }
}
