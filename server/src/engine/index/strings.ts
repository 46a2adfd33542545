/**
 * Many strings in a few arrays: the text of all as UTF-8 in one, a hash table over it. A string's id
 * is its place. Reading one makes a JavaScript string; looking one up makes none.
 */

const emptySlot = 0xffffffff;

export interface StringArrays {
  readonly bytes: Uint8Array;
  /** Start of each string in `bytes`, and the end of the last. */
  readonly starts: Uint32Array;
  /** Open addressing, a power of two; `emptySlot` where there is none. */
  readonly slots: Uint32Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class StringTable {
  constructor(private readonly arrays: StringArrays) {}

  at(id: number): string {
    const { bytes, starts } = this.arrays;
    // A copy, because a decoder refuses shared memory.
    return decoder.decode(bytes.slice(starts[id], starts[id + 1]));
  }

  /** -1 where it is not in the table. */
  idOf(text: string): number {
    const { slots } = this.arrays;
    const wanted = encoder.encode(text);
    const mask = slots.length - 1;
    for (let at = hash(wanted) & mask; slots[at] !== emptySlot; at = (at + 1) & mask) if (this.equals(slots[at]!, wanted)) return slots[at]!;
    return -1;
  }

  private equals(id: number, wanted: Uint8Array): boolean {
    const { bytes, starts } = this.arrays;
    const start = starts[id]!;
    if (starts[id + 1]! - start !== wanted.length) return false;
    for (let at = 0; at < wanted.length; at++) if (bytes[start + at] !== wanted[at]) return false;
    return true;
  }
}

/** Gives each distinct string an id, in the order of their coming. */
export class StringCollector {
  private readonly ids = new Map<string, number>();

  idOf(text: string): number {
    let id = this.ids.get(text);
    if (id === undefined) this.ids.set(text, (id = this.ids.size));
    return id;
  }

  finish(): StringArrays {
    const count = this.ids.size;
    const starts = new Uint32Array(count + 1);
    const slots = new Uint32Array(slotCount(count)).fill(emptySlot);
    let bytes = new Uint8Array(1 << 16);
    let [length, id] = [0, 0];
    for (const text of this.ids.keys()) {
      if (bytes.length - length < text.length * 3) bytes = widened(bytes, length + text.length * 3);
      const { written } = encoder.encodeInto(text, bytes.subarray(length));
      starts[id] = length;
      insert(slots, hash(bytes.subarray(length, length + written)), id++);
      length += written;
    }
    starts[count] = length;
    return { bytes: bytes.subarray(0, length), starts, slots };
  }
}

function widened(bytes: Uint8Array, least: number): Uint8Array<ArrayBuffer> {
  const wider = new Uint8Array(Math.max(least, bytes.length * 2));
  wider.set(bytes);
  return wider;
}

/** At most half full. */
function slotCount(count: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(2, count * 2)));
}

function insert(slots: Uint32Array, code: number, id: number): void {
  const mask = slots.length - 1;
  let at = code & mask;
  while (slots[at] !== emptySlot) at = (at + 1) & mask;
  slots[at] = id;
}

/** FNV-1a, 32 bits. */
function hash(bytes: Uint8Array): number {
  let code = 0x811c9dc5;
  for (const byte of bytes) code = Math.imul(code ^ byte, 0x01000193);
  return code >>> 0;
}
