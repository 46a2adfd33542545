/**
 * Room for the arrays of one digestion, used again by the next. Memory fresh from the system is paid
 * for when it is first touched, and a digestion of an ordinary file is so short that this would be a good
 * part of it. An array that is taken holds whatever was there, but for those that say otherwise.
 */

/** Longer arrays are not kept. Elements. */
const MAX_KEPT = 1 << 20;
const SMALLEST = 1 << 12;

export class Room {
  private readonly bytesBySlot = new Map<string, Uint8Array>();
  private readonly wordsBySlot = new Map<string, Int32Array>();

  /** At least so many bytes. Whoever took `slot` before must be done with it. */
  bytes(slot: string, length: number): Uint8Array {
    const kept = this.bytesBySlot.get(slot);
    if (kept && kept.length >= length) return kept;
    const made = new Uint8Array(roomFor(length));
    if (made.length <= MAX_KEPT) this.bytesBySlot.set(slot, made);
    return made;
  }

  /** At least so many 32-bit integers. */
  words(slot: string, length: number): Int32Array {
    const kept = this.wordsBySlot.get(slot);
    if (kept && kept.length >= length) return kept;
    const made = new Int32Array(roomFor(length));
    if (made.length <= MAX_KEPT) this.wordsBySlot.set(slot, made);
    return made;
  }

  /** Exactly so many, all zero. */
  zeroBytes(slot: string, length: number): Uint8Array {
    return this.bytes(slot, length).subarray(0, length).fill(0);
  }
}

function roomFor(length: number): number {
  let room = SMALLEST;
  while (room < length) room *= 2;
  return length > MAX_KEPT ? length : room;
}
