/** What the result view and the extension say to each other. Plain data, both sides built together. */

import type { SimulateAnswer } from '../protocol.ts';

export type ToView =
  | { readonly kind: 'report'; readonly answer: SimulateAnswer; readonly isStale: boolean }
  | { readonly kind: 'stale' };

export interface RevealMessage {
  readonly kind: 'reveal';
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  /** Shown behind the line: `CPU1, step 4 of 9`. */
  readonly label: string;
  readonly preserveFocus: boolean;
}

export type FromView =
  | { readonly kind: 'ready' }
  | { readonly kind: 'rerun' }
  /** The selected step has no place in the source. */
  | { readonly kind: 'leaveSource' }
  | { readonly kind: 'copy'; readonly text: string; readonly what: string }
  | RevealMessage;
