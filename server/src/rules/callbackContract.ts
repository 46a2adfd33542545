/** FL005 callback-contract: a handler returns VM_FAULT_LOCKED, or success of ->write_begin, without the page lock. */

import { clauseOf, pageTerm } from '../regions/contracts.ts';
import { State } from '../regions/state.ts';
import type { Rule, RuleFinding } from './rule.ts';
import { guessText, returnText } from './words.ts';

export const callbackContract: Rule = {
  code: 'FL005',
  name: 'callback-contract',
  level: 'error',
  summary: 'A callback returns a value that promises the page lock without holding it.',
  check: (subject) => {
    const { contract, fn, exits } = subject.states;
    if (!contract) return [];
    const found = new Map<number, RuleFinding>();
    for (const exit of exits) {
      const location = pageTerm(contract.page, fn.params.map(({ name }) => name), exit.returns ?? 0);
      const object = exit.stores.get(location) ?? location;
      const lock = exit.locks.find((each) => each.lock === 'page' && each.object === object);
      if (exit.isMerged || exit.isInferred || lock?.status !== 'free' || lock.isShared) continue;
      // A page that is locked under another name may be this one.
      if (exit.locks.some((each) => each.lock === 'page' && each.status !== 'free' && !each.heldOnEntry && each.object !== object)) continue;
      const clause = clauseOf(contract, exit.returns, exit.facts, new State(), subject.constant);
      if (clause?.lock !== 'held') continue;
      found.set(exit.site.start, {
        span: exit.site,
        message: `this path ${returnText(subject, exit)} without the page lock of \`${lock.name}\`, but ${contract.sentence}${guessText(subject, lock)}`,
        confidence: lock.isGuess ? 'likely' : 'proven',
        related: [{ span: lock.site, message: 'the page lock is not held since here' }],
        fixes: [],
      });
    }
    return [...found.values()];
  },
};
