/** What every invariant says of itself, and how it becomes a property of a model. */

import type { Property, Value } from '../../model/types.ts';

/** The texts of one invariant; the code is permanent. */
export interface InvariantText {
  readonly id: string;
  readonly title: string;
  /** In which states, or at which steps, it is asked. */
  readonly asked: string;
  /** For a person: what it means that it fails, as `what is so: what follows from it`. */
  readonly explanation: string;
  /** Who in the kernel relies on it, or what keeps it; file:function. */
  readonly kernel: string;
}

export function propertyOf({ id, title, explanation }: InvariantText, when: Property['when'], condition: Value): Property {
  return { id, title, explanation, when, condition };
}

export const always: Property['when'] = { kind: 'always' };
export const quiescence: Property['when'] = { kind: 'quiescence' };
