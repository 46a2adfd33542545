/** A race is `proven` only where no run of it rests on what was not followed. */

import { expect, test } from 'vitest';
import { engineOver, simulateDefaults } from './run.ts';
import { Sources } from './sources.ts';
import { neverCancelled } from '../../server/src/base/cancellation.ts';

const path = 'drivers/mtd/flashmap.c';
const limits = { kernel: undefined, maxStates: 2_000_000, timeoutMs: 60_000, cancellation: neverCancelled } as const;

/** The example's driver without its leak. */
const sound = Sources.example('page-lock-era').edit(path, '\tif (!PageUptodate(page)) {\n', '\tif (!PageUptodate(page)) {\n\t\tunlock_page(page);\n');
/** It does not lock the page. */
const racy = sound.edit(path, 'find_lock_page(mapping', 'find_get_page(mapping').edit(path, '\tif (!PageUptodate(page)) {\n\t\tunlock_page(page);\n', '\tif (!PageUptodate(page)) {\n')
  .edit(path, '\tif (vmf->pgoff >= pages) {\n\t\tunlock_page(page);\n', '\tif (vmf->pgoff >= pages) {\n').edit(path, 'return VM_FAULT_LOCKED;', 'return 0;');

async function races(files: Sources): Promise<string[]> {
  const engine = await engineOver(files);
  const { findings } = engine.check(`/tree/${path}`, { ...limits, level: 'likely', simulate: true, memory: 'sc' });
  return findings.map(({ code, confidence, message }) => `${code} ${confidence} ${/\[(\w+)\]/.exec(message)?.[1] ?? ''}${/taking it that (.*)\)$/.exec(message)?.[0] ?? ''}`).sort();
}

test('another result that is not followed does not weaken what goes wrong whatever it is', async () => {
  const found = await races(racy.edit(path, '\tpage = find_get_page(', '\tif (flash_mode(inode) == VM_FAULT_NOPAGE)\n\t\treturn VM_FAULT_NOPAGE;\n\tpage = find_get_page('));
  expect(found).toContain('FL100 proven I1');
  expect(found.filter((each) => each.includes('likely'))).toEqual([]);
});

test('a lock of the driver\'s own making may keep the adversary out; one of the kernel\'s that the adversary does not take keeps nobody out', async () => {
  const found = await races(racy.edit(path, '\tpage = find_get_page(', '\tflash_lock(inode);\n\tpage = find_get_page('));
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter((each) => !/^FL100 likely \w+taking it that calls that may take a lock of their own keep nobody out: flash_lock\(\)\)$/.test(each))).toEqual([]);
  expect(await races(racy.edit(path, '\tpage = find_get_page(', '\tmutex_lock(&inode->i_flash);\n\tpage = find_get_page('))).toContain('FL100 proven I1');
});

/** How the race with `against` is told where the driver's file also has `beside`. */
async function toldBeside(against: string, beside: string): Promise<string[]> {
  const files = racy.edit(path, 'static int flashmap_fault(', `${beside}\nstatic int flashmap_fault(`);
  const { scenarios } = (await engineOver(files)).simulate(`/tree/${path}`, 'flashmap_fault', { ...simulateDefaults, against: [against], access: ['read'] });
  return scenarios.map(({ verdict, confidence, reason }) => `${verdict} ${confidence}${reason === undefined ? '' : `: ${reason.split(': ').at(-1)!}`}`);
}

test('a size that the file system may refuse to change is no proof of a race with truncate', async () => {
  const setattr = (refusal: string): string => `static int flash_setattr(struct dentry *dentry, struct iattr *attr)
{
	struct inode *inode = dentry->d_inode;
	int err = 0;

${refusal}
	truncate_setsize(inode, attr->ia_size);
	return err;
}

static const struct inode_operations flash_iops = {
	.setattr = flash_setattr,
};
`;
  const refused = ['violated likely: flash_setattr refuses some changes by the size of the file'];
  expect(await toldBeside('truncate', '')).toEqual(['violated proven']);
  expect(await toldBeside('truncate', setattr(''))).toEqual(['violated proven']);
  expect(await toldBeside('truncate', setattr('\tif (attr->ia_size < 0)\n\t\treturn -EINVAL;\n'))).toEqual(['violated proven']);
  expect(await toldBeside('truncate', setattr('\tif (i_size_read(inode) > 0)\n\t\treturn -EINVAL;\n'))).toEqual(refused);
  expect(await toldBeside('truncate', setattr('\tif (attr->ia_valid & ATTR_SIZE) {\n\t\tif (inode->i_size)\n\t\t\terr = -EPERM;\n\t}\n'))).toEqual(refused);
  expect(await toldBeside('invalidate', setattr('\tif (inode->i_size)\n\t\treturn -EINVAL;\n'))).toEqual(['violated proven']);
});

test('nor is a hole in a file that none can be punched in', async () => {
  const operations = (members: string): string => `static const struct file_operations flash_fops = {\n\t.mmap = generic_file_mmap,\n${members}};\n`;
  expect(await toldBeside('punch-hole', '')).toEqual(['violated proven']);
  expect(await toldBeside('punch-hole', operations('\t.fallocate = flash_fallocate,\n'))).toEqual(['violated proven']);
  // That it refuses holes beyond the end says nothing of those inside the file.
  const refusing = 'static long flash_fallocate(struct file *file, int mode, loff_t offset, loff_t len)\n{\n\tif (offset >= file_inode(file)->i_size)\n\t\treturn -EINVAL;\n\treturn 0;\n}\n';
  expect(await toldBeside('punch-hole', refusing + operations('\t.fallocate = flash_fallocate,\n'))).toEqual(['violated proven']);
  expect(await toldBeside('punch-hole', operations(''))).toEqual(['violated likely: flash_fops has no ->fallocate and no ->truncate_range']);
});

test('nor is a file of /proc, which is neither truncated nor invalidated', async () => {
  const table = (member: string): string => `static const struct proc_ops flash_proc_ops = {\n\t.${member} = flash_member,\n};\n`;
  const proc = 'notModelled undefined: flash_proc_ops is of a file that never changes this way';
  for (const against of ['truncate', 'invalidate']) {
    expect(await toldBeside(against, table('proc_mmap'))).toEqual([proc]);
    expect(await toldBeside(against, table('proc_read'))).toEqual(['violated proven']);
  }
});

test('a fault that neither looks into the page cache nor asks for a size may be of a device, to which nothing of this happens', async () => {
  const own = (after: string): Sources => Sources.example('page-lock-era').edit(path, '\tpage = find_lock_page(mapping, vmf->pgoff);\n\tif (!page)\n\t\treturn VM_FAULT_SIGBUS;\n', `\tpage = alloc_page(GFP_KERNEL);\n\tif (!page)\n\t\treturn VM_FAULT_OOM;\n\tvmf->page = page;\n${after}`);
  const told = async (files: Sources, against: string): Promise<string[]> => {
    const { scenarios } = (await engineOver(files)).simulate(`/tree/${path}`, 'flashmap_fault', { ...simulateDefaults, against: [against], access: ['write'], mapping: ['shared'] });
    return scenarios.map(({ verdict, property, confidence, reason }) => `${verdict} ${property} ${confidence}${reason === undefined ? '' : `: ${reason.split(': ').at(-1)!}`}`);
  };
  expect(await told(own('\treturn 0;\n'), 'truncate')).toEqual(['notModelled undefined undefined: the fault neither looks into the page cache nor asks for the size of the file']);
  expect(await told(own('\tif (vmf->pgoff >= i_size_read(inode))\n\t\treturn VM_FAULT_SIGBUS;\n\treturn 0;\n'), 'truncate')).toEqual(['violated I8 proven']);
  // What it does wrong by itself needs nobody else.
  expect(await told(own('\tlock_page(page);\n\treturn 0;\n'), 'truncate')).toEqual(['violated I18 proven']);
});

test('a lock of a file system\'s own making is no doubt where nobody else has to run', async () => {
  const found = await races(sound.edit(path, '\tpage = find_lock_page(', '\tif (flash_lock(inode))\n\t\treturn 0;\n\tpage = find_lock_page('));
  expect(found).toEqual(['FL100 proven NULL']);
});

test('a lock that a call which is not followed may have taken is not released by a stranger', async () => {
  const locked = sound.edit(path, '\tpage = find_lock_page(', '\tflash_ilock(inode);\n\tup_read(&inode->i_rwsem);\n\tpage = find_lock_page(');
  const { scenarios } = (await engineOver(locked)).simulate(`/tree/${path}`, 'flashmap_fault', { ...simulateDefaults, against: ['invalidate'], access: ['read'] });
  expect(scenarios.map(({ verdict, reason }) => [verdict, reason])).toEqual([['notModelled', expect.stringMatching(/^whether flash_ilock has taken the lock that up_read drops is not followed \(flashmap_fault, line \d+\)$/)]]);
  const strange = sound.edit(path, '\tpage = find_lock_page(', '\tup_read(&inode->i_rwsem);\n\tpage = find_lock_page(');
  expect(await races(strange)).toContain('FL100 proven I19');
});
