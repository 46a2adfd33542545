/** Text → one byte for each UTF-16 unit: the character, or FOREIGN beyond ASCII. */

import { FOREIGN } from './codes.ts';

/** As compilers read it: a null character is a blank. */
export function withoutNulls(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', ' ') : text;
}

/** Fills `bytes`, as long as the text; tells whether every unit is ASCII. */
export function putUnits(text: string, bytes: Uint8Array): boolean {
  const { read, written } = new TextEncoder().encodeInto(text, bytes);
  if (read === text.length && written === text.length) return true;
  for (let from = 0; from < bytes.length; from += BLOCK) copyUnits(text, bytes, from, Math.min(from + BLOCK, bytes.length));
  return false;
}

export function unitsOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  putUnits(text, bytes);
  return bytes;
}

/** So many units are copied in one call: a loop that is entered often is compiled once, and stays so. */
const BLOCK = 4096;

function copyUnits(text: string, bytes: Uint8Array, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    bytes[i] = code < 128 ? code : FOREIGN;
  }
}
