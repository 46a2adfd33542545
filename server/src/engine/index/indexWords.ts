/**
 * The words that the files of a tree are read with: those of its headers, and of the nearest `.faultline.json`
 * of each file. Plain data, so that an index can keep it and threads can be given it.
 */

import { directoryOf } from '../paths.ts';
import { wordsWith, type ExtraWords, type WordTable } from '../../syntax/digest/words.ts';
import { noWords, type HeaderWords } from './headerWords.ts';

export interface IndexWords {
  /** Of the headers; current while `headersKey` is. */
  readonly headers: HeaderWords;
  readonly headersKey: string;
  /** By directory, absolute: what its configuration declares. */
  readonly declared: Readonly<Record<string, ExtraWords>>;
}

export const noIndexWords: IndexWords = { headers: noWords, headersKey: '', declared: {} };

/** Equal for words that read every file alike. */
export function keyOfWords({ headers, declared }: IndexWords): string {
  return JSON.stringify([headers, declared]);
}

/** What either says. */
export function joinedWords(a: ExtraWords, b: ExtraWords): HeaderWords {
  const both = (of: keyof ExtraWords): string[] => [...(a[of] ?? []), ...(b[of] ?? [])];
  return { attributes: both('attributes'), attributesWithArguments: both('attributesWithArguments'), iterators: both('iterators') };
}

/** The word table of each file of a tree; one for one configuration. */
export class WordTables {
  private readonly tables = new Map<ExtraWords | undefined, WordTable>();

  constructor(private readonly words: IndexWords) {}

  of(path: string): WordTable {
    const declared = this.declaredFor(path);
    let table = this.tables.get(declared);
    if (!table) this.tables.set(declared, (table = wordsWith(joinedWords(this.words.headers, declared ?? {}))));
    return table;
  }

  private declaredFor(path: string): ExtraWords | undefined {
    for (let at = directoryOf(path); ; at = directoryOf(at)) {
      const found = this.words.declared[at];
      if (found || at === '/' || at === directoryOf(at)) return found;
    }
  }
}
