/** The C files of a directory. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every regular .c file at or under `path`, in name order. */
export function cFiles(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  const files: string[] = [];
  const entries = readdirSync(path, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) files.push(...cFiles(child));
    else if (entry.isFile() && entry.name.endsWith('.c')) files.push(child);
  }
  return files;
}
