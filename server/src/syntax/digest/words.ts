/**
 * What each word is known to be: C keywords by class, and hints from the macro lists in grammars/.
 * A hint only breaks ties between words that structure cannot tell apart; nothing is rewritten
 * because of a hint alone.
 *
 * The table is looked up by hash over the source buffer, so that the tokenizer cuts no strings.
 */

import attributes from '../../../../grammars/attributes.json' with { type: 'json' };
import attributeCalls from '../../../../grammars/attributeCalls.json' with { type: 'json' };
import iterators from '../../../../grammars/iterators.json' with { type: 'json' };

/** Word classes. PLAIN is every identifier; PRIMITIVE and RECORD start a type. */
export const PLAIN = 0;
export const PRIMITIVE = 1;
export const RECORD = 2;
export const QUALIFIER = 3;
export const CONTROL = 4;
export const ELSE = 5;
export const DO = 6;
export const JUMP = 7;
export const CASE = 8;
export const SIZEOF = 9;
export const TYPEOF = 10;
export const ASM = 11;
export const OFFSETOF = 12;
export const GNU_ATTRIBUTE = 13;

/** Hints, as bits. */
export const HINT_ATTRIBUTE = 1;
export const HINT_ATTRIBUTE_CALL = 2;
export const HINT_ITERATOR = 4;

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
  [SIZEOF, 'sizeof __alignof__ __alignof _alignof alignof _Alignof'],
  [TYPEOF, 'typeof __typeof__ __typeof typeof_unqual'],
  [ASM, 'asm __asm__ __asm asm_inline asm_volatile_goto asm_goto_output'],
  [OFFSETOF, 'offsetof'],
  [GNU_ATTRIBUTE, '__attribute__ __attribute __declspec'],
];

const ITERATOR_PATTERN = new RegExp(iterators.patterns.join('|'));

/** A hash table over words; `find` returns class and hints packed as `class | hints << 8`. */
export class WordTable {
  private readonly slots: Int32Array;
  private readonly words: string[] = [];
  private readonly values: number[] = [];

  constructor(size: number) {
    let capacity = 64;
    while (capacity < size * 8) capacity *= 2;
    this.slots = new Int32Array(capacity);
  }

  add(word: string, value: number): void {
    const codes = Uint8Array.from(word, (char) => char.charCodeAt(0));
    const slot = this.slotOf(codes, 0, codes.length);
    const known = this.slots[slot]!;
    if (known > 0) {
      this.values[known - 1]! |= value;
      return;
    }
    this.words.push(word);
    this.values.push(value);
    this.slots[slot] = this.words.length;
  }

  /** Class and hints of the word source[start, end). */
  find(source: Uint8Array, start: number, end: number): number {
    const found = this.slots[this.slotOf(source, start, end)]!;
    return found > 0 ? this.values[found - 1]! : PLAIN;
  }

  private slotOf(source: Uint8Array, start: number, end: number): number {
    const mask = this.slots.length - 1;
    let slot = hashOf(source, start, end) & mask;
    for (;;) {
      const found = this.slots[slot]!;
      if (found === 0 || sameWord(this.words[found - 1]!, source, start, end)) return slot;
      slot = (slot + 1) & mask;
    }
  }
}

/** From the length and four characters: most words are in no table, and this tells so quickly. */
function hashOf(source: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const middle = source[start + (length >> 1)]!;
  const hash = Math.imul(source[start]! + Math.imul(source[end - 1]!, 37) + Math.imul(middle, 1361), 0x9e3b) + Math.imul(source[start + (length >> 2)]! + (length << 8), 0x85eb);
  return hash ^ (hash >>> 13);
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
  for (const [wordClass, words] of KEYWORDS) for (const word of words.split(' ')) table.add(word, wordClass);
  for (const [hint, names] of hints) for (const name of names) table.add(name, hint << 8);
  return table;
}

function sameWord(word: string, source: Uint8Array, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let i = 0; i < word.length; i++) if (word.charCodeAt(i) !== source[start + i]) return false;
  return true;
}
