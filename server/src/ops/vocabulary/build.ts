/** Short constructors for vocabulary entries, so that a table line reads like the domain guide's. */

import type { Effect, LockClass, LockMode, Operand, Outcome, Primitive, Result } from '../types.ts';

export interface Extras {
  readonly result?: Result;
  readonly sleeps?: Primitive['sleeps'];
  readonly source?: string;
  readonly eras?: Primitive['eras'];
  readonly isComposite?: boolean;
  readonly yieldsToSource?: true;
  readonly isForRegionsOnly?: true;
  readonly arity?: number;
  readonly note?: string;
}

export function primitive(names: string, effects: readonly Effect[], extras: Extras = {}): Primitive[] {
  return names.split(' ').map((name) => ({
    name,
    effects,
    result: extras.result ?? { kind: 'none' },
    sleeps: extras.sleeps ?? 'no',
    source: extras.source ?? 'include/linux',
    isComposite: extras.isComposite ?? false,
    ...(extras.eras ? { eras: extras.eras } : {}),
    ...(extras.yieldsToSource ? { yieldsToSource: true as const } : {}),
    ...(extras.isForRegionsOnly ? { isForRegionsOnly: true as const } : {}),
    ...(extras.arity === undefined ? {} : { arity: extras.arity }),
    ...(extras.note === undefined ? {} : { note: extras.note }),
  }));
}

export function acquire(lock: LockClass, object: Operand = 0, mode: LockMode = 'exclusive', when: Outcome = 'always'): Effect {
  return { kind: 'acquire', lock, object, mode, when, isTry: false };
}

export function tryAcquire(lock: LockClass, object: Operand, mode: LockMode, when: Outcome): Effect {
  return { kind: 'acquire', lock, object, mode, when, isTry: true };
}

export function release(lock: LockClass, object: Operand = 0, when: Outcome = 'always'): Effect {
  return { kind: 'release', lock, object, when };
}

/** `mode`: absent, it may be held in either. */
export function requires(lock: LockClass, object: Operand = 0, mode?: LockMode): Effect {
  return { kind: 'requires', lock, object, ...(mode ? { mode } : {}) };
}

export function become(lock: LockClass, object: Operand, status: 'held' | 'free' | 'unknown', when: Outcome = 'always'): Effect {
  return { kind: 'become', lock, object, status, when };
}

export function get(object: Operand = 0, when: Outcome = 'always'): Effect {
  return { kind: 'get', object, when };
}

export function put(object: Operand = 0): Effect {
  return { kind: 'put', object };
}

/** The call has no effect on any of the protocols; `names` are separated by blanks. */
export function inert(names: string, sleeps: Primitive['sleeps'] = 'no', result: Result = { kind: 'unknown' }): Primitive[] {
  return primitive(names, [], { result, sleeps });
}
