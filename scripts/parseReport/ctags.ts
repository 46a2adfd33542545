/** Functions as universal-ctags sees them, without its known false entries. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import falseEntries from './ctagsFalseEntries.json' with { type: 'json' };

export interface Tag {
  readonly name: string;
  /** 1-based. */
  readonly line: number;
  readonly endLine: number;
}

const FALSE_NAMES = new RegExp(`^(${falseEntries.names.map((entry) => entry.pattern).join('|')})$`);

/** Functions by file; undefined where ctags is not installed. */
export function functionTags(dir: string): Map<string, Tag[]> | undefined {
  const format = '%N\t%n\t%e\t%F';
  const run = spawnSync(
    'ctags',
    ['-R', '--languages=C', '--langmap=C:.c', '--kinds-C=f', '--fields=+e', '-x', `--_xformat=${format}`, dir],
    { encoding: 'latin1', maxBuffer: 2 ** 30 },
  );
  if (run.error || run.status !== 0) return undefined;
  const tags = new Map<string, Tag[]>();
  for (const row of run.stdout.split('\n')) {
    const [name, line, endLine, file] = row.split('\t');
    if (!name || !line || !endLine || !file || FALSE_NAMES.test(name)) continue;
    const path = join(file);
    const known = tags.get(path) ?? [];
    known.push({ name, line: Number(line), endLine: Number(endLine) });
    tags.set(path, known);
  }
  return tags;
}
