/** A private write that maps a copy of a file's page: two results that are followed in part decide whether the copy is kept. */

import { describe, expect, it } from 'vitest';
import { verdicts } from './run.ts';
import { Sources } from './sources.ts';

const file = 'mm/copy.c';
const path = `/tree/${file}`;
const tree = Sources.of({
  [file]: `static vm_fault_t store_fault(struct vm_fault *vmf)
{
	struct address_space *mapping = vmf->vma->vm_file->f_mapping;
	vm_fault_t ret = store_prepare(mapping->host->i_store);
	struct folio *folio;

	if (ret)
		return ret;
	folio = filemap_lock_folio(mapping, vmf->pgoff);
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

static vm_fault_t set_copy(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	vm_fault_t ret = space_is_stable(vma->vm_mm);

	if (ret)
		return ret;
	vmf->pte = pte_offset_map_lock(vma->vm_mm, vmf->pmd, vmf->address, &vmf->ptl);
	if (!vmf->pte)
		return VM_FAULT_NOPAGE;
	if (!pte_none(ptep_get(vmf->pte))) {
		ret = VM_FAULT_NOPAGE;
		goto unlock;
	}
	folio_add_new_anon_rmap(vmf->cow_page, vma, vmf->address, RMAP_EXCLUSIVE);
	set_pte_at(vma->vm_mm, vmf->address, vmf->pte, pte_mkwrite(pte_mkdirty(mk_pte(vmf->cow_page, vma->vm_page_prot)), vma));
	ret = 0;
unlock:
	pte_unmap_unlock(vmf->pte, vmf->ptl);
	return ret;
}

vm_fault_t map_copy(struct vm_fault *vmf)
{
	vm_fault_t ret;

	vmf->cow_page = vma_alloc_folio(GFP_HIGHUSER_MOVABLE, 0, vmf->vma, vmf->address, false);
	if (!vmf->cow_page)
		return VM_FAULT_OOM;
	ret = vmf->vma->vm_ops->fault(vmf);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY))
		goto drop_copy;
	ret |= set_copy(vmf);
	folio_unlock(vmf->page);
	folio_put(vmf->page);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY))
		goto drop_copy;
	return ret;
drop_copy:
	folio_put(vmf->cow_page);
	return ret;
}
`,
});
const how = { against: ['writeback', 'truncate', 'fault'], era: 'folio', access: ['write'], mapping: ['private'] } as const;
const told = async (files: Sources): Promise<string[]> => (await verdicts(files, path, 'map_copy', how)).map((line) => line.replace(', write private', ''));

describe('a private copy, kept or dropped by what the handler and the page table say of it together', () => {
  it('belongs to the pte where it was mapped and to nobody where it was not', async () => {
    expect(await told(tree)).toEqual(['writeback: holds', 'truncate: holds', 'fault: holds']);
  });

  it('leaks where the page table\'s answer is forgotten, and is freed while it is mapped where it is dropped in any case', async () => {
    expect(await told(tree.edit(file, '\tret |= set_copy(vmf);', '\tset_copy(vmf);'))).toEqual(['writeback: violated I6', 'truncate: violated I6', 'fault: violated I6']);
    expect(await told(tree.edit(file, '\tfolio_put(vmf->page);\n\tif (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY))\n', '\tfolio_put(vmf->page);\n'))).toEqual(['writeback: violated I8', 'truncate: violated I8', 'fault: violated I8']);
  });
});
