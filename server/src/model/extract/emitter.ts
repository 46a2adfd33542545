/**
 * Builds a program's transitions. Steps are collected until one more access to shared state would
 * make a transition touch shared state twice; then the collected ones become a transition of their
 * own. So every transition has at most one shared access (or one group that the kernel does under
 * one lock), and local work travels with it.
 */

import type { Local, LocalId, LocationId, Origin, Step, Transition, Value, ValueFormat } from '../types.ts';
import { not } from '../values.ts';
import { NotModelledError } from './types.ts';

/** Beyond this the function is reported as not modelled; do_no_page with its handler has about 300. */
const maxTransitions = 20_000;

export class Emitter {
  readonly locals: Local[] = [];
  readonly transitions: Transition[] = [];
  private locationCount = 0;
  private pending: Step[] = [];
  private pendingIsShared = false;
  cursor: LocationId = 0;
  origin: Origin = { text: '', calls: [] };

  newLocation(): LocationId {
    return this.locationCount++;
  }

  get locations(): number {
    return this.locationCount;
  }

  newLocal(name: string, format: ValueFormat, range: { min: number; max: number; initial?: number }): LocalId {
    this.locals.push({ name, format, min: range.min, max: range.max, initial: range.initial ?? 0 });
    return this.locals.length - 1;
  }

  /** Moves to a location; pending steps must have been flushed. */
  moveTo(location: LocationId): void {
    this.cursor = location;
    this.pending = [];
    this.pendingIsShared = false;
  }

  /** Adds steps that belong together; a second shared access starts a new transition. */
  add(...steps: readonly Step[]): void {
    const shared = steps.some(isShared);
    if (shared && this.pendingIsShared) this.flush();
    this.pending.push(...steps);
    this.pendingIsShared ||= shared;
  }

  /** Ends the current transition, if it has steps. */
  flush(): void {
    if (this.pending.length === 0) return;
    const to = this.newLocation();
    this.flushTo(to);
    this.moveTo(to);
  }

  /** Ends the current transition at a given location. */
  flushTo(to: LocationId): void {
    this.push(this.cursor, to, this.pending);
    this.pending = [];
    this.pendingIsShared = false;
  }

  /** Splits on a condition; the load that feeds it, if pending, is part of both arms. */
  branch(condition: Value, whenTrue: LocationId, whenFalse: LocationId): void {
    const steps = this.pending;
    if (condition.kind === 'const') {
      this.push(this.cursor, condition.value !== 0 ? whenTrue : whenFalse, steps);
    } else {
      this.push(this.cursor, whenTrue, [...steps, { kind: 'assume', condition }]);
      this.push(this.cursor, whenFalse, [...steps, { kind: 'assume', condition: not(condition) }], negated(this.origin));
    }
    this.pending = [];
    this.pendingIsShared = false;
  }

  /** Splits freely; a target is marked where it is taken when the condition is false. */
  branchFreely(targets: readonly { readonly to: LocationId; readonly isNegated: boolean }[]): void {
    this.flush();
    for (const { to, isNegated } of targets) this.push(this.cursor, to, [], isNegated ? negated(this.origin) : this.origin);
  }

  /** `steps` happen only where the condition holds; they may block. */
  addWhen(condition: Value, steps: readonly Step[]): void {
    if (condition.kind === 'const') {
      if (condition.value !== 0) this.add(...steps);
      return;
    }
    const then = this.newLocation();
    const join = this.newLocation();
    this.branch(condition, then, join);
    this.moveTo(then);
    this.add(...steps);
    this.flushTo(join);
    this.moveTo(join);
  }

  private push(from: LocationId, to: LocationId, steps: readonly Step[], origin: Origin = this.origin): void {
    if (this.transitions.length >= maxTransitions) throw new NotModelledError(`it needs more than ${maxTransitions} steps`);
    this.transitions.push({ from, to, steps: [...steps], origin });
  }
}

/** The step of a condition that was false. */
function negated(origin: Origin): Origin {
  return { ...origin, text: /^[\w>.-]+$/.test(origin.text) ? `!${origin.text}` : `!(${origin.text})` };
}

/** True for steps that read or change what other threads see. */
export function isShared(step: Step): boolean {
  switch (step.kind) {
    case 'load':
    case 'store':
    case 'update':
    case 'acquire':
    case 'tryAcquire':
    case 'release':
    case 'fence':
      return true;
    case 'if':
      return step.then.some(isShared) || step.otherwise.some(isShared) || readsShared(step.condition);
    case 'assign':
      return readsShared(step.value);
    case 'assume':
    case 'check':
      return readsShared(step.condition);
    case 'choose':
      return false;
  }
}

function readsShared(value: Value): boolean {
  switch (value.kind) {
    case 'cell':
    case 'held':
    case 'done':
      return true;
    case 'unary':
      return readsShared(value.operand);
    case 'binary':
      return readsShared(value.left) || readsShared(value.right);
    case 'const':
    case 'local':
    case 'self':
      return false;
  }
}
