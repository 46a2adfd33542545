/** Places that a call's arguments lead to: `vmf->vma->vm_mm`, `*foliop`, `&lockref->lock`. */

import type { Operand, Place } from './types.ts';

/** `at(0, 'vma', 'vm_mm')`; `'*'` is what is pointed to, a last `'&'` the address. */
export function at(argument: number, ...path: readonly string[]): Place {
  return { argument, path };
}

export function isPlace(operand: Operand): operand is Place {
  return typeof operand === 'object';
}

/** As C would write it, from the text of the argument. */
export function placeText(argument: string, path: readonly string[]): string {
  return path.reduce((text, step) => (step === '*' || step === '&' ? `${step}${text}` : `${text}->${step}`), argument);
}
