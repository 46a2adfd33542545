/** The built server, with the real engine, on the bundled sample. `npm test` builds first. */

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { ClientCapabilities, Hover } from 'vscode-languageserver';
import type { FaultPath } from '../../server/src/engine/types.ts';
import type { SimulateAnswer } from '../../server/src/lsp/features/commands.ts';
import { TestClient } from './client.ts';

const root = resolve(import.meta.dirname, '../..');
const server = join(root, 'dist/server.js');
const sample = join(root, 'examples/truncate-count-era/mm/memory.c');
const uri = pathToFileURL(sample).href;
const text = readFileSync(sample, 'utf8');

let client: TestClient | undefined;
afterEach(() => client?.kill());

async function start(capabilities: ClientCapabilities): Promise<TestClient> {
  client = await TestClient.start(server, { capabilities });
  return client;
}

/** What a screen of half-typed C looks like at its worst. */
const brokenTexts: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['unbalanced braces', `${'{('.repeat(2000)}\n`],
  ['half of the sample', text.slice(0, text.indexOf('truncate_count;') + 9)],
  ['the sample with every brace gone', text.replaceAll(/[{}]/g, '')],
  ['prose', 'the quick brown fox\n'.repeat(100)],
];

describe('the built server', () => {
  it('has been built', () => {
    expect(existsSync(server), 'run npm run build').toBe(true);
  });

  it('finds the race of the sample and replays it on command', async () => {
    const session = await start({ workspace: { configuration: true }, textDocument: { hover: { contentFormat: ['markdown'] } } });
    await session.open(uri, text);
    const { diagnostics } = await session.published(uri, (params) => params.diagnostics.length > 0, 40_000);
    expect(diagnostics[0]?.source).toBe('faultline');
    const paths = await session.execute<readonly FaultPath[]>('faultline.faultPaths', uri);
    expect(paths.map((path) => path.function)).toContain('do_no_page');
    const answer = await session.execute<SimulateAnswer>('faultline.simulate', uri, 'do_no_page', { memory: 'sc', access: ['read'], mapping: ['shared'] });
    const violated = answer.scenarios.filter(({ verdict }) => verdict === 'violated');
    expect(violated.map(({ against }) => against)).toContain('invalidate');
    expect(violated[0]?.trace?.some((step) => step.file === sample)).toBe(true);
    const line = text.split('\n').findIndex((each) => each.includes('count = mapping->truncate_count'));
    const hover = await session.connection.sendRequest<Hover | null>('textDocument/hover', { textDocument: { uri }, position: { line, character: 4 } });
    expect(hover === null || typeof hover.contents === 'object').toBe(true);
    expect(session.logs).toEqual([]);
    expect(await session.stop()).toBe(0);
  });

  it.each(brokenTexts)('survives %s', async (_name, broken) => {
    const session = await start({});
    await session.open(uri, broken);
    await session.published(uri, (params) => params.version === 1, 20_000);
    await session.connection.sendNotification('textDocument/didChange', { textDocument: { uri, version: 2 }, contentChanges: [{ text }] });
    await session.published(uri, (params) => params.version === 2, 20_000);
    expect(await session.execute<readonly FaultPath[]>('faultline.faultPaths', uri)).not.toEqual([]);
  });
});
