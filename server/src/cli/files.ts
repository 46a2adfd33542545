/** Files and directories that a command line names. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../engine/types.ts';

export function kindOf(path: string): 'directory' | 'file' {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw new UsageError(`${path} does not exist`);
  return stats.isDirectory() ? 'directory' : 'file';
}

/** All files below a directory whose names end so, in order. */
export function filesUnder(directory: string, ending: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .sort((a, b) => a.name.localeCompare(b.name))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' || entry.name.startsWith('.') ? [] : filesUnder(path, ending);
      return entry.isFile() && entry.name.endsWith(ending) ? [path] : [];
    });
}
