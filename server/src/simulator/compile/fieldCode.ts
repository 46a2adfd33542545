/** JavaScript for reading and writing packed variables, which live in the local variables w0, w1, … */

import type { Chunk, Field } from '../layout.ts';
import { ones, placeOf } from '../layout.ts';

/** An element number known at compile time, or the name of a JavaScript variable that holds it. */
export type ElementIndex = number | string;

/** An expression for the element's value. The index must be in range. */
export function readCode(field: Field, index: ElementIndex): string {
  if (field.fixed) return fixedCode(field.fixed, index);
  if (typeof index === 'number') {
    const { word, shift } = placeOf(field, index);
    return offset(bits(word, String(shift), field.width), field.min);
  }
  return offset(
    field.chunks
      .map((chunk) => ({ chunk, code: bits(chunk.word, shiftCode(chunk, index, field.width), field.width) }))
      .reduceRight((rest, { chunk, code }) => (rest === '' ? code : `(${index} < ${chunk.first + chunk.length} ? ${code} : ${rest})`), ''),
    field.min,
  );
}

/** A statement that sets the element to `value`, which must be in range. */
export function writeCode(field: Field, index: ElementIndex, value: string): string {
  if (typeof index === 'number') {
    const { word, shift } = placeOf(field, index);
    return setBits(word, String(shift), field, value);
  }
  return field.chunks
    .map((chunk) => ({ chunk, code: setBits(chunk.word, shiftCode(chunk, index, field.width), field, value) }))
    .reduceRight((rest, { chunk, code }) => (rest === '' ? code : `if (${index} < ${chunk.first + chunk.length}) { ${code} } else { ${rest} }`), '');
}

function fixedCode(values: readonly number[], index: ElementIndex): string {
  if (typeof index === 'number') return String(values[index]!);
  return values.every((value) => value === values[0]) ? String(values[0]!) : `${JSON.stringify(values)}[${index}]`;
}

/** The words that hold the field. */
export function wordsOf(field: Field): readonly number[] {
  return field.chunks.map((chunk) => chunk.word);
}

function shiftCode(chunk: Chunk, index: string, width: number): string {
  const element = chunk.first === 0 ? index : `(${index} - ${chunk.first})`;
  const scaled = width === 1 ? element : `${element} * ${width}`;
  return chunk.shift === 0 ? scaled : `${chunk.shift} + ${scaled}`;
}

function bits(word: number, shift: string, width: number): string {
  const shifted = shift === '0' ? `w${word}` : `(w${word} >>> (${shift}))`;
  return `(${shifted} & ${ones(width)})`;
}

function setBits(word: number, shift: string, field: Field, value: string): string {
  const mask = ones(field.width);
  const hole = isNumber(shift) ? String(~(mask << Number(shift))) : `~(${mask} << (${shift}))`;
  const stored = storedCode(value, field.min, shift);
  return `w${word} = ${stored === '0' ? `w${word} & ${hole}` : `(w${word} & ${hole}) | ${stored}`};`;
}

function storedCode(value: string, min: number, shift: string): string {
  if (!isNumber(value)) return `(${min === 0 ? value : `(${value} - ${min})`} << (${shift}))`;
  const stored = Number(value) - min;
  return isNumber(shift) || stored === 0 ? String(stored << Number(shift)) : `(${stored} << (${shift}))`;
}

/** True for a number that may stand wherever a variable may. */
export function isNumber(code: string): boolean {
  return /^\d+$/.test(code);
}

function offset(code: string, min: number): string {
  return min === 0 ? code : `(${code} + ${min})`;
}
