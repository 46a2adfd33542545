/**
 * The vocabulary that a source file is read with: the built-in one, or that and what the nearest
 * `.faultline.json` declares. One value for one state of that file, so that caches can go by identity.
 */

import type { Era } from '../../ops/types.ts';
import { withDeclarations } from '../../ops/declared.ts';
import { noreturnCalls, vocabularyOf, type Vocabulary } from '../../ops/vocabulary.ts';
import { wordsWith } from '../../syntax/digest/words.ts';
import { noWords, type HeaderWords } from '../index/headerWords.ts';
import { joinedWords } from '../index/indexWords.ts';
import { directoryOf, joinPath, relativePath } from '../paths.ts';
import type { ReadingHints } from '../sourceFiles.ts';
import type { FileHost } from '../types.ts';
import { readConfiguration } from './read.ts';
import { configurationName, type Configuration } from './types.ts';

export class WorkspaceVocabulary {
  private readonly vocabularies = new Map<Era, Vocabulary>();

  /** `configuration`: undefined, or with problems, for the built-in vocabulary alone. */
  constructor(readonly configuration: Configuration | undefined, private readonly root: string | undefined) {}

  of(era: Era): Vocabulary {
    const { configuration } = this;
    const base = vocabularyOf(era);
    if (!configuration?.declarations.functions) return base;
    let vocabulary = this.vocabularies.get(era);
    if (!vocabulary) this.vocabularies.set(era, (vocabulary = withDeclarations(base, configuration.declarations, era, relativePath(this.root, configuration.file))));
    return vocabulary;
  }

  /** What changes how files are parsed; undefined: nothing. `headers`: what is known of the tree's macros. */
  hints(headers: HeaderWords = noWords): ReadingHints | undefined {
    const { attributes = [], attributesWithArguments = [], iterators = [], noreturn } = this.configuration?.declarations ?? {};
    const words = joinedWords(headers, { attributes, attributesWithArguments, iterators });
    const hasWords = Object.values(words).some((names) => names.length > 0);
    if (!hasWords && noreturn === undefined) return undefined;
    return {
      ...(hasWords ? { words: wordsWith(words) } : {}),
      ...(noreturn ? { noreturn: new Set([...noreturnCalls, ...noreturn]) } : {}),
    };
  }
}

export const builtInOnly = new WorkspaceVocabulary(undefined, undefined);

/** Finds and keeps configurations; a changed file makes a new value. */
export class Workspaces {
  private readonly known = new Map<string, { readonly stamp: string; readonly workspace: WorkspaceVocabulary }>();

  constructor(private readonly host: FileHost) {}

  /** For a source file of the tree at `root`, or of none. */
  of(file: string, root: string | undefined): WorkspaceVocabulary {
    const path = this.find(file, root);
    if (path === undefined) return builtInOnly;
    const stamp = this.host.stamp(path) ?? '';
    const known = this.known.get(path);
    if (known?.stamp === stamp) return known.workspace;
    const workspace = new WorkspaceVocabulary(this.read(path), root);
    this.known.set(path, { stamp, workspace });
    return workspace;
  }

  /** One configuration file itself; no problems where there is none. */
  read(path: string): Configuration {
    if (this.host.stamp(path) === undefined) return { file: path, declarations: {}, problems: [] };
    return readConfiguration(path, this.host.readText(path));
  }

  /** The nearest at or above: to the kernel root, else to the top of a repository, else of the disk. */
  private find(file: string, root: string | undefined): string | undefined {
    const isInTree = root !== undefined && file.startsWith(`${root}/`);
    for (let at = directoryOf(file); ; at = directoryOf(at)) {
      const path = joinPath(at, configurationName);
      if (this.host.stamp(path) !== undefined) return path;
      if (at === '/' || at === root) return undefined;
      if (!isInTree && this.host.list(at).some((name) => name === '.git' || name === '.git/')) return undefined;
    }
  }
}
