import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cFiles } from '../../../scripts/parseReport/files.ts';
import { digest } from '../../../server/src/syntax/digest/digest.ts';
import { callsOf, lostCalls, newCalls } from './calls.ts';

/**
 * The rules that may hide a called name, and why that is right. Loops are apart: their macro is
 * read from the original text. Whatever is not here must keep every call.
 */
const EXCEPTIONS = new Map([
  ['iterator', 'the macro is a loop, not a call'],
  ['annotation', '__releases(x), __free(f): no call'],
  ['attribute', 'char __user (*p): a word before a declarator in parentheses'],
  ['gnu-attribute', 'no call'],
  ['wrapper', 'D1(…): only the wrapper goes, the calls in it stay'],
  ['statement-macro', 'MACRO(x) without ";": its arguments stay'],
  ['type-macro', 'DARRAY(x) v: a type'],
  ['field-macro', 'DECLARE_BITMAP(x, 5): a field'],
  ['declaration-macro', 'DECLARE_BITMAP(x, 5) = …: a variable'],
  ['definition', 'the name of a function'],
  ['offsetof', 'a constant; it stays a call of Offsetof'],
  ['juxtaposed', 'a macro that makes a string or an initialiser'],
  ['argument', 'a statement inside an argument that has no expression'],
  ['asm', 'assembly'],
  ['typeof', 'not evaluated'],
  ['type-argument', 'a type'],
  ['rest', '__alignof__, and initialiser entries without commas'],
]);

const SNIPPETS = [
  'void f(void) { lock(a); list_for_each_entry(p, &h, l) { get(p); } unlock(a); }',
  'int f(void) { if (try(a) && !test(b)) return put(c), err(d); D1(trace(x)); return done(min_t(int, p(1), q(2))); }',
  'void f(void) {\n#ifdef A\n\tx(1);\n#endif\n\tASSERT(ok(a), return fail(b););\n\tMACRO(inner(c))\n\tg(); }',
  'int f(void) { struct page *p __free(put) = get(a); guard(mutex)(lock_of(p)); return ({ h(i()); k(); }); }',
];

describe('called names and their order', () => {
  it.each(SNIPPETS)('stay in %j', (text) => {
    const result = digest(text);
    expect(lostCalls(text, result).filter(({ rule }) => !EXCEPTIONS.has(rule))).toEqual([]);
    expect(newCalls(text, result)).toEqual([]);
  });

  it('are those of the original, arguments of macros included', () => {
    const [, text] = SNIPPETS;
    const names = (source: string): string[] => callsOf(source, () => false).map(({ name }) => name);
    expect(names(digest(text!).text)).toEqual(names(text!));
  });

  it('finds a call that is lost', () => {
    const text = 'void f(void) { g(x); }';
    expect(lostCalls(text, { ...digest(text), text: 'void f(void) { g,x;  }' })).toEqual([{ name: 'g', offset: 15, rule: 'none' }]);
  });
});

/** `char` in `char __user (*p)`, which stands before a parenthesis once the word between has gone. */
function isBeforeAttribute(text: string, offset: number): boolean {
  return /^\w+\s+\w+\s*\(\s*\*/.test(text.slice(offset, offset + 200));
}

const trees = (process.env['FAULTLINE_TREES'] ?? '').split(':').filter((tree) => tree !== '');

describe.runIf(trees.length > 0)('called names in FAULTLINE_TREES', () => {
  it.each(trees)('stay in %s', (tree) => {
    const unexplained: string[] = [];
    let calls = 0;
    let hidden = 0;
    for (const path of cFiles(tree)) {
      const text = readFileSync(path, 'utf8');
      const result = digest(text);
      calls += callsOf(text, () => false).length;
      for (const { name, offset, rule } of lostCalls(text, result)) {
        if (rule !== 'iterator') hidden++;
        if (!EXCEPTIONS.has(rule)) unexplained.push(`${path}: ${name} at ${offset} (${rule})`);
      }
      for (const { name, offset, rule } of newCalls(text, result)) {
        if (rule !== 'offsetof' && rule !== 'rest' && !isBeforeAttribute(text, offset)) unexplained.push(`${path}: new ${name} at ${offset} (${rule})`);
      }
    }
    expect(unexplained).toEqual([]);
    expect(hidden / Math.max(1, calls)).toBeLessThan(0.01);
  }, 3_600_000);
});
