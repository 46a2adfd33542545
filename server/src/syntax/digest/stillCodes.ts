/** The automaton of `still.ts` in numbers. Plain constants only: the scanner is compiled with them. */

/** In a transition: what was read may concern a rule. */
export const STIR = 128;
/** An input's bits in the index of a transition; above them: the state. */
export const INPUT_BITS = 5;

/** What brackets a token stands in. */
export const IN_BRACES = 0;
export const IN_BRACKETS = 1;
export const IN_GROUP = 2;
export const IN_CALL = 3;

/** Places in the list of inputs. From the first on: those that brackets decide. */
export const FIRST_IN_BRACKETS = 17;
export const OPEN_CALL = 22;
export const CLOSE_CALL = 24;
export const COMMA_OF_CALL = 26;
export const EQUALS_IN_BRACES = 28;
/** In the list of states: `&&`. */
export const AND = 34;

/** Longer ranges are not read: what lies deep in brackets would be read again at every depth. Tokens. */
export const LONGEST = 512;
