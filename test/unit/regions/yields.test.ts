/** Which speaks: the vocabulary's entry or the function's source; and the effects of entries that stand alone. */

import { expect, test } from 'vitest';
import { runLocalChecks } from '../../../server/src/engine/localChecks.ts';
import { KernelTree } from '../../../server/src/engine/kernelTree.ts';
import { regionsReport } from '../../../server/src/engine/regionsReport.ts';
import type { Era } from '../../../server/src/engine/report.ts';
import { SourceFiles } from '../../../server/src/engine/sourceFiles.ts';
import { renderRegions } from '../../../server/src/engine/text.ts';
import type { FileHost } from '../../../server/src/engine/types.ts';
import { testParser } from '../syntax/testParser.ts';

const parser = await testParser();
const noFiles: FileHost = { readText: () => undefined, list: () => [], stamp: () => undefined };

/** The regions of the function `f`, without its heading. */
function regionsOf(source: string, era: Era): string[] {
  const files = new SourceFiles(noFiles, parser);
  const file = files.parse('t.c', source);
  const functions = regionsReport(file, new KernelTree(files, undefined), era, file.syntax.functions.filter(({ name }) => name === 'f'));
  return renderRegions({ version: 1, functions }).trim().split('\n').slice(1).map((line) => line.trim());
}

function codesOf(source: string): string[] {
  const files = new SourceFiles(noFiles, parser);
  return runLocalChecks(files.parse('t.c', source), new KernelTree(files, undefined), 'fault').findings.map(({ code }) => code);
}

const caller = `
struct page *f(struct address_space *m, unsigned long i)
{
	return find_lock_page(m, i);
}`;

test('a function with source at hand does what the source says, whatever the vocabulary has under its name', () => {
  const unlocked = 'struct page *find_lock_page(struct address_space *m, unsigned long i)\n{\n\tstruct page *page = find_get_page(m, i);\n\tif (page) {\n\t\tlock_page(page);\n\t\tunlock_page(page);\n\t}\n\treturn page;\n}';
  const locked = unlocked.replace('\t\tunlock_page(page);\n', '');
  const last = (text: string): string[] => regionsOf(text + caller, 'fault').map((line) => line.replace(/exit at \d+: /, '')).filter((line) => line.startsWith('returns')).sort();
  expect(last(unlocked)).toEqual(['returns find_lock_page(m, i), holding nothing']);
  expect(last(locked)).toEqual(['returns find_lock_page(m, i), holding nothing', 'returns find_lock_page(m, i), holding page lock of find_lock_page()']);
  expect(last('')).toEqual(last(locked));
});

test('a source that does not tell whether it returns with the page lock gives way to the entry', () => {
  const vague = 'struct page *find_lock_page(struct address_space *m, unsigned long i)\n{\n\tstruct page *page = find_get_page(m, i);\n\tif (page && someone())\n\t\tlock_page(page);\n\treturn page;\n}';
  expect(regionsOf(vague + caller, 'fault').map((line) => line.replace(/exit at \d+: /, ''))).toEqual(regionsOf(caller, 'fault').map((line) => line.replace(/exit at \d+: /, '')));
});

test('a walk holds the page-table lock while it says true, over its rounds', () => {
  expect(regionsOf('int f(struct page_vma_mapped_walk *w)\n{\n\twhile (page_vma_mapped_walk(w)) {\n\t\tif (enough(1)) {\n\t\t\tpage_vma_mapped_walk_done(w);\n\t\t\tbreak;\n\t\t}\n\t}\n\treturn 0;\n}', 'folio')).toEqual([
    'held on entry: nothing',
    '3-5         page-table lock of w->ptl (exclusive), when page_vma_mapped_walk(w) succeeded',
    'exit at 9: returns 0, holding nothing',
  ]);
});

test('a downgrade goes on shared', () => {
  expect(regionsOf('void f(struct mm_struct *mm)\n{\n\tmmap_write_lock(mm);\n\tmmap_write_downgrade(mm);\n\tone();\n\tmmap_read_unlock(mm);\n}', 'folio').join('\n')).toContain('mmap lock of mm');
  expect(regionsOf('void f(struct rw_semaphore *s)\n{\n\tdown_write(s);\n\tdowngrade_write(s);\n\tup_read(s);\n}', 'fault').at(-1)).toBe('exit at 6: returns nothing, holding nothing');
});

test('VM_FAULT_RETRY is returned without the page lock, and what became of the mmap lock is not claimed', () => {
  expect(regionsOf('vm_fault_t f(struct folio *folio, struct vm_fault *vmf)\n{\n\treturn folio_lock_or_retry(folio, vmf);\n}', 'folio')).toEqual([
    'held on entry: nothing',
    'exit at 3: returns folio_lock_or_retry(folio, vmf), holding page lock of folio',
    'exit at 3: returns folio_lock_or_retry(folio, vmf), holding nothing',
  ]);
});

test('another number of arguments is another kernel\'s function', () => {
  expect(regionsOf('int f(struct folio *folio, struct mm_struct *mm)\n{\n\treturn folio_lock_or_retry(folio, mm, 0);\n}', 'folio').filter((line) => line.includes('page lock'))).toEqual([]);
});

test('a page that leaves in a copied struct is known to others: its lock is not a leak here', () => {
  const text = 'struct control { struct page *page; };\nint f(struct control *out, struct address_space *m)\n{\n\tstruct control c;\n\tc.page = find_lock_page(m, 0);\n\t*out = c;\n\treturn 0;\n}';
  expect(codesOf(text)).toEqual([]);
  expect(codesOf(text.replace('\t*out = c;\n', ''))).toEqual(['FL001']);
});

test('a function that was given up says why', () => {
  expect(regionsOf('void f(struct page *p)\n{\n\tlock_page(p);\n\t@ $ ];\n\tunlock_page(p);\n}', 'fault')).toEqual(['locks not known: a part of it did not parse']);
});
