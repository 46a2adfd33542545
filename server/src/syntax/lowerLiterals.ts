/** The values of C's integer and character literals. */

const ESCAPES: ReadonlyMap<string, number> = new Map([
  ['n', 10], ['t', 9], ['r', 13], ['a', 7], ['b', 8], ['f', 12], ['v', 11], ['e', 27],
]);

/** An integer literal's value; undefined for floats and for what a double cannot hold exactly. */
export function numberValue(text: string): number | undefined {
  const match = /^([+-]?)(0[xX][\da-fA-F]+|0[bB][01]+|\d+)[uUlLzZ]*$/.exec(text.replace(/\s+/g, ''));
  const digits = match?.[2];
  if (digits === undefined) return undefined;
  const isOctal = /^0[0-7]+$/.test(digits);
  const value = isOctal ? parseInt(digits, 8) : Number(digits);
  if (!Number.isSafeInteger(value)) return undefined;
  return match?.[1] === '-' && value !== 0 ? -value : value;
}

/** A character literal's value; undefined for several characters and wide ones beyond one unit. */
export function charValue(text: string): number | undefined {
  const body = /^[LuU]?'([\s\S]*)'$/.exec(text)?.[1];
  if (body === undefined) return undefined;
  if (body.length === 1) return body.charCodeAt(0);
  const escape = /^\\(?:x([\da-fA-F]+)|([0-7]{1,3})|(.))$/.exec(body);
  if (!escape) return undefined;
  if (escape[1] !== undefined) return parseInt(escape[1], 16);
  if (escape[2] !== undefined) return parseInt(escape[2], 8);
  return ESCAPES.get(escape[3] ?? '') ?? escape[3]?.charCodeAt(0);
}
