/** Character codes and classes of characters. Plain constants only: the scanner is compiled with them. */

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
