/** The disk as the engine's host. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { EngineHost, FileHost } from './types.ts';

/** A NUL in the first block marks a binary file. */
const sniffedBytes = 8192;

class DiskFiles implements FileHost {
  readText(path: string): string | undefined {
    try {
      const bytes = readFileSync(path);
      if (bytes.subarray(0, sniffedBytes).includes(0)) return undefined;
      return bytes.toString('utf8');
    } catch {
      return undefined;
    }
  }

  list(directory: string): readonly string[] {
    try {
      return readdirSync(directory, { withFileTypes: true })
        .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
        .sort();
    } catch {
      return [];
    }
  }

  stamp(path: string): string | undefined {
    try {
      const stats = statSync(path);
      return stats.isFile() ? `${stats.mtimeMs} ${stats.size}` : undefined;
    } catch {
      return undefined;
    }
  }
}

export const nodeHost: EngineHost = { files: new DiskFiles(), now: () => performance.now() };
