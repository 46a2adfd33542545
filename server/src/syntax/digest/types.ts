/** The specifiers that begin a declaration, casts, `typeof`. */

import {
  COLON, COMMA, EQUALS, LBRACE, LBRACKET, LPAREN, RBRACE, RPAREN, SEMICOLON, STAR,
} from './chars.ts';
import { blankAttributeCall, blankAttributes, likeliestName, likeliestType, attributeScore } from './attributes.ts';
import type { Draft } from './draft.ts';
import { WORK_EXPRESSION, WORK_PARAMETERS } from './draft.ts';
import { isLeadingAttribute } from './leadingAttributes.ts';
import { isTypeKeyword } from './typeWords.ts';
import { ASM, HINT_ATTRIBUTE_CALL, PLAIN, PRIMITIVE, QUALIFIER, RECORD, TYPEOF } from './tags.ts';

/** A run of specifiers. */
interface Specifiers {
  readonly end: number;
  /** The last word that certainly is (part of) a type, or -1. */
  readonly core: number;
  /** The tag after the last `struct`, `union` or `enum`, or -1. */
  readonly tag: number;
  /** Plain words other than the tag. */
  readonly names: readonly number[];
}

/** Does a specifier run stop before a declarator's name, or may it hold the name itself? */
export type RunPlace = 'return-type' | 'declaration';

/**
 * Cleans the specifiers at `from`: of the plain words one type stays (none where a keyword already
 * gives the type) and, in a declaration whose next token says so, one declarator. Returns the
 * token after the run.
 */
export function specifierRun(draft: Draft, from: number, to: number, place: RunPlace): number {
  const run = readSpecifiers(draft, from, to, place);
  if (run.names.length === 0 || draft.is(run.end, LBRACE)) return run.end;
  const holdsName = place === 'declaration' && followsDeclarator(draft, run.end, to);
  if (run.core < 0) {
    if (run.names.length > 1) pruneUnknown(draft, run.names, holdsName);
  } else pruneKnown(draft, run, holdsName);
  return run.end;
}

/** `typeof(…)` at `t` with matched parentheses → one identifier; returns the token after it. */
export function squashTypeof(draft: Draft, t: number): number {
  const after = draft.match[t + 1]! + 1;
  draft.squash(t, after, 'typeof');
  return after;
}

/** Cleans a type name inside parentheses: attributes go, array sizes and parameters are read. */
export function castType(draft: Draft, from: number, to: number): void {
  const run = readCast(draft, from, to);
  if (run.core >= 0) blankAttributes(draft, run.names);
  else if (run.names.length > 1) blankAttributes(draft, run.names, firstLikeliestType(draft, run.names));
  for (let t = run.end; t < to; t++) {
    const close = draft.is(t, LPAREN) || draft.is(t, LBRACKET) ? draft.match[t]! : -1;
    if (draft.isPlain(t)) draft.blankToken(t, 'attribute');
    if (close < 0 || close >= to) continue;
    if (draft.is(t, LBRACKET)) draft.later(WORK_EXPRESSION, t + 1, close);
    else if (draft.is(t + 1, STAR)) {
      for (let u = t + 2; u < close; u++) if (draft.isPlain(u)) draft.blankToken(u, 'attribute');
    } else draft.later(WORK_PARAMETERS, t, close);
    t = close;
  }
}

function readSpecifiers(draft: Draft, from: number, to: number, place: RunPlace): Specifiers {
  const names: number[] = [];
  let core = -1;
  let tag = -1;
  let t = from;
  for (;;) {
    const wordClass = t < to ? draft.wordClass(t) : -1;
    if (wordClass === PRIMITIVE) core = t++;
    else if (wordClass === RECORD) {
      core = t++;
      if (t < to && draft.isPlain(t)) tag = t++;
      if (draft.is(t, LBRACE)) break;
    } else if (wordClass === TYPEOF && draft.closing(t + 1, LPAREN) > 0) {
      core = t;
      t = squashTypeof(draft, t);
    } else if (wordClass === QUALIFIER) t++;
    else if (wordClass === PLAIN) {
      const hasName = names.length >= (core >= 0 ? 1 : 2);
      const isFirst = core < 0 && names.length === 0;
      if (isAttributeCall(draft, t, to, place, isFirst || hasName, core >= 0 || names.length > 0)) t = blankAttributeCall(draft, t);
      else names.push(t++);
    } else break;
  }
  return { end: t, core, tag, names };
}

function readCast(draft: Draft, from: number, to: number): Specifiers {
  const names: number[] = [];
  let core = -1;
  let tag = -1;
  let t = from;
  for (; t < to && draft.isWord(t); t++) {
    const wordClass = draft.wordClass(t);
    if (wordClass === PRIMITIVE) core = t;
    else if (wordClass === RECORD) {
      core = t;
      if (t + 1 < to && draft.isPlain(t + 1)) tag = ++t;
    } else if (wordClass === TYPEOF && draft.closing(t + 1, LPAREN) > 0) {
      core = t;
      t = squashTypeof(draft, t) - 1;
    } else if (wordClass === PLAIN) names.push(t);
  }
  return { end: t, core, tag, names };
}

/**
 * `__printf(1, 2) int f(…)`: arguments, then more of the declaration; `int x __aligned(8)`: a
 * listed macro where no declarator is missing, or a value after the arguments; before a function's name any.
 */
function isAttributeCall(draft: Draft, t: number, to: number, place: RunPlace, isSurplus: boolean, hasType: boolean): boolean {
  const close = draft.closing(t + 1, LPAREN);
  if (close < 0 || close >= to) return false;
  if (place === 'return-type') return true;
  if (close + 1 < to && isTypeKeyword(draft.wordClass(close + 1))) return true;
  // `int __printf(2, 3) (*hook)(…)`
  if (hasType && draft.is(close + 1, LPAREN) && draft.is(close + 2, STAR)) return true;
  const precedesName = close + 1 < to && draft.isPlain(close + 1) && attributeScore(draft, close + 1) < 2;
  if (precedesName && draft.hasHint(t, HINT_ATTRIBUTE_CALL)) return true;
  if (isSurplus && (draft.hasHint(t, HINT_ATTRIBUTE_CALL) || draft.is(close + 1, EQUALS))) return true;
  return isLeadingAttribute(draft, t, to, hasType);
}

/** Does what follows a run say that its last name is a declarator? */
function followsDeclarator(draft: Draft, t: number, to: number): boolean {
  if (t >= to || draft.isClass(t, ASM)) return true;
  switch (draft.punctuation(t)) {
    case SEMICOLON:
    case COMMA:
    case RPAREN:
    case LBRACKET:
    case EQUALS:
    case COLON:
    case RBRACE:
      return true;
    case LPAREN:
      return !draft.is(t + 1, STAR);
    default:
      return false;
  }
}

/** No keyword gives the type: keep the likeliest type and, if it is among them, the declarator. */
function pruneUnknown(draft: Draft, names: readonly number[], holdsName: boolean): void {
  if (!holdsName) {
    blankAttributes(draft, names, likeliestType(draft, names));
    return;
  }
  const place = declaratorPlace(draft, names);
  const type = likeliestType(draft, names.slice(0, place));
  for (const [at, t] of names.entries()) if (at !== place && t !== type) draft.blankToken(t, 'attribute');
}

/** The last name that is not like an attribute, an upper-case one if need be; never the first. */
function declaratorPlace(draft: Draft, names: readonly number[]): number {
  const scores = names.map((t) => attributeScore(draft, t));
  for (const limit of [0, 1]) {
    for (let at = names.length - 1; at >= 1; at--) if (scores[at]! <= limit) return at;
  }
  return names.length - 1;
}

/** A keyword gives the type: at most one name stays, after it. */
function pruneKnown(draft: Draft, run: Specifiers, holdsName: boolean): void {
  const after = holdsName ? run.names.filter((t) => t > run.core) : [];
  const kept = after.length > 0 ? likeliestName(draft, after) : -1;
  blankAttributes(draft, run.names, kept);
}

function firstLikeliestType(draft: Draft, names: readonly number[]): number {
  return likeliestType(draft, [...names].reverse());
}
