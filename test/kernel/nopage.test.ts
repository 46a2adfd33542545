/** Linux 2.6.20, unmodified and with one thing taken out: do_no_page with the tree's own filemap_nopage. */

import { describe, expect, it } from 'vitest';
import { holdsAgainst, ownLines, simulate, storeLine, traceOf, verdicts } from '../simulate/run.ts';
import { kernel2620, KernelSources } from './disk.ts';

const file = 'mm/memory.c';
const core = 'static int do_no_page(';
const invalidate = ['invalidate, read shared: violated I1', 'invalidate, write shared: violated I1', 'invalidate, write private: holds'];
const truncateRace = ['truncate, read shared: violated I1', 'truncate, write shared: violated I1', 'truncate, write private: violated I4'];
const recheck = `	if (mapping && unlikely(sequence != mapping->truncate_count)) {
		pte_unmap_unlock(page_table, ptl);
		page_cache_release(new_page);
		cond_resched();
		sequence = mapping->truncate_count;
		smp_rmb();
		goto retry;
	}
`;

describe.runIf(kernel2620 !== undefined)('Linux 2.6.20', () => {
  const tree = new KernelSources(kernel2620 ?? '');
  const memory = tree.path(file);
  const store = 'set_pte_at(mm, address, page_table, entry)';

  it.each(['sc', 'weak'] as const)('do_no_page is sound against truncate and a second fault, not against invalidate (%s)', async (model) => {
    expect(await verdicts(tree, memory, 'do_no_page', { memory: model })).toEqual([...holdsAgainst('truncate'), ...invalidate, ...holdsAgainst('fault')]);
  });

  it('each step of the race with invalidate is on its line', async () => {
    const trace = traceOf(await simulate(tree, memory, 'do_no_page', { against: ['invalidate'] }), 'invalidate, read shared: violated I1');
    const expected = [
      `memory.c:${tree.line(file, core, 'sequence = mapping->truncate_count')}`,
      `filemap.c:${tree.line('mm/filemap.c', 'struct page *filemap_nopage(', 'i_size_read(inode)')}`,
      `filemap.c:${tree.line('mm/filemap.c', 'struct page * find_get_page(', 'radix_tree_lookup')}`,
      `memory.c:${tree.line(file, core, 'pte_offset_map_lock')}`,
      `memory.c:${tree.line(file, core, 'sequence != mapping->truncate_count')}`,
      `memory.c:${tree.line(file, core, store)}`,
    ];
    expect(ownLines(trace).filter((place) => expected.includes(place))).toEqual(expected);
    expect(storeLine(trace)).toBe(expected.at(-1));
  });

  it('without the recheck, truncate leaves a dangling pte', async () => {
    const bare = tree.edit(file, core, recheck, '');
    expect(await verdicts(bare, memory, 'do_no_page', { against: ['truncate', 'fault'] })).toEqual([...truncateRace, ...holdsAgainst('fault')]);
    const trace = traceOf(await simulate(bare, memory, 'do_no_page', { against: ['truncate'] }), 'truncate, read shared: violated I1');
    expect(storeLine(trace)).toBe(`memory.c:${bare.line(file, core, store)}`);
  });

  it('with the recheck above the page-table lock, too', async () => {
    const take = '\tpage_table = pte_offset_map_lock(mm, pmd, address, &ptl);\n';
    const above = recheck.replace('\t\tpte_unmap_unlock(page_table, ptl);\n', '');
    const moved = tree.edit(file, core, recheck, '').edit(file, core, take, above + take);
    expect(await verdicts(moved, memory, 'do_no_page', { against: ['truncate', 'fault'] })).toEqual([...truncateRace, ...holdsAgainst('fault')]);
    const trace = traceOf(await simulate(moved, memory, 'do_no_page', { against: ['truncate'] }), 'truncate, read shared: violated I1');
    expect(storeLine(trace)).toBe(`memory.c:${moved.line(file, core, store)}`);
  });

  it('without smp_rmb, i_size is read too old under the memory model weak', async () => {
    const bare = tree.edit(file, core, '\t\tsmp_rmb(); /* serializes i_size against truncate_count */\n', '');
    expect(await verdicts(bare, memory, 'do_no_page', { against: ['truncate'], memory: 'sc' })).toEqual(holdsAgainst('truncate'));
    const scenarios = await simulate(bare, memory, 'do_no_page', { against: ['truncate'], memory: 'weak' });
    const trace = traceOf(scenarios, 'truncate, read shared: violated I1');
    const stale = trace.filter((step) => step.notes !== undefined).map((step) => `${step.file!.slice(bare.root.length + 1)}:${step.line!}`);
    expect(stale).toEqual([`mm/filemap.c:${bare.line('mm/filemap.c', 'struct page *filemap_nopage(', 'i_size_read(inode)')}`]);
  });

  it('without pte_none, a second fault overwrites the pte', async () => {
    const bare = tree.edit(file, core, '\tif (pte_none(*page_table)) {\n', '\tif (1) {\n');
    expect(await verdicts(bare, memory, 'do_no_page', { against: ['truncate', 'fault'] })).toEqual([
      ...holdsAgainst('truncate'), 'fault, read shared: violated I11', 'fault, write shared: violated I11', 'fault, write private: violated I11',
    ]);
    const trace = traceOf(await simulate(bare, memory, 'do_no_page', { against: ['fault'] }), 'fault, read shared: violated I11');
    expect(trace.at(-1)?.line).toBe(bare.line(file, core, store));
  });

  it('renamed, or in another file, it is read the same', async () => {
    const text = tree.text(file);
    const start = text.indexOf(core);
    const body = text.slice(start, text.indexOf('\n}\n', start) + 3);
    const renamed = (['do_no_page:serve', 'new_page:found', 'sequence:before', 'mapping:cache', 'page_table:slot', 'write_access:is_store', 'ptl:guard', 'entry:value', 'anon:is_copy'] as const)
      .reduce((all, pair) => all.replaceAll(new RegExp(`(?<!->)\\b${pair.split(':')[0]!}\\b`, 'g'), pair.split(':')[1]!), body);
    const inPlace = tree.write(file, text.slice(0, start) + renamed + text.slice(start + body.length));
    const expected = [...holdsAgainst('truncate'), ...invalidate, ...holdsAgainst('fault')];
    expect(await verdicts(inPlace, memory, 'serve')).toEqual(expected);
    const includes = text.slice(0, text.indexOf('#ifndef CONFIG_NEED_MULTIPLE_NODES'));
    const moved = tree.write(file, text.replace(body, '')).write('mm/nopage.c', includes + renamed);
    expect(await verdicts(moved, tree.path('mm/nopage.c'), 'serve')).toEqual(expected);
  });

  it('split into a call of ->nopage and an installation of the pte, too', async () => {
    const text = tree.text(file);
    const start = text.indexOf(core);
    const body = text.slice(start, text.indexOf('\n}\n', start) + 3);
    const head = `static struct page *nopage_of(struct vm_area_struct *vma, unsigned long address, int *ret)
{
	return vma->vm_ops->nopage(vma, address & PAGE_MASK, ret);
}

static void set_new_pte(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long address,
			pte_t *page_table, struct page *new_page, int write_access)
{
	pte_t entry = mk_pte(new_page, vma->vm_page_prot);
	if (write_access)
		entry = maybe_mkwrite(pte_mkdirty(entry), vma);
	set_pte_at(mm, address, page_table, entry);
}

`;
    const rest = body
      .replace('vma->vm_ops->nopage(vma, address & PAGE_MASK, &ret)', 'nopage_of(vma, address, &ret)')
      .replace('\t\tentry = mk_pte(new_page, vma->vm_page_prot);\n\t\tif (write_access)\n\t\t\tentry = maybe_mkwrite(pte_mkdirty(entry), vma);\n\t\tset_pte_at(mm, address, page_table, entry);\n', '\t\tset_new_pte(mm, vma, address, page_table, new_page, write_access);\n');
    const split = tree.write(file, text.slice(0, start) + head + rest + text.slice(start + body.length));
    expect(await verdicts(split, memory, 'do_no_page')).toEqual([...holdsAgainst('truncate'), ...invalidate, ...holdsAgainst('fault')]);
    const bare = split.edit(file, core, recheck, '');
    expect(await verdicts(bare, memory, 'do_no_page', { against: ['truncate'] })).toEqual(truncateRace);
    const trace = traceOf(await simulate(bare, memory, 'do_no_page', { against: ['truncate'] }), 'truncate, read shared: violated I1');
    expect(storeLine(trace)).toBe(`memory.c:${bare.line(file, 'static void set_new_pte(', 'set_pte_at(')}`);
  });
});
