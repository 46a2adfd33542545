import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CodeAction, CodeLens, DocumentDiagnosticReport, Hover } from 'vscode-languageserver';
import { bundleFakeServer, type FakeServer } from './bundle.ts';
import { TestClient, type ClientOptions } from './client.ts';

const uri = 'file:///tree/mm/memory.c';
const racy = ['int do_no_page(struct mm_struct *mm)', '{', '\tRACE;', '\treturn 0;', '}', ''].join('\n');

let server: FakeServer;
let client: TestClient;

beforeAll(async () => {
  server = await bundleFakeServer();
});
afterAll(() => server.remove());
afterEach(() => client.kill());

async function start(options: ClientOptions = {}): Promise<TestClient> {
  client = await TestClient.start(server.file, options);
  return client;
}

describe('language server', () => {
  it('offers what it has and nothing that clangd offers', async () => {
    await start();
    const { capabilities } = client.initialized;
    expect(capabilities).toMatchObject({ hoverProvider: true, textDocumentSync: { change: 2, openClose: true } });
    expect(capabilities.completionProvider).toBeUndefined();
    expect(capabilities.renameProvider).toBeUndefined();
    expect(capabilities.diagnosticProvider).toBeUndefined();
    expect(capabilities.executeCommandProvider?.commands).toEqual(['faultline.simulate', 'faultline.faultPaths', 'faultline.regions', 'faultline.protocol', 'faultline.explain']);
  });

  it('publishes diagnostics with version, code, page, related places and data', async () => {
    await start();
    await client.open(uri, racy);
    const { version, diagnostics } = await client.published(uri, (params) => params.diagnostics.length > 0);
    expect(version).toBe(1);
    expect(diagnostics).toEqual([
      {
        range: { start: { line: 2, character: 1 }, end: { line: 2, character: 5 } },
        severity: 2,
        code: 'FL001',
        codeDescription: { href: 'https://example.invalid/rules/FL001' },
        source: 'faultline',
        message: 'RACE found',
        relatedInformation: [{ location: { uri, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } }, message: 'the other side' }],
        data: { rule: 'race', function: 'do_no_page', confidence: 'proven', hasTrace: false },
      },
    ]);
  });

  it('follows incremental edits and forgets a mended finding', async () => {
    await start();
    await client.open(uri, racy);
    await client.published(uri, (params) => params.diagnostics.length === 1);
    await client.edit(uri, 2, 2, 1, 2, 5, 'lock_page(page)');
    expect((await client.published(uri, (params) => params.version === 2)).diagnostics).toEqual([]);
    await client.edit(uri, 3, 3, 0, 3, 0, '\tRACE;\n');
    expect((await client.published(uri, (params) => params.version === 3)).diagnostics[0]?.range.start).toEqual({ line: 3, character: 1 });
  });

  it('publishes once for a burst of keystrokes', async () => {
    await start({ settings: { simulate: 'off' } });
    await client.open(uri, racy);
    await client.published(uri, (params) => params.version === 1);
    const before = client.diagnostics.length;
    for (let version = 2; version <= 11; version++) await client.edit(uri, version, 3, 0, 3, 0, 'x');
    await client.published(uri, (params) => params.version === 11);
    expect(client.diagnostics.length - before).toBe(1);
  });

  it('merges what the simulation finds with what the local rules find', async () => {
    await start();
    await client.open(uri, racy.replace('return 0', 'DEEP'));
    const { diagnostics } = await client.published(uri, (params) => params.diagnostics.length === 2);
    expect(diagnostics.map(({ code }) => code)).toEqual(['FL001', 'FL900']);
    expect(diagnostics[1]?.data).toMatchObject({ hasTrace: true });
  });

  it('moves a simulated finding with edits elsewhere and drops it with an edit of its function', async () => {
    await start();
    await client.open(uri, `\n\n${racy.replace('return 0', 'DEEP')}`);
    await client.published(uri, (params) => params.diagnostics.length === 2);
    await client.edit(uri, 2, 0, 0, 0, 0, '/* one\n   two */\n');
    const moved = await client.published(uri, (params) => params.version === 2);
    expect(moved.diagnostics.map(({ code, range }) => [code, range.start.line])).toEqual([['FL001', 6], ['FL900', 7]]);
    await client.edit(uri, 3, 6, 0, 6, 0, ' ');
    const dropped = await client.published(uri, (params) => params.version === 3);
    expect(dropped.diagnostics.map(({ code }) => code)).toEqual(['FL001']);
  });

  it('cancels a running simulation on a newer edit', async () => {
    await start({ settings: { simulate: 'onType' } });
    await client.open(uri, racy.replace('return 0', 'HANG'));
    await client.published(uri, (params) => params.diagnostics.length === 1);
    await client.edit(uri, 2, 3, 1, 3, 5, 'DEEP');
    const { diagnostics } = await client.published(uri, (params) => params.version === 2 && params.diagnostics.length === 2);
    expect(diagnostics[1]?.code).toBe('FL900');
    expect(client.logs.filter((line) => line.includes('worker'))).toEqual([]);
  });

  it('takes findings back when the document closes', async () => {
    await start();
    await client.open(uri, racy);
    await client.published(uri, (params) => params.diagnostics.length === 1);
    await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    const last = await client.until(() => (client.diagnostics.at(-1)?.version === undefined ? client.diagnostics.at(-1) : undefined), 'the empty list');
    expect(last.diagnostics).toEqual([]);
  });

  it('answers hover in Markdown where the client shows it, else in plain text', async () => {
    await start({ capabilities: { textDocument: { hover: { contentFormat: ['markdown'] } } } });
    await client.open(uri, racy);
    const ask = (): Promise<Hover | null> => client.connection.sendRequest('textDocument/hover', { textDocument: { uri }, position: { line: 2, character: 2 } });
    expect(await ask()).toEqual({ contents: { kind: 'markdown', value: '**RACE** on line 3' }, range: { start: { line: 2, character: 1 }, end: { line: 2, character: 5 } } });
    client.kill();
    await start();
    await client.open(uri, racy);
    expect((await ask())?.contents).toEqual({ kind: 'plaintext', value: 'RACE on line 3' });
  });

  it('answers while local rules take their time', async () => {
    await start();
    await client.open(uri, racy.replace('return 0', 'SLOW'));
    const begun = Date.now();
    await client.connection.sendRequest('textDocument/hover', { textDocument: { uri }, position: { line: 2, character: 2 } });
    expect(Date.now() - begun).toBeLessThan(1500);
    await client.edit(uri, 2, 2, 1, 2, 5, 'lock');
    const { diagnostics } = await client.published(uri, (params) => params.version === 2);
    expect(diagnostics).toEqual([]);
  });

  it('offers a lens on each fault path', async () => {
    await start();
    await client.open(uri, racy);
    const lenses: CodeLens[] = await client.connection.sendRequest('textDocument/codeLens', { textDocument: { uri } });
    expect(lenses.map(({ range, command }) => [range.start.line, command?.command, command?.arguments])).toEqual([[0, 'faultline.simulate', [uri, 'do_no_page']]]);
  });

  it('offers the fix of a finding and its simulation', async () => {
    await start();
    await client.open(uri, racy);
    await client.published(uri, (params) => params.diagnostics.length === 1);
    const at = { start: { line: 2, character: 2 }, end: { line: 2, character: 2 } };
    const actions: CodeAction[] = await client.connection.sendRequest('textDocument/codeAction', { textDocument: { uri }, range: at, context: { diagnostics: [] } });
    expect(actions.map(({ title }) => title)).toEqual(['Remove RACE', 'Simulate fault path do_no_page']);
    expect(actions[0]?.edit?.changes?.[uri]).toEqual([{ range: { start: { line: 2, character: 1 }, end: { line: 2, character: 5 } }, newText: '' }]);
  });

  it('takes settings from the client and names the invalid ones', async () => {
    await start({ settings: { simulate: 'sometimes', level: 'proven', diagnostics: { enabled: false } } });
    await client.open(uri, racy);
    const { diagnostics } = await client.published(uri, () => true);
    expect(diagnostics).toEqual([]);
    expect(client.logs).toContain('setting faultline.simulate: "sometimes" is not one of "onSave", "onType", "off"; using "onSave"');
    client.settings = {};
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await client.published(uri, (params) => params.diagnostics.length === 1);
  });

  it('ends with exit code 0 after shutdown', async () => {
    await start();
    await client.open(uri, racy);
    expect(await client.stop()).toBe(0);
  });
});

describe('pull diagnostics', () => {
  const capabilities = { textDocument: { diagnostic: {} }, workspace: { configuration: true, diagnostics: { refreshSupport: true } } };
  const pull = (previousResultId?: string): Promise<DocumentDiagnosticReport> =>
    client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri }, ...(previousResultId === undefined ? {} : { previousResultId }) });

  it('replaces push where the client can be asked to pull again', async () => {
    await start({ capabilities });
    expect(client.initialized.capabilities.diagnosticProvider).toMatchObject({ interFileDependencies: true });
    await client.open(uri, racy.replace('return 0', 'DEEP'));
    const first = await pull();
    if (first.kind !== 'full') throw new Error('expected a full report');
    expect(first.items.map(({ code }) => code)).toContain('FL001');
    await client.until(() => (client.requests.includes('workspace/diagnostic/refresh') ? true : undefined), 'a refresh');
    const second = await pull(first.resultId);
    if (second.kind !== 'full') throw new Error('expected a full report');
    expect(second.items.map(({ code }) => code)).toEqual(['FL001', 'FL900']);
    expect(await pull(second.resultId)).toMatchObject({ kind: 'unchanged', resultId: second.resultId });
    expect(client.diagnostics).toEqual([]);
  });
});
