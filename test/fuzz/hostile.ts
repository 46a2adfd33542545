/**
 * Texts that no person writes: what overflows stacks, and what makes one careless loop take minutes.
 * At scale 1 they have 50,000 to 550,000 pieces of what they are made of, up to 10 MB.
 */

export type HostileText = (scale: number) => string;

const many = (piece: string, count: number): string => piece.repeat(Math.max(1, Math.floor(count)));
const each = (count: number, text: (index: number) => string): string => Array.from({ length: Math.max(1, Math.floor(count)) }, (_, index) => text(index)).join('');
const inFunction = (body: string): string => `void f(void)\n{\n${body}\n}\n`;

/** Brackets and operators in no order. */
function noise(length: number): string {
  let state = 1;
  return each(length, () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return '{}()[];,=a'[(state >> 8) % 10]!;
  });
}

export const hostileTexts: readonly (readonly [name: string, text: HostileText])[] = [
  ['nested braces', (scale) => inFunction(many('{', 200_000 * scale) + many('}', 200_000 * scale))],
  ['open braces', (scale) => inFunction(many('{', 200_000 * scale))],
  ['nested parens', (scale) => inFunction('x = ' + many('(', 200_000 * scale) + 'y' + many(')', 200_000 * scale) + ';')],
  ['nested brackets', (scale) => inFunction('x = a' + many('[a', 200_000 * scale) + many(']', 200_000 * scale) + ';')],
  ['open parens', (scale) => inFunction('x = ' + many('(', 200_000 * scale))],
  ['nested ifs', (scale) => inFunction(many('if (a)\n', 200_000 * scale) + 'b();')],
  ['else if', (scale) => inFunction('if (a) b();\n' + many('else if (a) b();\n', 100_000 * scale))],
  ['one line', (scale) => inFunction(many('x = y + foo(a, b); ', 550_000 * scale))],
  ['one expr', (scale) => inFunction('x = ' + many('foo(a, b) + ', 80_000 * scale) + '1;')],
  ['case labels', (scale) => inFunction('switch (x) {' + each(100_000 * scale, (i)=>`case ${i}:\n`) + 'b(); }')],
  ['cases with bodies', (scale) => inFunction('switch (x) {' + each(100_000 * scale, (i)=>`case ${i}: b(${i}); break;\n`) + '}')],
  ['case fallthrough', (scale) => inFunction('switch (x) { case 0:' + each(150_000 * scale, (i)=>`b(${i});\n`) + '}')],
  ['labels and gotos', (scale) => inFunction(each(100_000 * scale, (i)=>`l${i}: goto l${100_000 * scale - 1 - i};\n`))],
  ['labels in a row', (scale) => inFunction(each(100_000 * scale, (i)=>`l${i}:\n`) + 'b();')],
  ['labels with ;', (scale) => inFunction(each(100_000 * scale, (i)=>`l${i}: ;\n`) + 'b();')],
  ['goto ring', (scale) => inFunction(each(100_000 * scale, (i)=>`l${i}: goto l${(i + 1) % (100_000 * scale)};\n`))],
  ['#if nested', (scale) => inFunction(many('\n#if A\n', 100_000 * scale) + 'x();\n' + many('#endif\n', 100_000 * scale))],
  ['#if sequence', (scale) => inFunction(many('\n#if A\nx();\n#else\ny();\n#endif\n', 100_000 * scale))],
  ['#if sequence top', (scale) => each(100_000 * scale, (i)=>`#if A\nint f${i}(void) { return 1; }\n#endif\n`)],
  ['comment unterminated', (scale) => inFunction('x();') + '/*' + many('abc def ', 130_000 * scale)],
  ['string unterminated', (scale) => inFunction('x("' + many('abc def ', 130_000 * scale))],
  ['NULs', (scale) => many('\0', 1_000_000 * scale)],
  ['NULs in function', (scale) => inFunction(many('x\0y;', 100_000 * scale))],
  ['lone surrogates', (scale) => inFunction(many('\ud800', 500_000 * scale))],
  ['declarators', (scale) => 'int ' + each(200_000 * scale, (i)=>`a${i}, `) + 'z;'],
  ['local declarators', (scale) => inFunction('int ' + each(200_000 * scale, (i)=>`a${i} = ${i}, `) + 'z;')],
  ['local declarations', (scale) => inFunction(each(100_000 * scale, (i)=>`int a${i}; { b(); }\n`))],
  ['binary +', (scale) => inFunction('x = a' + many(' + a', 100_000 * scale) + ';')],
  ['logical ||', (scale) => inFunction('if (a' + many(' || a', 100_000 * scale) + ') b();')],
  ['ternary', (scale) => inFunction('x = ' + many('a ? b : ', 100_000 * scale) + 'c;')],
  ['ternary left', (scale) => inFunction('x = ' + many('a ? ', 100_000 * scale) + 'c' + many(' : b', 100_000 * scale) + ';')],
  ['pointer declarators', (scale) => 'int ' + many('*', 200_000 * scale) + 'p;'],
  ['function declarators', (scale) => 'int ' + many('(*', 50_000 * scale) + 'p' + many(')(void)', 50_000 * scale) + ';'],
  ['define 1MB continued', (scale) => '#define M(x) ' + many('foo(x); \\\n', 110_000 * scale) + 'bar(x)\n' + inFunction('M(1);')],
  ['unary !', (scale) => inFunction('x = ' + many('!', 200_000 * scale) + 'a;')],
  ['unary *', (scale) => inFunction('x = ' + many('*', 200_000 * scale) + 'a;')],
  ['casts', (scale) => inFunction('x = ' + many('(int)', 100_000 * scale) + 'a;')],
  ['member chain', (scale) => inFunction('x = a' + many('->b', 200_000 * scale) + ';')],
  ['call chain', (scale) => inFunction('x = a' + many('(b)', 100_000 * scale) + ';')],
  ['nested calls', (scale) => inFunction('x = ' + many('g(', 100_000 * scale) + many(')', 100_000 * scale) + ';')],
  ['comma', (scale) => inFunction('a' + many(', a()', 100_000 * scale) + ';')],
  ['assign chain', (scale) => inFunction(many('a = ', 100_000 * scale) + '0;')],
  ['initializer nested', (scale) => 'int a[] = ' + many('{', 100_000 * scale) + many('}', 100_000 * scale) + ';'],
  ['initializer entries', (scale) => 'struct o a = {' + each(200_000 * scale, (i)=>`.f${i} = g${i},\n`) + '};'],
  ['statement exprs', (scale) => inFunction('x = ' + many('({ a; ', 20_000 * scale) + 'b;' + many('})', 20_000 * scale) + ';')],
  ['structs nested', (scale) => many('struct a {\n', 100_000 * scale) + many('};\n', 100_000 * scale)],
  ['functions', (scale) => each(100_000 * scale, (i)=>`int f${i}(void) { return ${i}; }\n`)],
  ['functions unclosed', (scale) => each(20_000 * scale, (i)=>`int f${i}(void)\n{\n if (a) {\n b();\n}\n`)],
  ['params', (scale) => 'int inFunction(' + each(100_000 * scale, (i)=>`int a${i},`) + 'int z) { return z; }'],
  ['guards and returns', (scale) => inFunction(each(30_000 * scale, ()=>`guard(mutex)(&m); if (a) return;\n`))],
  ['nested loops', (scale) => inFunction(many('while (a)\n', 100_000 * scale) + 'b();')],
  ['do nested', (scale) => inFunction(many('do ', 50_000 * scale) + 'b();' + many(' while (a);', 50_000 * scale))],
  ['annotations', (scale) => 'int inFunction(void) ' + many('__must_hold(&a)\n', 20_000 * scale) + '{ b(); }'],
  ['annotations parens', (scale) => 'int inFunction(void) __must_hold' + many('(', 100_000 * scale) + '\n{ b(); }'],
  ['backslashes', (scale) => many('\\\n', 500_000 * scale)],
  ['hashes', (scale) => many('#\n', 500_000 * scale)],
  ['strings', (scale) => inFunction('x(' + many('"a" ', 100_000 * scale) + ');')],
  ['random brackets', (scale) => noise(300_000 * scale)],
  ['enumerators', (scale) => 'enum e {' + each(200_000 * scale, (i)=>`A${i} = ${i},`) + '};'],
  ['macros', (scale) => each(100_000 * scale, (i)=>`#define A${i} ${i}\n`)],
  ['iterators nested', (scale) => inFunction(many('list_for_each(a, b)\n', 50_000 * scale) + 'c();')],
  ['switch nested', (scale) => inFunction(many('switch (a) { case 1: ', 50_000 * scale) + many('}', 50_000 * scale))],
  ['asm', (scale) => inFunction(many('asm volatile("nop" : : "r"(a));\n', 50_000 * scale))],
  ['old style without a body', (scale) => each(10_000 * scale, (i)=>`int f${i}(a, b, c, d, e) int a; int b;\n`)],
  ['attributes with arguments', (scale) => 'static ' + many('__attr(1, "a") T ', 50_000 * scale) + 'f(int x) { b(); }'],
  ['attributes before nothing', (scale) => 'T ' + many('__attr(a) ', 50_000 * scale) + ';'],
  ['K&R', (scale) => 'int inFunction(' + each(50_000 * scale, (i)=>`a${i},`) + 'z)\n' + each(50_000 * scale, (i)=>`int a${i};\n`) + '{ return z; }'],
];
