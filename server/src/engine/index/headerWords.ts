/**
 * Which macros of a tree's headers are attributes and which are loops, from their `#define`s: what the lists
 * in grammars/ say for the kernel at large, this says for the tree at hand. Names only; nothing is expanded.
 *
 * A name counts where one definition says so and none says otherwise: `__user` is an attribute for sparse and
 * nothing for a compiler, `fallthrough` an attribute for one compiler and a statement for another.
 */

import type { ExtraWords } from '../../syntax/digest/words.ts';

export type HeaderWords = Required<ExtraWords>;

export const noWords: HeaderWords = { attributes: [], attributesWithArguments: [], iterators: [] };

/** One `#define` without its comments, on one line. */
interface Definition {
  readonly hasParameters: boolean;
  readonly body: string;
}

const DEFINE = /^[ \t]*#[ \t]*define[ \t]+(\w+)(\([^()\n]*\))?[ \t]*((?:.*\\\r?\n)*.*)/gm;
const COMMENT_OR_CONTINUATION = /\/\*[^]*?(?:\*\/|$)|\/\/.*|\\\r?\n/g;
/** Longer bodies are neither an attribute nor read for one. */
const MAX_BODY = 400;
/** Attributes of attributes of …; no tree needs more. */
const MAX_ROUNDS = 8;
const GNU_ATTRIBUTE = /^(?:__attribute__|__attribute)$/;
const LOOP = /^(?:for|while)\s*\(|^if\s*\(.*\belse\s+for\s*\(/;
/** `#define inline inline __attribute__((…))`. */
const KEYWORD = /^_*(?:inline|const|volatile|static|extern)_*$/;
/** Defined as nothing everywhere, only this spelling makes a word an attribute: `#define CONFIG_X` is none, nor is an include guard. */
const ATTRIBUTE_SPELLING = /^__[a-z][a-z0-9_]*[a-z0-9]$/;

/** What the headers' texts define, sorted; their order does not matter. */
export function wordsOfHeaders(texts: Iterable<string>): HeaderWords {
  const definitions = new Map<string, Definition[]>();
  for (const text of texts) {
    for (const [, name = '', parameters, body = ''] of text.matchAll(DEFINE)) {
      const found = definitions.get(name);
      const definition = { hasParameters: parameters !== undefined, body: body.replace(COMMENT_OR_CONTINUATION, ' ').trim() };
      if (found) found.push(definition);
      else definitions.set(name, [definition]);
    }
  }
  return new Sorter(definitions).run();
}

class Sorter {
  private readonly attributes = new Set<string>();
  private readonly iterators = new Set<string>();

  constructor(private readonly definitions: ReadonlyMap<string, readonly Definition[]>) {}

  run(): HeaderWords {
    for (let round = 0, before = -1; round < MAX_ROUNDS && before < this.attributes.size + this.iterators.size; round++) {
      before = this.attributes.size + this.iterators.size;
      for (const [name, all] of this.definitions) {
        if (this.isAttribute(name, all)) this.attributes.add(name);
        else if (all.every(({ hasParameters, body }) => hasParameters && this.isLoop(body))) this.iterators.add(name);
      }
    }
    const hasParameters = (name: string): boolean => this.definitions.get(name)![0]!.hasParameters;
    const attributes = [...this.attributes].sort();
    return {
      attributes: attributes.filter((name) => !hasParameters(name)),
      attributesWithArguments: attributes.filter(hasParameters),
      iterators: [...this.iterators].sort(),
    };
  }

  private isAttribute(name: string, all: readonly Definition[]): boolean {
    const [first] = all;
    if (!first || KEYWORD.test(name) || all.some(({ hasParameters, body }) => hasParameters !== first.hasParameters || (body !== '' && !this.isAttributeBody(body)))) return false;
    return all.some(({ body }) => body !== '') || (!first.hasParameters && ATTRIBUTE_SPELLING.test(name) && !name.endsWith('_h'));
  }

  /** `__attribute__((…))`, attributes known so far, and nothing else but `inline`. */
  private isAttributeBody(body: string): boolean {
    if (body.length > MAX_BODY) return false;
    const words = outsideParentheses(body);
    return words?.some((word) => word !== 'inline') === true && words.every((word) => word === 'inline' || GNU_ATTRIBUTE.test(word) || this.attributes.has(word));
  }

  private isLoop(body: string): boolean {
    return LOOP.test(body) || this.iterators.has(/^(\w+)\s*\(/.exec(body)?.[1] ?? '');
  }
}

/** The words of `a(…) b`; undefined where something else than words and arguments stands there. */
function outsideParentheses(body: string): string[] | undefined {
  let depth = 0;
  let outside = '';
  for (const char of body) {
    if (char === '(') depth++;
    outside += depth === 0 ? char : ' ';
    if (char === ')') depth--;
    if (depth < 0) return undefined;
  }
  return depth === 0 && /^[\w\s]+$/.test(outside) ? outside.trim().split(/\s+/) : undefined;
}
