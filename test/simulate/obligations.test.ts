/** What a fault has to do with a page whether it asks for it or not: find it uptodate, leave it dirty. */

import { describe, expect, it } from 'vitest';
import { verdicts } from './run.ts';
import { Sources } from './sources.ts';

const core = '/tree/mm/memory.c';
const writes = { against: ['writeback'], access: ['write'], mapping: ['shared'] } as const;
const reads = { against: ['truncate'], access: ['read'], mapping: ['shared'] } as const;

/** No set_page_dirty any more. */
const clean = (name: 'truncate-count-era' | 'page-lock-era', condition: string): Sources => Sources.example(name).edit('mm/memory.c', `\n${condition}set_page_dirty(page);\n`, '\n');
const count = { name: 'do_no_page', clean: clean('truncate-count-era', '\t\t\tif (write_access)\n\t\t\t\t') };
const lock = { name: '__do_fault', clean: clean('page-lock-era', '\t\t\tif (flags & FAULT_FLAG_WRITE)\n\t\t\t\t') };
const rmap = 'int page_mkclean(struct page *page)\n{\n\treturn page_mkclean_file(page->mapping, page);\n}\n';

describe('a page that a shared write maps', () => {
  it.each([count, lock])('is dirty wherever writeback write-protects ptes: $name', async ({ name, clean: tree }) => {
    expect(await verdicts(tree.write('mm/rmap.c', rmap), core, name, writes)).toEqual(['writeback, write shared: violated I14']);
  });

  it.each([count, lock])('may be clean where the dirty pte is enough: $name', async ({ name, clean: tree }) => {
    expect((await verdicts(tree, core, name, writes)).map((line) => line.split(' (')[0])).toEqual(['writeback, write shared: holds']);
  });
});

describe('a handler that reads pages from the file', () => {
  const nopage = Sources.example('truncate-count-era').edit('mm/filemap.c', '\tif (PageUptodate(page))\n\t\treturn page;\n\n\t/*', '\treturn page;\n\n\t/*');
  const fault = Sources.example('page-lock-era').edit('mm/filemap.c', '\tif (!PageUptodate(page)) {\n\t\t/*', '\tif (0) {\n\t\t/*');

  it('has to ask whether they are uptodate, also where it never does', async () => {
    expect(await verdicts(nopage, core, 'do_no_page', reads)).toEqual(['truncate, read shared: violated I5']);
    expect(await verdicts(fault, core, '__do_fault', reads)).toEqual(['truncate, read shared: violated I5']);
  });

  it('need not where it reads none', async () => {
    const own = fault.edit('mm/filemap.c', '\terror = page_cache_read(file, vmf->pgoff);', '\terror = own_pages(file, vmf->pgoff);');
    expect((await verdicts(own, core, '__do_fault', reads)).map((line) => line.split(' (')[0])).toEqual(['truncate, read shared: holds']);
  });
});
