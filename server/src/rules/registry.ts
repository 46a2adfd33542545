/** The rules over lock states, by code. */

import { annotationMismatch } from './annotationMismatch.ts';
import { callbackContract } from './callbackContract.ts';
import { doubleLock } from './doubleLock.ts';
import { faultRace } from './faultRace.ts';
import { lockLeak } from './lockLeak.ts';
import type { Rule } from './rule.ts';
import { unlockNotHeld } from './unlockNotHeld.ts';

export const localRules: readonly Rule[] = [lockLeak, unlockNotHeld, annotationMismatch, doubleLock, callbackContract];

/** Every code that a finding can carry. */
export const allRules: readonly { readonly code: string; readonly name: string; readonly summary: string }[] = [...localRules, faultRace];
