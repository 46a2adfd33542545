/** A call of a vocabulary primitive, and what its operands are: pages, constants, flags. */

import type { Operand, PageFlag, Primitive } from '../../ops/types.ts';
import { isPlace } from '../../ops/place.ts';
import { cells, checkPage } from '../machine.ts';
import { unknownPage } from '../sentinels.ts';
import type { LocalId, Step, Value } from '../types.ts';
import { binary, constant, local } from '../values.ts';
import type { Context, Frame } from './context.ts';
import { NotModelledError, type Meaning } from './types.ts';

export interface CallSite {
  readonly context: Context;
  readonly frame: Frame;
  readonly primitive: Primitive;
  readonly args: readonly Meaning[];
  /** Holds the result of an effect that yields one (lookup, allocate, try). */
  result: LocalId | undefined;
}

export function resolve(value: number | string, site: CallSite): number {
  if (typeof value === 'number') return value;
  const negative = value.startsWith('-');
  const known = site.context.constantValue(negative ? value.slice(1) : value, site.frame);
  if (known === undefined) throw new NotModelledError(`the constant ${value} is not known`);
  return negative ? -known : known;
}

export function flagCell(flag: PageFlag): number | undefined {
  switch (flag) {
    case 'uptodate':
      return cells.uptodate;
    case 'dirty':
      return cells.dirty;
    case 'writeback':
      return cells.writeback;
    case 'locked':
    case 'anon':
      return undefined;
  }
}

/** The page that an operand is; a check that it is one comes first. */
export function page(operand: Operand, site: CallSite): Value {
  const { emitter, options } = site.context;
  const meaning: Meaning | undefined = operand === 'result'
    ? { kind: 'value', value: local(site.result ?? 0), cls: { kind: 'page' } }
    : argument(operand, site);
  return requirePage(meaning, site.primitive.name, { add: (step) => emitter.add(step), size: options.size });
}

export function requirePage(meaning: Meaning | undefined, what: string, sink: { add: (step: Step) => void; size: Parameters<typeof checkPage>[1] }): Value {
  if (meaning?.kind !== 'value' || meaning.cls.kind !== 'page') throw new NotModelledError(`the page given to ${what} is not followed`);
  sink.add({ kind: 'check', property: '?', condition: binary('!=', meaning.value, constant(unknownPage)), message: `the page given to ${what} is not followed` });
  sink.add(checkPage(meaning.value, sink.size));
  return meaning.value;
}

/** The value of a pte that is stored or whose page is asked for; a check that it is followed comes first. */
export function requirePte(meaning: Meaning, { context, primitive }: CallSite): Value {
  const message = `the pte given to ${primitive.name} is not followed`;
  if (meaning.kind !== 'value') throw new NotModelledError(message);
  context.emitter.add({ kind: 'check', property: '?', condition: binary('>=', meaning.value, constant(0)), message });
  return meaning.value;
}

/** What an argument means; places that arguments lead to are not followed. */
export function argument(operand: Operand, site: CallSite): Meaning | undefined {
  if (isPlace(operand)) throw new NotModelledError(`what ${site.primitive.name} does to its argument's fields is not modelled`);
  return operand === 'result' ? undefined : site.args[operand];
}
