/** The shared variables and locks of a litmus test, and the numbers that stand for their addresses. */

import type { Cell, CellRef, LockRef, ThreadIndex, Value } from '../../model/types.ts';
import { binary, constant } from '../../model/values.ts';
import { LitmusError } from './errors.ts';

/** Values that tests compute with are far below the addresses. */
const firstAddress = 1000;
const smallestValue = -1000;

export interface Variables {
  /** In order of their addresses. */
  readonly names: readonly string[];
  /** True where some thread follows a pointer that it has loaded: all variables are then one array. */
  readonly isArray: boolean;
  readonly locks: readonly string[];
  /** True where some thread asks whether a lock is held. */
  readonly hasLockStates: boolean;
  readonly threadCount: number;
  /** Registers that the condition speaks of; each has an element of the array of results. */
  readonly results: readonly Result[];
}

export interface Result {
  readonly thread: ThreadIndex;
  readonly register: string;
}

export function addressOf(variables: Variables, name: string): number {
  const at = variables.names.indexOf(name);
  if (at >= 0) return firstAddress + at;
  if (variables.locks.includes(name)) return firstAddress + variables.names.length + variables.locks.indexOf(name);
  throw new LitmusError(`'${name}' is no shared variable`);
}

/** Every number of the test, and every address. */
export function registerRange(variables: Variables): { readonly min: number; readonly max: number } {
  return { min: smallestValue, max: firstAddress + variables.names.length + variables.locks.length };
}

/** The cell behind an address: known, or computed at run time. */
export function cellAt(variables: Variables, address: Value): CellRef {
  if (address.kind === 'const') {
    const at = address.value - firstAddress;
    if (at < 0 || at >= variables.names.length) throw new LitmusError('an address is used that no variable has');
    return variables.isArray ? { cell: 0, index: constant(at) } : { cell: at };
  }
  if (!variables.isArray) throw new LitmusError('internal error: an address is computed');
  return { cell: 0, index: binary('-', address, constant(firstAddress)) };
}

export function lockAt(variables: Variables, address: Value): LockRef {
  const at = address.kind === 'const' ? address.value - firstAddress - variables.names.length : -1;
  if (at < 0 || at >= variables.locks.length) throw new LitmusError('a lock is used that is none, or is computed');
  return { lock: 0, index: constant(at) };
}

/** The cell that says whether a lock is held, for spin_is_locked. */
export function lockState(variables: Variables, lock: LockRef): CellRef {
  return { cell: variableCellCount(variables), ...(lock.index ? { index: lock.index } : {}) };
}

/** Where a register is put when its thread has ended. */
export function resultCell(variables: Variables, result: Result): CellRef {
  const at = variables.results.findIndex((each) => each.thread === result.thread && each.register === result.register);
  return { cell: variableCellCount(variables) + 1, index: constant(at) };
}

export function rcuCells(variables: Variables): { readonly inside: number; readonly waited: number } {
  const first = variableCellCount(variables) + 2;
  return { inside: first, waited: first + 1 };
}

/** All cells, in the order that the functions above rely on. */
export function cellsOf(variables: Variables, startOf: (name: string) => number): readonly Cell[] {
  const { names, locks, results, threadCount } = variables;
  const range = registerRange(variables);
  const racy = { ...range, format: 'number', isRacy: true, storesRace: true } as const;
  const whole: Cell = { ...racy, name: 'memory', length: names.length, initial: names.map(startOf), elementName: (index) => names[index]! };
  const single = (name: string): Cell => ({ ...racy, name, length: 1, initial: [startOf(name)], elementName: () => name });
  const array = (name: string, length: number, max: number, more: Partial<Cell>): Cell => ({
    name, length: Math.max(1, length), min: 0, max, initial: Array.from({ length: Math.max(1, length) }, () => 0),
    format: 'number', elementName: (index) => `${name} ${index}`, isRacy: false, ...more,
  });
  const resultName = (index: number): string => `${results[index]!.thread}:${results[index]!.register}`;
  return [
    ...(variables.isArray ? [whole] : names.map(single)),
    array('lock state', locks.length, 1, { isRacy: true, storesRace: true, elementName: (index) => `state of ${locks[index] ?? ''}` }),
    array('result', results.length, range.max, { min: range.min, elementName: resultName }),
    array('readers', threadCount, 1, {}),
    array('readers waited for', threadCount, 2 ** threadCount - 1, {}),
  ];
}

/** How many cells hold variables; further cells follow. */
function variableCellCount(variables: Variables): number {
  return variables.isArray ? 1 : variables.names.length;
}
