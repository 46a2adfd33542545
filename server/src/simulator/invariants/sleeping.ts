/**
 * I20: no step that may sleep is taken by a thread that holds a spinlock. Steps that wait for a
 * sleeping lock ask by themselves (`withSleepChecks`); others say that they may sleep (`maySleep`).
 */

import type { Lock, Model, Program, Step, Value } from '../../model/types.ts';
import { and, constant, held, not } from '../../model/values.ts';
import { walkValue } from '../steps.ts';
import type { InvariantText } from './text.ts';

export const sleepingText: InvariantText = {
  id: 'I20',
  title: 'nobody sleeps under a spinlock',
  asked: 'at steps that may sleep',
  explanation:
    'A thread that holds a spinlock (page-table lock, i_mmap_lock before 3.7, tree_lock) takes a step that may sleep: every CPU that wants the spinlock spins until the sleeper comes back, and it may not.',
  kernel: 'kernel/sched.c:__might_sleep',
};

/** A check that the acting thread holds no spinlock of the model. */
export function maySleep(locks: readonly Lock[], what: string): Step {
  return { kind: 'check', property: sleepingText.id, condition: holdsNoSpinlock(locks), message: `${what} may sleep, but a spinlock is held` };
}

/** The model with a check before every wait for a sleeping lock, and for a page to be unlocked. */
export function withSleepChecks(model: Model): Model {
  const threads = model.threads.map((thread) => ({ ...thread, program: withChecks(thread.program, model.locks) }));
  return { ...model, threads };
}

function withChecks(program: Program, locks: readonly Lock[]): Program {
  const spins = (step: Step): boolean => step.kind === 'acquire' && locks[step.lock.lock]!.isSpinning;
  if (!program.transitions.some(({ steps }) => steps.some(spins))) return program;
  const transitions = program.transitions.map((transition) => {
    // A lock that is taken inside a section of the same step is one that nobody else can hold: of a page that is not published yet.
    const section = transition.steps.findIndex(spins);
    const isBefore = (at: number): boolean => section < 0 || at < section;
    const steps = transition.steps.flatMap((step, at) => {
      const what = isBefore(at) ? sleepOf(step, locks) : undefined;
      return what === undefined ? [step] : [maySleep(locks, what), step];
    });
    return steps.length === transition.steps.length ? transition : { ...transition, steps };
  });
  return { ...program, transitions };
}

/** What the step waits for, where that is a sleep. */
function sleepOf(step: Step, locks: readonly Lock[]): string | undefined {
  if (step.kind === 'acquire') {
    const lock = locks[step.lock.lock]!;
    return lock.isSpinning ? undefined : `taking the ${lock.name}`;
  }
  if (step.kind !== 'assume') return undefined;
  let waitedFor: string | undefined;
  walkValue(step.condition, (part) => {
    if (part.kind === 'held' && part.by === 'anyone' && !locks[part.lock.lock]!.isSpinning) waitedFor = `waiting for the ${locks[part.lock.lock]!.name}`;
  });
  return waitedFor;
}

function holdsNoSpinlock(locks: readonly Lock[]): Value {
  const refs = locks.flatMap((lock, id) => (lock.isSpinning ? Array.from({ length: lock.length }, (_, index) => ({ lock: id, index: constant(index) })) : []));
  return and(...refs.map((ref) => not(held(ref, 'self'))));
}
