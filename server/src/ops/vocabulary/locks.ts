/** Locks named by address or object: spinlocks, rwsems, mutexes, RCU, and their mm wrappers. */

import type { LockClass, Primitive } from '../types.ts';
import { acquire, primitive, release, tryAcquire } from './build.ts';

const taken = { kind: 'taken', inverted: false } as const;
const spinning = { source: 'include/linux/spinlock.h' } as const;
const sleeping = { source: 'kernel/locking', sleeps: 'yes' } as const;

/** Lock, unlock and trylock of an object of one class. */
function pair(lock: LockClass, mode: 'exclusive' | 'shared', names: { lock: string; unlock: string; try?: string }, extras: { source: string; sleeps?: 'yes' | 'no'; eras?: Primitive['eras'] }): Primitive[] {
  const common = { source: extras.source, ...(extras.eras ? { eras: extras.eras } : {}) };
  return [
    ...primitive(names.lock, [acquire(lock, 0, mode)], { ...common, sleeps: extras.sleeps ?? 'no' }),
    ...primitive(names.unlock, [{ kind: 'release', lock, object: 0, mode, when: 'always' }], common),
    ...(names.try ? primitive(names.try, [tryAcquire(lock, 0, mode, 'nonzero')], { ...common, result: taken }) : []),
  ];
}

export const lockVocabulary: readonly Primitive[] = [
  ...pair('spin', 'exclusive', {
    lock: 'spin_lock spin_lock_irq spin_lock_bh spin_lock_irqsave _spin_lock raw_spin_lock raw_spin_lock_irq raw_spin_lock_irqsave spin_lock_nested spin_lock_irqsave_nested spin_lock_nest_lock write_lock write_lock_irq write_lock_bh write_lock_irqsave',
    unlock: 'spin_unlock spin_unlock_irq spin_unlock_bh spin_unlock_irqrestore _spin_unlock raw_spin_unlock raw_spin_unlock_irq raw_spin_unlock_irqrestore write_unlock write_unlock_irq write_unlock_bh write_unlock_irqrestore',
    try: 'spin_trylock spin_trylock_irq spin_trylock_irqsave spin_trylock_bh raw_spin_trylock write_trylock',
  }, spinning),
  ...pair('spin', 'shared', {
    lock: 'read_lock read_lock_irq read_lock_bh read_lock_irqsave',
    unlock: 'read_unlock read_unlock_irq read_unlock_bh read_unlock_irqrestore',
    try: 'read_trylock',
  }, spinning),
  ...pair('rwsem', 'shared', { lock: 'down_read down_read_nested down_read_non_owner', unlock: 'up_read up_read_non_owner', try: 'down_read_trylock' }, sleeping),
  ...pair('rwsem', 'exclusive', { lock: 'down_write down_write_nested', unlock: 'up_write', try: 'down_write_trylock' }, sleeping),
  ...primitive('down_read_killable down_read_interruptible', [acquire('rwsem', 0, 'shared', 'zero')], { ...sleeping, result: { kind: 'choice', values: [0, '-EINTR'] } }),
  ...primitive('down_write_killable down_write_killable_nested', [acquire('rwsem', 0, 'exclusive', 'zero')], { ...sleeping, result: { kind: 'choice', values: [0, '-EINTR'] } }),
  ...pair('mutex', 'exclusive', { lock: 'mutex_lock mutex_lock_nested mutex_lock_io mutex_lock_io_nested down', unlock: 'mutex_unlock up', try: 'mutex_trylock' }, sleeping),
  ...primitive('mutex_lock_interruptible mutex_lock_killable mutex_lock_interruptible_nested mutex_lock_killable_nested down_interruptible down_killable', [acquire('mutex', 0, 'exclusive', 'zero')], { ...sleeping, result: { kind: 'choice', values: [0, '-EINTR'] } }),

  ...primitive('down_trylock', [tryAcquire('mutex', 0, 'exclusive', 'zero')], { ...sleeping, sleeps: 'no', result: { kind: 'taken', inverted: true } }),
  ...primitive('atomic_dec_and_lock', [tryAcquire('spin', 1, 'exclusive', 'nonzero')], { ...spinning, result: taken }),
  // The reservation lock of DRM buffers: a ww_mutex, named by its object.
  ...pair('mutex', 'exclusive', { lock: 'dma_resv_lock_slow', unlock: 'dma_resv_unlock', try: 'dma_resv_trylock' }, { source: 'include/linux/dma-resv.h', sleeps: 'yes', eras: ['folio'] }),
  ...primitive('dma_resv_lock dma_resv_lock_interruptible dma_resv_lock_slow_interruptible', [acquire('mutex', 0, 'exclusive', 'zero')], { ...sleeping, result: { kind: 'choice', values: [0, '-EINTR'] }, eras: ['folio'] }),

  ...pair('mmap', 'shared', { lock: 'mmap_read_lock', unlock: 'mmap_read_unlock mmap_read_unlock_non_owner', try: 'mmap_read_trylock' }, { source: 'include/linux/mmap_lock.h', sleeps: 'yes', eras: ['folio'] }),
  ...pair('mmap', 'exclusive', { lock: 'mmap_write_lock mmap_write_lock_nested', unlock: 'mmap_write_unlock', try: 'mmap_write_trylock' }, { source: 'include/linux/mmap_lock.h', sleeps: 'yes', eras: ['folio'] }),
  ...primitive('mmap_read_lock_killable', [acquire('mmap', 0, 'shared', 'zero')], { ...sleeping, result: { kind: 'choice', values: [0, '-EINTR'] }, eras: ['folio'] }),
  ...primitive('mmap_write_lock_killable', [acquire('mmap', 0, 'exclusive', 'zero')], { ...sleeping, result: { kind: 'choice', values: [0, '-EINTR'] }, eras: ['folio'] }),
  ...pair('vma', 'shared', { lock: '', unlock: 'vma_end_read', try: 'vma_start_read' }, { source: 'include/linux/mm.h', eras: ['folio'] }).filter((entry) => entry.name !== ''),
  ...primitive('lock_vma_under_rcu', [tryAcquire('vma', 'result', 'shared', 'nonnull')], { source: 'mm/memory.c', result: { kind: 'unknown' }, eras: ['folio'], yieldsToSource: true }),
  ...pair('iMmap', 'shared', { lock: 'i_mmap_lock_read', unlock: 'i_mmap_unlock_read', try: 'i_mmap_trylock_read' }, { source: 'include/linux/fs.h', sleeps: 'yes' }),
  ...pair('iMmap', 'exclusive', { lock: 'i_mmap_lock_write', unlock: 'i_mmap_unlock_write', try: 'i_mmap_trylock_write' }, { source: 'include/linux/fs.h', sleeps: 'yes' }),
  ...pair('invalidate', 'shared', { lock: 'filemap_invalidate_lock_shared', unlock: 'filemap_invalidate_unlock_shared', try: 'filemap_invalidate_trylock_shared' }, { source: 'include/linux/fs.h', sleeps: 'yes', eras: ['folio'] }),
  ...pair('invalidate', 'exclusive', { lock: 'filemap_invalidate_lock', unlock: 'filemap_invalidate_unlock' }, { source: 'include/linux/fs.h', sleeps: 'yes', eras: ['folio'] }),
  ...pair('inode', 'exclusive', { lock: 'inode_lock inode_lock_nested', unlock: 'inode_unlock', try: 'inode_trylock' }, { source: 'include/linux/fs.h', sleeps: 'yes', eras: ['folio'] }),
  ...pair('inode', 'shared', { lock: 'inode_lock_shared', unlock: 'inode_unlock_shared', try: 'inode_trylock_shared' }, { source: 'include/linux/fs.h', sleeps: 'yes', eras: ['folio'] }),
  ...pair('tree', 'exclusive', { lock: 'xa_lock xa_lock_irq xa_lock_bh xa_lock_irqsave xas_lock xas_lock_irq xas_lock_bh xas_lock_irqsave', unlock: 'xa_unlock xa_unlock_irq xa_unlock_bh xa_unlock_irqrestore xas_unlock xas_unlock_irq xas_unlock_bh xas_unlock_irqrestore', try: 'xa_trylock xas_trylock' }, { source: 'include/linux/xarray.h', eras: ['folio'] }),
  ...primitive('rcu_read_lock', [acquire('rcu', 'result', 'shared')], { source: 'include/linux/rcupdate.h' }),
  ...primitive('rcu_read_unlock', [release('rcu', 'result')], { source: 'include/linux/rcupdate.h' }),
  ...primitive('pmd_lock pud_lock', [acquire('pmd', 'result')], { source: 'include/linux/mm.h', result: { kind: 'lockPointer', lock: 'pmd' } }),
  ...pair('anonVma', 'shared', { lock: 'anon_vma_lock_read', unlock: 'anon_vma_unlock_read', try: 'anon_vma_trylock_read' }, { source: 'include/linux/rmap.h', sleeps: 'yes', eras: ['folio'] }),
  ...pair('anonVma', 'exclusive', { lock: 'anon_vma_lock_write', unlock: 'anon_vma_unlock_write', try: 'anon_vma_trylock_write' }, { source: 'include/linux/rmap.h', sleeps: 'yes', eras: ['folio'] }),
  ...primitive('folio_lock_anon_vma_read', [acquire('anonVma', 'result', 'shared', 'nonnull')], { source: 'mm/rmap.c', sleeps: 'yes', result: { kind: 'unknown' }, eras: ['folio'], yieldsToSource: true }),
  ...primitive('page_unlock_anon_vma', [release('anonVma', 0)], { source: 'mm/rmap.c', eras: ['nopage', 'fault'], yieldsToSource: true }),
  ...primitive('page_lock_anon_vma', [acquire('anonVma', 'result', 'exclusive', 'nonnull')], { source: 'mm/rmap.c', result: { kind: 'unknown' }, yieldsToSource: true }),
];
