/** Tags of tokens (`tags.ts`). Plain constants only: the scanner is compiled with them. */

export const NOTHING = 0;
/** Punctuation beyond ASCII. Below it: the code of the character; ELLIPSIS for `...`. */
export const FOREIGN_MARK = 128;
export const NUMBER = 129;
/** What begins like a number and is none in C: `1_2x`, pasted by a macro. */
export const ODD_NUMBER = 130;
/** `"…"` */
export const TEXT = 131;
/** `'…'` */
export const CHARACTER = 132;
/** An identifier; added to it the bits of its hints. From here on: words. */
export const NAME = 160;
/** What follows are keywords: their classes are added. */
export const KEYWORD = 168;
/** The keyword `__attribute__`. */
export const GNU_ATTRIBUTE_TAG = 181;
