/** The words of a tree, from its headers and its configurations. */

import { createHash } from 'node:crypto';
import { readConfiguration } from '../configuration/read.ts';
import { wordsOfHeaders } from '../index/headerWords.ts';
import type { IndexWords } from '../index/indexWords.ts';
import { directoryOf, joinPath } from '../paths.ts';
import type { FileHost } from '../types.ts';
import type { ExtraWords } from '../../syntax/digest/words.ts';
import type { StampedFile } from './treeFiles.ts';

/** Gathers the words of a tree; what `known` has of headers that have not changed is taken over. */
export function gatherWords(host: FileHost, root: string, files: readonly StampedFile[], configurations: readonly string[], known: IndexWords | undefined): IndexWords {
  const headers = files.filter(({ path }) => path.startsWith('include/') && path.endsWith('.h'));
  const headersKey = createHash('sha1').update(JSON.stringify(headers)).digest('base64');
  const declared: Record<string, ExtraWords> = {};
  for (const path of [...configurations].sort()) {
    const { attributes, attributesWithArguments, iterators } = readConfiguration(path, host.readText(path)).declarations;
    declared[directoryOf(path)] = { ...(attributes && { attributes }), ...(attributesWithArguments && { attributesWithArguments }), ...(iterators && { iterators }) };
  }
  return {
    headers: known?.headersKey === headersKey ? known.headers : wordsOfHeaders(textsOf(host, root, headers)),
    headersKey, declared,
  };
}

function* textsOf(host: FileHost, root: string, headers: readonly StampedFile[]): Generator<string> {
  for (const { path } of headers) {
    const text = host.readText(joinPath(root, path));
    if (text?.includes('define')) yield text;
  }
}
