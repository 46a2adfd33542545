/**
 * What each word is known to be: C keywords by class, and hints from the macro lists in grammars/.
 * A hint only breaks ties between words that structure cannot tell apart; nothing is rewritten
 * because of a hint alone.
 *
 * The scanner looks them up by the same hash over the source's bytes, so that no strings are cut.
 */

import attributes from '../../../../grammars/attributes.json' with { type: 'json' };
import attributeCalls from '../../../../grammars/attributeCalls.json' with { type: 'json' };
import iterators from '../../../../grammars/iterators.json' with { type: 'json' };
import {
  ALIGNOF, ASM, CASE, CONTROL, DO, ELSE, GNU_ATTRIBUTE, HINT_ATTRIBUTE, HINT_ATTRIBUTE_CALL, HINT_ITERATOR, JUMP, NAME, OFFSETOF, PRIMITIVE, QUALIFIER,
  RECORD, SIZEOF, TYPEOF, isKeywordTag, keywordTag,
} from './tags.ts';

const KEYWORDS: readonly (readonly [number, string])[] = [
  [PRIMITIVE, 'void char int float double bool signed unsigned long short size_t ssize_t ptrdiff_t intptr_t uintptr_t charptr_t nullptr_t max_align_t'],
  [PRIMITIVE, 'int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t char8_t char16_t char32_t char64_t'],
  [RECORD, 'struct union enum'],
  [QUALIFIER, 'static extern inline register auto typedef __inline __inline__ __forceinline thread_local __thread const volatile restrict'],
  [QUALIFIER, '__restrict__ __extension__ _Atomic _Noreturn noreturn constexpr'],
  [CONTROL, 'if while for switch'],
  [ELSE, 'else'],
  [DO, 'do'],
  [JUMP, 'return goto break continue'],
  [CASE, 'case default'],
  [SIZEOF, 'sizeof'],
  [ALIGNOF, '__alignof__ __alignof _alignof alignof _Alignof'],
  [TYPEOF, 'typeof __typeof__ __typeof typeof_unqual'],
  [ASM, 'asm __asm__ __asm asm_inline asm_volatile_goto asm_goto_output'],
  [OFFSETOF, 'offsetof'],
  [GNU_ATTRIBUTE, '__attribute__ __attribute __declspec'],
];

const ITERATOR_PATTERN = new RegExp(iterators.patterns.join('|'));

export interface WordTables {
  readonly slots: Int32Array;
  readonly tags: Uint8Array;
  readonly starts: Int32Array;
  readonly letters: Uint8Array;
}

/** A hash table over words, with the tag of each. The scanner looks them up. */
export class WordTable {
  private readonly slots: Int32Array;
  /** By word: its tag, and where its letters are. */
  private readonly tags: number[] = [];
  private readonly starts: number[] = [0];
  private letters = new Uint8Array(4096);

  constructor(size: number) {
    let capacity = 64;
    while (capacity < size * 8) capacity *= 2;
    this.slots = new Int32Array(capacity);
  }

  /** A keyword keeps its class; hints of one name add up. */
  add(word: string, tag: number): void {
    const codes = Uint8Array.from(word, (char) => char.charCodeAt(0));
    const slot = this.slotOf(codes, 0, codes.length);
    const known = this.slots[slot]!;
    if (known > 0) {
      if (!isKeywordTag(this.tags[known - 1]!)) this.tags[known - 1]! |= tag;
      return;
    }
    const start = this.starts.at(-1)!;
    if (start + codes.length > this.letters.length) this.letters = widened(this.letters);
    this.letters.set(codes, start);
    this.starts.push(start + codes.length);
    this.tags.push(tag);
    this.slots[slot] = this.tags.length;
  }

  /** For the scanner: by slot, the number of a word from 1, or 0; by word, its tag and where its letters start, and one more where they end. */
  tables(): WordTables {
    return { slots: this.slots, tags: Uint8Array.from(this.tags), starts: Int32Array.from(this.starts), letters: this.letters };
  }

  private slotOf(source: Uint8Array, start: number, end: number): number {
    const mask = this.slots.length - 1;
    let slot = hashOf(source, start, end) & mask;
    for (;;) {
      const found = this.slots[slot]!;
      if (found === 0 || this.isWord(found - 1, source, start, end)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private isWord(word: number, source: Uint8Array, start: number, end: number): boolean {
    const { letters } = this;
    const first = this.starts[word]!;
    if (this.starts[word + 1]! - first !== end - start) return false;
    for (let i = start, letter = first; i < end; i++, letter++) if (letters[letter] !== source[i]) return false;
    return true;
  }
}

function widened(letters: Uint8Array): Uint8Array<ArrayBuffer> {
  const wider = new Uint8Array(letters.length * 2);
  wider.set(letters);
  return wider;
}

/** From the length and three characters: most words are in no table, and this tells so quickly. */
function hashOf(source: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const hash = Math.imul(source[end - 1]! + (source[start + (length >> 1)]! << 7) + (source[start + (length >> 2)]! << 14) + (length << 21), 0x9e3779b1);
  return hash >>> 15;
}

/** Keywords and the hints of grammars/*.json; built once. */
export function kernelWords(): WordTable {
  shared ??= buildWords();
  return shared;
}

/** Names of a workspace's own macros. */
export interface ExtraWords {
  readonly attributes?: readonly string[];
  readonly attributesWithArguments?: readonly string[];
  readonly iterators?: readonly string[];
}

/** The kernel's words and a workspace's. */
export function wordsWith(extra: ExtraWords): WordTable {
  return buildWords(extra);
}

/** Does the name of a macro say that it is a loop? */
export function looksLikeIterator(word: string): boolean {
  return ITERATOR_PATTERN.test(word);
}

let shared: WordTable | undefined;

function buildWords(extra: ExtraWords = {}): WordTable {
  const hints: readonly (readonly [number, readonly string[]])[] = [
    [HINT_ATTRIBUTE, [...attributes.names, ...(extra.attributes ?? [])]],
    [HINT_ATTRIBUTE_CALL, [...attributeCalls.names, ...(extra.attributesWithArguments ?? [])]],
    [HINT_ITERATOR, [...iterators.names, ...(extra.iterators ?? [])]],
  ];
  const total = hints.reduce((sum, [, names]) => sum + names.length, 200);
  const table = new WordTable(total);
  for (const [wordClass, words] of KEYWORDS) for (const word of words.split(' ')) table.add(word, keywordTag(wordClass));
  for (const [hint, names] of hints) for (const name of names) table.add(name, NAME | hint);
  return table;
}
