/** What the index keeps of one file. */

import { describe, expect, it } from 'vitest';
import { extractFacts } from '../../../server/src/engine/index/extractFacts.ts';
import type { FileFacts } from '../../../server/src/engine/index/facts.ts';
import { testParser } from '../syntax/testParser.ts';

const parser = await testParser();

function facts(text: string, path = 'a.c'): FileFacts {
  return extractFacts(path, text, parser);
}

/** `line name`, `static`, and the condition in brackets. */
function functions(text: string, path?: string): string[] {
  return facts(text, path).functions.map((fn) => `${fn.line} ${fn.isStatic ? 'static ' : ''}${fn.name}${fn.condition === '' ? '' : ` [${fn.condition}]`}`);
}

describe('functions of a file', () => {
  it('have their storage class', () => {
    expect(functions('int a(void) { return 0; }\nstatic inline int b(int x)\n{\n\treturn x;\n}\nint c(void);\n')).toEqual(['1 a', '2 static b']);
  });

  it('are not bodies of structs, initialisers, loops or macros', () => {
    expect(functions([
      'struct s { int (*f)(void); };', 'static const struct s x = { .f = g };', 'enum E(x) { A, B };',
      '#define FOO(x) do { bar(x); } while (0)', '#define LONG 1 /* said in', '   foo(bar) { } */', 'int y[] = { 1, 2 };',
    ].join('\n'))).toEqual([]);
  });

  it('are found behind attributes, in macros, and where they return a pointer to a function', () => {
    expect(functions('int __init __cold foo(void) { }\nSYSCALL_DEFINE1(bar, int, x)\n{\n}\nint (*ret(int x))(void)\n{\n}\n'))
      .toEqual(['1 foo', '2 bar', '5 ret']);
  });

  it('are found where a macro has their name, and in the old style', () => {
    expect(functions([
      'DEFINE_IDTENTRY(divide)', '{', '}', 'define_machine(m) {', '\t.probe = probe,', '};',
      'static struct page *old(a, b)', '\tint a;', '\tstruct page *b;', '{', '}', 'int after(c) int c; { }',
    ].join('\n'))).toEqual(['1 divide', '7 static old', '12 after']);
  });

  it('say under which condition they stand', () => {
    expect(functions([
      '#ifndef GUARD_H', '#define GUARD_H',
      '#ifdef CONFIG_A', 'int f(void) { return 1; }',
      '#elif defined(CONFIG_B) || defined(CONFIG_C)', 'int f(void) { return 2; }',
      '#else', 'static inline int f(void) { return 3; }', '#endif',
      '#if 0', 'int dead(void) { }', '#endif',
      '#endif',
    ].join('\n'), 'a.h')).toEqual([
      '4 f [defined(CONFIG_A)]',
      '6 f [!defined(CONFIG_A) && (defined(CONFIG_B) || defined(CONFIG_C))]',
      '8 static f [!defined(CONFIG_A) && !(defined(CONFIG_B) || defined(CONFIG_C))]',
    ]);
  });

  it('are found in both headers where branches split a definition', () => {
    expect(functions('#ifdef CONFIG_A\nint f(int a)\n#else\nint f(long a)\n#endif\n{\n\treturn 0;\n}\n')).toEqual(['2 f [defined(CONFIG_A)]', '4 f [!defined(CONFIG_A)]']);
  });
});

/** Tables as `variable.member = handler`, with how and where. */
function tables(text: string): string[] {
  return facts(text).tables.flatMap(({ variable, isVariable, bindings }) =>
    bindings.map((each) => `${isVariable ? '' : '?'}${variable}.${each.member} = ${each.handler} (${each.how}${each.inFunction === '' ? '' : ` in ${each.inFunction}`}, line ${each.line})${each.condition === '' ? '' : ` [${each.condition}]`}`));
}

function uses(text: string): string[] {
  return facts(text).uses.map((use) => `${use.table} ${use.how} ${use.target}${use.inFunction === '' ? '' : ` in ${use.inFunction}`}`);
}

describe('handler tables of a file', () => {
  it('are read in every style of initialiser', () => {
    expect(tables([
      'static const struct vm_operations_struct a = {', '\t.fault\t= a_fault,', '\t.open = NULL,', '};',
      'static struct vm_operations_struct b = {', '\topen:\tb_open,', '\tnopage:\tb_nopage,', '};',
      'const struct address_space_operations c = { .writepage = &c_write };',
    ].join('\n'))).toEqual([
      'a.fault = a_fault (initialised, line 2)',
      'b.open = b_open (initialised, line 6)',
      'b.nopage = b_nopage (initialised, line 7)',
      'c.writepage = c_write (initialised, line 9)',
    ]);
  });

  it('have every configuration of a member', () => {
    expect(tables('struct vm_operations_struct a = {\n#ifdef CONFIG_X\n\t.fault = one,\n#else\n\t.fault = two,\n#endif\n};\n')).toEqual([
      'a.fault = one (initialised, line 3) [defined(CONFIG_X)]',
      'a.fault = two (initialised, line 5) [!defined(CONFIG_X)]',
    ]);
  });

  it('may be filled at run time, through the variable or a pointer', () => {
    expect(tables([
      'static struct vm_operations_struct copy;',
      'static void fill(struct vm_operations_struct *ops, struct vm_area_struct *vma)', '{',
      '\tcopy = *vma->vm_ops;', '\tcopy.fault = my_fault;', '\tops->open = my_open;', '\tvma->vm_ops->close = my_close;',
      '\t*ops = (struct vm_operations_struct) { .mprotect = my_protect };', '}',
    ].join('\n'))).toEqual([
      'copy.fault = my_fault (assigned in fill, line 5)',
      '?ops.open = my_open (assigned in fill, line 6)',
      '?ops.mprotect = my_protect (assigned in fill, line 8)',
      '?vma->vm_ops.close = my_close (assigned in fill, line 7)',
    ]);
  });

  it('of a function are read too', () => {
    expect(tables('int f(void)\n{\n\tstatic const struct vm_operations_struct ops = { .fault = g };\n\treturn use(&ops);\n}\n')).toEqual(['ops.fault = g (assigned in f, line 3)']);
  });

  it('have users', () => {
    expect(uses([
      'static struct vm_operations_struct a, b;', 'extern const struct address_space_operations c;',
      'static const struct wrap w = { .vm_ops = &a, .other = &x };',
      'int mmap(struct file *file, struct vm_area_struct *vma)', '{',
      '\tif (vma->vm_ops == &b)', '\t\treturn 0;', '\tvma->vm_ops = wide ? &a : &b;', '\tfile->f_mapping->a_ops = &c;', '\treturn install(vma, &a);', '}',
    ].join('\n'))).toEqual([
      'a initialised struct wrap w.vm_ops', 'b compared vma->vm_ops in mmap', 'a assigned vma->vm_ops in mmap', 'b assigned vma->vm_ops in mmap',
      'c assigned file->f_mapping->a_ops in mmap', 'a passed install() in mmap',
    ]);
  });

  it('are not looked for in a file that does not speak of them', () => {
    expect(facts('struct other_ops x = { .fault = f };\nint g(void) { return 0; }\n')).toMatchObject({ tables: [], uses: [] });
  });
});
