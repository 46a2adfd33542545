import { describe, expect, it } from 'vitest';
import { NotModelledError } from '../../../server/src/model/extract/types.ts';
import { extract, printed } from './extracting.ts';

const lookup = ['lock tree', '#1 := cache[0]', 'when #1', 'atomically refcount[#1] = (refcount[#1] + 1)', 'unlock tree'];
const put = (page: string): string[] => [
  `atomically refcount[${page}] = (refcount[${page}] + -1) (full barrier)`, `when (refcount[${page}] == 0)`, 'lock zone', `atomically pageKind[${page}] = 0`,
  `atomically uptodate[${page}] = 0`, `atomically dirty[${page}] = 0`, `atomically pageFlag[${page}] = 0`, 'unlock zone',
];

describe('extraction', () => {
  it('keeps barriers and shared accesses, and drops values that nothing reads', () => {
    const text = `int f(struct address_space *m) {
      unsigned int s = m->truncate_count;
      int unused = g();
      smp_rmb();
      if (unused) h();
      if (s != m->truncate_count) { spin_lock(&m->tree_lock); spin_unlock(&m->tree_lock); }
      return 0;
    }`;
    expect(printed(text)).toEqual([
      '#1 := truncateCount', 's := #1', 'read barrier',
      '#1 := truncateCount', 'if (s != #1)', '#1 := truncateCount', 'if !(s != #1)', 'lock tree', 'unlock tree',
    ]);
  });

  it('follows pages through out-parameters and inlined helpers', () => {
    const text = `static void drop(struct page **p) { put_page(*p); }
    static int look(struct address_space *m, struct page **out) { struct page *p = find_get_page(m, 0); *out = p; return p != NULL; }
    int f(struct address_space *m) {
      struct page *page;
      if (!look(m, &page)) return 0;
      lock_page(page);
      unlock_page(page);
      drop(&page);
      return 1;
    }`;
    expect(printed(text)).toEqual([
      ...lookup, 'look.p := #1', 'page := look.p', 'look.return value := (look.p != 0)', 'if look.return value', 'if !look.return value',
      'lock page[page]', 'unlock page[page]', ...put('page'),
    ]);
  });

  it('recognises the write parameter by what it guards, and the mapping by its flag', () => {
    const text = `int f(struct vm_area_struct *vma, int anything) {
      pte_t *p, e; spinlock_t *lock;
      struct page *page = find_get_page(vma->vm_file->f_mapping, 0);
      if (!page) return 0;
      p = pte_offset_map_lock(vma->vm_mm, pmd, address, &lock);
      e = mk_pte(page, vma->vm_page_prot);
      if (anything && (vma->vm_flags & VM_SHARED)) e = pte_mkwrite(e);
      set_pte_at(vma->vm_mm, address, p, e);
      spin_unlock(lock);
      return 1;
    }`;
    const tail = (...middle: string[]): string[] => [...lookup, 'page := #1', 'if page', 'if !page', 'lock pageTable[0]', 'e := (page << 2)', ...middle, 'pte[0] = e', 'unlock pageTable[0]'];
    expect(printed(text, { access: 'write' })).toEqual(tail('e := (e | 1)'));
    expect(printed(text, { access: 'write', sharing: 'private' })).toEqual(tail());
    expect(printed(text, { access: 'read' })).toEqual(tail());
  });

  it('keeps two tests of one unknown condition in step, by choosing once', () => {
    const text = `int f(struct address_space *m, int flag) {
      if (flag) spin_lock(&m->tree_lock);
      if (flag) spin_unlock(&m->tree_lock);
      return 0;
    }`;
    const choice = ['when ((parameter flag) == -1)', '(parameter flag) := any of 0, 1'];
    const test = [...choice, 'if ((parameter flag) == 1)', ...choice, 'if !((parameter flag) == 1)'];
    expect(printed(text)).toEqual([...test, 'lock tree', ...test, 'unlock tree']);
  });

  it('compares whatever is compared with i_size as the faulting offset', () => {
    const beyond = (test: string): string[] => printed(`int f(struct inode *inode, pgoff_t n) {
      unsigned long size = (i_size_read(inode) + PAGE_SIZE - 1) >> PAGE_SHIFT;
      if (${test}) { smp_mb(); }
      return 0;
    }`);
    expect(beyond('n >= size')).toEqual(['#1 := iSize', 'size := #1', 'if (0 >= size)', 'if !(0 >= size)', 'full barrier']);
    expect(beyond('size <= n')).toEqual(['#1 := iSize', 'size := #1', 'if (size <= 0)', 'if !(size <= 0)', 'full barrier']);
    expect(beyond('n > size - 1')).toEqual(['#1 := iSize', 'size := #1', 'if (0 > (size - 1))', 'if !(0 > (size - 1))', 'full barrier']);
  });

  it('lists calls that it does not follow, and marks those that are given a page', () => {
    const { assumptions } = extract(`int f(struct address_space *m) {
      struct page *page = find_get_page(m, 0);
      if (!page) return 0;
      mystery(page);
      other(3);
      put_page(page);
      return 0;
    }`);
    expect(assumptions).toEqual([
      "find_get_page: the vocabulary's summary, its source is not read",
      'given a page but not followed, taken to have no effect on it: mystery()',
      'not followed, taken to have no effect on the protocol and any result: other()',
    ]);
  });

  it('says why it cannot represent a function', () => {
    expect(() => extract('int f(struct page *page) { lock_page(page); return 0; }')).toThrow(NotModelledError);
    expect(() => extract('int f(struct vm_area_struct *vma) { return vma->vm_ops->fault(vma, 0); }')).toThrow('no handler is known for vm_ops->fault');
  });

  it('leaves out the statement of a line that is to be deleted', () => {
    const text = `int f(struct address_space *m) {
      smp_rmb();
      smp_wmb();
      return 0;
    }`;
    expect(printed(text, { without: [2] })).toEqual(['write barrier']);
  });
});
