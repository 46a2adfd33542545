/** Assertions about locks, and warnings whose value is that of their condition. */

import type { Primitive } from '../types.ts';
import { primitive, requires } from './build.ts';

const everyEra = ['nopage', 'fault', 'folio'] as const;

export const assertionVocabulary: readonly Primitive[] = [
  ...primitive('WARN_ON WARN_ON_ONCE VM_WARN_ON VM_WARN_ON_ONCE', [], { source: 'include/asm-generic/bug.h', result: { kind: 'argument', index: 0 }, eras: everyEra }),
  ...primitive('assert_spin_locked', [requires('spin', 0, 'exclusive')], { source: 'include/linux/spinlock.h' }),
  ...primitive('lockdep_assert_held lockdep_assert_held_once', [requires('spin')], { source: 'include/linux/lockdep.h' }),
  ...primitive('lockdep_assert_held_write', [requires('spin', 0, 'exclusive')], { source: 'include/linux/lockdep.h' }),
  ...primitive('lockdep_assert_held_read', [requires('spin', 0, 'shared')], { source: 'include/linux/lockdep.h' }),
  ...primitive('mmap_assert_locked', [requires('mmap')], { source: 'include/linux/mmap_lock.h', eras: ['folio'] }),
  ...primitive('mmap_assert_write_locked', [requires('mmap', 0, 'exclusive')], { source: 'include/linux/mmap_lock.h', eras: ['folio'] }),
  ...primitive('i_mmap_assert_locked', [requires('iMmap')], { source: 'include/linux/fs.h', eras: ['folio'] }),
  ...primitive('i_mmap_assert_write_locked', [requires('iMmap', 0, 'exclusive')], { source: 'include/linux/fs.h', eras: ['folio'] }),
  ...primitive('vma_assert_locked', [], { source: 'include/linux/mm.h', eras: ['folio'] }),
];
