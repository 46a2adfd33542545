/**
 * Calls that touch nothing the protocols are made of: accounting, TLB and cache maintenance, LRU,
 * tracing, readahead bookkeeping. They are named so that they neither appear as assumptions nor are
 * looked for in the tree. `anon_vma_prepare` and its like only choose a result.
 */

import type { Primitive } from '../types.ts';
import { inert, primitive } from './build.ts';

const zeroOrNoMemory = { kind: 'choice', values: [0, '-ENOMEM'] } as const;

export const inertVocabulary: readonly Primitive[] = [
  ...inert('flush_icache_page flush_icache_pages update_mmu_cache update_mmu_cache_range update_mmu_tlb lazy_mmu_prot_update flush_dcache_page flush_cache_page flush_tlb_page arch_enter_lazy_mmu_mode arch_leave_lazy_mmu_mode'),
  ...inert('inc_mm_counter dec_mm_counter add_mm_counter inc_mm_counter_fast count_vm_event __count_vm_event count_vm_events count_memcg_event_mm inc_page_state update_hiwater_rss acct_update_integrals task_io_account_write'),
  ...inert('mark_page_accessed folio_mark_accessed folio_set_referenced SetPageReferenced lru_cache_add_active lru_cache_add folio_add_lru folio_add_lru_vma lru_cache_add_inactive_or_unevictable activate_page lru_cache_add_anon lru_cache_add_file lru_cache_add_lru __lru_cache_add lru_add_drain isolate_lru_page putback_lru_page folio_isolate_lru folio_putback_lru clear_page_mlock __clear_page_mlock mlock_vma_page munlock_vma_page deactivate_page rotate_reclaimable_page'),
  ...inert('copy_user_highpage copy_user_page clear_user_highpage copy_mc_user_highpage'),
  ...inert('handle_ra_miss shrink_readahead_size_eio max_sane_readahead file_ra_state_init ra_has_index ClearPageError SetPageError PageError PageReadahead ClearPageReadahead ClearPageReclaim SetPageReferenced'),
  ...inert('printk pr_err pr_debug pr_warn WARN_ON WARN_ON_ONCE WARN dump_stack trace_printk print_bad_pte dump_page radix_tree_preload radix_tree_preload_end'),
  ...inert('cond_resched might_sleep yield schedule need_resched', 'yes'),
  ...inert('file_update_time file_accessed touch_atime mnt_want_write_file', 'yes'),
  ...inert('mem_cgroup_charge mem_cgroup_uncharge_page folio_throttle_swaprate sb_start_pagefault sb_end_pagefault', 'yes'),
  ...inert('xas_retry xas_set xas_pause XA_STATE DEFINE_READAHEAD trace_mm_filemap_fault trace_mm_filemap_map_pages trace_mm_filemap_add_to_page_cache WRITE_ONCE ALIGN_DOWN min max min3 max3 min_t max_t clamp in_range pte_index vma_pages pmd_none'),
  ...inert('pmd_install pmd_populate pte_free mm_inc_nr_ptes mm_dec_nr_ptes mlock_vma_folio munlock_vma_folio folio_test_readahead folio_test_referenced folio_test_workingset folio_test_mlocked folio_set_mlocked deactivate_file_folio arch_wants_old_prefaulted_pte vma_is_anon_shmem shmem_mapping check_stable_address_space mm_counter_file mm_counter psi_memstall_enter psi_memstall_leave'),
  ...inert('mem_cgroup_try_charge mem_cgroup_try_charge_delay mem_cgroup_newpage_charge mem_cgroup_cache_charge', 'yes', zeroOrNoMemory),
  ...inert('mem_cgroup_commit_charge mem_cgroup_cancel_charge mem_cgroup_uncharge mem_cgroup_uncharge_cache_page count_memcg_events lru_cache_add_active_or_unevictable'),
  ...inert('PageIdle PageCompound PageHighMem PagePrivate PageSlab PageLRU PageActive PageReferenced PageSwapBacked PageMlocked PageUnevictable PageError PageChecked PageMappedToDisk PageReclaim page_private page_index page_to_pfn page_zone page_zonenum PageTail PageHead folio_test_private folio_test_swapbacked folio_test_lru folio_test_active folio_test_slab folio_size folio_order folio_pos page_offset folio_mapcount page_mapcount'),
  ...inert('fput get_file filemap_set_wb_err balance_dirty_pages_ratelimited folio_wait_stable wait_for_stable_page folio_wait_writeback wait_on_page_writeback folio_account_dirtied', 'yes'),
  ...inert('wait_on_page_private_2 wait_on_page_fscache folio_wait_private_2 folio_wait_fscache', 'yes'),
  ...inert('wait_on_page_writeback_killable folio_wait_writeback_killable wait_on_page_private_2_killable wait_on_page_fscache_killable folio_wait_private_2_killable folio_wait_fscache_killable', 'yes', { kind: 'choice', values: [0, '-EINTR'] }),
  ...inert('folio_raw_mapping', 'no'),
  ...inert('__SetPageReferenced DEFINE_WAIT_BIT VM_BUG_ON_PGFLAGS PF_POISONED_CHECK page_cpupid_xchg_last folio_xchg_last_cpupid lock_map_acquire lock_map_release __mmap_lock_trace_start_locking __mmap_lock_trace_acquire_returned __mmap_lock_trace_released'),
  // A page's private data and the reference that it holds are left out; reclaim drops both before it looks at the references.
  ...inert('folio_attach_private attach_page_private attach_page_buffers folio_get_private folio_change_private folio_buffers page_buffers page_has_buffers folio_set_private folio_test_checked folio_set_checked folio_clear_checked folio_test_mappedtodisk folio_set_mappedtodisk'),
  ...inert('kfree kmem_cache_free'),
  // What the model leaves out: large folios, huge page tables, poisoned memory, page tables that must be made.
  // Models have no huge ptes; the regions see in its source that it unlocks the folio where it maps one.
  ...primitive('filemap_map_pmd', [], { source: 'mm/filemap.c', yieldsToSource: true, result: { kind: 'choice', values: [0] } }),
  ...primitive('folio_test_large folio_test_hwpoison PageHWPoison PageTransCompound folio_test_hugetlb folio_test_has_hwpoisoned PageHuge xa_is_value radix_tree_exceptional_entry radix_tree_exception pmd_trans_huge pmd_devmap pmd_leaf pmd_bad pmd_huge pmd_trans_unstable pmd_devmap_trans_unstable pmd_none_or_trans_huge_or_clear_bad', [], { source: 'include/linux/page-flags.h', result: { kind: 'choice', values: [0] } }),
  // Nothing is swapped out, and no page of a file is reserved.
  ...primitive('PageSwapCache folio_test_swapcache PageReserved', [], { source: 'include/linux/page-flags.h', result: { kind: 'choice', values: [0] } }),
  // The file is in the page cache: what DAX maps are no pages of it.
  ...primitive('IS_DAX vma_is_dax dax_mapping', [], { source: 'include/linux/fs.h', eras: ['fault', 'folio'], result: { kind: 'choice', values: [0] } }),
  // Nobody has asked for userfaultfd on the vma.
  ...primitive('userfaultfd_wp userfaultfd_armed userfaultfd_missing userfaultfd_minor userfaultfd_pte_wp pte_uffd_wp pte_marker_uffd_wp vmf_orig_pte_uffd_wp', [], { source: 'include/linux/userfaultfd_k.h', result: { kind: 'choice', values: [0] } }),
  ...primitive('compound_order', [], { source: 'include/linux/mm.h', result: { kind: 'choice', values: [0] } }),
  ...primitive('folio_nr_pages compound_nr', [], { source: 'include/linux/mm.h', result: { kind: 'choice', values: [1] } }),
  ...primitive('do_set_pmd', [], { source: 'mm/memory.c', result: { kind: 'choice', values: ['VM_FAULT_FALLBACK'] }, eras: ['folio'] }),
  ...primitive('pte_alloc pte_alloc_one __pte_alloc', [], { source: 'mm/memory.c', sleeps: 'yes', result: { kind: 'choice', values: [0, 1] } }),
  ...primitive('vmf_can_call_fault', [], { yieldsToSource: true, source: 'mm/memory.c', result: { kind: 'choice', values: [0, 'VM_FAULT_RETRY'] }, eras: ['folio'] }),
  // The environment's own question in the built-in composites: either answer.
  ...inert('readpage_fails page_mkwrite_refuses'),
  ...primitive('anon_vma_prepare', [], { source: 'mm/rmap.c', sleeps: 'yes', result: zeroOrNoMemory }),
  ...primitive('vmf_anon_prepare __vmf_anon_prepare', [], { yieldsToSource: true, source: 'mm/memory.c', sleeps: 'yes', result: zeroOrNoMemory }),
  ...primitive('radix_tree_maybe_preload', [], { source: 'lib/radix-tree.c', sleeps: 'gfp', result: zeroOrNoMemory }),
];
