/**
 * Text → tokens, and the quick look at ranges of them (`still.ts`): what reads every character and nearly every
 * token. It is compiled to WebAssembly from server/scanner, twice as fast as the same in JavaScript; here is its host,
 * which lays out the memory.
 */

import { charClasses } from './chars.ts';
import { scannerCode } from './scanner.generated.ts';
import { CALLEES, INPUTS, TRANSITIONS } from './automaton.ts';
import { NOTHING } from './tags.ts';
import { LONGEST } from './stillCodes.ts';
import { putUnits } from './source.ts';
import type { WordTable } from './words.ts';

/** A preprocessor directive from its `#` to the end of its logical line. */
export interface Directive {
  readonly start: number;
  readonly end: number;
  /** The token that follows it. */
  readonly before: number;
}

/** Tokens side by side; index `t` below `count` names one. Valid until the next text is scanned. */
export interface Tokens {
  count: number;
  /** One byte for each UTF-16 unit of the text. */
  readonly source: Uint8Array;
  /** Each byte of `source` is the unit itself. */
  readonly isAscii: boolean;
  /** What each is (`tags.ts`); NOTHING in the places after the last, of which there are at least TAIL. */
  readonly tag: Uint8Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** The other bracket of a pair, else -1; so far only pairs with nothing unpaired and no directive between them. */
  readonly match: Int32Array;
  /** The brackets without a partner so far, in order. */
  readonly open: Int32Array;
  readonly directives: readonly Directive[];
  /** May one of the words be a GNU_ATTRIBUTE? */
  readonly hasGnuAttributes: boolean;
  /** The automaton's state after tokens [from, to), or -1 at the first stir. */
  readonly stateAfter: (from: number, to: number, before: number, inside: number) => number;
}

interface Exports {
  readonly setTables: (classes: number, inputs: number, callees: number, transitions: number, around: number) => void;
  readonly setWords: (slots: number, mask: number, tags: number, starts: number, letters: number) => void;
  readonly setText: (source: number, length: number, tags: number, starts: number, ends: number, matches: number, open: number) => void;
  readonly tokenize: () => number;
  readonly openCount: WebAssembly.Global;
  readonly hasGnuAttributes: WebAssembly.Global;
  readonly stateAfter: Tokens['stateAfter'];
}

/** So many places after the last token may be looked at. */
export const TAIL = 16;
/** Null characters after the text. */
const PADDING = 32;
/** Longer texts get a scanner of their own, whose memory goes with it. Units. */
const MAX_KEPT = 1 << 20;
const PAGE = 1 << 16;
const PROPER_NUMBER = /^(0[xX][0-9a-fA-F]+|0[bB][01]+|\d+)[uUlLzZ]*$|^[\d.]+([eE][+-]?\d+)?[fFlL]?$|^0[xX][\da-fA-F.]+[pP][+-]?\d+$/;
/** Longer ones are none. */
const LONGEST_NUMBER = 100;

let compiled: WebAssembly.Module | undefined;
let shared: Scanner | undefined;

/** The tokens of `text`, which has no null character. */
export function scan(text: string, words: WordTable): Tokens {
  if (text.length > MAX_KEPT) return new Scanner().scan(text, words);
  shared ??= new Scanner();
  return shared.scan(text, words);
}

class Scanner {
  private readonly memory = new WebAssembly.Memory({ initial: 2 });
  private readonly code: Exports;
  private bytes: Uint8Array;
  private text: Uint8Array;
  private words: WordTable | undefined;
  /** Addresses: after the tables, where the words are; after the words, where the text is; the first that is free. */
  private readonly wordsAt: number;
  private textAt = 0;
  private free = 0;
  private directives: Directive[] = [];

  constructor() {
    compiled ??= new WebAssembly.Module(Buffer.from(scannerCode, 'base64'));
    const { exports } = new WebAssembly.Instance(compiled, {
      env: { memory: this.memory },
      tokenize: {
        foundDirective: (start: number, end: number, before: number) => void this.directives.push({ start, end, before }),
        isNumber: (start: number, end: number) => Number(this.isNumber(start, end)),
      },
    });
    this.code = exports as unknown as Exports;
    this.bytes = this.text = new Uint8Array(this.memory.buffer);
    this.code.setTables(this.put(charClasses), this.put(INPUTS), this.put(CALLEES), this.put(TRANSITIONS), this.take(LONGEST + 1));
    this.wordsAt = this.free;
  }

  scan(text: string, words: WordTable): Tokens {
    const { length } = text;
    if (this.words !== words) this.takeWords(words);
    this.free = this.textAt;
    const source = this.take(length + PADDING);
    const tag = this.take(length + TAIL);
    const start = this.take(4 * length);
    const end = this.take(4 * length);
    const match = this.take(4 * length);
    const open = this.take(4 * length);
    const { buffer } = this.memory;
    this.text = this.bytes.subarray(source, source + length);
    this.bytes.fill(0, source + length, source + length + PADDING);
    const isAscii = putUnits(text, this.text);
    this.directives = [];
    this.code.setText(source, length, tag, start, end, match, open);
    const count = this.code.tokenize();
    this.bytes.fill(NOTHING, tag + count, tag + count + TAIL);
    return {
      count,
      source: this.text,
      isAscii,
      tag: new Uint8Array(buffer, tag, length + TAIL),
      start: new Int32Array(buffer, start, count),
      end: new Int32Array(buffer, end, count),
      match: new Int32Array(buffer, match, count),
      open: new Int32Array(buffer, open, this.code.openCount.value),
      directives: this.directives,
      hasGnuAttributes: this.code.hasGnuAttributes.value !== 0,
      stateAfter: this.code.stateAfter,
    };
  }

  private takeWords(words: WordTable): void {
    const { slots, tags, starts, letters } = words.tables();
    this.free = this.wordsAt;
    this.code.setWords(this.put(slots), slots.length - 1, this.put(tags), this.put(starts), this.put(letters));
    this.textAt = this.free;
    this.words = words;
  }

  private put(table: Uint8Array | Int32Array): number {
    const at = this.take(table.byteLength);
    this.bytes.set(new Uint8Array(table.buffer, table.byteOffset, table.byteLength), at);
    return at;
  }

  /** Room for so many bytes. */
  private take(size: number): number {
    const at = this.free;
    this.free = (at + size + 15) & ~15;
    const missing = this.free - this.bytes.length;
    if (missing > 0) {
      this.memory.grow(Math.ceil(Math.max(missing, Math.min(this.bytes.length, MAX_KEPT)) / PAGE));
      this.bytes = new Uint8Array(this.memory.buffer);
    }
    return at;
  }

  /** None such as `1_2x` that a macro pastes together. */
  private isNumber(start: number, end: number): boolean {
    return end - start <= LONGEST_NUMBER && PROPER_NUMBER.test(String.fromCharCode(...this.text.subarray(start, end)));
  }
}
