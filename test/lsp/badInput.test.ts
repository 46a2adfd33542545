import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundleFakeServer, type FakeServer } from './bundle.ts';
import { TestClient } from './client.ts';

const uri = 'file:///tree/mm/memory.c';
const healthy = 'file:///tree/mm/healthy.c';
const racy = ['int do_no_page(void)', '{', '\tRACE;', '}', ''].join('\n');

let server: FakeServer;
let client: TestClient;

beforeAll(async () => {
  server = await bundleFakeServer();
});
afterAll(() => server.remove());
afterEach(() => client.kill());

/** After anything bad, another document still gets its findings. */
async function expectStillServing(): Promise<void> {
  await client.open(healthy, racy);
  const { diagnostics } = await client.published(healthy, (params) => params.diagnostics.length > 0);
  expect(diagnostics).toHaveLength(1);
}

describe('bad input', () => {
  it.each([
    ['binary content', `${racy}\0\0`, 'binary content'],
    ['a line beyond all measure', `${racy}${'x'.repeat(200_000)}`, 'a line of 200000 characters'],
    ['a file beyond all measure', `${racy}\n`.repeat(200_000), 'characters (the limit is'],
  ])('%s: one log line, no diagnostics', async (_name, text, reason) => {
    client = await TestClient.start(server.file);
    await client.open(uri, text);
    expect((await client.published(uri, () => true)).diagnostics).toEqual([]);
    expect(client.logs.filter((line) => line.includes(reason))).toHaveLength(1);
    expect(await client.connection.sendRequest('textDocument/hover', { textDocument: { uri }, position: { line: 0, character: 5 } })).toBeNull();
    await expect(client.execute('faultline.simulate', uri, 'do_no_page')).rejects.toThrow('not analysed');
    await expectStillServing();
  });

  it('an engine that throws', async () => {
    client = await TestClient.start(server.file);
    await client.open(uri, `${racy}THROW`);
    expect((await client.published(uri, () => true)).diagnostics).toEqual([]);
    expect(client.logs.join('\n')).toContain('the fake engine was told to throw');
    await expectStillServing();
  });

  it('a worker that crashes', async () => {
    client = await TestClient.start(server.file);
    await client.open(uri, racy.replace('RACE', 'CRASH'));
    await client.until(() => client.logs.find((line) => line.includes('simulation worker ended (exit code 7) (during check of /tree/mm/memory.c)')), 'the crash in the log');
    await client.open(healthy, racy.replace('RACE', 'DEEP'));
    await client.published(healthy, (params) => params.diagnostics.length === 1);
  });

  it('a simulation that never ends and never listens', async () => {
    client = await TestClient.start(server.file);
    await client.open(uri, racy.replace('RACE', 'STUCK'));
    await client.published(uri, () => true);
    // The thread has to be inside the loop before the edit cancels it.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await client.edit(uri, 2, 2, 1, 2, 6, 'DEEP');
    await client.connection.sendNotification('textDocument/didSave', { textDocument: { uri } });
    await client.published(uri, (params) => params.diagnostics.length === 1);
    expect(client.logs.join('\n')).toContain('did not stop within 2000 ms');
  });

  it('documents without a path', async () => {
    client = await TestClient.start(server.file);
    await client.open('untitled:Untitled-1', racy);
    expect(await client.connection.sendRequest('textDocument/codeLens', { textDocument: { uri: 'untitled:Untitled-1' } })).toEqual([]);
    await expectStillServing();
  });

  it('requests for documents that were never opened, and edits beyond the end', async () => {
    client = await TestClient.start(server.file);
    const textDocument = { uri: 'file:///no/such/file.c' };
    expect(await client.connection.sendRequest('textDocument/hover', { textDocument, position: { line: 0, character: 0 } })).toBeNull();
    await client.edit('file:///no/such/file.c', 2, 0, 0, 0, 0, 'x');
    await client.open(uri, racy);
    await client.edit(uri, 2, 900, 0, 999, 9, 'RACE');
    await client.published(uri, (params) => params.version === 2 && params.diagnostics.length === 2);
    await expectStillServing();
  });
});
