/**
 * What callbacks promise about the page lock, by member of vm_operations_struct and
 * address_space_operations (Documentation/filesystems/locking.rst and the callers in mm/). Read in
 * two directions: a call through the member has these effects, and a handler that a table names for
 * the member must keep them.
 */

import type { Era } from '../types.ts';

/** Which page the contract is about, in the words of the handler's parameters. */
export type ContractPage =
  /** The page or folio that is argument `index`. */
  | { readonly kind: 'argument'; readonly index: number }
  /** `->page` of the `struct vm_fault` that is argument `index`; `isSet`: the callback sets it. */
  | { readonly kind: 'faultPage'; readonly index: number; readonly isSet: boolean }
  /** What argument `index` points to: `*pagep`. */
  | { readonly kind: 'outArgument'; readonly index: number }
  | { readonly kind: 'result' };

/** On which returned values a clause speaks. `bit` names a constant. */
export type ContractReturn =
  | { readonly kind: 'always' }
  /** With `name` set, and none of `without`. */
  | { readonly kind: 'bit'; readonly name: string; readonly without: readonly string[] }
  | { readonly kind: 'zero' }
  | { readonly kind: 'negative' }
  | { readonly kind: 'equals'; readonly name: string };

export interface ContractClause {
  readonly returns: ContractReturn;
  /** `released`: now, or by whoever was handed the page (I/O completion). */
  readonly lock: 'held' | 'free' | 'released';
  /** Few implementations return it, and callers that know theirs do not test for it. */
  readonly isRare?: boolean;
}

export interface CallbackContract {
  readonly member: string;
  readonly table: 'vmOps' | 'aOps';
  readonly page: ContractPage;
  /** Is the page locked on entry? */
  readonly entry: 'held' | 'free' | 'unknown';
  /** The first clause that fits the returned value counts. */
  readonly exit: readonly ContractClause[];
  readonly eras?: readonly Era[];
  /** Only where a callback is given one of that type. */
  readonly given?: string;
  /** An argument through which another value is returned, which never has the bit. */
  readonly outWithout?: { readonly index: number; readonly bit: string };
  /** The rule in one sentence. */
  readonly sentence: string;
}

const old = ['nopage', 'fault'] as const;
const folio = ['folio'] as const;
const always = { kind: 'always' } as const;
const locked = { kind: 'bit', name: 'VM_FAULT_LOCKED', without: ['VM_FAULT_ERROR', 'VM_FAULT_NOPAGE', 'VM_FAULT_RETRY', 'VM_FAULT_DONE_COW'] } as const;
const doneCow = { kind: 'bit', name: 'VM_FAULT_DONE_COW', without: [] } as const;
const held = (returns: ContractReturn): ContractClause => ({ returns, lock: 'held' });
const free = (returns: ContractReturn): ContractClause => ({ returns, lock: 'free' });
const truncated: ContractClause = { returns: { kind: 'equals', name: 'AOP_TRUNCATED_PAGE' }, lock: 'free', isRare: true };
const released: readonly ContractClause[] = [{ returns: always, lock: 'released' }];
const argument = (index: number): ContractPage => ({ kind: 'argument', index });
const faultPage = (index: number, isSet: boolean): ContractPage => ({ kind: 'faultPage', index, isSet });

const faultSentence = '->fault returns VM_FAULT_LOCKED with the page lock held, and without that bit it holds no page lock';
const mkwriteSentence = '->page_mkwrite is entered without the page lock; it holds it on return if and only if it returns VM_FAULT_LOCKED';

export const callbackContracts: readonly CallbackContract[] = [
  { member: 'nopage', table: 'vmOps', page: { kind: 'result' }, entry: 'unknown', exit: [free(always)], eras: old, outWithout: { index: 2, bit: 'VM_FAULT_LOCKED' }, sentence: '->nopage returns a referenced page that is not locked' },
  { member: 'fault', table: 'vmOps', page: faultPage(1, true), entry: 'unknown', exit: [held(locked), { returns: doneCow, lock: 'free', isRare: true }, free(always)], eras: old, sentence: faultSentence },
  { member: 'fault', table: 'vmOps', page: faultPage(0, true), entry: 'unknown', exit: [held(locked), { returns: doneCow, lock: 'free', isRare: true }, free(always)], eras: folio, sentence: faultSentence },
  { member: 'page_mkwrite', table: 'vmOps', page: faultPage(1, false), given: 'struct vm_fault', entry: 'free', exit: [held(locked), free(always)], eras: ['fault'], sentence: mkwriteSentence },
  { member: 'page_mkwrite', table: 'vmOps', page: argument(1), entry: 'free', exit: [free(always)], eras: old, sentence: '->page_mkwrite is entered and left without the page lock' },
  { member: 'page_mkwrite', table: 'vmOps', page: faultPage(0, false), entry: 'free', exit: [held(locked), free(always)], eras: folio, sentence: mkwriteSentence },
  { member: 'readpage', table: 'aOps', page: argument(1), entry: 'held', exit: released, sentence: '->readpage is entered with the page locked and unlocks it, now or when the read completes' },
  { member: 'read_folio', table: 'aOps', page: argument(1), entry: 'held', exit: released, sentence: '->read_folio is entered with the folio locked and unlocks it, now or when the read completes' },
  {
    member: 'writepage', table: 'aOps', page: argument(0), entry: 'held',
    exit: [{ returns: { kind: 'equals', name: 'AOP_WRITEPAGE_ACTIVATE' }, lock: 'held', isRare: true }, { returns: always, lock: 'released' }],
    sentence: '->writepage is entered with the page locked and unlocks it, except where it returns AOP_WRITEPAGE_ACTIVATE',
  },
  { member: 'prepare_write', table: 'aOps', page: argument(1), entry: 'held', exit: [truncated, held(always)], eras: ['nopage'], sentence: '->prepare_write keeps the page locked, except where it returns AOP_TRUNCATED_PAGE' },
  { member: 'prepare_write', table: 'aOps', page: argument(1), entry: 'held', exit: [held(always)], eras: ['fault'], sentence: '->prepare_write keeps the page locked' },
  { member: 'commit_write', table: 'aOps', page: argument(1), entry: 'held', exit: [truncated, held(always)], eras: ['nopage'], sentence: '->commit_write keeps the page locked, except where it returns AOP_TRUNCATED_PAGE' },
  { member: 'commit_write', table: 'aOps', page: argument(1), entry: 'held', exit: [held(always)], eras: ['fault'], sentence: '->commit_write keeps the page locked' },
  { member: 'write_begin', table: 'aOps', page: { kind: 'outArgument', index: 5 }, entry: 'unknown', exit: [held({ kind: 'zero' }), free({ kind: 'negative' })], eras: old, sentence: '->write_begin returns 0 with the page locked, or an error without' },
  { member: 'write_begin', table: 'aOps', page: { kind: 'outArgument', index: 4 }, entry: 'unknown', exit: [held({ kind: 'zero' }), free({ kind: 'negative' })], eras: folio, sentence: '->write_begin returns 0 with the folio locked, or an error without' },
  { member: 'write_end', table: 'aOps', page: argument(5), entry: 'held', exit: [free(always)], sentence: '->write_end is entered with the page locked and unlocks it' },
  { member: 'invalidatepage', table: 'aOps', page: argument(0), entry: 'held', exit: [held(always)], eras: old, sentence: '->invalidatepage keeps the page locked' },
  { member: 'invalidate_folio', table: 'aOps', page: argument(0), entry: 'held', exit: [held(always)], eras: folio, sentence: '->invalidate_folio keeps the folio locked' },
  { member: 'releasepage', table: 'aOps', page: argument(0), entry: 'held', exit: [held(always)], eras: old, sentence: '->releasepage keeps the page locked' },
  { member: 'release_folio', table: 'aOps', page: argument(0), entry: 'held', exit: [held(always)], eras: folio, sentence: '->release_folio keeps the folio locked' },
  { member: 'launder_page', table: 'aOps', page: argument(0), entry: 'held', exit: [held(always)], eras: old, sentence: '->launder_page keeps the page locked' },
  { member: 'launder_folio', table: 'aOps', page: argument(0), entry: 'held', exit: [held(always)], eras: folio, sentence: '->launder_folio keeps the folio locked' },
];

/** `types`: of what the callback is given. */
export function contractOf(member: string, era: Era, types: readonly (string | undefined)[]): CallbackContract | undefined {
  return callbackContracts.find((each) => each.member === member && (!each.eras || each.eras.includes(era)) && (each.given === undefined || types.includes(each.given)));
}
