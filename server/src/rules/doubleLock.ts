/** FL004 double-lock: a path takes a lock that it holds and that is not recursive. */

import type { Rule, RuleFinding } from './rule.ts';
import { followedLocks, guessText, isElement, lockName, originText } from './words.ts';

export const doubleLock: Rule = {
  code: 'FL004',
  name: 'double-lock',
  level: 'error',
  summary: 'A lock is taken by a path that already holds it: the thread waits for itself.',
  check: (subject) => subject.states.events.flatMap((event): RuleFinding[] => {
    if (event.kind !== 'doubleAcquire' || event.isMerged || event.lock.isShared || isElement(event.lock) || !followedLocks.has(event.lock.lock)) return [];
    // The same place in another round of a loop: most likely another object.
    if (event.lock.site.start === event.site.start) return [];
    const { lock, site } = event;
    return [{
      span: site,
      message: `${lockName(lock)} is taken here, but this path holds it already (${originText(subject, lock)}); the thread waits for itself${guessText(subject, lock)}`,
      confidence: lock.isGuess ? 'likely' : 'proven',
      related: [{ span: lock.site, message: `${lockName(lock)} is held since here` }],
      fixes: [],
    }];
  }),
};
