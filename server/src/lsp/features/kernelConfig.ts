/**
 * The setting `faultline.config`: the kernel's `.config` decides which branches of `#if` are read. The text is
 * read here and handed to every engine. It is one for the server, that of the document that was opened last, and
 * is looked at again when settings change, and when a document is opened or saved.
 */

import type { FileHost } from '../../engine/types.ts';
import { inBackground } from '../log.ts';
import type { Session } from '../session.ts';
import { configOf } from '../workerLoop.ts';
import type { FileChange } from '../workerProtocol.ts';

export class KernelConfigFeature {
  private current: { readonly path: string; readonly stamp: string | undefined } = { path: '', stamp: undefined };

  /** `renew`: called when what documents are read with has changed. */
  constructor(private readonly session: Session, private readonly disk: FileHost, private readonly renew: () => void) {}

  /** Settings may have changed, or the file on disk. */
  lookAgain(uri: string): void {
    inBackground(this.session.log, 'config', this.bringUpToDate(uri));
  }

  /** For a worker that starts anew. */
  changes(): FileChange[] {
    const { path } = this.current;
    return path === '' ? [] : [{ kind: 'configured', path, text: this.disk.readText(path) }];
  }

  private async bringUpToDate(uri: string): Promise<void> {
    const { config: path } = await this.session.settingsOf(uri);
    const stamp = path === '' ? undefined : this.disk.stamp(path);
    if (path === this.current.path && stamp === this.current.stamp) return;
    this.current = { path, stamp };
    const text = path === '' ? undefined : this.disk.readText(path);
    if (path !== '' && text === undefined) this.session.log.warn(`setting faultline.config: ${path} cannot be read; every symbol counts as unknown`);
    const engine = await this.session.engine;
    engine?.useKernelConfig(configOf(text));
    for (const worker of [this.session.rules, this.session.simulation]) worker.fileChanged({ kind: 'configured', path, text });
    this.renew();
  }
}
