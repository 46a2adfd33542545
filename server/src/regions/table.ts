/**
 * A map by text that is copied only when it changes, and whose key (equal keys, equal contents) grows
 * with it: the sum of 64-bit hashes of its rows, so that the order of rows does not matter. Two
 * contents of one function share a key with a chance of about 1 in 10^7 at a million states.
 */

interface RowHash {
  readonly low: number;
  readonly high: number;
}

/** Hashes of rows by their text; beyond this many they are computed anew. */
const maxKnown = 200_000;
const known = new Map<string, RowHash>();

function hashOf(row: string): RowHash {
  let hash = known.get(row);
  if (!hash) {
    if (known.size >= maxKnown) known.clear();
    known.set(row, (hash = computeHash(row)));
  }
  return hash;
}

/** cyrb53's two lanes (bryc, public domain), kept apart. */
function computeHash(text: string): RowHash {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 2654435761);
    high = Math.imul(high ^ code, 1597334677);
  }
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  return { low: low | 0, high: high | 0 };
}

export class Table<V> {
  private isShared = false;

  private constructor(private readonly print: (value: V) => string, private entriesByName: Map<string, V>, private low: number, private high: number) {}

  /** `print`: the part of a row's text that its value gives; values that print alike count as equal. */
  static of<V>(print: (value: V) => string, entries: Iterable<readonly [string, V]> = []): Table<V> {
    const table = new Table<V>(print, new Map(entries), 0, 0);
    for (const [name, value] of table.entriesByName) table.count(name, value, 1);
    return table;
  }

  get size(): number {
    return this.entriesByName.size;
  }

  get(name: string): V | undefined {
    return this.entriesByName.get(name);
  }

  has(name: string): boolean {
    return this.entriesByName.has(name);
  }

  keys(): IterableIterator<string> {
    return this.entriesByName.keys();
  }

  values(): IterableIterator<V> {
    return this.entriesByName.values();
  }

  [Symbol.iterator](): IterableIterator<[string, V]> {
    return this.entriesByName[Symbol.iterator]();
  }

  set(name: string, value: V): void {
    const before = this.entriesByName.get(name);
    if (before === value) return;
    if (before !== undefined) this.count(name, before, -1);
    this.count(name, value, 1);
    this.own().set(name, value);
  }

  delete(name: string): void {
    const before = this.entriesByName.get(name);
    if (before === undefined) return;
    this.count(name, before, -1);
    this.own().delete(name);
  }

  /** A table with the same contents; both may change on their own. */
  copy(): Table<V> {
    this.isShared = true;
    const copy = new Table<V>(this.print, this.entriesByName, this.low, this.high);
    copy.isShared = true;
    return copy;
  }

  key(): string {
    return `${this.low}.${this.high}`;
  }

  private count(name: string, value: V, sign: 1 | -1): void {
    const { low, high } = hashOf(`${name}=${this.print(value)}`);
    this.low = (this.low + sign * low) | 0;
    this.high = (this.high + sign * high) | 0;
  }

  private own(): Map<string, V> {
    if (this.isShared) this.entriesByName = new Map(this.entriesByName);
    this.isShared = false;
    return this.entriesByName;
  }
}
