/** Shapes that came after 2.6.24: speculative references, walks of the page cache, one lock pointer for several locks. */

import { describe, expect, it } from 'vitest';
import { printed } from './extracting.ts';

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
});
