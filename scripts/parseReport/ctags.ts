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

interface FalseEntry {
  readonly name: RegExp;
  readonly unlessBody: boolean;
}

const FALSE_ENTRIES: readonly FalseEntry[] = falseEntries.names.map((entry) => ({
  name: new RegExp(`^(${entry.pattern})$`),
  unlessBody: entry.unlessBody,
}));

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
    if (!name || !line || !endLine || !file) continue;
    const path = join(file);
    const known = tags.get(path) ?? [];
    known.push({ name, line: Number(line), endLine: Number(endLine) });
    tags.set(path, known);
  }
  return tags;
}

/** The tags of a file that are functions. */
export function trueTags(tags: readonly Tag[], text: string): Tag[] {
  const lines = text.split('\n');
  return tags.filter((tag) => !isFalse(tag, lines));
}

function isFalse(tag: Tag, lines: readonly string[]): boolean {
  const entry = FALSE_ENTRIES.find(({ name }) => name.test(tag.name));
  if (!entry) return false;
  return !entry.unlessBody || !hasBody(tag, lines);
}

/** Does a `{` follow the call of `tag`'s name on its line? */
function hasBody(tag: Tag, lines: readonly string[]): boolean {
  const rest = lines.slice(tag.line - 1, tag.endLine).join('\n');
  const start = rest.indexOf(tag.name) + tag.name.length;
  let depth = 0;
  for (let at = start; at < rest.length; at++) {
    const char = rest[at];
    if (char === '(') depth++;
    else if (char === ')') depth--;
    if (char === ')' && depth <= 0) return /^\s*(\/\*[^]*?\*\/\s*)*(__\w+(\([^()]*\))?\s*)*\{/.test(rest.slice(at + 1, at + 400));
  }
  return false;
}
