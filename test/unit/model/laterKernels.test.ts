/** Shapes that came after 2.6.24: speculative references, walks of the page cache, one lock pointer for several locks. */

import { describe, expect, it } from 'vitest';
import type { SourceLookup } from '../../../server/src/model/extract/types.ts';
import { printProgram } from '../../../server/src/model/printProgram.ts';
import { extract, printed, sourceOf } from './extracting.ts';

describe('extraction of later kernels', () => {
  it('takes a speculative reference only where the page is not free', () => {
    const text = `int f(struct address_space *m) {
      struct page *page = radix_tree_deref_slot(slot);
      if (!page || !page_cache_get_speculative(page)) return 0;
      put_page(page);
      return 1;
    }`;
    expect(printed(text, { era: 'fault' }).filter((line) => line.includes('refcount')).slice(0, 2)).toEqual([
      '#2 := (refcount[page] > 0)', 'atomically refcount[page] = (refcount[page] + 1) (full barrier)',
    ]);
  });

  it('finds the cached page in each round of a walk, and never NULL', () => {
    const text = `int f(struct address_space *m) {
      struct page *page;
      xas_for_each(&xas, page, end) {
        lock_page(page);
        unlock_page(page);
      }
      return 1;
    }`;
    expect(printed(text, { era: 'fault' })).toEqual(['page := cache[0]', 'if page', 'page := cache[0]', 'if !page', 'lock page[page]', 'unlock page[page]']);
  });

  it('drops the lock that a pointer names where it stands, not the one it names elsewhere', () => {
    const text = `int f(struct vm_fault *vmf) {
      if (!choice()) goto map;
      vmf->ptl = pmd_lock(vmf->vma->vm_mm, vmf->pmd);
      spin_unlock(vmf->ptl);
    map:
      vmf->pte = pte_offset_map_lock(vmf->vma->vm_mm, vmf->pmd, vmf->address, &vmf->ptl);
      spin_unlock(vmf->ptl);
      return 0;
    }`;
    const lines = printed(text, { era: 'fault' });
    expect(lines.filter((line) => line.includes('ptl'))).toEqual([
      'vmf.ptl := 0', 'vmf.ptl := 1', ...['if (vmf.ptl == 1)', 'if !(vmf.ptl == 1)', 'if (vmf.ptl == 1)', 'if !(vmf.ptl == 1)'],
    ]);
    expect(lines.filter((line) => line.includes('lock pageTable'))).toEqual(['lock pageTable[0]', 'unlock pageTable[0]', 'unlock pageTable[0]']);
  });

  it('does not guess which pte is set through a pointer that it does not follow', () => {
    const text = `int f(struct vm_area_struct *vma, struct cursor *at) {
      set_pte_at(vma->vm_mm, address, at->pte, 0);
      return 0;
    }`;
    expect(() => printed(text)).toThrow('where the pte is that set_pte_at sets is not followed');
  });

  it('follows the fault_env of 4.8 and 4.9 field by field', () => {
    const text = `int f(struct fault_env *fe) {
      fe->pte = pte_offset_map_lock(fe->vma->vm_mm, fe->pmd, fe->address, &fe->ptl);
      set_pte_at(fe->vma->vm_mm, fe->address, fe->pte, 0);
      pte_unmap_unlock(fe->pte, fe->ptl);
      return 0;
    }`;
    expect(printed(text, { era: 'fault' })).toEqual(['lock pageTable[0]', 'pte[0] = 0', 'unlock pageTable[0]']);
  });

  it('does not guess a pte whose value it does not follow', () => {
    const text = `int f(struct vm_area_struct *vma, struct fault_env *fe) {
      pte_t entry = mystery();
      fe->pte = pte_offset_map_lock(vma->vm_mm, fe->pmd, fe->address, &fe->ptl);
      set_pte_at(vma->vm_mm, fe->address, fe->pte, pte_mkdirty(entry));
      pte_unmap_unlock(fe->pte, fe->ptl);
      return 0;
    }`;
    const program = printProgram(extract(text, { era: 'fault' }).program);
    expect(program).toContain('entry := -1');
    expect(program).toContain('check ?: ((entry | 2) >= 0)');
  });

  it('writes, cleans and protects ptes by their bits', () => {
    const stored = (value: string): string | undefined => printed(`int f(struct vm_area_struct *vma) {
      spinlock_t *ptl;
      pte_t *pte = pte_offset_map_lock(vma->vm_mm, pmd, address, &ptl);
      pte_t old = *pte;
      set_pte_at(vma->vm_mm, address, pte, ${value});
      pte_unmap_unlock(pte, ptl);
      return 0;
    }`).find((line) => line.startsWith('pte[0] ='));
    expect(stored('pte_wrprotect(old)')).toBe('pte[0] = (old & -2)');
    expect(stored('pte_mkclean(old)')).toBe('pte[0] = (old & -3)');
  });

  it('asks for NULL where page tables may vanish, and not where the lookup is still a macro', () => {
    const text = `int f(struct vm_fault *vmf) {
      vmf->pte = pte_offset_map_lock(vmf->vma->vm_mm, vmf->pmd, vmf->address, &vmf->ptl);
      if (!vmf->pte) return 1;
      pte_unmap_unlock(vmf->pte, vmf->ptl);
      return 0;
    }`;
    expect(printed(text, { era: 'folio' })).toContain('#1 := any of 0, 1');
    expect(printed(text, { era: 'folio', lookup: treeWith({ macros: ['pte_offset_map_lock'] }) })).toContain('#1 := 1');
    const vanishing = { era: 'folio', tablesVanish: true, lookup: treeWith({ macros: ['pte_offset_map_lock'] }) } as const;
    expect(() => printed(text, vanishing)).toThrow('in this tree page tables are not taken away while a fault runs');
  });

  it("reads lookups as the tree's own lookup fails", () => {
    const text = `int f(struct address_space *mapping) {
      struct folio *folio = filemap_get_folio(mapping, 0);
      return folio != NULL;
    }`;
    const readings = (own: string): string[] => {
      const asked: string[] = [];
      const find = sourceOf(own);
      extract(text, { era: 'folio', lookup: { ...treeWith({}), function: (name) => (name === 'f' ? undefined : find(name)), composite: (name) => (asked.push(name), undefined) } });
      return asked;
    };
    expect(readings('struct folio *__filemap_get_folio(struct address_space *m) { return NULL; }')).toEqual(['filemap_get_folio_or_null']);
    expect(readings('struct folio *__filemap_get_folio(struct address_space *m) { return ERR_PTR(-2); }')).toEqual(['filemap_get_folio']);
  });

  it('puts a page into the slot of the file where that is empty, and leaves other trees alone', () => {
    const inserted = (tree: string): string[] => printed(`int f(struct address_space *m) {
      struct page *page = alloc_page(0);
      if (!page) return 0;
      return radix_tree_insert(${tree}, 0, page);
    }`).filter((line) => line.startsWith('cache[0]') || line.includes('-12') || line.includes('-17'));
    expect(inserted('&m->page_tree')).toEqual(['#3 := any of 0, -12', '#3 := -17', 'cache[0] = page']);
    expect(inserted('&swapper_space.page_tree')).toEqual([]);
  });

  it('stops where a page is kept in a structure that is not followed', () => {
    const text = `int f(struct address_space *m, struct keeper *mine) {
      struct page *page = find_get_page(m, 0);
      mine->kept = page;
      return 0;
    }`;
    expect(printProgram(extract(text).program)).toContain('check ?: !((#1 >= 1) && (#1 <= 2))'.replace(/#1/g, 'page'));
  });

  it('does not guess which handler a table leads to that is not the vma\'s', () => {
    const text = 'int f(struct shm_file *sfd, struct vm_fault *vmf) { return sfd->vm_ops->fault(vmf); }';
    expect(() => printed(text, { era: 'folio' })).toThrow('which handler a call of ->fault reaches is not followed');
  });
});

function treeWith({ macros = [] }: { readonly macros?: readonly string[] }): SourceLookup {
  return { function: () => undefined, composite: () => undefined, constant: () => undefined, expansion: (name) => (macros.includes(name) ? { kind: 'number', value: 0, text: '0', span: { start: 0, end: 0 } } : undefined) };
}
