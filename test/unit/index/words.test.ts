/** The words of a tree: from its headers and its configurations, into the index and into what is read with it. */

import { describe, expect, it } from 'vitest';
import { neverCancelled } from '../../../server/src/base/cancellation.ts';
import { createEngine } from '../../../server/src/engine/engine.ts';
import { wordsOfHeaders } from '../../../server/src/engine/index/headerWords.ts';
import { IndexImage } from '../../../server/src/engine/index/image.ts';
import { TreeIndex } from '../../../server/src/engine/index/treeIndex.ts';
import { buildIndex, localExtractor, type BuildCounts } from '../../../server/src/engine/indexing/buildIndex.ts';
import type { Engine, FileHost } from '../../../server/src/engine/types.ts';
import { outlineOf } from '../../../server/src/syntax/outline.ts';
import { wordsWith } from '../../../server/src/syntax/digest/words.ts';
import { testParser } from '../syntax/testParser.ts';

const parser = await testParser();

describe('the macros of headers', () => {
  it('are attributes, attributes with arguments, and loops, through any number of definitions', () => {
    expect(wordsOfHeaders([
      '#define __cold __attribute__((__cold__))\n# define __user\t__attribute__((noderef, address_space(1)))\n#define __user\n',
      '#define __init __section(".init.text") __cold /* code */\n#define __section(s) \\\n\t__attribute__((__section__(s)))\n#define __force\n',
      '#define always inline __attribute__((__always_inline__))\n#define each(x, l) for (x = (l); x; x = x->next)\n#define each_safe(x) \\\n\teach(x, list)\n',
      '#define each_if(x, c) if (!(c)) {} else for (x = 0; x < 9; x++)\n',
    ])).toEqual({
      attributes: ['__cold', '__force', '__init', '__user', 'always'],
      attributesWithArguments: ['__section'],
      iterators: ['each', 'each_if', 'each_safe'],
    });
  });

  it('are none where one definition is something else, or nothing but a guard or a switch', () => {
    expect(wordsOfHeaders([
      '#define fallthrough __attribute__((__fallthrough__))\n#define fallthrough do { } while (0)\n',
      '#ifndef __linux_x_h\n#define __linux_x_h\n#define CONFIG_A\n#define __setup(s, f)\n#define __N 1\n#define inline inline\n#define __inline__ inline __attribute__((__always_inline__))\n',
      '#define walk(x) for (;;)\n#define walk(x) f(x)\n#define open (\n#define closed )\n',
    ])).toEqual({ attributes: [], attributesWithArguments: [], iterators: [] });
  });
});

const source = 'static my_t frob_attr(x) made(y) { return y; }\n';
const asIs = ['frob_attr'];
const header = '#define frob_attr(x) __attribute__((frob(x)))\n';
const configuration = '{ "attributesWithArguments": ["frob_attr"] }';

it('the outline is read with the words that it is given', () => {
  const names = (words: readonly string[]): string[] => outlineOf(source, { words: wordsWith({ attributesWithArguments: words }) }).functions.map(({ name }) => name);
  expect(names([])).toEqual(asIs);
  expect(names(['frob_attr'])).toEqual(['made']);
});

const kernel = { '/k/mm/a.c': source, '/k/fs/b.c': 'int other(void) { return 0; }\n' };

function hostOf(files: Readonly<Record<string, string>>): FileHost {
  return {
    readText: (path) => files[path],
    stamp: (path) => (path in files ? String(files[path]!.length) : undefined),
    list: (directory) => {
      const at = `${directory.replace(/\/$/, '')}/`;
      return [...new Set(Object.keys(files).filter((path) => path.startsWith(at)).map((path) => path.slice(at.length).replace(/\/.*/, '/')))].sort();
    },
  };
}

async function built(host: FileHost, previous?: TreeIndex): Promise<{ index: TreeIndex; counts: BuildCounts }> {
  const { image, counts } = await buildIndex({
    root: '/k', host, previous, jobs: 1, now: () => 0, onProgress: () => undefined, onCheckpoint: () => undefined,
    startExtractor: (words) => localExtractor(host, parser, words), cancellation: neverCancelled,
  });
  return { index: new TreeIndex(IndexImage.read(image)!, '/k'), counts };
}

/** How the source is read: by the index, and by an engine with that index. */
async function reading(files: Readonly<Record<string, string>>): Promise<{ index: boolean; parse: boolean }> {
  const host = hostOf(files);
  const { index } = await built(host);
  const engine = createEngine({ files: host, now: () => 0 }, parser);
  engine.useIndex('/k', index);
  return { index: index.functionsNamed('made').length === 1, parse: hasFunction(engine) };
}

function hasFunction(engine: Engine): boolean {
  try {
    return engine.graph('/k/mm/a.c', 'made').cfg.functionName === 'made';
  } catch {
    return false;
  }
}

describe('words of a tree', () => {
  it('come from its headers, and from a configuration at or above the file', async () => {
    expect(await reading(kernel)).toEqual({ index: false, parse: false });
    expect(await reading({ ...kernel, '/k/include/linux/compiler.h': header })).toEqual({ index: true, parse: true });
    expect(await reading({ ...kernel, '/k/mm/frob.h': header })).toEqual({ index: false, parse: false });
    expect(await reading({ ...kernel, '/k/.faultline.json': configuration })).toEqual({ index: true, parse: true });
    expect(await reading({ ...kernel, '/k/mm/.faultline.json': configuration })).toEqual({ index: true, parse: true });
    expect(await reading({ ...kernel, '/k/fs/.faultline.json': configuration })).toEqual({ index: false, parse: false });
  });

  it('that change have every file read again; others are kept', async () => {
    const first = await built(hostOf(kernel));
    const added = { ...kernel, '/k/include/linux/compiler.h': header };
    const second = await built(hostOf(added), first.index);
    expect(second.counts).toMatchObject({ files: 3, read: 3, reused: 0 });
    const third = await built(hostOf({ ...added, '/k/fs/b.c': 'int longer(int a) { return a; }\n', '/k/include/linux/other.h': '#define X 1\n' }), second.index);
    expect(third.counts).toMatchObject({ files: 4, read: 2, reused: 2 });
    expect((await built(hostOf({ ...added, '/k/fs/b.c': 'int longer(int a) { return a; }\n', '/k/include/linux/other.h': '#define X 1\n' }), third.index)).counts)
      .toMatchObject({ files: 4, read: 0, reused: 4 });
  });

  it('reach an engine that has read the file before the index came', async () => {
    const host = hostOf({ ...kernel, '/k/include/linux/compiler.h': header });
    const engine = createEngine({ files: host, now: () => 0 }, parser);
    expect(hasFunction(engine)).toBe(false);
    engine.useIndex('/k', (await built(host)).index);
    expect(hasFunction(engine)).toBe(true);
  });
});
