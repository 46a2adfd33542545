/**
 * Text → tokens, and preprocessor directives beside them, each with its continuation lines; comments and white
 * space are neither. Whatever is unterminated ends at its line (strings) or at the end of the text (comments):
 * no input fails. Reads up to the null characters after the text.
 */

import {
  APOSTROPHE, BACKSLASH, BLANK, CLOSER, DIGIT, DOT, ELLIPSIS, FOREIGN, HASH, LBRACE, LETTER, LINE_END, LPAREN, MINUS, NEWLINE, OPENER, PLUS, QUOTE,
  RETURN, RPAREN, SINGLE, SLASH, SPACE, STAR, TAB,
} from '../src/syntax/digest/codes';
import { CHARACTER, FOREIGN_MARK, GNU_ATTRIBUTE_TAG, NAME, NUMBER, ODD_NUMBER, TEXT } from '../src/syntax/digest/tagCodes';
import { classes, ends, length, letters, matches, open, slotMask, slots, source, starts, tags, wordStarts, wordTags } from './layout';

/** A directive from its `#` to the end of its logical line, and the token that follows it. */
declare function foundDirective(start: i32, end: i32, before: i32): void;
/** Is this a number of C? Asked of those with more than digits and a suffix. */
declare function isNumber(start: i32, end: i32): bool;

/** Was there a word with the tag of `__attribute__`? */
export let hasGnuAttributes: bool = false;
/** How many brackets stayed without a partner. */
export let openCount: i32 = 0;

/**
 * Returns how many tokens there are. It pairs brackets as far as that is beyond doubt: not across a directive, nor past
 * one that does not fit, nor a `{` in column 0, which may begin a function's body after brackets that nobody closed.
 */
export function tokenize(): i32 {
  const size = length;
  let settled: i32 = 0;
  let pending: i32 = 0;
  let count: i32 = 0;
  /** The first token of the line. */
  let first: i32 = 0;
  let attributes = false;
  let at: i32 = 0;
  while (at < size) {
    const code = byteAt(at);
    const kind = classOf(code);
    let stop = at + 1;
    if (kind == BLANK) {
      at = stop;
      continue;
    }
    let found = code;
    if (kind == LETTER) {
      stop = wordEnd(stop);
      if (stop == at + 1 && isPrefixOfLiteral(at)) {
        found = byteAt(stop) == QUOTE ? TEXT : CHARACTER;
        stop = literalEnd(stop);
      } else {
        found = tagOfWord(at, stop);
        if (found == GNU_ATTRIBUTE_TAG) attributes = true;
      }
    } else if (kind == LINE_END) {
      first = count;
      while (byteAt(stop) == TAB) stop++;
      at = stop;
      continue;
    } else if (kind == OPENER) {
      set(open, pending++, count);
      if (code == LBRACE && (at == 0 || byteAt(at - 1) == NEWLINE)) settled = pending;
    } else if (kind == CLOSER) {
      const partner = pending > settled ? get(open, pending - 1) : -1;
      if (partner >= 0 && tagAt(partner) == openerOf(code)) {
        pending--;
        set(matches, partner, count);
        store<u8>(tags + count, <u8>code);
        set(starts, count, at);
        set(ends, count, stop);
        set(matches, count++, partner);
        at = stop;
        continue;
      }
      set(open, pending++, count);
      settled = pending;
    } else if (kind == DIGIT) {
      found = NUMBER;
      const next = byteAt(stop);
      if (next == DOT || classOf(next) >= LETTER) {
        stop = numberEnd(at);
        found = tagOfNumber(at, stop);
      }
    } else if (kind != SINGLE) {
      if (code == HASH && first == count) {
        stop = directiveEnd(at);
        foundDirective(at, stop, count);
        settled = pending;
        at = stop;
        continue;
      }
      stop = gapEnd(at);
      if (stop > at) {
        at = stop;
        continue;
      }
      stop = oddEnd(at);
      found = tagOfOdd(at, stop);
    }
    store<u8>(tags + count, <u8>found);
    set(starts, count, at);
    set(ends, count, stop);
    set(matches, count++, -1);
    at = stop;
  }
  openCount = pending;
  hasGnuAttributes = attributes;
  return count;
}

function byteAt(at: i32): i32 {
  return load<u8>(source + at);
}

function classOf(code: i32): i32 {
  return load<u8>(classes + code);
}

function tagAt(token: i32): i32 {
  return load<u8>(tags + token);
}

function get(array: usize, index: i32): i32 {
  return load<i32>(array + (<usize>index << 2));
}

function set(array: usize, index: i32, value: i32): void {
  store<i32>(array + (<usize>index << 2), value);
}

function isDigit(code: i32): bool {
  return <u32>(code - 48) < 10;
}

function openerOf(closer: i32): i32 {
  return closer == RPAREN ? LPAREN : closer - 2;
}

/** Sixteen characters at a time: letters, digits, `_` and `$`. */
function wordEnd(at: i32): i32 {
  let end = at;
  while (true) {
    const chars = v128.load(source + end);
    const isLetter = i8x16.lt_u(i8x16.sub(v128.or(chars, i8x16.splat(32)), i8x16.splat(97)), i8x16.splat(26));
    const isNumeral = i8x16.lt_u(i8x16.sub(chars, i8x16.splat(48)), i8x16.splat(10));
    const isSign = v128.or(i8x16.eq(chars, i8x16.splat(95)), i8x16.eq(chars, i8x16.splat(36)));
    const others = ~i8x16.bitmask(v128.or(v128.or(isLetter, isNumeral), isSign)) & 0xffff;
    if (others != 0) return end + <i32>ctz(others);
    end += 16;
  }
  return end;
}

/** From the length and three characters, as the host's table has it. */
function tagOfWord(start: i32, end: i32): i32 {
  const size = end - start;
  const sum = byteAt(end - 1) + (byteAt(start + (size >> 1)) << 7) + (byteAt(start + (size >> 2)) << 14) + (size << 21);
  let slot = (<u32>(sum * 0x9e3779b1) >> 15) & slotMask;
  let word = get(slots, slot);
  while (word != 0 && !isWord(word - 1, start, size)) {
    slot = (slot + 1) & slotMask;
    word = get(slots, slot);
  }
  return word == 0 ? NAME : load<u8>(wordTags + word - 1);
}

function isWord(word: i32, start: i32, size: i32): bool {
  const from = get(wordStarts, word);
  if (get(wordStarts, word + 1) - from != size) return false;
  for (let i = 0; i < size; i++) if (load<u8>(letters + from + i) != load<u8>(source + start + i)) return false;
  return true;
}

/** Is the letter at `at` an `L`, `u` or `U` right before a quote? */
function isPrefixOfLiteral(at: i32): bool {
  const quote = byteAt(at + 1);
  if (quote != QUOTE && quote != APOSTROPHE) return false;
  const code = byteAt(at);
  return code == 76 || code == 117 || code == 85;
}

/** Where a comment or an escaped line end at `at` ends; `at` where there is none. */
function gapEnd(at: i32): i32 {
  const code = byteAt(at);
  if (code == SLASH && byteAt(at + 1) == STAR) return blockCommentEnd(at);
  if (code == SLASH && byteAt(at + 1) == SLASH) return lineCommentEnd(at);
  if (code != BACKSLASH) return at;
  if (byteAt(at + 1) == NEWLINE) return at + 2;
  return byteAt(at + 1) == RETURN && byteAt(at + 2) == NEWLINE ? at + 3 : at;
}

/** The end of a token whose first character does not tell what it is. */
function oddEnd(at: i32): i32 {
  const code = byteAt(at);
  if (code == QUOTE || code == APOSTROPHE) return literalEnd(at);
  if (code != DOT) return at + 1;
  if (isDigit(byteAt(at + 1))) return numberEnd(at);
  return byteAt(at + 1) == DOT && byteAt(at + 2) == DOT ? at + 3 : at + 1;
}

function tagOfOdd(at: i32, end: i32): i32 {
  const code = byteAt(at);
  if (code == QUOTE) return TEXT;
  if (code == APOSTROPHE) return CHARACTER;
  if (code == DOT && end > at + 1) return isDigit(byteAt(at + 1)) ? tagOfNumber(at, end) : ELLIPSIS;
  return code < SPACE || code == FOREIGN ? FOREIGN_MARK : code;
}

function numberEnd(at: i32): i32 {
  const isHex = (byteAt(at + 1) | 32) == 120;
  let end = at + 1;
  for (; end < length; end++) {
    const code = byteAt(end);
    if (classOf(code) >= LETTER) continue;
    if (code == DOT && byteAt(end + 1) != DOT) continue;
    if ((code == PLUS || code == MINUS) && !isHex && (byteAt(end - 1) | 32) == 101) continue;
    break;
  }
  return end;
}

function tagOfNumber(start: i32, end: i32): i32 {
  const isHex = end - start > 2 && byteAt(start) == 48 && (byteAt(start + 1) | 32) == 120;
  let i = isHex ? start + 2 : start;
  while (i < end && (isDigit(byteAt(i)) || (isHex && isHexLetter(byteAt(i))))) i++;
  const hasDigits = i > (isHex ? start + 2 : start);
  while (i < end && isIntegerSuffix(byteAt(i))) i++;
  return (i == end ? hasDigits : isNumber(start, end)) ? NUMBER : ODD_NUMBER;
}

function isHexLetter(code: i32): bool {
  return <u32>((code | 32) - 97) < 6;
}

/** `u`, `l`, and `z` of newer C, in either case. */
function isIntegerSuffix(code: i32): bool {
  const letter = code | 32;
  return letter == 117 || letter == 108 || letter == 122;
}

/** The end of the literal whose quote is at `at`; an unterminated one ends before its newline. */
function literalEnd(at: i32): i32 {
  const quote = byteAt(at);
  let i = at + 1;
  while (i < length) {
    const code = byteAt(i);
    if (code == quote) return i + 1;
    if (code == NEWLINE) return i;
    if (code == BACKSLASH) i += byteAt(i + 1) == RETURN && byteAt(i + 2) == NEWLINE ? 2 : 1;
    i++;
  }
  return length;
}

/** The first `code` from `at` on, or `length`. */
function indexOf(code: i32, at: i32): i32 {
  const wanted = i8x16.splat(<i8>code);
  for (let i = at; i < length; i += 16) {
    const hits = i8x16.bitmask(i8x16.eq(v128.load(source + i), wanted));
    if (hits != 0) return min(i + <i32>ctz(hits), length);
  }
  return length;
}

function blockCommentEnd(at: i32): i32 {
  for (let slash = indexOf(SLASH, at + 3); slash < length; slash = indexOf(SLASH, slash + 1)) {
    if (byteAt(slash - 1) == STAR) return slash + 1;
  }
  return length;
}

/** A line comment ends at the first newline that no backslash escapes. */
function lineCommentEnd(at: i32): i32 {
  for (let newline = indexOf(NEWLINE, at); newline < length; newline = indexOf(NEWLINE, newline + 1)) {
    if (!isEscapedNewline(newline)) return newline;
  }
  return length;
}

function isEscapedNewline(newline: i32): bool {
  const before = byteAt(newline - 1);
  return before == BACKSLASH || (before == RETURN && byteAt(newline - 2) == BACKSLASH);
}

/**
 * The end of the logical line that starts at `at`: continuations and block comments carry it on.
 * After a quote that is not closed (`#error don't`) quotes count as ordinary characters.
 */
function directiveEnd(at: i32): i32 {
  let i = at;
  let quotesCount = true;
  while (i < length) {
    const code = byteAt(i);
    if (code == NEWLINE && !isEscapedNewline(i)) return i;
    if (code == SLASH && byteAt(i + 1) == STAR) i = blockCommentEnd(i);
    else if (code == SLASH && byteAt(i + 1) == SLASH) i = lineCommentEnd(i);
    else if (quotesCount && (code == QUOTE || code == APOSTROPHE)) {
      const end = literalEnd(i);
      quotesCount = end > i + 1 && byteAt(end - 1) == code;
      i = quotesCount ? end : i + 1;
    } else i++;
  }
  return length;
}
