/** The texts that fuzzing starts from, and those that once broke something. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Seed {
  readonly name: string;
  readonly text: string;
}

/** Every file of a folder beside this one. */
export function seedsIn(folder: 'corpus' | 'regressions'): Seed[] {
  const directory = join(import.meta.dirname, folder);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.endsWith('.c'))
    .sort()
    .map((name) => ({ name: `${folder}/${name}`, text: decodeSeed(readFileSync(join(directory, name), 'utf8')) }));
}

/** A seed that is no well-formed text is kept as one JSON string. */
export function decodeSeed(stored: string): string {
  return stored.startsWith('"') && stored.trimEnd().endsWith('"') && !stored.trimEnd().includes('\n') ? (JSON.parse(stored) as string) : stored;
}

export function encodeSeed(text: string): string {
  const isPlain = /^[\t\n\x20-\x7e]*$/.test(text) && !text.startsWith('"');
  return isPlain ? text : `${JSON.stringify(text)}\n`;
}
