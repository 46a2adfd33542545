import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { inputs, states } from '../../../server/src/syntax/digest/automaton.ts';
import { isCloser, isOpener, openerOf } from '../../../server/src/syntax/digest/chars.ts';
import { digest } from '../../../server/src/syntax/digest/digest.ts';
import { directiveEnd, literalEnd } from '../../../server/src/syntax/digest/lexical.ts';
import { scan, type Tokens } from '../../../server/src/syntax/digest/scanner.ts';
import { unitsOf } from '../../../server/src/syntax/digest/source.ts';
import { AND, CLOSE_CALL, COMMA_OF_CALL, EQUALS_IN_BRACES, FIRST_IN_BRACKETS, OPEN_CALL } from '../../../server/src/syntax/digest/stillCodes.ts';
import {
  CHARACTER, GNU_ATTRIBUTE, GNU_ATTRIBUTE_TAG, HINT_ITERATOR, NAME, NUMBER, ODD_NUMBER, TEXT, keywordTag,
} from '../../../server/src/syntax/digest/tags.ts';
import { kernelWords, wordsWith } from '../../../server/src/syntax/digest/words.ts';

/** C's tokens, comments and directives once more, as one expression. */
const LEXEMES = new RegExp([
  String.raw`(?<newline>\n)`,
  String.raw`(?<gap>[ \t\r\v\f]+|/\*[^]*?(?:\*/|$(?![^]))|//(?:\\\r?\n|[^\n])*|\\\r?\n)`,
  String.raw`(?<literal>[LuU]?(?:"(?:\\\r\n|\\[^]|[^"\\\n])*(?:"|(?=\n)|\\?$(?![^]))|'(?:\\\r\n|\\[^]|[^'\\\n])*(?:'|(?=\n)|\\?$(?![^]))))`,
  String.raw`(?<word>[A-Za-z_$][\w$]*)`,
  String.raw`(?<number>\.?\d(?:(?<!^0[xX][^]*)(?<=[eE])[+-]|[\w$]|\.(?!\.))*)`,
  String.raw`(?<other>\.\.\.|[^])`,
].join('|'), 'y');

/** The tokens by that expression. A `#` with no token before it on its line begins a directive, which is none. */
function expected(text: string): string[] {
  const found: string[] = [];
  let isFirst = true;
  for (let at = 0, stop = 0; at < text.length; at = stop) {
    LEXEMES.lastIndex = at;
    const { newline, gap, other } = LEXEMES.exec(text)!.groups!;
    const isDirective = isFirst && other === '#';
    stop = isDirective ? directiveEnd(unitsOf(text), at) : LEXEMES.lastIndex;
    if (newline) isFirst = true;
    else if (!gap && !isDirective) {
      found.push(text.slice(at, stop));
      isFirst = false;
    }
  }
  return found;
}

function textsOf(text: string, tokens: Tokens): string[] {
  return Array.from({ length: tokens.count }, (_, t) => text.slice(tokens.start[t], tokens.end[t]));
}

const pieces = [
  'a', 'if', 'x_1$', 'a_name_of_more_than_sixteen_letters', 'abcdefghijklmnop', 'L', 'u', '0', '0x1fUL', '12u', '1.5', '.5', '...', '..', '.', '"', "'", '\\', '\n', '\r\n', '\\\n', '\\\r\n',
  ' ', '\t', '/*', '*/', '//', '/', '*', '#', '#define A', '#if 0', '(', ')', '[', ']', '{', '}', '\n{', ';', ',', '=', '"a b"', "'c'", 'é', '\u2028', '😀', '@', '`', '\v', '\f', '<', '>', '__attribute__',
] as const;
const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join(''));

describe('the scanner', () => {
  it('is what its source compiles to', () => {
    execFileSync(process.execPath, [join(import.meta.dirname, '../../../scripts/scanner.mjs'), '--check'], { stdio: 'pipe' });
  }, 60_000);

  it('has the numbers of the automaton and of the tags', () => {
    expect({ FIRST_IN_BRACKETS, OPEN_CALL, CLOSE_CALL, COMMA_OF_CALL, EQUALS_IN_BRACES, AND, GNU_ATTRIBUTE_TAG }).toEqual({
      FIRST_IN_BRACKETS: inputs.indexOf('['), OPEN_CALL: inputs.indexOf('openCall'), CLOSE_CALL: inputs.indexOf('closeCall'),
      COMMA_OF_CALL: inputs.indexOf('commaOfCall'), EQUALS_IN_BRACES: inputs.indexOf('=inBraces'), AND: states.indexOf('and'),
      GNU_ATTRIBUTE_TAG: keywordTag(GNU_ATTRIBUTE),
    });
  });

  it('cuts a text as an expression for the tokens of C does', () => {
    fc.assert(fc.property(texts, (text) => {
      expect(textsOf(text, scan(text, kernelWords()))).toEqual(expected(text));
    }), { numRuns: 3000 });
  });

  it('ends literals and directives where those who read the text themselves do', () => {
    fc.assert(fc.property(texts, (text) => {
      const { count, source, tag, start, end, directives } = scan(text, kernelWords());
      for (const directive of directives) expect(directive.end).toBe(directiveEnd(source, directive.start));
      for (let t = 0; t < count; t++) {
        const isLiteral = tag[t] === TEXT || tag[t] === CHARACTER;
        const quote = start[t]! + (isLiteral && /["']/.test(text[start[t]!]!) ? 0 : 1);
        if (isLiteral) expect(end[t]).toBe(literalEnd(source, quote));
      }
    }), { numRuns: 1000 });
  });

  it('pairs brackets that belong together, and lists every other one', () => {
    fc.assert(fc.property(texts, (text) => {
      const { count, tag, match, open, directives } = scan(text, kernelWords());
      const without = new Set(open);
      const cuts = directives.map(({ before }) => before);
      for (let t = 0; t < count; t++) {
        const isBracket = isOpener(tag[t]!) || isCloser(tag[t]!);
        expect(match[t]! >= 0 ? 1 : 0).toBe(isBracket && !without.has(t) ? 1 : 0);
        const other = match[t]!;
        if (other <= t) continue;
        expect(match[other]).toBe(t);
        expect(openerOf(tag[other]!)).toBe(tag[t]);
        expect(cuts.some((cut) => cut > t && cut <= other)).toBe(false);
        for (let inner = t + 1; inner < other; inner++) expect(without.has(inner)).toBe(false);
      }
      expect([...open]).toEqual([...open].sort((a, b) => a - b));
    }), { numRuns: 1000 });
  });

  it('knows its words, also after others', () => {
    const own = wordsWith({ iterators: ['walk_my_things'] });
    const tagOf = (word: string, words = kernelWords()): number => scan(word, words).tag[0]!;
    expect(tagOf('walk_my_things')).toBe(NAME);
    expect(tagOf('walk_my_things', own)).toBe(NAME | HINT_ITERATOR);
    expect(tagOf('walk_my_things')).toBe(NAME);
    expect(scan('x = 1; __attribute__', kernelWords()).hasGnuAttributes).toBe(true);
    expect(scan('x = 1; __attribute_', kernelWords()).hasGnuAttributes).toBe(false);
  });

  it('tells numbers of C from what macros paste together', () => {
    const tags = (text: string): number[] => Array.from(scan(text, kernelWords()).tag.subarray(0, text.split(' ').length));
    expect(tags('0 12u 0x1FULL 1.5e-3f 0b101 .5 1z 0XFFu')).toEqual(Array(8).fill(NUMBER));
    expect(tags('1_2x 0x 0xg 12ab 1.2.3x')).toEqual(Array(5).fill(ODD_NUMBER));
  });

  it('reads long texts as it reads short ones, and short ones as before after a long one', () => {
    const one = 'static int f(struct page *page) __must_check\n{\n\treturn list_empty(&page->lru);\n}\n';
    const many = 20_000;
    const short = digest(one).text;
    expect(digest(one.repeat(many)).text).toBe(short.repeat(many));
    expect(digest(one.repeat(700)).text).toBe(short.repeat(700));
    expect(digest(one).text).toBe(short);
  });
});
