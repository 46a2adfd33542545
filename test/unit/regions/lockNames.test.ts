/** One lock under two names: the object's own word and the operation on its field. */

import { expect, test } from 'vitest';
import { KernelTree } from '../../../server/src/engine/kernelTree.ts';
import { allLockStatesOf } from '../../../server/src/engine/lockStates.ts';
import { SourceFiles } from '../../../server/src/engine/sourceFiles.ts';
import type { FileHost } from '../../../server/src/engine/types.ts';
import type { Era } from '../../../server/src/ops/types.ts';
import { testParser } from '../syntax/testParser.ts';

const parser = await testParser();
const noFiles: FileHost = { readText: () => undefined, list: () => [], stamp: () => undefined };

/** The locks held where `use` ends, by class and name, and what was held on entry. */
function heldAfter(source: string, era: Era = 'folio'): string {
  const files = new SourceFiles(noFiles, parser);
  const file = files.parse('t.c', source);
  const fn = file.syntax.functions.find(({ name }) => name === 'use')!;
  const { exits } = allLockStatesOf(file, fn, new KernelTree(files, undefined), era)!;
  return exits.map(({ locks }) => locks.filter(({ status, heldOnEntry }) => status === 'held' || heldOnEntry).map((lock) => `${lock.heldOnEntry ? 'entry ' : ''}${lock.lock} ${lock.object}`).join(', ') || 'nothing').join('; ');
}

const use = (parameters: string, body: string): string => `int use(${parameters})\n{\n\t${body}\n\treturn 0;\n}\n`;

test.each([
  ['struct inode *inode', 'inode_lock(inode); up_write(&inode->i_rwsem);'],
  ['struct inode *inode', 'down_read(&inode->i_rwsem); inode_unlock_shared(inode);'],
  ['struct dentry *dir', 'inode_lock(dir->d_inode); up_write(&dir->d_inode->i_rwsem);'],
  ['struct ext4_inode_info *ei', 'inode_lock(&ei->vfs_inode); up_write(&ei->vfs_inode.i_rwsem);'],
  ['struct address_space *mapping', 'filemap_invalidate_lock(mapping); up_write(&mapping->invalidate_lock);'],
  ['struct address_space *mapping', 'i_mmap_lock_write(mapping); up_write(&mapping->i_mmap_rwsem);'],
  ['struct mm_struct *mm', 'mmap_write_lock(mm); up_write(&mm->mmap_lock);'],
  ['struct vm_area_struct *vma', 'down_read(&vma->vm_mm->mmap_lock); mmap_read_unlock(vma->vm_mm);'],
  ['struct inode *inode', 'filemap_invalidate_lock(inode->i_mapping); up_write(&inode->i_mapping->invalidate_lock);'],
  ['struct address_space *mapping', 'xa_lock_irq(&mapping->i_pages); spin_unlock_irq(&mapping->i_pages.xa_lock);'],
  ['struct xarray *xa', 'spin_lock(&xa->xa_lock); xa_unlock(xa);'],
  ['struct folio *folio', 'XA_STATE(xas, &folio->mapping->i_pages, folio->index); xas_lock_irq(&xas); xas_store(&xas, folio); xa_unlock_irq(&folio->mapping->i_pages);'],
  ['struct xa_state *xas', 'xas_lock(xas); xa_unlock(xas->xa);'],
])('%s: %s', (parameters, body) => {
  expect(heldAfter(use(parameters, body))).toBe('nothing');
});

test('two locks of one object are two, also where the object is named by its address', () => {
  expect(heldAfter(use('struct inode *inode', 'i_mmap_lock_write(&inode->i_data); filemap_invalidate_lock(&inode->i_data);'))).toBe('iMmap &inode->i_data, invalidate &inode->i_data');
  expect(heldAfter(use('struct inode *inode', 'down_write(&inode->i_data.invalidate_lock); filemap_invalidate_unlock(&inode->i_data);'))).toBe('nothing');
});

test('a callee that is given the address of the field takes the lock of the object', () => {
  const source = `static void take(struct rw_semaphore *sem)\n{\n\tdown_write(sem);\n}\n${use('struct inode *inode', 'take(&inode->i_rwsem); inode_unlock(inode);')}`;
  expect(heldAfter(source)).toBe('nothing');
});

test('a callee that is given the state of a walk drops and takes the lock of the array', () => {
  const source = `static void again(struct xa_state *xas)\n{\n\txas_unlock(xas);\n\tcond_resched();\n\txas_lock(xas);\n}\n`;
  expect(heldAfter(source + use('struct address_space *mapping', 'XA_STATE(xas, &mapping->i_pages, 0); xas_lock(&xas); again(&xas); xa_unlock(&mapping->i_pages);'))).toBe('nothing');
  expect(heldAfter(source + use('struct address_space *mapping', 'XA_STATE(xas, &mapping->i_pages, 0); again(&xas);'))).toBe('entry tree mapping');
});

test('a field of that name that is another kind of lock, or of another struct, is what it is', () => {
  expect(heldAfter(use('struct vb2_queue *q', 'mutex_lock(&q->mmap_lock);'))).toBe('mutex &q->mmap_lock');
  expect(heldAfter(use('struct gmc *gmc', 'spin_lock(&gmc->invalidate_lock);'))).toBe('spin &gmc->invalidate_lock');
  expect(heldAfter(use('struct thing *thing', 'down_write(&thing->mmap_lock);'))).toBe('rwsem &thing->mmap_lock');
});

test('the names of older trees', () => {
  expect(heldAfter(use('struct inode *inode', 'mutex_lock(&inode->i_mutex);'), 'fault')).toBe('inode inode');
  expect(heldAfter(use('struct mm_struct *mm', 'down_read(&mm->mmap_sem);'), 'nopage')).toBe('mmap mm');
  expect(heldAfter(use('struct address_space *mapping', 'spin_lock(&mapping->i_mmap_lock); write_lock_irq(&mapping->tree_lock);'), 'nopage')).toBe('iMmap mapping, tree mapping');
  expect(heldAfter(use('struct mm_struct *mm', 'spin_lock(&mm->page_table_lock);'), 'nopage')).toBe('pageTable &mm->page_table_lock');
});

test('an assertion is about the lock that its field is, and about nobody\'s in particular where the page was found somewhere', () => {
  expect(heldAfter(use('struct inode *inode', 'lockdep_assert_held_write(&inode->i_rwsem); inode_unlock(inode);'))).toBe('entry inode inode');
  expect(heldAfter(use('struct vma *vma', 'struct page *page = found_by(vma); lock_page(vma->page); unlock_page(vma->page); BUG_ON(!PageLocked(page));'))).toBe('nothing');
});

test('a lock that was taken has an address', () => {
  const body = 'spinlock_t *pml = NULL; if (mm->nested) pml = pmd_lock(mm, pmd); if (pml) spin_unlock(pml);';
  expect(heldAfter(use('struct mm_struct *mm, pmd_t *pmd', body))).toMatch(/^nothing(; nothing)*$/);
});
