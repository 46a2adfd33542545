/**
 * The calls of the kernel's litmus tests: loads, stores, atomics, barriers, spinlocks, RCU
 * (tools/memory-model/linux-kernel.def). Data only.
 */

/** Whether an argument names the variable (`READ_ONCE(*x)`) or points to it (`smp_load_acquire(x)`). */
export type Place = 'lvalue' | 'pointer';
export type AtomicOrder = 'relaxed' | 'acquire' | 'release' | 'full';
export type AtomicOperator = '+' | '-' | '&' | '|' | '^' | 'set';
/** What a read-modify-write returns: nothing, the old or the new value, or a test of the new one. */
export type AtomicResult = 'nothing' | 'old' | 'new' | 'isZero' | 'isNegative';

export type MemoryOperation =
  | { readonly kind: 'load'; readonly place: Place; readonly order: 'relaxed' | 'acquire' }
  /** The variable is the first argument, the value the second. */
  | { readonly kind: 'store'; readonly place: Place; readonly order: 'relaxed' | 'release'; readonly hasFenceAfter: boolean }
  | { readonly kind: 'fence'; readonly order: 'read' | 'write' | 'full' }
  /** A full fence where it stands right after (`after`) or before such an operation; not modelled elsewhere. */
  | { readonly kind: 'upgrade'; readonly of: 'atomic' | 'lock'; readonly side: 'before' | 'after' }
  /** `pointer`, `operand`: argument numbers; an operand of undefined is 1. */
  | { readonly kind: 'atomic'; readonly pointer: number; readonly operand: number | undefined; readonly op: AtomicOperator; readonly result: AtomicResult; readonly order: AtomicOrder }
  /** (pointer, expected, wanted); gives the old value. Ordered only where it succeeds. */
  | { readonly kind: 'compareExchange'; readonly order: AtomicOrder }
  /** (pointer, addend, unless); gives whether it added. */
  | { readonly kind: 'addUnless' }
  | { readonly kind: 'lock' | 'unlock' | 'trylock' | 'isLocked' }
  | { readonly kind: 'readLock' | 'readUnlock' | 'gracePeriod' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'notModelled'; readonly reason: string };

const orders: readonly (readonly [suffix: string, order: AtomicOrder])[] = [
  ['', 'full'], ['_relaxed', 'relaxed'], ['_acquire', 'acquire'], ['_release', 'release'],
];

const operators: readonly (readonly [name: string, op: AtomicOperator])[] = [
  ['add', '+'], ['sub', '-'], ['and', '&'], ['or', '|'], ['xor', '^'],
];

/** By the name of the call. */
export const memoryOperations: ReadonlyMap<string, MemoryOperation> = new Map<string, MemoryOperation>([
  ['READ_ONCE', { kind: 'load', place: 'lvalue', order: 'relaxed' }],
  ['rcu_dereference', { kind: 'load', place: 'lvalue', order: 'relaxed' }],
  ['atomic_read', { kind: 'load', place: 'pointer', order: 'relaxed' }],
  ['smp_load_acquire', { kind: 'load', place: 'pointer', order: 'acquire' }],
  ['atomic_read_acquire', { kind: 'load', place: 'pointer', order: 'acquire' }],
  ['WRITE_ONCE', { kind: 'store', place: 'lvalue', order: 'relaxed', hasFenceAfter: false }],
  ['atomic_set', { kind: 'store', place: 'pointer', order: 'relaxed', hasFenceAfter: false }],
  ['rcu_assign_pointer', { kind: 'store', place: 'lvalue', order: 'release', hasFenceAfter: false }],
  ['smp_store_release', { kind: 'store', place: 'pointer', order: 'release', hasFenceAfter: false }],
  ['atomic_set_release', { kind: 'store', place: 'pointer', order: 'release', hasFenceAfter: false }],
  ['smp_store_mb', { kind: 'store', place: 'lvalue', order: 'relaxed', hasFenceAfter: true }],
  ['smp_mb', { kind: 'fence', order: 'full' }],
  ['smp_rmb', { kind: 'fence', order: 'read' }],
  ['smp_wmb', { kind: 'fence', order: 'write' }],
  ['barrier', { kind: 'nothing' }],
  ['smp_mb__before_atomic', { kind: 'upgrade', of: 'atomic', side: 'before' }],
  ['smp_mb__after_atomic', { kind: 'upgrade', of: 'atomic', side: 'after' }],
  ['smp_mb__after_spinlock', { kind: 'upgrade', of: 'lock', side: 'after' }],
  ['smp_mb__after_unlock_lock', { kind: 'notModelled', reason: 'smp_mb__after_unlock_lock() orders through two critical sections' }],
  ['smp_mb__after_srcu_read_unlock', { kind: 'notModelled', reason: 'SRCU is not modelled' }],
  ...['srcu_read_lock', 'srcu_read_unlock', 'srcu_down_read', 'srcu_up_read', 'synchronize_srcu', 'synchronize_srcu_expedited']
    .map((name): [string, MemoryOperation] => [name, { kind: 'notModelled', reason: 'SRCU is not modelled' }]),
  ['spin_lock', { kind: 'lock' }],
  ['spin_unlock', { kind: 'unlock' }],
  ['spin_trylock', { kind: 'trylock' }],
  ['spin_is_locked', { kind: 'isLocked' }],
  ['rcu_read_lock', { kind: 'readLock' }],
  ['rcu_read_unlock', { kind: 'readUnlock' }],
  ['synchronize_rcu', { kind: 'gracePeriod' }],
  ['synchronize_rcu_expedited', { kind: 'gracePeriod' }],
  ['atomic_add_unless', { kind: 'addUnless' }],
  ['atomic_inc', { kind: 'atomic', pointer: 0, operand: undefined, op: '+', result: 'nothing', order: 'relaxed' }],
  ['atomic_dec', { kind: 'atomic', pointer: 0, operand: undefined, op: '-', result: 'nothing', order: 'relaxed' }],
  ['atomic_inc_and_test', { kind: 'atomic', pointer: 0, operand: undefined, op: '+', result: 'isZero', order: 'full' }],
  ['atomic_dec_and_test', { kind: 'atomic', pointer: 0, operand: undefined, op: '-', result: 'isZero', order: 'full' }],
  ['atomic_sub_and_test', { kind: 'atomic', pointer: 1, operand: 0, op: '-', result: 'isZero', order: 'full' }],
  ['atomic_add_negative', { kind: 'atomic', pointer: 1, operand: 0, op: '+', result: 'isNegative', order: 'full' }],
  ...operators.map(([name, op]): [string, MemoryOperation] => [`atomic_${name}`, { kind: 'atomic', pointer: 1, operand: 0, op, result: 'nothing', order: 'relaxed' }]),
  ...orders.flatMap(([suffix, order]) => orderedOperations(suffix, order)),
]);

function orderedOperations(suffix: string, order: AtomicOrder): readonly [string, MemoryOperation][] {
  const exchange = { kind: 'atomic', pointer: 0, operand: 1, op: 'set', result: 'old', order } as const;
  const compare = { kind: 'compareExchange', order } as const;
  const counting = ([['inc', '+'], ['dec', '-']] as const).flatMap(([name, op]): [string, MemoryOperation][] => [
    [`atomic_${name}_return${suffix}`, { kind: 'atomic', pointer: 0, operand: undefined, op, result: 'new', order }],
    [`atomic_fetch_${name}${suffix}`, { kind: 'atomic', pointer: 0, operand: undefined, op, result: 'old', order }],
  ]);
  const computing = operators.flatMap(([name, op]): [string, MemoryOperation][] => [
    [`atomic_${name}_return${suffix}`, { kind: 'atomic', pointer: 1, operand: 0, op, result: 'new', order }],
    [`atomic_fetch_${name}${suffix}`, { kind: 'atomic', pointer: 1, operand: 0, op, result: 'old', order }],
  ]);
  return [
    [`xchg${suffix}`, exchange], [`atomic_xchg${suffix}`, exchange],
    [`cmpxchg${suffix}`, compare], [`atomic_cmpxchg${suffix}`, compare],
    ...counting, ...computing,
  ];
}
