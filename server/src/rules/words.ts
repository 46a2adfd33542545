/** The words of messages: lock kinds, returned values, who says that a lock is held. */

import type { LockClass } from '../ops/types.ts';
import type { LockExit, LockStatus, Value } from '../regions/types.ts';
import type { RuleSubject } from './rule.ts';

const lockWords: Readonly<Record<LockClass, string>> = {
  page: 'page lock',
  pageTable: 'page-table lock',
  mmap: 'mmap lock',
  vma: 'vma lock',
  iMmap: 'i_mmap lock',
  anonVma: 'anon_vma lock',
  invalidate: 'invalidate_lock',
  inode: 'inode lock',
  tree: 'page-cache tree lock',
  rcu: 'RCU read lock',
  pmd: 'pmd lock',
  spin: 'spinlock',
  mutex: 'mutex',
  rwsem: 'rw_semaphore',
};

/** The locks whose balance the rules follow. */
export const followedLocks: ReadonlySet<LockClass> = new Set(['page', 'pageTable']);

/** The lock of an element of an array: many objects under one name, which loops visit in ways that are not followed. */
export function isElement({ object, name }: LockStatus): boolean {
  return object.includes('[') || name.includes('[');
}

export function lockWord(lock: LockClass): string {
  return lockWords[lock];
}

/** "page lock of `page`"; RCU has no object. */
export function lockName(lock: LockStatus): string {
  return lock.lock === 'rcu' ? lockWords.rcu : `${lockWords[lock.lock]} of \`${lock.name}\``;
}

export function lineOf(subject: RuleSubject, span: { readonly start: number }): number {
  return subject.lines.lineAt(span.start);
}

/** "taken at line 42", "asserted at line 7", "held on entry by contract". */
export function originText(subject: RuleSubject, lock: LockStatus): string {
  const line = lineOf(subject, lock.site);
  switch (lock.origin) {
    case 'acquired':
      return `taken at line ${line}`;
    case 'callee':
      return `taken by the call at line ${line}`;
    case 'asserted':
      return `asserted at line ${line}`;
    case 'annotated':
      return 'held on entry by annotation';
    case 'contract':
      return subject.states.contract && lock.heldOnEntry ? `held on entry (contract of ->${subject.states.contract.member})` : `taken by the call at line ${line}`;
  }
}

/** The assumption in a finding that rests on one of several ways through a callee; '' where there is none. */
export function guessText(subject: RuleSubject, lock: LockStatus): string {
  return lock.isGuess ? ` (assumed that the call at line ${lineOf(subject, lock.guess ?? lock.site)} can end so)` : '';
}

/** "returns -ENOMEM", "returns `ret`", "returns". */
export function returnText(subject: RuleSubject, exit: LockExit): string {
  const value = returnValueText(subject, exit);
  return value === '' ? 'returns' : `returns ${value}`;
}

/** The returned value: a constant's name where it is known, else the expression as written; '' for none. */
export function returnValueText(subject: RuleSubject, exit: LockExit): string {
  const written = writtenValue(subject, exit);
  const name = constantText(subject, exit.returns);
  if (written === '') return '';
  return name !== undefined && /^[a-z_]\w*$/.test(written) ? name : written;
}

function writtenValue(subject: RuleSubject, exit: LockExit): string {
  const text = subject.lines.text.slice(exit.site.start, exit.site.end);
  return /^return\b\s*([\s\S]*?)\s*;?$/.exec(text)?.[1]?.replace(/\s+/g, ' ') ?? '';
}

function constantText(subject: RuleSubject, value: Value | undefined): string | undefined {
  if (typeof value !== 'number') return undefined;
  return subject.constantName(value) ?? String(value);
}
