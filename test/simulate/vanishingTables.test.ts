/** Page tables that are taken away while a fault runs: a fault of the folio era of our own, right and wrong. */

import { describe, expect, it } from 'vitest';
import { simulate, verdicts } from './run.ts';
import { Sources } from './sources.ts';

const file = 'mm/map.c';
const path = `/tree/${file}`;
const tree = Sources.of({
  [file]: `static vm_fault_t store_fault(struct vm_fault *vmf)
{
	struct address_space *mapping = vmf->vma->vm_file->f_mapping;
	struct folio *folio = filemap_lock_folio(mapping, vmf->pgoff);

	if (IS_ERR(folio))
		return VM_FAULT_SIGBUS;
	if (vmf->pgoff >= i_size_read(mapping->host) >> PAGE_SHIFT) {
		folio_unlock(folio);
		folio_put(folio);
		return VM_FAULT_SIGBUS;
	}
	vmf->page = folio;
	return VM_FAULT_LOCKED;
}

const struct vm_operations_struct store_ops = { .fault = store_fault };

vm_fault_t map_found(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	vm_fault_t ret = vma->vm_ops->fault(vmf);

	if (ret & VM_FAULT_ERROR)
		return ret;
	vmf->pte = pte_offset_map_lock(vma->vm_mm, vmf->pmd, vmf->address, &vmf->ptl);
	if (!vmf->pte)
		goto drop;
	if (!pte_none(ptep_get(vmf->pte))) {
		pte_unmap_unlock(vmf->pte, vmf->ptl);
		goto drop;
	}
	folio_add_file_rmap_pte(vmf->page, vmf->page, vma);
	set_pte_at(vma->vm_mm, vmf->address, vmf->pte, mk_pte(vmf->page, vma->vm_page_prot));
	pte_unmap_unlock(vmf->pte, vmf->ptl);
	folio_unlock(vmf->page);
	return ret;
drop:
	folio_unlock(vmf->page);
	folio_put(vmf->page);
	return VM_FAULT_NOPAGE;
}
`,
});
const how = { against: ['retraction'], era: 'folio', access: ['read'] } as const;

describe('a page table that may be taken away', () => {
  it('is seen to go while the fault runs', async () => {
    const [scenario, ...more] = await simulate(tree, path, 'map_found', how);
    expect([scenario?.verdict, scenario?.witnesses, more]).toEqual([
      'holds', ['the pte was set', 'retraction finished while the fault was in flight', 'retraction took the page table while the fault was in flight'], []]);
  });

  it('must be asked for again once its lock is held', async () => {
    const split = tree.edit(file, 'vmf->pte = pte_offset_map_lock(vma->vm_mm, vmf->pmd, vmf->address, &vmf->ptl);\n\tif (!vmf->pte)\n\t\tgoto drop;\n',
      'vmf->pte = pte_offset_map(vmf->pmd, vmf->address);\n\tif (!vmf->pte)\n\t\tgoto drop;\n\tvmf->ptl = pte_lockptr(vma->vm_mm, vmf->pmd);\n\tspin_lock(vmf->ptl);\n');
    expect(await verdicts(split, path, 'map_found', how)).toEqual(['retraction, read shared: violated I10']);
  });

  it('is not there for a fault that does not look', async () => {
    expect(await verdicts(tree.edit(file, '\tif (!vmf->pte)\n\t\tgoto drop;\n', ''), path, 'map_found', how)).toEqual(['retraction, read shared: violated I10']);
  });
});
