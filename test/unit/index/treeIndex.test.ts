/** Building, keeping and asking the index of a tree in memory. */

import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { neverCancelled } from '../../../server/src/base/cancellation.ts';
import { extractFacts } from '../../../server/src/engine/index/extractFacts.ts';
import { IndexImage } from '../../../server/src/engine/index/image.ts';
import { TreeIndex } from '../../../server/src/engine/index/treeIndex.ts';
import { buildIndex, localExtractor, type BuiltIndex, type Extractor } from '../../../server/src/engine/indexing/buildIndex.ts';
import { cachePath, readImage, readIndex, userCacheDirectory, writeImage } from '../../../server/src/engine/indexing/indexCache.ts';
import type { FileHost } from '../../../server/src/engine/types.ts';
import { testParser } from '../syntax/testParser.ts';

const parser = await testParser();
const directory = mkdtempSync(join(tmpdir(), 'faultline-index-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Files in memory; a stamp is the text's length and version. */
function hostOf(files: Readonly<Record<string, string>>): FileHost {
  const paths = Object.keys(files);
  return {
    readText: (path) => files[path],
    stamp: (path) => (path in files ? `${files[path]!.length} ${files[path]!.slice(-9)}` : undefined),
    list: (at) => [...new Set(paths.filter((path) => path.startsWith(`${at.replace(/\/$/, '')}/`)).map((path) => {
      const rest = path.slice(at.replace(/\/$/, '').length + 1);
      return rest.includes('/') ? rest.slice(0, rest.indexOf('/') + 1) : rest;
    }))].sort(),
  };
}

const tree = {
  '/k/mm/filemap.c': 'int filemap_fault(int x) { return x; }\nstatic int helper(void) { return 0; }\nconst struct vm_operations_struct generic_ops = { .fault = filemap_fault };\n',
  '/k/fs/a/file.c': 'static int helper(int x) { return x; }\nstatic const struct vm_operations_struct a_ops = { .fault = filemap_fault, .open = helper };\nvoid m(struct v *vma) { vma->vm_ops = &a_ops; }\n',
  '/k/fs/b/file.c': '#ifdef CONFIG_B\nint only_b(void) { return 1; }\n#else\nint only_b(void) { return 2; }\n#endif\nvoid n(struct v *vma) { vma->vm_ops = &generic_ops; }\n',
  '/k/include/linux/mm.h': 'static inline int inl(void)\n{\n\treturn 0;\n}\nint filemap_fault(int x);\n',
  '/k/Documentation/readme.txt': 'int not_c(void) { }',
};

interface Options {
  readonly previous?: TreeIndex;
  readonly extractor?: (host: FileHost) => Extractor;
  readonly isCancelled?: () => boolean;
}

async function build(files: Readonly<Record<string, string>>, { previous, extractor, isCancelled }: Options = {}): Promise<BuiltIndex & { index: TreeIndex }> {
  const host = hostOf(files);
  const built = await buildIndex({
    root: '/k', host, previous, jobs: 2, now: () => 0, onProgress: () => undefined, onCheckpoint: () => undefined,
    startExtractor: (words) => extractor?.(host) ?? localExtractor(host, parser, words),
    cancellation: isCancelled ? { get isCancelled() { return isCancelled(); } } : neverCancelled,
  });
  return { ...built, index: new TreeIndex(IndexImage.read(built.image)!, '/k') };
}

const places = (index: TreeIndex, name: string): string[] =>
  index.functionsNamed(name).map((fn) => `${fn.file}:${fn.line}${fn.isStatic ? ' static' : ''}${fn.condition === '' ? '' : ` [${fn.condition}]`}`);
const roles = (index: TreeIndex, name: string, file: string): string[] => index.rolesOf(name, file).map((role) => `${role.table.file}:${role.line} ${role.table.variable}.${role.member}`);

describe('the index of a tree', () => {
  it('has every definition of a name, with storage class and configuration', async () => {
    const { index, counts } = await build(tree);
    expect(counts).toEqual({ files: 4, reused: 0, read: 4, failed: [], isComplete: true });
    expect(places(index, 'helper')).toEqual(['/k/fs/a/file.c:1 static', '/k/mm/filemap.c:2 static']);
    expect(places(index, 'only_b')).toEqual(['/k/fs/b/file.c:2 [defined(CONFIG_B)]', '/k/fs/b/file.c:4 [!defined(CONFIG_B)]']);
    expect(places(index, 'inl')).toEqual(['/k/include/linux/mm.h:1 static']);
    expect(places(index, 'not_c')).toEqual([]);
    expect(places(index, '')).toEqual([]);
  });

  it('knows which tables call a function, those of other files for global ones only', async () => {
    const { index } = await build(tree);
    expect(roles(index, 'filemap_fault', '/k/mm/filemap.c')).toEqual(['/k/fs/a/file.c:2 a_ops.fault', '/k/mm/filemap.c:3 generic_ops.fault']);
    expect(roles(index, 'helper', '/k/fs/a/file.c')).toEqual(['/k/fs/a/file.c:2 a_ops.open']);
    expect(roles(index, 'helper', '/k/mm/filemap.c')).toEqual([]);
    expect(index.handlersOf('a_ops').map((role) => role.member)).toEqual(['fault', 'open']);
    expect(index.usersOfTable('generic_ops').map((use) => `${use.file}:${use.line} ${use.target}`)).toEqual(['/k/fs/b/file.c:6 vma->vm_ops']);
    expect(index.tables('open').map((table) => table.variable)).toEqual(['a_ops']);
  });

  it('answers from a file\'s present facts, and nothing from one that is gone', async () => {
    const { index } = await build(tree);
    const path = '/k/fs/a/file.c';
    index.setFacts(path, extractFacts(path, '\nint helper(void) { return 1; }\n', parser));
    expect(places(index, 'helper')).toEqual(['/k/fs/a/file.c:2', '/k/mm/filemap.c:2 static']);
    expect(roles(index, 'filemap_fault', '/k/mm/filemap.c')).toEqual(['/k/mm/filemap.c:3 generic_ops.fault']);
    index.setFacts(path, undefined);
    expect(places(index, 'helper')).toEqual(['/k/mm/filemap.c:2 static']);
  });

  it('reads again only what has changed, and equals a build from nothing', async () => {
    const { index } = await build(tree);
    const { '/k/fs/b/file.c': gone, ...rest } = tree;
    expect(gone).toBeDefined();
    const changed = { ...rest, '/k/mm/filemap.c': `${tree['/k/mm/filemap.c']}int added(void) { return 0; }\n`, '/k/mm/new.c': 'int fresh(void) { return 0; }\n' };
    const updated = await build(changed, { previous: index });
    expect(updated.counts).toEqual({ files: 4, reused: 2, read: 2, failed: [], isComplete: true });
    const anew = await build(changed);
    for (const name of ['helper', 'added', 'fresh', 'only_b', 'filemap_fault', 'inl']) expect(places(updated.index, name)).toEqual(places(anew.index, name));
    expect(updated.index.tables()).toEqual(anew.index.tables());
    for (const path of Object.keys(changed)) expect(updated.index.recordOf(path)).toEqual(anew.index.recordOf(path));
  });

  it('hands the earlier image back where nothing has changed', async () => {
    const { index, image } = await build(tree);
    const again = await build(tree, { previous: index });
    expect(again.image).toBe(image);
    expect(again.counts).toEqual({ files: 4, reused: 4, read: 0, failed: [], isComplete: true });
  });

  it('keeps what a cancelled build has read, and goes on from there', async () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`/k/mm/f${at}.c`, `int fn${at}(void) { return ${at}; }\n`]));
    let asked = 0;
    const part = await build(many, { isCancelled: () => ++asked > 4 });
    expect(part.counts.isComplete).toBe(false);
    expect(part.counts.read).toBeGreaterThan(0);
    const whole = await build(many, { previous: part.index });
    expect(whole.counts).toEqual({ files: 200, reused: part.counts.read, read: 200 - part.counts.read, failed: [], isComplete: true });
    expect(places(whole.index, 'fn199')).toEqual(['/k/mm/f199.c:1']);
  });

  it('leaves out a file that ends its reader, and only that', async () => {
    const fragile = (host: FileHost): Extractor => {
      const inner = localExtractor(host, parser);
      return { ...inner, extract: (paths) => (paths.includes('/k/fs/b/file.c') ? Promise.reject(new Error('crash')) : inner.extract(paths)) };
    };
    const { counts, index } = await build(tree, { extractor: fragile });
    expect(counts).toEqual({ files: 3, reused: 0, read: 3, failed: ['fs/b/file.c'], isComplete: true });
    expect(places(index, 'inl')).toHaveLength(1);
  });
});

describe('the kept index', () => {
  it('is the image that was written, by root', async () => {
    const { image } = await build(tree);
    writeImage(directory, '/k', image);
    expect(Buffer.from(readImage(directory, '/k')!).equals(image)).toBe(true);
    expect(places(readIndex(directory, '/k')!, 'inl')).toEqual(['/k/include/linux/mm.h:1 static']);
    expect(readImage(directory, '/other')).toBeUndefined();
  });

  it('is nothing where the file is damaged anywhere, cut, or of another version', async () => {
    const { image } = await build(tree);
    const path = cachePath(directory, '/k');
    const damage: Record<string, (bytes: Buffer) => void> = {
      'a bit of the image': (bytes) => bytes.writeUInt8(bytes.readUInt8(bytes.length - 100) ^ 1, bytes.length - 100),
      'the head': (bytes) => bytes.fill(0, 0, 20),
      'another version': (bytes) => bytes.write(bytes.toString('latin1', 0, 4096).replace(/"tool":"[\d.]+"/, '"tool":"9.9.9"'), 0, 'latin1'),
    };
    for (const [what, change] of Object.entries(damage)) {
      writeImage(directory, '/k', image);
      const bytes = readFileSync(path);
      change(bytes);
      writeFileSync(path, bytes);
      expect(readImage(directory, '/k'), what).toBeUndefined();
    }
    for (const length of [0, 100, 4096, image.length]) {
      writeImage(directory, '/k', image);
      truncateSync(path, length);
      expect(readImage(directory, '/k'), `cut to ${length}`).toBeUndefined();
    }
  });

  it('cannot be kept where no directory can be made, which is said at once', async () => {
    const { image } = await build(tree);
    writeImage(join(directory, 'a/b/c'), '/k', image);
    expect(Buffer.from(readImage(join(directory, 'a/b/c'), '/k')!).equals(image)).toBe(true);
    writeFileSync(join(directory, 'file'), '');
    expect(() => writeImage(join(directory, 'file/below'), '/k', image)).toThrow(/ENOTDIR|EEXIST/);
    // Where there is a /proc, no directory can be made in it; elsewhere not in the root.
    expect(() => writeImage('/proc/no/such/place', '/k', image)).toThrow();
  });

  it('is in the directory that the XDG specification names', () => {
    expect(userCacheDirectory({ XDG_CACHE_HOME: '/somewhere' })).toBe('/somewhere/faultline');
    expect(userCacheDirectory({ XDG_CACHE_HOME: 'relative' })).toMatch(/\/\.cache\/faultline$/);
  });
});
