/** What the result of a vocabulary primitive means, with the loads that it takes. */

import { assertNever } from '../../base/assert.ts';
import type { PageFlag } from '../../ops/types.ts';
import { cells, makePte, pageCell, pageKinds, pageLock, ptePage } from '../machine.ts';
import { unknownPage } from '../sentinels.ts';
import type { LocalId, Value } from '../types.ts';
import { binary, cell, constant, equal, held, local, not } from '../values.ts';
import { constantMeaning, type Context } from './context.ts';
import { isForeign } from './evaluate.ts';
import { flagCell, page, requirePte, resolve, type CallSite } from './operands.ts';
import { unknown, type Meaning } from './types.ts';

export function resultOf(site: CallSite): Meaning {
  const { result } = site.primitive;
  const { emitter } = site.context;
  const given = (index: number): Meaning => site.args[index] ?? unknown;
  switch (result.kind) {
    case 'none':
    case 'unknown':
    case 'pointer':
      return unknown;
    case 'argument':
      return given(result.index);
    case 'effect':
      return site.result === undefined ? unknown : resultValue(site, site.result);
    case 'choice':
      return constantMeaning(site.result === undefined ? constant(resolve(result.values[0] ?? 0, site)) : local(site.result));
    case 'taken':
      return site.result === undefined ? unknown : constantMeaning(result.inverted ? not(local(site.result)) : local(site.result));
    case 'size': {
      if (isForeign(site.args[0])) return unknown;
      const to = site.context.temporary();
      emitter.add({ kind: 'load', to, from: { cell: cells.iSize }, order: 'relaxed' });
      return constantMeaning(local(to), { kind: 'scalar', unit: 'size' });
    }
    case 'flag':
      return flagOf(result.flag, page(result.object, site), site);
    case 'mapped':
    case 'mappingOf': {
      const to = site.context.temporary();
      const from = pageCell(result.kind === 'mapped' ? cells.mapcount : cells.mapping, page(result.object, site));
      emitter.add({ kind: 'load', to, from, order: 'relaxed' });
      return constantMeaning(local(to), result.kind === 'mapped' ? { kind: 'scalar' } : { kind: 'object', object: 'mapping', from: 'page' });
    }
    case 'references': {
      const counted = given(result.object);
      if (counted.kind !== 'value' || counted.cls.kind !== 'page') return unknown;
      const to = site.context.temporary();
      emitter.add({ kind: 'load', to, from: pageCell(cells.refcount, page(result.object, site)), order: 'relaxed' });
      return constantMeaning(local(to));
    }
    case 'ptePointer':
      return constantMeaning(local(site.result ?? 0), { kind: 'ptePointer' });
    case 'lockPointer':
      return { kind: 'lock', lock: result.lock };
    case 'pteAt':
      return loadPte(site.context);
    case 'oldPte':
      return site.result === undefined ? unknown : constantMeaning(local(site.result), { kind: 'pte' });
    case 'pteNone':
      return mapValue(given(result.value), (pte) => equal(pte, constant(0)), { kind: 'scalar' });
    case 'pteSame': {
      const [left, right] = [given(result.left), given(result.right)];
      return left.kind === 'value' && right.kind === 'value' ? constantMeaning(equal(left.value, right.value)) : unknown;
    }
    case 'pteOfPage':
      return pteOf(given(result.page), site);
    case 'pteWith':
      return mapValue(given(result.value), (pte) => binary('|', pte, constant(result.bits)), { kind: 'pte' });
    case 'pteWithout':
      return mapValue(given(result.value), (pte) => binary('&', pte, constant(~result.bits)), { kind: 'pte' });
    case 'pteHas':
      return mapValue(given(result.value), (pte) => binary('!=', binary('&', pte, constant(result.bits)), constant(0)), { kind: 'scalar' });
    case 'ptePresent':
      return mapValue(given(result.value), (pte) => binary('!=', ptePage(pte), constant(0)), { kind: 'scalar' });
    case 'pageOfPte':
      if (given(result.value).kind === 'value') requirePte(given(result.value), site);
      return mapValue(given(result.value), (pte) => ptePage(pte), { kind: 'page' });
    case 'errorPointer':
      return errorPointer(given(result.value), site);
    case 'isError':
      return mapValue(given(result.value), (value) => binary(result.orNull ? '<=' : '<', value, constant(0)), { kind: 'scalar' });
    default:
      return assertNever(result);
  }
}

function resultValue(site: CallSite, result: LocalId): Meaning {
  const isStatus = site.primitive.effects.some((effect) => effect.kind === 'insert' || effect.kind === 'fillSlot');
  return constantMeaning(local(result), isStatus ? { kind: 'scalar' } : { kind: 'page' });
}

/** An error number that is only known not to be zero may be any choice; as a pointer it must not be a page. */
function errorPointer(error: Meaning, { context }: CallSite): Meaning {
  if (error.kind !== 'value' || error.value.kind === 'const') return error;
  const to = context.temporary();
  context.emitter.add(
    { kind: 'assign', to, value: error.value },
    { kind: 'if', condition: binary('>', local(to), constant(0)), then: [{ kind: 'assign', to, value: constant(-1) }], otherwise: [] },
  );
  return { ...error, value: local(to) };
}

/** The pte of a page; one that is not followed has none that is. */
function pteOf(page: Meaning, { context: { emitter }, primitive }: CallSite): Meaning {
  if (page.kind === 'value' && page.value.kind !== 'const') {
    const condition = binary('!=', page.value, constant(unknownPage));
    emitter.add({ kind: 'check', property: '?', condition, message: `the page given to ${primitive.name} is not followed` });
  }
  return mapValue(page, (value) => makePte(value), { kind: 'pte' });
}

function mapValue(meaning: Meaning, change: (value: Value) => Value, cls: Parameters<typeof constantMeaning>[1]): Meaning {
  return meaning.kind === 'value' ? constantMeaning(change(meaning.value), cls) : unknown;
}

function flagOf(flag: PageFlag, target: Value, site: CallSite): Meaning {
  const { emitter } = site.context;
  const id = flagCell(flag);
  const to = site.context.temporary('flag');
  if (id !== undefined) emitter.add({ kind: 'load', to, from: pageCell(id, target), order: 'relaxed' });
  else if (flag === 'locked') emitter.add({ kind: 'assign', to, value: held(pageLock(target), 'anyone') });
  else emitter.add({ kind: 'assign', to, value: equal(cell(pageCell(cells.pageKind, target)), constant(pageKinds.anonymous)) });
  return constantMeaning(local(to));
}

/** The value of the fault's pte. */
export function loadPte(context: Context): Meaning {
  const to = context.temporary('pte');
  context.emitter.add({ kind: 'load', to, from: { cell: cells.pte, index: constant(0) }, order: 'relaxed' });
  return constantMeaning(local(to), { kind: 'pte' });
}
