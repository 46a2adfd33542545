/** Functions that call themselves or each other: their summaries are computed until they agree. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KernelTree } from '../../../server/src/engine/kernelTree.ts';
import { allLockStatesOf } from '../../../server/src/engine/lockStates.ts';
import { runLocalChecks } from '../../../server/src/engine/localChecks.ts';
import { SourceFiles } from '../../../server/src/engine/sourceFiles.ts';
import type { FileHost } from '../../../server/src/engine/types.ts';
import { Fixpoint } from '../../../server/src/regions/fixpoint.ts';
import type { LockStates } from '../../../server/src/regions/types.ts';
import { testParser } from '../syntax/testParser.ts';

const parser = await testParser();
const noFiles: FileHost = { readText: () => undefined, list: () => [], stamp: () => undefined };

function statesOf(source: string, name: string): LockStates {
  const files = new SourceFiles(noFiles, parser);
  const file = files.parse('t.c', source);
  const fn = file.syntax.functions.find((each) => each.name === name)!;
  return allLockStatesOf(file, fn, new KernelTree(files, undefined), 'fault')!;
}

/** One row an exit: what is returned, where that is a constant, and the locks with their states. */
function exitsOf(source: string, name: string): string[] {
  const { exits, notAnalysed } = statesOf(source, name);
  if (notAnalysed !== undefined) return [notAnalysed];
  const rows = exits.map(({ returns, locks }) => `${typeof returns === 'number' ? returns : 'value'}: ${locks.filter(({ status }) => status !== 'free').map(({ status, name: lock }) => `${lock} ${status}`).join(', ') || 'nothing'}`);
  return [...new Set(rows)].sort();
}

function findingsIn(source: string): string[] {
  const files = new SourceFiles(noFiles, parser);
  const file = files.parse('t.c', source);
  return runLocalChecks(file, new KernelTree(files, undefined), 'fault').findings.map(({ code, function: name, confidence }) => `${code} ${name} ${confidence}`);
}

const retry = `static int take(struct page *page, int tries)
{
	if (!trylock_page(page)) {
		if (tries == 0)
			return -EAGAIN;
		cond_resched();
		return take(page, tries - 1);
	}
	return 0;
}
`;

test('direct recursion: the locks of its returned values', () => {
  expect(exitsOf(retry, 'take')).toEqual(['-11: nothing', '0: page held']);
  const user = `${retry}int use(struct page *page)\n{\n\tif (take(page, 3))\n\t\treturn -EAGAIN;\n\tset_page_dirty(page);\n\tunlock_page(page);\n\treturn 0;\n}\n`;
  expect(exitsOf(user, 'use')).toEqual(['-11: nothing', '0: nothing']);
  expect(findingsIn(user)).toEqual([]);
  expect(findingsIn(user.replace('\tset_page_dirty(page);\n\tunlock_page(page);\n', '\tunlock_page(page);\n\tunlock_page(page);\n'))).toEqual(['FL002 use proven']);
});

const pair = `static int odd(struct page *page, int n);
static int even(struct page *page, int n)
{
	if (n == 0) {
		unlock_page(page);
		return 0;
	}
	return odd(page, n - 1);
}
static int odd(struct page *page, int n)
{
	if (n == 1) {
		unlock_page(page);
		return 1;
	}
	return even(page, n - 1);
}
int both(struct page *page, int n)
{
	lock_page(page);
	return even(page, n);
}
`;

test('mutual recursion: each has what the other does', () => {
  expect(exitsOf(pair, 'even')).toEqual(['0: nothing', '1: nothing']);
  expect(exitsOf(pair, 'odd')).toEqual(['0: nothing', '1: nothing']);
  expect(exitsOf(pair, 'both')).toEqual(['0: nothing', '1: nothing']);
  const twice = pair.replace('\treturn even(page, n);\n}\n', '\teven(page, n);\n\tunlock_page(page);\n\treturn 0;\n}\n');
  expect(twice).not.toBe(pair);
  expect(findingsIn(twice)).toEqual(['FL002 both proven']);
});

test('mutual recursion in which one way forgets the unlock', () => {
  const leaking = pair.replace('\tif (n == 1) {\n\t\tunlock_page(page);\n', '\tif (n == 1) {\n');
  expect(leaking).not.toBe(pair);
  expect(exitsOf(leaking, 'even')).toEqual(['0: nothing', '1: nothing']);
  expect(exitsOf(leaking, 'both')).toEqual(['0: nothing', '1: page held']);
});

test('recursion that leaks a lock at every level', () => {
  const text = `static int fill(struct address_space *m, unsigned long i)
{
	struct page *page = find_lock_page(m, i);
	int err;
	if (!page)
		return 0;
	err = fill(m, i + 1);
	if (err)
		return err;
	unlock_page(page);
	return -EIO;
}
`;
  expect(findingsIn(text)).toEqual(['FL001 fill proven']);
});

test('a call that never comes back is no way to the end, and callers do not rest on it', () => {
  const endless = 'static void spin(struct page *page)\n{\n\tlock_page(page);\n\tspin(page);\n}\n';
  expect(exitsOf(endless, 'spin')).toEqual(['no path through it seems to end']);
  const caller = `${endless}int f(struct page *page, int n)\n{\n\tif (n)\n\t\tspin(page);\n\tunlock_page(page);\n\treturn 0;\n}\n`;
  expect(exitsOf(caller, 'f')).toEqual(['0: nothing']);
  expect(findingsIn(caller)).toEqual([]);
  const mutual = 'static void pong(struct page *page);\nstatic void ping(struct page *page)\n{\n\tlock_page(page);\n\tpong(page);\n}\nstatic void pong(struct page *page)\n{\n\tunlock_page(page);\n\tping(page);\n}\n';
  expect(exitsOf(mutual, 'ping')).toEqual(['no path through it seems to end']);
  expect(exitsOf(mutual, 'pong')).toEqual(['no path through it seems to end']);
});

test('a parameter that only the other function of a circle stores is kept by both', () => {
  const text = `struct holder { struct page *page; };
static void second(struct page *page, struct holder *h, int n);
static void first(struct page *page, struct holder *h, int n)
{
	if (n)
		second(page, h, n - 1);
}
static void second(struct page *page, struct holder *h, int n)
{
	first(page, h, n);
	h->page = page;
}
int f(struct address_space *m, struct holder *h, int n)
{
	struct page *page = find_lock_page(m, 0);
	if (!page)
		return -ENOENT;
	first(page, h, n);
	return 0;
}
`;
  expect(findingsIn(text)).toEqual([]);
  expect(findingsIn(text.replace('\th->page = page;\n', ''))).toEqual(['FL001 f proven']);
});

/** The rule of a set that is what is reached: own names and those of callees. */
function reached(graph: Readonly<Record<string, readonly string[]>>, log: string[] = []): (name: string) => readonly string[] {
  const keys = new Map(Object.keys(graph).map((name) => [name, { name }]));
  const fixpoint = new Fixpoint<{ name: string }, readonly string[]>();
  const ask = (name: string): readonly string[] => fixpoint.ask(keys.get(name)!, {
    compute: () => {
      log.push(name);
      return [...new Set([name, ...graph[name]!.flatMap(ask)])].sort();
    },
    bottom: () => [],
    top: () => ['?'],
    isSame: (a, b) => a.join() === b.join(),
  });
  return ask;
}

test('every function of a graph reaches the same whichever is asked for first', () => {
  // Two circles that share b, one below them, and a tail.
  const graph = { a: ['b'], b: ['c', 'd'], c: ['a', 'e'], d: ['b', 'f'], e: ['f'], f: ['g', 'f'], g: ['e', 'h'], h: [] };
  const circle = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const expected = { a: circle, b: circle, c: circle, d: circle, e: ['e', 'f', 'g', 'h'], f: ['e', 'f', 'g', 'h'], g: ['e', 'f', 'g', 'h'], h: ['h'] };
  for (const first of circle) {
    const ask = reached(graph);
    ask(first);
    expect(Object.fromEntries(circle.map((name) => [name, ask(name)]))).toEqual(expected);
  }
});

test('what is not in a circle is computed once', () => {
  const log: string[] = [];
  reached({ a: ['b', 'c'], b: ['c'], c: [] }, log)('a');
  expect(log).toEqual(['a', 'b', 'c']);
});

test('what does not settle is widened, for every function of its circle', () => {
  const [a, b] = [{}, {}];
  const fixpoint = new Fixpoint<object, number>();
  const rule = (other: () => number): Parameters<typeof fixpoint.ask>[1] => ({ compute: () => other() + 1, bottom: () => 0, top: () => 1000, isSame: Object.is });
  const askA = (): number => fixpoint.ask(a, rule(askB));
  const askB = (): number => fixpoint.ask(b, rule(askA));
  expect(askA()).toBe(1002);
  expect([fixpoint.isWidened(a), fixpoint.isWidened(b), fixpoint.isOpen(a)]).toEqual([true, true, false]);
});

/** What is reached within two levels, where every call goes a level deeper, but for those to a name with a dash before it. */
function reachedWithin(maxLevel: number, callees: Readonly<Record<string, readonly string[]>>, log: string[] = []): (name: string, level: number) => readonly string[] {
  const keys = new Map(Object.keys(callees).map((name) => [name, { name }]));
  const fixpoint = new Fixpoint<{ name: string }, readonly string[]>(maxLevel);
  const ask = (name: string, level: number): readonly string[] => fixpoint.ask(keys.get(name)!, {
    compute: () => {
      log.push(`${name} ${level}`);
      return [...new Set([name, ...callees[name]!.flatMap((callee) => {
        const next = level + (callee.startsWith('-') ? 0 : 1);
        if (next <= maxLevel) return ask(callee.replace('-', ''), next);
        fixpoint.cut();
        return ['?'];
      })])].sort();
    },
    bottom: () => [], top: () => ['?'], isSame: (a, b) => a.join() === b.join(),
  }, level);
  return ask;
}

test('what a limit of depth has cut short counts for who is as deep, and for nobody else', () => {
  const log: string[] = [];
  const ask = reachedWithin(2, { top: ['middle'], middle: ['low'], low: [] }, log);
  expect([ask('middle', 2), ask('top', 1), ask('top', 0), ask('top', 1), ask('middle', 1), ask('middle', 2)].map((names) => names.join(' '))).toEqual(['? middle', '? middle top', 'low middle top', '? middle top', 'low middle', '? middle']);
  expect(log).toEqual(['middle 2', 'top 1', 'top 0', 'middle 1', 'low 2']);
});

test('with a limit of depth too, an answer does not depend on what was asked before', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const graph = fc.record(Object.fromEntries(names.map((name, i) => [name, fc.subarray(names.slice(i + 1).flatMap((each) => [each, `-${each}`]))])));
  const asked = fc.array(fc.tuple(fc.constantFrom(...names), fc.integer({ min: 0, max: 2 })), { minLength: 1, maxLength: 12 });
  fc.assert(fc.property(graph, asked, (callees, questions) => {
    const ask = reachedWithin(2, callees);
    for (const [name, level] of questions) expect(ask(name, level)).toEqual(reachedWithin(2, callees)(name, level));
  }));
});
