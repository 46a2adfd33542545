/**
 * How struct fields, types and constants of the kernel are understood by the model. The model has
 * one file, one vma and one mm, so every pointer of those types denotes the same object; that is an
 * assumption which each report states.
 */

import type { Era, FieldMeaning, LockClass, ObjectKind } from '../types.ts';

/** Pointer types whose target the model has exactly once. */
export const objectTypes: Readonly<Record<string, ObjectKind>> = {
  'struct address_space': 'mapping',
  'struct inode': 'inode',
  'struct vm_area_struct': 'vma',
  'struct mm_struct': 'mm',
  'struct file': 'file',
  'struct task_struct': 'task',
  'struct vm_operations_struct': 'vmOps',
  'struct address_space_operations': 'aOps',
  pmd_t: 'pmd',
  swp_entry_t: 'swapEntry',
};

/** Pointer types that denote a page of the cache (a folio is its page in the model). */
export const pageTypes: ReadonlySet<string> = new Set(['struct page', 'struct folio']);
export const pteTypes: ReadonlySet<string> = new Set(['pte_t']);
export const spinlockTypes: ReadonlySet<string> = new Set(['spinlock_t', 'struct spinlock', 'rwlock_t', 'raw_spinlock_t']);
/** Structs that live in the caller's frame and are followed field by field; 4.8 and 4.9 have the fault's own in a fault_env. */
export const aggregateTypes: ReadonlySet<string> = new Set(['struct vm_fault', 'struct fault_env']);

const object = (kind: ObjectKind): FieldMeaning => ({ kind: 'object', object: kind });
const lock = (kind: LockClass): FieldMeaning => ({ kind: 'lock', lock: kind });

/** Fields read through an object of the given kind, or of any (`*`). */
export const fieldMeanings: Readonly<Record<string, FieldMeaning>> = {
  'vma.vm_file': object('file'),
  'vma.vm_mm': object('mm'),
  'vma.vm_ops': object('vmOps'),
  'vma.vm_flags': { kind: 'vmFlags' },
  'file.f_mapping': object('mapping'),
  'file.f_inode': object('inode'),
  'file.f_dentry': object('file'),
  'file.d_inode': object('inode'),
  'file.f_path': object('file'),
  'file.dentry': object('file'),
  'inode.i_mapping': object('mapping'),
  'inode.i_data': object('mapping'),
  'mapping.host': object('inode'),
  'mapping.a_ops': object('aOps'),
  'task.mm': object('mm'),
  'task.active_mm': object('mm'),
  'mapping.truncate_count': { kind: 'cell', cell: 'truncateCount' },
  'inode.i_size': { kind: 'cell', cell: 'size' },
  'page.mapping': { kind: 'cell', cell: 'mapping' },
  'page.index': { kind: 'faultIndex' },
  'mm.page_table_lock': lock('pageTable'),
  'mm.mmap_sem': lock('mmap'),
  'mm.mmap_lock': lock('mmap'),
  'mapping.i_mmap_lock': lock('iMmap'),
  'mapping.i_mmap_mutex': lock('iMmap'),
  'mapping.i_mmap_rwsem': lock('iMmap'),
  'mapping.i_shared_lock': lock('iMmap'),
  'mapping.tree_lock': lock('tree'),
  'mapping.page_lock': lock('tree'),
  'mapping.invalidate_lock': lock('invalidate'),
  'inode.i_mutex': lock('inode'),
  'inode.i_sem': lock('inode'),
  'inode.i_rwsem': lock('inode'),
  // Nothing is swapped out.
  'swapEntry.val': { kind: 'constant', value: 0 },
  'aggregate.ptl': lock('pageTable'),
};

/** Fields of `struct vm_fault` with their types, for frames that are entered with a pointer to one. */
export const aggregateFields: Readonly<Record<string, { readonly base: string; readonly pointers: number }>> = {
  vma: { base: 'struct vm_area_struct', pointers: 1 },
  page: { base: 'struct page', pointers: 1 },
  cow_page: { base: 'struct page', pointers: 1 },
  pte: { base: 'pte_t', pointers: 1 },
  orig_pte: { base: 'pte_t', pointers: 0 },
  ptl: { base: 'spinlock_t', pointers: 1 },
  pmd: { base: 'pmd_t', pointers: 1 },
  flags: { base: 'unsigned int', pointers: 0 },
};

/** Names that denote the object itself. */
export const objectNames: Readonly<Record<string, ObjectKind>> = { current: 'task' };

/** Macros that walk the page cache, with the argument that is the page of each round (no reference, not NULL). */
export const pageWalks: Readonly<Record<string, number>> = { xas_for_each: 1, xas_for_each_marked: 1 };

/** Accessor functions that lead from one object to another: `file_inode(file)`. */
export const objectAccessors: Readonly<Record<string, ObjectKind>> = {
  file_inode: 'inode',
  file_mapping: 'mapping',
  vma_file: 'file',
  vma_mapping: 'mapping',
  get_current: 'task',
};

/** Struct types whose function-pointer members are handlers of the fault path. */
export const handlerTables: Readonly<Record<'vmOps' | 'aOps', string>> = {
  vmOps: 'struct vm_operations_struct',
  aOps: 'struct address_space_operations',
};

/** Members of the vm_operations table that start a file fault, newest first. */
export const faultMembers: readonly string[] = ['fault', 'nopage'];

/** Members that a table may do without, with the built-in reading of what each of them must do at least; `…_of_page` where it is given a page, not a fault. */
export const optionalMembers: Readonly<Record<string, string>> = { page_mkwrite: 'builtin_page_mkwrite' };

/**
 * Constants of the fault interface by era; the tree's own headers, where they are at hand, come
 * first. Values are those of include/linux/mm.h of 2.6.20, 2.6.24 and 6.12; others keep their names.
 */
const common: Readonly<Record<string, number>> = {
  NULL: 0, false: 0, true: 1, FALSE: 0, TRUE: 1,
  EPERM: 1, ENOENT: 2, EINTR: 4, EIO: 5, EAGAIN: 11, ENOMEM: 12, EFAULT: 14, EBUSY: 16, EEXIST: 17, EINVAL: 22, ENOSPC: 28,
  ERESTARTSYS: 512, EIOCBQUEUED: 529,
  AOP_WRITEPAGE_ACTIVATE: 0x80000, AOP_TRUNCATED_PAGE: 0x80001,
  VM_READ: 1, VM_WRITE: 2, VM_EXEC: 4, VM_SHARED: 8, VM_MAYREAD: 0x10, VM_MAYWRITE: 0x20, VM_MAYEXEC: 0x40, VM_MAYSHARE: 0x80,
};

export const constantsByEra: Readonly<Record<Era, Readonly<Record<string, number>>>> = {
  nopage: {
    ...common,
    NOPAGE_SIGBUS: 0, NOPAGE_OOM: -1, NOPAGE_REFAULT: -2, NOPFN_SIGBUS: -1, NOPFN_OOM: -2,
    VM_FAULT_OOM: 0, VM_FAULT_SIGBUS: 1, VM_FAULT_MINOR: 2, VM_FAULT_MAJOR: 3, VM_FAULT_WRITE: 0x10,
  },
  fault: {
    ...common,
    NOPAGE_SIGBUS: 0, NOPAGE_OOM: -1, VM_FAULT_MINOR: 0,
    VM_FAULT_OOM: 1, VM_FAULT_SIGBUS: 2, VM_FAULT_MAJOR: 4, VM_FAULT_WRITE: 8, VM_FAULT_HWPOISON: 0x10,
    VM_FAULT_NOPAGE: 0x100, VM_FAULT_LOCKED: 0x200, VM_FAULT_RETRY: 0x400, VM_FAULT_ERROR: 3,
    FAULT_FLAG_WRITE: 1, FAULT_FLAG_NONLINEAR: 2, FAULT_FLAG_MKWRITE: 4, FAULT_FLAG_ALLOW_RETRY: 8,
  },
  folio: {
    ...common,
    VM_FAULT_OOM: 1, VM_FAULT_SIGBUS: 2, VM_FAULT_MAJOR: 4, VM_FAULT_HWPOISON: 0x10, VM_FAULT_HWPOISON_LARGE: 0x20, VM_FAULT_SIGSEGV: 0x40,
    VM_FAULT_NOPAGE: 0x100, VM_FAULT_LOCKED: 0x200, VM_FAULT_RETRY: 0x400, VM_FAULT_FALLBACK: 0x800, VM_FAULT_DONE_COW: 0x1000,
    VM_FAULT_NEEDDSYNC: 0x2000, VM_FAULT_COMPLETED: 0x4000, VM_FAULT_ERROR: 0x873,
    FAULT_FLAG_WRITE: 1, FAULT_FLAG_MKWRITE: 2, FAULT_FLAG_ALLOW_RETRY: 4, FAULT_FLAG_RETRY_NOWAIT: 8, FAULT_FLAG_KILLABLE: 0x10,
    FAULT_FLAG_TRIED: 0x20, FAULT_FLAG_UNSHARE: 0x400, FAULT_FLAG_ORIG_PTE_VALID: 0x800, FAULT_FLAG_VMA_LOCK: 0x1000,
    FGP_ACCESSED: 1, FGP_LOCK: 2, FGP_CREAT: 4, FGP_WRITE: 8, FGP_NOFS: 16, FGP_NOWAIT: 32, FGP_FOR_MMAP: 64,
  },
};

/**
 * Functions that write-protect the ptes of a page that is about to be written back (since 2.6.19): where a tree has one, whoever makes a pte
 * writable has to dirty its page.
 */
export const writeProtectors: readonly string[] = ['page_mkclean', 'folio_mkclean'];

/** Bits of a fault's flags: it may drop the mm's lock and be retried; the task that waits in it may be killed; it has been retried before. */
export const retryFlags = { mayRetry: 'FAULT_FLAG_ALLOW_RETRY', isKillable: 'FAULT_FLAG_KILLABLE', isRetried: 'FAULT_FLAG_TRIED' } as const;

/** Where a fault that has been retried may be so again: before 5.7 its first flag was cleared then (arch/x86/mm/fault.c). */
export const retriesAgain: ReadonlySet<Era> = new Set(['folio']);

/** The bit of a fault's flags that says it is a write, and the vma flag that says it is shared. */
export const writeFlag = 'FAULT_FLAG_WRITE';
export const sharedFlags: readonly string[] = ['VM_SHARED', 'VM_MAYSHARE'];
/** vma flags that an ordinary writable file mapping has. */
export const ordinaryVmaFlags: readonly string[] = ['VM_READ', 'VM_WRITE', 'VM_MAYREAD', 'VM_MAYWRITE'];

/** Headers of a tree whose constants matter to the fault interface. */
export const headersWithConstants: readonly string[] = [
  'include/linux/mm.h', 'include/linux/mm_types.h', 'include/linux/fs.h', 'include/linux/pagemap.h', 'include/linux/shmem_fs.h',
  'include/asm-generic/errno-base.h', 'include/uapi/asm-generic/errno-base.h', 'include/asm-generic/errno.h', 'include/uapi/asm-generic/errno.h',
];
