/**
 * What transitions read and write of shared state, and which of them may change places. A footprint may be too large,
 * never too small. Locals of the acting thread are nobody else's.
 *
 * With each access go the locks that are surely held then. Two accesses to elements that each thread guards by the
 * same lock never meet: whoever holds it keeps the other out, or they are different elements (`page->mapping`
 * under the lock of that page). The same holds of two threads that take and drop one lock.
 *
 * Under `weak` the views that all threads share are accessed too: what full barriers leave to every later store,
 * and what RCU's readers and grace periods leave to one another.
 */

import type { CellRef, FenceOrder, LockRef, Model, Step, Value } from '../../model/types.ts';
import { type HeldLock, indexKey, isConstantIndex, visitHeldLocks } from '../heldLocks.ts';
import { valuesOf, walkSteps, walkValue } from '../steps.ts';
import { cellPlace, lockPlace, mayBeSame, type Place } from './place.ts';

/** Equal accesses are one object. */
export interface Access {
  readonly place: Place;
  readonly isWrite: boolean;
  /** Bits of the locks that are held, in any mode; and of those that are held exclusively. */
  readonly held: number;
  readonly exclusive: number;
}

export type Footprint = ReadonlySet<Access>;

/** Which locks count with an access: all that are held then, or only those held before the first step, or after the last. */
export type Span = 'then' | 'before' | 'after';

/**
 * What shared views are to the memory model. `ordered`: whoever gets less from one may do more (weak/contextOrder.ts),
 * so that reading one first is no loss.
 */
export type SharedViews = 'none' | 'ordered' | 'unordered';

const views = { global: 0, ended: 1, graced: 2 } as const;

/** Guards beyond these do not count. */
const maxGuards = 30;

export class Footprints {
  private readonly accesses = new Map<string, Access>();
  private readonly guards = new Map<string, number>();
  /** What is held whenever the step is taken. */
  private readonly heldAt = new Map<Step, readonly HeldLock[]>();
  /** By steps, where all locks count. */
  private readonly known = new Map<readonly Step[], Footprint>();

  constructor(model: Model, private readonly sharedViews: SharedViews) {
    for (const { program } of model.threads) {
      visitHeldLocks(program, (step, held) => {
        const known = this.heldAt.get(step);
        this.heldAt.set(step, known ? known.filter((lock) => held.some((each) => isSame(each, lock))) : held);
      });
    }
  }

  /** Of steps that one thread takes without interruption. */
  of(steps: readonly Step[], span: Span): Footprint {
    const excluded = this.excluded(steps, span);
    const known = excluded.size === 0 ? this.known.get(steps) : undefined;
    if (known) return known;
    const all = new Set<Access>();
    walkSteps(steps, (step) => {
      // Who waits for a lock and gets it has kept others out from then on.
      const own = step.kind === 'acquire' ? [{ lock: step.lock.lock, index: indexKey(step.lock), mode: step.mode }] : [];
      const held = [...(this.heldAt.get(step) ?? []), ...own].filter(({ lock }) => !excluded.has(lock));
      for (const access of this.ofStep(step, held)) all.add(access);
    });
    if (excluded.size === 0) this.known.set(steps, all);
    return all;
  }

  /** Locks that do not count as held. */
  private excluded(steps: readonly Step[], span: Span): ReadonlySet<number> {
    const excluded = new Set<number>();
    if (span === 'then') return excluded;
    walkSteps(steps, (step) => {
      const isTaken = step.kind === 'acquire' || step.kind === 'tryAcquire';
      if ((span === 'before' && isTaken) || (span === 'after' && step.kind === 'release')) excluded.add(step.lock.lock);
    });
    return excluded;
  }

  /** True where it may matter that `first` comes before `later` and not after it, or one may enable or disable the other. */
  doConflict(first: Footprint, later: Footprint): boolean {
    for (const one of first) for (const other of later) if (this.isConflict(one, other)) return true;
    return false;
  }

  private isConflict(first: Access, later: Access): boolean {
    if (!(first.isWrite || later.isWrite) || !mayBeSame(first.place, later.place)) return false;
    if (!first.isWrite && first.place.kind === 'view' && this.sharedViews === 'ordered') return false;
    return (first.exclusive & later.held) === 0 && (first.held & later.exclusive) === 0;
  }

  private ofStep(step: Step, held: readonly HeldLock[]): readonly Access[] {
    const reads = valuesOf(step).flatMap((value) => this.readBy(value, held));
    switch (step.kind) {
      case 'load':
        return [...reads, this.ofCell(step.from, false, held)];
      case 'store':
        return [...reads, this.ofCell(step.to, true, held), ...this.view('global', false)];
      case 'update':
        return [...reads, this.ofCell(step.cell, true, held), ...this.view('global', step.order === 'full')];
      case 'acquire':
      case 'tryAcquire':
        return [...reads, this.ofLock(step.lock, true, held)];
      case 'release':
        return [...reads, this.ofLock(step.lock, true, held), ...this.view('global', false)];
      case 'fence':
        return [...reads, ...this.ofFence(step.order)];
      case 'assign':
      case 'assume':
      case 'choose':
      case 'check':
      case 'if':
        return reads;
    }
  }

  private ofFence(order: FenceOrder): readonly Access[] {
    switch (order) {
      case 'full':
        return this.view('global', true);
      case 'readerStart':
        return this.view('graced', false);
      case 'readerEnd':
        return this.view('ended', true);
      case 'graceStart':
        return this.view('graced', true);
      case 'graceEnd':
        return this.view('ended', false);
      case 'read':
      case 'write':
        return [];
    }
  }

  /** Whether the thread itself holds a lock is nobody else's affair. */
  private readBy(value: Value, held: readonly HeldLock[]): readonly Access[] {
    const all: Access[] = [];
    walkValue(value, (part) => {
      if (part.kind === 'cell') all.push(this.ofCell(part.ref, false, held));
      else if (part.kind === 'held' && part.by !== 'self') all.push(this.ofLock(part.lock, false, held));
    });
    return all;
  }

  private view(name: keyof typeof views, isWrite: boolean): readonly Access[] {
    if (this.sharedViews === 'none') return [];
    return [this.interned({ place: { kind: 'view', array: views[name], index: 0 }, isWrite, held: 0, exclusive: 0 })];
  }

  private ofCell(ref: CellRef, isWrite: boolean, held: readonly HeldLock[]): Access {
    return this.access(cellPlace(ref), isWrite, ref, held);
  }

  private ofLock(ref: LockRef, isWrite: boolean, held: readonly HeldLock[]): Access {
    return this.access(lockPlace(ref), isWrite, ref, held);
  }

  private access(place: Place, isWrite: boolean, ref: CellRef | LockRef, held: readonly HeldLock[]): Access {
    const exclusive = held.filter(({ mode }) => mode === 'exclusive');
    return this.interned({ place, isWrite, held: this.guardsOf(ref, held), exclusive: this.guardsOf(ref, exclusive) });
  }

  /** Locks with the index of the element, and locks with an index that is a constant. */
  private guardsOf(ref: CellRef | LockRef, held: readonly HeldLock[]): number {
    if (held.length === 0) return 0;
    const own = indexKey(ref);
    return held.reduce((bits, { lock, index }) => bits
      | (index === own ? this.guard(`${lock}=`) : 0)
      | (isConstantIndex(index) ? this.guard(`${lock} ${index}`) : 0), 0);
  }

  private guard(key: string): number {
    const number = this.guards.get(key) ?? this.guards.size;
    this.guards.set(key, number);
    return number < maxGuards ? 1 << number : 0;
  }

  private interned(access: Access): Access {
    const { kind, array, index } = access.place;
    const key = `${kind} ${array} ${index} ${access.isWrite} ${access.held} ${access.exclusive}`;
    const known = this.accesses.get(key);
    if (known) return known;
    this.accesses.set(key, access);
    return access;
  }
}

function isSame(one: HeldLock, other: HeldLock): boolean {
  return one.lock === other.lock && one.index === other.index && one.mode === other.mode;
}
