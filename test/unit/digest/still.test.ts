import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digest } from '../../../server/src/syntax/digest/digest.ts';

const OPERANDS = [
  'a', 'page', 'UPPER', 'PRIu64', 'list_for_each', '__init', 'u32', '1', '0x10UL', '1_2x', '.5', '"s"', "'c'", 'p->q', 'x.y', 'f()', 'sizeof(x)', 'sizeof x',
  '__alignof__(x)', 'typeof(x)', 'offsetof(struct s, m[1])', 'struct s', 'unsigned long', 'const', 'int', '(struct s *)x', '(pte_t *)x', '(u32)1', 'é',
];
const OPERATORS = [' ', ' + ', ' - ', '++', '--', ' * ', ' & ', ' && ', '&', ' &&', ' | ', ' < ', ' == ', ' = ', ' ? ', ' : ', '!', '~', ', ', '->', '.', ';', '...', '\n\t'];
const parts = fc.letrec<{ expression: string; part: string }>((tie) => ({
  expression: fc.array(tie('part'), { maxLength: 6 }).map((all) => all.join('')),
  part: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...OPERANDS) },
    { weight: 8, arbitrary: fc.constantFrom(...OPERATORS) },
    { weight: 4, arbitrary: fc.tuple(fc.constantFrom('f(', '(', 'M(', 'sizeof(', '__alignof__(', 'a[', '[', '{ ', '(struct s) {', '({ ', 'int('), tie('expression')).map(([open, inner]) => `${open}${inner}${closing(open)}`) },
  ),
}));

function closing(open: string): string {
  if (open === '({ ') return '; })';
  return open.endsWith('[') ? ']' : open.trimEnd().endsWith('{') ? '}' : ')';
}

const PLACES: readonly ((expression: string) => string)[] = [
  (e) => `void f(void)\n{\n\tx = ${e};\n}\n`,
  (e) => `void f(void)\n{\n\t${e};\n\treturn ${e};\n}\n`,
  (e) => `void f(void)\n{\n\tif (${e})\n\t\tg(${e});\n\tfor (i = 0; ${e}; i++)\n\t\tfor_each(${e})\n\t\t\th();\n}\n`,
  (e) => `static const struct s t = { ${e}, .a = ${e}, };\n`,
  (e) => `int a[${e}] = { [${e}] = ${e} };\nenum e { A = ${e}, B };\n`,
  (e) => `MODULE(${e});\nint x = M(${e});\n`,
];

/** With and without the reading of what is known to be still. */
function expectSame(text: string): void {
  expect(digest(text)).toEqual(digest(text, { readsAll: true }));
}

describe('passing over what holds nothing to rewrite', () => {
  it('changes no result', () => {
    fc.assert(fc.property(parts.expression, fc.constantFrom(...PLACES), (expression, place) => expectSame(place(expression))), { numRuns: 20_000, seed: 11 });
  });

  it.each([
    'f(a, , b)', 'f(, a)', 'f(struct s, x)', 'f(x *)', 'f(==, a)', 'f(.x = 1)', 'f({ 1, 2 })', '{ , 1 }', '{ M(x) = 1 }', '{ M(x)\n N(y) }', '"a" PRIu64 "b"', '"a" M(x)',
    '&&label', 'a & &&label', 'a && &&label', '(struct s * __user)x', '(unsigned long __force)x', '(a * b *)x', '1_2x', 'f(a;)', 'f(int *, a)', 'x __user', 'sizeof(struct s __user)', '(u32 __force)x',
  ])('nor where there is something: %s', (expression) => {
    let isRewritten = false;
    for (const place of PLACES) {
      const text = place(expression);
      expectSame(text);
      isRewritten ||= digest(text).text !== text;
    }
    expect(isRewritten).toBe(true);
  });

  const trees = (process.env['FAULTLINE_TREES'] ?? '').split(':').filter((tree) => tree !== '');
  it.runIf(trees.length > 0)('changes no result in FAULTLINE_TREES', () => {
    for (const tree of trees) {
      for (const file of readdirSync(tree, { recursive: true, encoding: 'utf8' })) if (/\.[ch]$/.test(file)) expectSame(readFileSync(join(tree, file), 'utf8'));
    }
  }, 600_000);
});
