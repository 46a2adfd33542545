/** Objects, structs and pages that come from what is not followed: what is guessed of them proves nothing, and hides nothing. */

import { expect, test } from 'vitest';
import { engineOver, simulateDefaults } from './run.ts';
import { Sources } from './sources.ts';

const path = 'drivers/mtd/flashmap.c';
const release = '\tvmf->page = page;\n\treturn VM_FAULT_LOCKED;';
const dropped = '\tunlock_page(page);\n\tvmf->page = page;\n\treturn 0;';

/** The example's driver without its leak. */
const sound = Sources.example('page-lock-era').edit(path, '\tif (!PageUptodate(page)) {\n', '\tif (!PageUptodate(page)) {\n\t\tunlock_page(page);\n');
/** It drops the page's lock before it gives the page out. */
const racy = sound.edit(path, release, dropped);

const beside = (files: Sources, functions: string): Sources => files.edit(path, 'static int flashmap_fault(', `${functions}\nstatic int flashmap_fault(`);
const declaring = (files: Sources, declarations: string): Sources => files.edit(path, '\tunsigned long pages;\n', `\tunsigned long pages;\n${declarations}`);
const before = (files: Sources, statements: string): Sources => files.edit(path, '\tpage = find_lock_page(', `${statements}\tpage = find_lock_page(`);
const last = (files: Sources, statements: string): Sources => files.edit(path, '\tvmf->page = page;\n', `${statements}\tvmf->page = page;\n`);

async function told(files: Sources): Promise<string[]> {
  const { scenarios } = (await engineOver(files)).simulate(`/tree/${path}`, 'flashmap_fault', { ...simulateDefaults, against: ['invalidate'], access: ['read'] });
  return scenarios.map(({ verdict, property, confidence, reason }) => [verdict, property, confidence, reason].filter((each) => each !== undefined).join(' '));
}

/** A page of the driver's own mapping, as one that keeps its tables in a page cache of their own. */
const readTable = `static void flash_read_table(struct flash *flash)
{
	struct address_space *tables = flash_tables(flash);
	struct page *table = find_lock_page(tables, 0);

	if (!table)
		return;
	unlock_page(table);
	page_cache_release(table);
}
`;

test('a page of what may be another mapping is not the one that the fault has locked', async () => {
  const reading = beside(last(sound, '\tflash_read_table(inode->i_flash, mapping);\n'), readTable.replace('struct flash *flash)', 'struct flash *flash, struct address_space *mapping)'));
  expect(await told(reading)).toEqual([expect.stringMatching(/^notModelled whose page \w+ looks for is not followed \(line \d+\)$/)]);
  expect(await told(last(racy, '\tif (inode->i_flash)\n\t\tflash_read_table(inode->i_flash, mapping);\n').edit(path, 'static int flashmap_fault(', `${readTable.replace('struct flash *flash)', 'struct flash *flash, struct address_space *mapping)')}\nstatic int flashmap_fault(`))).toEqual(['violated I1 proven']);
  // The fault's own mapping it is.
  const own = beside(last(sound, '\tflash_read_table(inode);\n'), readTable.replace('struct flash *flash)', 'struct inode *inode)').replace('flash_tables(flash)', 'inode->i_mapping'));
  expect(await told(own)).toEqual(['violated I18 proven']);
});

test('whether an object that is guessed is the fault\'s own is open', async () => {
  const asking = (files: Sources): Sources => declaring(before(files, '\tbusy = flash_busy();\n\tif (busy == mapping)\n\t\treturn VM_FAULT_SIGBUS;\n'), '\tstruct address_space *busy;\n');
  expect(await told(asking(sound))).toEqual(['holds']);
  expect(await told(asking(racy))).toEqual(['violated I1 proven']);
});

test('a struct that a call without source is given holds anything', async () => {
  const counted = (call: string): Sources => declaring(sound, '\tstruct flash_run run = { .count = 0 };\n').edit(path, release, `${call}\tif (run.count) {\n${dropped.replaceAll(/^/gm, '\t')}\n\t}\n${release}`);
  expect(await told(counted(''))).toEqual(['holds']);
  expect(await told(counted('\tflash_measure(&run, inode);\n'))).toEqual(['violated I1 proven']);
  expect(await told(counted('\trun = *flash_last_run(inode);\n'))).toEqual(['violated I1 proven']);
});

test('flags that the machine does not have, and messages, cast no doubt', async () => {
  expect(await told(last(racy, '\tSetPageChecked(page);\n\tflash_debug("page %p\\n", page);\n\ttrace_flash_fault(page);\n'))).toEqual(['violated I1 proven']);
  expect(await told(last(racy, '\tflash_account(page);\n'))).toEqual([expect.stringMatching(/^violated I1 likely .*flash_account\(\)/)]);
});

test('a page that is handed on to a function which only a pointer names casts doubt', async () => {
  const apply = 'static int flash_apply(struct inode *inode, void *data, flash_actor actor)\n{\n\treturn actor(inode, data);\n}\n';
  expect(await told(beside(last(racy, '\tflash_apply(inode, page, flash_store);\n'), apply))).toEqual([expect.stringMatching(/^violated I1 likely .*flash_apply\(\)|actor\(\)/)]);
});
