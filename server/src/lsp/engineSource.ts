/** Where the server's two threads get their engine and their disk from. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { Engine, EngineHost, FileHost } from '../engine/types.ts';

export function createServerEngine({ files }: EngineHost): Promise<Engine> {
  return Promise.reject(new Error(`the engine is not part of this build (${typeof files})`));
}

export const disk: FileHost = {
  readText: (path) => attempt(() => readFileSync(path, 'utf8')),
  list: (directory) =>
    attempt(() => readdirSync(directory, { withFileTypes: true }).map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))) ?? [],
  stamp: (path) =>
    attempt(() => {
      const { mtimeMs, size } = statSync(path);
      return `${mtimeMs}:${size}`;
    }),
};

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
