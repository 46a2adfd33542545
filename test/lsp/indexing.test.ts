/** A kernel folder is indexed in the background; a handler learns its contract from another file's table. */

import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestClient } from './client.ts';

const root = join(import.meta.dirname, '../..');
const server = join(root, 'dist/server.js');

/** A global handler that promises a locked page and has none; nothing in its file says that it is a handler. */
const handler = [
  '#include <linux/mm.h>',
  'int shared_fault(struct vm_area_struct *vma, struct vm_fault *vmf)', '{',
  '\tstruct page *page = find_lock_page(vma->vm_file->f_mapping, vmf->pgoff);',
  '\tif (!page)', '\t\treturn VM_FAULT_SIGBUS;',
  '\tvmf->page = page;', '\tunlock_page(page);', '\treturn VM_FAULT_LOCKED;', '}', '',
].join('\n');
const table = 'extern int shared_fault(struct vm_area_struct *vma, struct vm_fault *vmf);\nconst struct vm_operations_struct shared_ops = { .fault = shared_fault };\n';

describe.skipIf(!existsSync(server))('indexing', () => {
  let directory: string;
  let client: TestClient | undefined;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'faultline-indexing-'));
    cpSync(join(root, 'examples/page-lock-era'), join(directory, 'tree'), { recursive: true });
    writeFileSync(join(directory, 'tree/mm/shared.c'), handler);
  });
  afterEach(async () => {
    await client?.stop();
    client = undefined;
    rmSync(directory, { recursive: true, force: true });
  });

  const start = async (): Promise<TestClient> => {
    client = await TestClient.start(server, {
      settings: { simulate: 'off' }, rootUri: pathToFileURL(join(directory, 'tree')).href,
      capabilities: { workspace: { configuration: true }, window: { workDoneProgress: true } },
      initializationOptions: { cacheDirectory: join(directory, 'cache') },
    });
    return client;
  };
  const indexed = async (of: TestClient, what: RegExp): Promise<void> => {
    await of.until(() => of.logs.find((line) => what.test(line)), `an index, ${String(what)}`, 30_000);
  };
  const uri = (path: string): string => pathToFileURL(join(directory, 'tree', path)).href;

  it('shows progress, is kept, and is taken over by the next start', async () => {
    const first = await start();
    await indexed(first, /index of .*tree: \d+ files, [1-9]\d* read, 0 unchanged/);
    expect(first.requests).toContain('window/workDoneProgress/create');
    expect(first.notifications.filter(({ method }) => method === '$/progress').length).toBeGreaterThan(1);
    expect(readdirSync(join(directory, 'cache')).filter((name) => name.endsWith('.index'))).toHaveLength(1);
    await first.stop();
    const second = await start();
    await indexed(second, /index of .*tree: \d+ files, 0 read, [1-9]\d* unchanged/);
    expect(second.requests).not.toContain('window/workDoneProgress/create');
  });

  it('follows changes on disk: the table of another file gives a handler its contract', async () => {
    const own = await start();
    await indexed(own, /index of .*tree/);
    await own.open(uri('mm/shared.c'), handler);
    const codes = (params: { diagnostics: { code?: unknown }[] }): unknown[] => params.diagnostics.map(({ code }) => code);
    const before = await own.published(uri('mm/shared.c'), () => true, 30_000);
    expect(codes(before)).toEqual([]);
    writeFileSync(join(directory, 'tree/mm/table.c'), table);
    await own.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: uri('mm/table.c'), type: 1 }] });
    await indexed(own, /index of .*tree: \d+ files, 1 read/);
    await own.published(uri('mm/shared.c'), (params) => codes(params).includes('FL005'), 30_000);
  });
});
