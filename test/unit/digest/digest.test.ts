import { describe, expect, it } from 'vitest';
import { digest } from '../../../server/src/syntax/digest/digest.ts';
import { check } from './snippets.ts';

describe('attributes and annotations', () => {
  it('blanks a section macro before a name', () => check(
    'static int __init f(void) { return 0; }',
    'static int        f(void) { return 0; }',
  ));
  it('blanks an attribute between a pointer and a name, and qualifiers of parameters', () => check(
    'void *__must_check f(void __user *p);',
    'void *             f(void        *p);',
  ));
  it('blanks annotations after the parameters', () => check(
    'static int f(char __user *buf)\n\t__releases(a)\n\t__acquires(b)\n{ }',
    'static int f(char        *buf)\n\t             \n\t             \n{ }',
  ));
  it('blanks an attribute with arguments before the name', () => check(
    'static __always_inline __realloc_size(2) void *\nf(const void *p) { }',
    'static                                   void *\nf(const void *p) { }',
  ));
  it('takes an unknown upper-case word before a type for an attribute', () => check(
    'STATIC int xfs_f(void) { }',
    '       int xfs_f(void) { }',
  ));
  it('needs no list: an attribute that nobody has heard of goes as well', () => check(
    'static frobnicated struct page *grab(gfp_t gfp) quietly { }',
    'static             struct page *grab(gfp_t gfp)         { }',
  ));
  it('blanks an attribute with arguments between a type and a name', () => check(
    'static const u8 __aligned(16) x[16] = { 1 };',
    'static const u8               x[16] = { 1 };',
  ));
  it('blanks an unknown attribute with arguments before a prototype, whatever the type', () => {
    check(
      'asmlinkage FROB(1, 2) __cold my_t f(int x); static FROB(foo) my_t g(pte_t x); FROB(1) struct page *h(void);',
      '                             my_t f(int x); static           my_t g(pte_t x);         struct page *h(void);',
    );
  });
  it('blanks an unknown attribute with arguments before a definition whose type no keyword gives', () => check(
    'asmlinkage __visible FROB(2, "a") __cold\nmy_t f(my_t x) { }',
    '                                        \nmy_t f(my_t x) { }',
  ));
  it('blanks an unknown attribute with arguments however many others follow it', () => {
    const others = 'MESSAGE("a")\n'.repeat(60);
    check(`FROB LEVEL(2)\n${others}BARE int f(void)\n{\n}\n`, `             \n${others.replaceAll(/[^\n]/g, ' ')}     int f(void)\n{\n}\n`);
  });
  it('keeps a function whose annotations have arguments', () => check(
    'static my_t f(my_t x) __acquires(x) FROB(1) { }',
    'static my_t f(my_t x)                       { }',
  ));
  it('blanks attributes after a variable', () => check(
    'unsigned long zero __read_mostly;',
    'unsigned long zero              ;',
  ));
  it('blanks the cleanup of a variable', () => check(
    'int f(void) { struct page *p __free(kfree) = NULL; }',
    'int f(void) { struct page *p               = NULL; }',
  ));
  it('blanks attributes after a record, and before its declarator', () => check(
    'struct s { int a; } __packed *x; struct t { int b; } __packed;',
    'struct s { int a; }          *x; struct t { int b; }         ;',
  ));
  it('blanks GNU attributes wherever they are', () => check(
    'static struct s x __attribute__((aligned(4))) = { 1 };',
    'static struct s x                             = { 1 };',
  ));
  it('blanks a qualifier after a comma', () => check(
    'int f(void) { const struct cred *c, __rcu **p; }',
    'int f(void) { const struct cred *c,       **p; }',
  ));
  it('keeps a function whose name looks like an attribute', () => check(
    'int __free(int x); static void __releases(struct page *p) { }',
    'int __free(int x); static void __releases(struct page *p) { }',
  ));
  it('keeps a variable and a type whose names look like attributes', () => check(
    'int f(void) { int __unused = g(); __be32 x; return __unused; }',
    'int f(void) { int __unused = g(); __be32 x; return __unused; }',
  ));
  it('cleans casts', () => check(
    'int f(void) { x = (struct page __force *)p; }',
    'int f(void) { x = (struct page         *)p; }',
  ));
});

describe('attributes before a *', () => {
  it('go, in a pointer to a function and with arguments', () => check(
    'struct s { void (__rcu *h) (struct x *); }; int f(void) { struct n __free(put) *p = g(), *q; int (__user *k)(int) = g(__iomem *p); const u32 __aligned(1) *r; }',
    'struct s { void (      *h) (struct x *); }; int f(void) { struct n             *p = g(), *q; int (       *k)(int) = g(__iomem *p); const u32              *r; }',
  ));
});

describe('attributes after a *', () => {
  it('go with their arguments, before the name of a prototype', () => check(
    'char * __printf(3,4) __malloc f(void); char *__my_alloc(size_t n) __malloc; char *g(const char *fmt, ...) __printf(1, 2);',
    'char *                        f(void); char *__my_alloc(size_t n)         ; char *g(const char *fmt, ...)               ;',
  ));
  it('go with their arguments, before a variable', () => check(
    'int f(void) { void *__free(kfree) p = g(), *q; u8 *__free(kfree) r = NULL; struct s *__free(put) t; char *__aligned(8) a[2]; x = y *__free(z); }',
    'int f(void) { void *              p = g(), *q; u8 *              r = NULL; struct s *            t; char *             a[2]; x = y *__free(z); }',
  ));
  it('go with their arguments, before a pointer to a function', () => check(
    'struct s { int __printf(2, 3) (*h)(struct s *, const char *, ...); }; my_t __printf(1, 2) (*g)(const char *, ...); int (*__k(int x))(int);',
    'struct s { int                (*h)(struct s *, const char *, ...); }; my_t                (*g)(const char *, ...); int (*__k(int x))(int);',
  ));
});

describe('loops', () => {
  it('makes an iterator before a block a while', () => check(
    'void f(void) { list_for_each_entry(p, &head, list) { g(p); } }',
    'void f(void) { while              (p, &head, list) { g(p); } }',
  ));
  it('makes a macro before an indented statement a while', () => check(
    'void f(void) {\n\tevery_zone(z)\n\t\tg(z);\n}',
    'void f(void) {\n\twhile     (z)\n\t\tg(z);\n}',
  ));
  it('makes a short name an if', () => check(
    'void f(void) {\n\twalk(z)\n\t\tg(z);\n}',
    'void f(void) {\n\tif  (z)\n\t\tg(z);\n}',
  ));
  it('reads scoped_guard as a loop and guard as a call', () => check(
    'void f(void) { scoped_guard(mutex, &m) { g(); } guard(mutex)(&m); }',
    'void f(void) { while       (mutex, &m) { g(); } guard(mutex)(&m); }',
  ));
  it('reads the macro that ends a do', () => check(
    'void f(void) { do { g(); } while_each_pid(x); }',
    'void f(void) { do { g(); } while         (x); }',
  ));
  it('gives an iterator without arguments a condition', () => check(
    'void f(void) { for_each_thing() { g(); } forever( ) { h(); } }',
    'void f(void) { while        (1) { g(); } while  (1) { h(); } }',
  ));
  it('leaves loops of the language alone', () => check(
    'void f(void) { for (struct page *p = a; p; p++) g(p); while (x) h(); }',
    'void f(void) { for (struct page *p = a; p; p++) g(p); while (x) h(); }',
  ));
});

describe('arguments', () => {
  it('makes a type one identifier', () => check(
    'int f(void) { return container_of(p, struct foo, m); }',
    'int f(void) { return container_of(p, struct_foo, m); }',
  ));
  it('makes a type keyword an identifier', () => check(
    'int f(void) { return min_t(int, a, b) + min_t(unsigned long, c, d) + va_arg(ap, struct page *); }',
    'int f(void) { return min_t(Int, a, b) + min_t(unsigned_long, c, d) + va_arg(ap, struct_page__); }',
  ));
  it('joins a type over lines on its first line', () => check(
    'int f(void) { g(unsigned\n\tlong, x); }',
    'int f(void) { g(Unsigned\n\t    , x); }',
  ));
  it('drops an empty argument and a stray operator', () => check(
    'void f(void) { g(a, , b); g(a, ==, b); g(a, x |, b); }',
    'void f(void) { g(a,   b); g(a, __, b); g(a, x  , b); }',
  ));
  it('turns braces into parentheses, and keeps blocks', () => check(
    'void f(void) { g({ 1, 2 }); h({ k(); }); }',
    'void f(void) { g(( 1, 2 )); h({ k(); }); }',
  ));
  it('reads statements in arguments', () => check(
    'void f(void) { ASSERT(x != 0, return -1;); CHECK(y, ;); }',
    'void f(void) { ASSERT(x != 0,        -1 ); CHECK(y   ); }',
  ));
  it('drops the dot of a designator', () => check(
    'void f(void) { g(.x = h()); }',
    'void f(void) { g( x = h()); }',
  ));
  it('keeps a product and a comparison', () => check(
    'void f(void) { g(a * b, c < d, (e)*f, -g); }',
    'void f(void) { g(a * b, c < d, (e)*f, -g); }',
  ));
});

describe('calls in arguments', () => {
  it('stay where an if, an else or a block is an argument', () => {
    check('void f(void) { W(a,\n\tif (!g(1))\n\t\tbreak;\n); }', 'void f(void) { W(a,\n\t   (!g(1))\n,\tBreak \n); }');
    check('void f(void) { W(a, if (g(1)) { h(2); k(3); }); }', 'void f(void) { W(a,    (g(1)),{ h(2); k(3); }); }');
    check('void f(void) { W(a, if (g(1)) h(2); else k(3);); }', 'void f(void) { W(a,    (g(1)),h(2),      k(3) ); }');
  });
  it('stand apart where a macro takes several at once', () => {
    check('T_E(a, S(\n\tF(int, b)\n\tF(char *, c)\n)); int g(void) { }', 'T_E(a, S(\n\tF(Int, b)\n,F(char__, c)\n)); int g(void) { }');
    check('T_E(a, F(b)F(c)); int g(void) { }', 'T_E(a, F(b)F(c)); int g(void) { }');
  });
});

describe('statements', () => {
  it('lose the attribute of a label before them', () => check(
    'void f(void) { a: __maybe_unused\n\tg(b);\nc:\n\t__h\n\t= d; e: MACRO\n\tg(b); }',
    'void f(void) { a:               \n\tg(b);\nc:\n\t__h\n\t= d; e: MACR;\n\tg(b); }',
  ));

  it('ends a macro that lacks its semicolon', () => check(
    'void f(void) {\n\tMACRO(x)\n\tg();\n}',
    'void f(void) {\n\tMACRO,x;\n\tg();\n}',
  ));
  it('ends a macro before else in the blank after it', () => check(
    'void f(void) { if (a) MACRO(x) else g(); }',
    'void f(void) { if (a) MACRO(x);else g(); }',
  ));
  it('unwraps statements', () => check(
    'void f(void) { D1(if (x) g();) h(); D2(printk("a");\n k()); }',
    'void f(void) {    if (x) g();  h();    printk("a");\n k();; }',
  ));
  it('keeps statements in several arguments as arguments', () => check(
    'void f(void) { LOOP(n++; , return; ); g(); }',
    'void f(void) { LOOP(n++  , Return  ); g(); }',
  ));
  it('keeps the block that a macro without its semicolon ends with', () => check(
    'void f(void) {\n\tNOWARN(x, "y", { g(); })\n\th();\n}',
    'void f(void) {\n\t               { g(); };\n\th();\n}',
  ));
  it('reads a case range', () => check(
    'void f(void) { switch (x) { case 1 ... 5: g(); } }',
    'void f(void) { switch (x) { case 1  |  5: g(); } }',
  ));
  it('reads a computed goto and the address of a label', () => check(
    'void f(void) { void *p = &&out; goto *p; out: g(); }',
    'void f(void) { void *p =  &out; goto  p; out: g(); }',
  ));
  it('empties assembly that no grammar reads', () => check(
    'void f(void) { asm volatile(ALTERNATIVE("x", "y") : : ); asm("a" : "=r"(b) : "r" (c)); }',
    'void f(void) { asm volatile(""                        ); asm("a" : "=r"(b) : "r" (c)); }',
  ));
});

describe('declarations by macros', () => {
  it('turns a system call into a function', () => check(
    'SYSCALL_DEFINE3(open, const char __user *, name, int, flags, umode_t, mode)\n{\n}',
    'long            open( const char        *  name, int  flags, umode_t  mode)\n{\n}',
  ));
  it('turns a system call without arguments into a function', () => check(
    'SYSCALL_DEFINE0(sync)\n{\n}',
    'long           sync()\n{\n}',
  ));
  it('turns typed definitions into declarations', () => check(
    'static DEFINE_PER_CPU(struct page *, cache) = NULL;',
    'static                struct page *  cache  = NULL;',
  ));
  it('drops static before a call that declares', () => check(
    'static DEFINE_HASHTABLE(a, 3); static DEFINE_MUTEX(m);',
    '       DEFINE_HASHTABLE(a, 3); static DEFINE_MUTEX(m);',
  ));
  it('blanks calls without a semicolon', () => check(
    'module_init(f)\nEXPORT_SYMBOL(g)\nint h;',
    '              \n                \nint h;',
  ));
  it('reads macros that are fields', () => check(
    'struct s { DECLARE_BITMAP(bits, 10); struct_group(g, int c; int d;); };',
    'struct s { DECLARE_BITMAP bits[ 10]; struct{         int c; int d;}; };',
  ));
  it('drops a bit-field without a name between others', () => check(
    'struct s { u32 a : 8, : 4, b : 4, : 14; u32 : 3, c : 1; };',
    'struct s { u32 a : 8     , b : 4      ; u32      c : 1; };',
  ));
  it('names a bit-field without a name', () => check(
    'struct s { u32 :3; u32 a:4; };',
    'struct s { u32  _; u32 a:4; };',
  ));
  it('reads enumerators', () => check(
    'enum e { A, B __deprecated, C(x) };',
    'enum e { A, B             , C_x_ };',
  ));
  it('reads a macro as a type', () => check(
    'void f(void) { DARRAY(int) x; }',
    'void f(void) { DARRAY_int_ x; }',
  ));
  it('separates initialiser entries', () => check(
    'int a[] = {\n\tFOO(1)\n\tFOO(2)\n};\nint b[] = { IDX(A) = 1 };',
    'int a[] = {\n\t    1,\n\tFOO(2)\n};\nint b[] = {    [A] = 1 };',
  ));
});

describe('initialisers that a macro opens', () => {
  it('become variables', () => check(
    'define_machine(pseries) {\n\t.name = "x",\n\t.ops.setup = f,\n}; int g(void) { }',
    'define_machine pseries= {\n\t.name = "x",\n\t.ops.setup = f,\n}; int g(void) { }',
  ));
  it('are none where a body has statements', () => check(
    'DEFINE_HANDLER(page) { f(); }',
    'long          page() { f(); }',
  ));
});

describe('old-style definitions', () => {
  it('stay as they are, on one line or several', () => check(
    'int old(a, b) int a; char *b, c[2]; { return a; } STATIC frob_t\nolder (s, cmp)\n\tfrob_t __user *s;\n\tint (*cmp)();\n{ }',
    'int old(a, b) int a; char *b, c[2]; { return a; }        frob_t\nolder (s, cmp)\n\tfrob_t        *s;\n\tint (*cmp)();\n{ }',
  ));
  it('lose the * before their name, which the grammar does not know there', () => check(
    'static struct page *f(p) struct page *p; { return p; }',
    'static struct page  f(p) struct page *p; { return p; }',
  ));
  it('get a type where nobody wrote one, in the place of a qualifier or of their first letters', () => check(
    'main(argc, argv)\n\tint argc;\n\tchar **argv;\n{ }\nstatic inline put(p) char *p; { }\nf2(a) int a; { }',
    'T in(argc, argv)\n\tint argc;\n\tchar **argv;\n{ }\nint    inline put(p) char *p; { }\nf2(a) int a; { }',
  ));
  it('are none without a body', () => check(
    'T f(a) frob_t b; int g(b); struct s { int c; }; int h(void) { }',
    'T f(a)         ; int g(b); struct s { int c; }; int h(void) { }',
  ));
});

describe('the rest', () => {
  it('takes a null character for a blank, as compilers do', () => {
    check('void\0f(void)\0{ x\0= g(y);\0} /*\0\ud800*/', 'void f(void) { x = g(y); } /* \ud800*/');
    expect(digest('int\0a;').rewrites).toEqual([{ start: 3, end: 4, rule: 'rest' }]);
  });
  it('makes a nested offsetof a call', () => check(
    'int x = offsetof(struct a, b.c), y = offsetof(struct a, b);',
    'int x = Offsetof(struct_a, b.c), y = offsetof(struct a, b);',
  ));
  it('joins a macro call between strings', () => check(
    'void f(void) { g("x" FMT(a) "y" PRIu64 "z"); }',
    'void f(void) { g("x" FMT_a_ "y" PRIu64 "z"); }',
  ));
  it('makes typeof an identifier', () => check(
    'void f(void) { typeof(x->y) z; }',
    'void f(void) { typeof_x__y_ z; }',
  ));
});

describe('directives', () => {
  it('blanks a comment and a variadic name in a macro', () => check(
    '#define F(args...) g(args) /* c */ + 1\nint x;',
    '#define F(    ...) g(args)         + 1\nint x;',
  ));
  it('lets no empty macro swallow the next line', () => check(
    '#define EMPTY   \nint x;\n#define NONE /* none */  \nint y;',
    '#define EMPTY  _\nint x;\n#define NONE            _\nint y;',
  ));
  it('keeps comments that the grammar reads', () => check(
    '#define EMPTY /* nothing */\n#define ONE 1 /* one */\nint x;',
    '#define EMPTY /* nothing */\n#define ONE 1 /* one */\nint x;',
  ));
  it('keeps macros between statements and fields, blanks them inside expressions', () => check(
    'struct s { int a;\n#define A 1\n int b; };\nint x = 1 +\n#define B 2\n B;',
    'struct s { int a;\n#define A 1\n int b; };\nint x = 1 +\n           \n B;',
  ));
  it('blanks a macro that a comment breaks off', () => check(
    '#define A 1 /* a\n b */ + 2\nint x;',
    '                \n         \nint x;',
  ));
});

describe('long lists of constants', () => {
  const rows = (count: number): string => '\t0x10, -1, \'a\', { 2, 3 }, /* four */\n'.repeat(count);

  it('become a comment but for their first entry', () => {
    const text = `static const short table[] = {\n\t7,\n${rows(20)}};\nint x = g(1);\n`;
    const { text: rewritten, rewrites } = digest(text);
    expect(rewritten).toHaveLength(text.length);
    expect(rewritten.replaceAll(/\s+/g, ' ')).toBe('static const short table[] = { 7, /* */ /* four */ }; int x = g(1); ');
    expect(newlines(rewritten)).toEqual(newlines(text));
    expect(rewrites.map(({ rule }) => rule)).toEqual(['constants']);
  });
  it('stay where a newline leaves no room for the comment, as blanks', () => {
    const text = `int table[] = { 7,${',1'.repeat(20)}\n${rows(20)},\n1\n,\n};`;
    expect(digest(text).text.replaceAll(/\s+/g, ' ')).toBe('int table[] = { 7, };');
  });
  it.each([
    ['a short list', `int a[] = { ${'1, '.repeat(20)} };`],
    ['a list that names something', `int a[] = { ${'1, '.repeat(100)} LAST };`],
    ['a list of strings', `char *a[] = { ${'"a", '.repeat(100)} };`],
  ])('leaves %s alone', (_, text) => check(text, text));
});

function newlines(text: string): readonly number[] {
  return [...text.matchAll(/\n/g)].map(({ index }) => index);
}
