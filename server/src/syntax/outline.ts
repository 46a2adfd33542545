/**
 * The functions that a file defines, without a parse tree: the rewrite leaves plain C at file scope,
 * where a function is `name(…) {`. Names, storage class and places are those that `parseFile` gives;
 * a test compares the two over whole kernels.
 */

import type { Span } from '../base/text.ts';
import type { ConditionalBranch } from './digest/conditionals.ts';
import type { DigestOptions } from './digest/digest.ts';
import { digestOutline, type DigestOutline } from './digest/digestOutline.ts';
import { nameAsWritten } from './digest/macroFunctions.ts';

export interface OutlinedFunction {
  readonly name: string;
  readonly nameSpan: Span;
  readonly isStatic: boolean;
}

export interface Outline {
  /** In source order. */
  readonly functions: readonly OutlinedFunction[];
  readonly conditionals: readonly ConditionalBranch[];
}

/** `options`: which branches are chosen, where one of several must be, and what words are known to be. */
export function outlineOf(text: string, options: DigestOptions = {}): Outline {
  const digested = digestOutline(text, options);
  return { functions: new Outliner(text, digested).run(), conditionals: digested.conditionals };
}

/** White space, comments, directives, literals, words and single characters, in one sticky pattern. */
const piece = /(\s+|\/\*[^]*?(?:\*\/|$)|\/\/[^\n]*|#(?:[^\n\\/]|\\[^]?|\/\*[^]*?(?:\*\/|$)|\/)*|"(?:[^"\\\n]|\\[^]?)*"?|'(?:[^'\\\n]|\\[^]?)*'?)|([A-Za-z_$][\w$]*)|[^]/y;

class Outliner {
  private readonly found: OutlinedFunction[] = [];
  private at = 0;
  private itemStart = -1;
  /** The word just read, or undefined after anything else. */
  private word: Span | undefined;
  /** The word before the first parenthesis of the item. */
  private name: Span | undefined;
  /** `name` of an item that may be the header of an old-style definition. */
  private oldStyle: { name: Span; itemStart: number } | undefined;
  private hasValue = false;
  private hasWordAfterName = false;

  constructor(private readonly original: string, private readonly digested: DigestOutline) {}

  run(): readonly OutlinedFunction[] {
    const { text } = this.digested;
    while (this.at < text.length) {
      piece.lastIndex = this.at;
      const match = piece.exec(text)!;
      const start = this.at;
      this.at = piece.lastIndex;
      if (match[1] !== undefined) continue;
      if (this.itemStart < 0) this.itemStart = start;
      if (match[2] !== undefined) this.readWord({ start, end: this.at });
      else this.readMark(match[0], start);
    }
    return this.found;
  }

  private readWord(span: Span): void {
    this.word = span;
    this.hasWordAfterName ||= this.name !== undefined;
  }

  private readMark(mark: string, start: number): void {
    const { word } = this;
    this.word = undefined;
    if (mark === '(') this.openParenthesis(word, start);
    else if (mark === '{') this.openBrace(start);
    else if (mark === '[') this.skipTo(start);
    else if (mark === '=') this.hasValue = true;
    else if (mark === ';') this.endItem();
    else if (mark === '}') this.reset();
  }

  /** The name is before the first parenthesis, or inside it: `int (*f(void))(int)`. */
  private openParenthesis(word: Span | undefined, start: number): void {
    if (this.name || this.hasValue) return this.skipTo(start);
    if (!word || this.isPointerAt(start + 1)) return;
    this.name = word;
    this.hasWordAfterName = false;
    this.skipTo(start);
  }

  private isPointerAt(offset: number): boolean {
    const { text } = this.digested;
    let at = offset;
    while (text[at] === ' ' || text[at] === '\n' || text[at] === '\t') at++;
    return text[at] === '*';
  }

  private openBrace(start: number): void {
    const definition = this.name ? { name: this.name, itemStart: this.itemStart } : this.oldStyle;
    const isRecord = !this.name && this.itemStart !== start;
    if (this.isLinkage(start)) return this.reset();
    this.skipTo(start);
    if (this.hasValue || isRecord || !definition) {
      if (this.itemStart === start) this.reset();
      return;
    }
    this.define(definition.name, definition.itemStart);
    this.reset();
  }

  private define(name: Span, itemStart: number): void {
    const head = this.original.slice(itemStart, name.start);
    if (/\b(?:struct|union|enum)\s+$/.test(head)) return;
    const nameSpan = nameAsWritten(this.original, name);
    this.found.push({ name: this.original.slice(nameSpan.start, nameSpan.end), nameSpan, isStatic: /\bstatic\b/.test(head) });
  }

  /** `extern "C" {`: what is inside is at file scope. */
  private isLinkage(brace: number): boolean {
    return /^extern\s*"[^"]*"\s*$/.test(this.digested.text.slice(this.itemStart, brace));
  }

  private skipTo(open: number): void {
    const close = this.digested.closingOf(open);
    if (close >= this.at) this.at = close + 1;
  }

  /** After a prototype's `)` nothing is left but the `;`: words there are old-style parameters. */
  private endItem(): void {
    const { name, itemStart, hasWordAfterName, oldStyle } = this;
    const next = name && hasWordAfterName && !this.hasValue ? { name, itemStart } : name ? undefined : oldStyle;
    this.reset();
    this.oldStyle = next;
  }

  private reset(): void {
    this.itemStart = -1;
    this.word = undefined;
    this.name = undefined;
    this.oldStyle = undefined;
    this.hasValue = false;
    this.hasWordAfterName = false;
  }
}
