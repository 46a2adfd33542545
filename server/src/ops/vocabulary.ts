/** The vocabulary of one era, by name. Entries that name eras win over those that do not. */

import type { Effect, Era, MacroForm, Primitive } from './types.ts';
import { assertionVocabulary } from './vocabulary/assertions.ts';
import { faultVocabulary } from './vocabulary/faults.ts';
import { inertVocabulary } from './vocabulary/inert.ts';
import { lockVocabulary } from './vocabulary/locks.ts';
import { lookupVocabulary } from './vocabulary/lookups.ts';
import { pageCacheVocabulary } from './vocabulary/pageCache.ts';
import { pageLockVocabulary } from './vocabulary/pageLocks.ts';
import { pageTableVocabulary } from './vocabulary/pageTables.ts';
import { removalVocabulary } from './vocabulary/removal.ts';
import { valueVocabulary } from './vocabulary/values.ts';
import sources from './vocabulary/sources.json' with { type: 'json' };

export type Vocabulary = ReadonlyMap<string, Primitive>;

export const allPrimitives: readonly Primitive[] = [
  ...pageLockVocabulary,
  ...pageTableVocabulary,
  ...pageCacheVocabulary,
  ...lockVocabulary,
  ...assertionVocabulary,
  ...inertVocabulary,
  ...faultVocabulary,
  ...lookupVocabulary,
  ...removalVocabulary,
  ...valueVocabulary,
];

const cache = new Map<Era, Vocabulary>();

export function vocabularyOf(era: Era): Vocabulary {
  const known = cache.get(era);
  if (known) return known;
  const entries = new Map<string, Primitive>();
  for (const primitive of allPrimitives) {
    if (!primitive.eras && !entries.has(primitive.name)) entries.set(primitive.name, sourced(primitive, era));
    if (primitive.eras?.includes(era)) entries.set(primitive.name, sourced(primitive, era));
  }
  cache.set(era, entries);
  return entries;
}

const forModels = new WeakMap<Vocabulary, Vocabulary>();

/** The entries that the model reads. */
export function modelVocabulary(vocabulary: Vocabulary): Vocabulary {
  let entries = forModels.get(vocabulary);
  if (!entries) forModels.set(vocabulary, (entries = new Map([...vocabulary].filter(([, { isForRegionsOnly }]) => !isForRegionsOnly))));
  return entries;
}

/** The entries as they hold in one tree: a pte pointer cannot be NULL where its macro still is one. */
export function vocabularyIn(vocabulary: Vocabulary, hasMacro: (form: MacroForm) => boolean): Vocabulary {
  const changed = [...vocabulary.values()].filter(({ result }) => result.kind === 'ptePointer' && result.unlessMacro && hasMacro(result.unlessMacro));
  if (changed.length === 0) return vocabulary;
  return new Map([...vocabulary, ...changed.map((each) => [each.name, neverNull(each)] as const)]);
}

function neverNull(primitive: Primitive): Primitive {
  const effects = primitive.effects.map((effect): Effect => (effect.kind === 'acquire' && effect.when === 'nonnull' ? { ...effect, when: 'always' } : effect));
  return { ...primitive, effects, result: { kind: 'ptePointer', mayBeNull: false } };
}

const definedIn: Readonly<Record<string, Readonly<Partial<Record<Era, string>>>>> = sources.defined;
const unseen: Readonly<Record<string, string>> = sources.unseen;

/** The entry with the place of its definition, in its own era's tree if that has it. */
function sourced(primitive: Primitive, era: Era): Primitive {
  const { name } = primitive;
  const places = definedIn[name];
  const file = places?.[era] ?? places?.fault ?? places?.nopage ?? places?.folio;
  return { ...primitive, source: file === undefined ? (unseen[name] ?? primitive.source) : `${file}:${name}` };
}

/** Wrappers that a condition is looked through, and calls that do not return: options of the CFG. */
export const transparentCalls: ReadonlySet<string> = new Set(['likely', 'unlikely', '__builtin_expect']);
export const noreturnCalls: ReadonlySet<string> = new Set(['BUG', 'panic', 'do_exit', '__builtin_unreachable', 'unreachable', 'make_task_dead']);

/** Whether any era has the name. */
export function isPrimitive(name: string): boolean {
  names ??= new Set(allPrimitives.map((primitive) => primitive.name));
  return names.has(name);
}

let names: ReadonlySet<string> | undefined;

/** Guard classes that DEFINE_GUARD_COND and DEFINE_LOCK_GUARD_1_COND (<linux/cleanup.h>) make: their names end so. */
export const isConditionalGuard = (lockClass: string): boolean => /_(?:try|intr|kill)$/.test(lockClass);
