import { expect, test } from 'vitest';
import { buildCfg } from '../../../server/src/cfg/build.ts';
import { printCfg } from '../../../server/src/cfg/print.ts';
import type { CfgOptions } from '../../../server/src/cfg/types.ts';
import { parseFile, type DigestText } from '../../../server/src/syntax/parseFile.ts';
import { testParser } from '../syntax/testParser.ts';

const parser = await testParser();
const OPTIONS: CfgOptions = { transparent: new Set(['likely', 'unlikely']), noreturn: new Set(['BUG', 'panic']) };

/** Compares the printed graph of the first function; the macros that the digest would rewrite are given. */
function check(text: string, expected: string, loops: readonly string[] = []): void {
  const digest: DigestText = (given) => ({ text: loops.reduce((all, macro) => all.replaceAll(macro, 'while'.padEnd(macro.length)), given) });
  const [fn] = parseFile('test.c', text, parser, { digest }).functions;
  const printed = fn ? printCfg(buildCfg(fn, OPTIONS), text) : 'no function';
  expect(printed.trim().split('\n')).toEqual(expected.trim().split('\n'));
}

/** The same, of what the rewrite of kernel C makes of the text. */
function checkRewritten(text: string, expected: string): void {
  const [fn] = parseFile('test.c', text, parser).functions;
  const printed = fn ? printCfg(buildCfg(fn, OPTIONS), text) : 'no function';
  expect(printed.trim().split('\n')).toEqual(expected.trim().split('\n'));
}

test('a branch joins, a return leads to the exit, code after it is dropped', () => {
  check(
    `int f(int a)
{
	if (a)
		b();
	else
		return 1;
	c();
	return 2;
	d();
}`,
    `
f:
0 [1] entry -> 1
1 [3] if a -> true 2, false 3
2 [4] b() -> 4
3 [6] return 1 -> 6
4 [7] c() -> 5
5 [8] return 2 -> 6
6 [10] exit`,
  );
});

test('short circuits, negation and transparent wrappers split into branches', () => {
  check(
    `int f(void)
{
	if (unlikely(!a || (b && !likely(c == 1))))
		g();
	h();
}`,
    `
f:
0 [1] entry -> 1
1 [3] if a -> true 2, false 4
2 [3] if b -> true 3, false 5
3 [3] if c == 1 -> true 5, false 4
4 [4] g() -> 5
5 [5] h() -> 6
6 [6] exit`,
  );
});

test('the condition of a retry loop: goto backwards', () => {
  check(
    `struct page *f(void)
{
	struct page *page;
repeat:
	page = find(mapping);
	if (page) {
		lock_page(page);
		if (page->mapping != mapping) {
			unlock_page(page);
			goto repeat;
		}
	}
	return page;
}`,
    `
f:
0 [1] entry -> 1
1 [3] declare struct page * page -> 2
2 [5] page = find(mapping) -> 3
3 [6] if page -> true 4, false 7
4 [7] lock_page(page) -> 5
5 [8] if page->mapping != mapping -> true 6, false 7
6 [9] unlock_page(page) -> 2
7 [13] return page -> 8
8 [14] exit`,
  );
});

test('goto out of a nest of loops and into a block', () => {
  check(
    `int f(void)
{
	while (a) {
		for (i = 0; i < 3; i++)
			if (b)
				goto out;
	}
	goto inside;
	if (c) {
inside:
		d();
	}
	return 0;
out:
	return 1;
}`,
    `
f:
0 [1] entry -> 1
1 [3] if a -> true 2, false 6
2 [4] i = 0 -> 3
3 [4] if i < 3 -> true 4, false 1
4 [5] if b -> true 8, false 5
5 [4] i++ -> 3
6 [11] d() -> 7
7 [13] return 0 -> 9
8 [15] return 1 -> 9
9 [16] exit`,
  );
});

test('while, do and for with break and continue', () => {
  check(
    `void f(void)
{
	while (a()) {
		if (b)
			continue;
		if (c)
			break;
		d();
	}
	do {
		if (e)
			continue;
		g();
	} while (h());
	for (int i = 0; i < 3; i++) {
		if (j)
			continue;
		if (k)
			break;
	}
}`,
    `
f:
0 [1] entry -> 1
1 [3] if a() -> true 2, false 5
2 [4] if b -> true 1, false 3
3 [6] if c -> true 5, false 4
4 [8] d() -> 1
5 [11] if e -> true 7, false 6
6 [13] g() -> 7
7 [14] if h() -> true 5, false 8
8 [15] declare int i = 0 -> 9
9 [15] if i < 3 -> true 10, false 13
10 [16] if j -> true 12, false 11
11 [18] if k -> true 13, false 12
12 [15] i++ -> 9
13 [21] exit`,
  );
});

test('constant conditions leave no branch and no false loop', () => {
  check(
    `void f(void)
{
	do {
		a();
	} while (0);
	if (0)
		dead();
	if (!0 && b)
		c();
	while (1) {
		if (d())
			break;
	}
	for (;;)
		e();
	dead();
}`,
    `
f:
0 [1] entry -> 1
1 [4] a() -> 2
2 [8] if b -> true 3, false 4
3 [9] c() -> 4
4 [11] if d() -> true 5, false 4
5 [15] e() -> 5
6 [17] exit`,
  );
});

test('empty endless loops stay', () => {
  check(
    `void f(void)
{
	if (a)
		for (;;)
			;
again:
	goto again;
}`,
    `
f:
0 [1] entry -> 1
1 [3] if a -> true 2, false 3
2 [4] skip -> 2
3 [6] skip -> 3
4 [8] exit`,
  );
});

test('switch: fallthrough, ranges, default in the middle, cases in nested blocks', () => {
  check(
    `int f(int x)
{
	switch (g(x)) {
		dead();
	case 1:
	case 2 ... 5:
		a();
		/* fall through */
	default:
		b();
		break;
	case A: {
		c();
	case B:
		d();
		return 1;
	}
	}
	switch (x) {
	case 1:
		e();
	}
	return 0;
}`,
    `
f:
0 [1] entry -> 1
1 [3] switch g(x) -> case 1 2, case 2 ... 5 2, case A 4, case B 5, default 3
2 [7] a() -> 3
3 [10] b() -> 7
4 [13] c() -> 5
5 [15] d() -> 6
6 [16] return 1 -> 10
7 [19] switch x -> case 1 8, default 9
8 [21] e() -> 9
9 [23] return 0 -> 10
10 [24] exit`,
  );
});

test('continue inside a switch means the loop around it', () => {
  check(
    `void f(void)
{
	while (a) {
		switch (b) {
		case 1:
			continue;
		case 2:
			break;
		}
		c();
	}
}`,
    `
f:
0 [1] entry -> 1
1 [3] if a -> true 2, false 4
2 [4] switch b -> case 1 1, case 2 3, default 3
3 [10] c() -> 1
4 [12] exit`,
  );
});

test('a value with short circuits travels in a temporary', () => {
  check(
    `int f(int a)
{
	int x = a && g(), y;

	y = a ? b() : c();
	h(a ?: d(), !(x || y));
	return a ? 1 : x ? 2 : 3;
}`,
    `
f:
0 [1] entry -> 1
1 [3] if a -> true 2, false 4
2 [3] if g() -> true 3, false 4
3 [3] $1 = 1 -> 5
4 [3] $1 = 0 -> 5
5 [3] declare int x = $1 -> 6
6 [3] declare int y -> 7
7 [5] if a -> true 8, false 9
8 [5] $2 = b() -> 10
9 [5] $2 = c() -> 10
10 [5] y = $2 -> 11
11 [6] $3 = a -> 12
12 [6] if $3 -> true 14, false 13
13 [6] $3 = d() -> 14
14 [6] if x -> true 16, false 15
15 [6] if y -> true 16, false 17
16 [6] $4 = 1 -> 18
17 [6] $4 = 0 -> 18
18 [6] h($3, !$4) -> 19
19 [7] if a -> true 20, false 21
20 [7] $5 = 1 -> 25
21 [7] if x -> true 22, false 23
22 [7] $6 = 2 -> 24
23 [7] $6 = 3 -> 24
24 [7] $5 = $6 -> 25
25 [7] return $5 -> 26
26 [8] exit`,
  );
});

test('control flow whose value nobody uses needs no temporary', () => {
  check(
    `void f(void)
{
	a && b();
	c || d();
	e ? g() : h();
	(void)(i ? j() : 0);
	k(), l();
}`,
    `
f:
0 [1] entry -> 1
1 [3] if a -> true 2, false 3
2 [3] b() -> 3
3 [4] if c -> true 5, false 4
4 [4] d() -> 5
5 [5] if e -> true 6, false 7
6 [5] g() -> 8
7 [5] h() -> 8
8 [6] if i -> true 9, false 10
9 [6] j() -> 10
10 [7] k() -> 11
11 [7] l() -> 12
12 [8] exit`,
  );
});

test('statement expressions: the block comes first, its last statement is the value', () => {
  check(
    `int f(void)
{
	int x = ({ int y = g(); if (!y) goto out; y; });

	if (({ h(); x; }))
		i();
	({ j(); });
	return x;
out:
	return ({ while (k()) ; });
}`,
    `
f:
0 [1] entry -> 1
1 [3] declare int y = g() -> 2
2 [3] if y -> true 3, false 11
3 [3] $1 = y -> 4
4 [3] declare int x = $1 -> 5
5 [5] h() -> 6
6 [5] $2 = x -> 7
7 [5] if $2 -> true 8, false 9
8 [6] i() -> 9
9 [7] j() -> 10
10 [8] return x -> 13
11 [10] if k() -> true 11, false 12
12 [10] return <a statement expression without a value> -> 13
13 [11] exit`,
  );
});

test('conditions that assign, compare conditionals, or end in a comma', () => {
  check(
    `int f(void)
{
	if ((err = g()) && (a ? b : c))
		return err;
	while (h(), i)
		j();
	return 0;
}`,
    `
f:
0 [1] entry -> 1
1 [3] if err = g() -> true 2, false 6
2 [3] if a -> true 3, false 4
3 [3] if b -> true 5, false 6
4 [3] if c -> true 5, false 6
5 [4] return err -> 10
6 [5] h() -> 7
7 [5] if i -> true 8, false 9
8 [6] j() -> 6
9 [7] return 0 -> 10
10 [8] exit`,
  );
});

test('iterator macros', () => {
  check(
    `void f(void)
{
	list_for_each_entry(vma, &head, list) {
		if (a(vma))
			continue;
		if (b(vma))
			break;
		c(vma);
	}
	d();
}`,
    `
f:
0 [1] entry -> 1
1 [3] iterate list_for_each_entry(vma, &head, list) -> true 2, false 5
2 [4] if a(vma) -> true 1, false 3
3 [6] if b(vma) -> true 5, false 4
4 [8] c(vma) -> 1
5 [10] d() -> 6
6 [11] exit`,
    ['list_for_each_entry'],
  );
});

test('a guard is dropped on every way out of its block', () => {
  check(
    `int f(void)
{
	if (a) {
		guard(rcu)();
		if (b)
			return g();
		if (c)
			goto out;
		d();
	}
	for (;;) {
		guard(mutex)(&m->lock);
		if (e)
			break;
		if (h)
			continue;
		i();
	}
out:
	return 0;
}`,
    `
f:
0 [1] entry -> 1
1 [3] if a -> true 2, false 9
2 [4] enter rcu() -> 3
3 [5] if b -> true 4, false 6
4 [6] return g() -> 5
5 [6] leave rcu() -> 18
6 [7] if c -> true 17, false 7
7 [9] d() -> 8
8 [10] leave rcu() -> 9
9 [12] enter mutex(&m->lock) -> 10
10 [13] if e -> true 11, false 12
11 [14] leave mutex(&m->lock) -> 16
12 [15] if h -> true 13, false 14
13 [16] leave mutex(&m->lock) -> 9
14 [17] i() -> 15
15 [18] leave mutex(&m->lock) -> 9
16 [20] return 0 -> 18
17 [8] leave rcu() -> 16
18 [21] exit`,
  );
});

test('guards nest and close from the inside; a goto within the scope closes nothing', () => {
  check(
    `void f(void)
{
	guard(mutex)(&m);
	if (a)
		return;
	guard(spinlock)(&s);
retry:
	if (b)
		goto retry;
	c();
}`,
    `
f:
0 [1] entry -> 1
1 [3] enter mutex(&m) -> 2
2 [4] if a -> true 3, false 5
3 [5] return -> 4
4 [5] leave mutex(&m) -> 10
5 [6] enter spinlock(&s) -> 6
6 [8] if b -> true 6, false 7
7 [10] c() -> 8
8 [11] leave spinlock(&s) -> 9
9 [11] leave mutex(&m) -> 10
10 [11] exit`,
  );
});

test('a backward goto before a guard drops it', () => {
  check(
    `void f(void)
{
again:
	a();
	guard(mutex)(&m);
	if (b)
		goto again;
}`,
    `
f:
0 [1] entry -> 1
1 [4] a() -> 2
2 [5] enter mutex(&m) -> 3
3 [6] if b -> true 5, false 4
4 [8] leave mutex(&m) -> 6
5 [7] leave mutex(&m) -> 1
6 [8] exit`,
  );
});

test('scoped_guard is left by break, continue, goto and its end', () => {
  check(
    `int f(void)
{
	while (w) {
		scoped_guard(rwsem_read, &mm->mmap_lock) {
			if (a)
				break;
			if (b)
				continue;
			if (c)
				goto out;
			if (d)
				return 1;
			e();
		}
		g();
	}
out:
	return 0;
}`,
    `
f:
0 [1] entry -> 1
1 [3] if w -> true 2, false 12
2 [4] enter rwsem_read(&mm->mmap_lock) -> 3
3 [5] if a -> true 10, false 4
4 [7] if b -> true 10, false 5
5 [9] if c -> true 13, false 6
6 [11] if d -> true 7, false 9
7 [12] return 1 -> 8
8 [12] leave rwsem_read(&mm->mmap_lock) -> 14
9 [13] e() -> 10
10 [14] leave rwsem_read(&mm->mmap_lock) -> 11
11 [15] g() -> 1
12 [18] return 0 -> 14
13 [10] leave rwsem_read(&mm->mmap_lock) -> 12
14 [19] exit`,
    ['scoped_guard'],
  );
});

test('variables with a cleanup', () => {
  check(
    `int f(void)
{
	CLASS(fd, f)(n);
	if (!f)
		return -EBADF;
	g(f);
	return 0;
}`,
    `
f:
0 [1] entry -> 1
1 [3] declare class_fd_t f = class_fd_constructor(n) -> 2
2 [4] if f -> true 5, false 3
3 [5] return -EBADF -> 4
4 [5] cleanup class_fd_destructor(f) -> 8
5 [6] g(f) -> 6
6 [7] return 0 -> 7
7 [7] cleanup class_fd_destructor(f) -> 8
8 [8] exit`,
  );
});

test('calls that never return', () => {
  check(
    `void f(void)
{
	if (a)
		BUG();
	b || panic("x");
	c();
}`,
    `
f:
0 [1] entry -> 1
1 [3] if a -> true 2, false 3
2 [4] halt BUG()
3 [5] if b -> true 5, false 4
4 [5] halt panic("x")
5 [6] c() -> 6
6 [7] exit`,
  );
});

test('problems: missing and double labels, stray break, continue and case, jumps into a guard', () => {
  check(
    `void f(void)
{
	if (z)
		goto nowhere;
twice:
twice:
	break;
	continue;
	case 1:
	if (a)
		goto in;
	{
		guard(rcu)();
in:
		b();
	}
}`,
    `
f:
0 [1] entry -> 1
1 [3] if z -> true 8, false 2
2 [7] unknown: break outside a loop -> 3
3 [8] unknown: continue outside a loop -> 4
4 [10] if a -> true 6, false 5
5 [13] enter rcu() -> 6
6 [15] b() -> 7
7 [16] leave rcu() -> 9
8 [4] unknown: goto nowhere: no such label -> 9
9 [17] exit
problem at line 6: label twice is defined twice
problem at line 7: break outside a loop
problem at line 8: continue outside a loop
problem at line 9: a case outside a switch
problem at line 4: goto nowhere: no such label
problem at line 11: goto in enters the scope of a guard`,
  );
});

test('asm is a node only; a computed goto without a label is a problem', () => {
  check(
    `void f(void)
{
	asm volatile("nop");
	goto *p;
	a();
}`,
    `
f:
0 [1] entry -> 1
1 [3] unknown: asm -> 2
2 [4] unknown: computed goto -> 3
3 [6] exit
problem at line 4: computed goto`,
  );
});

test('a computed goto goes to the labels whose address is taken, and to those that nothing names', () => {
  checkRewritten(
    `void f(void)
{
	static void *table[] = { &&one, &&two, TARGETS(macro) };
	if (a)
		goto named;
	goto *table[x];
one:
	b();
	goto *table[y];
two:
	c();
named:
	d();
unnamed:
	return;
}`,
    `
f:
0 [1] entry -> 1
1 [4] if a -> true 4, false 6
2 [8] b() -> 6
3 [11] c() -> 4
4 [13] d() -> 5
5 [15] return -> 8
6 [6] if <the computed goto goes to two> -> true 3, false 7
7 [6] if <the computed goto goes to unnamed> -> true 5, false 2
8 [16] exit`,
  );
});

test('asm goto goes on or to one of its labels', () => {
  checkRewritten(
    `void f(void)
{
	asm volatile goto("jmp %l[out] : ;" : : "i" (x ? y : z) /* : */ : "memory" : out, done);
	a();
	asm_goto_output("1: %l1" : "=r" (x) : [a] "r" (y) : : done);
out:
	b();
done:
	;
}`,
    `
f:
0 [1] entry -> 1
1 [3] unknown: asm -> 2
2 [3] if <the asm goes to out> -> true 7, false 3
3 [3] if <the asm goes to done> -> true 8, false 4
4 [4] a() -> 5
5 [5] unknown: asm -> 6
6 [5] if <the asm goes to done> -> true 8, false 7
7 [7] b() -> 8
8 [10] exit`,
  );
});

test('static locals and prototypes are no nodes; initializers are split', () => {
  check(
    `void f(void)
{
	static int n = 3;
	extern int g(int);
	struct vm_fault vmf = { .flags = a ? 1 : 2, .page = NULL };

	n++;
}`,
    `
f:
0 [1] entry -> 1
1 [5] if a -> true 2, false 3
2 [5] $1 = 1 -> 4
3 [5] $1 = 2 -> 4
4 [5] declare struct vm_fault vmf = { .flags = $1, .page = NULL } -> 5
5 [7] n++ -> 6
6 [8] exit`,
  );
});

test('a local that hides another has a name of its own', () => {
  check(
    `int f(struct page *page)
{
	int x = 1;

	if (page) {
		struct page *page = find(x);
		static int x;

		put(page, x);
	}
	for (int x = 0; x < 2; x++)
		g(x, page->x);
	return x;
}`,
    `
f:
0 [1] entry -> 1
1 [3] declare int x = 1 -> 2
2 [5] if page -> true 3, false 5
3 [6] declare struct page * page$2 = find(x) -> 4
4 [9] put(page$2, x$2) -> 5
5 [11] declare int x$3 = 0 -> 6
6 [11] if x$3 < 2 -> true 7, false 9
7 [12] g(x$3, page->x) -> 8
8 [11] x$3++ -> 6
9 [13] return x -> 10
10 [14] exit`,
  );
});

test('declarations twice in one block are one: the branches of an #if', () => {
  check(
    `void f(void)
{
	int a = 1;
	int a = 2;

	g(a);
}`,
    `
f:
0 [1] entry -> 1
1 [3] declare int a = 1 -> 2
2 [4] declare int a = 2 -> 3
3 [6] g(a) -> 4
4 [7] exit`,
  );
});

test('very deep nesting and very long bodies neither overflow nor take long', () => {
  const deep = `void f(void) { ${'if (a) { '.repeat(5000)}b();${' }'.repeat(5000)} }`;
  const long = `void f(void) { ${'if (a) goto out; '.repeat(20_000)} out: ; switch (x) { ${'case 1: g(); '.repeat(20_000)} } }`;
  for (const text of [deep, long]) {
    const [fn] = parseFile('test.c', text, parser).functions;
    const cfg = fn && buildCfg(fn, OPTIONS);
    expect(cfg?.nodes[cfg.exit]?.action).toEqual({ kind: 'exit' });
  }
});

test('code that control cannot reach brings no problems', () => {
  check(
    `void f(void)
{
	return;
	goto *p;
}`,
    `
f:
0 [1] entry -> 1
1 [3] return -> 2
2 [5] exit`,
  );
});

test('no damage to a text makes parsing or the graph fail', () => {
  const text = `static int __init f(struct x *a) __releases(a->lock)
{
	guard(mutex)(&m); CLASS(fd, g)(n); struct y *p __free(kfree) = ({ if (a) goto out; b ?: c; });
	switch (a && b) { case 1 ... 3: do { x++; } while (y); default: asm("nop"); }
	list_for_each_entry(p, &h, l) { if (!likely(a)) continue; for (int i = 0, j; ; i++) break; }
	x = (struct z){ .a = { 1 }, b: 2, [3] = d ? "s" : 'c' };
#ifdef A
	scoped_guard(rcu) return container_of(p, struct x, m);
#else
out: ;
#endif
}
`;
  const damaged: string[] = [];
  for (let at = 0; at < text.length; at++) damaged.push(text.slice(0, at), text.slice(at), text.slice(0, at) + text.slice(at + 7));
  for (const piece of damaged) {
    for (const fn of parseFile('test.c', piece, parser).functions) printCfg(buildCfg(fn, OPTIONS), piece);
  }
});
