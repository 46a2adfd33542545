/**
 * Long lists of nothing but constants, such as fs/nls's tables of characters: nobody asks the tree for them, and they
 * are a tenth of the parser's work in fs/. All but the first entry becomes a comment, which tree-sitter reads several
 * times as fast as blanks: its lexer tries every other character of C before it takes one for a blank.
 */

import { COMMA, LBRACE, MINUS, NEWLINE, PLUS, RBRACE } from './chars.ts';
import type { Draft } from './draft.ts';
import { CHARACTER, NUMBER } from './tags.ts';

/** Tokens. */
const MIN_LENGTH = 64;

/** Whether the value that starts at `open` was such a list, and is done with. */
export function blankConstants(draft: Draft, open: number): boolean {
  const close = draft.closing(open, LBRACE);
  if (close - open < MIN_LENGTH || !areConstants(draft, open + 1, close)) return false;
  const comma = draft.find(COMMA, open + 1, close);
  if (comma + 1 >= close) return false;
  const from = draft.start(comma + 1);
  const to = draft.end(close - 1);
  draft.blank(from, to);
  if (![from, from + 1, to - 2, to - 1].some((at) => draft.source[at] === NEWLINE)) {
    draft.put(from, '/*');
    draft.put(to - 2, '*/');
  }
  draft.record(from, to, 'constants');
  return true;
}

function areConstants(draft: Draft, from: number, to: number): boolean {
  for (let t = from; t < to; t++) {
    switch (draft.tag[t]) {
      case NUMBER:
      case CHARACTER:
      case COMMA:
      case LBRACE:
      case RBRACE:
      case PLUS:
      case MINUS:
        break;
      default:
        return false;
    }
  }
  return true;
}
