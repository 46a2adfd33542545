import { expect, test } from 'vitest';
import { buildCfg } from '../../../server/src/cfg/build.ts';
import { printCfg } from '../../../server/src/cfg/print.ts';
import { parseFile, parseSource } from '../../../server/src/syntax/parseFile.ts';
import { testParser } from '../syntax/testParser.ts';

const parser = await testParser();
const OPTIONS = { transparent: new Set<string>(), noreturn: new Set<string>(), isConditionalGuard: (lockClass: string) => lockClass.endsWith('_try') };

/** The printed graph of the last function. */
function graphOf(text: string): string[] {
  const fn = parseFile('f.c', text, parser).functions.at(-1)!;
  return printCfg(buildCfg(fn, OPTIONS), text).trimEnd().split('\n').slice(1);
}

test('a macro that hides a goto, and one that holds the label', () => {
  const text = `#define NEED(n) do { /* room */ \\
	if ((n) > left) { warn("short"); goto bad; } \\
	p = take(n); } while (0)
#define TAIL out: return status; bad: status = 1; goto out
int f(void)
{
	NEED(4);
	TAIL;
}`;
  expect(graphOf(text)).toEqual([
    '0 [5] entry -> 1',
    '1 [7] if 4 > left -> true 2, false 3',
    '2 [7] warn("...") -> 5',
    '3 [7] p = take(4) -> 4',
    '4 [8] return status -> 6',
    '5 [8] status = 1 -> 4',
    '6 [9] exit',
  ]);
});

test('a macro that returns from inside an expression, and bare ones', () => {
  const text = `#define TRY(e) ({ int __e = (e); if (__e) return __e; __e; })
#define LEAVE return -EIO
#define NEXT_IF(c) if (c) continue
int f(int n)
{
	while (n) {
		NEXT_IF(skip(n));
		g(TRY(h(n)));
	}
	LEAVE;
}`;
  expect(graphOf(text)).toEqual([
    '0 [4] entry -> 1',
    '1 [6] if n -> true 2, false 8',
    '2 [7] if skip(n) -> true 1, false 3',
    '3 [8] declare int __e = h(n) -> 4',
    '4 [8] if __e -> true 5, false 6',
    '5 [8] return __e -> 9',
    '6 [8] $1 = __e -> 7',
    '7 [8] g($1) -> 1',
    '8 [10] return -EIO -> 9',
    '9 [11] exit',
  ]);
});

test('variadic parameters, pasting and stringizing', () => {
  const text = `#define FAIL(name, fmt, args...) do { err_##name(#name, fmt, ##args); return; } while (0)
void f(void)
{
	FAIL(io, "x", 1, 2);
}`;
  expect(graphOf(text)).toEqual(['0 [2] entry -> 1', '1 [4] err_io("...", "...", 1, 2) -> 2', '2 [4] return -> 3', '3 [5] exit']);
});

test('what is no hidden control stays a call', () => {
  const text = `#define GET(x) do { if (x) break; take(x); } while (0)
#define CHECK(x) if (!(x)) return
#undef CHECK
#define CHECK(x) do { } while (0)
#define MAKE(name) static int name(void) { return 1; }
void f(void)
{
	GET(a);
	CHECK(b);
}`;
  expect(graphOf(text)).toEqual(['0 [6] entry -> 1', '1 [8] GET(a) -> 2', '2 [9] CHECK(b) -> 3', '3 [10] exit']);
});

test('what cannot be expanded is said', () => {
  const text = `#define OPEN(x) if (x) { return
void f(void)
{
	OPEN(a);
	g();
}`;
  expect(graphOf(text)).toEqual(['0 [2] entry -> 1', '1 [4] unknown: OPEN() hides a jump or a return -> 2', '2 [5] g() -> 3', '3 [6] exit', 'problem at line 4: OPEN() hides a jump or a return']);
});

test('a macro in its own body, and two that name each other, end', () => {
  const text = `#define A(x) do { A(x); return; } while (0)
#define B(x) do { C(x); return; } while (0)
#define C(x) do { B(x); goto l; } while (0)
void f(void)
{
	if (a)
		A(1);
	B(2);
l:	g();
}`;
  expect(graphOf(text)).toEqual([
    '0 [4] entry -> 1',
    '1 [6] if a -> true 2, false 4',
    '2 [7] A(1) -> 3',
    '3 [7] return -> 6',
    '4 [8] B(2) -> 5',
    '5 [9] g() -> 6',
    '6 [10] exit',
  ]);
});

test.each([
  'static void __noreturn die(const char *why);',
  'void die(const char *why) __attribute__((noreturn));',
  '_Noreturn void die(const char *why)\n{\n}',
])('%s does not return', (declaration) => {
  expect(graphOf(`${declaration}\nint f(int a)\n{\n\tif (a)\n\t\tdie("x");\n\treturn 0;\n}`).slice(1, 4).map((row) => row.replace(/ \[\d+\]/, ''))).toEqual([
    '1 if a -> true 2, false 3',
    '2 halt die("x")',
    '3 return 0 -> 4',
  ]);
});

test('guards that may not get their lock', () => {
  const text = `int f(void)
{
	scoped_cond_guard(mutex_intr, return -EINTR, &m) {
		g();
	}
	scoped_cond_guard(mutex_intr, break, &m)
		h();
	scoped_guard(mutex_try, &m)
		i();
	return 0;
}`;
  expect(graphOf(text)).toEqual([
    '0 [1] entry -> 1',
    '1 [3] if <the lock of mutex_intr was taken> -> true 3, false 2',
    '2 [3] return -EINTR -> 15',
    '3 [3] enter mutex_intr(&m) -> 4',
    '4 [4] g() -> 5',
    '5 [5] leave mutex_intr(&m) -> 6',
    '6 [6] if <the lock of mutex_intr was taken> -> true 7, false 10',
    '7 [6] enter mutex_intr(&m) -> 8',
    '8 [7] h() -> 9',
    '9 [7] leave mutex_intr(&m) -> 10',
    '10 [8] if <the lock of mutex_try was taken> -> true 11, false 14',
    '11 [8] enter mutex_try(&m) -> 12',
    '12 [9] i() -> 13',
    '13 [9] leave mutex_try(&m) -> 14',
    '14 [10] return 0 -> 15',
    '15 [11] exit',
  ]);
});

test('an edit of a macro reads its uses again', () => {
  const body = 'int f(void)\n{\n\tLEAVE(2);\n\treturn 1;\n}\n';
  const before = `#define LEAVE(x) g(x)\n${body}`;
  const after = `#define LEAVE(x) return x\n${body}`;
  const edited = parseSource('f.c', after, parser, {}, parseSource('f.c', before, parser)).syntax;
  expect(edited).toEqual(parseFile('f.c', after, parser));
});

test('macros that double at every level do not', () => {
  const levels = Array.from({ length: 40 }, (_, at) => `#define M${at + 1}(x) do { M${at}(x); M${at}(x); } while (0); if (x) return`);
  const text = `#define M0(x) if (x) return\n${levels.join('\n')}\nvoid f(void)\n{\n\tM40(1);\n}\n`;
  expect(parseFile('f.c', text, parser).functions).toHaveLength(1);
});
