/** All invariants, by their permanent codes; `knownProperty` also serves codes of a model's own. */

import type { Property } from '../../model/types.ts';
import { blockMapText } from './blockMap.ts';
import { cacheEditText } from './cacheEdit.ts';
import { coherenceText } from './coherence.ts';
import { danglingPteText } from './danglingPte.ts';
import { deadlockText } from './deadlock.ts';
import { doubleLockText } from './doubleLock.ts';
import { durabilityText } from './durability.ts';
import { endOfFileText } from './endOfFile.ts';
import { freePagesText } from './freePages.ts';
import { identityText } from './identity.ts';
import { lockBalanceText } from './lockBalance.ts';
import { lockOwnerText } from './lockOwner.ts';
import { lostDirtyText } from './lostDirty.ts';
import { mapCountText } from './mapCount.ts';
import { progressText } from './progress.ts';
import { pteEditText } from './pteEdit.ts';
import { referencesText } from './references.ts';
import { reservationText } from './reservation.ts';
import { retryText } from './retry.ts';
import { revalidationText } from './revalidation.ts';
import { sleepingText } from './sleeping.ts';
import { uptodateText } from './uptodate.ts';
import { writableDirtyText } from './writableDirty.ts';
import type { InvariantText } from './text.ts';

export type PropertyText = Pick<Property, 'id' | 'title' | 'explanation'>;

const nullText: InvariantText = {
  id: 'NULL',
  title: 'pages are checked before use',
  asked: 'at steps that use a page',
  explanation: 'A NULL or error pointer is used as a page: the kernel oopses.',
  kernel: 'what find_get_page, ->nopage and ->fault may return',
};

/** In the order of their codes. */
export const invariants: readonly InvariantText[] = [
  danglingPteText,
  identityText,
  coherenceText,
  endOfFileText,
  uptodateText,
  referencesText,
  mapCountText,
  freePagesText,
  cacheEditText,
  pteEditText,
  revalidationText,
  lostDirtyText,
  durabilityText,
  writableDirtyText,
  reservationText,
  blockMapText,
  lockBalanceText,
  doubleLockText,
  lockOwnerText,
  sleepingText,
  deadlockText,
  retryText,
  progressText,
  nullText,
];

export function propertyText(id: string): PropertyText | undefined {
  return invariants.find((text) => text.id === id);
}

export function knownProperty(id: string, message: string): PropertyText {
  return propertyText(id) ?? { id, title: message, explanation: message };
}

/** Codes of checks that say that the model does not know, not that something is wrong. */
export function isUndecided(id: string): boolean {
  return id === '?' || id === 'BUG';
}
