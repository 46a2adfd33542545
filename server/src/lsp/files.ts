/**
 * Open documents laid over the disk: the engine reads what the user sees, saved or not. The server
 * keeps one overlay on its own thread and a copy of it in each worker.
 */

import type { FileHost } from '../engine/types.ts';

interface OverlayDocument {
  readonly text: string;
  readonly version: number;
}

export class OverlayFiles implements FileHost {
  private readonly documents = new Map<string, OverlayDocument>();

  constructor(private readonly disk: FileHost) {}

  set(path: string, text: string, version: number): void {
    this.documents.set(path, { text, version });
  }

  remove(path: string): void {
    this.documents.delete(path);
  }

  /** The open documents. */
  paths(): readonly string[] {
    return [...this.documents.keys()];
  }

  readText(path: string): string | undefined {
    return this.documents.get(path)?.text ?? this.disk.readText(path);
  }

  /** Names on disk, with those open documents that were never saved. */
  list(directory: string): readonly string[] {
    const names = this.disk.list(directory);
    const prefix = directory.endsWith('/') ? directory : `${directory}/`;
    const unsaved: string[] = [];
    for (const path of this.documents.keys()) {
      const name = path.startsWith(prefix) ? path.slice(prefix.length) : '';
      if (name !== '' && !name.includes('/') && !names.includes(name)) unsaved.push(name);
    }
    return unsaved.length === 0 ? names : [...names, ...unsaved];
  }

  stamp(path: string): string | undefined {
    const document = this.documents.get(path);
    return document ? `buffer:${document.version}` : this.disk.stamp(path);
  }
}
