/**
 * FL003 annotation-mismatch: what an annotation or assertion says of a lock is provably not so:
 * `__releases(x)` returns with x, `__acquires(x)` without, an assertion or a requirement is false.
 */

import { lockKey } from '../regions/locks.ts';
import type { AnnotatedLock, LockExit } from '../regions/types.ts';
import type { Rule, RuleFinding, RuleSubject } from './rule.ts';
import { guessText, lineOf, lockName, returnText } from './words.ts';

export const annotationMismatch: Rule = {
  code: 'FL003',
  name: 'annotation-mismatch',
  level: 'warning',
  summary: 'A lock annotation or assertion disagrees with what the code does.',
  check: (subject) => [...falseAssertions(subject), ...subject.states.annotations.flatMap((each) => brokenPromise(each, subject))],
};

function falseAssertions(subject: RuleSubject): RuleFinding[] {
  return subject.states.events.flatMap((event): RuleFinding[] => {
    if (event.kind !== 'requireNotHeld' || event.isMerged || event.lock.isShared) return [];
    const { lock, site, by } = event;
    return [{
      span: site,
      message: `${by} needs the ${lockName(lock)}, but this path has not held it since line ${lineOf(subject, lock.site)}${guessText(subject, lock)}`,
      confidence: lock.isGuess ? 'likely' : 'proven',
      related: [{ span: lock.site, message: 'not held since here' }],
      fixes: [],
    }];
  });
}

function brokenPromise(annotated: AnnotatedLock, subject: RuleSubject): RuleFinding[] {
  // RCU nests, and what may drop a lock out of sight is not known: only what is dropped here counts.
  const key = lockKey(annotated.lock);
  const isDropped = subject.states.events.some((event) => event.kind === 'release' && lockKey(event.taken) === key);
  if (annotated.lock.lock === 'rcu' || !isDropped) return [];
  const isHeldAfter = annotated.macro !== '__releases';
  const broken = subject.states.exits.find((exit) => !exit.isMerged && disagrees(annotated, exit, isHeldAfter));
  if (!broken) return [];
  const says = `${annotated.macro}(${annotated.argument})`;
  const does = isHeldAfter ? 'is not held' : 'is still held';
  return [{
    span: annotated.span,
    message: `${says} disagrees with the code: the lock ${does} when the path at line ${lineOf(subject, broken.site)} ${returnText(subject, broken)}`,
    confidence: 'proven',
    related: [{ span: broken.site, message: `the lock ${does} here` }],
    fixes: [],
  }];
}

function disagrees(annotated: AnnotatedLock, exit: LockExit, isHeldAfter: boolean): boolean {
  const lock = exit.locks.find((each) => lockKey(each) === lockKey(annotated.lock));
  if (lock?.isShared) return false;
  return lock?.status === (isHeldAfter ? 'free' : 'held');
}
