/** What a handler returns is followed way by way: one that is not says nothing, and leaves the others as they are. */

import { expect, test } from 'vitest';
import { engineOver, simulateDefaults } from './run.ts';
import { Sources } from './sources.ts';

const path = 'drivers/mtd/flashmap.c';
const lookup = '\tpage = find_lock_page(';

/** The example's driver without its leak. */
const sound = Sources.example('page-lock-era').edit(path, '\tif (!PageUptodate(page)) {\n', '\tif (!PageUptodate(page)) {\n\t\tunlock_page(page);\n');
/** It drops the page's lock before it gives the page out. */
const racy = sound.edit(path, '\tvmf->page = page;\n\treturn VM_FAULT_LOCKED;', '\tunlock_page(page);\n\tvmf->page = page;\n\treturn 0;');

const first = (files: Sources, statements: string, declarations = ''): Sources => files.edit(path, lookup, `${statements}${lookup}`).edit(path, '\tunsigned long pages;\n', `\tunsigned long pages;\n${declarations}`);
const beside = (files: Sources, functions: string): Sources => files.edit(path, 'static int flashmap_fault(', `${functions}\nstatic int flashmap_fault(`);

async function told(files: Sources, name = 'flashmap_fault'): Promise<string[]> {
  const { scenarios } = (await engineOver(files)).simulate(`/tree/${path}`, name, { ...simulateDefaults, against: ['invalidate'], access: ['read'] });
  return scenarios.map(({ verdict, property, confidence, reason }) => [verdict, property, confidence, reason].filter((each) => each !== undefined).join(' '));
}

const unfollowed = [expect.stringMatching(/^notModelled what flashmap_fault returns is not followed \(line \d+\)$/)];

test('a result that is not followed promises no page, and does not hide what another way out does', async () => {
  const direct = '\tif (inode->i_direct)\n\t\treturn flash_direct(vmf->pgoff);\n';
  expect(await told(first(sound, direct))).toEqual(unfollowed);
  expect(await told(first(racy, direct))).toEqual(['violated I1 proven']);
});

test('one that is tested is known after the test where it was zero', async () => {
  const prepared = '\tret = flash_prepare(inode);\n\tif (ret)\n\t\treturn ret;\n';
  expect(await told(first(sound, prepared, '\tint ret;\n'))).toEqual(['holds']);
  expect(await told(first(racy, prepared, '\tint ret;\n'))).toEqual(['violated I1 proven']);
});

test('one that is not tested any more is as unknown as before', async () => {
  const early = '\tret = flash_ready(inode);\n\tif (ret)\n\t\treturn ret;\n\tif (inode->i_direct) {\n\t\tret = flash_direct(inode);\n\t\tgoto out;\n\t}\n';
  const files = first(sound, early, '\tint ret;\n').edit(path, '\treturn VM_FAULT_LOCKED;\n', '\treturn VM_FAULT_LOCKED;\nout:\n\treturn ret;\n');
  expect(await told(files)).toEqual(unfollowed);
});

test('a helper hands on what it does not know, with its bits and where it is compared', async () => {
  const helper = (body: string, known = '0'): Sources => beside(first(sound, body, '\tint ret;\n'), `static int flash_open(struct inode *inode)
{
	if (inode->i_plain)
		return ${known};
	return flash_direct(inode->i_flash);
}
`);
  expect(await told(helper('\tret = flash_open(inode);\n\tif (ret)\n\t\treturn VM_FAULT_SIGBUS;\n'))).toEqual(['holds']);
  expect(await told(helper('\tif (flash_open(inode) < 0)\n\t\treturn VM_FAULT_SIGBUS;\n'))).toEqual(['holds']);
  const withBit = '\tret = flash_open(inode);\n\tif (inode->i_direct)\n\t\treturn ret | VM_FAULT_MAJOR;\n';
  expect(await told(helper(withBit, 'VM_FAULT_SIGBUS'))).toEqual([expect.stringMatching(/^notModelled what flash_open returns is not followed/)]);
  expect(await told(helper(withBit))).toEqual(['violated NULL proven']);
});

test('two that are not followed are put together, each as far as it is known', async () => {
  const helper = 'static int flash_open(struct inode *inode)\n{\n\tint ret = flash_start(inode->i_flash);\n\n\tif (!ret)\n\t\tret = flash_wait(inode->i_flash);\n\treturn ret;\n}\n';
  const both = '\tret = flash_open(inode);\n\tif (ret)\n\t\treturn VM_FAULT_SIGBUS;\n\tret |= flash_open(inode);\n\tif (ret)\n\t\treturn VM_FAULT_SIGBUS;\n';
  expect(await told(beside(first(sound, both, '\tint ret;\n'), helper).edit(path, '\treturn VM_FAULT_LOCKED;\n', '\treturn ret | VM_FAULT_LOCKED;\n'))).toEqual(['holds']);
});

test('a call that is not followed may have set the page of the fault that it is given', async () => {
  expect(await told(first(sound, '\tif (inode->i_direct)\n\t\treturn flash_direct(vmf);\n'))).toEqual([expect.stringMatching(/^notModelled /)]);
  const late = racy.edit(path, '\tvmf->page = page;\n', '\tvmf->page = page;\n\tflash_account(vmf);\n');
  expect(await told(late)).toEqual([expect.stringMatching(/^notModelled the page given to lock_page is not followed/)]);
  expect(await told(sound.edit(path, '\tvmf->page = page;\n', '\tvmf->page = page;\n\ttrace_flash_fault(vmf);\n'))).toEqual(['holds']);
});

test('a helper that only leaves the page in the fault is followed', async () => {
  const helped = beside(sound, 'static void flash_give(struct vm_fault *vmf, struct page *page)\n{\n\tvmf->page = page;\n}\n').edit(path, '\tvmf->page = page;\n\treturn VM_FAULT_LOCKED;', '\tflash_give(vmf, page);\n\treturn VM_FAULT_LOCKED;');
  expect(await told(helped)).toEqual(['holds']);
});

test('a handler that sets ptes itself and gives out no page is none of the page cache', async () => {
  const own = sound.edit(path, '\tvmf->page = page;\n\treturn VM_FAULT_LOCKED;', `\tpte = pte_offset_map_lock(vma->vm_mm, vmf->pmd, vmf->virtual_address, &ptl);
	entry = flash_pte(vma);
	set_pte_at(vma->vm_mm, vmf->virtual_address, pte, entry);
	pte_unmap_unlock(pte, ptl);
	unlock_page(page);
	page_cache_release(page);
	return 0;`).edit(path, '\tunsigned long pages;\n', '\tunsigned long pages;\n\tspinlock_t *ptl;\n\tpte_t *pte, entry;\n');
  expect(await told(own)).toEqual([expect.stringMatching(/^notModelled flashmap_fault sets ptes itself and hands no page to its caller/)]);
  // One that only forgets the page is wrong.
  expect(await told(sound.edit(path, '\tvmf->page = page;\n', ''))).toEqual(['violated NULL proven']);
});

test('a way that can only end in BUG() is not taken, however long it is', async () => {
  expect(await told(first(sound, '\tif (inode->i_odd) {\n\t\tflash_dump(inode);\n\t\tprintk("odd\\n");\n\t\tBUG();\n\t}\n'))).toEqual(['holds']);
});

test('a member of the same name in another struct makes no handler', async () => {
  const files = beside(sound, 'static void link_fault(struct link *link)\n{\n\tlink->down = 1;\n}\n\nstatic const struct link_operations flash_link = {\n\t.fault = link_fault,\n};\n');
  expect(await told(files, 'link_fault')).toEqual(['notModelled link_fault neither calls a fault handler and sets a pte nor is a fault handler itself']);
});

test('an error of which only that it is one is known is no page', async () => {
  const files = beside(sound, `static struct page *flash_get(struct address_space *mapping, unsigned long index)
{
	int error = flash_start(mapping->host->i_flash);

	if (error)
		return ERR_PTR(error);
	return find_lock_page(mapping, index);
}
`).edit(path, 'page = find_lock_page(mapping, vmf->pgoff);\n', 'page = flash_get(mapping, vmf->pgoff);\n\tif (IS_ERR(page))\n\t\treturn VM_FAULT_SIGBUS;\n');
  expect(await told(files)).toEqual(['holds']);
});

test('a page of the kernel\'s own memory is not followed, nor looked for in the process\'s page table', async () => {
  const own = '\tif (inode->i_direct) {\n\t\tpage = vmalloc_to_page(inode->i_flash);\n\t\tget_page(page);\n\t\tvmf->page = page;\n\t\treturn 0;\n\t}\n';
  const walk = 'struct page *vmalloc_to_page(void *addr)\n{\n\tstruct page *page = NULL;\n\tpte_t *ptep = pte_offset_map(pmd_of(addr), addr);\n\n\tif (pte_present(*ptep))\n\t\tpage = pte_page(*ptep);\n\treturn page;\n}\n';
  expect(await told(beside(first(sound, own), walk))).toEqual([expect.stringMatching(/^notModelled the page given to get_page is not followed/)]);
});

test('a trace shows a condition once, with what was taken for a value that is not followed', async () => {
  const files = first(racy, '\tret = flash_prepare(inode);\n\tif (ret)\n\t\treturn ret;\n\tif (flash_open(inode) < 0)\n\t\treturn VM_FAULT_SIGBUS;\n', '\tint ret;\n');
  const helped = beside(files, 'static int flash_open(struct inode *inode)\n{\n\treturn inode->i_plain ? 0 : flash_direct(inode->i_flash);\n}\n');
  const [scenario] = (await engineOver(helped)).simulate(`/tree/${path}`, 'flashmap_fault', { ...simulateDefaults, against: ['invalidate'], access: ['read'] }).scenarios;
  const from = helped.line(path, '\tret = flash_prepare(inode);');
  const shown = (scenario?.trace ?? []).filter(({ file, line }) => file === `/tree/${path}` && line! >= from && line! <= from + 3);
  expect(shown.map(({ action, changes }) => [action, ...changes.map((change) => `${change.what}: ${change.from} -> ${change.to}`)])).toEqual([
    ['ret = flash_prepare(inode)', 'flashmap_fault.ret: 0 -> not followed'],
    ['!ret', 'flashmap_fault.ret: not followed -> 0'],
    ['!(flash_open(inode) < 0)'],
  ]);
});

test('a pte of a page that is not followed is not modelled', async () => {
  const core = 'mm/memory.c';
  const files = sound.edit(core, '\t\tentry = mk_pte(page, vma->vm_page_prot);\n', '\t\tif (vma->vm_own)\n\t\t\tpage = own_page(vma->vm_own);\n\t\tentry = mk_pte(page, vma->vm_page_prot);\n');
  const { scenarios } = (await engineOver(files)).simulate(`/tree/${core}`, '__do_fault', { ...simulateDefaults, against: ['invalidate'], access: ['read'] });
  expect(scenarios.map(({ verdict, reason }) => `${verdict} ${reason}`)).toEqual([expect.stringMatching(/^notModelled the page given to mk_pte is not followed \(__do_fault, line \d+\)$/)]);
});
