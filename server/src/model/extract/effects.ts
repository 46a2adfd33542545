/**
 * What a vocabulary primitive becomes: its effects as steps of the page-cache machine. Operands are
 * the meanings of the call's arguments; what the result means is in `results.ts`.
 */

import { assertNever } from '../../base/assert.ts';
import type { Effect, LockClass, Operand, Outcome, PageFlag } from '../../ops/types.ts';
import {
  add, allocatePage, cells, countMapping, findGetPage, getPage, insertIntoCache, locks, pageCell, pageKinds, pageLock,
  putPage, removeFromCache, storePte, uncountMapping, zapPte,
} from '../machine.ts';
import type { LockRef, Step, Value } from '../types.ts';
import { binary, constant, equal, held, local, not } from '../values.ts';
import { isForeign } from './evaluate.ts';
import { argument, flagCell, page, resolve, type CallSite } from './operands.ts';
import { findPageTable, isTakenWithTable, tableCheck, tablesVanish } from './pageTables.ts';
import { resultOf } from './results.ts';
import { NotModelledError, type Meaning } from './types.ts';

/** The one pte, mm and index that a fault program works on. */
const slot = constant(0);
const faultIndex = constant(0);
const ptl: LockRef = { lock: locks.pageTable, index: constant(0) };

export function applyPrimitive(site: CallSite): Meaning {
  const { primitive, context } = site;
  prepareResult(site);
  for (const effect of primitive.effects) applyEffect(effect, site);
  const meaning = resultOf(site);
  if (primitive.declaredIn !== undefined) context.assume(`${primitive.name}: as ${primitive.declaredIn} declares it`);
  if (primitive.isComposite) context.assume(`${primitive.name}: the vocabulary's summary, its source is not read`);
  return meaning;
}

/** Choices that decide whether an effect happens are made first. */
function prepareResult(site: CallSite): void {
  const { result } = site.primitive;
  const { emitter } = site.context;
  if (result.kind === 'choice' && result.values.length > 1) {
    site.result = site.context.temporary();
    emitter.add({ kind: 'choose', to: site.result, values: result.values.map((value) => resolve(value, site)) });
  } else if (result.kind === 'ptePointer') {
    site.result = site.context.temporary('flag');
    if (result.mayBeNull && tablesVanish(site)) return findPageTable(site, site.result);
    emitter.add(result.mayBeNull ? { kind: 'choose', to: site.result, values: [0, 1] } : { kind: 'assign', to: site.result, value: constant(1) });
  }
}

function applyEffect(effect: Effect, site: CallSite): void {
  const { emitter, options } = site.context;
  switch (effect.kind) {
    case 'acquire':
      return acquire(effect, site);
    case 'release': {
      const ref = lockOf(effect.lock, effect.object, site);
      if (ref) when(effect.when, site, [{ kind: 'release', lock: ref }]);
      return;
    }
    case 'requires':
    case 'assertFalse':
      return;
    case 'waitUnlocked': {
      const ref = pageLock(page(effect.object, site));
      return emitter.add({ kind: 'assume', condition: not(held(ref, 'anyone')) });
    }
    case 'get':
      return when(effect.when, site, getPage(page(effect.object, site)));
    case 'put':
      return emitter.add(...putPage(page(effect.object, site)));
    case 'lookup':
      return lookup(effect.takesReference, site);
    case 'allocate':
      return allocate(site);
    case 'insert':
      return insert(effect, site);
    case 'remove': {
      const steps = removeFromCache(page(effect.object, site), options.size);
      return emitter.add(...(effect.takesTreeLock ? underTreeLock(steps) : steps));
    }
    case 'fill':
      return fill(site);
    case 'fence':
      return emitter.add({ kind: 'fence', order: effect.order });
    case 'setFlag':
      return setFlag(effect.flag, page(effect.object, site), effect.value, site);
    case 'storePte':
      return emitter.add(...tableCheck(site), ...storePte(slot, ptl, pteValue(effect.value, site)));
    case 'clearPte':
      return emitter.add(...storePte(slot, ptl, constant(0)));
    case 'addMapping':
      return addMapping(page(effect.object, site), effect.anonymous, site);
    case 'removeMapping':
      return emitter.add(uncountMapping(page(effect.object, site)));
    case 'storeSize':
      return emitter.add({ kind: 'store', to: { cell: cells.iSize }, value: constant(0), order: 'relaxed' });
    case 'unmap':
      return unmap(effect.evenCows, site);
    case 'nameLock':
      return nameLock(effect.pointer, effect.lock, site);
    case 'become':
    case 'downgrade':
    case 'batch':
    case 'freeze':
    case 'unfreeze':
    case 'protectPte':
      throw new NotModelledError(`what ${site.primitive.name} does is not modelled`);
    default:
      return assertNever(effect);
  }
}

function acquire(effect: Effect & { kind: 'acquire' }, site: CallSite): void {
  const { emitter } = site.context;
  const ref = lockOf(effect.lock, effect.object, site);
  if (!ref || isTakenWithTable(effect, site)) return;
  if (effect.isTry) {
    site.result = site.context.temporary('flag');
    emitter.add({ kind: 'tryAcquire', lock: ref, mode: effect.mode, to: site.result });
    return;
  }
  when(effect.when, site, [{ kind: 'acquire', lock: ref, mode: effect.mode }]);
}

function when(outcome: Outcome, site: CallSite, steps: readonly Step[]): void {
  const { emitter } = site.context;
  if (outcome === 'always') return emitter.add(...steps);
  if (site.result === undefined) throw new NotModelledError(`on which results ${site.primitive.name} takes or drops a lock is not followed`);
  emitter.addWhen(outcomeCondition(outcome, local(site.result), site), steps);
}

function outcomeCondition(outcome: Exclude<Outcome, 'always'>, result: Value, site: CallSite): Value {
  if (typeof outcome === 'object') return equal(result, constant(resolve(outcome.equals, site)));
  switch (outcome) {
    case 'zero':
    case 'null':
      return not(result);
    case 'nonzero':
      return binary('!=', result, constant(0));
    case 'nonnull':
      return binary('>', result, constant(0));
    case 'negative':
      return binary('<', result, constant(0));
  }
}

function lookup(takesReference: boolean, site: CallSite): void {
  const { emitter } = site.context;
  // Another page cache than the file's (swap): what is found there is not followed.
  if (isForeign(site.args[0])) return;
  site.result = site.context.temporary('page');
  if (takesReference) emitter.add(...findGetPage(site.result, faultIndex));
  else emitter.add({ kind: 'load', to: site.result, from: { cell: cells.cache, index: faultIndex }, order: 'relaxed' });
}

function allocate(site: CallSite): void {
  const { emitter, options } = site.context;
  site.result = site.context.temporary('page');
  const succeeds = site.context.temporary('flag');
  emitter.add(
    { kind: 'choose', to: succeeds, values: [1, 0] },
    { kind: 'if', condition: local(succeeds), then: allocatePage(site.result, options.size), otherwise: [{ kind: 'assign', to: site.result, value: constant(0) }] },
  );
}

/** mm/filemap.c:add_to_page_cache: 0 (inserted, locked), -EEXIST or -ENOMEM. */
function insert(effect: Effect & { kind: 'insert' }, site: CallSite): void {
  const { emitter } = site.context;
  const inserted = page(effect.object, site);
  const result = site.context.temporary();
  const present = site.context.temporary('page');
  site.result = result;
  const lockIt: Step[] = effect.locks ? [{ kind: 'acquire', lock: pageLock(inserted), mode: 'exclusive' }] : [];
  emitter.add(
    { kind: 'choose', to: result, values: [0, resolve('-ENOMEM', site)] },
    ...underTreeLock([
      { kind: 'load', to: present, from: { cell: cells.cache, index: faultIndex }, order: 'relaxed' },
      {
        kind: 'if',
        condition: equal(local(result), constant(0)),
        then: [{
          kind: 'if',
          condition: local(present),
          then: [{ kind: 'assign', to: result, value: constant(resolve('-EEXIST', site)) }],
          otherwise: [...lockIt, ...insertIntoCache(inserted, faultIndex)],
        }],
        otherwise: [],
      },
    ]),
  );
}

/** Readahead may put an uptodate page into an empty slot; it never touches the caller's state. */
function fill(site: CallSite): void {
  const { emitter, options } = site.context;
  const does = site.context.temporary('flag');
  const present = site.context.temporary('page');
  emitter.flush();
  emitter.add({ kind: 'choose', to: does, values: [0, 1] });
  emitter.addWhen(local(does), underTreeLock([
    { kind: 'load', to: present, from: { cell: cells.cache, index: faultIndex }, order: 'relaxed' },
    {
      kind: 'if',
      condition: local(present),
      then: [],
      otherwise: [
        ...allocatePage(present, options.size),
        {
          kind: 'if',
          condition: local(present),
          then: [
            ...insertIntoCache(local(present), faultIndex),
            { kind: 'store', to: pageCell(cells.uptodate, local(present)), value: constant(1), order: 'relaxed' },
            add(pageCell(cells.refcount, local(present)), -1),
          ],
          otherwise: [],
        },
      ],
    },
  ]));
  site.result = undefined;
}

function setFlag(flag: PageFlag, target: Value, value: 0 | 1, site: CallSite): void {
  const cellId = flagCell(flag);
  if (cellId !== undefined) site.context.emitter.add({ kind: 'update', cell: pageCell(cellId, target), value: constant(value), order: 'relaxed' });
}

function addMapping(target: Value, anonymous: boolean, site: CallSite): void {
  const { emitter } = site.context;
  const kind: Step[] = anonymous ? [{ kind: 'update', cell: pageCell(cells.pageKind, target), value: constant(pageKinds.anonymous), order: 'relaxed' }] : [];
  emitter.add(countMapping(target), ...kind);
}

function unmap(evenCows: number | boolean, site: CallSite): void {
  const { emitter } = site.context;
  const isEven = typeof evenCows === 'boolean' ? evenCows : isConstant(site.args[evenCows], 1);
  const lock: LockRef = { lock: locks.iMmap };
  emitter.add({ kind: 'acquire', lock, mode: 'exclusive' });
  if (site.context.options.era !== 'folio') {
    emitter.add({ kind: 'fence', order: 'write' });
    emitter.add(add({ cell: cells.truncateCount }, 1));
    emitter.add({ kind: 'fence', order: 'full' });
  }
  emitter.add(...zapPte(slot, ptl, isEven, site.context.temporary('pte')));
  emitter.add({ kind: 'release', lock });
}

function isConstant(meaning: Meaning | undefined, value: number): boolean {
  return meaning?.kind === 'value' && meaning.value.kind === 'const' && meaning.value.value === value;
}

function nameLock(pointer: number, lock: LockClass, site: CallSite): void {
  const target = site.args[pointer];
  if (target?.kind === 'place') target.place.lockClass = lock;
}

function underTreeLock(steps: readonly Step[]): Step[] {
  const lock: LockRef = { lock: locks.tree };
  return [{ kind: 'acquire', lock, mode: 'exclusive' }, ...steps, { kind: 'release', lock }];
}

/** The lock that an operand names, or undefined for a lock that the environment never takes. */
function lockOf(lock: LockClass, operand: Operand, site: CallSite): LockRef | undefined {
  switch (lock) {
    case 'page':
      return pageLock(page(operand, site));
    case 'pageTable':
      return ptl;
    case 'iMmap':
      return { lock: locks.iMmap };
    case 'tree':
      return { lock: locks.tree };
    case 'inode':
      return { lock: locks.inode };
    case 'invalidate':
      return { lock: locks.invalidate };
    case 'mmap':
      return { lock: locks.mmap, index: constant(0) };
    case 'spin':
    case 'rwsem':
    case 'mutex': {
      const named = argument(operand, site);
      if (named?.kind === 'lock' && named.lock !== lock) {
        site.context.namedLocks.add(named.lock);
        return lockOf(named.lock, operand, site);
      }
      site.context.assume('locks that the environment does not take are left out');
      return undefined;
    }
    case 'rcu':
    case 'vma':
    case 'anonVma':
    case 'pmd':
      return undefined;
    default:
      return assertNever(lock);
  }
}

function pteValue(operand: Operand, site: CallSite): Value {
  const meaning = argument(operand, site);
  if (meaning?.kind === 'value') return meaning.value;
  throw new NotModelledError(`the pte given to ${site.primitive.name} is not followed`);
}
