/**
 * Character codes and character classes. ASCII decides: the digest reads one byte per UTF-16 unit,
 * and every unit beyond ASCII is the byte FOREIGN, ordinary punctuation.
 */

export const NEWLINE = 10;
export const RETURN = 13;
export const TAB = 9;
export const SPACE = 32;
export const BANG = 33;
export const QUOTE = 34;
export const HASH = 35;
export const PERCENT = 37;
export const AMPERSAND = 38;
export const APOSTROPHE = 39;
export const LPAREN = 40;
export const RPAREN = 41;
export const STAR = 42;
export const PLUS = 43;
export const COMMA = 44;
export const MINUS = 45;
export const DOT = 46;
export const SLASH = 47;
export const COLON = 58;
export const SEMICOLON = 59;
export const LESS = 60;
export const EQUALS = 61;
export const GREATER = 62;
export const QUESTION = 63;
export const LBRACKET = 91;
export const BACKSLASH = 92;
export const RBRACKET = 93;
export const CARET = 94;
export const UNDERSCORE = 95;
export const LBRACE = 123;
export const PIPE = 124;
export const RBRACE = 125;
export const TILDE = 126;
/** The class of a `...` token; no character has it. */
export const ELLIPSIS = 1;

/** Stands for any unit beyond ASCII. */
export const FOREIGN = 255;

/** What a character can start: the tokenizer's dispatch. */
export const OTHER = 0;
export const BLANK = 1;
/** A token of its own, whatever follows. */
export const SINGLE = 2;
/** As SINGLE; brackets. */
export const OPENER = 3;
export const CLOSER = 4;
/** A newline. */
export const LINE_END = 5;
export const LETTER = 6;
export const DIGIT = 7;

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
