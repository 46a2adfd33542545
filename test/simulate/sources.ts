/**
 * Trees of C held in memory: the example trees as they are on disk, or edited by a test. An edit
 * must match exactly once, so that a test cannot pass because its mutation was never made.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileHost } from '../../server/src/engine/types.ts';

const examples = join(import.meta.dirname, '../../examples');

/** Path to text; all paths begin with the tree's root, `/tree`. */
export class Sources implements FileHost {
  private constructor(private readonly texts: ReadonlyMap<string, string>) {}

  static example(name: 'truncate-count-era' | 'page-lock-era'): Sources {
    const texts = new Map<string, string>();
    for (const entry of readdirSync(join(examples, name), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      texts.set(path.replace(join(examples, name), '/tree'), readFileSync(path, 'utf8'));
    }
    return new Sources(texts);
  }

  static of(texts: Readonly<Record<string, string>>): Sources {
    return new Sources(new Map(Object.entries(texts).map(([path, text]) => [`/tree/${path}`, text])));
  }

  /** A copy in which `from`, which must occur exactly once in the file, is `to`. */
  edit(path: string, from: string, to: string): Sources {
    const pieces = this.text(path).split(from);
    if (pieces.length !== 2) throw new Error(`'${from}' occurs ${pieces.length - 1} times in ${path}`);
    return this.write(path, pieces.join(to));
  }

  /** A copy in which every identifier `from` of the file, struct tags and members aside, is `to`; there must be one. */
  rename(path: string, from: string, to: string): Sources {
    const word = new RegExp(`(?<!\\bstruct |->|\\.)\\b${from}\\b`, 'g');
    const text = this.text(path);
    if (!word.test(text)) throw new Error(`there is no ${from} in ${path}`);
    return this.write(path, text.replaceAll(word, to));
  }

  write(path: string, text: string): Sources {
    return new Sources(new Map(this.texts).set(`/tree/${path}`, text));
  }

  remove(path: string): Sources {
    const texts = new Map(this.texts);
    if (!texts.delete(`/tree/${path}`)) throw new Error(`there is no ${path}`);
    return new Sources(texts);
  }

  text(path: string): string {
    const text = this.texts.get(`/tree/${path}`);
    if (text === undefined) throw new Error(`there is no ${path}`);
    return text;
  }

  /** 1-based line of a text that occurs in exactly one line of the file. */
  line(path: string, snippet: string): number {
    const lines = this.text(path).split('\n');
    const found = lines.flatMap((line, index) => (line.includes(snippet) ? [index + 1] : []));
    if (found.length !== 1) throw new Error(`'${snippet}' is in ${found.length} lines of ${path}`);
    return found[0]!;
  }

  readText(path: string): string | undefined {
    return this.texts.get(path);
  }

  list(directory: string): readonly string[] {
    const prefix = directory.endsWith('/') ? directory : `${directory}/`;
    const names = new Set<string>();
    for (const path of this.texts.keys()) {
      if (!path.startsWith(prefix)) continue;
      const rest = path.slice(prefix.length);
      const slash = rest.indexOf('/');
      names.add(slash < 0 ? rest : rest.slice(0, slash + 1));
    }
    return [...names].sort();
  }

  stamp(path: string): string | undefined {
    return this.texts.has(path) ? 'in memory' : undefined;
  }
}
