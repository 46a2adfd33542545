import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digest } from '../../../server/src/syntax/digest/digest.ts';
import { createParser } from '../../../server/src/syntax/loadParser.ts';
import { parseFile } from '../../../server/src/syntax/parseFile.ts';
import { readTree, type RawNode } from '../../../server/src/syntax/nodes.ts';
import type { SyntaxParser } from '../../../server/src/syntax/parser.ts';
import { testParser, WASM_SOURCES } from './testParser.ts';

const native = await testParser('native');
const wasm = await testParser('wasm');

/** S-expression with positions. */
function print(node: RawNode): string {
  const name = `${node.isMissing ? 'MISSING ' : ''}${node.isNamed ? node.type : JSON.stringify(node.type)}`;
  return `(${name} ${node.start}-${node.end}${node.children.map((child) => ` ${print(child)}`).join('')})`;
}

function treeOf(parser: SyntaxParser, text: string): string {
  const tree = parser.parse(text);
  const printed = print(readTree(tree, parser).root);
  tree.delete();
  return printed;
}

function* sourcesIn(path: string): Generator<string> {
  if (statSync(path).isFile()) {
    if (/\.[ch]$/.test(path)) yield path;
    return;
  }
  for (const entry of readdirSync(path).sort()) yield* sourcesIn(join(path, entry));
}

const SAMPLES: readonly string[] = [
  '',
  'int f(void) { return a ? b : c; }\n',
  'int f(void) { return a ? ; }\n)) = ',
  '/* é 𝒳 \u2028 */ int é = "𝒳", x;\r\nint y;\r\n',
  'int a\u0000b;\n',
  'int a = "\ud800";\n',
  '#if A\nint x;\n#else\nint y;\n#endif\n#define F(a, ...) \\\n  a\n',
  `void f(void) {\n${'\tif (page->mapping != mapping) goto retry;\n'.repeat(5000)}}\n`,
];

test('both backends load and say what they are', () => {
  expect([native.backend, wasm.backend]).toEqual(['native', 'wasm']);
});

test.each(SAMPLES.map((text, index) => ({ text, index })))('both backends give the same tree for sample $index', ({ text }) => {
  expect(treeOf(native, text)).toBe(treeOf(wasm, text));
});

/**
 * The runtimes behind the two backends differ in version and so in error recovery: text that does
 * not fit the grammar may get different ERROR nodes. Text that fits, which digested text does, may not.
 */
test('both backends give the same trees for whole directories', { timeout: 3_600_000 }, () => {
  const given = process.env['FAULTLINE_TREES']?.split(':') ?? [];
  const directories = given.length > 0 ? given : ['node_modules/tree-sitter-c/src', 'node_modules/tree-sitter/vendor'];
  const differing: string[] = [];
  for (const file of directories.flatMap((directory) => [...sourcesIn(directory)])) {
    const text = readFileSync(file, 'utf8');
    // The grammar's own tables are 4 MB of numbers; no kernel file is like that.
    if (text.length < 1_000_000) differing.push(...differences(file, text));
  }
  expect(differing).toEqual([]);
});

function differences(file: string, text: string): string[] {
  const asWritten = [treeOf(native, text), treeOf(wasm, text)];
  const digested = digest(text).text;
  const found: string[] = [];
  if (treeOf(native, digested) !== treeOf(wasm, digested)) found.push(`${file} digested`);
  const hasErrors = asWritten.some((tree) => /\((?:ERROR|MISSING)/.test(tree));
  if (!hasErrors && asWritten[0] !== asWritten[1]) found.push(`${file} as written`);
  return found;
}

test.each([{ parser: native }, { parser: wasm }])('offsets are UTF-16 units with $parser.backend', ({ parser }) => {
  const text = '/* 𝒳é */ void f(void) { g("𝒳"); }\n';
  const [fn] = parseFile('test.c', text, parser).functions;
  expect(fn && text.slice(fn.nameSpan.start, fn.nameSpan.end)).toBe('f');
  expect(fn && text.slice(fn.body.span.start)).toBe('{ g("𝒳"); }\n');
});

test('a node tells its type, place and parent', () => {
  for (const parser of [native, wasm]) {
    const { root } = parser.parse('int x;\nint y;\n');
    const second = root.child(1);
    expect([second?.type, second?.startPosition.row, second?.endIndex, second?.hasError, second?.parent?.type]).toEqual([
      'declaration', 1, 13, false, 'translation_unit',
    ]);
  }
});

test('the other backend stands in where the preferred one is not to be had', async () => {
  const bad = { ...WASM_SOURCES, grammarWasm: new Uint8Array([1, 2, 3]) };
  const fallback = await createParser({ prefer: 'wasm', wasm: bad });
  expect(fallback.kind === 'parser' && fallback.parser.backend).toBe('native');
  const direct = await createParser({ prefer: 'wasm' });
  expect(direct.kind === 'parser' && direct.parser.backend).toBe('native');
});

test('the WASM backend takes bytes as well as paths', async () => {
  const result = await createParser({
    prefer: 'wasm',
    wasm: { runtimeWasm: readFileSync(WASM_SOURCES.runtimeWasm), grammarWasm: readFileSync(WASM_SOURCES.grammarWasm) },
  });
  expect(result.kind === 'parser' && treeOf(result.parser, 'int x;')).toBe(treeOf(native, 'int x;'));
});
