import { describe, expect, it } from 'vitest';
import { findings, holdsAgainst, simulate, storeLine, traceOf, verdicts } from './run.ts';
import { Sources } from './sources.ts';

const count = Sources.example('truncate-count-era');
const lock = Sources.example('page-lock-era');
const memory = '/tree/mm/memory.c';

const invalidateRace = ['invalidate, read shared: violated I1', 'invalidate, write shared: violated I1', 'invalidate, write private: holds'];

describe.each(['sc', 'weak'] as const)('the example trees, memory model %s', (model) => {
  it('truncate_count is sound against truncate and a second fault, and not against invalidate', async () => {
    expect(await verdicts(count, memory, 'do_no_page', { memory: model })).toEqual([
      ...holdsAgainst('truncate'), ...invalidateRace, ...holdsAgainst('fault'),
    ]);
  });

  it('the page lock is sound against all three', async () => {
    expect(await verdicts(lock, memory, '__do_fault', { memory: model })).toEqual(holdsAgainst('truncate', 'invalidate', 'fault'));
  });
});

describe('the example trees', () => {
  it('every verdict of holds has witnesses that it is not vacuous', async () => {
    for (const [tree, name] of [[count, 'do_no_page'], [lock, '__do_fault']] as const) {
      for (const scenario of await simulate(tree, memory, name)) {
        const removal = scenario.against === 'fault' ? [] : [`${scenario.against} removed the page while the fault was in flight`];
        const adversary = scenario.against === 'fault' ? 'second fault' : scenario.against;
        expect(scenario.witnesses).toEqual(['the pte was set', `${adversary} finished while the fault was in flight`, ...removal]);
      }
    }
  });

  it('a write in another thread to what a private read has mapped is asked of private reads alone', async () => {
    const held = { against: ['cow'] };
    expect(await verdicts(count, memory, 'do_no_page', held)).toEqual(['cow, read private: holds']);
    expect((await simulate(lock, memory, '__do_fault', held)).map(({ witnesses }) => witnesses)).toEqual([
      ['the pte was set', 'cow finished while the fault was in flight', 'cow put its copy in place of the page']]);
    const late = count
      .edit('mm/memory.c', '\t\t\tpage_add_file_rmap(page);\n', '\t\t\tanon = 2;\n')
      .edit('mm/memory.c', '\tpte_unmap_unlock(pte, ptl);\n\treturn type;', '\tpte_unmap_unlock(pte, ptl);\n\tif (anon == 2)\n\t\tpage_add_file_rmap(page);\n\treturn type;');
    expect(await verdicts(late, memory, 'do_no_page', held)).toEqual(['cow, read private: violated I7']);
    expect(await verdicts(count, memory, 'do_no_page', { ...held, mapping: ['shared'] })).toEqual([
      'cow, read shared: notModelled (do_no_page is not called for a fault that this can be asked of (--access, --mapping, --against))']);
  });

  it('the invalidate race ends where the pte is set', async () => {
    const trace = traceOf(await simulate(count, memory, 'do_no_page', { against: ['invalidate'] }), 'invalidate, read shared: violated I1');
    expect(storeLine(trace)).toBe(`memory.c:${count.line('mm/memory.c', 'set_pte_at')}`);
  });

  it('check finds the race at the line where the pte is set, and nothing else in mm/', async () => {
    const line = count.line('mm/memory.c', 'set_pte_at');
    // Hole punch also removes pages inside i_size, as invalidate does.
    expect((await findings(count, memory)).sort()).toEqual(['invalidate', 'punch-hole'].map((each) => `FL100 ${line}: a read fault racing with ${each} [I1]`));
    for (const path of ['mm/filemap.c', 'mm/truncate.c']) expect(await findings(count, `/tree/${path}`)).toEqual([]);
    for (const path of ['mm/memory.c', 'mm/filemap.c', 'mm/truncate.c']) expect(await findings(lock, `/tree/${path}`)).toEqual([]);
  });
});

describe('the example drivers', () => {
  it('a nopage handler that forgets i_size maps a page that truncate removes', async () => {
    const path = 'drivers/char/flashlog.c';
    expect(await verdicts(count, `/tree/${path}`, 'flashlog_nopage', { against: ['truncate'] })).toEqual([
      'truncate, read shared: violated I1', 'truncate, write shared: violated I1', 'truncate, write private: violated I4',
    ]);
  });

  it('and is right once it asks for the size, before the lookup', async () => {
    const path = 'drivers/char/flashlog.c';
    const fixed = count.edit(path, '\tpage = find_get_page(', '\tif (index >= (i_size_read(mapping->host) + PAGE_SIZE - 1) >> PAGE_SHIFT)\n\t\treturn NOPAGE_SIGBUS;\n\tpage = find_get_page(');
    expect(await verdicts(fixed, `/tree/${path}`, 'flashlog_nopage', { against: ['truncate'] })).toEqual(holdsAgainst('truncate'));
  });

  it('a fault handler that returns the page unlocked has it mapped after its removal', async () => {
    expect(await verdicts(lock, '/tree/drivers/block/ramstore.c', 'ramstore_fault', { against: ['truncate', 'invalidate'] })).toEqual([
      'truncate, read shared: violated I1', 'truncate, write shared: violated I1', 'truncate, write private: violated I4',
      'invalidate, read shared: violated I1', 'invalidate, write shared: violated I1', 'invalidate, write private: holds',
    ]);
  });

  it('a path that keeps the page lock is a violation by itself', async () => {
    const path = 'drivers/mtd/flashmap.c';
    expect(await verdicts(lock, `/tree/${path}`, 'flashmap_fault', { against: ['fault'], access: ['read'] })).toEqual(['fault, read shared: violated I17']);
    const fixed = lock.edit(path, '\tif (!PageUptodate(page)) {\n', '\tif (!PageUptodate(page)) {\n\t\tunlock_page(page);\n');
    expect(await verdicts(fixed, `/tree/${path}`, 'flashmap_fault')).toEqual(holdsAgainst('truncate', 'invalidate', 'fault'));
  });
});
