/**
 * Tests of a page's flags that only who holds its lock changes (`stableFlags`): while a path holds the
 * lock and hands the page to nobody who may change them, a test repeated answers as before. What a page
 * is for as long as it is in use (`lastingFlags`) needs no lock for that. The answer is kept in the
 * path's memory, under the test and the place where the lock was taken.
 */

import type { Effect, Primitive } from '../ops/types.ts';
import { flagReaders, lastingFlags, stableFlags } from '../ops/vocabulary/lockNames.ts';
import type { State } from './state.ts';
import { mentions, term, unknownValue } from './terms.ts';
import type { Value } from './types.ts';

/** What leaves every flag of its arguments alone. */
const harmless: ReadonlySet<Effect['kind']> = new Set(['get', 'put', 'freeze', 'unfreeze', 'requires', 'assertFalse']);

/** The place in memory of a test's answer; undefined: it may answer anew each time. */
export function testPlace(name: string | undefined, values: readonly Value[], state: State): string | undefined {
  const [page] = values;
  if (name === undefined || values.length !== 1 || typeof page !== 'string' || !stableFlags.test(name)) return undefined;
  const lock = state.locks.get(`page ${page}`);
  const since = lastingFlags.test(name) ? 0 : lock?.status === 'held' ? lock.site.start : undefined;
  const place = since === undefined ? unknownValue : term(`${name}(${page}, ${since})`);
  return place === unknownValue ? undefined : place;
}

/** The answer that the path has had, as it was kept. */
export function knownAnswer(place: string, state: State): Value | undefined {
  const answer = state.mem.get(place);
  return answer === unknownValue ? undefined : answer;
}

/** Whether a call may change flags of the pages that it is given. */
export function mayChangeFlags(name: string | undefined, primitive: Primitive | undefined): boolean {
  if (name === undefined) return true;
  // Who has waited for the lock finds what others have made of the page.
  if (primitive && !primitive.yieldsToSource) return primitive.effects.some((effect) => !harmless.has(effect.kind) && !(effect.kind === 'acquire' && effect.isTry));
  return !stableFlags.test(name) && !flagReaders.test(name);
}

/** The page may have other flags from here. */
export function forgetTests(state: State, page: string): void {
  for (const place of state.mem.keys()) if (testShape.test(place) && mentions(place, page)) state.mem.delete(place);
}

/** `PagePrivate(page, 12)` */
const testShape = /^\w+\(.*, \d+\)$/;
