import { expect, test } from 'vitest';
import type { FileSyntax } from '../../../server/src/syntax/ast.ts';
import { parseExpressionText, parseFile, type DigestText } from '../../../server/src/syntax/parseFile.ts';
import { printExpr } from '../../../server/src/cfg/printExpr.ts';
import { printFunction } from './printSyntax.ts';
import { testParser } from './testParser.ts';

const parser = await testParser();

/** The text as it is, so that these tests are of lowering alone. */
const asWritten: DigestText = (text) => ({ text });

function parse(text: string, digest: DigestText = asWritten): FileSyntax {
  return parseFile('test.c', text, parser, { digest });
}

/** Compares the printed statements of a body. */
function check(body: string, expected: string, digest?: DigestText): void {
  const text = `void f(void)\n{\n${body}\n}\n`;
  const [fn] = parse(text, digest).functions;
  const printed = fn ? printFunction(fn, text).split('\n').slice(1) : ['no function'];
  expect(printed).toEqual(expected.trim().split('\n'));
}

/** Compares the printed form of one expression statement. */
function checkExpr(source: string, expected = source): void {
  check(`${source};`, expected);
}

/** A digest that replaces one piece of text by another of the same length. */
function replacing(from: string, to: string): DigestText {
  expect(to.length).toBe(from.length);
  return (text) => ({ text: text.replace(from, to) });
}

test('operators keep their structure', () => {
  checkExpr('x = a + b * c', 'x = a + (b * c)');
  checkExpr('x <<= -a & ~b', 'x <<= -a & ~b');
  checkExpr('*p++ = --q->n', '*p++ = --q->n');
  checkExpr('a && !b || c[1].d', '(a && !b) || c[1].d');
  checkExpr('x = a ? b : c', 'x = a ? b : c');
  checkExpr('x = a ?: b', 'x = a ? : b');
  checkExpr('f(&a, *b)(c), g()', 'f(&a, *b)(c), g()');
});

test('literals have their values', () => {
  checkExpr('f(0x10UL, 017, -1, 0b11, true, false)', 'f(16, 15, -1, 3, 1, 0)');
  checkExpr("f('a', '\\n', '\\0', '\\x1f')", 'f(97, 10, 0, 31)');
  checkExpr('f(NULL, "a" "b", 0xffffffffffffffff, 1.5)', 'f(NULL, "a" "b", 0xffffffffffffffff, 1.5)');
});

test('casts, sizeof, offsetof and compound literals', () => {
  checkExpr('x = (struct page *)y', 'x = (struct page *)y');
  checkExpr('x = sizeof(struct page) + sizeof *p', 'x = sizeof(struct page) + sizeof *p');
  checkExpr('x = offsetof(struct page, flags)', 'x = offsetof(struct page, flags)');
  checkExpr(
    'x = (struct foo){ .a = 1, b: 2, [3] = 4, .c.d = { 5 } }',
    'x = (struct foo){ .a = 1, .b = 2, 4, .c.d = { 5 } }',
  );
});

test('GNU statement expressions and asm', () => {
  checkExpr('x = ({ int y = f(); y; })', 'x = ({...})');
  checkExpr('asm volatile("nop" : : "r"(a) : "memory")', '<asm>');
  checkExpr('__extension__ f()', 'f()');
});

test('declarations with several declarators, pointers, arrays and function pointers', () => {
  check(
    `const struct page __restrict__ *page = find(), **slot, pages[16];
     unsigned long a = 1;
     int (*fn)(int, char *) = g;
     static int n;
     extern int h(int);
     typedef int t;
     struct s { int a; };`,
    `
let page: struct page * = find()
let slot: struct page **
let pages: struct page[]
let a: unsigned long = 1
let fn: int * = g
static let n: int`,
  );
});

test('typeof is a type of its own', () => {
  const text = 'void f(void) { typeof(*p) y = x; }';
  const digested = text.replace('typeof(*p)', 'typeof_p__');
  const [fn] = parse(text, () => ({ text: digested })).functions;
  expect(fn && printFunction(fn, text)).toBe('void f()\nlet y: typeof(*p) = x');
});

test('a variable inside a macro that silences a warning is no prototype', () => {
  check(
    'spinlock_t *uninitialized_var(ptl); int uninitialized_var(x) = 1; int g(size_t); int h(int);',
    'let ptl: spinlock_t *\nlet x: int = 1',
  );
});

test('branches and loops', () => {
  check(
    `if (a) b(); else if (c) { d(); } else ;
     while (a) { if (b) break; continue; }
     do c(); while (0);
     for (int i = 0, j; i < 3; i++, j++) f(i);
     for (;;) ;`,
    `
if a
  b()
else
  if c
    d()
  else
    empty
while a
  if b
    break
  continue
do
  c()
while 0
for let i: int = 0, let j: int; i < 3; i++, j++
  f(i)
for -; -; -
  empty`,
  );
});

test('switch with fallthrough, ranges and a label, flat in one block', () => {
  check(
    `switch (x) {
     case A: case 1 ... 5: f(); break;
     default: { g(); }
     out: return -EIO;
     }`,
    `
switch x
  case A
  case 1 ... 5
  f()
  break
  default
  {
    g()
  }
  out:
  return -EIO`,
  );
});

test('a digested case range is read from the source', () => {
  check('switch (x) { case A ... B: f(); }', 'switch x\n  case A ... B\n  f()', replacing('A ... B', 'A  |  B'));
});

test('goto, labels at the end of a block, computed goto', () => {
  check('goto out; goto *p; out: ;', 'goto out\ncomputedGoto \nout:\nempty');
  check('goto out; out: }\nvoid g(void) {', 'goto out\nout:');
});

test('an iterator macro that the digest made a loop', () => {
  check(
    'list_for_each_entry(p, &head, list) f(p);',
    'iterate list_for_each_entry(p, &head, list)\n  f(p)',
    replacing('list_for_each_entry', 'while              '),
  );
});

test('an iterator macro in unrewritten text', () => {
  check('list_for_each_entry(p, &head, list) { f(p); }', 'iterate list_for_each_entry(p, &head, list)\n  f(p)');
  // The grammar reads this one as a prototype; it must not vanish as one.
  check('for_each_zone(z) f(z);', 'unknown: a macro that the grammar takes for a type');
});

test('a loop macro after do has the macro call as its condition', () => {
  check('do { f(); } while_each_thread(g, t);', 'do\n  f()\nwhile while_each_thread(g, t)', replacing('while_each_thread(', 'while            ('));
});

test('scope guards', () => {
  check('guard(mutex)(&m->lock); guard(rcu)(); CLASS(fd, f)(n);', 'guard mutex(&m->lock)\nguard rcu()\nlet f: class_fd_t = class_fd_constructor(n) cleanup class_fd_destructor');
  check('scoped_guard(spinlock, &l) f();', 'guard spinlock(&l)\n  f()', replacing('scoped_guard', 'while       '));
  check('scoped_cond_guard(mutex_intr, return 1, &l) f();', 'guard mutex_intr(&l)\n  f()\nelse\n  return 1', replacing('scoped_cond_guard(mutex_intr, return 1, &l)', 'while            (mutex_intr,        1, &l)'));
});

test('a cleanup before the * is that of every declarator', () => {
  const text = 'void f(void) { struct foo __free(put) *p = g(), *q = NULL; }\n';
  const { functions, unparsed } = parseFile('test.c', text, parser);
  expect(functions.map((fn) => printFunction(fn, text))).toEqual(['void f()\nlet p: struct foo * = g() cleanup put\nlet q: struct foo * = NULL cleanup put']);
  expect(unparsed).toEqual([]);
});

test('a cleanup between the * and a name is that of this variable', () => {
  const text = 'void f(void) { void *__free(kfree) p = g(), *q = NULL; }\n';
  const { functions, unparsed } = parseFile('test.c', text, parser);
  expect(functions.map((fn) => printFunction(fn, text))).toEqual(['void f()\nlet p: void * = g() cleanup kfree\nlet q: void * = NULL']);
  expect(unparsed).toEqual([]);
});

test('cleanup attributes are read where the digest blanked them', () => {
  check(
    'struct foo *p __free(kfree) = NULL, *q; int r __cleanup(drop);',
    'let p: struct foo * = NULL cleanup kfree\nlet q: struct foo *\nlet r: int cleanup drop',
    (text) => ({ text: text.replace('__free(kfree)', '             ').replace('__cleanup(drop)', '               ') }),
  );
});

test('a squashed type argument is a type', () => {
  check(
    'p = container_of(x, struct page *, lru); n = min_t(int, a, b);',
    'p = container_of(x, struct page *, lru)\nn = min_t(int, a, b)',
    (text) => ({ text: text.replace('struct page *', 'struct_page__').replace('min_t(int', 'min_t(Int') }),
  );
  const text = 'void f(void) { g(struct page *); }';
  const [fn] = parse(text, replacing('struct page *', 'struct_page__')).functions;
  const [stmt] = fn?.body.body ?? [];
  expect(stmt?.kind === 'expr' && stmt.expr.kind === 'call' && stmt.expr.args).toEqual([
    { kind: 'type', type: { base: 'struct page', pointers: 1, isArray: false }, span: { start: 17, end: 30 } },
  ]);
});

test('a type argument that goes over a line break is one type', () => {
  check('p = container_of(x, struct\n\tpage, lru);', 'p = container_of(x, struct page, lru)', replacing('\tpage', '     '));
});

test('conditionals inside a function take the first branch, or the other one of #if 0', () => {
  check('#ifdef A\na();\n#elif B\nb();\n#else\nc();\n#endif\n#if 0\nd();\n#else\ne();\n#endif', 'a()\ne()');
});

test('annotations stand between the parameters and the body', () => {
  const text = 'static int __f(struct x *b)\n\t__releases(b->lock) /* no(t) */ __must_hold(&q)\n\tnoinline\n{ }\n';
  const blanked = text.replace(/__releases.*\n.*noinline/, (match) => match.replace(/[^\n]/g, ' '));
  const [fn] = parse(text, (given) => ({ text: given === text ? blanked : given })).functions;
  expect(fn && printFunction(fn, text)).toBe(
    'static int __f(b: struct x *) __releases(b->lock) = b->lock __must_hold(&q) = &q noinline()',
  );
  const argument = fn?.annotations[0]?.argumentExpr?.span;
  expect(argument && text.slice(argument.start, argument.end)).toBe('b->lock');
});

test('the head of a function: pointers, old style, function pointers', () => {
  const heads = (text: string) => parse(text).functions.map((fn) => printFunction(fn, text));
  expect(heads('struct page *f(int, ...) { }')).toEqual(['struct page * f(: int)']);
  expect(heads('int f(a, b) int a; char b; { }')).toEqual(['int f(a: int, b: char)']);
  expect(heads('void (*f(int sig, void (*h)(int)))(int) { }')).toEqual(['void * f(sig: int, h: void *)']);
  expect(heads('void f(void (fn)(int), void (*)(int)) { }')).toEqual(['void f(fn: void, : void *)']);
  expect(heads('static inline unsigned long f(int a[], struct x b) { }')).toEqual([
    'static unsigned long f(a: int[], b: struct x)',
  ]);
});

test('functions in conditionals, in extern "C" and after what does not parse', () => {
  const text = `
#ifdef A
void a(void) { }
#else
void b(void) { }
#endif
extern "C" { void c(void) { } }
)) = static ;
void d(void) { }
`;
  expect(parse(text).functions.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
});

test('structs, macros and enumerators of a file', () => {
  const text = `static const struct vm_operations_struct ops = { .fault = filemap_fault, .open = &o, .close = (void *)1 };
struct vm_operations_struct old = { nopage: filemap_nopage };
struct vm_operations_struct list[] = { { .fault = f } };
#define TWO(a, ...) do { a; \\
  b; } while (0)
#define ONE
enum e { E1 = 1, E2 };
void f(void)
{
#define INNER 3
}
`;
  const { structInits, macros, enumerators } = parse(text);
  expect(structInits.map(({ structName, variable, fields }) => [structName, variable, Object.fromEntries(fields)])).toEqual([
    ['vm_operations_struct', 'ops', { fault: 'filemap_fault', open: 'o' }],
    ['vm_operations_struct', 'old', { nopage: 'filemap_nopage' }],
  ]);
  expect(macros.map(({ name, params, body }) => [name, params, body])).toEqual([
    ['TWO', ['a', '...'], 'do { a; \\\n  b; } while (0)'],
    ['ONE', undefined, ''],
    ['INNER', undefined, '3'],
  ]);
  expect(enumerators.map(({ name, value }) => [name, value && printExpr(value)])).toEqual([
    ['E1', '1'],
    ['E2', undefined],
  ]);
});

test('what does not parse is marked, and nothing else', () => {
  const text = 'void f(void) { a(); x = = 1; }\nvoid g(void) { b(); }\n';
  const { functions, unparsed } = parse(text);
  expect(functions.map((fn) => [fn.name, fn.unparsed.map(({ start, end }) => text.slice(start, end))])).toEqual([
    ['f', ['=']],
    ['g', []],
  ]);
  expect(unparsed).toEqual(functions[0]?.unparsed);
});

test('a call that the grammar takes for a type is a call', () => {
  check('add(DIV_ROUND_UP(PAGES * sizeof(a), PAGE_SIZE));', 'add(DIV_ROUND_UP(PAGES * sizeof(a), PAGE_SIZE))');
});

test('an expression that stands alone has the spans of its file', () => {
  const expr = parseExpressionText('vmf->ptl', parser, { offset: 100 });
  expect(expr).toMatchObject({ kind: 'member', field: 'ptl', span: { start: 100, end: 108 }, object: { span: { start: 100, end: 103 } } });
  const printed = (text: string) => {
    const parsed = parseExpressionText(text, parser);
    return parsed && printExpr(parsed);
  };
  expect(printed('container_of(p, struct page, lru)->flags // why')).toBe('container_of(p, struct page, lru)->flags');
  expect(printed('(struct page __force *)x')).toBe('(struct page *)x');
  expect(['', 'a +', 'a); g(', 'do { } while (0)', 'return x', 'unsigned int', 'x = 1; y = 2'].map(printed)).toEqual(
    Array<undefined>(7).fill(undefined),
  );
});

test('nesting beyond all reason becomes unknown instead of an overflow', () => {
  const depth = 20_000;
  const deep = `void f(void) { x = ${'('.repeat(depth)}1${')'.repeat(depth)}; y = ${'a+'.repeat(depth)}b; ${'{'.repeat(depth)}${'}'.repeat(depth)} }`;
  const [fn] = parse(deep).functions;
  expect(fn?.name).toBe('f');
  expect(JSON.stringify(fn)).toContain('nested too deeply');
});

test('kernel C is digested by default', () => {
  const text = 'static noinline int __init f(struct page __user *p)\n{\n\tlist_for_each_entry(q, &p->lru, lru)\n\t\tg(container_of(q, struct page, lru));\n}\n';
  const { functions, unparsed } = parseFile('test.c', text, parser);
  expect(functions.map((fn) => printFunction(fn, text))).toEqual([
    'static int f(p: struct page *)\niterate list_for_each_entry(q, &p->lru, lru)\n  g(container_of(q, struct page, lru))',
  ]);
  expect(unparsed).toEqual([]);
});

test('old-style definitions have their parameters, and the type that they return', () => {
  const text = 'static struct page **f(page, n, cmp)\n\tstruct page *page;\n\tlong n;\n\tint (*cmp)();\n{\n\tg(n);\n}\nint h(a) int a; { }\n';
  const { functions, unparsed } = parseFile('test.c', text, parser);
  expect(functions.map((fn) => printFunction(fn, text))).toEqual([
    'static struct page ** f(page: struct page *, n: long, cmp: int *)\ng(n)',
    'int h(a: int)',
  ]);
  expect(unparsed).toEqual([]);
});

test('an old-style definition without a type returns int and keeps its whole name', () => {
  const text = 'main(argc, argv)\n\tint argc;\n\tchar **argv;\n{\n\tg(argc);\n}\nstatic put(p) char *p; { }\n';
  const { functions, unparsed } = parseFile('test.c', text, parser);
  expect(functions.map((fn) => printFunction(fn, text))).toEqual(['int main(argc: int, argv: char **)\ng(argc)', 'static int put(p: char *)']);
  expect(text.slice(functions[0]!.nameSpan.start, functions[0]!.nameSpan.end)).toBe('main');
  expect(unparsed).toEqual([]);
});

test('a macro without a semicolon is a call, whatever follows it', () => {
  const text = 'void f(void)\n{\n\tINC(dir)\n\tPUT(a, g(b))\n\tNOTHING()\n\tx, y;\nout: __maybe_unused\n\tlast(c);\n\tEND(d)\n}\n';
  const [fn] = parseFile('test.c', text, parser).functions;
  const calls = fn!.body.body.map((stmt) => (stmt.kind === 'expr' && stmt.expr.kind === 'call' ? text.slice(stmt.expr.span.start, stmt.expr.span.end) : stmt.kind));
  expect(calls).toEqual(['INC(dir)', 'PUT(a, g(b))', 'NOTHING()', 'expr', 'label', 'last(c)', 'END(d)']);
});

test('a function that a macro defines goes by the name in its argument', () => {
  const text = '\nDEFINE_IDTENTRY(divide)\n{\n\tg();\n}\nDEFINE_ENTRY( odd )\n{\n}\ndefine_machine(m) {\n\t.probe = probe,\n};\n';
  const { functions, structInits, unparsed } = parseFile('test.c', text, parser);
  expect(functions.map(({ name, nameSpan }) => [name, text.slice(nameSpan.start, nameSpan.end)])).toEqual([['divide', 'divide'], ['odd', 'odd']]);
  expect(structInits.map(({ structName, variable, fields }) => [structName, variable, Object.fromEntries(fields)])).toEqual([
    ['define_machine', 'm', { probe: 'probe' }],
  ]);
  expect(unparsed).toEqual([]);
});
