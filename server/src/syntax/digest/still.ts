/**
 * Ranges of tokens in which the layers of expressions, arguments and initialisers would find nothing to
 * rewrite: most of kernel C. Such a range is read once, here, and never put on the list of work.
 *
 * An automaton reads the tokens with what brackets they stand in, and gives up at the first that may concern
 * a rule of those layers, given the one before. That it gives up often enough is for the tests to show: they
 * rewrite with and without it. Giving up too often costs time only.
 */

import {
  AMPERSAND, BANG, CARET, COLON, COMMA, DOT, EQUALS, GREATER, LBRACE, LBRACKET, LESS, LPAREN, MINUS, PERCENT, PIPE, PLUS, QUESTION,
  RBRACE, RBRACKET, RPAREN, SEMICOLON, SLASH, STAR, TILDE,
} from './chars.ts';
import type { Draft, WorkKind } from './draft.ts';
import { WORK_ARGUMENTS, WORK_EXPRESSION, WORK_INITIALIZER, WORK_PARENTHESES } from './draft.ts';
import { CHARACTER, NAME, NUMBER, PLAIN, PRIMITIVE, QUALIFIER, RECORD, SIZEOF, TEXT, WORD_CLASSES, keywordTag } from './tags.ts';

/** What a token is to the automaton, and, but for a few, its state after one. Those that brackets decide come last. */
const inputs = [
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

const states: readonly State[] = [...inputs, ...contexts];

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

const STIR = 128;
const INPUT_BITS = 5;
const OTHER = inputs.indexOf('other');
const AND = states.indexOf('and');

/** By state and input: the next state, and STIR. */
const transitions = Uint8Array.from({ length: states.length << INPUT_BITS }, (_, at) => {
  const state = states[at >> INPUT_BITS]!;
  const input = inputs[at & ((1 << INPUT_BITS) - 1)];
  if (input === undefined) return STIR;
  const isStir = input === 'other' || input === ';' || (state !== 'begin' && !quietAfter[input].includes(state));
  return states.indexOf(nextState(state, input)) | (isStir ? STIR : 0);
});

/** By tag: the input, where the brackets around it do not matter. */
const inputByTag = buildInputs();

/** By tag before a `(`: does it make that a call? */
const isCallee = Uint8Array.from({ length: 256 }, (_, tag) => {
  const wordClass = WORD_CLASSES[tag]!;
  return Number(wordClass === PLAIN || wordClass === PRIMITIVE || tag === RPAREN || tag === RBRACKET);
});

const BEGIN = states.indexOf('begin');
const [IN_BRACES, IN_BRACKETS, IN_GROUP, IN_CALL] = [0, 1, 2, 3];
const FIRST_IN_BRACKETS = inputs.indexOf('[');
const OPEN_GROUP = inputs.indexOf('openGroup');
const OPEN_BRACE = inputs.indexOf('{');
const CLOSE_BRACE = inputs.indexOf('}');
const CLOSE_GROUP = inputs.indexOf('closeGroup');
const OPEN_CALL = inputs.indexOf('openCall');
const CLOSE_CALL = inputs.indexOf('closeCall');
const COMMA_OF_CALL = inputs.indexOf('commaOfCall');
const EQUALS_IN_BRACES = inputs.indexOf('=inBraces');

/** Longer ranges are not read here: what lies deep in brackets would be read again at every depth. Tokens. */
const LONGEST = 512;
/** The brackets around the token that is read. */
const around = new Uint8Array(LONGEST + 1);

/** Would deferred work of this kind change nothing? */
export function isStill(draft: Draft, kind: WorkKind, from: number, to: number): boolean {
  if (to - from > LONGEST) return false;
  switch (kind) {
    case WORK_EXPRESSION:
      return stateAfter(draft, from, to, BEGIN, IN_BRACES) >= 0;
    case WORK_ARGUMENTS:
      return isQuiet(stateAfter(draft, from + 1, to, OPEN_CALL, IN_CALL), CLOSE_CALL);
    case WORK_PARENTHESES:
      return isQuiet(stateAfter(draft, from + 1, to, OPEN_GROUP, IN_GROUP), CLOSE_GROUP);
    case WORK_INITIALIZER:
      return isQuiet(stateAfter(draft, from + 1, to, OPEN_BRACE, IN_BRACES), CLOSE_BRACE);
    default:
      return false;
  }
}

function isQuiet(state: number, input: number): boolean {
  return state >= 0 && transitions[(state << INPUT_BITS) | input]! < STIR;
}

/** The state after tokens [from, to), or -1 at the first stir. `inside`: the brackets around all of them. */
function stateAfter(draft: Draft, from: number, to: number, before: number, inside: number): number {
  const { tag, match } = draft;
  let state = before;
  let depth = 0;
  around[0] = inside;
  for (let t = from; t < to; t++) {
    const code = tag[t]!;
    let input = inputByTag[code]!;
    if (input >= FIRST_IN_BRACKETS) {
      switch (code) {
        case LPAREN: {
          const isCall = t > from && isCallee[tag[t - 1]!] === 1;
          around[++depth] = isCall ? IN_CALL : IN_GROUP;
          if (isCall) input = OPEN_CALL;
          if (match[t]! < t) return -1;
          break;
        }
        case LBRACE:
        case LBRACKET:
          around[++depth] = code === LBRACE ? IN_BRACES : IN_BRACKETS;
          if (match[t]! < t) return -1;
          break;
        case COMMA:
          if (around[depth] === IN_CALL) input = COMMA_OF_CALL;
          break;
        case EQUALS:
          if (around[depth] === IN_BRACES) input = EQUALS_IN_BRACES;
          break;
        default:
          if (code === RPAREN && around[depth] === IN_CALL) input = CLOSE_CALL;
          if (--depth < 0) return -1;
      }
    }
    const next = transitions[(state << INPUT_BITS) | input]!;
    // `a & &&label`: two signs are one operator only where they touch.
    if (next >= STIR || (next === AND && draft.end(t - 1) !== draft.start(t))) return -1;
    state = next;
  }
  return depth === 0 ? state : -1;
}

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
