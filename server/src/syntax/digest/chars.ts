/**
 * What characters are. ASCII decides: the digest reads one byte per UTF-16 unit,
 * and every unit beyond ASCII is the byte FOREIGN, ordinary punctuation.
 */

import {
  BLANK, CLOSER, DIGIT, LBRACE, LBRACKET, LETTER, LINE_END, LPAREN, NEWLINE, OPENER, RBRACE, RBRACKET, RETURN, RPAREN, SINGLE, SPACE, TAB,
} from './codes.ts';

export * from './codes.ts';

/** By code: BLANK (not newline), LINE_END, SINGLE, OPENER, CLOSER, LETTER (also `_` and `$`), DIGIT or OTHER. From LETTER on: may stand inside an identifier. */
export const charClasses = buildClasses();

/** May `code` stand inside an identifier? */
export function isWordChar(code: number): boolean {
  return charClasses[code]! >= LETTER;
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isOpener(code: number): boolean {
  return code === LPAREN || code === LBRACKET || code === LBRACE;
}

export function isCloser(code: number): boolean {
  return code === RPAREN || code === RBRACKET || code === RBRACE;
}

/** The opening bracket that `closer` closes. */
export function openerOf(closer: number): number {
  if (closer === RPAREN) return LPAREN;
  return closer === RBRACKET ? LBRACKET : LBRACE;
}

function buildClasses(): Uint8Array {
  const classes = new Uint8Array(256);
  for (const code of [SPACE, TAB, RETURN, 11, 12]) classes[code] = BLANK;
  classes[NEWLINE] = LINE_END;
  for (const char of '!%&*+,-:;<=>?^|~') classes[char.charCodeAt(0)] = SINGLE;
  for (const char of '([{') classes[char.charCodeAt(0)] = OPENER;
  for (const char of ')]}') classes[char.charCodeAt(0)] = CLOSER;
  for (let code = 0; code < 128; code++) {
    if (isDigit(code)) classes[code] = DIGIT;
    else if (/[A-Za-z_$]/.test(String.fromCharCode(code))) classes[code] = LETTER;
  }
  return classes;
}
