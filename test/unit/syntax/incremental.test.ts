import fc from 'fast-check';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digest } from '../../../server/src/syntax/digest/digest.ts';
import { chunkEnds } from '../../../server/src/syntax/digest/chunks.ts';
import { parseSource, type ParsedSource } from '../../../server/src/syntax/parseFile.ts';
import { testParser } from './testParser.ts';

const native = await testParser('native');
const wasm = await testParser('wasm');

/** A replacement: where, as a share of the text; how much goes; what comes. */
interface Edit {
  readonly at: number;
  readonly removed: number;
  readonly inserted: string;
}

const PIECES = [
  ' ', '\n', '\r\n', '\t', 'x', '0', ';', ',', '{', '}', '(', ')', '"', "'", '\\', '\0', '\ud800', 'é', '😀', '/*', '*/', '//', '#', '\n}\n', '\n{\n', ')\n{\n',
  '\n#if 0\n', '\n#ifdef CONFIG_NUMA\n', '\n#else\n', '\n#endif\n', '\n#ifndef A\n#define A\n', '\n#define LOCK(p) lock_page(p)\n', '\n#define half(',
  'static int f(struct page *page)\n{\n\tlock_page(page);\n\treturn 0;\n}\n', 'struct a { int b; };\n', 'SYSCALL_DEFINE2(open, int, a, int, b)\n{\n}\n',
  'list_for_each_entry(vma, head, list)\n\tg(vma);\n', 'scoped_guard(mutex, &m) {', 'extern "C" {', 'int g(a) int a; { return a; }\n', 'enum { A, B = 3 };\n',
];

const edits = fc.array(
  fc.record<Edit>({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(0, 0, 1, 2) }, { weight: 1, arbitrary: fc.nat(3000) }),
    inserted: fc.oneof(fc.constant(''), fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 4 })),
  }),
  { minLength: 5, maxLength: 25 },
);

function apply(text: string, { at, removed, inserted }: Edit): string {
  const start = Math.floor(at * text.length);
  return text.slice(0, start) + inserted + text.slice(start + removed);
}

/** Everything that a parse gives, as text. */
function printed({ syntax, chunks, text }: ParsedSource): string {
  const plain = (_: string, value: unknown): unknown => (value instanceof Map ? [...(value as ReadonlyMap<unknown, unknown>)] : value);
  return JSON.stringify({ syntax, text, chunks: chunks.map(({ start, end }) => [start, end]) }, plain);
}

/** Whole parses are too long for a message: only where they first differ is told. */
function expectSame(found: ParsedSource, wanted: ParsedSource): void {
  const [a, b] = [printed(found), printed(wanted)];
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  expect(a.slice(at, at + 200)).toBe(b.slice(at, at + 200));
}

const own = ['examples/truncate-count-era/mm/memory.c', 'examples/page-lock-era/mm/memory.c', 'examples/truncate-count-era/mm/truncate.c']
  .filter((path) => existsSync(path)).map((path) => readFileSync(path, 'utf8'));
const joinedSource = own.join('\n');

describe('an edited file parses as from scratch', () => {
  it.each([{ parser: native, runs: 60 }, { parser: wasm, runs: 25 }])('over random edits with $parser.backend', { timeout: 600_000 }, ({ parser, runs }) => {
    expect(joinedSource.length).toBeGreaterThan(8000);
    fc.assert(fc.property(edits, (changes) => {
      let parsed = parseSource('a.c', joinedSource, parser);
      for (const change of changes) {
        const text = apply(parsed.text, change);
        parsed = parseSource('a.c', text, parser, {}, parsed);
        expectSame(parsed, parseSource('a.c', text, parser));
      }
    }), { numRuns: runs, seed: 7 });
  });

  it.each([{ parser: native, runs: 40 }, { parser: wasm, runs: 10 }])('over several edits at once with $parser.backend', { timeout: 600_000 }, ({ parser, runs }) => {
    fc.assert(fc.property(edits, (changes) => {
      let parsed = parseSource('a.c', joinedSource, parser);
      for (let at = 0; at < changes.length; at += 5) {
        const text = changes.slice(at, at + 5).reduce(apply, parsed.text);
        parsed = parseSource('a.c', text, parser, {}, parsed);
        expectSame(parsed, parseSource('a.c', text, parser));
      }
    }), { numRuns: runs, seed: 5 });
  });

  it('cuts as from scratch, whatever the text', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 300 }), edits, (pieces, changes) => {
      let parsed = parseSource('a.c', pieces.join('').repeat(3), native);
      for (const change of changes.slice(0, 3)) {
        const text = apply(parsed.text, change);
        parsed = parseSource('a.c', text, native, {}, parsed);
        expect(parsed.chunks.map(({ end }) => end)).toEqual(chunkEnds(text));
      }
    }), { numRuns: 300, seed: 3 });
  });
});

const kernel = process.env['FAULTLINE_KERNEL_6_12'];

describe.skipIf(kernel === undefined)('real files', () => {
  it.each(['mm/memory.c', 'mm/filemap.c', 'fs/dax.c', 'include/linux/mm.h'])('%s parses as from scratch after each of many edits', { timeout: 3_600_000 }, (name) => {
    const original = readFileSync(join(kernel ?? '', name), 'utf8');
    fc.assert(fc.property(edits, (changes) => {
      let parsed = parseSource(name, original, native);
      for (const change of changes) parsed = parseSource(name, apply(parsed.text, change), native, {}, parsed);
      expectSame(parsed, parseSource(name, parsed.text, native));
    }), { numRuns: 25, seed: 11 });
  });
});

describe('an edit', () => {
  const functions = Array.from({ length: 40 }, (_, index) => `/* The ${index}th. */\nint f${index}(struct page *page)\n{\n${'\tlock_page(page);\n\tunlock_page(page);\n'.repeat(40)}\treturn ${index};\n}\n\n`);
  const text = functions.join('');
  const before = parseSource('a.c', text, native);
  const at = text.indexOf('return 20') + 'return 20'.length;
  const after = parseSource('a.c', `${text.slice(0, at)}0${text.slice(at)}`, native, {}, before);

  it('leaves functions before it the same objects', () => {
    for (let index = 0; index < 20; index++) expect(after.syntax.functions[index]).toBe(before.syntax.functions[index]);
    expect(after.syntax.functions[20]).not.toBe(before.syntax.functions[20]);
  });

  it('leaves alone what stands between it and another one far away', () => {
    const first = text.indexOf('return 5;') + 'return 5'.length;
    const twice = `${text.slice(0, first)}0${text.slice(first, at)}0${text.slice(at)}`;
    const { syntax } = parseSource('a.c', twice, native, {}, before);
    for (const [index, fn] of syntax.functions.entries()) {
      const old = before.syntax.functions[index]!;
      if (index < 5) expect(fn).toBe(old);
      // A moved chunk is lowered once, when it was parsed; what was parsed anew has a body of its own.
      else if (index > 5 && index < 20) expect(fn.nameSpan.start).toBe(old.nameSpan.start + 1);
    }
    const back = parseSource('a.c', text, native, {}, parseSource('a.c', twice, native, {}, before));
    for (let index = 6; index < 20; index++) expect(back.syntax.functions[index]).toBe(before.syntax.functions[index]);
  });

  it('moves functions after it', () => {
    const [old, moved] = [before, after].map(({ syntax }) => syntax.functions[30]!);
    expect(moved!.nameSpan.start).toBe(old!.nameSpan.start + 1);
    expect(moved!.body.span.end).toBe(old!.body.span.end + 1);
  });

  it('when taken back, gives the first objects back where they only moved', () => {
    const again = parseSource('a.c', text, native, {}, after);
    expect(again.syntax.functions[30]).toBe(before.syntax.functions[30]);
  });
});

describe('chunks', () => {
  it('are rewritten as within the whole file', { timeout: 3_600_000 }, () => {
    const trees = process.env['FAULTLINE_TREES']?.split(':') ?? ['examples'];
    const differing = trees.flatMap(sourcesUnder).filter((path) => {
      const text = readFileSync(path, 'utf8');
      const ends = chunkEnds(text);
      return ends.map((end, index) => digest(text.slice(ends[index - 1] ?? 0, end)).text).join('') !== digest(text).text;
    });
    expect(differing).toEqual([]);
  });

  it('end after a function, not inside a conditional, a record or a comment', () => {
    const filler = '\tg(x);\n'.repeat(200);
    const body = `int f(void)\n{\n${filler}}\n`;
    expect(chunkEnds(body + body).length).toBe(2);
    expect(chunkEnds(`#ifdef A\n${body}#endif\n${body}`).length).toBe(1);
    expect(chunkEnds(`#ifndef A_H\n#define A_H\n${body}${body}#endif\n`).length).toBe(3);
    expect(chunkEnds(`struct a {\n${filler}}\n${body}`).length).toBe(1);
    expect(chunkEnds(`int f(void)\n{\n${filler}/*}\n*/ "}" '}'\n}\n`).length).toBe(1);
    expect(chunkEnds(`int half(void)\n{\nif (x) {\n${body}${body}`).length).toBe(2);
  });
});

function sourcesUnder(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return sourcesUnder(path);
    return /\.[ch]$/.test(path) ? [path] : [];
  });
}
