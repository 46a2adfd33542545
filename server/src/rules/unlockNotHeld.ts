/** FL002 unlock-not-held: a lock is released that this path has released already, or never took. */

import type { Rule, RuleFinding } from './rule.ts';
import { followedLocks, guessText, isElement, lineOf, lockName } from './words.ts';

export const unlockNotHeld: Rule = {
  code: 'FL002',
  name: 'unlock-not-held',
  level: 'error',
  summary: 'A lock is released on a path that does not hold it.',
  check: (subject) => subject.states.events.flatMap((event): RuleFinding[] => {
    if (event.kind !== 'releaseNotHeld' || event.isMerged || event.lock.isShared || isElement(event.lock) || !followedLocks.has(event.lock.lock)) return [];
    // The same place in another round of a loop: most likely another object.
    if (event.lock.site.start === event.site.start) return [];
    const { lock, site } = event;
    const since = lineOf(subject, lock.site);
    return [{
      span: site,
      message: `${lockName(lock)} is released here, but this path has not held it since line ${since}; the lock is someone else's now${guessText(subject, lock)}`,
      confidence: lock.isGuess ? 'likely' : 'proven',
      related: [{ span: lock.site, message: 'not held since here' }],
      fixes: [],
    }];
  }),
};
