/** Several definitions of a name: which one is meant, and which one a configuration has. */

import { describe, expect, it } from 'vitest';
import { neverCancelled } from '../../../server/src/base/cancellation.ts';
import { createEngine } from '../../../server/src/engine/engine.ts';
import { renderRegions, renderSimulation } from '../../../server/src/engine/text.ts';
import { IndexImage } from '../../../server/src/engine/index/image.ts';
import { TreeIndex } from '../../../server/src/engine/index/treeIndex.ts';
import { buildIndex, localExtractor } from '../../../server/src/engine/indexing/buildIndex.ts';
import { kernelConfigOf, type KernelConfig } from '../../../server/src/engine/kernelConfig.ts';
import { KernelTree } from '../../../server/src/engine/kernelTree.ts';
import { SourceFiles } from '../../../server/src/engine/sourceFiles.ts';
import type { Engine, FileHost, SimulateOptions } from '../../../server/src/engine/types.ts';
import { testParser } from '../syntax/testParser.ts';

const parser = await testParser();
const on = kernelConfigOf({ define: ['CONFIG_X'], undefine: [] });
const off = kernelConfigOf({ define: [], undefine: ['CONFIG_X'] });

function hostOf(files: Readonly<Record<string, string>>): FileHost {
  const paths = Object.keys(files);
  return {
    readText: (path) => files[path],
    stamp: (path) => (path in files ? `${files[path]!.length}` : undefined),
    list: (at) => [...new Set(paths.filter((path) => path.startsWith(`${at.replace(/\/$/, '')}/`)).map((path) => {
      const rest = path.slice(at.replace(/\/$/, '').length + 1);
      return rest.includes('/') ? rest.slice(0, rest.indexOf('/') + 1) : rest;
    }))].sort(),
  };
}

const twice = [
  '#ifdef CONFIG_X', 'int f(struct page *page)', '{', '\tlock_page(page);', '\tg();', '\treturn 0;', '}', '#else',
  'int f(struct page *page)', '{', '\treturn 1;', '}', '#endif', '',
].join('\n');

function engineWith(config?: KernelConfig): Engine {
  return createEngine({ files: hostOf({ '/t/a.c': twice }), now: () => 0, ...(config ? { kernelConfig: config } : {}) }, parser);
}

const simulation: SimulateOptions = {
  against: [], memory: 'sc', access: [], mapping: [], era: 'folio', kernel: undefined, without: undefined, maxStates: 1000, timeoutMs: 1000, cancellation: neverCancelled,
};

describe('a name that a file defines twice', () => {
  it('is the longest of them by its name, and any of them by a line', () => {
    const engine = engineWith();
    const lineOf = (which: Parameters<Engine['graph']>[1]): unknown => engine.graph('/t/a.c', which).choice;
    expect(lineOf('f')).toEqual({ line: 2, others: [9] });
    expect(lineOf({ line: 11 })).toEqual({ line: 9, others: [2] });
    expect(lineOf({ name: 'f', line: 9 })).toEqual({ line: 9, others: [2] });
    expect(engine.regions('/t/a.c', 'f').functions.map(({ line }) => line)).toEqual([2, 9]);
    expect(engine.regions('/t/a.c', { line: 9 }).functions.map(({ line }) => line)).toEqual([9]);
  });

  it('is said to be', () => {
    const text = renderSimulation(engineWith().simulate('/t/a.c', { line: 9 }, simulation));
    expect(text.replace(/\s+/g, ' ')).toContain('f is defined 2 times in this file; this is the definition at line 9. For the other: /t/a.c:f:2');
  });

  it('is the one that the configuration has', () => {
    expect(engineWith(on).graph('/t/a.c', 'f').choice).toBeUndefined();
    const lines = (config: typeof on): number[] => engineWith(config).regions('/t/a.c', 'f').functions.map(({ line }) => line);
    expect([lines(on), lines(off)]).toEqual([[2], [9]]);
    expect(() => engineWith(on).graph('/t/a.c', { line: 9 })).toThrow('/t/a.c:9 is in no function');
  });

  it('names its lines where another is asked for', () => {
    expect(() => engineWith().graph('/t/a.c', { name: 'f', line: 13 })).toThrow('/t/a.c has f at line 2 and 9, not at 13');
    expect(() => engineWith().graph('/t/a.c', { name: 'h', line: 2 })).toThrow('/t/a.c has no function h');
    expect(() => engineWith().graph('/t/a.c', 'h')).toThrow('/t/a.c has no function h');
  });
});

const tree = {
  '/k/include/linux/x.h': '#ifdef CONFIG_X\nvoid hold(struct page *page);\n#else\nstatic inline void hold(struct page *page) { }\n#endif\n',
  '/k/block/x.c': 'void hold(struct page *page)\n{\n\tlock_page(page);\n}\n',
  '/k/drivers/d.c': [
    'void d(struct page *page) { hold(page); }', 'static int a(struct vm_fault *vmf) { return 1; }', 'static int b(struct vm_fault *vmf) { return 2; }',
    'static const struct vm_operations_struct d_ops = {', '#ifndef CONFIG_X', '\t.fault = b,', '#else', '\t.fault = a,', '#endif', '};', '',
  ].join('\n'),
  '/k/mm/memory.c': 'int handle_mm_fault(void) { return 0; }\n',
  '/k/Makefile': 'VERSION = 6\n',
};

const host = hostOf(tree);

async function indexOfTree(): Promise<TreeIndex> {
  const built = await buildIndex({
    root: '/k', host, previous: undefined, jobs: 1, now: () => 0, onProgress: () => undefined, onCheckpoint: () => undefined,
    startExtractor: (words) => localExtractor(host, parser, words), cancellation: neverCancelled,
  });
  return new TreeIndex(IndexImage.read(built.image)!, '/k');
}

async function indexedTree(config: typeof on): Promise<KernelTree> {
  const kernel = new KernelTree(new SourceFiles(host, parser, {}, config), '/k');
  kernel.useIndex(await indexOfTree());
  return kernel;
}

describe('a stub in a header and the function itself', () => {
  it.each([['unknown', undefined, '/k/block/x.c'], ['on', on, '/k/block/x.c'], ['off', off, '/k/include/linux/x.h']] as const)(
    'are told apart with the index, with the symbol %s', async (_, config, file) => {
      expect((await indexedTree(config)).function('hold', '/k/drivers/d.c')?.file).toBe(file);
    });

  it('are told apart without it: the function is followed where it is near, else the stub', () => {
    const near = { ...tree, '/k/fs/x.c': tree['/k/block/x.c'] };
    const fileOf = (files: Record<string, string>, config: typeof on): string | undefined =>
      new KernelTree(new SourceFiles(hostOf(files), parser, {}, config), '/k').function('hold', '/k/include/linux/y.h')?.file;
    expect([fileOf(near, undefined), fileOf(near, off), fileOf(tree, undefined)]).toEqual(['/k/fs/x.c', '/k/include/linux/x.h', '/k/include/linux/x.h']);
  });

  it('decide what a caller holds', async () => {
    const index = await indexOfTree();
    const held = (config: typeof on): string =>
      renderRegions(createEngine({ files: host, now: () => 0, ...(config ? { kernelConfig: config } : {}), indexOf: () => index }, parser).regions('/k/drivers/d.c', 'd'));
    expect([held(on).includes('holding page lock'), held(off).includes('holding page lock')]).toEqual([true, false]);
  });
});

it('the handler of a table is the one that the configuration has', async () => {
  const handlerWith = async (config: typeof on): Promise<string | undefined> => (await indexedTree(config)).handlerTables()[0]?.fields.get('fault');
  expect([await handlerWith(undefined), await handlerWith(on), await handlerWith(off)]).toEqual(['a', 'a', 'b']);
});
