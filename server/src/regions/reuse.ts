/**
 * Results kept over edits. A function whose text, role and callees' summaries are as before has the
 * same lock states, only moved with its text. Terms keep the offsets that they were made with; they
 * are names, not places.
 */

import type { Span } from '../base/text.ts';
import type { Cfg } from '../cfg/types.ts';
import type { FunctionDef } from '../syntax/ast.ts';
import type { CalleeQuery, LockEvent, LockStates, LockStatus, Summary } from './types.ts';

/** What one function's states were made from, and the states. */
export interface KeptStates {
  readonly text: string;
  readonly member: string | undefined;
  readonly start: number;
  /** Every summary that was asked for, with its key. */
  readonly callees: readonly { readonly query: CalleeQuery; readonly key: string }[];
  readonly states: LockStates;
}

const keys = new WeakMap<Summary, string>();

/** Equal keys: callers cannot tell the summaries apart. Places and names for messages do not count. */
export function summaryKey(summary: Summary | undefined): string {
  if (!summary) return 'no source';
  let key = keys.get(summary);
  if (key === undefined) {
    key = JSON.stringify(summary, (name, value: unknown) => (name === 'site' || name === 'name' ? undefined : value instanceof Set ? [...value] : value));
    keys.set(summary, key);
  }
  return key;
}

/** The states moved to where the function stands now. */
export function movedStates(kept: KeptStates, fn: FunctionDef, cfg: Cfg): LockStates {
  const { states } = kept;
  const delta = fn.span.start - kept.start;
  if (delta === 0) return { ...states, fn, cfg };
  const span = ({ start, end }: Span): Span => ({ start: start + delta, end: end + delta });
  const known = new Map<LockStatus, LockStatus>();
  const lock = (each: LockStatus): LockStatus => {
    const moved = known.get(each) ?? { ...each, site: span(each.site) };
    known.set(each, moved);
    return moved;
  };
  return {
    ...states, fn, cfg,
    before: states.before.map((sets) => sets.map((set) => set.map(lock))),
    events: states.events.map((event): LockEvent => (event.kind === 'release' ? { ...event, site: span(event.site), taken: lock(event.taken) } : { ...event, site: span(event.site), lock: lock(event.lock) })),
    outcomes: new Map([...states.outcomes].map(([at, outcome]) => [at + delta, outcome])),
    exits: states.exits.map((exit) => ({ ...exit, site: span(exit.site), locks: exit.locks.map(lock) })),
    annotations: states.annotations.map((each) => ({ ...each, span: span(each.span), lock: lock(each.lock) })),
  };
}
