import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digest } from '../../../server/src/syntax/digest/digest.ts';
import { digested } from './snippets.ts';

const PIECES = [
  '{', '}', '(', ')', '[', ']', ';', ',', ':', '*', '=', '&&', '...', '.', '#if A\n', '#if 0\n', '#else\n', '#elif B\n', '#endif\n',
  '\n#define X(a...) /* b */ c\n', '\n', '\r\n', '\\\n', ' ', '\t', '/*', '*/', '//', '"', "'", '\\', '\0', '\ud800', 'é', '😀',
  'int ', 'struct ', 'enum ', 'static ', 'if ', 'else ', 'do ', 'while ', 'for ', 'switch ', 'case ', 'default', 'return ', 'goto ', 'asm ',
  'typeof', 'sizeof ', 'offsetof', '__attribute__((x))', '__init ', 'MACRO', 'list_for_each', 'SYSCALL_DEFINE2', 'DEFINE_PER_CPU', 'a ', '1', 'u32 ', '"s"',
];

describe('any text', () => {
  it('keeps its length and its newlines, and gives the same result twice', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }), (pieces) => {
      const text = pieces.join('');
      expect(digested(text)).toEqual(digest(text));
    }), { numRuns: 3000, seed: 1 });
  });

  it('gives the same result whatever was digested before', () => {
    const texts = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join(''));
    fc.assert(fc.property(texts, texts, (text, other) => {
      const before = digest(text);
      digest(other.repeat(40));
      expect(digest(text)).toEqual(before);
    }), { numRuns: 1000, seed: 3 });
  });

  it('may be anything', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      digested(text);
    }), { numRuns: 1000, seed: 2 });
  });

  it.each(['', '\n', '\0', '\ud800', '"', "'\\", '/*', '//', '#', '#if', '#define', '\\', '#define A(', '{', '}', '__attribute__((', 'asm(', '\ufeffint x;'])('may be %j', (text) => {
    digested(text);
  });

  it('keeps what is beyond ASCII in place', () => {
    const text = 'int __init f(void) { g("é😀"); /* ü \ud800 */ h(min_t(int, a, b)); }';
    expect(digested(text).text).toBe('int        f(void) { g("é😀"); /* ü \ud800 */ h(min_t(Int, a, b)); }');
  });

  it('keeps carriage returns', () => {
    const text = '#ifdef A\r\nint __init f(void)\r\n{\r\n\tfor_each(x)\r\n\t\tg(unsigned\r\n int);\r\n}\r\n#endif\r\n';
    const after = digested(text).text;
    expect(after.replace(/[^\r\n]/g, ' ')).toBe(text.replace(/[^\r\n]/g, ' '));
  });
});

describe('time is linear', () => {
  const many = (piece: string, count = 100_000): string => piece.repeat(count);
  const inFunction = (body: string): string => `void f(void) {${body}}`;
  /** Seconds would be quadratic; the machine may be slow and busy. */
  const LIMIT_MS = 8_000;

  it.each<[string, string]>([
    ['nested braces', many('{', 200_000) + many('}', 200_000)],
    ['open brackets of all kinds', many('([{')],
    ['closing brackets after open ones', many('(') + many(']') + many('}')],
    ['one line of a megabyte', inFunction(many('x = y + foo(a, b); ', 55_000))],
    ['case labels', inFunction(`switch (x) {${many('case 1: ')}}`)],
    ['case labels without colons', inFunction(many('case 1 '))],
    ['nested calls', inFunction(`${many('g(')}${many(')')};`)],
    ['nested casts', `x = ${many('(int (*)')}${many(')')};`],
    ['bare macros at file scope', many('FOO(x)\n')],
    ['bare words', many('foo ')],
    ['bare statements', inFunction(many('FOO(x)\n'))],
    ['loops of loops', inFunction(`${many('for_each(x)\n')};`)],
    ['groups of #if', many('#if A\n#endif\n')],
    ['nested #if', many('#if A\n') + many('#endif\n')],
    ['nested #if with branches', inFunction(many('\n#if A\nx();\n#else\n', 30_000) + many('y();\n#endif\n', 30_000))],
    ['#elif after #elif', `#if A\n${many('#elif B\nint x;\n')}#endif\n`],
    ['escaped quotes in a directive', `#define A "${many('\\"')}\n`],
    ['conditions of parentheses', `#if ${many('(')}\n`],
    ['attributes', many('__attribute__((x)) ')],
    ['open attributes', many('__attribute__((')],
    ['assembly without parentheses', inFunction(many('asm volatile '))],
    ['nested records', many('struct a {') + many('};')],
    ['nested initialisers', `int a[] = ${many('{')}${many('}')};`],
    ['nested statement expressions', inFunction(`x = ${many('({')}${many(';})')};`)],
    ['strings and macros', inFunction(`x = ${many('"a" M(x) ')};`)],
    ['comment starts', many('/*')],
    ['numbers', many('1', 1_000_000)],
  ])('in %s', (_name, text) => {
    const before = process.cpuUsage();
    digest(text);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(LIMIT_MS);
  });
});
