/** Terms: building, substituting and looking into the texts that stand for values. */

import type { Value } from './types.ts';

/** A value without identity. */
export const unknownValue = '?';
/** Longer terms lose their identity: loops would build ever longer ones. */
const maxLength = 96;

/** The term, or `?` where a part of it has no identity or it grows too long. */
export function term(text: string): string {
  return text.length > maxLength || text.includes('?') ? unknownValue : text;
}

export function fresh(offset: number, suffix = ''): string {
  return `#${offset}${suffix}`;
}

/** The lock that the call has named which made `id`: `pte_offset_map_lock(..., &ptl)` returns `#id` and names `#id.l3`. */
export function freshLock(offset: number, argument: number): string {
  return fresh(offset, `.l${argument}`);
}

/** Whether the pointer came out of the call that has named the lock. */
export function cameWith(value: Value, lock: string): boolean {
  return typeof value === 'string' && lock.startsWith(`${value}.l`);
}

/** The pointer that a failed acquirer returned: NULL or an error pointer, as its caller tests. */
export function failed(offset: number): string {
  return `#${offset}!`;
}

export function isFailed(value: Value): boolean {
  return typeof value === 'string' && value.endsWith('!') && value.startsWith('#');
}

export function isFresh(text: string): boolean {
  return text.includes('#');
}

const leading = /^[&*(]+/;

/** Whether the object is `symbol` or is reached from it: `vmf->page` from `vmf`. */
export function isRootedIn(object: string, symbol: string): boolean {
  const root = symbol.replace(leading, '');
  const body = object.replace(leading, '');
  if (root === '' || !body.startsWith(root)) return false;
  const next = body[root.length];
  return next === undefined || !/[\w$'!]/.test(next);
}

/** Whether `part` stands in `text` as a whole symbol. */
export function mentions(text: string, part: string): boolean {
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    const next = text[at + part.length];
    const previous = text[at - 1];
    if ((next === undefined || !/[\w$'!]/.test(next)) && (previous === undefined || !/[\w$#>.]/.test(previous))) return true;
  }
  return false;
}

const token = /#[\w'.!]+|->|\.[A-Za-z_]\w*|[A-Za-z_$][\w$]*|\d+|./g;

/** What symbols and places stand for where a term is moved to. */
export interface Target {
  readonly valueOf: (symbol: string) => Value | undefined;
  /** What is stored at a place, if that is known. */
  readonly load: (location: string) => Value | undefined;
}

/** The term as it reads in the target: symbols replaced, what they lead to loaded. */
export function substitute(text: string, target: Target): Value {
  return new Substitution(text, target).run(false);
}

/** As `substitute`, for a place: what is stored in it is not looked at. */
export function substitutePlace(text: string, target: Target): Value {
  return new Substitution(text, target).run(true);
}

class Substitution {
  private readonly parts: readonly string[];
  private at = 0;
  private out = '';

  constructor(text: string, private readonly target: Target) {
    this.parts = text.match(token) ?? [];
  }

  run(isPlace: boolean): Value {
    for (; this.at < this.parts.length; this.at++) {
      const part = this.parts[this.at]!;
      const isSymbol = /^[#A-Za-z_$]/.test(part) && this.parts[this.at - 1] !== '->';
      const value = isSymbol ? this.target.valueOf(part) : undefined;
      if (value === undefined) this.out += part;
      else this.follow(value, isPlace);
      if (this.out.includes(unknownValue)) return unknownValue;
    }
    return /^-?\d+$/.test(this.out) ? Number(this.out) : term(this.out);
  }

  /** The value and the fields that are reached from it: `->a.b->c`, then the stars before it. */
  private follow(value: Value, isPlace: boolean): void {
    let current = value;
    while (this.parts[this.at + 1] === '->') {
      let place = member(current, this.parts[this.at + 2] ?? '');
      this.at += 2;
      while (this.parts[this.at + 1]?.startsWith('.')) place = term(place + this.parts[++this.at]!);
      const isWanted = (isPlace && !this.out.includes('*')) || this.out.endsWith('&');
      const isLast = this.parts[this.at + 1] !== '->';
      current = isLast && isWanted ? place : (this.target.load(place) ?? place);
    }
    while (this.out.endsWith('*')) {
      const place = pointee(current);
      this.out = this.out.slice(0, -1);
      current = isPlace && this.out === '' ? place : (this.target.load(place) ?? place);
    }
    this.out += String(current);
  }
}

export function member(base: Value, field: string): string {
  if (typeof base === 'number') return unknownValue;
  return term(base.startsWith('&') ? `${base.slice(1)}.${field}` : `${base}->${field}`);
}

export function pointee(base: Value): string {
  if (typeof base === 'number') return unknownValue;
  return term(base.startsWith('&') ? base.slice(1) : `*${base}`);
}

/** The last field or name of a term: `i_mmap_lock` of `&mapping->i_mmap_lock`. */
export function lastName(text: string): string | undefined {
  return /([A-Za-z_]\w*)\)*$/.exec(text)?.[1];
}

const names = /(#[\w'.!]+)|(->|\.)?([A-Za-z_$][\w$]*)/g;

/** A field among names: fields and variables are two namespaces. */
export function fieldName(field: string): string {
  return `.${field}`;
}

export interface Leaves {
  readonly symbols: readonly string[];
  /** Variables by name, fields as `.name`. */
  readonly names: readonly string[];
}

/** Terms repeat endlessly; what they are made of is kept, up to this many of them. */
const maxKnownLeaves = 50_000;
const knownLeaves = new Map<string, Leaves>();

/** The fresh symbols and the names that a term is made of. */
export function leavesOf(text: string): Leaves {
  let leaves = knownLeaves.get(text);
  if (!leaves) {
    if (knownLeaves.size >= maxKnownLeaves) knownLeaves.clear();
    knownLeaves.set(text, (leaves = findLeaves(text)));
  }
  return leaves;
}

function findLeaves(text: string): Leaves {
  const found = { symbols: [] as string[], names: [] as string[] };
  for (const [, symbol, accessor, name] of text.matchAll(names)) {
    if (symbol !== undefined) found.symbols.push(symbol);
    else if (name !== undefined) found.names.push(accessor === undefined ? name : fieldName(name));
  }
  return found;
}
