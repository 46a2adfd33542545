import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SimulateAnswer } from '../../server/src/lsp/features/commands.ts';
import { bundleFakeServer, type FakeServer } from './bundle.ts';
import { TestClient, type ClientOptions } from './client.ts';

const uri = 'file:///tree/mm/memory.c';
const source = (body: string): string => ['int do_no_page(struct mm_struct *mm)', '{', `\t${body};`, '}', '', 'int other(void)', '{', '}', ''].join('\n');

let server: FakeServer;
let client: TestClient;

beforeAll(async () => {
  server = await bundleFakeServer();
});
afterAll(() => server.remove());
afterEach(() => client.kill());

async function start(options: ClientOptions = {}): Promise<void> {
  client = await TestClient.start(server.file, { settings: { simulate: 'off' }, ...options });
}

describe('faultline.simulate', () => {
  it('answers with the report, a text and a diagram of each counterexample', async () => {
    await start();
    await client.open(uri, source('x'));
    const answer = await client.execute<SimulateAnswer>('faultline.simulate', uri, 'do_no_page');
    expect(answer.scenarios.map(({ against, verdict }) => [against, verdict])).toEqual([['truncate', 'violated'], ['invalidate', 'holds']]);
    expect(answer.summary).toBe('do_no_page: holds in 1, violated in 1 of 2 scenarios');
    expect(answer.text).toContain('VIOLATED I1');
    expect(answer.renderings[0]?.text).toContain('a pte maps a page that left the cache');
    expect(answer.renderings[0]?.diagram).toContain('CPU0 (fault)');
    expect(answer.renderings[1]?.diagram).toBe('');
    for (const line of answer.renderings[0]!.diagram.split('\n')) expect(line.length).toBeLessThanOrEqual(75);
  });

  it('finds the function around a position, and takes one object as well', async () => {
    await start();
    await client.open(uri, source('x'));
    expect((await client.execute<SimulateAnswer>('faultline.simulate', uri, { line: 6, character: 0 })).function).toBe('other');
    const narrowed = await client.execute<SimulateAnswer>('faultline.simulate', { uri, function: 'other', options: { against: ['truncate'], memory: 'sc' } });
    expect(narrowed.scenarios.map(({ against, memory }) => [against, memory])).toEqual([['truncate', 'sc']]);
  });

  it.each([
    [[], 'the first argument must be a document URI'],
    [[uri], 'no fault path at that position; the file has do_no_page, other'],
    [[uri, 'missing'], '/tree/mm/memory.c: no function missing'],
    [[uri, 'other', { memory: 'strong' }], 'option memory cannot be "strong"'],
    [[uri, 'other', { constructor: 1 }], 'unknown option constructor'],
    [['untitled:Untitled-1', 'other'], 'untitled:Untitled-1 is not a file'],
    [['file:///no/such/file.c', 'other'], '/no/such/file.c: no such file'],
  ])('rejects %j with one clear line', async (args, message) => {
    await start();
    await client.open(uri, source('x'));
    await expect(client.execute('faultline.simulate', ...args)).rejects.toThrow(message);
    expect(client.logs).toEqual([]);
  });

  it('is cancelled by the request', async () => {
    await start();
    await client.open(uri, source('HANG'));
    const { CancellationTokenSource } = await import('vscode-languageserver/node');
    const cancel = new CancellationTokenSource();
    const running = client.connection.sendRequest('workspace/executeCommand', { command: 'faultline.simulate', arguments: [uri, 'other'] }, cancel.token);
    setTimeout(() => cancel.cancel(), 200);
    await expect(running).rejects.toMatchObject({ code: -32800 });
  });

  it('reports progress on the client\'s token', async () => {
    await start();
    await client.open(uri, source('x'));
    await client.connection.sendRequest('workspace/executeCommand', { command: 'faultline.simulate', arguments: [uri, 'other'], workDoneToken: 'token-1' });
    const kinds = client.notifications.filter(({ method }) => method === '$/progress').map(({ params }) => (params as { value: { kind: string } }).value.kind);
    expect(kinds).toEqual(['begin', 'end']);
  });

  it('goes before a background check, which runs afterwards', async () => {
    await start({ settings: { simulate: 'onSave' } });
    await client.open(uri, source('HANG'));
    const otherUri = 'file:///tree/mm/other.c';
    await client.published(uri, () => true);
    await client.open(otherUri, source('DEEP'));
    const answer = await client.execute<SimulateAnswer>('faultline.simulate', otherUri, 'other');
    expect(answer.function).toBe('other');
    await client.edit(uri, 2, 2, 1, 2, 5, 'DEEP');
    await client.connection.sendNotification('textDocument/didSave', { textDocument: { uri } });
    await client.published(uri, (params) => params.diagnostics.length === 1);
    await client.published(otherUri, (params) => params.diagnostics.length === 1);
  });
});

describe('the other commands', () => {
  it('lists fault paths, regions of the function at a position, and the protocol', async () => {
    await start();
    await client.open(uri, source('x'));
    expect(await client.execute('faultline.faultPaths', uri)).toMatchObject([{ function: 'do_no_page' }, { function: 'other' }]);
    const regions = await client.execute<{ functions: { function: string }[]; text: string }>('faultline.regions', uri, { line: 2, character: 0 });
    expect(regions.functions.map((found) => found.function)).toEqual(['do_no_page']);
    expect(regions.text).toContain('page lock of page');
    expect(await client.execute('faultline.explain', uri, { line: 3, character: 0 })).toMatchObject({ version: 1, line: 4, text: expect.stringContaining('Tried where the code as it stands holds') as string });
    await expect(client.execute('faultline.explain', uri)).rejects.toThrow('a function or a position is needed');
    expect(await client.execute('faultline.protocol', uri, 'other')).toEqual({ function: 'other', text: 'thread other { lock page; set pte }' });
  });
});
