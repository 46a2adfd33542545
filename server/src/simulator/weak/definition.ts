/**
 * The weak memory model, as a definition on plain maps, without forgetting or renumbering.
 *
 * Every element of a racy cell has messages (stores) in coherence order. A view gives, for some
 * elements, the oldest message that may still be read. What each view is for:
 *
 *     current[t]    what t may read and must not store before
 *     acquired[t]   brought by t's loads; joins current at a read barrier
 *     own[t]        t's stores and what they carry; joins released at a write barrier
 *     released[t]   goes with each later store of t
 *     handed[t]     reads, and stores, before t's last unlock; take effect at its next lock
 *     derived[t,r]  brought by the load that register r comes from; holds for addresses made of r
 *     lock[l]       given at release, taken at acquire
 *     global        all that full barriers have made visible to everybody
 *     ended, graced what RCU readers had done when they left, what was done before grace periods
 *
 * Each message carries `global` as it was, since whoever is ordered after the message comes later
 * than those barriers (LKMM: pb = prop ; strong-fence ; hb*). Where stores of a cell race, a store
 * may go before newer messages that its thread has not seen, but never between a read-modify-write
 * and what it read. Loads return old values instead of being executed early; stores that are
 * executed early are a matter of `reorder.ts`.
 */

import type { FenceOrder, LocalId, Model, ThreadIndex } from '../../model/types.ts';
import { type LoadOrder, type PlainMemory, type Readable, unbuffered, type WriteOrder } from '../plainMemory.ts';

/** Position of the oldest message that may still be read, by element; absent is 0. */
type View = Map<string, number>;

const nothing: View = new Map();

interface ThreadViews {
  readonly current: View;
  readonly acquired: View;
  readonly own: View;
  readonly released: View;
  readonly handedReads: View;
  readonly handedStores: View;
  readonly derived: Map<LocalId, View>;
}

interface SharedViews {
  readonly global: View;
  readonly ended: View;
  readonly graced: View;
  readonly locks: Map<string, View>;
}

interface Message {
  /** Undefined for the newest: its value is in the state's cell. */
  readonly value: number | undefined;
  readonly view: View;
  /** It must stay right behind the message before it. */
  readonly isUpdate: boolean;
}

export function weakMemory(model: Model): PlainMemory {
  const thread = (): ThreadViews => ({
    current: new Map(), acquired: new Map(), own: new Map(), released: new Map(), handedReads: new Map(), handedStores: new Map(), derived: new Map(),
  });
  return new WeakMemory(model, new Map(), model.threads.map(thread), { global: new Map(), ended: new Map(), graced: new Map(), locks: new Map() });
}

class WeakMemory implements PlainMemory {
  readonly own = unbuffered.own;
  readonly drainsFor = unbuffered.drainsFor;
  readonly allows = unbuffered.allows;
  readonly isReleasing = unbuffered.isReleasing;
  readonly flush = unbuffered.flush;
  readonly isDrained = unbuffered.isDrained;

  constructor(
    private readonly model: Model,
    /** By element; absent is one message with an empty view. */
    private readonly messages: Map<string, readonly Message[]>,
    private readonly threads: readonly ThreadViews[],
    private readonly shared: SharedViews,
  ) {}

  clone(): PlainMemory {
    const threads = this.threads.map(({ derived, ...views }) => ({
      current: new Map(views.current), acquired: new Map(views.acquired), own: new Map(views.own), released: new Map(views.released),
      handedReads: new Map(views.handedReads), handedStores: new Map(views.handedStores), derived: copies(derived),
    }));
    const { global, ended, graced, locks } = this.shared;
    const shared = { global: new Map(global), ended: new Map(ended), graced: new Map(graced), locks: copies(locks) };
    const messages = new Map([...this.messages].map(([element, all]) => [element, all.map((message) => ({ ...message, view: new Map(message.view) }))]));
    return new WeakMemory(this.model, messages, threads, shared);
  }

  readable(thread: ThreadIndex, cell: number, index: number, newest: number, { address }: LoadOrder): readonly Readable[] {
    const element = name(cell, index);
    const { current, derived } = this.threads[thread]!;
    const oldest = Math.max(at(current, element), ...address.map((local) => at(derived.get(local), element)));
    const messages = this.history(element);
    return messages
      .map((message, time) => ({ value: message.value ?? newest, time, isNewest: time === messages.length - 1 }))
      .filter((readable) => readable.time >= oldest)
      .reverse();
  }

  read(thread: ThreadIndex, cell: number, index: number, choice: Readable, { order, to, address }: LoadOrder): void {
    if (!this.model.cells[cell]!.isRacy) { this.assign(thread, to, address); return; }
    const element = name(cell, index);
    const { current, acquired, derived } = this.threads[thread]!;
    const { view } = this.history(element)[choice.time]!;
    current.set(element, Math.max(at(current, element), choice.time));
    join(order === 'acquire' ? current : acquired, view);
    this.assign(thread, to, address);
    join(derived.get(to)!, view);
  }

  places(thread: ThreadIndex, cell: number, index: number, { kind }: WriteOrder): readonly number[] {
    const { isRacy, storesRace } = this.model.cells[cell]!;
    if (!isRacy || storesRace !== true || kind === 'update') return [0];
    const element = name(cell, index);
    const { current, acquired } = this.threads[thread]!;
    const seen = Math.max(at(current, element), at(acquired, element), at(this.shared.global, element));
    const messages = this.history(element);
    const places = Array.from({ length: messages.length - seen }, (_, newer) => newer);
    return places.filter((newer) => newer === 0 || !messages[messages.length - newer]!.isUpdate);
  }

  write(thread: ThreadIndex, cell: number, index: number, values: { readonly old: number; readonly value: number }, newer: number, how: WriteOrder): boolean {
    const isFull = how.kind === 'update' && how.order === 'full';
    if (isFull) this.fence(thread, 'full');
    if (this.model.cells[cell]!.isRacy) this.append(thread, name(cell, index), values, newer, how);
    else if (how.kind === 'update' && how.result !== undefined) this.assign(thread, how.result, []);
    if (isFull) this.fence(thread, 'full');
    return newer === 0;
  }

  private append(thread: ThreadIndex, element: string, values: { readonly old: number; readonly value: number }, newer: number, how: WriteOrder): void {
    const views = this.threads[thread]!;
    const before = this.history(element);
    const time = before.length - newer;
    const read = before[time - 1]!.view;
    const view: View = new Map(views.released);
    join(view, this.shared.global);
    if (how.order === 'release') [views.current, views.acquired, views.own].forEach((each) => join(view, each));
    if (how.kind === 'update') {
      join(view, read);
      if (how.result !== undefined) {
        join(how.order === 'acquire' ? views.current : views.acquired, read);
        views.derived.set(how.result, new Map(read));
      }
    }
    this.insert(element, time, { value: newer === 0 ? undefined : values.value, view, isUpdate: how.kind === 'update' }, values.old);
    views.current.set(element, time);
    join(views.own, view);
    views.own.set(element, Math.max(at(views.own, element), time));
  }

  assign(thread: ThreadIndex, to: LocalId, from: readonly LocalId[]): void {
    const { derived } = this.threads[thread]!;
    const view: View = new Map();
    for (const local of from) join(view, derived.get(local) ?? nothing);
    derived.set(to, view);
  }

  fence(thread: ThreadIndex, order: FenceOrder): void {
    const { current, acquired, own, released } = this.threads[thread]!;
    const { global, ended, graced } = this.shared;
    switch (order) {
      case 'read':
        return join(current, acquired);
      case 'write':
        return join(released, own);
      case 'full':
        [acquired, own, global].forEach((each) => join(current, each));
        join(global, current);
        return join(released, current);
      case 'readerStart':
        return join(current, graced);
      case 'readerEnd':
        return [current, acquired, own].forEach((each) => join(ended, each));
      case 'graceStart':
        return join(graced, current);
      case 'graceEnd':
        return join(current, ended);
    }
  }

  acquire(thread: ThreadIndex, lock: number, index: number): void {
    const { current, released, handedReads, handedStores } = this.threads[thread]!;
    const given = this.shared.locks.get(name(lock, index)) ?? new Map<string, number>();
    join(current, given);
    join(released, given);
    join(current, handedReads);
    join(released, handedStores);
  }

  release(thread: ThreadIndex, lock: number, index: number): boolean {
    const { current, acquired, own, handedReads, handedStores } = this.threads[thread]!;
    const { global, locks } = this.shared;
    const given = locks.get(name(lock, index)) ?? new Map<string, number>();
    [current, acquired, own, global].forEach((each) => join(given, each));
    locks.set(name(lock, index), given);
    [acquired, global].forEach((each) => join(handedReads, each));
    join(handedStores, own);
    return true;
  }

  /** Puts a message at `time`; all views follow those that it moves. */
  private insert(element: string, time: number, message: Message, newest: number): void {
    const messages = this.history(element).map((each) => (each.value === undefined && time === this.history(element).length ? { ...each, value: newest } : each));
    for (const view of this.allViews(messages)) if (at(view, element) >= time) view.set(element, at(view, element) + 1);
    this.messages.set(element, [...messages.slice(0, time), message, ...messages.slice(time)]);
  }

  private *allViews(extra: readonly Message[]): Iterable<View> {
    const { global, ended, graced, locks } = this.shared;
    yield* new Set<View>([
      global, ended, graced, ...locks.values(), ...extra.map(({ view }) => view), ...[...this.messages.values()].flat().map(({ view }) => view),
      ...this.threads.flatMap(({ derived, ...views }) => [...Object.values(views), ...derived.values()]),
    ]);
  }

  private history(element: string): readonly Message[] {
    const known = this.messages.get(element);
    if (known) return known;
    const first: readonly Message[] = [{ value: undefined, view: new Map(), isUpdate: false }];
    this.messages.set(element, first);
    return first;
  }
}

function name(array: number, index: number): string {
  return `${array}:${index}`;
}

function at(view: View | undefined, element: string): number {
  return view?.get(element) ?? 0;
}

function join(into: View, from: View): void {
  for (const [element, time] of from) if (time > at(into, element)) into.set(element, time);
}

function copies<Key>(views: ReadonlyMap<Key, View>): Map<Key, View> {
  return new Map([...views].map(([key, view]) => [key, new Map(view)]));
}
