/** What a rule is: permanent code, name, and a check over the lock states of one function. */

import type { LineIndex, Span } from '../base/text.ts';
import type { LockStates } from '../regions/types.ts';

export interface RuleFinding {
  readonly span: Span;
  readonly message: string;
  /** `proven`: no unknown touches the path. `likely`: the message names what was assumed. */
  readonly confidence: 'proven' | 'likely';
  readonly related: readonly { readonly span: Span; readonly message: string }[];
  readonly fixes: readonly RuleFix[];
}

export interface RuleFix {
  readonly title: string;
  /** Replacements in the function's file. */
  readonly edits: readonly { readonly span: Span; readonly newText: string }[];
}

export interface RuleSubject {
  readonly states: LockStates;
  readonly lines: LineIndex;
  /** The name of a constant: `-ENOMEM` for -12. */
  readonly constantName: (value: number) => string | undefined;
  readonly constant: (name: string) => number | undefined;
}

export interface Rule {
  /** `FL001`; never reused. */
  readonly code: string;
  /** Kebab-case. */
  readonly name: string;
  readonly level: 'error' | 'warning' | 'info';
  /** One sentence for lists; docs/rules/<code>.md has the page. */
  readonly summary: string;
  check(subject: RuleSubject): readonly RuleFinding[];
}
