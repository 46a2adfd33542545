/** What callees leave behind: long chains, many locks, two names of one page, flags that are tested twice. */

import { expect, test } from 'vitest';
import { KernelTree } from '../../../server/src/engine/kernelTree.ts';
import { allLockStatesOf } from '../../../server/src/engine/lockStates.ts';
import { runLocalChecks } from '../../../server/src/engine/localChecks.ts';
import { SourceFiles } from '../../../server/src/engine/sourceFiles.ts';
import type { FileHost } from '../../../server/src/engine/types.ts';
import type { Era } from '../../../server/src/ops/types.ts';
import { lockKey } from '../../../server/src/regions/locks.ts';
import { testParser } from '../syntax/testParser.ts';

const parser = await testParser();

function hostOf(texts: Readonly<Record<string, string>>): FileHost {
  return { readText: (path) => texts[path], list: () => [], stamp: () => undefined };
}

/** One row an exit: what is returned, where that is a constant, and the locks that are held. */
function exitsOf(source: string, name: string, era: Era = 'folio', host = hostOf({})): string[] {
  const files = new SourceFiles(host, parser);
  const file = files.parse('t.c', source);
  const fn = file.syntax.functions.find((each) => each.name === name)!;
  const { exits, notAnalysed } = allLockStatesOf(file, fn, new KernelTree(files, '/k'), era)!;
  if (notAnalysed !== undefined) return [notAnalysed];
  const rows = exits.map(({ returns, locks }) => `${typeof returns === 'number' ? returns : 'value'}: ${locks.filter(({ status }) => status === 'held').map((lock) => `${lockKey(lock).split(' ')[0]} ${lock.name}`).join(', ') || 'nothing'}`);
  return [...new Set(rows)].sort();
}

function findingsIn(source: string, era: Era = 'folio'): string[] {
  const files = new SourceFiles(hostOf({}), parser);
  return runLocalChecks(files.parse('t.c', source), new KernelTree(files, undefined), era).findings.map(({ code, function: name, confidence }) => `${code} ${name} ${confidence}`);
}

/** `top` unlocks again what the last of a chain of callees has unlocked. */
function chain(length: number, isReversed: boolean): string {
  const functions = Array.from({ length }, (_, i) => `static void f${i}(struct page *page)\n{\n\t${i === 0 ? 'unlock_page' : `f${i - 1}`}(page);\n}\n`);
  const top = `void top(struct page *page)\n{\n\tlock_page(page);\n\tf${length - 1}(page);\n\tunlock_page(page);\n}\n`;
  return (isReversed ? [top, ...functions.reverse()] : [...functions, top]).join('');
}

test('a chain of calls may be as long as it likes, in either order of the file', () => {
  for (const length of [10, 60, 1500]) for (const isReversed of [false, true]) expect(findingsIn(chain(length, isReversed))).toEqual(['FL002 top proven']);
});

const manyLocks = (name: string, body: string): string => `struct obj { spinlock_t a, b, c, d, e; };
static int ${name}(struct obj *o, struct page *page, int how)
{
${['a', 'b', 'c', 'd'].map((lock, i) => `\tif (how & ${1 << i})\n\t\tspin_lock(&o->${lock});\n`).join('')}${body}}
`;

test('a callee with too many outcomes of other locks still says what becomes of the page lock', () => {
  const source = `${manyLocks('take', '\tif (!trylock_page(page))\n\t\treturn -EAGAIN;\n\treturn 0;\n')}
int use(struct obj *o, struct page *page, int how)
{
	if (take(o, page, how))
		return -EAGAIN;
	return 0;
}
`;
  expect(exitsOf(source, 'use')).toEqual(['-11: nothing', '0: page page']);
});

const mkwrite = (end: string): string => `static void settle(struct vm_fault *vmf)
{
	unlock_page(vmf->page);
}
static int shared(struct vm_fault *vmf, struct page *page)
{
	lock_page(page);
	settle(vmf);
	return 0;
}
int use(struct vm_fault *vmf)
{
	struct page *page = vmf->page;

	shared(vmf, page);
${end}	return 0;
}
`;

test('a callee that locks a page by one name and unlocks it by another has unlocked it', () => {
  expect(exitsOf(mkwrite(''), 'use')).toEqual(['0: nothing']);
  expect(findingsIn(mkwrite(''))).toEqual([]);
});

test('after a handler that may have set vmf->page without saying how, the page of before is not taken for it', () => {
  const source = `int use(struct vm_fault *vmf)
{
	int ret = vmf->vma->vm_ops->fault(vmf);

	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY))
		return ret;
	if (!(ret & VM_FAULT_LOCKED))
		lock_page(vmf->page);
	return ret;
}
int outer(struct vm_fault *vmf)
{
	int ret = use(vmf);

	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY))
		return ret;
	unlock_page(vmf->page);
	return ret;
}
`;
  const files = new SourceFiles(hostOf({}), parser);
  const file = files.parse('t.c', source);
  const fn = file.syntax.functions.find(({ name }) => name === 'outer')!;
  const { exits } = allLockStatesOf(file, fn, new KernelTree(files, undefined), 'folio')!;
  expect(exits.flatMap(({ locks }) => locks.filter(({ lock, heldOnEntry }) => lock === 'page' && heldOnEntry))).toEqual([]);
});

const twice = (between: string): string => `struct obj { spinlock_t lock; };
int drop(struct obj *o, struct folio *folio)
{
	folio_lock(folio);
	if (!folio_test_swapcache(folio))
		spin_lock(&o->lock);
${between}	if (!folio_test_swapcache(folio))
		spin_unlock(&o->lock);
	folio_unlock(folio);
	return 0;
}
`;

test('a flag that only the holder of the page lock changes answers alike, until the page is handed on', () => {
  expect(exitsOf(twice(''), 'drop')).toEqual(['0: nothing']);
  expect(exitsOf(twice('\tfolio_ref_freeze(folio, 2);\n'), 'drop')).toEqual(['0: nothing']);
  expect(exitsOf(twice('\tforget_swap(folio);\n'), 'drop')).toEqual(['0: at o->lock', '0: nothing']);
  expect(exitsOf(twice('\tfolio_unlock(folio);\n\tfolio_lock(folio);\n'), 'drop')).toEqual(['0: at o->lock', '0: nothing']);
  expect(exitsOf(twice('').replaceAll('swapcache', 'dirty'), 'drop')).toEqual(['0: at o->lock', '0: nothing']);
});

test('a locked page is no error pointer', () => {
  const source = `static struct page *get(struct address_space *mapping)
{
	struct page *page = find_lock_page(mapping, 0);

	if (!page)
		return ERR_PTR(-ENOENT);
	return page;
}
int use(struct address_space *mapping)
{
	struct page *page = get(mapping);

	if (IS_ERR(page))
		return PTR_ERR(page);
	if (page == ERR_PTR(-EEXIST))
		return -EEXIST;
	unlock_page(page);
	return 0;
}
`;
  expect(exitsOf(source, 'use', 'fault')).toEqual(['-2: nothing', '0: nothing']);
  expect(findingsIn(source, 'fault')).toEqual([]);
});

const fault = `int use(struct mm_struct *mm, pmd_t *pmd, unsigned long addr)
{
	spinlock_t *ptl;
	pte_t *pte = pte_offset_map_lock(mm, pmd, addr, &ptl);

	if (!pte)
		return -EAGAIN;
	pte_unmap_unlock(pte, ptl);
	return 0;
}
`;

test('pte_offset_map_lock returns NULL only where it is no macro of the tree any more', () => {
  const macro = '#define pte_offset_map_lock(mm, pmd, address, ptlp)	\\\n({ spinlock_t *__ptl = pte_lockptr(mm, pmd); pte_offset_map(pmd, address); })\n';
  const function65 = 'static inline pte_t *pte_offset_map_lock(struct mm_struct *mm, pmd_t *pmd, unsigned long addr, spinlock_t **ptlp)\n{\n}\n';
  expect(exitsOf(fault, 'use', 'folio', hostOf({ '/k/include/linux/mm.h': macro }))).toEqual(['0: nothing']);
  expect(exitsOf(fault, 'use', 'folio', hostOf({ '/k/include/linux/mm.h': function65 }))).toEqual(['-11: nothing', '0: nothing']);
});

/** A lock that only some objects have, taken and dropped by wrappers that ask the object; the tests are functions of their own. */
const wrappers = `
static unsigned long bits_of(struct vm_area_struct *vma)
{
	return (unsigned long)vma->vm_private_data;
}
static int is_shareable(struct vm_area_struct *vma)
{
	return (vma->vm_flags & VM_MAYSHARE) && vma->vm_private_data;
}
static int is_private(struct vm_area_struct *vma)
{
	return !(vma->vm_flags & VM_MAYSHARE) && bits_of(vma) & ~3;
}
static void area_lock(struct vm_area_struct *vma)
{
	if (is_shareable(vma))
		down_read(&vma->shared_sem);
	else if (is_private(vma))
		down_read(&vma->private_sem);
}
static void area_unlock(struct vm_area_struct *vma)
{
	if (is_shareable(vma))
		up_read(&vma->shared_sem);
	else if (is_private(vma))
		up_read(&vma->private_sem);
}
`;

test('what decides in a callee which lock is taken decides again which is dropped', () => {
  const source = `${wrappers}int top(struct vm_area_struct *vma)\n{\n\tarea_lock(vma);\n\twork(vma);\n\tarea_unlock(vma);\n\treturn 0;\n}\n`;
  expect(exitsOf(source, 'top')).toEqual(['0: nothing']);
  const forgotten = source.replace('\tarea_unlock(vma);\n\treturn 0', '\tif (vma->vm_start)\n\t\tarea_unlock(vma);\n\treturn 0');
  expect(exitsOf(forgotten, 'top')).toEqual(['0: at vma->private_sem', '0: at vma->shared_sem', '0: nothing']);
});

test('a lock of a table is found again by the function that chose it', () => {
  const hashed = (index: string): string => `
static u32 slot_of(struct address_space *mapping, unsigned long index)
{
	unsigned long key[2];

	key[0] = (unsigned long)mapping;
	key[1] = index;
	return mix(key, 2) & 255;
}
static void let_go(struct address_space *mapping, struct vm_fault *vmf)
{
	u32 slot = slot_of(mapping, ${index});

	mutex_unlock(&table[slot]);
}
int top(struct address_space *mapping, struct vm_fault *vmf)
{
	u32 slot = slot_of(mapping, vmf->pgoff);

	mutex_lock(&table[slot]);
	let_go(mapping, vmf);
	return 0;
}
`;
  expect(exitsOf(hashed('vmf->pgoff'), 'top')).toEqual(['0: nothing']);
  expect(exitsOf(hashed('vmf->pgoff + 1'), 'top')).toEqual(['0: at table[slot]']);
});

test('whether a page is anonymous does not change while it is tried to be locked; it may while its lock is waited for', () => {
  const source = (lock: string): string => `int top(struct folio *folio)\n{\n\tif (folio_test_anon(folio) && ${lock})\n\t\treturn 1;\n\twork();\n\tif (folio_test_anon(folio))\n\t\tfolio_unlock(folio);\n\treturn 0;\n}\n`;
  expect(exitsOf(source('!folio_trylock(folio)'), 'top')).toEqual(['0: nothing', '1: nothing']);
  expect(exitsOf(source('folio_lock_killable(folio)'), 'top')).toEqual(['0: nothing', '0: page folio', '1: nothing']);
});

/** A reader that lets go of its folio at the end of each, and may look for another one. */
const reader = (next: string): string => `
struct reader { struct folio *cur; struct readahead_control *rac; };
static int advance(struct reader *reader)
{
	if (at_end(reader->rac)) {
		folio_unlock(reader->cur);
		${next}
	}
	return read_some(reader->rac);
}
void read_all(struct readahead_control *rac)
{
	struct reader reader = { .rac = rac };

	reader.cur = first_of(rac);
	advance(&reader);
	if (reader.cur)
		folio_unlock(reader.cur);
}
`;

test('a callee that puts something else in its place drops the lock of what was there', () => {
  expect(findingsIn(reader('reader->cur = next_of(reader->rac);'))).toEqual([]);
  expect(findingsIn(reader(';'))).toEqual(['FL002 read_all likely']);
});

/** The page is locked on some of the ways on which 0 is returned; what is left in \`found\` may tell. */
const grabber = (test: string): string => `
static int grab(struct page *page, struct page **found, struct ctl *ctl)
{
	if (ctl->again(ctl))
		return 0;
	lock_page(page);
	*found = target_of(ctl);
	return 0;
}
static int make_writable(struct vm_fault *vmf)
{
	struct page *found = NULL;
	int err = grab(vmf->page, &found, vmf->vma->vm_private_data);

	if (err)
		return VM_FAULT_SIGBUS;
	${test}
	return VM_FAULT_LOCKED;
}
struct vm_operations_struct ops = { .page_mkwrite = make_writable };
`;

test('which way a callee went is asked of what it left behind: no finding rests on a guess from there', () => {
  expect(findingsIn(grabber('if (!found)\n\t\treturn VM_FAULT_NOPAGE;'))).toEqual([]);
  expect(findingsIn(grabber('if (vmf->vma->vm_start)\n\t\treturn VM_FAULT_NOPAGE;'))).toEqual(['FL001 make_writable likely', 'FL005 make_writable likely']);
});
