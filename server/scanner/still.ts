/** The automaton of `still.ts` over tokens. */

import { COMMA, EQUALS, LBRACE, LBRACKET, LPAREN, RPAREN } from '../src/syntax/digest/codes';
import {
  AND, CLOSE_CALL, COMMA_OF_CALL, EQUALS_IN_BRACES, FIRST_IN_BRACKETS, INPUT_BITS, IN_BRACES, IN_BRACKETS, IN_CALL, IN_GROUP, OPEN_CALL, STIR,
} from '../src/syntax/digest/stillCodes';
import { around, callees, ends, inputs, matches, starts, tags, transitions } from './layout';

/** The state after tokens [from, to), or -1 at the first stir. `inside`: the brackets around all of them. */
export function stateAfter(from: i32, to: i32, before: i32, inside: i32): i32 {
  let state = before;
  let bracket = around;
  store<u8>(bracket, <u8>inside);
  for (let t = from; t < to; t++) {
    const code: i32 = load<u8>(tags + t);
    let input: i32 = load<u8>(inputs + code);
    if (input >= FIRST_IN_BRACKETS) {
      switch (code) {
        case LPAREN: {
          const isCall = t > from && load<u8>(callees + <usize>load<u8>(tags + t - 1)) == 1;
          if (isCall) input = OPEN_CALL;
          store<u8>(++bracket, <u8>(isCall ? IN_CALL : IN_GROUP));
          if (matchOf(t) < t) return -1;
          break;
        }
        case LBRACE:
        case LBRACKET:
          store<u8>(++bracket, <u8>(code == LBRACE ? IN_BRACES : IN_BRACKETS));
          if (matchOf(t) < t) return -1;
          break;
        case COMMA:
          if (load<u8>(bracket) == IN_CALL) input = COMMA_OF_CALL;
          break;
        case EQUALS:
          if (load<u8>(bracket) == IN_BRACES) input = EQUALS_IN_BRACES;
          break;
        default:
          if (code == RPAREN && load<u8>(bracket) == IN_CALL) input = CLOSE_CALL;
          if (bracket == around) return -1;
          bracket--;
      }
    }
    const next: i32 = load<u8>(transitions + ((state << INPUT_BITS) | input));
    // `a & &&label`: two signs are one operator only where they touch.
    if (next >= STIR || (next == AND && load<i32>(ends + (<usize>(t - 1) << 2)) != load<i32>(starts + (<usize>t << 2)))) return -1;
    state = next;
  }
  return bracket == around ? state : -1;
}

function matchOf(token: i32): i32 {
  return load<i32>(matches + (<usize>token << 2));
}
