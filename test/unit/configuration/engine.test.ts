/** A workspace's own wrappers: the same source with and without a `.faultline.json`. */

import { describe, expect, it } from 'vitest';
import { neverCancelled } from '../../../server/src/base/cancellation.ts';
import { createEngine } from '../../../server/src/engine/engine.ts';
import type { Engine, FileHost } from '../../../server/src/engine/types.ts';
import { createNativeParser } from '../../../server/src/syntax/nativeParser.ts';

const parsed = createNativeParser();
if (parsed.kind !== 'parser') throw new Error(parsed.reason);
const { parser } = parsed;

class Files implements FileHost {
  private version = 0;
  private readonly files = new Map<string, { text: string; stamp: string }>();

  constructor(files: Readonly<Record<string, string>>) {
    for (const [path, text] of Object.entries(files)) this.set(path, text);
  }

  set(path: string, text: string): void {
    this.files.set(path, { text, stamp: String(++this.version) });
  }

  remove(path: string): void {
    this.files.delete(path);
  }

  readText(path: string): string | undefined {
    return this.files.get(path)?.text;
  }

  stamp(path: string): string | undefined {
    return this.files.get(path)?.stamp;
  }

  list(directory: string): readonly string[] {
    const inside = [...this.files.keys()].filter((path) => path.startsWith(`${directory}/`)).map((path) => path.slice(directory.length + 1));
    return [...new Set(inside.map((path) => (path.includes('/') ? path.slice(0, path.indexOf('/') + 1) : path)))];
  }
}

const driver = '/k/drivers/ring/fault.c';
const source = `
int ring_fill(struct ring *ring, struct page *page)
{
	ring_lock(ring, page);
	if (PageUptodate(page))
		ring_unlock(ring, page);
	ring_unlock(ring, page);
	return 0;
}

int ring_poll(struct ring *ring, struct page *page)
{
	if (!ring_try(ring, page))
		return -EAGAIN;
	ring_unlock(ring, page);
	return 0;
}

void ring_trust(struct page *page)
{
	lock_page(page);
	ring_trace(page);
	lock_page(page);
}
`;

const declared = JSON.stringify({
  functions: {
    ring_lock: { takes: { lock: 'page', argument: 2 } },
    ring_unlock: { like: 'unlock_page', arguments: [2] },
    ring_try: { takes: { lock: 'page', argument: 2, ifReturns: 'nonzero' } },
    ring_trace: { inert: true, comment: 'Prints.' },
  },
});

function engineOver(extra: Readonly<Record<string, string>>): { engine: Engine; files: Files } {
  const files = new Files({ '/k/mm/memory.c': '', '/k/include/linux/mm_types.h': 'struct folio { int a; };\n', [driver]: source, ...extra });
  return { engine: createEngine({ files, now: () => 0 }, parser), files };
}

function findings(engine: Engine): string[] {
  const report = engine.check(driver, { level: 'proven', simulate: false, kernel: undefined, memory: 'weak', maxStates: 1000, timeoutMs: 1000, cancellation: neverCancelled });
  return report.findings.map(({ code, line, function: name }) => `${code} ${line} ${name}`);
}

const wrong = ['FL002 7 ring_fill', 'FL004 23 ring_trust'];

describe('workspace vocabulary', () => {
  it('without one, wrappers that nobody knows prove nothing', () => {
    expect(findings(engineOver({}).engine)).toEqual([]);
  });

  it.each(['/k/.faultline.json', '/k/drivers/.faultline.json', '/k/drivers/ring/.faultline.json'])('with %s what is wrong is found, and nothing else', (path) => {
    expect(findings(engineOver({ [path]: declared }).engine)).toEqual(wrong);
  });

  it('the nearest file counts, alone', () => {
    const { engine } = engineOver({ '/k/.faultline.json': declared, '/k/drivers/ring/.faultline.json': '{"functions": {"ring_trace": {"inert": true}}}' });
    expect(findings(engine)).toEqual(wrong.slice(1));
  });

  it('one above the kernel tree or beside it does not count', () => {
    expect(findings(engineOver({ '/.faultline.json': declared, '/k/drivers/other/.faultline.json': declared }).engine)).toEqual([]);
  });

  it('a broken one leaves the built-in vocabulary and says where it is broken', () => {
    const { engine } = engineOver({ '/k/.faultline.json': declared.replace('"mutex"', '').replace('"page"', '"pge"') });
    expect(findings(engine)).toEqual([]);
    expect(engine.configurationFor(driver, undefined)?.problems.map(({ path }) => path)).toEqual(['functions.ring_lock.takes.lock']);
  });

  it('a change of the file counts at once, as does its removal', () => {
    const { engine, files } = engineOver({});
    expect(findings(engine)).toEqual([]);
    files.set('/k/.faultline.json', declared);
    expect(findings(engine)).toEqual(wrong);
    files.set('/k/.faultline.json', '{}');
    expect(findings(engine)).toEqual([]);
    files.set('/k/.faultline.json', declared);
    expect(findings(engine)).toEqual(wrong);
    files.remove('/k/.faultline.json');
    expect(findings(engine)).toEqual([]);
  });

  it('a declared trylock is one: the path that failed holds nothing', () => {
    const { engine } = engineOver({ '/k/.faultline.json': declared });
    const exits = engine.regions(driver, 'ring_poll').functions[0]?.exits;
    expect(exits?.map(({ line, held }) => [line, held])).toEqual([[14, []], [16, []]]);
  });

  it('hovering a declared function tells what it does and who says so', () => {
    const { engine } = engineOver({ '/k/drivers/.faultline.json': declared });
    expect(engine.hover(driver, 4, 3)?.markdown).toContain('`ring_lock` takes the page lock. It may sleep. (drivers/.faultline.json)');
  });

  it.each([
    ['leaves free', { leaves: { lock: 'page', argument: 2, as: 'free' } }, 'ring_call(ring, page);', [[], 'FL002 5']],
    ['leaves held', { leaves: { lock: 'page', argument: 2, as: 'held' } }, 'unlock_page(page);\n\tring_call(ring, page);', [[]]],
    ['leaves free on one result', { leaves: { lock: 'page', argument: 2, as: 'free', ifReturns: 'nonzero' } }, 'if (ring_call(ring, page))\n\t\treturn;', [[]]],
    ['leaves unknown', { leaves: { lock: 'page', argument: 2, as: 'unknown' } }, 'ring_call(ring, page);', [[]]],
    ['downgrades', { downgrades: { lock: 'rwsem', argument: 1 } }, 'down_write(&ring->sem);\n\tring_call(&ring->sem);\n\tdown_read(&ring->sem);\n\tup_read(&ring->sem);', [[]]],
    ['locks a batch', { batch: { does: 'lock', argument: 1 } }, 'unlock_page(page);\n\tring_call(batch);', [[]]],
    ['freezes', { freezesReference: { argument: 1, count: 2 } }, 'if (!ring_call(page, 2))\n\t\tring_panic();', [[]]],
  ])('a declared function that %s', (_name, meaning, body, [held, ...found]) => {
    const text = `void f(struct ring *ring, struct page *page, struct folio_batch *batch)\n{\n\tlock_page(page);\n\t${body}\n\tunlock_page(page);\n}\n`;
    const { engine } = engineOver({ [driver]: text, '/k/.faultline.json': JSON.stringify({ functions: { ring_call: meaning }, noreturn: ['ring_panic'] }) });
    expect(engine.configurationFor(driver, undefined)?.problems).toEqual([]);
    expect(findings(engine).map((each) => each.replace(/ f$/, ''))).toEqual(found);
    expect(engine.regions(driver, 'f').functions[0]?.exits.at(-1)?.held).toEqual(held);
  });

  it('functions that never return end a path', () => {
    const body = 'void f(struct page *page)\n{\n\tlock_page(page);\n\tunlock_page(page);\n\tif (PageUptodate(page)) {\n\t\tring_die();\n\t\tunlock_page(page);\n\t}\n}\n';
    const { engine, files } = engineOver({ [driver]: body });
    expect(findings(engine)).toEqual(['FL002 7 f']);
    files.set('/k/.faultline.json', '{"noreturn": ["ring_die"]}');
    expect(findings(engine)).toEqual([]);
  });
});
