/**
 * Values that functions have by way of the functions they call, found on demand and bottom-up: the
 * components of mutually recursive functions as Tarjan (SIAM J. Comput. 1972) meets them; within one,
 * every value begins at bottom, and all are computed again until none is other than it was taken for.
 * What has not settled after `maxRounds` goes on from top, and says so. A value counts for everybody from
 * whose depth on what it was made from stays within the limit; one that the limit has cut short counts for that depth alone.
 * So an answer does not depend on what was asked before. What a long chain of
 * functions needs is computed from its end on, so that no chain is too long for the stack.
 */

/** What is computed for one function. */
export interface Rule<K, V> {
  /** The value by those of the callees; asks for them. */
  compute(): V;
  bottom(): V;
  /** Sound whatever the function does; for components that do not settle. */
  top(): V;
  isSame(a: V, b: V): boolean;
  /** The values that `compute` will ask for, or more; absent: chains are as deep as the stack. */
  needs?(): Iterable<Need<K, V>>;
  /** What later rounds assume instead of a value: it says less, so that it sooner stays the same. */
  coarser?(value: V): V;
}

export interface Need<K, V> {
  readonly key: K;
  readonly rule: Rule<K, V>;
  readonly level: number;
}

/** So many functions may run within each other before what they need is computed ahead. */
const maxNested = 24;
/** A circle of calls with more functions on one way than this is not followed. */
const maxCircle = 240;
/** Rounds after which only what is coarse of a value is assumed. */
const maxFineRounds = 2;
/** Rounds of one component before its values are widened to top. */
const maxRounds = 10;

interface Entry<K, V> {
  readonly key: K;
  readonly rule: Rule<K, V>;
  /** Its place on the stack of open functions. */
  readonly place: number;
  /** Number of functions that run around it. */
  depth: number;
  /** The outermost running function that it leads back to, by depth. */
  low: number;
  assumed: V;
  /** What this round has found; undefined before it was asked for. */
  found: { readonly value: V } | undefined;
  isRunning: boolean;
  rounds: number;
  /** In this round someone relied on `assumed`. */
  isRelied: boolean;
  isRefuted: boolean;
  /** How deep it was when it was computed. */
  level: number;
  /** The deepest level of what it was made from. */
  deepest: number;
  isCut: boolean;
}

interface Settled<V> {
  /** Not cut short: good wherever `height` more levels are within the limit. */
  whole: { readonly value: V; readonly height: number } | undefined;
  /** By the level at which it was cut short. */
  readonly cut: Map<number, V>;
}

function needsOf<K, V>({ rule }: Need<K, V>): Iterator<Need<K, V>> {
  return (rule.needs?.() ?? [])[Symbol.iterator]();
}

export class Fixpoint<K extends object, V> {
  private readonly settled = new WeakMap<K, Settled<V>>();
  private readonly widened = new WeakSet<K>();
  private readonly open = new Map<K, Entry<K, V>>();
  private readonly stack: Entry<K, V>[] = [];
  private readonly running: Entry<K, V>[] = [];
  /** How many functions ran when what a chain needs was last computed ahead. */
  private prepared = 0;

  /** `maxLevel`: so deep calls are followed. */
  constructor(private readonly maxLevel = Infinity) {}

  /** The value of `key`; while its component is open, what is taken for it so far. `level`: how deep the asker is. */
  ask(key: K, rule: Rule<K, V>, level = 0): V {
    const settled = this.settledAt(key, level);
    if (settled) {
      if (settled.isCut) this.cut();
      this.reach(settled.deepest);
      return settled.value;
    }
    const known = this.open.get(key);
    if (known && (known.isRunning || known.found)) return this.assumption(known);
    if (this.running.length >= maxCircle) return this.given(rule);
    if (this.running.length - this.prepared >= maxNested) {
      this.prepare({ key, rule, level });
      return this.ask(key, rule, level);
    }
    const entry = known ?? this.opened(key, rule);
    entry.level = level;
    entry.deepest = Math.max(entry.deepest, level);
    const value = this.iterate(entry);
    const around = this.running.at(-1);
    if (around && entry.low < entry.depth) around.low = Math.min(around.low, entry.low);
    if (entry.isCut) this.cut();
    this.reach(entry.deepest);
    return value;
  }

  private settledAt(key: K, level: number): { readonly value: V; readonly deepest: number; readonly isCut: boolean } | undefined {
    const { whole, cut } = this.settled.get(key) ?? {};
    if (whole && level + whole.height <= this.maxLevel) return { value: whole.value, deepest: level + whole.height, isCut: false };
    return cut?.has(level) ? { value: cut.get(level)!, deepest: this.maxLevel, isCut: true } : undefined;
  }

  /** What is being computed rests on something of that level. */
  private reach(level: number): void {
    const current = this.running.at(-1);
    if (current) current.deepest = Math.max(current.deepest, level);
  }

  private given(rule: Rule<K, V>): V {
    this.cut();
    return rule.top();
  }

  /** Computes what `goal` needs, the end of each chain first; circles are left to `ask`. */
  private prepare(goal: Need<K, V>): void {
    const before = this.prepared;
    this.prepared = this.running.length;
    const seen = new Set<K>([goal.key]);
    const walk = [{ need: goal, rest: needsOf(goal) }];
    for (let top = walk.at(-1); top; top = walk.at(-1)) {
      const next = top.rest.next();
      if (next.done) {
        walk.pop();
        this.ask(top.need.key, top.need.rule, top.need.level);
      } else if (!seen.has(next.value.key) && !this.open.has(next.value.key) && !this.settledAt(next.value.key, next.value.level)) {
        seen.add(next.value.key);
        walk.push({ need: next.value, rest: needsOf(next.value) });
      }
    }
    this.prepared = before;
  }

  /** A limit of depth leaves out a part of what is being computed. */
  cut(): void {
    const current = this.running.at(-1);
    if (current) current.isCut = true;
  }

  /** Whether what is being computed rests on an assumption. */
  get isAssuming(): boolean {
    const current = this.running.at(-1);
    return current !== undefined && (current.isRelied || current.low < current.depth);
  }

  /** The value, where it is known for good. */
  known(key: K): V | undefined {
    const { whole, cut } = this.settled.get(key) ?? {};
    return whole?.value ?? cut?.get(Math.min(...cut.keys()));
  }

  /** Whether the value may still change. */
  isOpen(key: K): boolean {
    return this.open.has(key);
  }

  /** Whether the function's component did not settle. */
  isWidened(key: K): boolean {
    return this.widened.has(key);
  }

  private assumption(known: Entry<K, V>): V {
    const asker = this.running.at(-1)!;
    asker.low = Math.min(asker.low, known.isRunning ? known.depth : known.low);
    if (known.isRunning) known.isRelied = true;
    if (known.isCut) asker.isCut = true;
    asker.deepest = Math.max(asker.deepest, known.deepest);
    return known.found ? known.found.value : known.assumed;
  }

  private opened(key: K, rule: Rule<K, V>): Entry<K, V> {
    const depth = this.running.length;
    // What an exception has left behind.
    if (depth === 0) {
      this.close(0);
      this.prepared = 0;
    }
    const entry: Entry<K, V> = { key, rule, place: this.stack.length, depth, low: depth, assumed: rule.bottom(), found: undefined, isRunning: false, rounds: 0, isRelied: false, isRefuted: false, level: 0, deepest: 0, isCut: false };
    this.open.set(key, entry);
    this.stack.push(entry);
    return entry;
  }

  private iterate(entry: Entry<K, V>): V {
    entry.depth = this.running.length;
    for (let round = 1; ; round++) {
      const value = this.compute(entry);
      if (entry.low < entry.depth) return value;
      const members = this.stack.slice(entry.place);
      if (round > maxRounds || !members.some(({ isRefuted }) => isRefuted)) {
        this.settle(entry);
        return value;
      }
      for (const member of members) this.reopen(member, entry.depth, round === maxRounds);
    }
  }

  private compute(entry: Entry<K, V>): V {
    this.running.push(entry);
    entry.isRunning = true;
    try {
      const value = entry.rule.compute();
      const next = ++entry.rounds > maxFineRounds && entry.rule.coarser ? entry.rule.coarser(value) : value;
      entry.isRefuted = entry.isRelied && !entry.rule.isSame(entry.assumed, next);
      entry.found = { value };
      if (!this.widened.has(entry.key)) entry.assumed = next;
      return value;
    } finally {
      entry.isRunning = false;
      this.running.pop();
    }
  }

  /** For another round, from what this one has found; its component's head decides for it from now on. */
  private reopen(member: Entry<K, V>, headDepth: number, isWidened: boolean): void {
    member.found = undefined;
    member.isRelied = false;
    member.isRefuted = false;
    member.low = headDepth;
    if (!isWidened) return;
    this.widened.add(member.key);
    member.assumed = member.rule.top();
  }

  private settle(head: Entry<K, V>): void {
    const members = this.close(head.place);
    const isCut = members.some((member) => member.isCut);
    const deepest = Math.max(...members.map((member) => member.deepest));
    for (const { key, found, level } of members) {
      if (!found) continue;
      const settled = this.settled.get(key) ?? { whole: undefined, cut: new Map<number, V>() };
      this.settled.set(key, settled);
      if (isCut) settled.cut.set(level, found.value);
      else settled.whole = { value: found.value, height: deepest - level };
    }
  }

  private close(place: number): Entry<K, V>[] {
    const members = this.stack.splice(place);
    for (const { key } of members) this.open.delete(key);
    return members;
  }
}
