/**
 * The automaton that reads tokens with what brackets they stand in, and stirs at the first that may concern a rule of
 * the layers of expressions, arguments and initialisers, given the one before. The scanner runs it (server/scanner).
 */

import {
  AMPERSAND, BANG, CARET, COLON, COMMA, DOT, EQUALS, GREATER, LBRACE, LBRACKET, LESS, LPAREN, MINUS, PERCENT, PIPE, PLUS, QUESTION,
  RBRACE, RBRACKET, RPAREN, SEMICOLON, SLASH, STAR, TILDE,
} from './codes.ts';
import { INPUT_BITS, STIR } from './stillCodes.ts';
import { CHARACTER, NAME, NUMBER, PLAIN, PRIMITIVE, QUALIFIER, RECORD, SIZEOF, TEXT, WORD_CLASSES, keywordTag } from './tags.ts';

/** What a token is to the automaton, and, but for a few, its state after one. Those that brackets decide come last. */
export const inputs = [
  'other', 'name', 'number', 'text', 'sizeof', 'primitive', 'record', 'qualifier', '.', '*', '&', 'sign', 'prefix', 'binary', ':', '?', ';',
  '[', ']', '{', '}', 'openGroup', 'openCall', 'closeGroup', 'closeCall', 'comma', 'commaOfCall', '=', '=inBraces',
] as const;
type Input = (typeof inputs)[number];

/** States that no input alone leads to. */
const contexts = [
  /** The tag after `struct`, in a cast or `sizeof`. */
  'tag',
  /** The `*` of a type that a keyword begins. */
  'pointer',
  /** A name right after the parenthesis of a group, perhaps a type; its `*`. */
  'firstName', 'firstStar',
  /** `&` as an operand's prefix; `&&` between operands. */
  'address', 'and',
  /** Before an expression: its first token stirs nothing unless it does everywhere. */
  'begin',
] as const;
type State = Input | (typeof contexts)[number];

export const states: readonly State[] = [...inputs, ...contexts];

const operandEnds: readonly State[] = ['name', 'firstName', 'number', 'text', 'closeCall', 'closeGroup', ']'];
const operators: readonly State[] = ['*', 'firstStar', '&', 'address', 'and', 'sign', 'prefix', 'binary', '=', '=inBraces', ':', '?'];
const starts: readonly State[] = [...operators, 'openCall', 'openGroup', '[', '{', 'commaOfCall', 'comma', ';', 'other'];

/** After which states each input stirs nothing. */
const quietAfter: Readonly<Record<Exclude<Input, 'other' | ';'>, readonly State[]>> = {
  name: [...starts, '.', 'closeGroup', 'record'],
  number: [...starts, 'closeGroup'],
  text: [...starts, 'closeGroup', 'text', 'name', 'firstName'],
  sizeof: [...starts, 'closeGroup'],
  primitive: ['openGroup', 'primitive', 'qualifier'],
  record: ['openGroup', 'qualifier'],
  qualifier: ['openGroup', 'primitive', 'qualifier'],
  openCall: ['name', 'firstName', 'closeCall', 'closeGroup', ']'],
  openGroup: [...starts, 'sizeof'],
  closeCall: [...operandEnds, '}', 'openCall'],
  closeGroup: [...operandEnds, '}', 'tag', 'primitive', 'pointer', 'firstStar', 'sign'],
  '[': [...operandEnds, 'comma', '{'],
  ']': [...operandEnds, '[', 'sign'],
  '{': ['=', '=inBraces', 'comma', '{', 'closeGroup'],
  '}': [...operandEnds, 'comma', '{', '}'],
  commaOfCall: [...operandEnds, '}'],
  comma: [...operandEnds, '}', 'sign'],
  '.': [...operandEnds, '{', 'comma'],
  '*': [...operandEnds, ...starts, 'tag', 'primitive', 'qualifier', 'pointer', 'sizeof'],
  '&': [...operandEnds, ...starts.filter((state) => state !== 'address')],
  sign: [...operandEnds, ...starts],
  prefix: [...operandEnds, ...starts],
  binary: [...operandEnds, ...operators],
  '=': [...operandEnds, ...operators],
  '=inBraces': [...operandEnds.filter((state) => state !== 'closeCall'), ...operators],
  ':': [...operandEnds, '?'],
  '?': operandEnds,
};

/** Where an input leads to another state than its own. */
function nextState(state: State, input: Input): State {
  if (input === 'name') return state === 'record' ? 'tag' : state === 'openGroup' ? 'firstName' : 'name';
  if (input === '*') {
    if (state === 'tag' || state === 'primitive' || state === 'qualifier' || state === 'pointer') return 'pointer';
    return state === 'firstName' || state === 'firstStar' ? 'firstStar' : '*';
  }
  if (input === '&') {
    if (state === '&') return 'and';
    return operandEnds.includes(state) ? '&' : 'address';
  }
  return input;
}

const OTHER = inputs.indexOf('other');

/** By state and input: the next state, and STIR. */
export const TRANSITIONS: Uint8Array = Uint8Array.from({ length: states.length << INPUT_BITS }, (_, at) => {
  const state = states[at >> INPUT_BITS]!;
  const input = inputs[at & ((1 << INPUT_BITS) - 1)];
  if (input === undefined) return STIR;
  const isStir = input === 'other' || input === ';' || (state !== 'begin' && !quietAfter[input].includes(state));
  return states.indexOf(nextState(state, input)) | (isStir ? STIR : 0);
});

/** By tag: the input, where the brackets around it do not matter. */
export const INPUTS: Uint8Array = buildInputs();

/** By tag before a `(`: does it make that a call? */
export const CALLEES: Uint8Array = Uint8Array.from({ length: 256 }, (_, tag) => {
  const wordClass = WORD_CLASSES[tag]!;
  return Number(wordClass === PLAIN || wordClass === PRIMITIVE || tag === RPAREN || tag === RBRACKET);
});

function buildInputs(): Uint8Array {
  const table = new Uint8Array(256).fill(OTHER);
  const set = (input: Input, ...tags: readonly number[]): void => {
    for (const tag of tags) table[tag] = inputs.indexOf(input);
  };
  set('name', ...Array.from({ length: 8 }, (_, hints) => NAME | hints));
  set('number', NUMBER);
  set('text', TEXT, CHARACTER);
  set('sizeof', keywordTag(SIZEOF));
  set('primitive', keywordTag(PRIMITIVE));
  set('record', keywordTag(RECORD));
  set('qualifier', keywordTag(QUALIFIER));
  set('[', LBRACKET);
  set(']', RBRACKET);
  set('{', LBRACE);
  set('}', RBRACE);
  set('openGroup', LPAREN);
  set('closeGroup', RPAREN);
  set('comma', COMMA);
  set('.', DOT);
  set('*', STAR);
  set('&', AMPERSAND);
  set('sign', PLUS, MINUS);
  set('prefix', BANG, TILDE);
  set('binary', LESS, GREATER, PIPE, CARET, SLASH, PERCENT);
  set('=', EQUALS);
  set(':', COLON);
  set('?', QUESTION);
  set(';', SEMICOLON);
  return table;
}
