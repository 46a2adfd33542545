/** `.faultline.json` in the built server, with the real engine on a small tree on disk. `npm test` builds first. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiagnosticSeverity, DiagnosticTag, type Diagnostic } from 'vscode-languageserver';
import { TestClient } from './client.ts';

const server = join(resolve(import.meta.dirname, '../..'), 'dist/server.js');
const source = 'void f(struct ring *ring, struct page *page)\n{\n\tring_lock(ring, page);\n\tunlock_page(page);\n\tring_unlock(ring, page);\n}\n';
const good = JSON.stringify({ functions: { ring_lock: { like: 'lock_page', arguments: [2] }, ring_unlock: { like: 'unlock_page', arguments: [2] } } }, null, 1);
const bad = good.replace('"like": "unlock_page"', '"like": "unlock_pge"');

let root: string;
let client: TestClient;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'faultline-'));
  for (const directory of ['mm', 'include', 'drivers']) mkdirSync(join(root, directory));
  client = await TestClient.start(server, {});
});
afterEach(() => {
  client.kill();
  rmSync(root, { recursive: true });
});

function uriOf(name: string): string {
  return pathToFileURL(join(root, name)).href;
}

/** As the editor's watcher tells it. */
async function write(name: string, text: string): Promise<void> {
  writeFileSync(join(root, name), text);
  await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: uriOf(name), type: 2 }] });
}

/** Without the hints on branches that are not read. */
function findingsIn(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity !== DiagnosticSeverity.Hint);
}

/** The lines of what is faded, 1-based, of the newest diagnostics. */
function faded(name: string): string[] {
  const newest = client.diagnostics.findLast(({ uri }) => uri === uriOf(name))?.diagnostics ?? [];
  return newest.filter(({ tags }) => tags?.includes(DiagnosticTag.Unnecessary)).map(({ range, message }) => `${range.start.line + 1}-${range.end.line} ${JSON.stringify(message)}`);
}

async function codesOf(name: string, wanted: readonly string[]): Promise<void> {
  await client.published(uriOf(name), ({ diagnostics }) => JSON.stringify(findingsIn(diagnostics).map(({ code }) => code)) === JSON.stringify(wanted), 30_000);
}

const branches = `void f(struct page *page)
{
	lock_page(page);
#ifdef CONFIG_ONCE
	unlock_page(page);
#else
	unlock_page(page);
	unlock_page(page);
#endif
}
`;

describe("the kernel's .config in the server", () => {
  it('decides branches from when the setting names it, and again when the file has changed', async () => {
    const config = join(root, '.config');
    await write('drivers/ring.c', branches);
    await client.open(uriOf('drivers/ring.c'), branches);
    await codesOf('drivers/ring.c', []);
    expect(faded('drivers/ring.c')).toEqual(['7-8 "not read: #else"']);

    writeFileSync(config, '# CONFIG_ONCE is not set\n');
    client.settings = { config };
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await codesOf('drivers/ring.c', ['FL002']);
    expect(faded('drivers/ring.c')).toEqual(['5-5 "not read: #ifdef CONFIG_ONCE"']);

    const from = client.diagnostics.length;
    writeFileSync(config, 'CONFIG_ONCE=y\nCONFIG_TWICE=y\n');
    await client.connection.sendNotification('textDocument/didSave', { textDocument: { uri: uriOf('drivers/ring.c') } });
    await expect.poll(() => client.diagnostics.slice(from).some(({ uri, diagnostics }) => uri === uriOf('drivers/ring.c') && findingsIn(diagnostics).length === 0), { timeout: 30_000 }).toBe(true);
    expect(faded('drivers/ring.c')).toEqual(['7-8 "not read: #else"']);

    client.settings = { config, unreadBranches: { enabled: false } };
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await expect.poll(() => faded('drivers/ring.c'), { timeout: 30_000 }).toEqual([]);
  }, 90_000);
});

describe('workspace vocabulary in the server', () => {
  it('is read anew when it changes on disk, and its problems are shown on it', async () => {
    await write('drivers/ring.c', source);
    await client.open(uriOf('drivers/ring.c'), source);
    await codesOf('drivers/ring.c', []);

    const from = client.diagnostics.length;
    await write('.faultline.json', bad);
    const { diagnostics } = await client.published(uriOf('.faultline.json'), (params) => params.diagnostics.length > 0, 30_000);
    const line = bad.split('\n').findIndex((each) => each.includes('unlock_pge'));
    expect(diagnostics.map(({ message, range }) => [JSON.stringify(message).includes('\\"unlock_pge\\" is neither in'), range.start.line])).toEqual([[true, line]]);
    expect(client.diagnostics.slice(from).filter(({ uri }) => uri === uriOf('drivers/ring.c')).flatMap((each) => each.diagnostics)).toEqual([]);

    await write('.faultline.json', good);
    await client.published(uriOf('.faultline.json'), (params) => params.diagnostics.length === 0, 30_000);
    await codesOf('drivers/ring.c', ['FL002']);
  }, 90_000);

  it('a word of it changes how a file is parsed: what only a loop lets come to the second unlock', async () => {
    const loop = 'void f(struct ring *ring, struct page *page)\n{\n\tlock_page(page);\n\tunlock_page(page);\n\tring_each(ring) return;\n\tunlock_page(page);\n}\n';
    await write('drivers/ring.c', loop);
    await client.open(uriOf('drivers/ring.c'), loop);
    await codesOf('drivers/ring.c', []);
    await write('.faultline.json', '{"iterators": ["ring_each"]}');
    await codesOf('drivers/ring.c', ['FL002']);
    const from = client.diagnostics.length;
    await write('.faultline.json', '{"attributes": ["ring_each"]}');
    await expect.poll(() => client.diagnostics.slice(from).some(({ uri, diagnostics }) => uri === uriOf('drivers/ring.c') && findingsIn(diagnostics).length === 0), { timeout: 30_000 }).toBe(true);
  }, 90_000);

  it('counts as it stands in the editor, saved or not, and is no C', async () => {
    writeFileSync(join(root, 'drivers/ring.c'), source);
    await client.open(uriOf('drivers/ring.c'), source);
    await codesOf('drivers/ring.c', []);
    await client.open(uriOf('.faultline.json'), '{}');
    await client.edit(uriOf('.faultline.json'), 2, 0, 0, 0, 2, good);
    await codesOf('drivers/ring.c', ['FL002']);
    expect(client.diagnostics.filter(({ uri }) => uri === uriOf('.faultline.json')).flatMap((each) => each.diagnostics)).toEqual([]);
  }, 90_000);
});
