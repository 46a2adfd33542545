/**
 * What each part of the protocols is for: taken out or moved in the example trees, it must turn the
 * right scenario red, with the right property, at the right line, and leave the others as they were.
 */

import { describe, expect, it } from 'vitest';
import { findings, holdsAgainst, ownLines, simulate, storeLine, traceOf, verdicts } from './run.ts';
import { Sources } from './sources.ts';

const path = 'mm/memory.c';
const memory = `/tree/${path}`;
const count = Sources.example('truncate-count-era');
const lock = Sources.example('page-lock-era');

/** What the unchanged do_no_page of the example does. */
const invalidate = ['invalidate, read shared: violated I1', 'invalidate, write shared: violated I1', 'invalidate, write private: holds'];
const truncateRace = ['truncate, read shared: violated I1', 'truncate, write shared: violated I1', 'truncate, write private: violated I4'];

const recheck = `	if (count != mapping->truncate_count) {
		/* The file has shrunk since: whatever was found may be gone. */
		pte_unmap_unlock(pte, ptl);
		page_cache_release(page);
		anon = 0;
		count = mapping->truncate_count;
		smp_rmb();
		goto again;
	}
`;
const takePtl = '\tpte = pte_offset_map_lock(mm, pmd, address, &ptl);\n';
const storePte = 'set_pte_at(mm, address, pte, entry)';

/** The race with truncate ends in the store of the pte; the second answer is the finding's. */
async function truncateRaceAtStore(tree: Sources): Promise<void> {
  const line = tree.line(path, storePte);
  const trace = traceOf(await simulate(tree, memory, 'do_no_page', { against: ['truncate'] }), 'truncate, read shared: violated I1');
  expect(storeLine(trace)).toBe(`memory.c:${line}`);
  const found = await findings(tree, memory, { memory: 'sc' });
  expect(found).toContain(`FL100 ${line}: a read fault racing with truncate [I1]`);
}

describe('truncate_count', () => {
  it('without the recheck, truncate leaves a dangling pte', async () => {
    const tree = count.edit(path, recheck, '');
    expect(await verdicts(tree, memory, 'do_no_page')).toEqual([...truncateRace, ...invalidate, ...holdsAgainst('fault')]);
    await truncateRaceAtStore(tree);
  });

  it('with the recheck above the page-table lock, too', async () => {
    const above = recheck.replace('\t\tpte_unmap_unlock(pte, ptl);\n', '');
    const tree = count.edit(path, `${takePtl}${recheck}`, `${above}${takePtl}`);
    expect(await verdicts(tree, memory, 'do_no_page')).toEqual([...truncateRace, ...invalidate, ...holdsAgainst('fault')]);
    await truncateRaceAtStore(tree);
    const trace = traceOf(await simulate(tree, memory, 'do_no_page', { against: ['truncate'] }), 'truncate, read shared: violated I1');
    const lines = ownLines(trace);
    const [checked, locked] = ['if (count != mapping', 'pte_offset_map_lock(mm, pmd, address, &ptl);\n\tif (pte_none'].map((text) => `memory.c:${tree.text(path).slice(0, tree.text(path).indexOf(text)).split('\n').length}`);
    expect(lines.indexOf(checked!)).toBeGreaterThan(-1);
    expect(lines.indexOf(checked!)).toBeLessThan(lines.indexOf(locked!));
  });

  it('without smp_rmb after the first sample, a stale i_size is read under the memory model weak', async () => {
    const tree = count.edit(path, '\tsmp_rmb();\t/* the count before i_size, which ->nopage reads */\n', '');
    expect(await verdicts(tree, memory, 'do_no_page', { memory: 'sc' })).toEqual([...holdsAgainst('truncate'), ...invalidate, ...holdsAgainst('fault')]);
    const scenarios = await simulate(tree, memory, 'do_no_page', { memory: 'weak', against: ['truncate'] });
    const trace = traceOf(scenarios, 'truncate, read shared: violated I1');
    expect(storeLine(trace)).toBe(`memory.c:${tree.line(path, storePte)}`);
    const stale = trace.filter((step) => step.notes !== undefined);
    expect(stale.map(({ cpu, file, line }) => ({ cpu, file, line }))).toEqual([
      { cpu: 0, file: '/tree/mm/filemap.c', line: tree.line('mm/filemap.c', 'i_size_read(inode)') },
    ]);
    expect(await verdicts(tree, memory, 'do_no_page', { memory: 'weak' })).toEqual([...truncateRace, ...invalidate, ...holdsAgainst('fault')]);
  });

  it('without smp_rmb before the retry, a second truncate is taken for the first', async () => {
    const tree = count.edit(path, '\t\tcount = mapping->truncate_count;\n\t\tsmp_rmb();\n', '\t\tcount = mapping->truncate_count;\n');
    const both = { against: ['truncate', 'truncate-twice'] };
    expect(await verdicts(tree, memory, 'do_no_page', { memory: 'sc', ...both })).toEqual(holdsAgainst(...both.against));
    // Putting the page is a full barrier: what was seen of the count under the page-table lock comes with its size.
    // Only the new sample may show a count whose size is not seen yet.
    expect(await verdicts(tree, memory, 'do_no_page', { memory: 'weak', ...both })).toEqual([
      ...holdsAgainst('truncate'),
      'truncate-twice, read shared: violated I1', 'truncate-twice, write shared: violated I1', 'truncate-twice, write private: violated I4',
    ]);
  });

  it('sampled after the lookup, a new count goes with an old size', async () => {
    const tree = count
      .edit(path, '\tcount = mapping->truncate_count;\n\tsmp_rmb();\t/* the count before i_size, which ->nopage reads */\nagain:\n', 'again:\n')
      .edit(path, '\tif (page == NOPAGE_SIGBUS)\n', '\tcount = mapping->truncate_count;\n\tif (page == NOPAGE_SIGBUS)\n');
    expect(await verdicts(tree, memory, 'do_no_page', { against: ['truncate'] })).toEqual(truncateRace);
    await truncateRaceAtStore(tree);
  });

  it('without the size in ->nopage, the count says nothing', async () => {
    const tree = count.edit('mm/filemap.c', '\tif (index >= pages)\n\t\treturn NOPAGE_SIGBUS;\n', '');
    expect((await verdicts(tree, memory, 'do_no_page', { against: ['truncate'] })).map((line) => line.replace(/I\d+$/, ''))).toEqual(
      truncateRace.map((line) => line.replace(/I\d+$/, '')),
    );
  });
});

describe('the test that the pte is still none', () => {
  it('without pte_none, a second fault overwrites the pte of the first', async () => {
    const tree = count.edit(path, '\tif (pte_none(*pte)) {\n', '\tif (1) {\n');
    expect(await verdicts(tree, memory, 'do_no_page')).toEqual([
      ...holdsAgainst('truncate'), ...invalidate,
      'fault, read shared: violated I11', 'fault, write shared: violated I11', 'fault, write private: violated I11',
    ]);
    const line = tree.line(path, storePte);
    const trace = traceOf(await simulate(tree, memory, 'do_no_page', { against: ['fault'] }), 'fault, read shared: violated I11');
    expect([trace.at(-1)?.file, trace.at(-1)?.line]).toEqual([memory, line]);
    expect(await findings(tree, memory)).toContain(`FL100 ${line}: a read fault racing with a second fault [I11]`);
  });

  it('without pte_same, too', async () => {
    const tree = lock.edit(path, '\tif (pte_same(*pte, orig_pte)) {\n', '\tif (1) {\n');
    expect(await verdicts(tree, memory, '__do_fault')).toEqual([
      ...holdsAgainst('truncate', 'invalidate'),
      'fault, read shared: violated I11', 'fault, write shared: violated I11', 'fault, write private: violated I11',
    ]);
  });

  it('with the reference kept where the other thread was faster, the page leaks', async () => {
    const tree = count.edit(path, '\t} else {\n\t\t/* Another thread of the process was faster. */\n\t\tpage_cache_release(page);\n\t}\n', '\t}\n');
    expect(await verdicts(tree, memory, 'do_no_page', { against: ['fault'] })).toEqual([
      'fault, read shared: violated I6', 'fault, write shared: violated I6', 'fault, write private: violated I6',
    ]);
  });
});

describe('the page lock', () => {
  const all = ['truncate', 'invalidate', 'fault'] as const;
  const danglingRead = ['read shared', 'write shared'];

  function violated(against: string, property: string, faults: readonly string[]): string[] {
    return faults.map((fault) => `${against}, ${fault}: violated ${property}`);
  }

  it('dropped before the pte is set, leaves dangling ptes and copies beyond the end of file', async () => {
    const tree = lock
      .edit(path, takePtl + '\tif (pte_same', '\tunlock_page(vmf.page);\n' + takePtl + '\tif (pte_same')
      .edit(path, '\tpte_unmap_unlock(pte, ptl);\nout:\n\tunlock_page(vmf.page);\n\tif (!mapped)', '\tpte_unmap_unlock(pte, ptl);\n\tif (!mapped)')
      .edit(path, '\t\t\tret = VM_FAULT_OOM;\n\t\t\tgoto out;\n', '\t\t\tunlock_page(vmf.page);\n\t\t\tpage_cache_release(vmf.page);\n\t\t\treturn VM_FAULT_OOM;\n');
    expect(await verdicts(tree, memory, '__do_fault')).toEqual([
      ...violated('truncate', 'I1', danglingRead), 'truncate, write private: violated I4',
      ...violated('invalidate', 'I1', danglingRead), 'invalidate, write private: holds', ...holdsAgainst('fault'),
    ]);
    const line = tree.line(path, storePte);
    expect(await findings(tree, memory)).toEqual(expect.arrayContaining(['truncate', 'invalidate'].map((each) => `FL100 ${line}: a read fault racing with ${each} [I1]`)));
  });

  it('taken without a look at page->mapping, maps a page that has been removed', async () => {
    const driver = 'drivers/block/ramstore.c';
    const locked = (recheck: string): Sources => lock.edit(driver, '\t\treturn VM_FAULT_SIGBUS;\n\treturn 0;\n', `\t\treturn VM_FAULT_SIGBUS;\n\tlock_page(vmf->page);\n${recheck}\treturn VM_FAULT_LOCKED;\n`);
    const without = locked('');
    expect(await verdicts(without, `/tree/${driver}`, 'ramstore_fault')).toEqual([
      ...truncateRace, ...violated('invalidate', 'I1', danglingRead), 'invalidate, write private: holds', ...holdsAgainst('fault'),
    ]);
    const trace = traceOf(await simulate(without, `/tree/${driver}`, 'ramstore_fault', { against: ['invalidate'] }), 'invalidate, read shared: violated I1');
    expect(storeLine(trace)).toBe(`memory.c:${lock.line(path, storePte)}`);
    expect(ownLines(trace)).toContain(`ramstore.c:${without.line(driver, 'lock_page(vmf->page);')}`);
    const recheck = '\tif (vmf->page->mapping != mapping) {\n\t\tunlock_page(vmf->page);\n\t\tput_page(vmf->page);\n\t\treturn VM_FAULT_SIGBUS;\n\t}\n';
    expect(await verdicts(locked(recheck), `/tree/${driver}`, 'ramstore_fault')).toEqual(holdsAgainst('truncate', 'invalidate', 'fault'));
  });

  it('is not kept by the checks of filemap_fault alone', async () => {
    const tree = lock.edit('mm/filemap.c', '\t\tif (page->mapping == mapping)\n\t\t\treturn page;\n\t\tunlock_page(page);\n\t\tpage_cache_release(page);\n', '\t\treturn page;\n');
    expect(await verdicts(tree, memory, '__do_fault', { against: ['invalidate'] })).toEqual([...violated('invalidate', 'I1', danglingRead), 'invalidate, write private: holds']);
    const trace = traceOf(await simulate(tree, memory, '__do_fault', { against: ['invalidate'] }), 'invalidate, read shared: violated I1');
    expect(ownLines(trace)).toContain(`filemap.c:${tree.text('mm/filemap.c').split('\n').indexOf('\t\tlock_page(page);') + 1}`);
  });

  it('taken without a look at i_size, maps a page beyond the end of file', async () => {
    const tree = lock.edit('mm/filemap.c', '\tif (vmf->pgoff >= pages_of(inode)) {\n\t\tunlock_page(page);\n\t\tpage_cache_release(page);\n\t\treturn VM_FAULT_SIGBUS;\n\t}\n', '');
    expect(await verdicts(tree, memory, '__do_fault')).toEqual([
      ...violated('truncate', 'I4', [...danglingRead, 'write private']), ...holdsAgainst('invalidate', 'fault'),
    ]);
  });

  it('taken by the core for a handler that has it already, waits for itself', async () => {
    const tree = lock.edit(path, '\tif (!(ret & VM_FAULT_LOCKED))\n\t\tlock_page(vmf.page);\n', '\tlock_page(vmf.page);\n');
    expect(await verdicts(tree, memory, '__do_fault', { access: ['read'] })).toEqual(all.map((against) => `${against}, read shared: violated I18`));
    const trace = traceOf(await simulate(tree, memory, '__do_fault', { access: ['read'], against: ['truncate'] }), 'truncate, read shared: violated I18');
    expect([trace.at(-1)?.file, trace.at(-1)?.line]).toEqual([memory, tree.line(path, '\tlock_page(vmf.page);')]);
  });

  it('kept at the end, is held by a thread that has finished', async () => {
    const tree = lock.edit(path, 'out:\n\tunlock_page(vmf.page);\n', 'out:\n');
    expect(await verdicts(tree, memory, '__do_fault', { access: ['read'] })).toEqual(all.map((against) => `${against}, read shared: violated I17`));
  });

  it('released twice, is released by nobody that holds it', async () => {
    const tree = lock.edit(path, 'out:\n\tunlock_page(vmf.page);\n', '\tunlock_page(vmf.page);\nout:\n\tunlock_page(vmf.page);\n');
    expect(await verdicts(tree, memory, '__do_fault', { access: ['read'], against: ['fault'] })).toEqual(['fault, read shared: violated I19']);
  });
});

describe('the page-table lock', () => {
  it.each([[count, 'do_no_page', '\treturn type;'], [lock, '__do_fault', 'out:']] as const)('not taken, the pte is stored without it (%#)', async (tree, name, after) => {
    const text = tree.text(path);
    const end = text.indexOf(after);
    const body = text.slice(0, end).replaceAll('pte_offset_map_lock(mm, pmd, address, &ptl)', 'pte_offset_map(pmd, address)').replaceAll('pte_unmap_unlock(pte, ptl)', 'pte_unmap(pte)');
    const bare = tree.write(path, body + text.slice(end));
    expect(await verdicts(bare, memory, name, { access: ['read'], against: ['truncate'] })).toEqual(['truncate, read shared: violated I10']);
    const trace = traceOf(await simulate(bare, memory, name, { access: ['read'], against: ['truncate'] }), 'truncate, read shared: violated I10');
    expect([trace.at(-1)?.file, trace.at(-1)?.line]).toEqual([memory, bare.line(path, storePte)]);
  });
});
