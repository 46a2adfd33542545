/**
 * What a vocabulary primitive becomes: its effects as steps of the page-cache machine. Operands are
 * the meanings of the call's arguments; what the result means is in `results.ts`.
 */

import { assertNever } from '../../base/assert.ts';
import type { Effect, Operand, Outcome, PageFlag } from '../../ops/types.ts';
import {
  add, allocatePage, cells, countMapping, findGetPage, getPage, insertIntoCache, locks, pageCell, pageKinds, pageLock,
  putPage, removeFromCache, storePte, uncountMapping, zapPte,
} from '../machine.ts';
import type { LocalId, LockRef, Step, Value } from '../types.ts';
import { and, binary, cell, constant, equal, held, local, not } from '../values.ts';
import { isForeign, isGuess } from './evaluate.ts';
import { acquire, nameLock, release, when } from './locks.ts';
import { argument, flagCell, page, requirePte, resolve, type CallSite } from './operands.ts';
import { findPageTable, mayLeadNowhere, tableCheck, tablesVanish } from './pageTables.ts';
import { resultOf } from './results.ts';
import { NotModelledError, unknown, type Meaning } from './types.ts';

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
  if (result.kind === 'choice' && result.values.length > 1 && !site.primitive.effects.some(isTryGet)) {
    site.result = site.context.temporary();
    emitter.add({ kind: 'choose', to: site.result, values: result.values.map((value) => resolve(value, site)) });
  } else if (result.kind === 'ptePointer') {
    site.result = site.context.temporary('flag');
    const mayBeNull = mayLeadNowhere(site);
    if (mayBeNull && tablesVanish(site)) return findPageTable(site, site.result);
    emitter.add(mayBeNull ? { kind: 'choose', to: site.result, values: [0, 1] } : { kind: 'assign', to: site.result, value: constant(1) });
  }
}

function applyEffect(effect: Effect, site: CallSite): void {
  const { emitter, options } = site.context;
  switch (effect.kind) {
    case 'acquire':
      return acquire(effect, site);
    case 'release':
      return release(effect, site);
    case 'requires':
    case 'assertFalse':
      return;
    case 'waitUnlocked': {
      const ref = pageLock(page(effect.object, site));
      return emitter.add({ kind: 'assume', condition: not(held(ref, 'anyone')) });
    }
    case 'get':
      return effect.when === 'nonzero' ? tryGet(page(effect.object, site), site) : get(effect.when, page(effect.object, site), site);
    case 'put':
      return emitter.add(...putPage(page(effect.object, site)));
    case 'lookup':
      return lookup(effect, site);
    case 'allocate':
      return allocate(site);
    case 'insert':
      return insert(effect, site);
    case 'fillSlot':
      return fillSlot(effect.object, site);
    case 'editSlot':
      return emitter.add({ kind: 'check', property: '?', condition: constant(0), message: `what ${site.primitive.name} does to the page cache is not followed` });
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
      requirePtePointer(effect.pte, site);
      return setPte(argument(effect.value, site) ?? unknown, effect.isUpdate === true, site);
    case 'clearPte':
      requirePtePointer(effect.pte, site);
      return clearPte(site);
    case 'addMapping':
      return addMapping(page(effect.object, site), effect.anonymous, site);
    case 'removeMapping':
      return removeMapping(page(effect.object, site), site);
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

function isTryGet(effect: Effect): boolean {
  return effect.kind === 'get' && effect.when === 'nonzero';
}

/** include/linux/mm.h:get_page, whose VM_BUG_ON asks this. */
function get(outcome: Outcome, target: Value, site: CallSite): void {
  const condition = binary('>', cell(pageCell(cells.refcount, target)), constant(0));
  when(outcome, site, [{ kind: 'check', property: 'I8', condition, message: 'a reference is taken to a page that is free' }, ...getPage(target)]);
}

/** A reference unless the page is free: include/linux/mm.h:get_page_unless_zero, a full barrier where it succeeds. */
function tryGet(target: Value, site: CallSite): void {
  const count = pageCell(cells.refcount, target);
  site.result = site.context.temporary('flag');
  site.context.emitter.add(
    { kind: 'assign', to: site.result, value: binary('>', cell(count), constant(0)) },
    { kind: 'if', condition: local(site.result), then: [add(count, 1, 'full')], otherwise: [] },
  );
}

function lookup({ takesReference, walk }: Effect & { kind: 'lookup' }, site: CallSite): void {
  const { emitter } = site.context;
  // Another page cache than the file's (swap): what is found there is not followed.
  if (walk === undefined && isForeign(site.args[0])) return;
  const result = site.context.temporary('page');
  site.result = result;
  const load: Step = { kind: 'load', to: result, from: { cell: cells.cache, index: faultIndex }, order: 'relaxed' };
  const find = takesReference ? findGetPage(result, faultIndex) : [load];
  if (walk === undefined && isOfGuessed(site.args[0], takesReference)) return emitter.add(...ifOfFile(find, result, site));
  if (walk !== 'next') return emitter.add(...find);
  const goesOn = site.context.temporary('flag');
  emitter.add({ kind: 'choose', to: goesOn, values: [1, 0] }, {
    kind: 'if', condition: local(goesOn), then: find, otherwise: [{ kind: 'assign', to: result, value: constant(0) }],
  });
}

/** Slots and roots are followed no further than their mapping; who looks a page up with a reference gives the mapping itself. */
function isOfGuessed(owner: Meaning | undefined, isMapping: boolean): boolean {
  return isGuess(owner) && (isMapping || owner?.kind === 'value');
}

/** In a page cache that may be another one than the file's: what goes wrong with a page of it says nothing. */
function ifOfFile(find: readonly Step[], result: LocalId, { context }: CallSite): Step[] {
  const isOfFile = context.temporary('flag');
  context.noteUnfollowed(`whose page ${context.emitter.origin.place?.function ?? 'a lookup'} looks for`);
  return [
    { kind: 'choose', to: isOfFile, values: [1], isInvented: true },
    { kind: 'if', condition: local(isOfFile), then: find, otherwise: [{ kind: 'assign', to: result, value: constant(0) }] },
  ];
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

/** lib/radix-tree.c:radix_tree_insert into the file's tree: 0, -EEXIST or -ENOMEM. The caller holds tree_lock and does the rest. */
function fillSlot(object: Operand, site: CallSite): void {
  if (isForeign(site.args[0]) || !isPageArgument(object, site)) return;
  const { emitter } = site.context;
  const inserted = page(object, site);
  const result = site.context.temporary();
  const slotOfFault = { cell: cells.cache, index: faultIndex };
  site.result = result;
  emitter.add(
    { kind: 'choose', to: result, values: [0, resolve('-ENOMEM', site)] },
    {
      kind: 'if', condition: and(equal(local(result), constant(0)), cell(slotOfFault)),
      then: [{ kind: 'assign', to: result, value: constant(resolve('-EEXIST', site)) }], otherwise: [],
    },
    {
      kind: 'if', condition: equal(local(result), constant(0)),
      then: [
        { kind: 'store', to: slotOfFault, value: inserted, order: 'relaxed' },
        { kind: 'update', cell: pageCell(cells.pageKind, inserted), value: constant(pageKinds.cache), order: 'relaxed' },
      ],
      otherwise: [],
    },
  );
}

/** Trees of other things than pages (swap entries, ids) are not the page cache. */
function isPageArgument(operand: Operand, site: CallSite): boolean {
  const meaning = argument(operand, site);
  return meaning?.kind === 'value' && meaning.cls.kind === 'page';
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

/** A count that drops below the ptes' own is I7's business: `simulator/invariants/mapCount.ts`. */
function removeMapping(target: Value, { context: { emitter } }: CallSite): void {
  const condition = binary('>', cell(pageCell(cells.mapcount, target)), constant(0));
  emitter.add({ kind: 'check', property: 'I7', condition, message: 'the map count of a page drops that no pte maps any more' }, uncountMapping(target));
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

function underTreeLock(steps: readonly Step[]): Step[] {
  const lock: LockRef = { lock: locks.tree };
  return [{ kind: 'acquire', lock, mode: 'exclusive' }, ...steps, { kind: 'release', lock }];
}

function setPte(value: Meaning, isUpdate: boolean, site: CallSite): void {
  site.context.storedPtes++;
  const pte = requirePte(value, site);
  // What a write-protection fault has found is there to be replaced.
  const replaces = isUpdate || site.context.options.entry === 'protection';
  site.context.emitter.add(...tableCheck(site), ...storePte(slot, ptl, pte, { replaces }));
}

function clearPte(site: CallSite): void {
  const { emitter } = site.context;
  const wantsOld = site.primitive.result.kind === 'oldPte';
  if (wantsOld) site.result = site.context.temporary('pte');
  const readOld: readonly Step[] = wantsOld ? [{ kind: 'load', to: site.result ?? 0, from: { cell: cells.pte, index: slot }, order: 'relaxed' }] : [];
  emitter.add(...readOld, ...storePte(slot, ptl, constant(0)));
}

/** A pte that is reached some other way than through a pte pointer that is followed may not be the fault's. */
function requirePtePointer(operand: Operand, site: CallSite): void {
  const meaning = argument(operand, site);
  const isFollowed = meaning?.kind === 'value' && meaning.cls.kind === 'ptePointer';
  if (!isFollowed) throw new NotModelledError(`where the pte is that ${site.primitive.name} sets is not followed`);
}
