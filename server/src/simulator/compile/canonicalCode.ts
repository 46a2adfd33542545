/** Code that puts interchangeable threads in order: those with the smaller location and locals first. */

import type { ThreadIndex } from '../../model/types.ts';
import { exclusiveLockValue, type Field, type Layout } from '../layout.ts';
import { readCode, writeCode } from './fieldCode.ts';

/** Statements over w0, w1, …; one compare-and-exchange for each pair that a bubble sort looks at. */
export function canonicalCode(layout: Layout, groups: readonly (readonly ThreadIndex[])[]): readonly string[] {
  return groups.flatMap((group) =>
    group.flatMap((_, pass) => group.slice(1, group.length - pass).flatMap((second, at) => exchange(layout, group[at]!, second))));
}

function exchange(layout: Layout, first: ThreadIndex, second: ThreadIndex): readonly string[] {
  const own = (thread: ThreadIndex): readonly Field[] => [layout.counters[thread]!, ...layout.locals[thread]!];
  const pairs = own(first).map((field, at) => [field, own(second)[at]!] as const);
  const isAfter = pairs.reduceRight((rest, [one, other]) => {
    const [a, b] = [readCode(one, 0), readCode(other, 0)];
    return `(${a} > ${b} || (${a} === ${b} && ${rest}))`;
  }, 'false');
  return [
    `if (${isAfter}) {`,
    'let x = 0, y = 0;',
    ...pairs.flatMap(([one, other]) => [`x = ${readCode(one, 0)}; y = ${readCode(other, 0)};`, writeCode(one, 0, 'y'), writeCode(other, 0, 'x')]),
    ...layout.locks.flatMap((field, lock) => (field.fixed ? [] : Array.from({ length: field.length }, (_, index) => exchangeHolder(layout, lock, index, first, second)))),
    '}',
  ];
}

function exchangeHolder(layout: Layout, lock: number, index: number, first: ThreadIndex, second: ThreadIndex): string {
  const field = layout.locks[lock]!;
  const [one, other] = [exclusiveLockValue(layout, lock, first), exclusiveLockValue(layout, lock, second)];
  const renamed = `x === ${one} ? ${other} : x === ${other} ? ${one} : ${layout.isShared[lock] ? sharersExchanged(layout, first, second) : 'x'}`;
  return `x = ${readCode(field, index)}; y = ${renamed}; ${writeCode(field, index, 'y')}`;
}

function sharersExchanged(layout: Layout, first: ThreadIndex, second: ThreadIndex): string {
  const both = (1 << first) | (1 << second);
  const isSet = `x < ${2 ** layout.counters.length} && ((x >>> ${first}) & 1) !== ((x >>> ${second}) & 1)`;
  return `(${isSet} ? x ^ ${both} : x)`;
}
