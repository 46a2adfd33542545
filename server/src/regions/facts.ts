/** What a path knows of terms: reading and adding facts; masks and comparisons that follow from others. */

import type { BinaryOperator } from '../syntax/ast.ts';
import { isFailed, term, unknownValue } from './terms.ts';
import type { State } from './state.ts';
import type { Fact, Value } from './types.ts';

/** A boolean function of an error pointer, as a term. */
export function errorTerm(value: string, orNull: boolean): string {
  return term(`${orNull ? 'errnull' : 'err'}(${value})`);
}

/** Whether bits of the pointer itself say that it leads to no page, as a term. */
export function tagTerm(value: Value): string {
  return term(`tagged(${value})`);
}

/** The value of which the fact says that it leads to no page. */
export function taggedValue(text: string, fact: Fact): string | undefined {
  return fact.unequal.includes(0) || (fact.equal ?? 0) !== 0 ? /^tagged\((.*)\)$/.exec(text)?.[1] : undefined;
}

/** The value, as a constant where the path knows it. */
export function resolve(state: State, value: Value): Value {
  if (typeof value === 'number') return value;
  const known = state.facts.get(value)?.equal;
  return known ?? value;
}

/** Whether the value is nonzero; undefined where the path does not know. */
export function truthOf(state: State, value: Value): boolean | undefined {
  if (typeof value === 'number') return value !== 0;
  if (isFailed(value)) return false;
  const fact = state.facts.get(value);
  if (fact?.equal !== undefined) return fact.equal !== 0;
  if (fact?.unequal.includes(0)) return true;
  if (value.startsWith('&')) return true;
  if (isLockedPage(state, value)) return true;
  if (isLockedPage(state, errorShape.exec(value)?.[1])) return false;
  return maskTruth(state, value) ?? orTruth(value) ?? comparisonTruth(state, value);
}

const errorShape = /^(?:err(?:null)?|tagged)\((.*)\)$/;

/** A page whose lock is held: neither NULL nor an error pointer, nor an entry of another kind. */
function isLockedPage(state: State, value: string | undefined): boolean {
  return value !== undefined && state.locks.get(`page ${value}`)?.status === 'held';
}

const maskShape = /^\((.*) & (\d+)\)$/;
const orShape = /^\((.*) \| (\d+)\)$/;

/** `(x & m)` follows from what is known of other masks of `x`. */
function maskTruth(state: State, value: string): boolean | undefined {
  const [, base, digits] = maskShape.exec(value) ?? [];
  if (base === undefined) return undefined;
  const mask = Number(digits);
  if ((Number(orShape.exec(base)?.[2] ?? 0) & mask) !== 0) return true;
  const known = state.facts.get(base)?.equal;
  if (known !== undefined) return (known & mask) !== 0;
  const { zero, nonzero } = knownBits(state, base);
  if ((mask & ~zero) === 0) return false;
  return nonzero.some((other) => (other & ~zero & ~mask) === 0) ? true : undefined;
}

/** The bits of a term that are 0, and masks of which some bit is 1. */
function knownBits(state: State, base: string): { readonly zero: number; readonly nonzero: readonly number[] } {
  let zero = 0;
  const nonzero: number[] = [];
  for (const [text, fact] of state.facts) {
    if (!text.startsWith(`(${base} & `)) continue;
    const [, other, digits] = maskShape.exec(text) ?? [];
    if (other !== base) continue;
    if (fact.equal === 0) zero |= Number(digits);
    else if (fact.unequal.includes(0)) nonzero.push(Number(digits));
  }
  return { zero, nonzero };
}

function orTruth(value: string): boolean | undefined {
  return orShape.exec(value) ? true : undefined;
}

const comparisonShape = /^\((.*) (==|<) (-?\d+)\)$/;

function comparisonTruth(state: State, value: string): boolean | undefined {
  const [, base, op, digits] = comparisonShape.exec(value) ?? [];
  if (base === undefined) return undefined;
  const fact = state.facts.get(base);
  const constant = Number(digits);
  if (fact?.equal !== undefined) return op === '==' ? fact.equal === constant : fact.equal < constant;
  if (op === '==' && fact?.unequal.includes(constant)) return false;
  if (op === '==' && constant === 0 && truthOf(state, base) !== undefined) return !truthOf(state, base);
  return undefined;
}

/** Adds that the value is nonzero (or zero); false where that contradicts the path. */
export function assumeTruth(state: State, value: Value, truth: boolean): boolean {
  const known = truthOf(state, value);
  if (known !== undefined) return known === truth;
  if (value === unknownValue || typeof value === 'number') return true;
  const comparison = comparisonShape.exec(value);
  if (comparison?.[2] === '==') return assumeEqual(state, comparison[1]!, Number(comparison[3]), truth);
  // NULL from a function that returns error pointers: it may never happen.
  if (!truth && state.facts.get(`err(${value})`)?.equal === 0) state.isMerged = true;
  if (truth) addFact(state, value, { unequal: [...(state.facts.get(value)?.unequal ?? []), 0] });
  else addFact(state, value, { equal: 0, unequal: [] });
  if (truth) implied(state, value);
  else if (value.startsWith('errnull(')) {
    const base = value.slice('errnull('.length, -1);
    return assumeTruth(state, base, true) && assumeTruth(state, `err(${base})`, false);
  }
  return true;
}

/** What follows from a true condition. */
function implied(state: State, value: string): void {
  const base = maskShape.exec(value)?.[1] ?? (comparisonShape.exec(value)?.[3] === '0' ? comparisonShape.exec(value)?.[1] : undefined);
  if (base !== undefined && truthOf(state, base) === undefined) addFact(state, base, { unequal: [0] });
  if (value.startsWith('err(')) assumeTruth(state, value.slice('err('.length, -1), true);
}

/** Adds that a term has (or has not) a constant's value. */
export function assumeEqual(state: State, value: Value, constant: number, isEqual: boolean): boolean {
  if (typeof value === 'number') return (value === constant) === isEqual;
  if (isFailed(value)) return constant === 0 ? isEqual : !isEqual;
  if (value === unknownValue) return true;
  const fact = state.facts.get(value);
  if (fact?.equal !== undefined) return (fact.equal === constant) === isEqual;
  if (isEqual && (fact?.unequal.includes(constant) || contradicts(state, value, constant))) return false;
  if (constant === 0) return assumeTruth(state, value, !isEqual);
  if (isEqual) addFact(state, value, { equal: constant, unequal: [] });
  else addFact(state, value, { unequal: [...(fact?.unequal ?? []), constant].slice(-4) });
  return true;
}

/** A mask or sign that is known of the value and that the constant does not have. */
function contradicts(state: State, value: string, constant: number): boolean {
  if (constant < 0 && isLockedPage(state, value)) return true;
  for (const [text, fact] of state.facts) {
    if (!text.startsWith(`(${value} `)) continue;
    const mask = maskShape.exec(text);
    const comparison = comparisonShape.exec(text);
    const truth = fact.equal === 0 ? false : fact.unequal.includes(0) ? true : undefined;
    if (truth === undefined) continue;
    if (mask?.[1] === value && ((constant & Number(mask[2])) !== 0) !== truth) return true;
    if (comparison?.[1] === value && comparison[2] === '<' && (constant < Number(comparison[3])) !== truth) return true;
  }
  return false;
}

function addFact(state: State, value: string, fact: Fact): void {
  state.facts.set(value, fact);
}

/** A term that was put together as text, with what can be computed of it computed. */
export function reduced(state: State, value: Value): Value {
  if (typeof value === 'number') return value;
  if (/^-?\d+$/.test(value)) return Number(value);
  const parts = value.startsWith('(') && value.endsWith(')') ? splitOperation(value.slice(1, -1)) : undefined;
  return resolve(state, parts ? binaryValue(state, parts.op, reduced(state, parts.left), reduced(state, parts.right)) : value);
}

const splitOperators: ReadonlySet<string> = new Set(['==', '<', '&', '|']);

/** `a op b` at the outermost level. */
function splitOperation(text: string): { readonly left: string; readonly op: BinaryOperator; readonly right: string } | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')') depth--;
    if (text[at] !== ' ' || depth !== 0) continue;
    const end = text.indexOf(' ', at + 1);
    const op = text.slice(at + 1, end);
    if (end > 0 && splitOperators.has(op)) return { left: text.slice(0, at), op: op as BinaryOperator, right: text.slice(end + 1) };
  }
  return undefined;
}

/** The term or constant of an operation on two values. */
export function binaryValue(state: State, op: BinaryOperator, left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') return fold(op, left, right) ?? unknownValue;
  switch (op) {
    case '==':
    case '!=':
      return equality(state, left, right, op === '==');
    case '<':
    case '>':
    case '<=':
    case '>=':
      return ordering(state, op, left, right);
    case '&':
      return maskValue(state, left, right);
    case '|':
      return orValue(left, right);
    default:
      return typeof left === 'number' && left === 0 && op === '+' ? right : term(`(${left} ${op} ${right})`);
  }
}

function equality(state: State, left: Value, right: Value, isEqual: boolean): Value {
  if (left === right && left !== unknownValue) return isEqual ? 1 : 0;
  if (isConstantName(left) && isConstantName(right)) return isEqual ? 0 : 1;
  const [a, b] = typeof left === 'number' || (typeof right === 'string' && left > right) ? [right, left] : [left, right];
  if (isFailed(a) && b === 0) return isEqual ? 1 : 0;
  const text = term(`(${a} == ${b})`);
  const known = truthOf(state, text);
  if (known !== undefined) return known === isEqual ? 1 : 0;
  return isEqual || text === unknownValue ? text : term(`(${text} == 0)`);
}

/** An enumerator or macro whose value is not at hand; two names are taken for two values. */
function isConstantName(value: Value): boolean {
  return typeof value === 'string' && /^[A-Z][A-Z0-9_]+$/.test(value);
}

function ordering(state: State, op: '<' | '>' | '<=' | '>=', left: Value, right: Value): Value {
  const text = op === '<' || op === '>=' ? term(`(${left} < ${right})`) : term(`(${right} < ${left})`);
  const known = truthOf(state, text);
  const isNegated = op === '>=' || op === '<=';
  if (known !== undefined) return known !== isNegated ? 1 : 0;
  return isNegated ? term(`(${text} == 0)`) : text;
}

function maskValue(state: State, left: Value, right: Value): Value {
  const [base, mask] = typeof left === 'number' ? [right, left] : [left, right];
  if (base === 0 || mask === 0) return 0;
  const or = typeof base === 'string' && typeof mask === 'number' ? orShape.exec(base) : null;
  if (or && typeof mask === 'number') {
    if ((Number(or[2]) & mask) === 0) return maskValue(state, or[1]!, mask);
    return term(`(${base} & ${mask})`);
  }
  const text = term(`(${base} & ${mask})`);
  return truthOf(state, text) === false ? 0 : text;
}

function orValue(left: Value, right: Value): Value {
  const [base, bits] = typeof left === 'number' ? [right, left] : [left, right];
  if (bits === 0) return base;
  const inner = typeof base === 'string' && typeof bits === 'number' ? orShape.exec(base) : null;
  if (inner && typeof bits === 'number') return term(`(${inner[1]!} | ${Number(inner[2]) | bits})`);
  return term(`(${base} | ${bits})`);
}

function fold(op: BinaryOperator, left: number, right: number): number | undefined {
  switch (op) {
    case '==': return Number(left === right);
    case '!=': return Number(left !== right);
    case '<': return Number(left < right);
    case '>': return Number(left > right);
    case '<=': return Number(left <= right);
    case '>=': return Number(left >= right);
    case '&': return left & right;
    case '|': return left | right;
    case '^': return left ^ right;
    default: return undefined;
  }
}
