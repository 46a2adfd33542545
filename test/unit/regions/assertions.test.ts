/** What an assertion says of a lock: in which mode it is held, and in the callers. */

import { expect, test } from 'vitest';
import { KernelTree } from '../../../server/src/engine/kernelTree.ts';
import { regionsReport } from '../../../server/src/engine/regionsReport.ts';
import { SourceFiles } from '../../../server/src/engine/sourceFiles.ts';
import { renderRegions } from '../../../server/src/engine/text.ts';
import type { FileHost } from '../../../server/src/engine/types.ts';
import { testParser } from '../syntax/testParser.ts';

const parser = await testParser();
const noFiles: FileHost = { readText: () => undefined, list: () => [], stamp: () => undefined };

/** The regions of the function `f`, without its heading. */
function regionsOf(source: string): string[] {
  const files = new SourceFiles(noFiles, parser);
  const file = files.parse('t.c', source);
  const functions = regionsReport(file, new KernelTree(files, undefined), 'folio', file.syntax.functions.filter(({ name }) => name === 'f'));
  return renderRegions({ version: 1, functions }).trim().split('\n').slice(1).map((line) => line.trim());
}

test.each([
  ['mmap_assert_locked(mm);', 'mmap lock of mm'],
  ['mmap_assert_write_locked(mm);', 'mmap lock of mm (exclusive)'],
  ['mmap_assert_locked(mm); mmap_assert_write_locked(mm);', 'mmap lock of mm (exclusive)'],
  ['lockdep_assert_held(&mm->mmap_lock);', 'mmap lock of mm->mmap_lock'],
  ['lockdep_assert_held_read(&mm->mmap_lock);', 'mmap lock of mm->mmap_lock (shared)'],
  ['lockdep_assert_held_write(&mm->mmap_lock);', 'mmap lock of mm->mmap_lock (exclusive)'],
  ['assert_spin_locked(&mm->page_table_lock);', 'page-table lock of mm->page_table_lock (exclusive)'],
  ['lockdep_assert_held(&mm->page_table_lock);', 'page-table lock of mm->page_table_lock (exclusive)'],
  ['lockdep_assert_held(&mm->arg_lock);', 'spinlock of mm->arg_lock'],
])('%s', (assertion, shown) => {
  expect(regionsOf(`void f(struct mm_struct *mm)\n{\n\t${assertion}\n\twork(1);\n}`)).toEqual([
    `held on entry: ${shown.replace(/ \(.*/, '')}`,
    `3-4         ${shown}`,
    `exit at 5: returns nothing, holding ${shown.replace(/ \(.*/, '')}`,
  ]);
});

test('an annotation says that a lock is held, not how; what drops it may say', () => {
  expect(regionsOf('void f(struct s *s) __must_hold(&s->sem)\n{\n\twork(1);\n}')[1]).toBe('2-3         spinlock of s->sem');
  expect(regionsOf('void f(struct s *s)\n{\n\twork(1);\n\tup_read(&s->sem);\n}')).toEqual([
    'held on entry: rw_semaphore of s->sem',
    '2-4         rw_semaphore of s->sem (shared)',
    'exit at 5: returns nothing, holding nothing',
  ]);
});

const wrappers = `
static void assert_locked(struct vm_fault *vmf)
{
	if (!(vmf->flags & FAULT_FLAG_VMA_LOCK))
		mmap_assert_locked(vmf->vma->vm_mm);
}
static void release(struct vm_fault *vmf)
{
	if (vmf->flags & FAULT_FLAG_VMA_LOCK)
		vma_end_read(vmf->vma);
	else
		mmap_read_unlock(vmf->vma->vm_mm);
}
`;
/** Longer than a wrapper. */
const longer = `
static bool must_wait(struct vm_fault *vmf)
{
	bool ret = true;
	assert_locked(vmf);
	${Array.from({ length: 24 }, (_, i) => `one(${i});`).join('\n\t')}
	if (two(1))
		ret = false;
	return ret;
}
`;

test('what decides whether a callee asserts a lock decides in its caller over that lock', () => {
  const lines = wrappers.split('\n').length + longer.split('\n').length - 1;
  const found = regionsOf(`${wrappers}${longer}vm_fault_t f(struct vm_fault *vmf)\n{\n\tbool wait = must_wait(vmf);\n\trelease(vmf);\n\twork(wait);\n\treturn 0;\n}`);
  expect(found).toEqual([
    'held on entry, as some paths show: mmap lock of vmf->vma->vm_mm, vma lock of vmf->vma',
    `${lines + 2}-${lines + 3}       mmap lock of vmf->vma->vm_mm, on some paths`,
    `exit at ${lines + 5}: returns 0, holding nothing`,
  ]);
});

test('what a callee asserts on all its ways holds in its caller', () => {
  const always = longer.replace('assert_locked(vmf);', 'mmap_assert_locked(vmf->vma->vm_mm);');
  const lines = always.split('\n').length;
  expect(regionsOf(`${always}vm_fault_t f(struct vm_fault *vmf)\n{\n\tbool wait = must_wait(vmf);\n\twork(wait);\n\tmmap_read_unlock(vmf->vma->vm_mm);\n\treturn 0;\n}`)).toEqual([
    'held on entry: mmap lock of vmf->vma->vm_mm',
    `${lines + 2}-${lines + 4}       mmap lock of vmf->vma->vm_mm`,
    `exit at ${lines + 5}: returns 0, holding nothing`,
  ]);
});
