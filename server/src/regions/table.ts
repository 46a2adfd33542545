/** A map by text that is copied only when it changes, and whose key (equal keys, equal contents) is kept. */

/** Contents by number; beyond this many the numbers start anew, and equal contents may get two of them. */
const maxNumbered = 200_000;
const numbers = new Map<string, number>();
let lastNumber = 0;

function numberOf(contents: string): number {
  const known = numbers.get(contents);
  if (known !== undefined) return known;
  if (numbers.size >= maxNumbered) numbers.clear();
  numbers.set(contents, ++lastNumber);
  return lastNumber;
}

export class Table<V> {
  private entriesByName: Map<string, V>;
  private isShared = false;
  private knownKey: number | undefined;

  constructor(entries: Iterable<readonly [string, V]> = []) {
    this.entriesByName = new Map(entries);
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
    if (this.entriesByName.get(name) === value) return;
    this.own().set(name, value);
  }

  delete(name: string): void {
    if (this.entriesByName.has(name)) this.own().delete(name);
  }

  /** A table with the same contents; both may change on their own. */
  copy(): Table<V> {
    const copy = new Table<V>();
    copy.entriesByName = this.entriesByName;
    copy.knownKey = this.knownKey;
    copy.isShared = true;
    this.isShared = true;
    return copy;
  }

  key(print: (name: string, value: V) => string): number {
    if (this.knownKey === undefined) {
      const rows: string[] = [];
      for (const [name, value] of this.entriesByName) rows.push(print(name, value));
      this.knownKey = numberOf(rows.length < 2 ? (rows[0] ?? '') : rows.sort().join());
    }
    return this.knownKey;
  }

  private own(): Map<string, V> {
    if (this.isShared) this.entriesByName = new Map(this.entriesByName);
    this.isShared = false;
    this.knownKey = undefined;
    return this.entriesByName;
  }
}
