/** Page and folio locks, references, flags. PL is keyed by page; folio and page are one object. */

import type { Primitive } from '../types.ts';
import { acquire, get, primitive, put, release, requires, tryAcquire } from './build.ts';

const taken = { kind: 'taken', inverted: false } as const;
const mm = { sleeps: 'yes', source: 'include/linux/pagemap.h' } as const;

export const pageLockVocabulary: readonly Primitive[] = [
  ...primitive('lock_page __lock_page lock_page_nosync __lock_page_nosync folio_lock __folio_lock', [acquire('page')], mm),
  ...primitive('lock_page_killable __lock_page_killable folio_lock_killable __folio_lock_killable', [acquire('page', 0, 'exclusive', 'zero')], { ...mm, result: { kind: 'choice', values: [0, '-EINTR'] } }),
  ...primitive('TestSetPageLocked', [tryAcquire('page', 0, 'exclusive', 'zero')], { result: { kind: 'taken', inverted: true }, source: 'include/linux/page-flags.h', eras: ['nopage', 'fault'] }),
  ...primitive('trylock_page folio_trylock TryLockPage', [tryAcquire('page', 0, 'exclusive', 'nonzero')], { result: taken, source: 'include/linux/pagemap.h' }),
  ...primitive('unlock_page folio_unlock UnlockPage', [release('page')], { source: 'mm/filemap.c' }),
  ...primitive('SetPageLocked __SetPageLocked __folio_set_locked __set_page_locked', [acquire('page')], { source: 'include/linux/page-flags.h' }),
  ...primitive('__clear_page_locked __ClearPageLocked ClearPageLocked __folio_clear_locked', [release('page')], { source: 'include/linux/page-flags.h' }),
  ...primitive('folio_end_read', [{ kind: 'setFlag', flag: 'uptodate', object: 0, value: 1 }, release('page')], { source: 'mm/filemap.c', eras: ['folio'] }),
  ...primitive('wait_on_page_locked folio_wait_locked wait_on_page', [{ kind: 'waitUnlocked', object: 0 }], mm),
  ...primitive('wait_on_page_locked_killable folio_wait_locked_killable', [{ kind: 'waitUnlocked', object: 0 }], { ...mm, result: { kind: 'choice', values: [0, '-EINTR'] } }),
  ...primitive('folio_put_wait_locked', [put()], { ...mm, result: { kind: 'choice', values: [0, '-EINTR'] } }),
  ...primitive('PageLocked folio_test_locked', [], { result: { kind: 'flag', flag: 'locked', object: 0 }, source: 'include/linux/page-flags.h' }),

  ...primitive('get_page page_cache_get folio_get folio_ref_inc page_ref_inc', [get()], { source: 'include/linux/mm.h' }),
  ...primitive('put_page page_cache_release __put_page folio_put __free_page __free_pages page_cache_free', [put()], { source: 'mm/swap.c' }),
  ...primitive('get_page_unless_zero page_cache_get_speculative page_cache_add_speculative folio_try_get folio_try_get_rcu', [get(0, 'nonzero')], { result: { kind: 'choice', values: [0, 1] }, source: 'include/linux/mm.h' }),

  ...primitive('PageUptodate folio_test_uptodate Page_Uptodate', [], { result: { kind: 'flag', flag: 'uptodate', object: 0 }, source: 'include/linux/page-flags.h' }),
  ...primitive('SetPageUptodate __SetPageUptodate folio_mark_uptodate', [{ kind: 'setFlag', flag: 'uptodate', object: 0, value: 1 }], { source: 'include/linux/page-flags.h' }),
  ...primitive('ClearPageUptodate folio_clear_uptodate', [{ kind: 'setFlag', flag: 'uptodate', object: 0, value: 0 }], { source: 'include/linux/page-flags.h' }),
  ...primitive('PageDirty folio_test_dirty', [], { result: { kind: 'flag', flag: 'dirty', object: 0 }, source: 'include/linux/page-flags.h' }),
  ...primitive('PageWriteback folio_test_writeback', [], { result: { kind: 'flag', flag: 'writeback', object: 0 }, source: 'include/linux/page-flags.h' }),
  ...primitive('PageAnon folio_test_anon', [], { result: { kind: 'flag', flag: 'anon', object: 0 }, source: 'include/linux/page-flags.h' }),
  ...primitive('filemap_dirty_folio', [{ kind: 'setFlag', flag: 'dirty', object: 1, value: 1 }], { source: 'mm/page-writeback.c', result: { kind: 'unknown' }, eras: ['folio'] }),
  ...primitive('set_page_dirty folio_mark_dirty SetPageDirty __set_page_dirty_nobuffers', [{ kind: 'setFlag', flag: 'dirty', object: 0, value: 1 }], { source: 'mm/page-writeback.c', result: { kind: 'unknown' } }),
  ...primitive('set_page_dirty_balance', [{ kind: 'setFlag', flag: 'dirty', object: 0, value: 1 }], { source: 'mm/page-writeback.c', sleeps: 'yes' }),
  ...primitive('set_page_dirty_lock', [{ kind: 'setFlag', flag: 'dirty', object: 0, value: 1 }], { source: 'mm/page-writeback.c', sleeps: 'yes', result: { kind: 'unknown' } }),
  ...primitive('ClearPageDirty cancel_dirty_page folio_cancel_dirty', [{ kind: 'setFlag', flag: 'dirty', object: 0, value: 0 }], { source: 'mm/truncate.c' }),
  ...primitive('clear_page_dirty_for_io folio_clear_dirty_for_io', [requires('page'), { kind: 'setFlag', flag: 'dirty', object: 0, value: 0 }], { source: 'mm/page-writeback.c', result: { kind: 'choice', values: [0, 1] } }),
  ...primitive('page_mapped folio_mapped', [], { result: { kind: 'mapped', object: 0 }, source: 'include/linux/mm.h' }),
  ...primitive('page_count page_ref_count folio_ref_count', [], { result: { kind: 'references', object: 0 }, source: 'include/linux/mm.h' }),
  ...primitive('page_mapping folio_mapping page_rmapping', [], { result: { kind: 'mappingOf', object: 0 }, source: 'include/linux/mm.h' }),
  ...primitive('page_folio compound_head pfn_to_page virt_to_page vmalloc_to_page folio_page folio_file_page nth_page find_subpage thp_head', [], { result: { kind: 'argument', index: 0 }, source: 'include/linux/page-flags.h' }),
];
