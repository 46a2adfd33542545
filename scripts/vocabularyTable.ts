/** Writes docs/vocabulary-table.md: what the built-in vocabulary says, name by name. `npm run vocabulary-table`. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Effect, Era, Operand, Outcome, Primitive } from '../server/src/ops/types.ts';
import { isPlace, placeText } from '../server/src/ops/place.ts';
import { vocabularyOf } from '../server/src/ops/vocabulary.ts';

export const tablePath = join(import.meta.dirname, '../docs/vocabulary-table.md');
const eras: readonly Era[] = ['nopage', 'fault', 'folio'];

/** Entries with an effect, by name and meaning; those without are listed by name alone. */
export function tableText(): string {
  const rows = new Map<string, { readonly primitive: Primitive; readonly eras: Era[] }>();
  const inert = new Set<string>();
  for (const era of eras) {
    for (const primitive of vocabularyOf(era).values()) {
      if (primitive.effects.length === 0 && primitive.note === undefined) {
        inert.add(primitive.name);
        continue;
      }
      const key = `${primitive.name} ${JSON.stringify(primitive.effects)}`;
      const known = rows.get(key);
      if (known) known.eras.push(era);
      else rows.set(key, { primitive, eras: [era] });
    }
  }
  const lines = [...rows.values()].sort((a, b) => a.primitive.name.localeCompare(b.primitive.name)).map(row);
  return [
    '# Built-in vocabulary', '',
    'Made by `npm run vocabulary-table`. Arguments count from 1. Eras: `nopage` up to 2.6.22, `fault` from 2.6.23, `folio` from 5.16;',
    'the source is that of the first era of the row. A function with † is read from its source where that is at hand and tells its',
    'outcomes apart; the entry is for where it is not.', '',
    '| name | eras | effect | sleeps | source |', '| --- | --- | --- | --- | --- |', ...lines, '',
    '## Without effect on locks, references, ptes and the page cache', '',
    [...inert].sort().map((name) => `\`${name}\``).join(', '), '',
  ].join('\n');
}

function row({ primitive, eras: own }: { readonly primitive: Primitive; readonly eras: readonly Era[] }): string {
  const { name, effects, sleeps, source } = primitive;
  const said = [...effects.map(effectText), ...(primitive.note === undefined ? [] : [primitive.note])].join('; ');
  const by = primitive.yieldsToSource ? ' †' : '';
  return `| \`${name}\`${by} | ${own.length === eras.length ? 'all' : own.join(', ')} | ${said} | ${sleeps} | ${source.replace(`:${name}`, '')} |`;
}

function effectText(effect: Effect): string {
  switch (effect.kind) {
    case 'acquire':
      return `${effect.isTry ? 'tries' : 'takes'} ${effect.lock}${effect.mode === 'shared' ? ' shared' : ''}${of(effect.object)}${when(effect.when)}`;
    case 'release':
      return `drops ${effect.lock}${of(effect.object)}${when(effect.when)}`;
    case 'requires':
      return `needs ${effect.lock}${effect.mode === undefined ? '' : ` ${effect.mode}`}${of(effect.object)}`;
    case 'get':
      return `reference${of(effect.object)}${when(effect.when)}`;
    case 'put':
      return `drops a reference${of(effect.object)}`;
    case 'setFlag':
      return `${effect.value === 1 ? 'sets' : 'clears'} ${effect.flag}${of(effect.object)}`;
    case 'become':
      return `${effect.lock}${of(effect.object)} ${effect.status === 'unknown' ? 'may have changed' : `is ${effect.status}`}${when(effect.when)}`;
    case 'downgrade':
      return `${effect.lock}${of(effect.object)} becomes shared`;
    case 'batch':
      return `${batchWords[effect.does]} of the batch${of(effect.object)}`;
    case 'freeze':
    case 'unfreeze':
      return `${effect.kind}s the reference count${of(effect.object)}`;
    case 'fence':
      return `${effect.order} barrier`;
    default:
      return 'object' in effect ? `${effect.kind}${of(effect.object)}` : effect.kind;
  }
}

const batchWords = { get: 'references on pages', put: 'drops the references on pages', lock: 'locks pages', requireLock: 'needs the locks of pages' } as const;

function of(operand: Operand): string {
  if (operand === 'result') return ' of the result';
  if (!isPlace(operand)) return ` of argument ${operand + 1}`;
  return ` of \`${placeText(`argument ${operand.argument + 1}`, operand.path)}\``;
}

function when(outcome: Outcome): string {
  if (outcome === 'always') return '';
  return ` if the result is ${typeof outcome === 'object' ? outcome.equals : outcome}`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(tablePath, tableText());
