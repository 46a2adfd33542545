/** How locks are recognised by field, type and guard class, and which calls by pattern leave every lock alone. */

import type { LockClass, LockMode } from '../types.ts';
import { fieldMeanings, objectAccessors, objectTypes } from './fields.ts';

/** A field that is, or points to, a lock of a class of its own. */
export interface LockField {
  readonly lock: LockClass;
  /** The class of the operations that take it: elsewhere another field of that name may be another kind of lock. */
  readonly by: LockClass;
  /** The struct that has it. */
  readonly owner: string;
}

/** What kind of lock each field is, in every era that has it. */
const fieldKinds: Readonly<Record<string, LockClass>> = {
  page_table_lock: 'spin', ptl: 'spin', mmap_sem: 'rwsem', mmap_lock: 'rwsem',
  i_mmap_lock: 'spin', i_mmap_mutex: 'mutex', i_mmap_rwsem: 'rwsem', i_shared_lock: 'spin',
  tree_lock: 'spin', page_lock: 'spin', invalidate_lock: 'rwsem',
  i_mutex: 'mutex', i_sem: 'mutex', i_rwsem: 'rwsem',
};

const owners: Readonly<Record<string, string>> = {
  aggregate: 'struct vm_fault', ...Object.fromEntries(Object.entries(objectTypes).map(([type, kind]) => [kind, type])),
};

/** Field or variable name to the lock that it names or points to: `i_mmap_lock`, `ptl`. */
export const lockFields: ReadonlyMap<string, LockField> = new Map([
  ...Object.entries(fieldMeanings).flatMap(([path, meaning]) => {
    const [owner = '', field = ''] = path.split('.');
    const by = fieldKinds[field];
    return meaning.kind === 'lock' && by !== undefined ? [[field, { lock: meaning.lock, by, owner: owners[owner] ?? '' }] as const] : [];
  }),
  ['xa_lock', { lock: 'tree', by: 'spin', owner: 'struct xarray' }] as const,
  ['i_pages', { lock: 'tree', by: 'tree', owner: 'struct address_space' }] as const,
]);

/** Lock operations that are given a walk's state: the field of it that leads to the object whose lock it is. */
export const lockedThrough: ReadonlyMap<string, string> = new Map(
  ['lock', 'lock_irq', 'lock_bh', 'lock_irqsave', 'unlock', 'unlock_irq', 'unlock_bh', 'unlock_irqrestore', 'trylock'].map((word) => [`xas_${word}`, 'xa'] as const),
);

/** Macros that declare such a state: its name, and the value of the field, as arguments. */
export const stateMacros: ReadonlyMap<string, { readonly variable: number; readonly field: string; readonly value: number }> = new Map(
  ['XA_STATE', 'XA_STATE_ORDER'].map((name) => [name, { variable: 0, field: 'xa', value: 1 }] as const),
);

/** Classes of which an object has one lock: they are named by the object, whichever way they are taken. */
export const objectLocks: ReadonlySet<LockClass> = new Set(['mmap', 'iMmap', 'tree', 'invalidate', 'inode']);

/** The member at offset 0 by which a compound object is its first page: `&folio->page`. */
export const embeddedPage: Readonly<Record<string, string>> = { 'struct folio': 'page' };

/** Types whose objects carry a lock that the rules follow: where one is passed on, the callee matters. */
export const lockCarriers: ReadonlySet<string> = new Set(['struct page', 'struct folio', 'struct vm_fault', 'spinlock_t', 'struct buffer_head']);

/** Classes whose locks nobody shares. */
export const exclusiveLocks: ReadonlySet<LockClass> = new Set(['page', 'pageTable', 'pmd', 'mutex']);

/** The locks that local rules rest on. */
export const pageClasses: ReadonlySet<LockClass> = new Set(['page', 'pageTable']);

/** `guard(mutex)(&m)`: class of guard to lock. */
export const guardLocks: Readonly<Record<string, { readonly lock: LockClass; readonly mode: LockMode }>> = {
  mutex: { lock: 'mutex', mode: 'exclusive' },
  mutex_intr: { lock: 'mutex', mode: 'exclusive' },
  spinlock: { lock: 'spin', mode: 'exclusive' },
  spinlock_irq: { lock: 'spin', mode: 'exclusive' },
  spinlock_irqsave: { lock: 'spin', mode: 'exclusive' },
  raw_spinlock: { lock: 'spin', mode: 'exclusive' },
  raw_spinlock_irq: { lock: 'spin', mode: 'exclusive' },
  raw_spinlock_irqsave: { lock: 'spin', mode: 'exclusive' },
  rwsem_read: { lock: 'rwsem', mode: 'shared' },
  rwsem_write: { lock: 'rwsem', mode: 'exclusive' },
  rcu: { lock: 'rcu', mode: 'shared' },
};

/** Calls that compute a value from their arguments: equal arguments give an equal object. */
export const pureCalls: ReadonlySet<string> = new Set([...Object.keys(objectAccessors), 'container_of', 'page_address', 'page_private', 'page_to_pfn', 'folio_inode', 'd_inode', 'list_entry']);

/** Tests of the bits of a pointer itself: whether it leads to a page, or is an entry of another kind (include/linux/xarray.h, include/linux/radix-tree.h). */
export const tagTests: ReadonlySet<string> = new Set(['xa_is_value', 'radix_tree_exceptional_entry', 'radix_tree_exception']);

/** Of those families, the ones that keep what they are given: I/O requests, lists, trees. */
export const keepingFamily = /^(bio|list|hlist|xa|xas|radix_tree|rb)_(?!for_each|first|next|empty|entry|head_init)\w+$/;

/**
 * Calls by whose name a subsystem takes a lock of its own making (cluster locks, a lock of several): where no entry says what it is, it
 * may keep others out in ways that are not followed.
 */
export const ownLockFamily = /(^|_)(g|i|r|w|rw|try|cluster)?lock(_|$)/;

/** Tests of flags of a page that stay as they are while another thread holds its lock. */
export const stableFlags = /^(?:Page(?:SwapCache|Private|Anon|Uptodate|Compound|TransCompound|TransHuge|Huge|Ksm|Swapbacked|SwapBacked)|folio_test_(?:swapcache|private|anon|uptodate|large|hugetlb|ksm|swapbacked))$/;

/** Of those, the ones that a page in use keeps, locked or not: they are set before others can have it, and cleared when it is freed. */
export const lastingFlags = /^(?:PageAnon|folio_test_anon)$/;

const flagWords = 'Active|Checked|Error|FsCache|Hwpoison|HWPoison|Idle|Lru|LRU|MappedToDisk|Mlocked|OwnerPriv1|Owner2|Private2|Readahead|Reclaim|Referenced|Reserved|Slab|SwapBacked|Uncached|Unevictable|Waiters|Workingset|Young';
const flagNames = 'active|checked|error|fscache|hwpoison|idle|lru|mappedtodisk|mlocked|owner_priv_1|owner_2|private_2|readahead|reclaim|referenced|reserved|slab|swapbacked|uncached|unevictable|waiters|workingset|young';

/**
 * Tests and changes of flags that no protocol of the page cache rests on; macros make most of them, so that a tree has no source of
 * them. PG_private is none of them: who sets it may have taken a reference for it.
 */
export const otherFlags = new RegExp(`^(?:__)?(?:(?:Set|Clear|TestSet|TestClear)?Page(?:${flagWords})|folio_(?:test|set|clear|test_set|test_clear)_(?:${flagNames}))$`);

/** Calls that only tell whoever traces the kernel. */
export const tracepoints = /^trace_\w+$/;

/** Calls that read of a page what is not a flag, and change nothing. */
export const flagReaders = /^(?:page|folio)_(?:to|count|mapcount|mapped|index|pos|size|nr|shift|order|zone|zonenum|node|nid|address|file|is|has|ref_count|pgoff|pgdat|lru|memcg|mapping|maybe|large|next|file_pos)(?:_\w+)?$/;

/** Families of calls that neither take nor drop a lock of their arguments (flags, pte values, statistics, tracing). */
export const inertFamilies: readonly RegExp[] = [
  /^(__)?(Set|Clear|TestSet|TestClear|TestAndSet|TestAndClear)?Page(?!Locked$)[A-Z]\w+$/,
  /^(__)?folio_(test|set|clear)_(?!locked)\w+$/,
  /^(pte|pmd|pud|pgd|p4d|ptep|pmdp|pudp|mk|swp|swap_entry|pfn|pagefault|is)_\w+$/,
  /^(trace|count|inc|dec|mod|add|update|lruvec|node|zone|dump|print|pr|memcg|mem_cgroup|lockdep|instrument)_\w+$/,
  /^(flush|copy|clear|zero|kmap|kunmap|memset|memcpy|memzero|memmove)_?\w*$/,
  /^(page|folio)_(to|count|mapcount|mapped|index|pos|size|nr|shift|order|zone|zonenum|node|nid|address|file|is|has|ref|pgoff|pgdat|lru|memcg|contains|can|evictable|maybe|expected|large|likely|within|next|file_pos|private|swap|buffers|offset|batch)\w*$/,
  /^(folio|page)_(mark|add|get|put|try_get|attach|detach|change|zero|rotate|account|cancel|clear|redirty|cleaned|lruvec|test|end_writeback|start_writeback|wait_stable|wait_writeback|alloc)\w*$/,
  /^(list|hlist|rb|xa|xas|radix_tree|bio|bh|buffer|atomic|set|test|clear|change|__set|__clear|__test|spin|init|INIT)_\w+$/,
  /^(__)?(get|put)_(page|cpu|user|bh)\w*$/,
  /^(BUG|WARN|VM_BUG|VM_WARN|READ|WRITE|ACCESS|MIN|MAX|S|DQUOT|min|max|round|virt|phys|offset_in|thp|compound|hpage|huge)_?\w*$/,
];
